"""What a certification run may claim: only what checks of the party under test say, and nothing beside a gap."""

from typing import Any

import pytest

from ppmid_bench.certificate import certificate, gaps

HARNESS = {"version": "1.0", "sha256": "ab"}


def check(verdict: str, judges: str = "ppmid", **args: Any) -> dict[str, Any]:
    return {"id": "a-check", "judges": judges, "args": args, "verdict": verdict}


def entry(id: str, verdict: str, *checks: dict[str, Any], tags: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"id": id, "tags": list(tags), "verdict": verdict, "checks": list(checks)}


def record(*scenarios: dict[str, Any], iut: str = "ppmid", kind: str = "real", **more: Any) -> dict[str, Any]:
    return {
        "run": {"iut": iut, "suite": "s"},
        "parties": [{"role": iut, "kind": kind}],
        "plan": [{"id": one["id"]} for one in scenarios],
        "scenarios": list(scenarios),
    } | more


def claim(*scenarios: dict[str, Any], own_suite: str = "s", by_maker: bool = True, **more: Any) -> dict[str, Any]:
    made = record(*scenarios, **more)
    return certificate(made, own_suite=own_suite, harness=HARNESS, by_maker=by_maker)


PASSES = entry("f/passes", "pass", check("pass"))


def test_a_device_that_passes_the_whole_suite_has_its_certificate() -> None:
    assert claim(PASSES, entry("f/gas", "not_applicable")) == {
        "claimed": True,
        "reasons": [],
        "iut": "ppmid",
        "kind": "real",
        "verdict": "pass",
        "checks": {"pass": 1, "fail": 0, "inconclusive": 0, "error": 0, "not_reached": 0},
        "watched": [],
        "suite": "s",
        "own_suite": "s",
        "harness": HARNESS,
        "by_maker": True,
    }


def test_what_the_route_or_another_party_failed_says_nothing_against_it() -> None:
    others = entry("f/route", "fail", check("pass"), check("fail", "route"), check("fail", "hub"))
    found = claim(PASSES, others, entry("f/meter", "fail", check("fail", "meter", meter="esme")))
    assert (found["claimed"], found["verdict"], found["checks"]["pass"]) == (True, "pass", 2)


def test_a_meter_under_test_is_judged_by_the_checks_that_name_it() -> None:
    own, other = (entry(f"f/{one}", "fail", check("fail", "meter", meter=one)) for one in ("gsme", "esme"))
    assert claim(own, iut="gsme")["verdict"] == "fail"
    assert claim(other, iut="gsme")["verdict"] == "none"
    unreached = entry("f/other", "pass", check("not_reached", "meter"))
    assert claim(entry("f/own", "pass", check("pass", "meter", meter="gsme")), unreached, iut="gsme")["verdict"] == (
        "inconclusive"
    )


@pytest.mark.parametrize(
    ("scenario", "reason"),
    [
        (entry("f/x", "fail", check("fail")), "the verdict of the ppmid is fail"),
        (entry("f/x", "inconclusive", check("inconclusive")), "the verdict of the ppmid is inconclusive"),
        (entry("f/x", "fail", check("fail", "hub"), check("not_reached")), "the verdict of the ppmid is inconclusive"),
        (entry("f/x", "error", check("pass")), "1 scenario in error: f/x"),
        (entry("f/x", "not_run"), "1 scenario not run on this bench: f/x"),
    ],
)
def test_every_reason_against_it_is_said(scenario: dict[str, Any], reason: str) -> None:
    found = claim(PASSES, scenario)
    assert (found["claimed"], found["reasons"]) == (False, [reason])
    watched = {**scenario, "tags": ["watch"]}
    assert (claim(PASSES, watched)["claimed"], claim(PASSES, watched)["watched"]) == (True, ["f/x"])


def test_another_suite_no_statement_and_no_device_are_reasons() -> None:
    assert claim(PASSES, own_suite="t")["reasons"] == [
        "it is not the suite of this harness: other features, checks or limits"
    ]
    assert claim(PASSES, by_maker=False)["reasons"] == ["no conformance statement (ICS) of its maker was given"]
    for kind in ("simulated", "process", "replay"):
        assert claim(PASSES, kind=kind)["reasons"] == [f"no device was tested: the ppmid is {kind}"]
    assert claim(PASSES, kind="manual")["claimed"]


def test_scenarios_in_which_nothing_judges_it_give_no_certificate() -> None:
    found = claim(entry("f/x", "pass", check("pass", "route")))
    assert found["reasons"] == ["the verdict of the ppmid is none"]


def test_each_gap_has_a_name_and_what_is_doubled_counts_once() -> None:
    made = [entry(f"f/{number}", "pass", check("pass")) for number in range(5)]
    broken = [made[0], made[1], made[1], entry("f/mine", "pass")]
    expected = [
        "the scenario f/2 was planned, and is not there",
        "the scenario f/3 was planned, and is not there",
        "the scenario f/4 was planned, and is not there",
        "the scenario f/1 stands in it 2 times",
        "the scenario f/mine was not planned",
    ]
    assert list(gaps([{"id": one["id"]} for one in made], broken)) == expected
    assert claim(*made, scenarios=broken)["reasons"] == expected
    assert list(gaps(made, made)) == []
