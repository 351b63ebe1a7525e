"""A meter's clock under the Supplier's Commands (ECS70, GCS28), and whether anybody may rely on it.

It keeps the time of the bench, so it is never wrong; but a meter cannot know that. Where the home was commissioned
without SM WAN it has the time from the factory, and its clock is unreliable until it has been set by a hub that knows
the time (a maker's manual; RTDS 4.5.0 has the status of such a clock).
"""

from ppmid_devices.meter.log_codes import LogCode
from ppmid_devices.meter.registers import Registers

RELIABLE, UNRELIABLE = 0, 2
"""The status of a GCS28 Response (RTDS 4.5.0); an ESME's own object has the same here (assumed)."""


class MeterClock:
    """Sets itself by the hub's time where that lies in the interval that the Supplier gives (makers' manuals).

    ``hub_knows_time``: what the hub has last said of its own clock; asked while this one is not reliable. It outlives a
    loss of power (assumed).
    """

    def __init__(self, registers: Registers, *, reliable: bool = True) -> None:
        self._registers, self._reliable = registers, reliable
        self.hub_knows_time = False

    @property
    def reliable(self) -> bool:
        """Whether it has been set."""
        return self._reliable

    @property
    def status(self) -> int:
        """``RELIABLE`` or ``UNRELIABLE``."""
        return RELIABLE if self.reliable else UNRELIABLE

    def set_within(self, earliest: int | None, latest: int | None) -> bool:
        """Adjust to the hub's time; whether it was done. The interval in nanoseconds, None for no moment."""
        now = self._registers.now
        inside = earliest is not None and latest is not None and earliest <= now <= latest
        done = inside and self._can_be_set()
        self._reliable = self._reliable or done
        self._registers.note(LogCode.CLOCK_ADJUSTED if done else LogCode.CLOCK_NOT_ADJUSTED)
        return done

    def _can_be_set(self) -> bool:
        """Whether there is a time to set it by: it has one of its own, or its hub has."""
        return self._reliable or self.hub_knows_time
