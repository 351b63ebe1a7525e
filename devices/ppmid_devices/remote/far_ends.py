"""Real lines of a party in a process of its own: what the bench tells of such an end, and how it is made.

The bench holds the other end, and the tap. What crosses such a line does not cross the line between bench and process.
"""

import hashlib
from typing import Any

import msgspec

from ppmid_devices.lines.table import LINES, home_end
from ppmid_devices.lines.zep_node import ZepNode, ZepNodeSettings
from ppmid_devices.ports import Clock
from ppmid_devices.remote.values import decode, encode
from ppmid_protocols.eui import Eui

ZEP = "zep"


class FarEnd(msgspec.Struct, frozen=True):
    """``adapter``: as a bench file calls the line. ``settings``: of this end (``lines.table``, ``lines.zep_node``)."""

    adapter: str
    settings: msgspec.Raw

    @classmethod
    def of(cls, adapter: str, settings: Any) -> "FarEnd":
        """The end with these settings, a dataclass."""
        return cls(adapter, msgspec.Raw(encode(settings)))


def make(name: str, far: FarEnd, *, role: str, eui: Eui, clock: Clock) -> Any:
    """The end of the link ``name`` for the party ``role``, the device ``eui``.

    Raises LineFault, NotUsable, msgspec.ValidationError."""
    if far.adapter == ZEP:
        return ZepNode(name, clock, decode(far.settings, ZepNodeSettings))
    settings = decode(far.settings, LINES[far.adapter].home_settings)
    return home_end(far.adapter, settings, here=role, device=eui, clock=clock, random=_Chance(eui, clock.now()))


class _Chance:
    """Chance of one device in wall-clock time: of its name and of when it began, so that no two are in step."""

    def __init__(self, eui: Eui, begun: int) -> None:
        self._seed, self._drawn = bytes(eui) + begun.to_bytes(8), 0

    def random(self) -> float:
        self._drawn += 1
        octets = hashlib.sha256(self._seed + self._drawn.to_bytes(8)).digest()
        return (int.from_bytes(octets[:8]) >> 11) / (1 << 53)

    def randrange(self, start: int, stop: int) -> int:
        return start + int(self.random() * (stop - start))
