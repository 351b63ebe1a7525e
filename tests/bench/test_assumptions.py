"""What is not known is said: in the code where it stands, in DECISIONS.md, and in the record of every run."""

import ast
import importlib
import inspect
import json
import re
from collections.abc import Iterator
from dataclasses import is_dataclass
from datetime import date
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from ppmid_bench.adapters import settings_shape
from ppmid_bench.assumptions import IN_CODE, assumptions
from ppmid_bench.bench_file import SIMULATED, BenchFile, LinkTable, PartyEntry
from ppmid_bench.limits import LIMITS
from ppmid_bench.record import run_record
from ppmid_devices import roles
from ppmid_devices.assumption import assumptions_of
from ppmid_devices.links.link import Conditions
from ppmid_devices.meter.commands import Refusal
from ppmid_devices.meter.top_ups import Result
from ppmid_devices.ports import MILLISECOND, SECOND
from ppmid_protocols.gbcs.counters import ExecutionRules

REPOSITORY = Path(__file__).parents[2]
ROOMS = (REPOSITORY / "protocols", REPOSITORY / "devices")

BOXED = "ppmid_devices.dcc.boxed:BoxedDcc"

SPEAKS_OF = {
    "ppmid_protocols.duis",
    "ppmid_protocols.gbcs.counters",
    "ppmid_protocols.utrn:CACHE_ENTRIES",
    "ppmid_devices.dcc.simulated:SimulatedDcc",
}
"""Places that tell of assumptions which stand elsewhere."""


def on(**party_entries: PartyEntry) -> dict[str, Any]:
    """The values by place on a bench with these parties."""
    bench = BenchFile(parties={role.replace("_", "-"): entry for role, entry in party_entries.items()})
    return {entry["where"]: entry["value"] for entry in assumptions(bench)}


# In the code.


def found(where: str) -> Any:
    """What stands at ``module:NAME``; fields of a dataclass by their defaults."""
    module, _, names = where.partition(":")
    place: Any = importlib.import_module(module)
    for name in filter(None, names.split(".")):
        field = is_dataclass(place) and name in get_type_hints(place)
        place = getattr(place() if field else place, name)
    return place


def said(value: Any, unit: str) -> str:
    """A value of the code as the table writes it."""
    match value:
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value / {'s': SECOND, 'ms': MILLISECOND}.get(unit, 1):.15g} {unit}"
        case Conditions():
            return said(value.delay, unit)
        case tuple():
            return " to ".join(said(one, unit) for one in value)
        case frozenset():
            return ", ".join(sorted(one.name for one in value))
    raise TypeError(f"no constant: {value!r}")


LIMIT_RESULTS = (Result.OVER_MAXIMUM_CREDIT, Result.OVER_MAXIMUM_BALANCE)
SPELT_OUT = {
    "meter.execution_groups": [f"{min(group):#06x} to {max(group):#06x}" for group in ExecutionRules().separate],
    "meter.refusal_codes": [", ".join(f"{one.name} 0x{one.log_code:04X}" for one in Refusal)],
    "meter.utrn_results": [", ".join(f"{one.name} {one.zcl.name}" for one in LIMIT_RESULTS)],
}


def test_the_value_of_a_constant_is_the_one_in_the_code() -> None:
    kinds = (int, Conditions, tuple, frozenset)
    constants = [row for row in IN_CODE if row.id not in SPELT_OUT and isinstance(found(row.where), kinds)]
    assert len(constants) > 20
    units = {row.id: row.value.rpartition(" ")[2] for row in constants}
    assert {row.id: row.value for row in constants} == {
        row.id: said(found(row.where), units[row.id]) for row in constants
    }


@pytest.mark.parametrize("id", SPELT_OUT)
def test_the_value_of_a_table_is_what_the_code_pairs(id: str) -> None:
    assert SPELT_OUT[id] == [row.value for row in IN_CODE if row.id == id]


