"""What is declared, what is observed of it, and where the two part."""

import csv
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from ppmid_bench.declared import OBSERVATIONS, against, observed
from ppmid_bench.errors import BadInput
from ppmid_bench.evidence import Log
from ppmid_bench.ics import DECLARABLE, ITEMS, IXIT, read_ics
from ppmid_devices import roles

MakeLog = Callable[..., Log]
CAPABLE = ("avenue", "ppmid>delivery-service", "capabilities", 0, {"can_relay": True, "firmware": "7"})
ASKED = ("avenue", "delivery-service>ppmid", "submit-command", 1, {"request": "01"})
FORWARDED = ("avenue", "ppmid>delivery-service", "status", 2.5, {"request": "01", "state": "forwarded"})
UNKNOWN = ("avenue", "ppmid>delivery-service", "status", 61, {"request": "01", "state": "unknown"})
ONE_METER = {"home": {"meters": ["esme"], "ppmid_asked_to_be": None}}


def test_the_table_is_whole() -> None:
    text = (resources.files("ppmid_bench") / "data" / "declarations.csv").read_text(encoding="utf-8")
    assert [row["id"] for row in csv.DictReader(text.splitlines())] == list(DECLARABLE) == [*ITEMS, *IXIT]
    for item in DECLARABLE.values():
        assert not item.observed or item.observed in OBSERVATIONS
        assert {*item.needs, item.at_most or item.id} <= set(DECLARABLE)
    assert {item.observed for item in DECLARABLE.values()} - {""} == set(OBSERVATIONS)


def seen(make_log: MakeLog, *lines: Any, **home: Any) -> dict[str, Any]:
    return {one["item"]: (one["value"], one["evidence"]) for one in observed(make_log(lines, **(ONE_METER | home)))}


def test_what_a_scenario_shows(make_log: MakeLog) -> None:
    assert seen(make_log, CAPABLE, ASKED, FORWARDED, UNKNOWN) == {
        "relay": (True, 1),
        "firmware": ("7", 1),
        "first-word-s": (1.5, 3),
        "esme-answer-s": (60.0, 4),
    }
    assert seen(make_log, ("avenue", "ppmid>delivery-service", "utrn-result", 1, {"request": "01"})) == {
        "utrn-internet": (True, 1)
    }


def test_a_scenario_that_asks_for_another_ppmid_shows_nothing_of_it(make_log: MakeLog) -> None:
    asked_to_be = {"home": {"meters": ["esme"], "ppmid_asked_to_be": "unable to relay"}}
    assert seen(make_log, CAPABLE, **asked_to_be) == {}


def test_the_time_of_a_meter_is_taken_in_homes_with_that_one(make_log: MakeLog) -> None:
    both = {"home": {"meters": ["esme", "gsme"], "ppmid_asked_to_be": None}}
    assert set(seen(make_log, ASKED, UNKNOWN, **both)) == {"first-word-s"}
    gas = {"home": {"meters": [roles.GSME], "ppmid_asked_to_be": None}}
    assert seen(make_log, ASKED, UNKNOWN, **gas)["gsme-answer-s"] == (60.0, 2)


def scenario(id: str, **seen: Any) -> dict[str, Any]:
    return {"id": id, "observed": [{"item": item, "value": value, "evidence": 3} for item, value in seen.items()]}


def row(declared: Any, *values: Any, item: str = "relay", unsure: float = 0.0) -> dict[str, Any]:
    scenarios = [scenario(f"s{number}", **{item: value}) for number, value in enumerate(values)]
    (only,) = against({item: declared}, scenarios, unsure)
    return dict(only)


def test_a_declaration_that_every_scenario_bears_out_agrees() -> None:
    assert row(True, True, True) == {
        "item": "relay",
        "declared": True,
        "observed": [True],
        "agrees": True,
        "evidence": ["s0#3", "s1#3"],
    }
    assert row("2", item="firmware")["agrees"] is None


@pytest.mark.parametrize(
    ("item", "declared", "values", "shown", "places"),
    [
        ("relay", True, (True, False), [False], ["s1#3"]),
        ("relay", False, (True,), [True], ["s0#3"]),
        ("firmware", "2", ("2", "3", "4"), ["3", "4"], ["s1#3", "s2#3"]),
        ("esme-answer-s", 60.0, (10.0, 61.0, 75.0), [75.0], ["s2#3"]),
    ],
)
def test_what_contradicts_it_is_shown_with_its_place(
    item: str, declared: Any, values: tuple[Any, ...], shown: list[Any], places: list[str]
) -> None:
    found = row(declared, *values, item=item)
    assert (found["agrees"], found["observed"], found["evidence"]) == (False, shown, places)


def test_a_time_within_the_clocks_uncertainty_does_not_contradict() -> None:
    assert row(60.0, 60.5, item="esme-answer-s", unsure=0.5)["agrees"] is True
    assert row(60.0, 60.6, item="esme-answer-s", unsure=0.5)["agrees"] is False


def written(folder: Path, text: str) -> Path:
    path = folder / "ics.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_values_for_testing_are_read_beside_the_statement(tmp_path: Path) -> None:
    ics = read_ics(written(tmp_path, '[ics]\nrelay = true\n[ixit]\nesme-answer-s = 90\nfirmware = "7"'))
    assert ics.declared() == {"relay": True, "esme-answer-s": 90.0, "firmware": "7"}
    assert ics.by_maker
    assert not read_ics(None).by_maker
    assert read_ics(None).ixit["esme-answer-s"] == 120.0


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[ics]", "[ics]: expected at least one line, such as relay = true, found none"),
        ("[ics]\nrelay=true\n[ixit]\nspeed = 3", "[ixit]: expected one of firmware, "),
        ("[ics]\nrelay=true\n[ixit]\nesme-answer-s = -1", "[ixit] esme-answer-s: expected a number of seconds from 0"),
        ("[ics]\nrelay=true\n[ixit]\nesme-answer-s = true", "found True"),
        ("[ics]\nrelay=true\n[ixit]\nesme-answer-s = nan", "found nan"),
        ("[ics]\nrelay=true\n[ixit]\nfirmware = 2", "[ixit] firmware: expected a text that is not empty, found 2"),
        ('[ics]\nrelay=true\n[ixit]\nfirmware = ""', "found ''"),
        (
            "[ics]\nrelay=false\nutrn-internet=false\nnfc=true",
            "relay = true or utrn-internet = true beside it, found relay = false and utrn-internet = false",
        ),
        (
            "[ics]\ngas=false\n[ixit]\ngsme-answer-s=9000",
            "[ixit] gsme-answer-s: expected gas = true beside it, found gas = false",
        ),
        (
            "[ics]\nrelay=true\n[ixit]\nfirst-word-s=91\nesme-answer-s=90",
            "[ixit] first-word-s: expected at most esme-answer-s, 90 s, found 91 s",
        ),
    ],
)
def test_what_cannot_be_declared_is_one_line(text: str, line: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        read_ics(written(tmp_path, text))
    assert line in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_contradiction_is_made_of_what_is_denied_or_not_said(tmp_path: Path) -> None:
    read_ics(written(tmp_path, "[ics]\nrelay=false\nutrn-internet=false\nnfc=false"))
    read_ics(written(tmp_path, "[ics]\nnfc=true\nrelay=false"))
