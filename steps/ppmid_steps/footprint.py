"""Thens about what a delivery round the SM WAN takes of services, components, the SM WAN and a customer's time."""

from typing import Any

from ppmid_bench.scenario import ScenarioRun
from ppmid_devices.ports import MINUTE
from ppmid_steps.delivery import settle
from ppmid_steps.registry import then


@then("what reached the {meter:Meter} was made by services of today", judges="made-by-todays-services")
def made_by_todays_services(world: ScenarioRun, meter: str) -> dict[str, Any]:
    if world.requests:
        settle(world)
    world.bed.wait(MINUTE)
    return {"meter": meter}


@then("no Command travelled with the UTRN", judges="utrn-travels-alone")
def utrn_travels_alone(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {}


@then("the DCC put nothing of it on the SM WAN", judges="wan-spared")
def wan_spared(world: ScenarioRun) -> dict[str, Any]:
    settle(world)
    return {"request": world.request}


@then("the gas meter acted on it at one of its next wakes", judges="gas-acted-at-a-wake")
def gas_acted_at_a_wake(world: ScenarioRun) -> dict[str, Any]:
    settle(world)
    return {"request": world.request}
