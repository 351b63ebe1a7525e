"""The states of a PPMID's firmware update: pure, a table of what each event leads to.

A new image waits in the PPMID until the firmware of the hub is new enough for it: a PPMID that relays beside a hub that
does not would take Commands which nobody delivers (SECMP0038: how PPMIDs in use come by the function).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from ppmid_devices.ppmid import maker
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.zigbee.ota import Named


class Phase(StrEnum):
    """Where an update stands."""

    NONE = "no update"
    FETCHING = "fetching an image"
    WAITING = "waiting for the hub"


class Happening(StrEnum):
    """What can happen to an update."""

    OFFERED = "an image is offered"
    GENUINE = "the whole image is here, newer and the maker's"
    REFUSED = "it is older, altered or not to be had"
    HUB_READY = "the hub's firmware is new enough"
    HUB_OLD = "the hub's firmware is not new enough"


TRANSITIONS: Mapping[tuple[Phase, Happening], Phase] = MappingProxyType(
    {
        (Phase.NONE, Happening.OFFERED): Phase.FETCHING,
        (Phase.FETCHING, Happening.OFFERED): Phase.FETCHING,
        (Phase.FETCHING, Happening.GENUINE): Phase.WAITING,
        (Phase.FETCHING, Happening.REFUSED): Phase.NONE,
        (Phase.WAITING, Happening.OFFERED): Phase.FETCHING,
        (Phase.WAITING, Happening.HUB_OLD): Phase.WAITING,
        (Phase.WAITING, Happening.HUB_READY): Phase.NONE,
    }
)
"""What each happening leads to; others change nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """An update of the firmware that ``running`` numbers. ``held``: the version that waits for the hub."""

    running: int
    phase: Phase = Phase.NONE
    wanted: Named | None = None
    file: bytes = b""
    held: int | None = None

    def offered(self, image: Named) -> "Update":
        """An image is offered; what came of an earlier one is dropped."""
        return replace(self._after(Happening.OFFERED), wanted=image, file=b"", held=None)

    def with_block(self, offset: int, data: bytes) -> "Update":
        """With a block of the image; one that is not the next is dropped."""
        if self.phase is not Phase.FETCHING or offset != len(self.file) or not data:
            return self
        return replace(self, file=self.file + data)

    def judged(self, genuine: bool) -> "Update":
        """After the whole image has been judged."""
        if not genuine or self.wanted is None:
            return replace(self._after(Happening.REFUSED), wanted=None, file=b"", held=None)
        return replace(self._after(Happening.GENUINE), held=self.wanted.file_version)

    def beside(self, hub_ready: bool) -> "Update":
        """After the hub's firmware was read; an image that may run runs now."""
        if self.phase is not Phase.WAITING or self.held is None or not hub_ready:
            return self._after(Happening.HUB_OLD)
        return replace(self._after(Happening.HUB_READY), running=self.held, wanted=None, file=b"", held=None)

    def _after(self, happening: Happening) -> "Update":
        return replace(self, phase=TRANSITIONS.get((self.phase, happening), self.phase))


def is_acceptable(update: Update) -> bool:
    """Whether the image that was fetched is the maker's, the one that was offered, and newer than what runs."""
    try:
        head = maker.verified(update.file)
    except ProtocolError:
        return False
    return update.wanted is not None and head.file_version == update.wanted.file_version > update.running
