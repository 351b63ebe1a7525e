"""Messages that go to the PPMID by hand: what carries them, where that is, and what becomes of them."""

from dataclasses import replace
from typing import Any

from ppmid_bench import other_home
from ppmid_bench.scenario import ScenarioRun
from ppmid_devices import roles
from ppmid_devices.links.contract import Port
from ppmid_devices.ports import MINUTE, SECOND
from ppmid_devices.ppmid.contract import PpmidSituation
from ppmid_steps.delivery import foreign_command
from ppmid_steps.registry import given, then, when

_A_MOMENT = 10 * SECOND
_A_STAY = MINUTE
_APART = 20 * SECOND


def _by(world: ScenarioRun, port: Port) -> None:
    world.home.ppmid = replace(world.home.ppmid or PpmidSituation(), port=port)
    world.home.carrier = True


@given("a PPMID that is brought its messages on a USB stick")
def by_stick(world: ScenarioRun) -> None:
    _by(world, "usb-stick")


@given("a PPMID that is brought its messages by a phone on a USB cable")
def by_cable(world: ScenarioRun) -> None:
    _by(world, "usb-serial")


@given("a PPMID that is brought its messages by a phone that taps")
def by_tap(world: ScenarioRun) -> None:
    _by(world, "nfc")


@given("somebody who mixes up homes")
def mixes_up_homes(world: ScenarioRun) -> None:
    world.home.adapters[roles.CARRIER] = "ppmid_devices.carrier.faulty:MixesUpHomes"


@given("somebody who alters what they carry")
def alters(world: ScenarioRun) -> None:
    world.home.adapters[roles.CARRIER] = "ppmid_devices.carrier.faulty:AltersMessages"


def leave(world: ScenarioRun) -> None:
    """What carries is at neither end."""
    world.bed.take_carrier_away()


def arrive(world: ScenarioRun) -> None:
    """It comes to the home."""
    leave(world)
    world.bed.bring_carrier()


def stay(world: ScenarioRun) -> None:
    """It comes to the home, and stays a while."""
    arrive(world)
    world.bed.wait(_A_STAY)


def break_off(world: ScenarioRun, pieces: int = 1) -> None:
    """It comes to the home, and is taken away when so many pieces have come over, before all has."""
    before = world.bed.halves()
    arrive(world)
    world.bed.wait(_A_MOMENT, lambda: world.bed.halves() >= before + pieces)
    leave(world)
    world.bed.wait(_APART)


def copy_comes(world: ScenarioRun) -> None:
    """A copy of what was brought last comes to the home."""
    world.bed.carrier.bring_copy()
    stay(world)


@when("{what:Words} leaves the Supplier's")
def leaves(world: ScenarioRun, what: str) -> None:  # noqa: ARG001 - there is one
    world.bed.wait(_A_MOMENT)  # the DCC has made a Command by then, and it has come on board
    leave(world)


@when("{what:Words} is brought to the PPMID")
def is_brought(world: ScenarioRun, what: str) -> None:  # noqa: ARG001 - as above
    stay(world)


@when("{what:Words} is taken off the PPMID")
def taken_off(world: ScenarioRun, what: str) -> None:  # noqa: ARG001 - as above
    leave(world)


@when("{what:Words} is taken off the PPMID half way")
def taken_off_half_way(world: ScenarioRun, what: str) -> None:  # noqa: ARG001 - as above
    break_off(world)


@when("{what:Words} is back at the Supplier's")
def is_back(world: ScenarioRun, what: str) -> None:  # noqa: ARG001 - as above
    leave(world)
    world.bed.links.handover.set_up(True)
    world.bed.wait(_A_MOMENT)


@when("the PPMID is brought a copy of it")
def copy_is_brought(world: ScenarioRun) -> None:
    copy_comes(world)


@when("a Command of another home is among what is carried")
def foreign_on_board(world: ScenarioRun) -> None:
    world.bed.other_home.give_carrier(other_home.METER, foreign_command(world).encode())
    world.bed.wait(_A_MOMENT)


@when("a Command of the home in which the PPMID was before is among what is carried")
def of_the_home_before(world: ScenarioRun) -> None:
    world.bed.other_home.give_carrier_as_before(other_home.METER, foreign_command(world).encode())
    world.bed.wait(_A_MOMENT)


@when("a phone of another home is held to the PPMID")
def foreign_tap(world: ScenarioRun) -> None:
    world.bed.bring_carrier()
    world.bed.other_home.tap(other_home.METER, foreign_command(world).encode())
    world.bed.wait(_A_MOMENT)
    leave(world)


@then("what was carried came as it was given", judges="carried-as-given")
def carried_as_given(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(_A_MOMENT)
    return {"back": False}


@then("what was carried came as it was given, there and back", judges="carried-as-given")
def carried_back_as_given(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(_A_MOMENT)
    return {"back": True}


@then("the PPMID did nothing by half", judges="half-not-acted-on")
def half_not_acted_on(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {}


@then("the PPMID did not pass a copy on again", judges="copy-not-acted-on")
def copy_not_acted_on(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {}


@then("the PPMID neither passed on nor answered what is for another home", judges="other-home-ignored")
def other_home_ignored(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {}
