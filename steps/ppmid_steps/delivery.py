"""Whens and Thens about Commands: how they are sent, who passed them on, and what the Supplier then holds."""

from typing import Any

from ppmid_bench.scenario import ScenarioRun
from ppmid_devices import roles
from ppmid_devices.dcc_user.contract import Outcome, Way
from ppmid_devices.ports import MINUTE, SECOND
from ppmid_steps.registry import then, when

ENABLE_SUPPLY, EMERGENCY_CREDIT, READ_BALANCE = "7.1", "2.5", "4.18"

PATIENCE = 150 * MINUTE
"""Longer than any party takes to answer or to give up, a gas meter's wakes included."""


def ask(world: ScenarioRun, srv: str, meter: str, way: Way) -> None:
    """Have the Supplier ask for a Service Request without parameters."""
    world.requests.append(world.bed.dcc_user.request(srv, world.bed.eui(meter), way))


def top_up(world: ScenarioRun, meter: str, amount: int, way: Way) -> None:
    """Have the Supplier ask for a top-up."""
    world.requests.append(world.bed.dcc_user.top_up(world.bed.eui(meter), amount, way))


def settle(world: ScenarioRun) -> None:
    """Wait until the Supplier holds an outcome of the last request, then read its record."""
    user, request = world.bed.dcc_user, world.request
    world.bed.wait(PATIENCE, lambda: user.record(request).outcome is not Outcome.PENDING)
    world.bed.read_record(request)


@when("the Supplier has the {meter:Meter} topped up by {amount:Money} through the PPMID")
def top_up_locally(world: ScenarioRun, meter: str, amount: int) -> None:
    top_up(world, meter, amount, Way.LOCAL)


@when("the Supplier has the {meter:Meter} topped up by {amount:Money} over the SM WAN")
def top_up_over_wan(world: ScenarioRun, meter: str, amount: int) -> None:
    top_up(world, meter, amount, Way.WAN)


@when("the Supplier has the {meter:Meter} topped up by {amount:Money} both ways")
def top_up_both_ways(world: ScenarioRun, meter: str, amount: int) -> None:
    top_up(world, meter, amount, Way.BOTH)


@when("the Supplier has the supply of the {meter:Meter} enabled through the PPMID")
def enable_locally(world: ScenarioRun, meter: str) -> None:
    ask(world, ENABLE_SUPPLY, meter, Way.LOCAL)


@when("the Supplier has the supply of the {meter:Meter} enabled over the SM WAN")
def enable_over_wan(world: ScenarioRun, meter: str) -> None:
    ask(world, ENABLE_SUPPLY, meter, Way.WAN)
    world.bed.wait(5 * SECOND)


@when("the Supplier has emergency credit of the {meter:Meter} activated through the PPMID")
def emergency_credit_locally(world: ScenarioRun, meter: str) -> None:
    ask(world, EMERGENCY_CREDIT, meter, Way.LOCAL)


@when("the Supplier has the balance of the {meter:Meter} read through the PPMID")
def read_balance_locally(world: ScenarioRun, meter: str) -> None:
    ask(world, READ_BALANCE, meter, Way.LOCAL)


@when("the same Command is delivered through the PPMID again")
def deliver_again(world: ScenarioRun) -> None:
    world.bed.dcc_user.deliver_again(world.request)
    world.bed.wait(2 * MINUTE)


@then("the Supplier holds the meter's own Response", judges="response-verified")
def response_verified(world: ScenarioRun) -> dict[str, Any]:
    settle(world)
    return {"request": world.request}


@then("the Response to the {meter:Meter}'s Command came within the target response time", judges="response-in-time")
def response_in_time(world: ScenarioRun, meter: str) -> dict[str, Any]:
    settle(world)
    return {"request": world.request, "meter": meter}


@then("the DCC gave the Pre-Command within the target time", judges="pre-command-in-time")
def pre_command_in_time(world: ScenarioRun) -> dict[str, Any]:
    settle(world)
    return {"request": world.request}


