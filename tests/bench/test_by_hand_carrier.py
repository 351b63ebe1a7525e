"""A person who carries: asked to bring it and to take it away, in that order, and judged by what comes of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ppmid_bench import adapters
from ppmid_bench.bench_file import BenchFile, PartyEntry
from ppmid_bench.evidence import read_log
from ppmid_devices import roles

Play = Callable[..., dict[str, Any]]

FEATURE = """@UTRN-INTERNET
Feature: Carried by a person

  @REQ-011
  Scenario: A UTRN is carried
    Given a prepayment home with an electricity meter
    And a hub of today
    And a PPMID that is brought its messages {how}
    When the Supplier sends a UTRN of £12.50 for the electricity meter to the PPMID
    And the carrier leaves the Supplier's
    And the carrier is brought to the PPMID
    Then the balance of the electricity meter has risen by £12.50, once
    When the carrier is back at the Supplier's
    Then the PPMID reported the meter's own result
"""
MOVES = {
    "on a USB stick": ("Take the stick out of the computer", "Pull the stick out of the PPMID"),
    "by a phone on a USB cable": ("Plug the computer's cable into", "Pull the cable out of the PPMID"),
    "by a phone that taps": ("Hold the reader to the PPMID", "Take the reader away"),
}


def bench(folder: Path, answers: str) -> str:
    (folder / "answers.toml").write_text(answers, encoding="utf-8")
    return f'[parties.carrier]\nadapter = "operator"\nname = "A. Tester"\nanswers = "{folder / "answers.toml"}"\n'


@pytest.mark.parametrize("how", MOVES)
def test_a_person_carries_there_and_back_and_the_answers_are_in_the_evidence(
    play: Play, tmp_path: Path, how: str
) -> None:
    record = play(bench(tmp_path, 'carry-there = "done"\ncarry-back = "done"\n'), feature=FEATURE.format(how=how))
    (scenario,) = record["scenarios"]
    assert scenario["verdict"] == "pass", scenario["because"]
    assert {party["kind"] for party in record["parties"] if party["role"] == roles.CARRIER} == {"manual"}
    (path,) = (tmp_path / "run" / "evidence").iterdir()
    log = read_log(path)
    answers = log.of("operator", "answer")
    assert [(one.fields["id"], one.fields["said"], one.fields["by"]) for one in answers] == [
        ("carry-there", "done", "A. Tester"),
        ("carry-back", "done", "A. Tester"),
    ]
    assert all(one.fields["asked"].startswith(said) for one, said in zip(answers, MOVES[how], strict=True))


@pytest.mark.parametrize(
    ("answers", "because"),
    [
        ('carry-back = "done"\n', "A. Tester has not answered within 120 s: "),
        ('carry-there = "cannot"\ncarry-back = "done"\n', "the operator cannot do that"),
        ('carry-there = "maybe"\ncarry-back = "done"\n', "A. Tester has not answered in the right form: "),
    ],
)
def test_who_does_not_carry_makes_it_inconclusive(play: Play, tmp_path: Path, answers: str, because: str) -> None:
    feature = FEATURE.format(how="on a USB stick")
    (scenario,) = play(bench(tmp_path, answers), feature=feature)["scenarios"]
    assert scenario["verdict"] == "inconclusive"
    assert scenario["because"].startswith(f"the bench cannot bring it about: {because}")


def test_the_operator_stands_for_the_carrier() -> None:
    made = BenchFile(parties={roles.CARRIER: PartyEntry("operator", {"name": "A. Tester"})})
    adapters.require_adapters(made)
    assert adapters.kind(roles.CARRIER, made) == "manual"
