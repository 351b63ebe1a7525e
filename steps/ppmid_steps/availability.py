"""A Supplier that asks again and again over weeks, and what came of it."""

from typing import Any

from ppmid_bench.scenario import ScenarioRun
from ppmid_devices.dcc_user.contract import Way
from ppmid_devices.ports import HOUR
from ppmid_steps.delivery import ask
from ppmid_steps.registry import then, when
from ppmid_steps.services import Service

_NOT_THE_SAME_HOUR = 25 * HOUR
_STRAGGLERS = 3 * HOUR


@when("the Supplier has the {device:Device}'s {service:Service} {way:Way} every 25 hours, {times:Times}")
def ask_again_and_again(world: ScenarioRun, device: str, service: Service, way: Way, times: int) -> None:
    for _ in range(times):
        ask(world, service, device, way)
        world.bed.wait(_NOT_THE_SAME_HOUR)


@then(
    "each time the Supplier came to the meter's own Response, and how soon is measured", judges="answered-at-any-time"
)
def each_answered(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(_STRAGGLERS)
    for request in world.requests:
        world.bed.read_record(request)
    return {"requests": list(world.requests)}
