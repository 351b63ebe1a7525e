"""What a Hand-Held Terminal tells a hub over Inter-PAN, and hears: how it comes into the hub's device log.

Known (GBCS 0.8.1): it names the hub it wants, sends its own identifier and its install code over an Inter-PAN link that
CBKE has secured, and the hub adds it to the CHF Device Log. Neither cluster nor layout is public, so both are
assumed: a cluster of the range left to makers, fields little endian. The link is sealed under a key that both hold
beforehand, in the place of the one that CBKE gives.
"""

from dataclasses import dataclass
from typing import TypeAlias

from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee.commands import CommandTable
from ppmid_protocols.zigbee.joining import InstallCode
from ppmid_protocols.zigbee.octets import Cursor, pack
from ppmid_protocols.zigbee.zcl import Direction

CLUSTER = 0xFC00
"""The first of the clusters that ZigBee leaves to makers."""


@dataclass(frozen=True, slots=True)
class Introduction:
    """0x00 to the hub: the GPF of the hub that is meant | the terminal | length u8, install code with its check."""

    gpf: Eui
    terminal: Eui
    install_code: InstallCode

    def encode(self) -> bytes:
        code = self.install_code.octets
        return self.gpf[::-1] + self.terminal[::-1] + pack(len(code), 1, "install code length") + bytes(code)

    @classmethod
    def read(cls, cursor: Cursor) -> "Introduction":
        gpf, terminal = cursor.eui("GPF"), cursor.eui("terminal")
        length = cursor.unsigned(1, "install code length")
        return cls(gpf, terminal, InstallCode(Secret(cursor.take(length, "install code"))))


@dataclass(frozen=True, slots=True)
class Listed:
    """0x00 from the hub: the terminal is in its device log. The terminal | PAN of the network that it may join u16."""

    terminal: Eui
    pan: int

    def encode(self) -> bytes:
        return self.terminal[::-1] + pack(self.pan, 2, "PAN")

    @classmethod
    def read(cls, cursor: Cursor) -> "Listed":
        terminal = cursor.eui("terminal")
        return cls(terminal, cursor.unsigned(2, "PAN"))


HandHeldCommand: TypeAlias = Introduction | Listed

COMMANDS: CommandTable[HandHeldCommand] = CommandTable(
    "hand-held terminal", {(Direction.TO_SERVER, 0): Introduction, (Direction.TO_CLIENT, 0): Listed}
)
