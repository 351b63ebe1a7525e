"""``ppmid-harness risk``: what it prints, on a few of its trials, and that it is the same for one seed."""

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from ppmid_bench import beside_runs
from ppmid_harness.cli import execute
from ppmid_harness.risk import plan, service

Capture = pytest.CaptureFixture[str]
TABLE = plan.read_trials()
FEW = msgspec.structs.replace(
    TABLE,
    kinds=[one for one in TABLE.kinds if one.name == "supply off"],
    attack=[one for one in TABLE.attack if one.act in ("nothing", "holds it back for nine days")],
)


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    floods = list(service.read_floods())[:1]

    def read_floods() -> Iterator[service.Rate]:
        return iter(floods)

    monkeypatch.setattr(plan, "read_trials", lambda: FEW)
    monkeypatch.setattr(service, "read_floods", read_floods)


def test_it_tells_what_is_reached_and_what_is_absent(capsys: Capture) -> None:
    assert execute(["risk"]) == 0
    told = capsys.readouterr()
    lines = told.out.splitlines()
    assert "relay every Command: a PPMID and hub that relay every Command" in lines
    reached = "delivery service: off supply, code on the PPMID: off supply, carrier: off supply"
    assert lines.count(f"  {'supply off':<24} {reached}") == 3  # every Command, the prepayment set, SRV 2.2 and 7.2
    assert lines.count(f"  {'supply off':<24} absent, it ended at the hub") == 1
    assert lines.count(f"  {'supply off':<24} absent, it ended at the PPMID") == 2
    assert f"  {'relay top-ups only':<28} nothing" in lines
    assert f"  {'top-ups and supply off':<28} 3 off supply; threats come true: I3c" in lines
    assert "trials and 1 flood in" in told.err


def test_one_seed_gives_one_document(capsys: Capture) -> None:
    assert execute(["risk", "--seed", "5", "--json"]) == 0
    first = capsys.readouterr().out
    assert execute(["risk", "--seed", "5", "--json"]) == 0
    assert capsys.readouterr().out == first
    found = json.loads(first)
    assert (found["seed"], found["from"], found["floods"]) == (5, "simulated", 1)
    assert [one["avenue"] for one in found["avenues"]] == [
        "internet",
        "usb-stick",
        "usb-serial",
        "nfc",
        "hand-held-terminal",
    ]
    assert {one["worst"]["level"] for one in found["avenues"]} == {"off supply"}


def test_what_it_took_is_a_file_that_answers_take(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "took.json"
    assert execute(["risk", "--json", "--effort", str(path)]) == 0
    found = json.loads(capsys.readouterr().out)
    (took,) = beside_runs.read([path]).efforts
    assert (took.seed, took.trials, took.floods, took.pounds) == (1, found["trials"], 1, 0)
    assert 0 < took.seconds < 600


def test_a_place_where_nothing_can_be_written_is_told_before_the_trials(tmp_path: Path, capsys: Capture) -> None:
    assert execute(["risk", "--effort", str(tmp_path / "nowhere" / "took.json")]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1


def test_a_seed_is_a_number_from_0_up(capsys: Capture) -> None:
    assert execute(["risk", "--seed", "-1"]) == 2
    assert "--seed" in capsys.readouterr().err