@then("the Supplier has read the balance that the {meter:Meter} shows", judges="balance-read")
def balance_read(world: ScenarioRun, meter: str) -> dict[str, Any]:
    settle(world)
    world.bed.read_meter(meter)
    return {"request": world.request, "meter": meter}


@then("the Supplier's record shows one outcome", judges="one-outcome")
def one_outcome(world: ScenarioRun) -> dict[str, Any]:
    settle(world)
    return {"request": world.request}


@then("the Supplier does not know whether it was delivered", judges="outcome-is")
def outcome_unknown(world: ScenarioRun) -> dict[str, Any]:
    settle(world)
    return {"request": world.request, "outcome": str(Outcome.UNKNOWN)}


@then("the Supplier has only the PPMID's word for it", judges="outcome-is")
def outcome_reported(world: ScenarioRun) -> dict[str, Any]:
    settle(world)
    return {"request": world.request, "outcome": str(Outcome.REPORTED_UNVERIFIED)}


@then("the Supplier did not take the forged Response for the meter's", judges="forgery-not-believed")
def forgery_not_believed(world: ScenarioRun) -> dict[str, Any]:
    settle(world)
    return {"request": world.request}


@then("the DCC was told of the local delivery", judges="response-returned")
def response_returned(world: ScenarioRun) -> dict[str, Any]:
    settle(world)
    world.bed.wait(5 * SECOND)
    return {"request": world.request}


@then("the PPMID passed the Command on unaltered", judges="forwarded-unaltered")
def forwarded_unaltered(world: ScenarioRun) -> dict[str, Any]:
    settle(world)
    return {}


@then("the PPMID passed the Response back unaltered", judges="response-passed-unaltered")
def response_passed_unaltered(world: ScenarioRun) -> dict[str, Any]:
    settle(world)
    return {}


@then("the hub passed the Command on to the {meter:Meter} unaltered", judges="relayed-unaltered")
def relayed_unaltered(world: ScenarioRun, meter: str) -> dict[str, Any]:
    settle(world)
    return {"meter": meter}


@then("the hub brought the {meter:Meter}'s Response back to the PPMID", judges="response-routed-back")
def response_routed_back(world: ScenarioRun, meter: str) -> dict[str, Any]:
    settle(world)
    return {"meter": meter}


@then("the hub passed nothing on to the {meter:Meter}", judges="not-relayed")
def not_relayed(world: ScenarioRun, meter: str) -> dict[str, Any]:
    settle(world)
    return {"meter": meter}


@then("the DCC's own Command and the local one are the same octets", judges="same-command-both-ways")
def same_command(world: ScenarioRun) -> dict[str, Any]:
    settle(world)
    return {}


@then("nothing of it reached the HAN", judges="nothing-reaches-han")
def nothing_reaches_han(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {}


@then("the PPMID said that it cannot relay", judges="says-it-cannot-relay")
def says_it_cannot_relay(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(MINUTE, lambda: world.bed.seen("avenue", "status", state="refused"))
    return {}


@then("the PPMID said that it does not know the {meter:Meter}'s answer", judges="says-it-does-not-know")
def says_it_does_not_know(world: ScenarioRun, meter: str) -> dict[str, Any]:
    world.bed.wait(10 * MINUTE if meter == roles.ESME else PATIENCE)
    return {"meter": meter}


@then("the {meter:Meter} refused the altered Command", judges="altered-refused")
def altered_refused(world: ScenarioRun, meter: str) -> dict[str, Any]:
    settle(world)
    return {"meter": meter}


@then("the {meter:Meter} did not act on a second copy", judges="second-copy-refused")
def second_copy_refused(world: ScenarioRun, meter: str) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {"meter": meter}


@then("the {meter:Meter} did not act on the Command left behind", judges="stale-refused")
def stale_refused(world: ScenarioRun, meter: str) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {"meter": meter}
