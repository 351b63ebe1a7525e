"""Sentences that are the same on every avenue: what is carried is taken to the home and back, what is not is there."""

from collections.abc import Callable, Mapping

from ppmid_bench.scenario import ScenarioRun
from ppmid_devices import roles
from ppmid_devices.ports import MINUTE
from ppmid_steps import carrying, hub_port
from ppmid_steps.delivery import foreign_command
from ppmid_steps.one_of import OneOf
from ppmid_steps.registry import given, when


def _as_it_is(_: ScenarioRun) -> None:
    """A PPMID is on the Internet unless a Given says otherwise."""


_AVENUES: Mapping[str, Callable[[ScenarioRun], None]] = OneOf(
    {
        "over the Internet": _as_it_is,
        "on a USB stick": carrying.by_stick,
        "by a phone on a USB cable": carrying.by_cable,
        "by a phone that taps": carrying.by_tap,
        "by a wire into the hub": hub_port.serial_port,
        "by a phone that taps on the hub": hub_port.nfc,
    }
)


@given("messages that come {way:Words}")
def avenue(world: ScenarioRun, way: str) -> None:
    _AVENUES[way](world)


@when("the message is taken to the home")
def taken_there(world: ScenarioRun) -> None:
    if world.bed.has_carrier:
        carrying.leaves(world, "it")
        carrying.stay(world)
    else:
        world.bed.wait(MINUTE)


@when("the answer is taken back")
def taken_back(world: ScenarioRun) -> None:
    if world.bed.has_carrier:
        carrying.is_back(world, "it")


@when("a stranger comes that way with a Command for the {meter:Meter}")
def stranger_comes(world: ScenarioRun, meter: str) -> None:
    if world.bed.has_carrier:
        hub_port.stranger_comes(world, meter)
    else:
        target = world.bed.eui(meter)
        world.bed.stranger.send_command(target, foreign_command(world, target).encode())
        world.bed.wait(MINUTE)


@given("an engineer's Hand-Held Terminal that alters the answers")
def altering_answers(world: ScenarioRun) -> None:
    world.home.engineer = True
    world.home.adapters[roles.HHT] = "ppmid_devices.hht.faulty:AltersResponses"
