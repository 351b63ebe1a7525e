"""A trend says the last verdict, since when, what it was before, and how often it moved."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppmid_reports.history.rows import Device, Outcome, Version
from ppmid_reports.history.trends import Trend, trends

P1, P2 = Device(1, "ppmid", True, "Acme, P1"), Device(2, "ppmid", True, "Acme, P2")


def outcomes(*verdicts: str, **more: Any) -> list[Outcome]:
    """One run a day, from the first of the month, with these verdicts."""
    given = {"scenario": "f/a", "device": P1, "kind": "real", "suite": "ab", "profile": "p", "seed": "1", "because": ""}
    return [
        Outcome(
            run=10 + day,
            verdict=verdict,
            started=f"2026-11-{day:02}T00:00:00.000000+00:00",
            firmware=Version(str(day), ""),
            **(given | more),
        )
        for day, verdict in enumerate(verdicts, start=1)
    ]


def only(*verdicts: str) -> Trend:
    [found] = trends(outcomes(*verdicts))
    return found


@pytest.mark.parametrize(
    ("verdicts", "now", "was", "since_run", "worse", "changes"),
    [
        (["pass"], "pass", "", 11, False, 0),
        (["pass", "pass", "pass"], "pass", "", 11, False, 0),
        (["pass", "fail"], "fail", "pass", 12, True, 1),
        (["pass", "fail", "fail"], "fail", "pass", 12, True, 1),
        (["fail", "pass"], "pass", "fail", 12, False, 1),
        (["pass", "inconclusive"], "inconclusive", "pass", 12, True, 1),
        (["fail", "error"], "error", "fail", 12, False, 1),
        (["pass", "fail", "pass", "fail"], "fail", "pass", 14, True, 3),
        (["pass", "not_run", "fail", "not_applicable"], "fail", "pass", 13, True, 1),
    ],
)
def test_how_it_went(verdicts: list[str], now: str, was: str, since_run: int, worse: bool, changes: int) -> None:
    found = only(*verdicts)
    assert (found.now, found.was, found.since_run, found.worse, found.changes) == (now, was, since_run, worse, changes)
    assert found.since == f"2026-11-{since_run - 10:02}T00:00:00.000000+00:00"


def test_the_firmware_is_that_of_the_last_run_that_judged_it() -> None:
    assert str(only("pass", "fail", "not_run").firmware) == "2"


def test_what_was_never_judged_has_no_trend() -> None:
    assert trends(outcomes("not_run", "not_applicable")) == []


def test_each_device_has_its_own_and_so_has_each_kind_of_party() -> None:
    found = trends([*outcomes("pass"), *outcomes("fail", device=P2), *outcomes("fail", kind="simulated")])
    assert [(one.device.id, one.kind, one.now, one.changes) for one in found] == [
        (1, "real", "pass", 0),
        (1, "simulated", "fail", 0),
        (2, "real", "fail", 0),
    ]


def test_what_became_worse_comes_first_and_the_latest_of_it_before_all() -> None:
    found = trends(
        [
            *outcomes("pass", "pass", "pass", scenario="f/calm"),
            *outcomes("pass", "fail", "fail", scenario="f/older"),
            *outcomes("fail", "pass", "pass", scenario="f/better"),
            *outcomes("pass", "pass", "fail", scenario="f/newer"),
        ]
    )
    assert [one.scenario for one in found] == ["f/newer", "f/older", "f/better", "f/calm"]


@given(st.lists(st.sampled_from(["pass", "fail", "inconclusive", "error"]), min_size=1, max_size=28), st.randoms())
def test_it_holds_of_any_runs_in_any_order(verdicts: list[str], chance: Any) -> None:
    made = outcomes(*verdicts)
    found = only(*verdicts)
    assert found.runs == sum(found.verdicts.values()) == len(verdicts)
    assert found.now == verdicts[-1]
    assert set(verdicts[found.since_run - 11 :]) == {found.now}, "it has been so since then"
    assert found.was == (verdicts[found.since_run - 12] if found.since_run > 11 else "")
    assert found.was != found.now
    chance.shuffle(made)
    assert trends(made) == [found]
