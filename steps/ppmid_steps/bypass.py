"""Thens that set two ways of one Service Request side by side."""

from typing import Any

from ppmid_bench.scenario import ScenarioRun
from ppmid_devices.ports import SECOND
from ppmid_steps.delivery import settle
from ppmid_steps.registry import then

_A_MOMENT = 5 * SECOND


@then("the DCC has on record how it was delivered", judges="delivery-on-record")
def delivery_on_record(world: ScenarioRun) -> dict[str, Any]:
    settle(world)
    world.bed.wait(_A_MOMENT)
    world.bed.read_services()
    return {"request": world.request}


@then("the two requests came to the same outcome, over the SM WAN and round it", judges="same-outcome-both-ways")
def same_outcome_both_ways(world: ScenarioRun) -> dict[str, Any]:
    settle(world)
    world.bed.wait(_A_MOMENT)
    over_wan, locally = world.requests[-2:]
    return {"over_wan": over_wan, "locally": locally}
