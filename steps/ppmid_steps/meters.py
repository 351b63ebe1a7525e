"""Steps about a meter itself: its power, its configuration, and codes that lock it."""

from collections.abc import Mapping
from typing import Any

from ppmid_bench.scenario import ScenarioRun
from ppmid_devices import roles
from ppmid_devices.dcc_user.contract import Outcome
from ppmid_devices.ports import MINUTE
from ppmid_steps.delivery import PATIENCE
from ppmid_steps.registry import given, then, when
from ppmid_steps.top_up import send_foreign

_POWER_IS_BACK = MINUTE

_PARTS: Mapping[str, tuple[str, ...]] = {
    "payment mode": ("111/0-0:19.0.0.255/", "21/0-0:16.0.1.255/", "0705/0000", "0705/0040"),
    "debt recovery": ("113/0-0:19.20.", "0705/02"),
    "prepayment configuration": (
        "10/0-0:12.0.1.255/",
        "11/0-0:11.0.2.255/",
        "111/0-0:19.0.0.255/1",
        "112/0-0:19.10.1.255/",
        "9000/0-0:94.44.2.",
        "0705/00",
        "0707 publication",
        "0705 command",
        "0707 command",
    ),
}
"""What a Command may configure otherwise: how the names of objects and attributes begin (GBCS 18; ZSE)."""


@given("the configuration of the {meter:Meter} has been read")
def configuration_read(world: ScenarioRun, meter: str) -> None:
    world.bed.read_configuration(meter)


@then("the configuration of the {meter:Meter} is what it was", judges="configuration-kept")
def configuration_kept(world: ScenarioRun, meter: str) -> dict[str, Any]:
    world.bed.read_configuration(meter)
    return {"meter": meter, "but": []}


@then("nothing but the {part:Words} of the {meter:Meter} is another", judges="configuration-kept")
def configuration_kept_but(world: ScenarioRun, part: str, meter: str) -> dict[str, Any]:
    world.bed.read_configuration(meter)
    return {"meter": meter, "but": list(_PARTS[part])}


@when("the {meter:Meter}'s power is cut {delay:Duration} after it has credited it")
def power_cut(world: ScenarioRun, meter: str, delay: int) -> None:
    before = world.bed.first_balance(meter)
    world.bed.wait(PATIENCE, lambda: world.bed.meter(meter).display().balance != before)
    world.bed.wait(delay)
    world.bed.meter(meter).power_cycle()
    world.bed.wait(_POWER_IS_BACK)


@when("{number:Count} UTRNs of the gas meter are sent for the electricity meter to the PPMID, one after the other")
def send_several_foreign(world: ScenarioRun, number: int) -> None:
    user = world.bed.dcc_user
    for _ in range(number):
        send_foreign(world, roles.GSME, 10 * 100_000, roles.ESME)
        request = world.request
        world.bed.wait(PATIENCE, lambda: user.record(request).outcome is not Outcome.PENDING)  # noqa: B023
