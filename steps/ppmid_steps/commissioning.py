"""Givens about how a home was commissioned, and Thens about the clocks that it left behind."""

from typing import Any

from ppmid_bench.scenario import ScenarioRun
from ppmid_devices import roles
from ppmid_devices.ports import MINUTE, SECOND
from ppmid_steps.delivery import settle
from ppmid_steps.registry import given, then

_FUELS = {roles.ESME: "electricity", roles.GSME: "gas"}


@given("the home was commissioned over the SM WAN")
def over_wan(world: ScenarioRun) -> None:
    world.home.commissioned = "over the SM WAN"


@given("the home was commissioned with a Hand-Held Terminal")
def with_hht(world: ScenarioRun) -> None:
    world.home.commissioned = "with a Hand-Held Terminal"


@given("the home was commissioned with a Hand-Held Terminal, and no meter's clock has been set since")
def with_hht_and_clocks_unset(world: ScenarioRun) -> None:
    world.home.commissioned = "with a Hand-Held Terminal"
    for meter in world.home.meters:
        world.home.ask(meter, clock="unreliable")


@then("the PPMID lists the meters that it is joined to, and no others", judges="meters-listed")
def meters_listed(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(SECOND)
    return {"meters": {meter: [str(world.bed.eui(meter)), fuel] for meter, fuel in _FUELS.items()}}


@then("the {meter:Meter} said by it that its clock is unreliable", judges="clock-told")
def clock_unreliable(world: ScenarioRun, meter: str) -> dict[str, Any]:
    settle(world)
    return {"meter": meter, "request": world.request, "reliable": False}


@then("the {meter:Meter} said by it nothing against its clock", judges="clock-told")
def clock_reliable(world: ScenarioRun, meter: str) -> dict[str, Any]:
    settle(world)
    return {"meter": meter, "request": world.request, "reliable": True}


@then(
    "the {meter:Meter} refused it, and told the Supplier by an Alert that its clock was not adjusted",
    judges="clock-refusal-alerted",
)
def clock_refusal_alerted(world: ScenarioRun, meter: str) -> dict[str, Any]:
    settle(world)
    world.bed.wait(MINUTE)
    return {"meter": meter, "request": world.request}
