"""Prepayment cluster 0x0705: what a PPMID says to an ESME on the HAN, and the attributes it displays.

Little endian; money is a signed number of millipence (1/1000 p). Towards a GSME the same commands travel inside a GBCS
message (PCS01, PCS02), whose payload repeats them.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from ppmid_protocols.errors import Malformed
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee.commands import CommandTable
from ppmid_protocols.zigbee.octets import Cursor, pack
from ppmid_protocols.zigbee.values import ZclType
from ppmid_protocols.zigbee.zcl import Direction, ZclFrame

CLUSTER = 0x0705


class Originator(IntEnum):
    """The kind of device that a top-up came in by."""

    ENERGY_SERVICE_INTERFACE = 0
    METER = 1
    IN_HOME_DEVICE = 2


class TopUpResult(IntEnum):
    """What became of a top-up. The last three accept it and tell the supply state that it led to."""

    ACCEPTED = 0x00
    INVALID = 0x01
    DUPLICATE = 0x02
    ERROR = 0x03
    MAXIMUM_CREDIT = 0x04
    KEYPAD_LOCKED = 0x05
    VALUE_TOO_LARGE = 0x06
    ACCEPTED_SUPPLY_ENABLED = 0x10
    ACCEPTED_SUPPLY_DISABLED = 0x11
    ACCEPTED_SUPPLY_ARMED = 0x12

    @property
    def accepted(self) -> bool:
        """Whether it is one of the four that accept."""
        return self.name.startswith("ACCEPTED")


_ACCEPTED = frozenset(one for one in TopUpResult if one.accepted)
_NO_MONEY = b"\xff\xff\xff\xff"


@dataclass(frozen=True, slots=True)
class ConsumerTopUp:
    """To the server 0x04: originating device u8 | code, an octet string (length u8, a UTRN as 20 ASCII digits).

    A wrong code must be sendable, so any octets are a code here.
    """

    code: Secret
    originator: int = Originator.IN_HOME_DEVICE

    def encode(self) -> bytes:
        return pack(self.originator, 1, "originating device") + pack(len(self.code), 1, "code length") + self.code

    @classmethod
    def read(cls, cursor: Cursor) -> "ConsumerTopUp":
        originator = cursor.unsigned(1, "originating device")
        return cls(Secret(cursor.take(cursor.unsigned(1, "code length"), "top-up code")), originator)


@dataclass(frozen=True, slots=True)
class ConsumerTopUpResponse:
    """To the client 0x03: result u8 | value i32 | source u8 | credit remaining i32.

    ``value`` and ``credit_remaining`` in millipence; None where the wire says FFFFFFFF, "no value". ``result`` is a
    TopUpResult, or a number that it does not know.
    """

    result: int
    value: int | None = None
    source: int = Originator.IN_HOME_DEVICE
    credit_remaining: int | None = None

    @property
    def accepted(self) -> bool:
        """Whether the meter says that it took the top-up."""
        return self.result in _ACCEPTED

    def encode(self) -> bytes:
        return (
            pack(self.result, 1, "top-up result")
            + _money(self.value, "top-up value")
            + pack(self.source, 1, "source of top-up")
            + _money(self.credit_remaining, "credit remaining")
        )

    @classmethod
    def read(cls, cursor: Cursor) -> "ConsumerTopUpResponse":
        result, value = cursor.unsigned(1, "top-up result"), _read_money(cursor, "top-up value")
        source = cursor.unsigned(1, "source of top-up")
        return cls(result, value, source, _read_money(cursor, "credit remaining"))


def _money(millipence: int | None, field: str) -> bytes:
    if millipence is None:
        return _NO_MONEY
    octets = pack(millipence, 4, field, signed=True)
    if octets == _NO_MONEY:
        raise Malformed(field, "-1 millipence is the pattern for no value: write None")
    return octets


def _read_money(cursor: Cursor, field: str) -> int | None:
    octets = cursor.take(4, field)
    return None if octets == _NO_MONEY else int.from_bytes(octets, "little", signed=True)


@dataclass(frozen=True, slots=True)
class SelectAvailableEmergencyCredit:
    """To the server 0x00: issue time u32 (seconds since 2000-01-01; 0 now) | originating device u8.

    Answered by a Default Response.
    """

    issue_time: int = 0
    originator: int = Originator.IN_HOME_DEVICE

    def encode(self) -> bytes:
        return pack(self.issue_time, 4, "issue time") + pack(self.originator, 1, "originating device")

    @classmethod
    def read(cls, cursor: Cursor) -> "SelectAvailableEmergencyCredit":
        return cls(cursor.unsigned(4, "issue time"), cursor.unsigned(1, "originating device"))


PrepaymentCommand: TypeAlias = ConsumerTopUp | ConsumerTopUpResponse | SelectAvailableEmergencyCredit

COMMANDS: CommandTable[PrepaymentCommand] = CommandTable(
    "prepayment",
    {
        (Direction.TO_SERVER, 0x00): SelectAvailableEmergencyCredit,
        (Direction.TO_SERVER, 0x04): ConsumerTopUp,
        (Direction.TO_CLIENT, 0x03): ConsumerTopUpResponse,
    },
)


def frame(command: PrepaymentCommand, sequence: int) -> ZclFrame:
    """The ZCL frame of ``command``; emergency credit asks for a Default Response, its answer. Raises Malformed."""
    direction = Direction.TO_CLIENT if isinstance(command, ConsumerTopUpResponse) else Direction.TO_SERVER
    asks = isinstance(command, SelectAvailableEmergencyCredit)
    return COMMANDS.frame(command, direction, sequence, disable_default_response=not asks)


def read(zcl: ZclFrame) -> PrepaymentCommand:
    """The prepayment command of a frame. Raises Malformed; Unsupported for other commands of the cluster."""
    return COMMANDS.read(zcl)


class Attribute(IntEnum):
    """Attributes of the meter's prepayment server, by the names that the field uses."""

    PAYMENT_CONTROL = 0x0000
    CREDIT_REMAINING = 0x0001
    EMERGENCY_CREDIT_REMAINING = 0x0002
    CREDIT_STATUS = 0x0003
    CREDIT_REMAINING_TIMESTAMP = 0x0004
    ACCUMULATED_DEBT = 0x0005
    OVERALL_DEBT_CAP = 0x0006
    EMERGENCY_CREDIT_LIMIT = 0x0010
    EMERGENCY_CREDIT_THRESHOLD = 0x0011
    TOTAL_CREDIT_ADDED = 0x0020
    MAXIMUM_CREDIT_LIMIT = 0x0021
    MAXIMUM_CREDIT_PER_TOP_UP = 0x0022
    FRIENDLY_CREDIT_WARNING = 0x0030
    LOW_CREDIT_WARNING = 0x0031
    CUT_OFF_VALUE = 0x0040
    TOKEN_CARRIER_ID = 0x0080


