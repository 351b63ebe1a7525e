"""The GB-HRGP header on the gas meter's tunnel, which lets a sleepy GSME fetch its messages (GBCS 10.2.2).

GET ``01``, GSME to hub; GET-RESPONSE ``02 | remaining u8 | message``, hub to GSME; PUT ``03 | message``, GSME to hub.
On all other tunnels the GBCS message stands bare.
"""

from dataclasses import dataclass
from typing import TypeAlias

from ppmid_protocols.errors import Malformed
from ppmid_protocols.zigbee.octets import Cursor, pack

_GET, _GET_RESPONSE, _PUT = 1, 2, 3
GET_RESPONSE_HEADER = 2
"""Octets before the message in a GET-RESPONSE."""
HEADERS = (b"\x01", b"\x02", b"\x03")
"""The first octets that tell these exchanges from a bare GBCS message."""


@dataclass(frozen=True, slots=True)
class Get:
    """The meter asks for the next message."""

    def encode(self) -> bytes:
        return bytes((_GET,))


@dataclass(frozen=True, slots=True)
class GetResponse:
    """The hub hands over a message; ``remaining`` wait after it. An empty ``message`` with 0: nothing waits."""

    remaining: int = 0
    message: bytes = b""

    def encode(self) -> bytes:
        if self.remaining and not self.message:
            raise Malformed("remaining", f"expected 0 without a message, found {self.remaining}")
        return bytes((_GET_RESPONSE,)) + pack(self.remaining, 1, "remaining") + self.message


@dataclass(frozen=True, slots=True)
class Put:
    """The meter hands over a message."""

    message: bytes

    def encode(self) -> bytes:
        return bytes((_PUT,)) + self.message


Exchange: TypeAlias = Get | GetResponse | Put


def decode(data: bytes) -> Exchange:
    """Read the content of a TransferData on the gas meter's tunnel. Raises Malformed."""
    cursor = Cursor(data)
    kind = cursor.unsigned(1, "GB-HRGP header")
    if kind == _GET:
        cursor.end("GET")
        return Get()
    if kind == _GET_RESPONSE:
        remaining, message = cursor.unsigned(1, "remaining"), cursor.rest()
        if remaining and not message:
            raise Malformed("remaining", f"expected 0 without a message, found {remaining}", 1)
        return GetResponse(remaining, message)
    if kind == _PUT:
        if not cursor.more:
            raise Malformed("PUT", "expected a message, found none", 1)
        return Put(cursor.rest())
    raise Malformed("GB-HRGP header", f"expected 01, 02 or 03, found {kind:02X}", 0)
