"""What a bench assumes: every setting, limit, constant and behaviour of ours that no public text settles, by its place.

A place is what a bench file calls it where it can be set there (``esme.duplicate_answer`` is ``duplicate_answer`` under
``[parties.esme]``, ``limits.ppmid-answer`` and ``links.wan.delay_ms`` are as they stand), else ``<whose>.<what>``.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from operator import itemgetter
from types import MappingProxyType
from typing import Any

import msgspec

from ppmid_bench.adapters import is_our_own, kind, settings_shape
from ppmid_bench.bench_file import BenchFile
from ppmid_bench.limits import with_overrides
from ppmid_devices import roles
from ppmid_devices.assumption import assumptions_of

_BOTH_METERS = "meter"

_Entry = tuple[str, Any, str]
"""Where, value, why."""


@dataclass(frozen=True, slots=True)
class InCode:
    """An assumption that is no setting of a party. ``where`` in the code it stands: a module, or ``module:NAME``."""

    id: str
    where: str
    what: str
    value: str
    why: str

    @property
    def owner(self) -> str:
        """Whose it is: a role, ``meter`` for both meters, or what is no party."""
        return self.id.partition(".")[0]


def _read() -> tuple[InCode, ...]:
    text = (resources.files("ppmid_bench") / "data" / "assumptions.csv").read_text(encoding="utf-8")
    return tuple(InCode(**row) for row in csv.DictReader(text.splitlines()))


IN_CODE = _read()


def assumptions(bench: BenchFile, kinds: Mapping[str, str] = MappingProxyType({})) -> list[dict[str, Any]]:
    """Everything assumed on this bench, by place: ``{"where", "value", "why"}``. What is not ours is not listed.

    A value is the bench file's where it has one, else our own; a scenario's Givens may set another for their home.
    Settings have the values that a bench file would write, in JSON; all else is text, numbers with their unit.
    ``kinds``: those of parties whose classes are not to be asked, by role.
    """
    found = [*_settings(bench), *_limits(bench), *_in_code(bench, kinds)]
    return [{"where": where, "value": value, "why": why} for where, value, why in sorted(found, key=itemgetter(0))]


def _settings(bench: BenchFile) -> Iterator[_Entry]:
    for role in roles.PARTIES:
        given = bench.party(role)
        if not is_our_own(given.adapter):
            continue
        for one in assumptions_of(settings_shape(role, given.adapter, bench.source)):
            if one.only in ("", role):
                value = given.settings.get(one.setting, one.value)
                yield f"{role}.{one.setting}", msgspec.json.decode(msgspec.json.encode(value)), one.why


def _limits(bench: BenchFile) -> Iterator[_Entry]:
    for limit in with_overrides(bench.limits).values():
        if limit.status == "assumed":
            yield f"limits.{limit.id}", f"{limit.value:.15g} {limit.unit}", f"{limit.quantity}; {limit.source}"


def _in_code(bench: BenchFile, kinds: Mapping[str, str]) -> Iterator[_Entry]:
    foreign = {role for role in roles.PARTIES if (kinds.get(role) or kind(role, bench)) in ("real", "manual")}
    if foreign.issuperset(roles.METERS):
        foreign.add(_BOTH_METERS)
    delays = {f"links.{name}.delay_ms": table.delay_ms for name, table in bench.links.items()}
    for one in IN_CODE:
        if one.owner not in foreign:
            delay = delays.get(one.id)
            yield one.id, one.value if delay is None else f"{delay} ms", f"{one.what}; {one.why}"
