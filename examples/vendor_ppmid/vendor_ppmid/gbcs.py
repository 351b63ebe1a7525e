"""As much of GBCS as who carries its messages must read: where one begins and ends, who asks whom (GBCS 7.2)."""

from dataclasses import dataclass

COMMAND, RESPONSE = 1, 2
_MAC_HEADER, _SECURITY, _MAC_OCTETS = bytes.fromhex("DD000000000000"), bytes.fromhex("1100000000"), 12


class NotGbcs(Exception):
    """No whole GBCS message."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who asks whom. ``kind``: the CRA flag. ``counter``: the Originator Counter."""

    kind: int
    originator: bytes
    target: bytes
    counter: bytes

    @property
    def key(self) -> tuple[bytes, bytes, bytes]:
        """The same for a Command and its Response (GBCS 4.3.1)."""
        ends = (self.originator, self.target) if self.kind == COMMAND else (self.target, self.originator)
        return (*ends, self.counter)


def read(octets: bytes) -> Envelope:
    """The envelope of exactly one message. Raises NotGbcs."""
    rest = _Octets(octets)
    if octets[:1] == b"\xdd":
        rest.expect(_MAC_HEADER)
        inside = rest.take(rest.length())
        rest.end()
        rest = _Octets(inside[:-_MAC_OCTETS])
        rest.expect(_SECURITY)
    rest.expect(b"\xdf\x09")
    kind, counter = rest.take(1)[0], rest.take(8)
    rest.expect(b"\x08")
    originator = rest.take(8)
    rest.expect(b"\x08")
    target = rest.take(8)
    date_time = rest.take(rest.take(1)[0])
    other = rest.take(rest.length())
    rest.take(rest.length())
    signature = rest.take(rest.take(1)[0])
    rest.end()
    if kind not in (1, 2, 3) or len(date_time) not in (0, 12) or len(other) < 2 or len(signature) not in (0, 64):
        raise NotGbcs("a part of a length or value that it cannot have")
    return Envelope(kind, originator, target, counter)


class _Octets:
    def __init__(self, octets: bytes) -> None:
        self._octets, self._at = octets, 0

    def take(self, count: int) -> bytes:
        part = self._octets[self._at : self._at + count]
        if len(part) != count:
            raise NotGbcs("it ends too early")
        self._at += count
        return part

    def expect(self, octets: bytes) -> None:
        if self.take(len(octets)) != octets:
            raise NotGbcs(f"expected {octets.hex()}")

    def length(self) -> int:
        """A length as BER has it, in its shortest form."""
        first = self.take(1)[0]
        if first < 0x80:
            return first
        octets = self.take(first & 0x7F)
        length = int.from_bytes(octets, "big")
        if not 1 <= len(octets) <= 2 or length < (0x80 if len(octets) == 1 else 0x100):
            raise NotGbcs("a length that is not in its shortest form")
        return length

    def end(self) -> None:
        if self._at != len(self._octets):
            raise NotGbcs("octets behind its end")
