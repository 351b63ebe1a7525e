"""The matrix of routes: no cell is forgotten, and what comes of one is held against what must."""

import json
from collections.abc import Iterator

import msgspec
import pytest

from ppmid_bench.bench_file import read_bench
from ppmid_bench.came_of_it import CameOfIt
from ppmid_harness.cli import execute
from ppmid_harness.routes import plan
from ppmid_harness.routes.cell import Tried, tried
from ppmid_harness.routes.plan import CLASSES, Cell, Expected, Fit
from ppmid_harness.routes.report import document
from ppmid_steps.load import all_steps

Capture = pytest.CaptureFixture[str]
TABLE = plan.read_table()
CELLS = {one.name: one for one in plan.cells(TABLE)}


def test_every_cell_is_tried_or_has_its_reason() -> None:
    every = list(plan.names(TABLE))
    sizes = len(TABLE.avenue), len(TABLE.target), len(CLASSES), len(TABLE.wan), len(TABLE.hub)
    assert sizes == (9, 9, 6, 4, 3)
    assert len(every) == len(set(every)) == 9 * 9 * 6 * 4 * 3
    missing = [name for name in every if name not in CELLS and not plan.left_out(TABLE, name)]
    assert missing == []


def test_what_the_issue_names_is_there() -> None:
    avenues = {one.name for one in TABLE.avenue}
    assert {"Internet", "USB stick", "NFC", "keypad", "wire into the hub", "NFC into the hub", "SM WAN"} < avenues
    assert "Hand-Held Terminal" in avenues, "the baseline"
    assert {name[1] for name in CELLS} == {one.name for one in TABLE.target}
    assert {name[2] for name in CELLS} == set(CLASSES)


def test_of_every_cell_that_is_tried_it_is_said_what_is_asked() -> None:
    for name, cell in CELLS.items():
        asked = " ".join(cell.when)
        assert cell.target.words in asked, name
        assert "{" not in asked
        assert "the Supplier has the  " not in asked


def test_every_row_of_the_table_is_of_use() -> None:
    for row in TABLE.left_out:
        assert any(row.fits(name) for name in plan.names(TABLE)), row.why
    deciding = {id(cell.expected) for cell in CELLS.values()}
    assert [row.why for row in TABLE.expect if id(row) not in deciding] == []


def test_names_in_rows_are_names_of_the_axes() -> None:
    known = {
        "avenue": {one.name for one in TABLE.avenue},
        "target": {one.name for one in TABLE.target},
        "kind": set(CLASSES),
        "wan": {one.name for one in TABLE.wan},
        "hub": {one.name for one in TABLE.hub},
    }
    for row in (*TABLE.left_out, *TABLE.expect):
        for axis, names in known.items():
            assert set(getattr(row, axis)) <= names, row.why


def run(*name: str) -> Tried:
    return tried(CELLS[name], all_steps(), read_bench(None), 1)  # type: ignore[index]


@pytest.mark.parametrize(
    ("name", "acts", "outcome"),
    [
        (("Internet", "ESME", "supply off", "never", "relays every Command"), True, "delivered-verified"),
        (("Internet", "ESME", "supply off", "never", "of today"), False, "unknown"),
        (("Internet", "ESME", "read", "down for a while", "relays top-ups alone"), False, "unknown"),
        (("USB stick", "HCALCS", "read", "none yet", "relays every Command"), True, "delivered-verified"),
        (("wire into the hub", "GPF", "read", "never", "relays every Command"), True, "delivered-verified"),
        (("Hand-Held Terminal", "CHF", "read", "never", "of today"), True, "unknown"),
        (("SM WAN", "ESME", "credit", "never", "relays every Command"), False, "unknown"),
        (("SM WAN", "CHF", "read", "up", "of today"), True, "delivered-verified"),
        (("SM WAN", "PPMID", "credentials and joins", "up", "of today"), True, "delivered-verified"),
        (("keypad", "GSME", "credit", "never", "of today"), True, ""),
    ],
)
def test_a_cell_comes_out_as_it_must(name: tuple[str, ...], acts: bool, outcome: str) -> None:
    found = run(*name)
    assert (found.came.acted, found.came.outcome, found.problem) == (acts, outcome, "")


def test_what_is_not_as_it_must_be_is_said() -> None:
    cell = CELLS["Internet", "ESME", "read", "never", "relays every Command"]
    came = CameOfIt(acted=True, times=1, genuine=True, outcome="delivered-verified", reached=("ppmid", "hub", "esme"))
    assert Tried(cell, came).problem == ""

    def problem(**other: object) -> str:
        return Tried(cell, CameOfIt(**{**_fields(came), **other})).problem  # type: ignore[arg-type]

    assert problem(acted=False, reached=("ppmid",)) == "it did not act; it came to ppmid"
    assert problem(acted=False, reached=()) == "it did not act; it came to nobody"
    assert problem(outcome="unknown") == "the Supplier holds unknown, not delivered-verified"
    assert problem(genuine=False) == "what reached it is not what the DCC made"
    assert problem(times=2) == "it acted 2 times"


def _fields(came: CameOfIt) -> dict[str, object]:
    return {name: getattr(came, name) for name in CameOfIt.__slots__}


def test_the_document_counts_what_is_tried_and_what_is_not() -> None:
    name = ("Hand-Held Terminal", "ESME", "read", "never", "of today")
    found = document(TABLE, [run(*name)], 1)
    assert (found["tried"], found["as_expected"]) == (1, 1)
    assert sum(row["cells"] for row in found["left_out"]) == 5832 - len(CELLS)
    assert found["rows"][0]["reached"] == ["hub", "esme"] or "hub" in found["rows"][0]["reached"]
    assert all(row["why"] for row in found["left_out"])


def test_the_command_tells_and_fails_where_something_is_not_as_it_must_be(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = CELLS["Hand-Held Terminal", "ESME", "read", "never", "of today"]
    wrong = msgspec.structs.replace(good.expected, acts=False, outcome="unknown")

    def two(_: object) -> Iterator[Cell]:
        yield good
        yield Cell(good.name, good.target, wrong, good.given, good.prepare, good.when)

    monkeypatch.setattr(plan, "cells", two)
    assert execute(["routes", "--json"]) == 1
    first = capsys.readouterr().out
    rows = json.loads(first)["rows"]
    assert [row["problem"] for row in rows] == ["", "it acted"]
    assert execute(["routes"]) == 1
    assert "NOT AS IT MUST BE: Hand-Held Terminal, ESME, read, never, of today: it acted" in capsys.readouterr().out
    assert execute(["routes", "--json"]) == 1
    assert capsys.readouterr().out == first, "one seed gives one document"


def test_an_avenue_that_there_is_not_is_bad_input(capsys: Capture) -> None:
    assert execute(["routes", "--avenue", "pigeon"]) == 2
    error = capsys.readouterr().err
    assert "--avenue: expected one of Internet, USB stick" in error
    assert error.count("\n") == 1


def test_a_row_without_an_axis_fits_all_of_it() -> None:
    row = Fit(why="x", avenue=["keypad"])
    assert row.fits(("keypad", "GSME", "credit", "up", "of today"))
    assert not row.fits(("Internet", "GSME", "credit", "up", "of today"))
    assert isinstance(TABLE.expect[0], Expected)
