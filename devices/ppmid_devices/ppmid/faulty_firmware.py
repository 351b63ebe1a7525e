"""PPMIDs with one fault each in how they take new firmware."""

from dataclasses import replace

from ppmid_devices.links.image_client import Fetch
from ppmid_devices.ppmid.simulated import SimulatedPpmid
from ppmid_devices.ppmid.updater import Updater
from ppmid_protocols.zigbee.ota import Named


class _ForgivingUpdater(Updater):
    def _is_newer(self, image: Named) -> bool:
        return image.file_version != self._update.running

    def _is_acceptable(self, fetch: Fetch) -> bool:  # noqa: ARG002 - that is the fault
        return True


class TakesAnyImage(SimulatedPpmid):
    """Runs whatever image it is sent: an older one, or one whose signature does not hold.

    Breaks PP-022: refuses unsigned, altered or older images.
    """

    updater = _ForgivingUpdater


class _HastyUpdater(Updater):
    def _is_new_enough(self, hub_version: int) -> bool:  # noqa: ARG002 - that is the fault
        return True


class ActivatesBeforeItsHub(SimulatedPpmid):
    """Runs a new image as soon as it has it, whatever its hub runs.

    Breaks PP-022: works with its hub at the version it had before, and activates only after the hub.
    """

    updater = _HastyUpdater


class _IdleUpdater(Updater):
    def _take_offer(self, image: Named, size: int) -> None:
        """Nothing is fetched."""


class IgnoresImages(SimulatedPpmid):
    """Fetches no image.

    Breaks: a PPMID in use can be updated by SRV 11.4.
    """

    updater = _IdleUpdater


class UpdatedWithoutTheFunction(SimulatedPpmid):
    """Runs a new image, and still says that it cannot relay.

    Breaks: with the new firmware comes the function.
    """

    def _activate(self, firmware: int) -> None:
        before = self._settings
        super()._activate(firmware)
        self._settings = replace(self._settings, can_relay=before.can_relay)


class KeepsActivationToItself(SimulatedPpmid):
    """Runs a new image, and does not tell the DCC.

    Breaks: the activation is told by CS09.
    """

    def _tell_activation(self) -> None:
        """Nobody is told."""
