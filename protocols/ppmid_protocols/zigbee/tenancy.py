"""Change of tenancy on the HAN: two commands of the Device Management cluster 0x0708.

Their layouts are those of the public table of GBZ commands; that a display asks by Get Change of Tenancy is from
general knowledge of ZigBee Smart Energy.
"""

from dataclasses import dataclass
from typing import TypeAlias

from ppmid_protocols.zigbee.commands import CommandTable
from ppmid_protocols.zigbee.octets import Cursor, pack
from ppmid_protocols.zigbee.zcl import Direction, ZclFrame

CLUSTER = 0x0708


@dataclass(frozen=True, slots=True)
class GetChangeOfTenancy:
    """To the server 0x00, without payload."""

    def encode(self) -> bytes:
        return b""

    @classmethod
    def read(cls, cursor: Cursor) -> "GetChangeOfTenancy":  # noqa: ARG003 - there is nothing to read
        return cls()


@dataclass(frozen=True, slots=True)
class PublishChangeOfTenancy:
    """To the client 0x00: provider u32 | event u32 | tariff type u8 | implementation u32 | control u32.

    ``implementation``: seconds since 2000-01-01, as a UTC time.
    """

    implementation: int
    provider: int = 0
    event: int = 0
    tariff_type: int = 0
    control: int = 0

    def encode(self) -> bytes:
        return b"".join(
            (
                pack(self.provider, 4, "provider"),
                pack(self.event, 4, "event"),
                pack(self.tariff_type, 1, "tariff type"),
                pack(self.implementation, 4, "implementation time"),
                pack(self.control, 4, "control"),
            )
        )

    @classmethod
    def read(cls, cursor: Cursor) -> "PublishChangeOfTenancy":
        provider, event = cursor.unsigned(4, "provider"), cursor.unsigned(4, "event")
        tariff_type, implementation = cursor.unsigned(1, "tariff type"), cursor.unsigned(4, "implementation time")
        return cls(implementation, provider, event, tariff_type, cursor.unsigned(4, "control"))


TenancyCommand: TypeAlias = GetChangeOfTenancy | PublishChangeOfTenancy

COMMANDS: CommandTable[TenancyCommand] = CommandTable(
    "device management",
    {(Direction.TO_SERVER, 0x00): GetChangeOfTenancy, (Direction.TO_CLIENT, 0x00): PublishChangeOfTenancy},
)


def frame(command: TenancyCommand, sequence: int) -> ZclFrame:
    """The ZCL frame of ``command``. Raises Malformed."""
    direction = Direction.TO_SERVER if isinstance(command, GetChangeOfTenancy) else Direction.TO_CLIENT
    return COMMANDS.frame(command, direction, sequence)


def read(zcl: ZclFrame) -> TenancyCommand:
    """The command of a frame. Raises Malformed; Unsupported for other commands of the cluster."""
    return COMMANDS.read(zcl)
