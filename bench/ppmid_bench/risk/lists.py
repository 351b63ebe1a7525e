"""The lists by which a relay may be kept to some kinds of Command: as Service Reference Variants, and Message Codes.

A hub sees a Message Code in clear, so that is what its list holds; what it lists of an SRV is every code of it.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

import msgspec

from ppmid_bench.typed import convert
from ppmid_protocols.transforms.rules import RULES


@dataclass(frozen=True, slots=True)
class AllowList:
    """One list. ``srvs`` None: every one; ``codes`` alike."""

    name: str
    srvs: frozenset[str] | None
    why: str

    @property
    def codes(self) -> frozenset[int] | None:
        """The Message Codes that a hub with this list relays; None: every one."""
        if self.srvs is None:
            return None
        return frozenset(rule.use_case.code for rule in RULES if rule.srv in self.srvs)

    @property
    def count(self) -> int:
        """How many Service Reference Variants are on it, of those that lead to a Command."""
        return len({rule.srv for rule in RULES if self.srvs is None or rule.srv in self.srvs})


class _List(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    why: str
    srvs: list[str] | None = None


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    list: list[_List]


def _read() -> dict[str, AllowList]:
    text = (resources.files("ppmid_bench") / "data" / "risk_lists.toml").read_text(encoding="utf-8")
    found = convert(tomllib.loads(text), _File, "risk_lists.toml", "")
    return {
        one.name: AllowList(one.name, None if one.srvs is None else frozenset(one.srvs), one.why) for one in found.list
    }


LISTS: Mapping[str, AllowList] = _read()
"""By their names, the longest first."""
