"""Tolerances: what is refused, and what stands beside a verdict."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ppmid_bench.errors import BadInput
from ppmid_bench.tolerances import Tolerance, beside, excused, is_stale, read_tolerances

TODAY = date(2026, 11, 25)
TEXT = """[[tolerance]]
id = "T-1"
requirement = "REQ-004"
check = "credited-once"
owner = "A. Name"
reason = "firmware 1"
expires = 2026-11-25
rectification = "firmware 2"
"""


def read(folder: Path, text: str) -> tuple[Tolerance, ...]:
    path = folder / "tolerances.toml"
    path.write_text(text)
    return read_tolerances(path, TODAY)


def test_one_holds_on_its_last_day(tmp_path: Path) -> None:
    (one,) = read(tmp_path, TEXT)
    assert (one.id, one.owner, one.expires) == ("T-1", "A. Name", TODAY)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("2026-11-25", "2026-11-24", "T-1 expires: expected a day from 2026-11-25 on, found 2026-11-24"),
        ("REQ-004", "REQ-999", "T-1 requirement: expected the id of a requirement, found 'REQ-999'"),
        ("credited-once", "credited", "T-1 check: expected the id of a check, found 'credited'"),
        ("REQ-004", "REQ-029", "expected one that credited-once counts for: REQ-004, REQ-026, REQ-049, found REQ-029"),
        ('owner = "A. Name"', 'owner = ""', "owner"),
        ('owner = "A. Name"\n', "", "expected a field `owner`, found none"),
        ('"T-1"', '"T-1"\nverdict = "pass"', "verdict"),
        (TEXT, TEXT + TEXT, "T-1: expected an id of its own"),
        (TEXT, "tolerance = []", "at least one"),
    ],
)
def test_what_nobody_answers_for_is_refused(tmp_path: Path, old: str, new: str, problem: str) -> None:
    with pytest.raises(BadInput, match=problem.replace("[", r"\[")):
        read(tmp_path, TEXT.replace(old, new))


def scenario(id: str, verdict: str, check: str = "credited-once", requirement: str = "REQ-004") -> dict[str, Any]:
    return {"id": id, "verdict": verdict, "checks": [{"id": check, "requirements": [requirement], "verdict": verdict}]}


def test_it_stands_beside_the_fails_of_its_check_for_its_requirement(tmp_path: Path) -> None:
    given = read(tmp_path, TEXT)
    made = [scenario("f/a", "fail"), scenario("f/b", "pass"), scenario("f/c", "fail", requirement="REQ-026")]
    made.append(scenario("f/d", "fail", check="supply-is"))
    before = [str(one) for one in made]
    (row,) = beside(given, made)
    assert (row["state"], row["tolerated"], row["expires"]) == ("applied", ["f/a"], "2026-11-25")
    assert [str(one) for one in made] == before, "no verdict is moved"
    assert not is_stale([row])


@pytest.mark.parametrize(
    ("verdict", "state"), [("pass", "stale"), ("inconclusive", "not judged"), ("not_reached", "not judged")]
)
def test_one_that_nothing_failed_of_is_stale_once_its_check_has_passed(
    tmp_path: Path, verdict: str, state: str
) -> None:
    rows = beside(read(tmp_path, TEXT), [scenario("f/a", verdict)])
    assert (rows[0]["state"], rows[0]["tolerated"], is_stale(rows)) == (state, [], state == "stale")


def failing(id: str, *checks: tuple[str, tuple[str, ...], str], verdict: str = "fail") -> dict[str, Any]:
    """A scenario with these checks: id, the requirements that it counts for, verdict."""
    made = [{"id": check, "requirements": list(requirements), "verdict": word} for check, requirements, word in checks]
    return {"id": id, "verdict": verdict, "checks": made}


CREDIT = ("credited-once", ("REQ-004",), "fail")


@pytest.mark.parametrize(
    ("one", "spared"),
    [
        (failing("f/a", ("supply-is", ("REQ-004",), "pass"), CREDIT), True),
        (failing("f/a", CREDIT, ("supply-is", ("REQ-004",), "fail")), False),
        (failing("f/a", ("credited-once", ("REQ-004", "REQ-049"), "fail")), False),
        (failing("f/a", CREDIT, ("supply-is", (), "fail")), False),
        (failing("f/a", CREDIT, verdict="error"), False),
    ],
    ids=["all of it", "another check too", "another requirement too", "what counts for none", "an error"],
)
def test_a_scenario_is_excused_when_somebody_answers_for_all_that_failed(
    one: dict[str, Any], spared: bool, tmp_path: Path
) -> None:
    rows = beside(read(tmp_path, TEXT), [one])
    assert excused(rows, [one]) == (["f/a"] if spared else [])


def test_two_tolerances_may_answer_for_one_fail_together(tmp_path: Path) -> None:
    one = failing("f/a", ("credited-once", ("REQ-004", "REQ-049"), "fail"))
    second = TEXT.replace("T-1", "T-2").replace("REQ-004", "REQ-049")
    assert excused(beside(read(tmp_path, TEXT + second), [one]), [one]) == ["f/a"]
