"""Whom the checks of a scenario accuse though the fault is another's."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ppmid_bench.checks import CHECKS
from ppmid_harness.features import own_features
from ppmid_harness.plan import Options, Plan, make_plan
from ppmid_harness.proof.blame import Accused, accused
from ppmid_harness.proof.faults import Fault, faults
from ppmid_harness.proof.solo import run_alone
from ppmid_harness.proof.trials import hunt

OF_THE_USER = Fault("ppmid_devices.dcc_user.faulty:SettlesTwice", "one-outcome", "settled-twice", role="dcc-user")
OF_A_LINK = Fault("ppmid_devices.links.faulty:HealsByItself", "wan-of-its-kind", "up-unaided", link="wan")


def entry(check: str, verdict: str, reason: str, **arguments: Any) -> dict[str, Any]:
    one = {"id": check, "judges": CHECKS[check].judges, "args": arguments, "verdict": verdict, "reason_code": reason}
    return {"id": "f/one", "checks": [one]}


@pytest.mark.parametrize("verdict", ["fail", "inconclusive"])
def test_a_check_that_finds_against_another_party_accuses_it(verdict: str) -> None:
    """Inconclusive is what a fail of our own plain simulation comes to; under test it would have been a fail."""
    found = accused(OF_THE_USER, entry("result-passed-on", verdict, "no-result"))
    assert found == (Accused("f/one", "result-passed-on", "ppmid", "no-result"),)


def test_whoever_is_replaced_is_accused_rightly() -> None:
    assert accused(OF_THE_USER, entry("one-outcome", "fail", "settled-twice")) == ()
    of_a_meter = Fault("x:Y", "credited-once", "not-credited", role="esme")
    assert accused(of_a_meter, entry("credited-once", "fail", "not-credited", meter="esme")) == ()
    assert accused(of_a_meter, entry("credited-once", "fail", "not-credited", meter="gsme")) != ()


def test_nobody_is_accused_of_what_is_not_known_or_not_come_to() -> None:
    assert accused(OF_THE_USER, entry("result-passed-on", "inconclusive", "no-answer")) == ()
    assert accused(OF_THE_USER, entry("result-passed-on", "not_reached", "not-reached")) == ()
    assert accused(OF_THE_USER, entry("result-passed-on", "pass", "holds")) == ()


def test_a_route_is_nobody_and_a_faulty_link_is_no_partys_fault() -> None:
    assert accused(OF_THE_USER, entry("response-verified", "fail", "no-response")) == ()
    assert accused(OF_A_LINK, entry("wan-of-its-kind", "fail", "up-unaided")) == ()
    assert accused(OF_A_LINK, entry("credited-once", "fail", "not-credited", meter="esme")) == (
        Accused("f/one", "credited-once", "esme", "not-credited"),
    )


@pytest.fixture(scope="module")
def plan() -> Plan:
    names = ("secmp0038/top_up_command", "utrn_internet/what_can_be_known", "utrn_internet/at_the_meter")
    return make_plan(Options(paths=tuple(own_features() / f"{name}.feature" for name in names)))


def test_a_check_that_blames_the_wrong_party_is_found(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """One is planted: what the User books twice is held against the PPMID."""
    assert hunt(OF_THE_USER, plan, thorough=False).accused == ()
    monkeypatch.setitem(CHECKS, "one-outcome", replace(CHECKS["one-outcome"], judges="ppmid"))
    wrongly = hunt(OF_THE_USER, plan, thorough=False).accused
    assert {(one.check, one.role, one.reason) for one in wrongly} == {("one-outcome", "ppmid", "settled-twice")}


@pytest.mark.parametrize(
    ("adapter", "scenario", "came_to"),
    [
        ("CreditsForeignUtrn", "five-codes-of-the-gas-meter", ("balance-unmoved", "balance-moved")),
        ("ResendsBlindly", "nobody-takes-that-for-a-credit", ("says-it-does-not-know", "too-early")),
        ("ResendsBlindly", "that-never-came/electricity-meter", ("no-blind-resend", "sent-again")),
        ("AltersRelayed", "a-captured-command-is-delivered-once-more-through", ("credited-once", "no-top-up-seen")),
    ],
)
def test_whoever_was_accused_once_is_so_no_more(
    plan: Plan, adapter: str, scenario: str, came_to: tuple[str, str], tmp_path: Path
) -> None:
    """The PPMID, when a meter credited nonsense and when a User asked again at once; meters, for what came to them."""
    fault = next(one for one in faults() if one.adapter.endswith(f":{adapter}"))
    planned = next(one for one in plan.planned if scenario in one.id)
    found = run_alone(planned, plan.registry, fault.bench(plan.bench), plan.seed, tmp_path)
    assert next((one["id"], one["reason_code"]) for one in found["checks"] if one["verdict"] != "pass") == came_to
    assert accused(fault, found) == ()
