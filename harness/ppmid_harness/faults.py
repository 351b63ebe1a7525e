"""Which faulty party is caught by which check, for which reason: the table that says what a pass is worth."""

import tomllib
from importlib import resources

import msgspec

from ppmid_bench.bench_file import BenchFile, LinkTable, PartyEntry


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A party or link with one fault, the check that must fail on it, and the reason code that it must give."""

    adapter: str
    check: str
    reason: str
    role: str = ""
    link: str = ""

    def bench(self, conformant: BenchFile) -> BenchFile:
        """``conformant``, with this fault in it."""
        if self.link:
            return msgspec.structs.replace(conformant, links={self.link: LinkTable(adapter=self.adapter)})
        return msgspec.structs.replace(conformant, parties={self.role: PartyEntry(self.adapter)})


class _Table(msgspec.Struct, forbid_unknown_fields=True):
    fault: list[Fault]


def faults() -> list[Fault]:
    """The table, in its order."""
    text = (resources.files("ppmid_harness") / "data" / "faults.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), _Table).fault
