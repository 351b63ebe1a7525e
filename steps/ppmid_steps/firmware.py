"""Whens and Thens about the firmware of PPMID and hub."""

from typing import Any

from ppmid_bench.scenario import ScenarioRun
from ppmid_devices import roles
from ppmid_devices.dcc_user.contract import Way
from ppmid_devices.ports import HOUR, MINUTE
from ppmid_devices.ppmid.contract import Image
from ppmid_protocols.duis.service_body import ServiceBody
from ppmid_protocols.duis.services import SERVICE_REQUESTS
from ppmid_protocols.zigbee.ota import contents_hash
from ppmid_steps.delivery import ask_with, settle
from ppmid_steps.one_of import OneOf
from ppmid_steps.parts import let_change
from ppmid_steps.registry import then, when

_TRANSFER = 10 * MINUTE
"""Longer than an image takes on its way, block by block."""
_TRANSFER_TO_SLEEPER = 2 * HOUR
"""As long as a gas meter sleeps, and as it takes to fetch an image then."""
_RESTART = 2 * MINUTE
_IMAGE, _ACTIVATE = "image", "11.3"

STEPS = {"new firmware activated": _ACTIVATE}
"""What a step asks for that no table of services has, by what it says."""

_IMAGES = OneOf(
    {
        "newer firmware": Image.NEWER,
        "older firmware": Image.OLDER,
        "newer firmware that somebody has altered": Image.ALTERED,
    }
)


@when("the Supplier sends the PPMID {what:Words}")
def send_image(world: ScenarioRun, what: str) -> None:
    image = world.bed.ppmid.image(_IMAGES[what])
    world.bed.dcc_user.update_ppmid(world.bed.eui(roles.PPMID), image)
    world.bed.wait(_TRANSFER)


@when("the Supplier sends the {meter:Meter} newer firmware over the SM WAN")
def send_meter_image(world: ScenarioRun, meter: str) -> None:
    image = world.notes[_IMAGE] = world.bed.meter(meter).image()
    world.bed.dcc_user.update_meter(world.bed.eui(meter), image)
    world.bed.wait(_TRANSFER_TO_SLEEPER if meter == roles.GSME else _TRANSFER)


@when("the Supplier has the {meter:Meter}'s new firmware activated {way:Way}")
def activate(world: ScenarioRun, meter: str, way: Way) -> None:
    """By the hash of the image that was sent last (SRV 11.3)."""
    let_change(world, meter, ["firmware"])
    body = {"FirmwareHash": contents_hash(world.notes[_IMAGE])}
    ask_with(world, _ACTIVATE, meter, way, ServiceBody.of(SERVICE_REQUESTS[_ACTIVATE].body_name, body))
    settle(world)
    world.bed.wait(_RESTART)


@then("the {meter:Meter} runs the new firmware", judges="image-activated")
def image_activated(world: ScenarioRun, meter: str) -> dict[str, Any]:
    world.bed.read_configuration(meter)
    return {"meter": meter, "device": str(world.bed.eui(meter))}


@when("the hub's firmware is updated to one that relays")
def update_hub(world: ScenarioRun) -> None:
    world.bed.hub.update()
    world.bed.wait(_TRANSFER)


def _ask_its_version(world: ScenarioRun) -> None:
    """A PPMID tells its firmware whenever it connects."""
    world.bed.ppmid.restart()
    world.bed.wait(_RESTART)


@then("the PPMID runs the firmware that it ran before", judges="firmware-unchanged")
def firmware_unchanged(world: ScenarioRun) -> dict[str, Any]:
    _ask_its_version(world)
    return {}


@then("the PPMID runs the new firmware, with which it can relay", judges="firmware-updated")
def firmware_updated(world: ScenarioRun) -> dict[str, Any]:
    _ask_its_version(world)
    return {}


@then("the DCC was told that the PPMID's new firmware is active", judges="activation-told")
def activation_told(world: ScenarioRun) -> dict[str, Any]:  # noqa: ARG001 - it says so by itself
    return {}
