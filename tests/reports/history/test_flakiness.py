"""Flaky is what one device, firmware and suite gave several verdicts, and it is said within what they differ."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppmid_bench.verdict import UNJUDGED
from ppmid_reports.history.flakiness import BENCHES, ONE_BENCH, ONE_SEED, WITHIN, Seed, flaky
from ppmid_reports.history.rows import Device, Outcome, Version

P1, P2 = Device(1, "ppmid", True, "Acme, P1"), Device(2, "ppmid", True, "Acme, P2")


def outcome(run: int, verdict: str, **more: Any) -> Outcome:
    given = {
        "scenario": "f/a",
        "started": f"2026-11-{run:02}T00:00:00.000000+00:00",
        "device": P1,
        "firmware": Version("3", ""),
        "kind": "real",
        "suite": "ab",
        "profile": "p",
        "seed": "1",
        "because": "",
    }
    return Outcome(run=run, verdict=verdict, **(given | more))


@pytest.mark.parametrize(
    ("second", "within"),
    [
        ({}, ONE_SEED),
        ({"seed": "2"}, ONE_BENCH),
        ({"profile": "q"}, BENCHES),
        ({"profile": "q", "seed": "2"}, BENCHES),
    ],
)
def test_it_is_said_within_what_the_verdicts_differ(second: dict[str, Any], within: str) -> None:
    [row] = flaky([outcome(2, "fail", **second), outcome(1, "pass")])
    assert (row.scenario, row.within, row.verdicts, row.runs) == ("f/a", within, {"pass": 1, "fail": 1}, [1, 2])


def test_the_verdicts_of_each_seed_are_told() -> None:
    many = [outcome(1, "pass"), outcome(2, "fail"), outcome(3, "pass"), outcome(4, "pass", seed="2")]
    [row] = flaky(many)
    assert row.seeds == [Seed("1", "p", {"pass": 2, "fail": 1}), Seed("2", "p", {"pass": 1})]
    assert row.within == ONE_SEED


@pytest.mark.parametrize(
    "other",
    [
        {"device": P2},
        {"firmware": Version("4", "")},
        {"firmware": Version("3", "4")},
        {"suite": "cd"},
        {"kind": "simulated"},
        {"scenario": "f/b"},
    ],
)
def test_what_is_not_the_same_device_firmware_suite_or_scenario_is_not_flaky(other: dict[str, Any]) -> None:
    assert flaky([outcome(1, "pass"), outcome(2, "fail", **other)]) == []


@pytest.mark.parametrize("verdict", UNJUDGED)
def test_what_was_not_judged_says_nothing(verdict: str) -> None:
    assert flaky([outcome(1, "pass"), outcome(2, verdict)]) == []


@pytest.mark.parametrize("verdict", ["fail", "inconclusive", "error"])
def test_every_other_verdict_beside_a_pass_is_told(verdict: str) -> None:
    assert len(flaky([outcome(1, "pass"), outcome(2, verdict)])) == 1


def test_what_differs_within_one_seed_comes_first() -> None:
    many = [
        *(outcome(1, "pass", scenario="f/a"), outcome(2, "fail", scenario="f/a", profile="q")),
        *(outcome(1, "pass", scenario="f/b"), outcome(2, "fail", scenario="f/b", seed="2")),
        *(outcome(1, "pass", scenario="f/c"), outcome(2, "fail", scenario="f/c")),
    ]
    assert [(row.scenario, row.within) for row in flaky(many)] == [
        ("f/c", ONE_SEED),
        ("f/b", ONE_BENCH),
        ("f/a", BENCHES),
    ]


OUTCOMES = st.lists(
    st.builds(
        outcome,
        st.integers(1, 28),
        st.sampled_from(["pass", "fail", "inconclusive", "not_run"]),
        scenario=st.sampled_from(["f/a", "f/b"]),
        device=st.sampled_from([P1, P2]),
        profile=st.sampled_from("pq"),
        seed=st.sampled_from("12"),
    ),
    max_size=30,
    unique_by=lambda one: one.run,
)


@given(OUTCOMES)
def test_it_holds_of_any_runs(outcomes: list[Outcome]) -> None:
    found = flaky(outcomes)
    assert flaky(outcomes[::-1]) == found, "the order in which runs were added changes nothing"
    for row in found:
        mine = [one for one in outcomes if (one.scenario, one.device) == (row.scenario, row.device)]
        judged = [one for one in mine if one.verdict != "not_run"]
        assert sum(row.verdicts.values()) == len(row.runs) == len(judged)
        assert len(row.verdicts) > 1
        differ = {
            ONE_SEED: any(len(one.verdicts) > 1 for one in row.seeds),
            ONE_BENCH: any(
                len({verdict for one in row.seeds if one.profile == bench for verdict in one.verdicts}) > 1
                for bench in "pq"
            ),
            BENCHES: True,
        }
        assert row.within == next(within for within in WITHIN if differ[within])
    told = {(row.scenario, row.device.id) for row in found}
    for key in {(one.scenario, one.device.id) for one in outcomes} - told:
        verdicts = {one.verdict for one in outcomes if (one.scenario, one.device.id) == key} - {"not_run"}
        assert len(verdicts) <= 1
