"""Givens, Whens and Thens about hubs next door, and about who works on a home's coverage."""

from collections.abc import Mapping
from typing import Any, Literal

from ppmid_bench.scenario import ScenarioRun
from ppmid_bench.wired_needs import HOME
from ppmid_devices.links.contract import Aerial, Installer, Lends
from ppmid_devices.neighbour_hub.contract import NeighbourSituation
from ppmid_devices.ports import MINUTE, SECOND
from ppmid_steps.one_of import OneOf
from ppmid_steps.registry import given, then, when

_OTHER_PREMISE = "home-2"
_LENDS: Mapping[str, Lends] = OneOf({"mesh hubs": "mesh", "hubs in buddy mode": "buddy", "no other hub": ""})
_MODES: Mapping[str, Literal["prepayment", "credit"]] = OneOf({"prepays": "prepayment", "is on credit": "credit"})
_AERIALS: Mapping[str, Aerial] = OneOf({"T1": "T1", "T2": "T2", "T3": "T3"})
_INSTALLERS: Mapping[str, Installer] = OneOf({"Supplier": "Supplier", "DCC": "DCC"})
_LONGEST_START = 5 * MINUTE


@given("a neighbour's hub that lends its way to {kind:Words}")
def neighbour(world: ScenarioRun, kind: str) -> None:
    world.home.neighbour_hub = NeighbourSituation(lends=_LENDS[kind])


@given("a mesh hub in a home without SM WAN of its own")
def mesh_hub_without_wan(world: ScenarioRun) -> None:
    world.home.wan, world.home.wan_variant = "no-wan", "cellular+mesh"


@given("a cellular hub without mesh in a home without SM WAN of its own")
def cellular_hub_without_wan(world: ScenarioRun) -> None:
    world.home.wan, world.home.wan_variant = "no-wan", "cellular"


@given("a home that only a mast would bring the SM WAN")
def home_without_mast(world: ScenarioRun) -> None:
    world.home.wan, world.home.wan_variant, world.home.wan_lacks = "no-wan", "cellular", "mast"


@given("somebody who works on coverage")
def coverage_desk(world: ScenarioRun) -> None:
    world.home.coverage_desk = True


@when("the neighbour's hub is switched on again")
def neighbour_on(world: ScenarioRun) -> None:
    world.bed.switch_neighbour(True)
    world.bed.wait(_LONGEST_START)


@when("the Supplier reports that the home has no SM WAN, and that it {mode:Words}")
def report(world: ScenarioRun, mode: str) -> None:
    world.bed.coverage_desk.report(HOME, _MODES[mode], world.bed.wan_variant)


@when("another home is reported, which {mode:Words} and has the customer's consent")
def report_another(world: ScenarioRun, mode: str) -> None:
    world.bed.coverage_desk.report(_OTHER_PREMISE, _MODES[mode], world.bed.wan_variant)
    world.bed.coverage_desk.consent(_OTHER_PREMISE)


@when("the customer consents to another kind of hub")
def consent(world: ScenarioRun) -> None:
    world.bed.coverage_desk.consent(HOME)


@when("the {installer:Words} comes to the home to fit a {aerial:Words} aerial")
def come_to_fit(world: ScenarioRun, installer: str, aerial: str) -> None:
    world.bed.coverage_desk.fit(HOME, _AERIALS[aerial], _INSTALLERS[installer])


@then("the neighbour's hub passed on what it carried unaltered", judges="neighbour-passed-on-unaltered")
def neighbour_unaltered(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {}


@then("the home's SM WAN comes and goes with the neighbour's hub", judges="wan-lives-on-neighbour")
def lives_on_neighbour(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(SECOND)
    return {}


@then("homes that prepay came first", judges="prepayment-first")
def homes_that_prepay_first(world: ScenarioRun) -> dict[str, Any]:
    world.bed.read_coverage_acts()
    return {}


@then("no hub was exchanged for one with mesh without consent", judges="consent-before-exchange")
def no_exchange_without_consent(world: ScenarioRun) -> dict[str, Any]:
    world.bed.read_coverage_acts()
    return {}


@then("each aerial was fitted by whom it is for, or not at all", judges="fitted-by-whom-it-is-for")
def fitted_by_whom(world: ScenarioRun) -> dict[str, Any]:
    world.bed.read_coverage_acts()
    return {}


@then("the advice to exchange the hub came in time for coverage within 30 days", judges="advised-in-time")
def advised_in_time(world: ScenarioRun) -> dict[str, Any]:
    world.bed.read_coverage_acts()
    return {}


@then("a solution was proposed within 90 days", judges="proposed-in-time")
def proposed_in_time(world: ScenarioRun) -> dict[str, Any]:
    world.bed.read_coverage_acts()
    return {}
