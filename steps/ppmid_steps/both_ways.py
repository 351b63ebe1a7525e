"""Whens and Thens about many Commands that go both ways, while the SM WAN comes and goes."""

from typing import Any

from ppmid_bench.scenario import ScenarioRun
from ppmid_devices.dcc_user.contract import Way
from ppmid_devices.ports import MINUTE
from ppmid_steps.delivery import settle, top_up
from ppmid_steps.registry import then, when


@when("the Supplier has the {meter:Meter} topped up by {amount:Money} both ways every {pace:Duration}, {times:Times}")
def top_up_both_ways(world: ScenarioRun, meter: str, amount: int, pace: int, times: int) -> None:
    for _ in range(times):
        top_up(world, meter, amount, Way.BOTH)
        settle(world)
        world.bed.wait(pace)


@then("the {meter:Meter} did each of them once, whichever way it came first", judges="each-done-once")
def each_done_once(world: ScenarioRun, meter: str) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {"meter": meter}


@then("no copy of an earlier one kept the {meter:Meter} from a later one", judges="later-taken")
def later_taken(world: ScenarioRun, meter: str) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {"meter": meter}


@then(
    "the hub gave each Response of the {meter:Meter} to whoever had brought its Command",
    judges="response-to-each-asker",
)
def response_to_each_asker(world: ScenarioRun, meter: str) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {"meter": meter}


@then("the Supplier's record shows one outcome of each", judges="each-settled-once")
def each_settled_once(world: ScenarioRun) -> dict[str, Any]:
    for request in world.requests:
        world.bed.read_record(request)
    return {"requests": list(world.requests)}
