"""Whens and Thens about what the PPMID shows of the meters, and a UTRN typed into a meter itself."""

from typing import Any

from ppmid_bench.scenario import ScenarioRun
from ppmid_devices import roles
from ppmid_devices.ports import MINUTE, SECOND
from ppmid_steps.registry import given, then, when

_A_LOOK = 5 * SECOND
"""From a touch of the screen till what it shows has been read."""

_A_REPORT = 31 * MINUTE
"""Longer than from one report of a gas meter to the mirror in its hub to the next."""


@when("the customer enters a UTRN of {amount:Money} at the {meter:Meter}'s own keypad")
def enter_at_the_meter(world: ScenarioRun, amount: int, meter: str) -> None:
    utrn = world.bed.dcc_user.vend(world.bed.eui(meter), amount)
    world.bed.meter(meter).enter_utrn(utrn.digits.decode("ascii"))


@when("the customer enters a UTRN of {amount:Money} at the {meter:Meter}'s own keypad, {times:Times}")
def enter_several_at_the_meter(world: ScenarioRun, amount: int, meter: str, times: int) -> None:
    for _ in range(times):
        enter_at_the_meter(world, amount, meter)
        world.bed.wait(SECOND)


@when("the customer types that UTRN into the {meter:Meter}'s own keypad")
def type_that_at_the_meter(world: ScenarioRun, meter: str) -> None:
    _, utrn = world.notes["utrn"]
    world.bed.meter(meter).enter_utrn(utrn.digits.decode("ascii"))


def _look(world: ScenarioRun) -> None:
    world.bed.ppmid.touch()
    world.bed.wait(_A_LOOK)
    world.bed.read_screen()


@then("the PPMID shows the gas balance with the time of the gas meter's report", judges="gas-figures-dated")
def gas_balance_dated(world: ScenarioRun) -> dict[str, Any]:
    _look(world)
    return {}


@then("the gas proxy told the PPMID the balance as the gas meter had last reported it", judges="mirror-as-reported")
def proxy_as_reported(world: ScenarioRun) -> dict[str, Any]:
    _look(world)
    return {}


@then("the PPMID shows the balance of the {meter:Meter}", judges="figures-of-the-meter")
def balance_shown(world: ScenarioRun, meter: str) -> dict[str, Any]:
    if meter == roles.GSME:
        world.bed.wait(_A_REPORT)
    world.bed.read_meter(meter)
    _look(world)
    return {"meter": meter}


@then("the PPMID's screen has told the customer each result as what it was", judges="outcomes-told-apart")
def outcomes_told_apart(world: ScenarioRun) -> dict[str, Any]:
    _look(world)
    return {}


@when("the customer looks at the PPMID")
def look(world: ScenarioRun) -> None:
    _look(world)


@when("the PPMID is reset to its factory state")
def factory_reset(world: ScenarioRun) -> None:
    world.bed.reset_ppmid()
    world.bed.wait(2 * MINUTE)


@then(
    "the PPMID has done nothing more of what was asked before its reset, or by those it knew then",
    judges="work-of-before-dropped",
)
def work_of_before_dropped(world: ScenarioRun) -> dict[str, Any]:  # noqa: ARG001 - time has passed before
    return {}


@then("the PPMID shows no text that it showed before", judges="nothing-of-before")
def nothing_of_before(world: ScenarioRun) -> dict[str, Any]:
    _look(world)
    return {}


@given("an In-Home Display and no PPMID")
def ihd_only(world: ScenarioRun) -> None:
    world.home.ihd_only = True
    world.home.adapters[roles.PPMID] = "ppmid_devices.ihd.simulated:SimulatedIhd"
