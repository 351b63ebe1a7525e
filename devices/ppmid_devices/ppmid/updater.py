"""How a PPMID comes by new firmware: what it makes of an image, and when it runs it (``firmware`` has the states)."""

from collections.abc import Callable

from ppmid_devices.links.han_node import HanNode
from ppmid_devices.links.image_client import Fetch, ImageClient
from ppmid_devices.ports import SECOND, Clock
from ppmid_devices.ppmid import firmware
from ppmid_devices.ppmid.firmware import Phase, Update
from ppmid_devices.ppmid.maker import MAKER
from ppmid_devices.ppmid.settings import PpmidSettings
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee import basic, zcl
from ppmid_protocols.zigbee.han import AppMessage
from ppmid_protocols.zigbee.ota import Named


class Updater(ImageClient):
    """``activated`` is called with the new version, once it is to run. An update outlives a loss of power (assumed)."""

    def __init__(
        self, clock: Clock, node: HanNode, hub: Eui, settings: PpmidSettings, activated: Callable[[int], None]
    ) -> None:
        super().__init__(clock, node, hub)
        self._settings, self._activated = settings, activated
        self._update = Update(running=settings.firmware)
        node.on(basic.CLUSTER, self._hear_version)

    def resume(self) -> None:
        super().resume()
        if self._update.phase is Phase.WAITING:
            self._ask_version()

    def _running(self) -> Named:
        return MAKER.named(self._update.running)

    def _take_offer(self, image: Named, size: int) -> None:
        if self._is_newer(image):
            self._update = self._update.offered()
        super()._take_offer(image, size)

    def _is_acceptable(self, fetch: Fetch) -> bool:
        return firmware.is_acceptable(fetch, self._update.running)

    def _take(self, fetch: Fetch) -> None:
        self._update = self._update.fetched(fetch.image.file_version)
        self._ask_version()

    def _ask_version(self) -> None:
        """Read the hub's firmware, and again after a while: an answer may be lost, and the hub's own update late."""
        question = zcl.ReadAttributes((basic.APPLICATION_VERSION,))
        frame = zcl.general_frame(question, zcl.Direction.TO_SERVER, self._node.next_sequence())
        self._node.send_frame(self._hub, basic.CLUSTER, frame)
        held = self._update.held
        self._clock.call_later(self._settings.hub_check_s * SECOND, lambda: self._check_again(held))

    def _check_again(self, held: int | None) -> None:
        if self._update.phase is Phase.WAITING and self._update.held == held:
            self._ask_version()

    def _hear_version(self, sender: Eui, message: AppMessage) -> None:
        if sender != self._hub:
            return
        try:
            answer = zcl.read_general(message.zcl)
        except ProtocolError:
            return
        found = answer.value(basic.APPLICATION_VERSION) if isinstance(answer, zcl.ReadAttributesResponse) else None
        version = found.value if found is not None and isinstance(found.value, int) else None
        if version is not None:
            before = self._update.running
            self._update = self._update.beside(self._is_new_enough(version))
            if self._update.running != before:
                self._activated(self._update.running)

    def _is_new_enough(self, hub_version: int) -> bool:
        return hub_version >= self._settings.hub_firmware_needed
