"""How a PPMID comes by new firmware: client of the hub's upgrade cluster; ``firmware`` has the states of an update."""

from collections.abc import Callable

from ppmid_devices.links.han_node import HanNode
from ppmid_devices.ports import SECOND, Clock
from ppmid_devices.ppmid import firmware, maker
from ppmid_devices.ppmid.firmware import Phase, Update
from ppmid_devices.ppmid.settings import PpmidSettings
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee import basic, ota, zcl
from ppmid_protocols.zigbee.han import AppMessage
from ppmid_protocols.zigbee.ota import Named

_BLOCK = 40
_PATIENCE = 10 * SECOND
"""How long a PPMID waits for a block before it asks for it again (assumed)."""


class Updater:
    """``activated`` is called with the new version, once it is to run. An update outlives a loss of power (assumed)."""

    def __init__(
        self, clock: Clock, node: HanNode, hub: Eui, settings: PpmidSettings, activated: Callable[[int], None]
    ) -> None:
        self._clock, self._node, self._hub, self._settings = clock, node, hub, settings
        self._activated = activated
        self._update = Update(running=settings.firmware)
        self._size = 0
        node.on(ota.CLUSTER, self._hear)
        node.on(basic.CLUSTER, self._hear_version)

    def move(self, hub: Eui) -> None:
        """Be a client of this hub from now on."""
        self._hub = hub

    def resume(self) -> None:
        """Go on after a loss of power."""
        if self._update.phase is Phase.FETCHING:
            self._next_block()
        elif self._update.phase is Phase.WAITING:
            self._ask_version()

    def _hear(self, sender: Eui, message: AppMessage) -> None:
        if sender != self._hub:
            return
        try:
            command = ota.read(message.zcl)
        except ProtocolError:
            return  # what cannot be read is no image
        if isinstance(command, ota.ImageNotify):
            self._send(ota.QueryNextImage(self._running()))
        elif isinstance(command, ota.QueryNextImageResponse) and command.image is not None:
            self._take_offer(command.image, command.size)
        elif isinstance(command, ota.ImageBlockResponse) and self._update.phase is Phase.FETCHING:
            self._take_block(command)

    def _running(self) -> Named:
        return Named(manufacturer=maker.MANUFACTURER, image_type=maker.IMAGE_TYPE, file_version=self._update.running)

    def _take_offer(self, image: Named, size: int) -> None:
        if not self._is_newer(image):
            self._send(ota.UpgradeEnd(ota.INVALID_IMAGE, image))
            return
        self._update, self._size = self._update.offered(image), size
        self._next_block()

    def _is_newer(self, image: Named) -> bool:
        """Never back to an older version, which may have the holes that a newer one has closed (I7)."""
        return image.file_version > self._update.running

    def _next_block(self) -> None:
        update = self._update
        assert update.wanted is not None  # in this phase
        offset = len(update.file)
        self._send(ota.ImageBlockRequest(update.wanted, offset, _BLOCK))
        self._clock.call_later(_PATIENCE, lambda: self._ask_again(update.wanted, offset))

    def _ask_again(self, wanted: Named | None, offset: int) -> None:
        update = self._update
        if update.phase is Phase.FETCHING and update.wanted == wanted and len(update.file) == offset:
            self._next_block()

    def _take_block(self, block: ota.ImageBlockResponse) -> None:
        before = len(self._update.file)
        if block.image == self._update.wanted:
            self._update = self._update.with_block(block.offset, block.data)
        if len(self._update.file) >= self._size:
            self._judge()
        elif len(self._update.file) > before:
            self._next_block()

    def _judge(self) -> None:
        wanted, good = self._update.wanted, self._is_acceptable()
        assert wanted is not None  # in this phase
        self._update = self._update.judged(good)
        self._send(ota.UpgradeEnd(ota.SUCCESS if good else ota.INVALID_IMAGE, wanted))
        if good:
            self._ask_version()

    def _is_acceptable(self) -> bool:
        return firmware.is_acceptable(self._update)

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

    def _send(self, command: ota.OtaCommand) -> None:
        self._node.send_frame(self._hub, ota.CLUSTER, ota.frame(command, self._node.next_sequence()))
