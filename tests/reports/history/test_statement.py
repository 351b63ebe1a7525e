"""Who contributes to a statement, what its rows come to, and that it never says more than the runs have shown."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppmid_bench.checks import CHECKS
from ppmid_reports.history import statement as module
from ppmid_reports.history.rows import Device, Run, Version
from ppmid_reports.history.statement import (
    FAILS,
    MISSING,
    OPEN,
    PARTLY,
    PASSES,
    Judgement,
    Statement,
    contributing,
    origin_of,
    statement,
    universe,
)

DEVICE = Device(1, "ppmid", True, "Acme, P1")


def run(id: int, **more: Any) -> Run:
    texts = dict.fromkeys(("ended", "added", "lab", "harness", "runner", "claim", "fault", "fingerprint", "source"), "")
    given: dict[str, Any] = {
        **texts,
        "sha256": f"{id:064}",
        "device": DEVICE,
        "firmware": Version("3", ""),
        "kind": "real",
        "adapter": "acme",
        "started": f"2026-11-{id:02}T00:00:00.000000+00:00",
        "seed": "1",
        "mode": "regular",
        "suite": "ab" * 32,
        "profile": "p",
        "time": "wall",
        "verdict": "pass",
        "planned": 1,
        "counts": {"pass": 1},
        "integrity": "trusted",
    }
    return Run(id=id, **(given | more))


def judged(run: int, verdict: str, check: str = "one", *requirements: str) -> Judgement:
    return Judgement(run, check, verdict, list(requirements or ("REQ-026",)), ["I6"], ["PP-003"])


LIKE = next(one for one in CHECKS.values() if one.judges == "ppmid")
COUNTS = {"requirements": ("REQ-026",), "threats": ("I6",), "purposes": ("PP-003",)}


@pytest.fixture
def one_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if one check alone judged the class."""
    monkeypatch.setattr(module, "CHECKS", {"one": replace(LIKE, id="one", **COUNTS)})


