"""A person in the place of an adapter: the home lives on, the evidence has every answer, silence is inconclusive."""

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from ppmid_bench import adapters
from ppmid_bench.bench_file import BenchFile, PartyEntry
from ppmid_bench.by_hand import ByHand
from ppmid_bench.errors import BadInput
from ppmid_bench.evidence import read_log
from ppmid_bench.wall_clock import WallClock
from ppmid_devices import roles
from ppmid_devices.operator.ppmid import OperatorPpmid
from ppmid_devices.operator.questions import Answered
from ppmid_devices.operator.settings import PpmidOperatorSettings
from ppmid_devices.ports import MILLISECOND
from ppmid_devices.ppmid.settings import PpmidSettings
from ppmid_devices.ppmid.simulated import SimulatedPpmid

Play = Callable[..., dict[str, Any]]

KEYPAD = """@UTRN-INTERNET
Feature: By hand

  @REQ-011 @takes-10m
  Scenario: A UTRN is typed into the PPMID
    Given a prepayment home with an electricity meter
    When the customer is given a UTRN of £10.00 for the electricity meter by the Supplier
    And the customer types the UTRN of the Supplier for the electricity meter into the PPMID
    Then the balance of the electricity meter has risen by £10.00, once
    And the PPMID shows the balance of the electricity meter
"""
ANSWERS = """
enter-utrn = "done"
touch = "done"
screen = ["Topped up", "Topped up"]
balance-esme = "15.00"
supply-esme = "enabled"
emergency-credit-esme = "none"
debt-esme = "none"
as-of-esme = "none"
"""


class Attended(OperatorPpmid):
    """A real PPMID on the table (one of ours, on the lines), and a person who does what is asked."""

    def __init__(self, *, settings: PpmidOperatorSettings, **needs: Any) -> None:
        super().__init__(settings=settings, **needs)
        self.device = SimulatedPpmid(settings=PpmidSettings(), **needs)

    def start(self) -> None:
        self.device.start()

    def enter_utrn(self, meter: Any, digits: str) -> None:
        super().enter_utrn(meter, digits)
        self.device.enter_utrn(meter, digits)


@pytest.fixture(autouse=True)
def lab(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("lab")
    module.__dict__["Attended"] = Attended
    monkeypatch.setitem(sys.modules, "lab", module)


def bench(folder: Path, answers: str) -> str:
    (folder / "answers.toml").write_text(answers, encoding="utf-8")
    return f'[parties.ppmid]\nadapter = "lab:Attended"\nname = "A. Tester"\nanswers = "{folder / "answers.toml"}"\n'


def test_a_person_types_and_reads_and_every_answer_is_in_the_evidence(play: Play, tmp_path: Path) -> None:
    record = play(bench(tmp_path, ANSWERS), feature=KEYPAD)
    (scenario,) = record["scenarios"]
    assert scenario["verdict"] == "pass", scenario["because"]
    assert {party["kind"] for party in record["parties"] if party["role"] == "ppmid"} == {"manual"}
    (path,) = (tmp_path / "run" / "evidence").iterdir()
    answers = read_log(path).of("operator", "answer")
    assert [one.fields["id"] for one in answers][:3] == ["enter-utrn", "touch", "screen"]
    assert {one.fields["by"] for one in answers} == {"A. Tester"}
    assert all(one.fields["at"] <= one.t for one in answers)
    assert answers[0].fields["asked"].startswith("Type a UTRN for the esme")
    assert answers[3].fields | {"at": 0} == {
        "id": "balance-esme",
        "asked": "What is the balance of the esme on the PPMID's screen?",
        "said": "15.00",
        "by": "A. Tester",
        "at": 0,
    }


def test_what_a_person_reads_is_judged(play: Play, tmp_path: Path) -> None:
    (scenario,) = play(bench(tmp_path, ANSWERS.replace("15.00", "14.00")), feature=KEYPAD)["scenarios"]
    assert scenario["verdict"] == "fail"
    assert ("figures-of-the-meter", "fail") in {(one["id"], one["verdict"]) for one in scenario["checks"]}


def test_an_answer_that_does_not_come_is_inconclusive(play: Play, tmp_path: Path) -> None:
    silent = ANSWERS.replace('touch = "done"', "")
    (scenario,) = play(bench(tmp_path, silent), feature=KEYPAD)["scenarios"]
    assert scenario["verdict"] == "inconclusive"
    assert scenario["because"].startswith(
        "the bench cannot bring it about: A. Tester has not answered within 120 s: Touch the PPMID"
    )
    (path,) = (tmp_path / "run" / "evidence").iterdir()
    assert read_log(path).of("operator", "answer", id="touch", said=None)


@pytest.mark.parametrize(
    ("role", "settings", "line"),
    [
        (
            roles.HUB,
            {"name": "A"},
            r"\[parties.hub\] adapter: expected operator for ppmid, esme, gsme, carrier only, found hub",
        ),
        (roles.PPMID, {}, r"\[parties.ppmid\]: expected a field `name`, found none"),
        (roles.PPMID, {"name": "A", "patience_s": -1}, "patience_s: expected a number from 0 up, found -1"),
    ],
)
def test_who_cannot_be_stood_for_is_one_line(role: str, settings: dict[str, Any], line: str) -> None:
    with pytest.raises(BadInput, match=line):
        adapters.require_adapters(BenchFile(source="b.toml", parties={role: PartyEntry("operator", settings)}))


@pytest.mark.parametrize("role", [roles.PPMID, roles.ESME, roles.GSME])
def test_the_operator_stands_for_what_has_a_screen_and_buttons(role: str) -> None:
    entry = PartyEntry("operator", {"name": "A. Tester"})
    points = frozenset({"user", "avenue", "han", "meter-display", "ppmid-display"})
    bench = BenchFile(points=points, parties={role: entry})
    adapters.require_adapters(bench)
    assert adapters.kind(role, bench) == "manual"
    assert not adapters.is_our_own("operator")


def test_the_home_lives_on_while_a_person_thinks() -> None:
    clock, lived = WallClock(), threading.Event()

    class Person:
        def touch(self) -> bool:
            return lived.wait(5)  # nothing would set it, were the home waiting too

        def take_answers(self) -> list[Answered]:
            return [Answered(1, "A", "touch", "Touch", "done")]

    noted = list[Answered]()
    try:
        clock.call_later(50 * MILLISECOND, lived.set)
        assert ByHand(clock, Person(), noted.extend).touch() is True
    finally:
        clock.stop()
    assert [one.said for one in noted] == ["done"]
