"""How a hub hands a firmware image from the SM WAN to a device of its HAN: server of the upgrade cluster.

It can judge no image: that is the device's matter. It tells the DCC what the device made of it (CCS08).
"""

from collections.abc import Callable, Collection

from ppmid_devices.hub.relay import Refusal
from ppmid_devices.links.han_node import HanNode
from ppmid_protocols import distribution
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee import basic, ota, zcl
from ppmid_protocols.zigbee.han import AppMessage
from ppmid_protocols.zigbee.ota import ImageHead, Named, read_head
from ppmid_protocols.zigbee.values import Typed, ZclType
from ppmid_protocols.zigbee.zcl import Scope

_LARGEST_BLOCK = 40
"""Octets, so that a block fits one frame."""


class FirmwareDesk:
    """``version`` gives the hub's own firmware, which any device may read. Images outlive a loss of power (assumed).

    ``ended`` is told what a device made of its image: the device, the version, whether it was good.
    """

    def __init__(
        self,
        node: HanNode,
        devices: Collection[Eui],
        version: Callable[[], int],
        ended: Callable[[Eui, int, bool], None],
    ) -> None:
        self._node, self._devices, self._version, self._ended = node, devices, version, ended
        self._held: dict[Eui, tuple[bytes, ImageHead]] = {}
        self._fetching: set[Eui] = set()
        node.on(ota.CLUSTER, self._hear)
        node.on(basic.CLUSTER, self._tell_version)

    def take(self, octets: bytes) -> Refusal | None:
        """Keep an image of the SM WAN, and tell its device that there is one; gives the reason when it does not."""
        try:
            image = distribution.decode(octets)
            head = read_head(image.file)
        except ProtocolError:
            return Refusal.NOT_GBCS
        if image.device not in self._devices:
            return Refusal.TARGET_UNKNOWN
        self._held[image.device] = image.file, head
        self._fetching.discard(image.device)
        self.remind(image.device)
        return None

    def remind(self, device: Eui) -> None:
        """Tell a device of the image that waits for it, unless it fetches that already: who sleeps heard nothing."""
        held = self._held.get(device)
        if held is not None and device not in self._fetching:
            self._send(device, ota.ImageNotify(_named(held[1])))

    def _hear(self, device: Eui, message: AppMessage) -> None:
        try:
            command = ota.read(message.zcl)
        except ProtocolError:
            return  # what cannot be read has no answer
        held = self._held.get(device)
        if isinstance(command, ota.QueryNextImage):
            self._send(device, _offer(held))
        elif held is not None and isinstance(command, ota.ImageBlockRequest):
            self._fetching.add(device)
            self._send(device, _block(*held, command))
        elif held is not None and isinstance(command, ota.UpgradeEnd):
            del self._held[device]
            self._ended(device, held[1].file_version, command.status == ota.SUCCESS)

    def _tell_version(self, device: Eui, message: AppMessage) -> None:
        if message.zcl.header.scope is not Scope.GENERAL:
            return
        version = Typed(ZclType.UINT8, self._version())
        try:
            answer = zcl.answer_read(message.zcl, {basic.APPLICATION_VERSION: version})
        except ProtocolError:
            return
        self._node.send_frame(device, basic.CLUSTER, answer)

    def _send(self, device: Eui, command: ota.OtaCommand) -> None:
        self._node.send_frame(device, ota.CLUSTER, ota.frame(command, self._node.next_sequence()))


def _named(head: ImageHead) -> Named:
    return Named(manufacturer=head.manufacturer, image_type=head.image_type, file_version=head.file_version)


def _offer(held: tuple[bytes, ImageHead] | None) -> ota.QueryNextImageResponse:
    if held is None:
        return ota.QueryNextImageResponse(ota.NO_IMAGE)
    return ota.QueryNextImageResponse(ota.SUCCESS, _named(held[1]), len(held[0]))


def _block(file: bytes, head: ImageHead, asked: ota.ImageBlockRequest) -> ota.ImageBlockResponse:
    data = file[asked.offset :][: min(asked.most, _LARGEST_BLOCK)]
    if asked.image != _named(head) or not data:
        return ota.ImageBlockResponse(ota.ABORT)
    return ota.ImageBlockResponse(ota.SUCCESS, asked.image, asked.offset, data)