@pytest.fixture
def two_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if two judged the class, for the same."""
    monkeypatch.setattr(module, "CHECKS", {id: replace(LIKE, id=id, **COUNTS) for id in ("one", "two")})


def stated(runs: list[Run], *judgements: Judgement) -> Statement:
    return statement("ppmid", "ab", runs, [], judgements)


def row(found: Statement, id: str) -> Any:
    return next(one for rows in found.parts.values() for one in rows if one.id == id)


@pytest.mark.parametrize(
    ("judgements", "result", "passes_in", "fails_in", "open_in"),
    [
        ([], MISSING, [], [], []),
        ([judged(1, "pass")], PASSES, [1], [], []),
        ([judged(1, "pass"), judged(1, "pass")], PASSES, [1], [], []),
        ([judged(1, "pass"), judged(2, "pass")], PASSES, [1, 2], [], []),
        ([judged(1, "pass"), judged(2, "fail")], FAILS, [1], [2], []),
        ([judged(1, "pass"), judged(1, "fail")], FAILS, [], [1], []),
        ([judged(1, "inconclusive")], OPEN, [], [], [1]),
        ([judged(1, "error"), judged(2, "not_reached")], OPEN, [], [], [1, 2]),
        ([judged(1, "inconclusive"), judged(2, "pass")], PASSES, [2], [], [1]),
        ([judged(1, "inconclusive"), judged(1, "pass")], PASSES, [1], [], []),
        ([judged(1, "inconclusive"), judged(2, "fail")], FAILS, [], [2], [1]),
    ],
)
@pytest.mark.usefixtures("one_check")
def test_what_a_row_comes_to(
    judgements: list[Judgement], result: str, passes_in: list[int], fails_in: list[int], open_in: list[int]
) -> None:
    found = stated([run(1), run(2)], *judgements)
    for id in ("REQ-026", "PP-003", "I6"):
        one = row(found, id)
        assert (one.result, one.passes_in, one.fails_in, one.open_in) == (result, passes_in, fails_in, open_in)


@pytest.mark.usefixtures("two_checks")
@pytest.mark.parametrize(
    ("second", "result", "lacks"),
    [
        (None, PARTLY, ["two"]),
        ("inconclusive", PARTLY, ["two"]),
        ("pass", PASSES, []),
        ("fail", FAILS, []),
    ],
)
def test_what_passes_lacks_the_checks_that_did_not_come_out(second: str | None, result: str, lacks: list[str]) -> None:
    more = [judged(2, second, "two")] if second else []
    one = row(stated([run(1), run(2)], judged(1, "pass"), *more), "REQ-026")
    assert (one.result, one.lacks) == (result, lacks)


@pytest.mark.usefixtures("two_checks")
def test_a_check_that_came_out_for_another_requirement_is_lacking_all_the_same() -> None:
    found = stated([run(1)], judged(1, "pass"), judged(1, "pass", "two", "REQ-011"))
    assert (row(found, "REQ-026").lacks, row(found, "PP-003").lacks) == (["two"], [])


def test_its_rows_are_all_that_checks_of_the_class_can_say() -> None:
    found = stated([run(1)])
    assert {one.id for one in found.checks} == {id for id, one in CHECKS.items() if one.judges == "ppmid"}
    assert {one.id for one in found.requirements} == {
        id for one in CHECKS.values() if one.judges == "ppmid" for id in one.requirements
    }
    assert {one.result for rows in found.parts.values() for one in rows} == {MISSING}
    assert all(one.text for rows in found.parts.values() for one in rows)


def test_a_check_of_meters_speaks_of_both_kinds_of_meter_and_of_no_hub() -> None:
    checks = {name: set(universe(name)["checks"]) for name in ("esme", "gsme", "hub", "ppmid")}
    assert "credited-once" in checks["esme"] & checks["gsme"]
    assert "credited-once" not in checks["hub"] | checks["ppmid"]


def test_what_this_harness_does_not_know_has_a_row_too() -> None:
    found = stated([run(1)], judged(1, "pass", "a-check-of-later", "REQ-999"))
    assert (row(found, "a-check-of-later").result, row(found, "REQ-999").text) == (PASSES, "")


@pytest.mark.parametrize(
    ("kinds", "origin", "says"),
    [
        (["simulated", "process"], "simulated", "it certifies none"),
        (["replay"], "simulated", "it certifies none"),
        (["real", "manual"], "real", "It relates only to the devices tested"),
        (["real", "simulated"], "mixed", "Some parties under test were no real devices"),
    ],
)
def test_simulated_or_real_is_said(kinds: list[str], origin: str, says: str) -> None:
    runs = [run(n, kind=kind) for n, kind in enumerate(kinds, start=1)]
    found = stated(runs, *(judged(one.id, "pass") for one in runs))
    assert (found.origin, row(found, "REQ-026").origin) == (origin, origin)
    assert says in found.says


def test_a_row_says_of_its_own_runs_alone_whether_they_were_real() -> None:
    found = stated([run(1), run(2, kind="simulated")], judged(1, "pass"), judged(2, "pass", "x", "REQ-011"))
    assert (found.origin, row(found, "REQ-026").origin, row(found, "REQ-011").origin) == ("mixed", "real", "simulated")


def test_answers_stand_beside_and_move_no_row() -> None:
    answers = [("REQ-026", "UTRN-INTERNET", "refuted", 2), ("REQ-026", "UTRN-INTERNET", "refuted", 1)]
    answers += [("REQ-026", "UTRN-INTERNET", "open", 3), ("REQ-011", "SECMP0038", "shown", 1)]
    answers += [("REQ-062", "SEC0009", "shown", 1)]  # a hub's
    runs, judgements = [run(1), run(2), run(3)], [judged(1, "pass")]
    found = statement("ppmid", "ab", runs, [], judgements, answers)
    assert [(one.requirement, one.modification, one.runs) for one in found.answers] == [
        ("REQ-011", "SECMP0038", {"shown": [1]}),
        ("REQ-026", "UTRN-INTERNET", {"open": [3], "refuted": [1, 2]}),
    ]
    assert found.parts == stated(runs, *judgements).parts


def test_without_runs_nothing_is_stated() -> None:
    assert stated([]).says == "No run of the class ppmid contributes: nothing is stated."
    assert origin_of([]) == ""


@pytest.mark.parametrize(
    ("second", "asked", "because"),
    [
        ({"suite": "cd" * 32}, {}, "it is of another suite, cdcdcdcdcdcdcdcd"),
        ({"fault": "the run was interrupted"}, {}, "the run broke: the run was interrupted"),
        ({"firmware": Version("4", "")}, {"firmware": "3"}, "its firmware is 4"),
        ({"kind": "simulated"}, {"kind": "real"}, "its party under test is simulated"),
        (
            {"suite": "cd" * 32, "kind": "process"},
            {"kind": "real"},
            "it is of another suite, cdcdcdcdcdcdcdcd; its",
        ),
    ],
)
def test_who_does_not_contribute_is_named_with_the_reason(
    second: dict[str, Any], asked: dict[str, str], because: str
) -> None:
    suite, kept, left_out = contributing([run(2), run(1, **second)], **asked)
    assert (suite, [one.id for one in kept], [one.run for one in left_out]) == ("ab" * 32, [2], [1])
    assert left_out[0].because.startswith(because)


def test_the_suite_is_the_newest_runs_or_the_one_that_is_asked_for() -> None:
    runs = [run(1), run(3, suite="cd" * 32), run(2)]
    assert [one.id for one in contributing(runs)[1]] == [3]
    suite, kept, _ = contributing(runs, "aba")
    assert (suite, [one.id for one in kept]) == ("ab" * 32, [1, 2])
    assert contributing(runs, "ef")[:2] == ("ef", [])


@given(
    st.lists(
        st.builds(judged, st.integers(1, 3), st.sampled_from(["pass", "fail", "inconclusive", "error", "not_reached"])),
        max_size=12,
    )
)
def test_it_never_says_more_than_was_shown(judgements: list[Judgement]) -> None:
    one = row(stated([run(1), run(2), run(3)], *judgements), "REQ-026")
    verdicts = [each.verdict for each in judgements]
    assert (one.result in (PASSES, PARTLY)) == ("pass" in verdicts and "fail" not in verdicts)
    assert (one.result == FAILS) == ("fail" in verdicts)
    assert (one.result == MISSING) == (not judgements)
    assert sorted([*one.passes_in, *one.fails_in, *one.open_in]) == sorted({each.run for each in judgements})
