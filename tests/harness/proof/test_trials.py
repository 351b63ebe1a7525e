"""Faulty parties are killed for the reason that they name, or the proof says what came of them instead."""

from dataclasses import replace

import msgspec
import pytest

from ppmid_bench.bench_file import SMALLEST
from ppmid_harness.features import own_features
from ppmid_harness.plan import Options, Plan, make_plan
from ppmid_harness.proof.faults import Fault
from ppmid_harness.proof.trials import hunt, repeat

FAULTY = Fault("ppmid_devices.dcc_user.faulty:SettlesTwice", "one-outcome", "settled-twice", role="dcc-user")
CONFORMANT = msgspec.structs.replace(FAULTY, adapter="ppmid_devices.dcc_user.simulated:SimulatedDccUser")


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Of some features: the check that most of these tests ask for stands in a hundred scenarios of the others."""
    names = ("secmp0038/top_up_command", "secmp0038/every_avenue", "utrn_internet/utrn_to_ppmid")
    return make_plan(Options(paths=tuple(own_features() / f"{name}.feature" for name in names)))


def test_a_fault_is_caught_and_what_hangs_on_it_is_told(plan: Plan) -> None:
    hunted = hunt(FAULTY, plan)
    assert hunted.caught
    assert hunted.otherwise == ()
    assert "REQ-015" in hunted.caught[0].requirements
    assert {threat for one in hunted.caught for threat in one.threats} >= {"I4e"}


def test_the_first_catch_is_enough_where_that_is_asked(plan: Plan) -> None:
    once, thorough = hunt(FAULTY, plan, thorough=False), hunt(FAULTY, plan)
    assert len(once.caught) == 1
    assert once.runs < thorough.runs


def test_a_party_without_a_fault_survives(plan: Plan) -> None:
    hunted = hunt(CONFORMANT, plan)
    assert (hunted.caught, hunted.otherwise, hunted.unseen) == ((), (), False)
    assert hunted.runs > 1


def test_a_fault_that_is_caught_for_another_reason_is_not_killed(plan: Plan) -> None:
    hunted = hunt(msgspec.structs.replace(FAULTY, reason="another"), plan)
    assert hunted.caught == ()
    assert hunted.otherwise == ("settled-twice",)


def test_a_fault_that_the_bench_cannot_see_is_not_hunted(plan: Plan) -> None:
    blind = replace(plan, bench=msgspec.structs.replace(plan.bench, points=SMALLEST - {"user"}))
    hunted = hunt(FAULTY, blind)
    assert (hunted.caught, hunted.unseen, hunted.runs) == ((), True, 0)


def test_a_fault_whose_check_is_never_come_to_for_want_of_a_point_is_not_observable(plan: Plan) -> None:
    """Its own check needs what the bench has; a Then that stands before it in each scenario does not."""
    fault = Fault("ppmid_devices.ppmid.faulty:ResendsGasUtrn", "few-gas-exchanges", "too-many-exchanges", role="ppmid")
    blind = replace(plan, bench=msgspec.structs.replace(plan.bench, points=SMALLEST))
    hunted = hunt(fault, blind)
    assert (hunted.caught, hunted.otherwise, hunted.unseen) == ((), (), True)
    assert hunted.runs > 0


def test_a_scenario_is_repeated_under_another_seed(plan: Plan) -> None:
    planned = plan.to_run[0]
    assert (repeat(planned, 1, plan).verdict, repeat(planned, 2, plan).verdict) == ("pass", "pass")


def test_a_scenario_on_a_faulty_bench_is_blamed(plan: Plan) -> None:
    hunted = hunt(FAULTY, plan, thorough=False)
    planned = next(one for one in plan.to_run if one.id == hunted.caught[0].scenario)
    blamed = repeat(planned, 1, replace(plan, bench=FAULTY.bench(plan.bench)))
    assert blamed.verdict == "fail"
    assert blamed.because.startswith("one-outcome: ")
