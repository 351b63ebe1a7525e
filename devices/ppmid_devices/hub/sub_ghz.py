"""A hub's 868 MHz radio: it keeps to its duty cycle, and tells the DCC when that bites (use cases DBCH06, DBCH10).

When the cycle is limited, the device that most of it went to is told to be silent for a while, and what is for it is
dropped until the cycle is no longer limited (public use-case tables). It is not told that: one more frame might limit.
"""

from collections.abc import Callable
from collections.abc import Set as AbstractSet

from ppmid_devices.hub.duty_cycle import DutyCycle, Level
from ppmid_devices.hub.voice import GNCA, Event
from ppmid_devices.links.bands import Band, airtime
from ppmid_devices.ports import Clock
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.gbt import Transaction
from ppmid_protocols.zigbee.fragments import BLOCK_OCTETS

DBCH06, DBCH10 = 0x0110, 0x0114
"""Message Codes: limited duty cycle action taken, message dropped for duty cycle."""

_TRANSFER_HEADER = 7
"""ZCL header, tunnel and GB-HRGP header before a message, at the most."""
_LONGEST_FRAME = 127
"""Octets of a MAC frame (IEEE 802.15.4): a message is reckoned as if all of its frames were so long."""

Suspend = Callable[[Eui], None]
"""Has a device be silent for a while."""
Tell = Callable[[Event, bytes, int], None]
"""Sends an Alert: its event, what its use case adds, and its Message Code."""

_UP = {Level.LIMITED: Event.DUTY_CYCLE_LIMITED, Level.CRITICAL: Event.DUTY_CYCLE_CRITICAL}
_DOWN = {Level.LIMITED: Event.DUTY_CYCLE_BELOW_LIMITED, Level.CRITICAL: Event.DUTY_CYCLE_BELOW_CRITICAL}


class SubGhz:
    """Of ``devices``, the members of the HAN in this band."""

    def __init__(self, clock: Clock, duty: DutyCycle, devices: AbstractSet[Eui], tell: Tell, suspend: Suspend) -> None:
        self._clock, self._duty, self._devices, self._tell, self._suspend = clock, duty, devices, tell, suspend
        self._level, self._watched = Level.NORMAL, False
        self._suspended: Eui | None = None

    @property
    def level(self) -> Level:
        """How near it is to what it may."""
        return self._duty.level(self._clock.now())

    def sent(self, device: Eui, frames: list[bytes]) -> None:
        """Frames for a device went out; the radio's own repeats are not counted, since nobody tells of them."""
        if device not in self._devices:
            return
        for frame in frames:
            self._duty = self._duty.after(device, airtime(len(frame), Band.MHZ_868), self._clock.now())
        self._look()

    def admits(self, device: Eui, octets: int) -> bool:
        """Whether a message of so many octets for a device may go now."""
        if device not in self._devices:
            return True
        if device == self._suspended:
            return False
        frames = -(-(octets + _TRANSFER_HEADER) // BLOCK_OCTETS)
        return self._duty.admits(frames * airtime(_LONGEST_FRAME, Band.MHZ_868), self._clock.now())

    def dropped(self, message: Transaction) -> None:
        """Tell that a message was dropped: whose, for whom, what it was, and its counter."""
        counter = message.counter.to_bytes(8, "big")
        what = bytes(message.originator) + bytes(message.target) + bytes((message.cra,)) + counter
        self._tell(Event.MESSAGE_DROPPED, what, DBCH10)

    def _look(self) -> None:
        """Tell of each level that was passed since it was last looked, and look again when the level may fall."""
        now = self._clock.now()
        level, before = self._duty.level(now), self._level
        self._level = level
        for passed in range(before + 1, level + 1):
            if passed == Level.LIMITED:
                self._limit(self._duty.busiest(now))
            else:
                self._tell(_UP[Level(passed)], b"", GNCA)
        for left in range(before, level, -1):
            self._tell(_DOWN[Level(left)], b"", GNCA)
            self._suspended = None if left == Level.LIMITED else self._suspended
        at = self._duty.next_change(now)
        if level is not Level.NORMAL and at is not None and not self._watched:
            self._watched = True
            self._clock.call_at(at, self._look_again)

    def _limit(self, busiest: Eui | None) -> None:
        self._tell(_UP[Level.LIMITED], bytes(busiest or b""), DBCH06)
        if busiest is not None:
            self._suspended = busiest
            self._suspend(busiest)

    def _look_again(self) -> None:
        self._watched = False
        self._look()
