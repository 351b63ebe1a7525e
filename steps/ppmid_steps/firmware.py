"""Whens and Thens about the firmware of PPMID and hub."""

from typing import Any

from ppmid_bench.scenario import ScenarioRun
from ppmid_devices import roles
from ppmid_devices.ports import MINUTE
from ppmid_devices.ppmid.contract import Image
from ppmid_steps.one_of import OneOf
from ppmid_steps.registry import then, when

_TRANSFER = 10 * MINUTE
"""Longer than an image takes on its way, block by block."""
_RESTART = 2 * MINUTE

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
