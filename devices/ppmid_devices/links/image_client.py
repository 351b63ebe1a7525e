"""How a device comes by a firmware image over the HAN: client of the hub's upgrade cluster (ZCL 11), block by block."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from ppmid_devices.links.han_node import HanNode
from ppmid_devices.ports import SECOND, Clock
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee import ota
from ppmid_protocols.zigbee.han import AppMessage
from ppmid_protocols.zigbee.ota import Named

_BLOCK = 40
_PATIENCE = 10 * SECOND
"""How long a device waits for a block before it asks for it again (assumed)."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """An image on its way: which it is, how many octets it has, and those that are here."""

    image: Named
    size: int
    file: bytes = field(default=b"", repr=False)

    def with_block(self, offset: int, data: bytes) -> "Fetch":
        """With a block of the image; one that is not the next is dropped."""
        return replace(self, file=self.file + data) if offset == len(self.file) else self

    @property
    def is_whole(self) -> bool:
        return len(self.file) >= self.size


class ImageClient(ABC):
    """What is offered last is fetched; what came of an earlier offer is dropped. A fetch outlives a loss of power.

    ``heard`` is called when something comes: who sleeps stays awake for the next.
    """

    def __init__(self, clock: Clock, node: HanNode, hub: Eui, heard: Callable[[], None] = lambda: None) -> None:
        self._clock, self._node, self._hub, self._heard = clock, node, hub, heard
        self._fetch: Fetch | None = None
        node.on(ota.CLUSTER, self._hear)

    def move(self, hub: Eui) -> None:
        """Be a client of this hub from now on."""
        self._hub = hub

    def resume(self) -> None:
        """Go on after a loss of power."""
        if self._fetch is not None:
            self._next_block(self._fetch)

    @abstractmethod
    def _running(self) -> Named:
        """The image that runs now."""

    @abstractmethod
    def _is_acceptable(self, fetch: Fetch) -> bool:
        """Whether a whole image is the maker's, and what was offered."""

    @abstractmethod
    def _take(self, fetch: Fetch) -> None:
        """Hold an image that is acceptable."""

    def _is_newer(self, image: Named) -> bool:
        """Never back to an older version, which may have the holes that a newer one has closed (I7)."""
        return image.file_version > self._running().file_version

    def _hear(self, sender: Eui, message: AppMessage) -> None:
        if sender != self._hub:
            return
        try:
            command = ota.read(message.zcl)
        except ProtocolError:
            return  # what cannot be read is no image
        self._heard()
        if isinstance(command, ota.ImageNotify):
            self._send(ota.QueryNextImage(self._running()))
        elif isinstance(command, ota.QueryNextImageResponse) and command.image is not None:
            self._take_offer(command.image, command.size)
        elif isinstance(command, ota.ImageBlockResponse) and self._fetch is not None:
            self._take_block(self._fetch, command)

    def _take_offer(self, image: Named, size: int) -> None:
        if self._fetch is not None and self._fetch.image == image:
            return  # it is on its way
        if not self._is_newer(image):
            self._send(ota.UpgradeEnd(ota.INVALID_IMAGE, image))
            return
        self._fetch = Fetch(image, size)
        self._next_block(self._fetch)

    def _next_block(self, fetch: Fetch) -> None:
        self._send(ota.ImageBlockRequest(fetch.image, len(fetch.file), _BLOCK))
        self._clock.call_later(_PATIENCE, lambda: self._ask_again(fetch))

    def _ask_again(self, fetch: Fetch) -> None:
        if self._fetch == fetch:
            self._next_block(fetch)

    def _take_block(self, fetch: Fetch, block: ota.ImageBlockResponse) -> None:
        further = fetch.with_block(block.offset, block.data) if block.image == fetch.image else fetch
        if further.is_whole:
            self._fetch = None
            self._judge(further)
        elif further != fetch:
            self._fetch = further
            self._next_block(further)

    def _judge(self, fetch: Fetch) -> None:
        good = self._is_acceptable(fetch)
        self._send(ota.UpgradeEnd(ota.SUCCESS if good else ota.INVALID_IMAGE, fetch.image))
        if good:
            self._take(fetch)

    def _send(self, command: ota.OtaCommand) -> None:
        self._node.send_frame(self._hub, ota.CLUSTER, ota.frame(command, self._node.next_sequence()))
