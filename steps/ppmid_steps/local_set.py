"""Whens and Thens about the whole set of Commands for local delivery: by an engineer's terminal, and by the route."""

from typing import Any

from ppmid_bench.errors import HarnessFault
from ppmid_bench.scenario import ScenarioRun
from ppmid_devices.dcc_user.contract import Way
from ppmid_devices.ports import MINUTE
from ppmid_steps.delivery import ask, settle
from ppmid_steps.registry import Table, then, when
from ppmid_steps.services import LOCAL_SERVICES, SERVICES, Service

PACE = 4 * MINUTE
"""Between two Commands: no hub that limits how many it relays in an hour is in the way."""


@when("the Supplier has each of these done at the {device:Device}, with the Hand-Held Terminal and through the PPMID:")
def each_by_both(world: ScenarioRun, device: str, table: Table) -> None:
    for (name,) in table[1:]:
        service = service_named(name)
        for way in (Way.HHT, Way.LOCAL):
            ask(world, service, device, way)
            settle(world)
            world.bed.wait(PACE)


@when("the Supplier has each of these done at the {device:Device} through the PPMID:")
def each_by_route(world: ScenarioRun, device: str, table: Table) -> None:
    for (name,) in table[1:]:
        ask(world, service_named(name), device, Way.LOCAL)
        settle(world)
        world.bed.wait(PACE)


@when("the Supplier has each of these done at the {device:Device} both ways, one every {pace:Duration}:")
def each_both_ways(world: ScenarioRun, device: str, pace: int, table: Table) -> None:
    for (name,) in table[1:]:
        ask(world, service_named(name), device, Way.BOTH)
        settle(world)
        world.bed.wait(pace)


@then("each Response of the {meter:Meter} came within the target response time", judges="each-response-in-time")
def each_in_time(world: ScenarioRun, meter: str) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {"requests": list(world.requests), "meter": meter}


def service_named(name: str) -> Service:
    """What stands under a name in the tables of services. Raises HarnessFault."""
    found = SERVICES.get(name) or LOCAL_SERVICES.get(name)
    if found is None:
        raise HarnessFault(f"no table of services has {name!r}")
    return found


@then("the route has done all that the Hand-Held Terminal has", judges="same-set-by-both")
def same_set(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {}
