"""The two clusters that this PPMID speaks: Prepayment, as a client of the ESME; Tunneling, as the hub's server.

ZCL frame: control, sequence, command, payload; all little endian (ZCL 2.4; Smart Energy, annexes D.7 and D.6).
"""

from collections.abc import Callable
from dataclasses import dataclass

PREPAYMENT, TUNNELING = 0x0705, 0x0704
_TO_SERVER, _TO_CLIENT = 0x11, 0x19  # a cluster's own command, no Default Response wanted
_DIRECTION, _SCOPE = 0x08, 0x03
_DEFAULT_RESPONSE = 0x0B
_NO_VALUE = b"\xff\xff\xff\xff"
_CONSUMER_TOP_UP, _CONSUMER_TOP_UP_RESPONSE = 0x04, 0x03
_IN_HOME_DEVICE = 2
ACCEPTED = frozenset((0x00, 0x10, 0x11, 0x12))
"""Result types of a top-up that the meter has taken; the last three tell its supply state."""


@dataclass(frozen=True, slots=True)
class TopUpAnswer:
    """``result`` is None where the meter has said no by a Default Response. ``value``: millipence, if it said one."""

    sequence: int
    result: int | None
    value: int | None


def top_up(sequence: int, digits: bytes) -> bytes:
    """Consumer Top Up: originating device, and the code as an octet string of 20 digits."""
    return bytes((_TO_SERVER, sequence, _CONSUMER_TOP_UP, _IN_HOME_DEVICE, len(digits))) + digits


def top_up_answer(message: bytes) -> TopUpAnswer | None:
    """A meter's answer to a top-up; None of any other message."""
    if len(message) < 3 or not message[0] & _DIRECTION:
        return None
    control, sequence, command, payload = message[0], message[1], message[2], message[3:]
    if control & _SCOPE == 0 and command == _DEFAULT_RESPONSE and len(payload) == 2:
        return TopUpAnswer(sequence, None, None) if payload[0] == _CONSUMER_TOP_UP and payload[1] else None
    if control & _SCOPE == 1 and command == _CONSUMER_TOP_UP_RESPONSE and len(payload) == 10:
        value = None if payload[1:5] == _NO_VALUE else int.from_bytes(payload[1:5], "little", signed=True)
        return TopUpAnswer(sequence, payload[0], value)
    return None


_REQUEST_TUNNEL, _CLOSE_TUNNEL, _DATA_FROM_CLIENT, _ERROR_FROM_CLIENT = 0, 1, 2, 3
_TUNNEL_RESPONSE, _DATA_TO_CLIENT, _ERROR_TO_CLIENT = 0, 1, 2
_GB_HRGP, _NO_MANUFACTURER = 6, 0xFFFF
_SUCCESS, _UNKNOWN_PROTOCOL, _NO_FLOW_CONTROL = 0, 3, 4
_NO_SUCH_TUNNEL = 0
LARGEST_TRANSFER = 1500


class Tunnel:
    """The server of the hub's tunnel (GBCS 10.2.2). Each request for one takes the place of the tunnel before."""

    def __init__(self, tell: Callable[[bytes], None], heard: Callable[[bytes], None], lost: Callable[[], None]) -> None:
        """``tell``: the hub. ``heard``: called with what comes. ``lost``: the hub refuses what was sent last."""
        self._tell, self._heard, self._lost = tell, heard, lost
        self._id: int | None = None
        self._last_id = self._sequence = 0
        self._room = LARGEST_TRANSFER

    def send(self, octets: bytes) -> bool:
        """Put octets into the tunnel; False when there is none, or they are too many for it."""
        if self._id is None or len(octets) > self._room:
            return False
        self._say(_DATA_TO_CLIENT, self._id.to_bytes(2, "little") + octets)
        return True

    def hear(self, message: bytes) -> None:
        """Take a message of the hub's."""
        if len(message) < 5 or message[0] & (_DIRECTION | _SCOPE) != 1:
            return
        sequence, command, payload = message[1], message[2], message[3:]
        tunnel = int.from_bytes(payload[:2], "little")
        if command == _REQUEST_TUNNEL and len(payload) == 6:
            self._open(sequence, payload)
        elif command == _CLOSE_TUNNEL and tunnel == self._id:
            self._id = None
        elif command == _DATA_FROM_CLIENT and tunnel == self._id:
            self._heard(payload[2:])
        elif command == _DATA_FROM_CLIENT:
            self._say(_ERROR_TO_CLIENT, payload[:2] + bytes((_NO_SUCH_TUNNEL,)))
        elif command == _ERROR_FROM_CLIENT and tunnel == self._id and len(payload) == 3:
            if payload[2] == _NO_SUCH_TUNNEL:
                self._id = None
            self._lost()

    def _open(self, sequence: int, asked: bytes) -> None:
        protocol, manufacturer, flow_control = asked[0], int.from_bytes(asked[1:3], "little"), asked[3]
        status, tunnel = _SUCCESS, 0xFFFF
        if (protocol, manufacturer) != (_GB_HRGP, _NO_MANUFACTURER):
            status = _UNKNOWN_PROTOCOL
        elif flow_control:
            status = _NO_FLOW_CONTROL
        else:
            self._last_id = tunnel = self._last_id % 0xFFFE + 1
            self._id, self._room = tunnel, min(int.from_bytes(asked[4:], "little"), LARGEST_TRANSFER)
        answer = tunnel.to_bytes(2, "little") + bytes((status,)) + LARGEST_TRANSFER.to_bytes(2, "little")
        self._say(_TUNNEL_RESPONSE, answer, sequence)

    def _say(self, command: int, payload: bytes, sequence: int | None = None) -> None:
        self._sequence = (self._sequence + 1) & 0xFF
        number = self._sequence if sequence is None else sequence
        self._tell(bytes((_TO_CLIENT, number, command)) + payload)


_OFFSET, _RANGE = 7394156990786306048, 1 << 57
_ONCE = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)
_FINISH = "1267583094"


def is_utrn(digits: bytes) -> bool:
    """Whether digits can be a UTRN at all: 20 of them, in the range, with the right check digit (GBCS 14)."""
    if len(digits) != 20 or not digits.isdigit() or not 0 <= int(digits[:19]) - _OFFSET < _RANGE:
        return False
    state = 0
    for place, octet in enumerate(digits[:19], 4):
        digit = octet - ord("0")
        for _ in range(place % 8):
            digit = _ONCE[digit]
        state = _dihedral(state, digit)
    return _FINISH[state] == chr(digits[19])


def _dihedral(one: int, other: int) -> int:
    """The product of two of the ten symmetries of a pentagon, as Verhoeff numbers them."""
    if one < 5:
        return (one + other) % 5 if other < 5 else 5 + (one + other - 5) % 5
    return 5 + (one - 5 - other) % 5 if other < 5 else (one - other) % 5