def places_that_say_assumed() -> Iterator[str]:
    """Where the rooms of parties and protocols say "assumed" of something that is no setting of a party."""
    for room in ROOMS:
        for path in sorted(room.rglob("*.py")):
            if path.name in ("settings.py", "assumption.py"):
                continue
            text = path.read_text(encoding="utf-8")
            module = ".".join(path.relative_to(room).with_suffix("").parts).removesuffix(".__init__")
            body = ast.parse(text).body
            for number, line in enumerate(text.splitlines(), 1):
                if re.search(r"\bassumed\b", line, re.IGNORECASE):
                    yield ":".join(filter(None, (module, ".".join(names_at(body, number)))))


def names_at(body: list[ast.stmt], line: int) -> list[str]:
    """The names of class, function or constant around a line; the string after a constant belongs to it."""
    for statement, following in zip(body, [*body[1:], None], strict=True):
        names = name_of(statement)
        comment = isinstance(following, ast.Expr) and not isinstance(statement, ast.ClassDef | ast.FunctionDef)
        end = following.end_lineno if comment and following else statement.end_lineno
        if names and statement.lineno <= line <= (end or 0):
            return names + (names_at(statement.body, line) if isinstance(statement, ast.ClassDef) else [])
    return []


def name_of(statement: ast.stmt) -> list[str]:
    match statement:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
            return [name]
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
    return []


def test_every_place_that_says_assumed_is_in_the_table_and_none_else() -> None:
    say = set(places_that_say_assumed())
    assert say >= SPEAKS_OF
    say -= SPEAKS_OF
    rows = {row.where for row in IN_CODE if not row.where.startswith("ppmid_bench.")}
    covering = {where: {where, where.rpartition(".")[0]} & say for where in rows}
    assert say - set().union(*covering.values()) == set(), "not in data/assumptions.csv"
    assert [where for where, covered in covering.items() if not covered] == [], "no longer said in the code"


SETTINGS = {role: settings_shape(role, SIMULATED, "") for role in roles.PARTIES}


@pytest.mark.parametrize("shape", sorted(set(SETTINGS.values()), key=str), ids=lambda shape: shape.__name__)
def test_settings_say_it_by_their_mark_and_never_in_a_comment(shape: type) -> None:
    assert assumptions_of(shape)
    assert not re.search(r"\bassumed\b", inspect.getsource(inspect.getmodule(shape)).replace("import Assumed", ""))  # type: ignore[arg-type]


# On a bench.


def test_every_assumption_has_one_place_and_one_clause_of_why() -> None:
    listed = assumptions(BenchFile())
    places = [entry["where"] for entry in listed]
    assert places == sorted(set(places))
    for entry in listed:
        assert set(entry) == {"where", "value", "why"}
        assert entry["why"]
        assert not entry["why"].endswith((".", ";", " "))
    assert json.loads(json.dumps(listed)) == listed


def test_settings_limits_and_the_table_are_all_there() -> None:
    values = on()
    assert values["esme.duplicate_answer"] == "failure"
    assert values["hub.relay_age_s"] == 86_400
    assert values["limits.response-on-demand"] == "30 s"
    assert values["links.wan.delay_ms"] == "500 ms"
    assert {f"limits.{limit.id}" for limit in LIMITS.values() if limit.status == "assumed"} <= set(values)
    assert {row.id for row in IN_CODE} <= set(values)
    assert "hub.relay" not in values


def test_a_setting_of_one_meter_is_not_said_of_the_other() -> None:
    values = on()
    assert values["gsme.linger_s"] == 5
    assert "esme.linger_s" not in values


def test_the_bench_files_values_take_the_place_of_our_own() -> None:
    bench = BenchFile(
        parties={roles.HUB: PartyEntry(settings={"routes": 3, "relay_types": [7], "relay": "commands"})},
        links={"wan": LinkTable(delay_ms=900), "han": LinkTable(lost=0.1)},
        limits={"response-on-demand": 12.5},
    )
    own, here = on(), {entry["where"]: entry["value"] for entry in assumptions(bench)}
    assert {where: value for where, value in here.items() if value != own[where]} == {
        "hub.routes": 3,
        "hub.relay_types": [7],
        "limits.response-on-demand": "12.5 s",
        "links.wan.delay_ms": "900 ms",
    }


