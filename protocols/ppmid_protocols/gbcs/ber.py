"""BER lengths as GBCS messages use them: definite, minimal, at most two octets after the first (X.690 8.1.3)."""

from ppmid_protocols.errors import Malformed

LONGEST = 0xFFFF
"""Octets in the longest message or element that is read or written here."""


def encode_length(length: int) -> bytes:
    """The minimal form: one octet below 80 hex, then ``81 xx``, then ``82 xxxx``. Raises Malformed above 65,535."""
    if length < 0x80:
        return bytes((length,))
    if length <= 0xFF:
        return bytes((0x81, length))
    if length <= LONGEST:
        return b"\x82" + length.to_bytes(2, "big")
    raise Malformed("length", f"expected at most {LONGEST} octets, found {length}")


def length_octets(length: int) -> int:
    """The number of octets in which ``encode_length`` writes a length."""
    return len(encode_length(length))


def read_length(data: bytes, at: int, field: str, *, minimal: bool = True) -> tuple[int, int]:
    """Read the length at ``at``: the length and the offset after it. Raises Malformed for cut and non-minimal forms."""
    if at >= len(data):
        raise Malformed(field, "expected a length, found the end of the data", at)
    first = data[at]
    if first < 0x80:
        return first, at + 1
    if first not in (0x81, 0x82):
        raise Malformed(field, f"expected a length octet below 80, or 81 or 82, found {first:02X}", at)
    end = at + first - 0x7F
    if end > len(data):
        raise Malformed(field, "expected the rest of a length, found the end of the data", at)
    length = int.from_bytes(data[at + 1 : end], "big")
    if minimal and length < (0x80 if first == 0x81 else 0x100):
        raise Malformed(
            field, f"expected the shortest form of the length {length}, found {data[at:end].hex().upper()}", at
        )
    return length, end


def take(data: bytes, at: int, count: int, field: str) -> bytes:
    """The ``count`` octets at ``at``. Raises Malformed when the data end before."""
    end = at + count
    if end > len(data):
        raise Malformed(field, f"expected {count} octets, found {max(len(data) - at, 0)}", at)
    return data[at:end]
