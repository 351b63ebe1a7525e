"""A device's firmware: what runs, the image that is held, and how it is activated (CS06; RTDS 4.5.0)."""

from collections.abc import Callable
from enum import IntEnum

from ppmid_devices.links.han_node import HanNode
from ppmid_devices.links.image_client import Fetch, ImageClient
from ppmid_devices.maker import Maker
from ppmid_devices.ports import Clock
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee.ota import Named, contents_hash

MAKERS = {"esme": Maker("simulated ESME", 0x0001), "gsme": Maker("simulated GSME", 0x0002)}


class Activation(IntEnum):
    """What an activation comes to (ActivateFirmwareOutcome, RTDS 4.5.0); our devices never fail at it."""

    DONE = 0
    NO_IMAGE = 1
    HASH_MISMATCH = 2


class Firmware:
    """``version``: what runs. An image that is held outlives a loss of power, and one that comes later takes its place.

    An image is held till it is activated: a wrong hash leaves it there (assumed).
    """

    def __init__(self, version: int) -> None:
        self.version = version
        self._held: tuple[int, bytes] | None = None

    @property
    def octets(self) -> bytes:
        """What runs, as Commands tell it."""
        return self.version.to_bytes(4, "big")

    def hold(self, version: int, digest: bytes) -> None:
        """Hold an image, by the hash of its contents."""
        self._held = version, digest

    def activate(self, digest: bytes) -> Activation:
        """Run the image that is held, if this is its hash."""
        if self._held is None:
            return Activation.NO_IMAGE
        version, held = self._held
        if held != digest:
            return Activation.HASH_MISMATCH
        self.version, self._held = version, None
        return Activation.DONE


class ImageReceiver(ImageClient):
    """How a meter comes by an image. ``received`` is called with the hash of one that it has verified and holds."""

    def __init__(
        self,
        clock: Clock,
        node: HanNode,
        hub: Eui,
        firmware: Firmware,
        maker: Maker,
        received: Callable[[bytes], None],
        heard: Callable[[], None],
    ) -> None:
        super().__init__(clock, node, hub, heard)
        self._firmware, self._maker, self._received = firmware, maker, received

    def _running(self) -> Named:
        return self._maker.named(self._firmware.version)

    def _is_acceptable(self, fetch: Fetch) -> bool:
        try:
            head = self._maker.verified(fetch.file)
        except ProtocolError:
            return False
        return head.file_version == fetch.image.file_version

    def _take(self, fetch: Fetch) -> None:
        digest = contents_hash(fetch.file)
        self._firmware.hold(fetch.image.file_version, digest)
        self._received(digest)
