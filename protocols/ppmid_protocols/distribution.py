"""How a firmware image goes from the DCC to a hub over the SM WAN: a form of our own, since no public text has one.

    EUI-64 of the device that it is for | the image file

The file begins with the magic of ZigBee images, by which it is told from a GBCS message.
"""

from dataclasses import dataclass, field

from ppmid_protocols.errors import Malformed
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee import ota

_EUI = 8
_MAGIC = ota.MAGIC.to_bytes(4, "little")


@dataclass(frozen=True, slots=True)
class Distribution:
    """An image for one device of a home (assumed)."""

    device: Eui
    file: bytes = field(repr=False)

    def encode(self) -> bytes:
        return bytes(self.device) + self.file


def is_distribution(octets: bytes) -> bool:
    """Whether octets of the SM WAN are such an image, and no GBCS message."""
    return octets[_EUI : _EUI + len(_MAGIC)] == _MAGIC


def decode(octets: bytes) -> Distribution:
    """Read an image on the SM WAN. Raises Malformed."""
    if not is_distribution(octets):
        raise Malformed("firmware image", "expected an EUI-64 and an image file")
    return Distribution(Eui(octets[:_EUI]), octets[_EUI:])
