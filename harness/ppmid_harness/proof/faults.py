"""Which faulty party is caught by which check, for which reason: the table that says what a pass is worth."""

from importlib import resources
from pathlib import Path

import msgspec

from ppmid_bench.adapters import require_adapters
from ppmid_bench.bench_file import LINKS, BenchFile, LinkTable, PartyEntry
from ppmid_bench.checks import CHECKS
from ppmid_bench.errors import BadInput
from ppmid_bench.typed import read_toml
from ppmid_devices import roles


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
            return msgspec.structs.replace(conformant, links=conformant.links | {self.link: LinkTable(self.adapter)})
        return msgspec.structs.replace(conformant, parties=conformant.parties | {self.role: PartyEntry(self.adapter)})

    def __str__(self) -> str:
        return f"{self.adapter.rpartition(':')[2]} by {self.check}"


class _Table(msgspec.Struct, forbid_unknown_fields=True):
    fault: list[Fault]


def faults() -> list[Fault]:
    """The project's own tables, by subject: in the order of their names, and of their rows."""
    with resources.as_file(resources.files("ppmid_harness") / "data" / "faults") as folder:
        return [fault for path in sorted(folder.glob("*.toml")) for fault in read_faults(path)]


def read_faults(path: Path) -> list[Fault]:
    """The table in a file, in its order. Raises BadInput for whatever cannot be tried."""
    source = str(path)
    found = read_toml(path, _Table).fault
    for fault in found:
        _require_a_place(fault, source)
        if fault.check not in CHECKS:
            raise BadInput(source, f"[[fault]] {fault.adapter} check", "the id of a check", fault.check)
        if fault.reason not in CHECKS[fault.check].reasons:
            expected = f"a reason of {fault.check}: {', '.join(CHECKS[fault.check].reasons)}"
            raise BadInput(source, f"[[fault]] {fault.adapter} reason", expected, fault.reason)
        require_adapters(fault.bench(BenchFile(source=source)))
    return found


def _require_a_place(fault: Fault, source: str) -> None:
    if bool(fault.role) == bool(fault.link):
        found = "both" if fault.role else "neither"
        raise BadInput(source, f"[[fault]] {fault.adapter}", "either a role or a link", found)
    for field, name, known in (("role", fault.role, roles.PARTIES), ("link", fault.link, LINKS)):
        if name and name not in known:
            raise BadInput(source, f"[[fault]] {fault.adapter} {field}", f"one of {', '.join(known)}", name)
