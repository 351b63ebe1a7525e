"""Thens about what a Supplier reads at the gas proxy while a top-up of the gas meter is open."""

from typing import Any

from ppmid_bench.scenario import ScenarioRun
from ppmid_steps.delivery import PATIENCE, settle
from ppmid_steps.registry import then


@then("what the gas proxy told settles nothing of the UTRN", judges="proxy-not-proof")
def proxy_settles_nothing(world: ScenarioRun) -> dict[str, Any]:
    settle(world)
    top_up, read = world.requests[0], world.request
    world.bed.read_record(top_up)
    return {"top_up": top_up, "read": read}


@then("the gas meter's own log has told the Supplier that the UTRN was credited", judges="found-in-log")
def log_tells_of_the_utrn(world: ScenarioRun) -> dict[str, Any]:
    user, top_up = world.bed.dcc_user, world.requests[0]
    world.bed.wait(PATIENCE, lambda: user.record(top_up).settled_at is not None)
    world.bed.read_record(top_up)
    return {"request": top_up}
