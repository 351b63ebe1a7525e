"""Metering cluster 0x0702: the supply state of a meter and the PPMID's request to turn the supply on."""

from dataclasses import dataclass
from enum import IntEnum

from ppmid_protocols.zigbee.commands import CommandTable
from ppmid_protocols.zigbee.octets import Cursor, pack
from ppmid_protocols.zigbee.zcl import Direction, ZclFrame

CLUSTER = 0x0702
SUPPLY_STATUS = 0x0014
"""Attribute, ENUM8 (SupplyStatus)."""


class SupplyStatus(IntEnum):
    """The ZigBee numbering; an ESME's GBCS answer (ECS45) numbers disabled 0, enabled 1, armed 2 instead."""

    OFF = 0
    OFF_ARMED = 1
    ON = 2


@dataclass(frozen=True, slots=True)
class LocalChangeSupply:
    """To the server 0x0C: proposed supply status u8 (number and layout from public ZCL libraries; not in the RTDS).

    A PPMID may propose ON only; others must be sendable, for devices that do what they must not.
    """

    proposed: int = SupplyStatus.ON

    def encode(self) -> bytes:
        return pack(self.proposed, 1, "proposed supply status")

    @classmethod
    def read(cls, cursor: Cursor) -> "LocalChangeSupply":
        return cls(cursor.unsigned(1, "proposed supply status"))


COMMANDS: CommandTable[LocalChangeSupply] = CommandTable("metering", {(Direction.TO_SERVER, 0x0C): LocalChangeSupply})


def frame(command: LocalChangeSupply, sequence: int) -> ZclFrame:
    """The ZCL frame of ``command``; it asks for the Default Response that answers it. Raises Malformed."""
    return COMMANDS.frame(command, Direction.TO_SERVER, sequence, disable_default_response=False)


def read(zcl: ZclFrame) -> LocalChangeSupply:
    """The Local Change Supply command of a frame. Raises Malformed; Unsupported for other commands of the cluster."""
    return COMMANDS.read(zcl)