EMERGENCY_CREDIT_SELECTED = 0x10
"""Bit of CREDIT_STATUS of a meter whose emergency credit is selected (assumed: no RTDS message shows it)."""

TYPES: dict[Attribute, ZclType] = {
    Attribute.PAYMENT_CONTROL: ZclType.BITMAP16,
    Attribute.CREDIT_REMAINING: ZclType.INT32,
    Attribute.EMERGENCY_CREDIT_REMAINING: ZclType.INT32,
    Attribute.CREDIT_STATUS: ZclType.BITMAP8,
    Attribute.CREDIT_REMAINING_TIMESTAMP: ZclType.UTC_TIME,
    Attribute.ACCUMULATED_DEBT: ZclType.INT32,
    Attribute.OVERALL_DEBT_CAP: ZclType.INT32,
    Attribute.EMERGENCY_CREDIT_LIMIT: ZclType.UINT32,
    Attribute.EMERGENCY_CREDIT_THRESHOLD: ZclType.UINT32,
    Attribute.TOTAL_CREDIT_ADDED: ZclType.UINT48,
    Attribute.MAXIMUM_CREDIT_LIMIT: ZclType.UINT32,
    Attribute.MAXIMUM_CREDIT_PER_TOP_UP: ZclType.UINT32,
    Attribute.FRIENDLY_CREDIT_WARNING: ZclType.UINT8,
    Attribute.LOW_CREDIT_WARNING: ZclType.UINT32,
    Attribute.CUT_OFF_VALUE: ZclType.INT32,
    Attribute.TOKEN_CARRIER_ID: ZclType.OCTET_STRING,
}
"""The type of each attribute's value. The RTDS shows 0x0001, 0002, 0005, 0006, 0010, 0011, 0021, 0022, 0031 and 0040;
the others are assumed.
"""
