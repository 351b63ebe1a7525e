"""Givens about thresholds, Whens about quarantined requests, Thens about what the DCC's anomaly detection sees."""

from typing import Any

from ppmid_bench.errors import HarnessFault
from ppmid_bench.scenario import ScenarioRun
from ppmid_devices.dcc.contract import Breach, DccLimits, Fate, Quarantined, UserThresholds, ValueLimit
from ppmid_devices.dcc_user.contract import Outcome
from ppmid_devices.ports import MINUTE, SECOND
from ppmid_steps.delivery import settle
from ppmid_steps.one_of import OneOf
from ppmid_steps.registry import given, then, when

TOP_UP, UTRN = "2.2", "UTRN"

_BOUNDS = OneOf(
    {
        "Supplier threshold": Breach.USER_THRESHOLD,
        "DCC threshold": Breach.DCC_THRESHOLD,
        "value limit": Breach.ATTRIBUTE_LIMITS,
    }
)
_A_MOMENT = 5 * SECOND
"""Long enough for what should have been held to be on its way."""


@given("the Supplier has set a quarantine threshold of {count:Count} top-ups")
def user_threshold(world: ScenarioRun, count: int) -> None:
    thresholds = UserThresholds(user=world.bed.dcc_user.eui, srv=TOP_UP, quarantine=count)
    world.bed.dcc.set_user_thresholds(thresholds)


@given("the DCC has set a quarantine threshold of {count:Count} top-ups")
def dcc_threshold(world: ScenarioRun, count: int) -> None:
    world.bed.dcc.set_limits(DccLimits(srv=TOP_UP, quarantine=count))


@given("the DCC has set a limit of {amount:Money} for a top-up")
def value_limit(world: ScenarioRun, amount: int) -> None:
    limit = ValueLimit(element=UTRN, least=0, most=amount)
    world.bed.dcc.set_limits(DccLimits(srv=TOP_UP, values=(limit,)))


def _held(world: ScenarioRun) -> Quarantined:
    """What the DCC has of the last request, which it holds. Raises HarnessFault when it does not."""
    for one in world.bed.read_anomalies():
        if one.request == world.request and one.fate is Fate.HELD:
            return one
    raise HarnessFault("this step speaks of a request in quarantine, and the DCC does not hold the last one")


def _heard_of(world: ScenarioRun) -> None:
    """Wait until the Supplier has heard what has become of a request in quarantine."""
    user, request = world.bed.dcc_user, world.request
    world.bed.wait(MINUTE, lambda: user.record(request).outcome is not Outcome.QUARANTINED)


@when("the DCC releases the quarantined request")
def release(world: ScenarioRun) -> None:
    world.bed.release(_held(world))
    _heard_of(world)


@when("the DCC deletes the quarantined request")
def delete(world: ScenarioRun) -> None:
    world.bed.dcc.delete(_held(world).reference)
    _heard_of(world)


@then("the DCC holds it in quarantine, past the {bound:Words}", judges="quarantined")
def quarantined(world: ScenarioRun, bound: str) -> dict[str, Any]:
    world.bed.wait(MINUTE, lambda: world.bed.seen("duis", "response", about=world.request))
    world.bed.wait(_A_MOMENT)
    world.bed.read_anomalies()
    return {"request": world.request, "breach": str(_BOUNDS[bound])}


@then("the Supplier knows that it is quarantined", judges="outcome-is")
def outcome_quarantined(world: ScenarioRun) -> dict[str, Any]:
    settle(world)
    return {"request": world.request, "outcome": str(Outcome.QUARANTINED)}


@then("the count of top-ups in the DCC's anomaly detection is {count:Count}", judges="creations-counted")
def creations_counted(world: ScenarioRun, count: int) -> dict[str, Any]:
    settle(world)
    world.bed.wait(_A_MOMENT)
    world.bed.read_anomalies()
    return {"srv": TOP_UP, "count": count}


@then("the DCC's anomaly detection has counted the top-up, and none of its deliveries", judges="deliveries-uncounted")
def deliveries_uncounted(world: ScenarioRun) -> dict[str, Any]:
    settle(world)
    world.bed.wait(_A_MOMENT)
    world.bed.read_anomalies()
    return {"srv": TOP_UP}
