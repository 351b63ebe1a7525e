"""What a scenario may do with a Communications Hub as a person beside it.

A hub has no screen; what it does is seen on the SM WAN and on the HAN.
"""

from dataclasses import dataclass
from typing import Protocol

from ppmid_devices.links.contract import HubPort
from ppmid_protocols.eui import Eui


@dataclass(frozen=True, slots=True, kw_only=True)
class HubSituation:
    """What a scenario asks a hub to be: one that relays Commands of a PPMID, or one of today that does not.

    ``relays``: the Message Codes that it relays and no others. ``frame_counter``: its next outgoing frame counter on
    the HAN, and the last one that it had stored. ``own_frame_s``: how many seconds lie between two frames that it sends
    of its own accord. ``also_over_wan``: whether a Response to a Command that a PPMID brought goes to the DCC too.
    ``dual_band``: whether it has a radio for 868 MHz too. ``airtime_ms``: how many milliseconds of an hour it may be on
    the air there. ``sub_ghz_devices``: how many devices it takes there. None where that is the hub's own matter.
    ``new``: it takes another hub's place, and its device log is empty. ``port``: by which it takes Commands itself;
    None: it takes none.
    """

    can_relay: bool
    relays: frozenset[int] | None = None
    frame_counter: tuple[int, int] | None = None
    own_frame_s: int | None = None
    also_over_wan: bool | None = None
    dual_band: bool | None = None
    airtime_ms: int | None = None
    sub_ghz_devices: int | None = None
    new: bool = False
    port: HubPort | None = None


class Hub(Protocol):
    """A Communications Hub."""

    @property
    def eui(self) -> Eui:
        """The identifier of its Communications Hub Function."""

    def start(self) -> None:
        """Power it on: form the HAN, open the tunnels, attach to the SM WAN."""

    def update(self) -> None:
        """Bring it to the firmware that relays, by whatever way its maker has; it restarts. Raises CannotArrange."""

    def take_away(self) -> None:
        """Take it off the wall for good: another one comes in its place. Raises CannotArrange."""

    def power_cycle(self) -> None:
        """Cut its power and give it back; what it keeps is its own matter."""
