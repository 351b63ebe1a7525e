"""Givens and Whens about coverage, outages and the passing of time; Thens about what the SM WAN carried."""

from collections.abc import Mapping
from typing import Any

from ppmid_bench.scenario import ScenarioRun
from ppmid_devices.links.contract import Aerial, Installer, Network
from ppmid_devices.neighbour_hub.contract import NeighbourSituation
from ppmid_devices.ports import DAY, MINUTE, SECOND
from ppmid_steps.one_of import OneOf
from ppmid_steps.registry import given, then, when

_LONGEST_WAY_IN = 10 * SECOND

_LONGEST_START = 5 * MINUTE
"""Longer than a hub takes to be powered again and to have opened its tunnels, with one that it had to ask for twice."""

_LONGEST_CAPTURE = 30 * DAY

_NETWORKS: Mapping[str, Network] = OneOf({"cellular": "cellular", "long-range radio": "long-range-radio"})
_AERIALS: Mapping[str, Aerial] = OneOf({"T1": "T1", "T2": "T2", "T3": "T3"})
_INSTALLERS: Mapping[str, Installer] = OneOf({"Supplier": "Supplier", "DCC": "DCC"})


@given("the home has no SM WAN yet")
def no_wan(world: ScenarioRun) -> None:
    world.home.wan = "no-wan"


@given("the home is beyond the SM WAN's reach for good")
def never_wan(world: ScenarioRun) -> None:
    world.home.wan = "never-wan"


@given("a mesh hub whose only way to the SM WAN is a neighbour's hub")
def mesh_hub(world: ScenarioRun) -> None:
    world.home.wan, world.home.wan_variant = "no-wan", "cellular+mesh"
    world.home.neighbour_hub = NeighbourSituation(lends="mesh")


@given("a hub in buddy mode whose only way to the SM WAN is its buddy at a neighbour's")
def buddy_hub(world: ScenarioRun) -> None:
    world.home.wan, world.home.wan_variant = "no-wan", "buddy"
    world.home.neighbour_hub = NeighbourSituation(lends="buddy")


@given("a mesh hub that reaches the SM WAN only with an aerial")
def hub_without_aerial(world: ScenarioRun) -> None:
    world.home.wan, world.home.wan_variant, world.home.wan_lacks = "no-wan", "cellular+mesh", "aerial"


@given("a hub for {variant:Words} in a region of {network:Words}")
def hub_in_a_region(world: ScenarioRun, variant: str, network: str) -> None:
    world.home.wan_variant, world.home.wan_network = _NETWORKS[variant], _NETWORKS[network]


@given("the SM WAN is up")
def wan_up(world: ScenarioRun) -> None:
    world.bed.links.wan.set_up(True)


@given("the SM WAN has been down for {duration:Duration}")
def wan_down(world: ScenarioRun, duration: int) -> None:
    world.bed.links.wan.set_up(False)
    world.bed.wait(duration)


@given("an SM WAN that is up for {up:Duration} and down for {down:Duration} by turns, on average")
def unsteady_wan(world: ScenarioRun, up: int, down: int) -> None:
    world.bed.links.wan.schedule_outages(up // SECOND, down // SECOND)


@when("the SM WAN goes down")
def wan_goes_down(world: ScenarioRun) -> None:
    world.bed.links.wan.set_up(False)


@when("the SM WAN comes back")
def wan_back(world: ScenarioRun) -> None:
    world.bed.links.wan.set_up(True)
    world.bed.wait(2 * MINUTE)


@when("{duration:Duration} pass")
def time_passes(world: ScenarioRun, duration: int) -> None:
    world.bed.wait(duration)


@when("the neighbour's hub is switched off")
def neighbour_off(world: ScenarioRun) -> None:
    world.bed.switch_neighbour(False)


@when("a solution for the SM WAN is proposed")
def solution_proposed(world: ScenarioRun) -> None:
    world.bed.propose_coverage()


@when("the {installer:Words} fits a {aerial:Words} aerial to the hub")
def aerial_fitted(world: ScenarioRun, installer: str, aerial: str) -> None:
    world.bed.fit_aerial(_AERIALS[aerial], _INSTALLERS[installer])


@when("the PPMID's Internet line fails as soon as the {what:Words} is in the home")
def internet_fails(world: ScenarioRun, what: str) -> None:  # noqa: ARG001 - of either, the PPMID says so
    _wait_until_in_the_home(world)
    world.bed.links.avenue.set_up(False)


@when("the PPMID's Internet line goes down")
def internet_goes_down(world: ScenarioRun) -> None:
    world.bed.links.avenue.set_up(False)


@when("the PPMID's power is cut as soon as the {what:Words} is in the home")
def ppmid_loses_power(world: ScenarioRun, what: str) -> None:  # noqa: ARG001 - as above
    _wait_until_in_the_home(world)
    world.bed.cut_power_of_ppmid()


@when("the PPMID's power is cut and comes back")
def ppmid_restarts(world: ScenarioRun) -> None:
    world.bed.cut_power_of_ppmid()
    world.bed.wait(2 * MINUTE)


@when("nobody hears anybody on the HAN for {duration:Duration}, as soon as the {what:Words} is in the home")
def han_fails(world: ScenarioRun, duration: int, what: str) -> None:  # noqa: ARG001 - as above
    _wait_until_in_the_home(world)
    world.bed.wait(SECOND)
    world.bed.links.han.set_up(False)
    world.bed.wait(duration)
    world.bed.links.han.set_up(True)


@when("all that was captured on the HAN has been heard")
def heard_out(world: ScenarioRun) -> None:
    world.bed.wait(_LONGEST_CAPTURE, world.bed.heard_out)


@when("the hub's power is cut and comes back")
def hub_loses_power(world: ScenarioRun) -> None:
    world.bed.cut_power_of_hub()
    world.bed.wait(_LONGEST_START)


def _wait_until_in_the_home(world: ScenarioRun) -> None:
    """Until the PPMID has said that it has passed on what it was given, to whichever meter."""
    states = ("forwarded", "waiting-for-gas-meter")
    world.bed.wait(_LONGEST_WAY_IN, lambda: any(world.bed.seen("avenue", "status", state=state) for state in states))


@when("the PPMID's Internet line comes back")
def internet_back(world: ScenarioRun) -> None:
    world.bed.links.avenue.set_up(True)
    world.bed.wait(MINUTE)


@then("the SM WAN carried the Command to the home", judges="wan-carried")
def wan_carried(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {"request": world.request}


@then("the SM WAN did not carry the Command to the home", judges="wan-did-not-carry")
def wan_did_not_carry(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {"request": world.request}


@then("the SM WAN is there, and away, as is the way of such a home", judges="wan-of-its-kind")
def wan_of_its_kind(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {}


@then("no device had to drop a frame of the hub for an old frame counter", judges="frame-counters-rise")
def frame_counters_rise(world: ScenarioRun) -> dict[str, Any]:  # noqa: ARG001 - the evidence has it all
    return {}


@then("no coverage came of the proposal", judges="no-coverage-by-proposal")
def no_coverage_by_proposal(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {}
