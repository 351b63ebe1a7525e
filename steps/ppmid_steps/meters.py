"""Steps about a meter itself: its power, its configuration, and codes that lock it."""

from collections.abc import Mapping
from typing import Any

from ppmid_bench.scenario import ScenarioRun
from ppmid_devices import roles
from ppmid_devices.dcc_user.contract import Outcome
from ppmid_devices.ports import MINUTE
from ppmid_steps.delivery import PATIENCE
from ppmid_steps.one_of import OneOf
from ppmid_steps.parts import PARTS
from ppmid_steps.registry import given, then, when
from ppmid_steps.top_up import send_foreign

_POWER_IS_BACK = MINUTE
_ALERTS: Mapping[str, str] = OneOf({"credit was added locally": "810E", "emergency credit was activated": "81AB"})


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
    return {"meter": meter, "but": list(PARTS[part])}


@then("the {meter:Meter}'s own register has not fallen", judges="register-never-falls")
def register_not_fallen(world: ScenarioRun, meter: str) -> dict[str, Any]:
    world.bed.read_meter(meter)
    return {"meter": meter}


@when("the {meter:Meter}'s power is cut {delay:Duration} after it has credited it")
def power_cut(world: ScenarioRun, meter: str, delay: int) -> None:
    before = world.bed.first_balance(meter)
    world.bed.wait(PATIENCE, lambda: world.bed.meter(meter).display().balance != before)
    world.bed.wait(delay)
    world.bed.read_meter(meter)
    world.bed.meter(meter).power_cycle()
    world.bed.wait(_POWER_IS_BACK)


@when("the {meter:Meter}'s power is cut and comes back")
def power_cut_now(world: ScenarioRun, meter: str) -> None:
    world.bed.meter(meter).power_cycle()
    world.bed.wait(_POWER_IS_BACK)


@when("{number:Count} UTRNs of the gas meter are sent for the electricity meter to the PPMID, one after the other")
def send_several_foreign(world: ScenarioRun, number: int) -> None:
    user = world.bed.dcc_user
    for _ in range(number):
        send_foreign(world, roles.GSME, 10 * 100_000, roles.ESME)
        request = world.request
        world.bed.wait(PATIENCE, lambda: user.record(request).outcome is not Outcome.PENDING)  # noqa: B023


def _told(world: ScenarioRun, meter: str, what: str, on: bool) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    world.bed.read_meter(meter)
    return {"meter": meter, "code": _ALERTS[what], "on": on}


@then(
    "the {meter:Meter} has not told by an Alert that {what:Words}, which is switched off", judges="alerts-as-switched"
)
def not_told_though_it_happened(world: ScenarioRun, meter: str, what: str) -> dict[str, Any]:
    return _told(world, meter, what, on=False)


@then("the {meter:Meter} has told by an Alert that {what:Words}, which is switched on", judges="alerts-as-switched")
def told_since_it_happened(world: ScenarioRun, meter: str, what: str) -> dict[str, Any]:
    return _told(world, meter, what, on=True)
