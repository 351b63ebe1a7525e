"""A meter's clock under the Supplier's Commands (ECS70, GCS28). It keeps the time of the bench: it is never wrong."""

from ppmid_devices.meter.log_codes import LogCode
from ppmid_devices.meter.registers import Registers

RELIABLE = 0


class MeterClock:
    """Sets itself by the hub's time where that lies in the interval that the Supplier gives (makers' manuals)."""

    def __init__(self, registers: Registers) -> None:
        self._registers = registers

    def set_within(self, earliest: int | None, latest: int | None) -> bool:
        """Adjust to the hub's time; whether it was done. The interval in nanoseconds, None for no moment."""
        now = self._registers.now
        done = earliest is not None and latest is not None and earliest <= now <= latest
        self._registers.note(LogCode.CLOCK_ADJUSTED if done else LogCode.CLOCK_NOT_ADJUSTED)
        return done
