"""A cluster's own commands: which number means which command, in which direction."""

from collections.abc import Mapping
from typing import Generic, Protocol, Self, TypeVar

from ppmid_protocols.errors import Malformed, Unsupported
from ppmid_protocols.zigbee.octets import Cursor
from ppmid_protocols.zigbee.zcl import Direction, Scope, ZclFrame, cluster_frame


class Command(Protocol):
    """One command's fields, to and from the payload of its frame."""

    def encode(self) -> bytes:
        """The payload. Raises Malformed when a field does not fit."""

    @classmethod
    def read(cls, cursor: Cursor) -> Self:
        """Read the payload's fields. Raises Malformed."""


C = TypeVar("C", bound=Command)
Key = tuple[Direction, int]


class CommandTable(Generic[C]):
    """All commands of a cluster whose layout is known; ``unread`` names those whose layout is not."""

    def __init__(self, cluster: str, kinds: Mapping[Key, type[C]], unread: Mapping[Key, str] | None = None) -> None:
        self._cluster, self._kinds, self._unread = cluster, kinds, unread or {}
        self._numbers = {(direction, kind): number for (direction, number), kind in kinds.items()}

    def frame(
        self, command: C, direction: Direction, sequence: int, *, disable_default_response: bool = True
    ) -> ZclFrame:
        """The ZCL frame of ``command``. Raises Malformed when it does not go that way, or a field does not fit."""
        number = self._numbers.get((direction, type(command)))
        if number is None:
            raise Malformed("direction", f"{type(command).__name__} is not sent {_way(direction)}")
        return cluster_frame(number, direction, sequence, command.encode(), disable_default_response)

    def read(self, zcl: ZclFrame) -> C:
        """The command of a frame. Raises Malformed; Unsupported for a command whose layout is not known here."""
        direction, number = key = zcl.header.direction, zcl.header.command
        kind = self._kinds.get(key)
        if zcl.header.scope is not Scope.CLUSTER or kind is None:
            name = self._unread.get(key, "no command that is known")
            raise Unsupported(f"{self._cluster} command 0x{number:02X} {_way(direction)}: {name}")
        cursor = Cursor(zcl.payload)
        command = kind.read(cursor)
        cursor.end(kind.__name__)
        return command


def _way(direction: Direction) -> str:
    return direction.name.lower().replace("_", " ")