def test_what_a_bench_file_writes_wrongly_can_still_be_recorded() -> None:
    assert on(hub=PartyEntry(settings={"routes": date(2026, 1, 1)}))["hub.routes"] == "2026-01-01"


def test_nothing_is_assumed_of_a_party_from_outside() -> None:
    owners = {where.partition(".")[0] for where in on()}
    faulty, foreign = PartyEntry("ppmid_devices.hub.faulty:DropsRelayed"), PartyEntry("lab:Device")
    without = {where.partition(".")[0] for where in on(hub=faulty, ppmid=foreign, dcc_user=foreign)}
    assert owners - without == {"ppmid", "dcc-user"}


def test_what_both_meters_have_in_common_is_assumed_while_one_is_ours() -> None:
    foreign = PartyEntry("lab:Device")
    assert "meter.utrn_memory" in on(esme=foreign)
    assert "meter.utrn_memory" not in on(esme=foreign, gsme=foreign)


def test_of_a_real_party_behind_our_own_adapter_the_adapters_settings_are_assumed() -> None:
    ours, boxed = on(), on(dcc=PartyEntry(BOXED, {"answer_s": 5}))
    assert {where: boxed[where] for where in boxed.keys() - ours.keys()} == {
        "dcc.answer_s": 5,
        "dcc.esme_response_s": 90.0,
        "dcc.gsme_response_s": 7000.0,
    }
    assert all(where.startswith("dcc.") for where in ours.keys() - boxed.keys())


def implementations() -> Iterator[type]:
    """Every class of ours that a bench can build as a party: all that it needs comes by keywords, settings too."""
    for path in sorted((REPOSITORY / "devices").glob("ppmid_devices/*/*.py")):
        # What stands for a link or, out of a capture, for any party; and a person, of whom nothing is assumed.
        if path.parent.name in ("lines", "operator"):
            continue
        module = ".".join(path.relative_to(REPOSITORY / "devices").with_suffix("").parts)
        for one in vars(importlib.import_module(module)).values():
            if inspect.isclass(one) and one.__module__ == module and not issubclass(one, Exception):
                settings = inspect.signature(one).parameters.get("settings")
                if settings is not None and settings.kind is inspect.Parameter.KEYWORD_ONLY:
                    yield one


def test_every_implementation_of_ours_has_the_settings_of_its_role() -> None:
    found = {one: get_type_hints(one.__init__)["settings"] for one in implementations()}  # type: ignore[misc]
    owners = {one: one.__module__.split(".")[1].replace("_", "-") for one in found}
    assert set(owners.values()) == {*roles.PARTIES} - {*roles.METERS} | {"meter", "ihd"}
    stands_as = {"meter": roles.ESME, "ihd": roles.PPMID}  # an IHD stands where a home has no PPMID
    assert found == {one: SETTINGS[stands_as.get(owner, owner)] for one, owner in owners.items()}


def test_the_record_of_a_run_has_them() -> None:
    bench = BenchFile(parties={roles.ESME: PartyEntry("lab:Device")})
    record = run_record(bench, seed=1, mode="regular", suite="", plan=[], entries=[], answers=[])
    assert record["assumptions"] == assumptions(bench)


# In DECISIONS.md.


def documented() -> dict[str, tuple[str, str]]:
    """Value and why by place, from the tables of DECISIONS.md; a row may be about several places."""
    rows: dict[str, tuple[str, str]] = {}
    for line in (REPOSITORY / "DECISIONS.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("| `"):
            places, value, why = (cell.strip() for cell in line.strip("|").split(" | "))
            for place in re.findall(r"`([^`]+)`", places):
                assert place not in rows, f"{place} stands in DECISIONS.md twice"
                rows[place] = value, why
    return rows


def test_decisions_has_every_assumption_with_value_and_why_and_names_none_else() -> None:
    def text(value: Any) -> str:
        return value if isinstance(value, str) else json.dumps(value)

    boxed = BenchFile(parties={roles.DCC: PartyEntry(BOXED)})
    listed = {entry["where"]: entry for bench in (BenchFile(), boxed) for entry in assumptions(bench)}
    assert documented() == {where: (text(entry["value"]), entry["why"]) for where, entry in listed.items()}
