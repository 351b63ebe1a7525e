"""The MAC command by which a device that sleeps asks its parent for the frames kept for it (IEEE 802.15.4 7.3.4).

frame control u16 | sequence u8 | PAN u16 | parent u16 | device u16 | 04 | check sequence, little endian
"""

from ppmid_protocols.zigbee.frames import fcs
from ppmid_protocols.zigbee.octets import pack

PERSISTENCE_MS = 7_680
"""How long a parent keeps a frame: macTransactionPersistenceTime, 0x01F4 superframes of 15.36 ms (7.4.2)."""

_CONTROL = b"\x63\x88"
"""A command, acknowledgement asked, within one PAN, between short addresses."""
_COMMAND = b"\x04"
_OCTETS = 12


def data_request(device: int, parent: int, pan: int, sequence: int) -> bytes:
    """The frame, with its check sequence. Raises Malformed where a number does not fit its field."""
    numbers = (sequence, 1, "MAC sequence"), (pan, 2, "PAN"), (parent, 2, "parent"), (device, 2, "device")
    frame = _CONTROL + b"".join(pack(*one) for one in numbers) + _COMMAND
    return frame + fcs(frame)


def asked_by(frame: bytes) -> int | None:
    """The device that asks by this frame; None for any other frame, and a damaged one."""
    if len(frame) != _OCTETS or frame[:2] != _CONTROL or frame[9:10] != _COMMAND or fcs(frame[:-2]) != frame[-2:]:
        return None
    return int.from_bytes(frame[7:9], "little")
