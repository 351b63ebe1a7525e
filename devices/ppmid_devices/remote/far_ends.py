"""Real lines of a party in a process of its own: what the bench tells of such an end, and how it is made.

The bench holds the other end, and the tap. What crosses such a line does not cross the line between bench and process.
"""

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
    return home_end(far.adapter, settings, here=role, device=eui, clock=clock, random=_Steady())


class _Steady:
    """No chance: it spreads the calls of many PPMIDs, and a bench has one."""

    def random(self) -> float:
        return 0.5

    def randrange(self, start: int, stop: int) -> int:
        return (start + stop) // 2
