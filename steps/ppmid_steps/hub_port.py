"""Givens, Whens and Thens about a hub that takes Commands itself, by a wire or by NFC."""

from typing import Any

from ppmid_bench import other_home
from ppmid_bench.scenario import ScenarioRun
from ppmid_devices.links.contract import HubPort
from ppmid_devices.ports import MINUTE, SECOND
from ppmid_steps.carrying import arrive, break_off, copy_comes, leave, stay
from ppmid_steps.delivery import foreign_command, settle
from ppmid_steps.homes import TOP_UPS
from ppmid_steps.registry import given, then, when

_A_MOMENT = 10 * SECOND
_ALL_BUT_THE_SEAL = 3
"""Pieces of 64 octets that hold a top-up Command to its end, and of the message around it not the end of its seal."""


def _port(world: ScenarioRun, port: HubPort) -> None:
    world.home.ask_hub(can_relay=True, port=port)
    world.home.carrier = True


@given("a hub with a serial port for Commands")
def serial_port(world: ScenarioRun) -> None:
    _port(world, "serial")


@given("a hub that takes Commands by NFC")
def nfc(world: ScenarioRun) -> None:
    _port(world, "nfc")


@when("{what:Words} is brought to the hub")
def is_brought(world: ScenarioRun, what: str) -> None:  # noqa: ARG001 - there is one
    stay(world)


@when("{what:Words} is taken off the hub")
def taken_off(world: ScenarioRun, what: str) -> None:  # noqa: ARG001 - as above
    leave(world)


@when("{what:Words} is taken off the hub half way")
def taken_off_half_way(world: ScenarioRun, what: str) -> None:  # noqa: ARG001 - as above
    break_off(world, _ALL_BUT_THE_SEAL)


@when("the hub is brought a copy of it")
def copy_is_brought(world: ScenarioRun) -> None:
    copy_comes(world)


@when("a stranger brings the hub a Command for the {meter:Meter}")
def stranger_comes(world: ScenarioRun, meter: str) -> None:
    target = world.bed.eui(meter)
    arrive(world)
    world.bed.stranger.bring_command(target, foreign_command(world, target).encode())
    world.bed.wait(_A_MOMENT)
    leave(world)


@when("a phone of another home is held to the hub")
def foreign_tap(world: ScenarioRun) -> None:
    world.bed.links.avenue.set_up(True)
    world.bed.other_home.tap(other_home.METER, foreign_command(world).encode())
    world.bed.wait(_A_MOMENT)
    leave(world)


@then("the hub passed what was brought on to the {meter:Meter} unaltered", judges="port-passed-on-unaltered")
def passed_on(world: ScenarioRun, meter: str) -> dict[str, Any]:
    settle(world)
    return {"meter": meter}


@then("the hub gave the {meter:Meter}'s Response back at its port unaltered", judges="port-passed-back-unaltered")
def passed_back(world: ScenarioRun, meter: str) -> dict[str, Any]:
    settle(world)
    return {"meter": meter}


@then("the hub passed on to the {meter:Meter} nothing but top-ups of what was brought", judges="port-kept-to-its-list")
def kept_to_its_list(world: ScenarioRun, meter: str) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {"meter": meter, "codes": sorted(f"{code:04X}" for code in TOP_UPS)}


@then("the hub neither passed on nor answered what a stranger brought", judges="port-refused-strangers")
def refused_strangers(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {}


@then("the hub did nothing by half", judges="port-half-not-acted-on")
def half_not_acted_on(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {}


@then("the hub did not pass a copy on again", judges="port-copy-not-acted-on")
def copy_not_acted_on(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {}


@then("the hub neither passed on nor answered what is for another home", judges="port-other-home-ignored")
def other_home_ignored(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {}
