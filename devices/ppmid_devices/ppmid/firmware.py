"""The states of a PPMID's firmware update: pure, a table of what each event leads to.

A new image waits in the PPMID until the firmware of the hub is new enough for it: a PPMID that relays beside a hub that
does not would take Commands which nobody delivers (SECMP0038: how PPMIDs in use come by the function).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from ppmid_devices.links.image_client import Fetch
from ppmid_devices.ppmid.maker import MAKER
from ppmid_protocols.errors import ProtocolError


class Phase(StrEnum):
    """Where an update stands."""

    NONE = "no update"
    WAITING = "waiting for the hub"


class Happening(StrEnum):
    """What can happen to an update."""

    OFFERED = "an image is offered"
    GENUINE = "the whole image is here, newer and the maker's"
    HUB_READY = "the hub's firmware is new enough"
    HUB_OLD = "the hub's firmware is not new enough"


TRANSITIONS: Mapping[tuple[Phase, Happening], Phase] = MappingProxyType(
    {
        (Phase.NONE, Happening.GENUINE): Phase.WAITING,
        (Phase.WAITING, Happening.OFFERED): Phase.NONE,
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
    held: int | None = None

    def offered(self) -> "Update":
        """An image is offered; what came of an earlier one is dropped."""
        return replace(self._after(Happening.OFFERED), held=None)

    def fetched(self, version: int) -> "Update":
        """After a whole image that is acceptable has come."""
        return replace(self._after(Happening.GENUINE), held=version)

    def beside(self, hub_ready: bool) -> "Update":
        """After the hub's firmware was read; an image that may run runs now."""
        if self.phase is not Phase.WAITING or self.held is None or not hub_ready:
            return self._after(Happening.HUB_OLD)
        return replace(self._after(Happening.HUB_READY), running=self.held, held=None)

    def _after(self, happening: Happening) -> "Update":
        return replace(self, phase=TRANSITIONS.get((self.phase, happening), self.phase))


def is_acceptable(fetch: Fetch, running: int) -> bool:
    """Whether the image that was fetched is the maker's, the one that was offered, and newer than what runs."""
    try:
        head = MAKER.verified(fetch.file)
    except ProtocolError:
        return False
    return head.file_version == fetch.image.file_version > running
