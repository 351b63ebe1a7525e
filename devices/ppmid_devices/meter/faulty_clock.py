"""Meters that tell of their clock what is not so."""

from ppmid_devices.meter.asked import Answer
from ppmid_devices.meter.esme import SimulatedEsme
from ppmid_devices.meter.gsme import SimulatedGsme
from ppmid_devices.meter.log_codes import LogCode
from ppmid_devices.meter.meter_clock import MeterClock
from ppmid_devices.ports import HOUR
from ppmid_protocols.gbcs.message import Message


class _Boasting(MeterClock):
    @property
    def reliable(self) -> bool:
        return True


class ClaimsAReliableClock(SimulatedEsme):
    """Dates what it says as if its clock had been set. Breaks the clock status, RTDS 4.5.0 GCS14 and GCS28."""

    clock_type = _Boasting


class ClaimsAReliableClockGsme(SimulatedGsme):
    """As ClaimsAReliableClock."""

    clock_type = _Boasting


class _SetByNobody(MeterClock):
    def _can_be_set(self) -> bool:
        return True


class SetsItsClockByAnUnsetHub(SimulatedEsme):
    """Takes the time of a hub that does not know it. Breaks the same: nobody has set that clock."""

    clock_type = _SetByNobody


class _Diffident(MeterClock):
    @property
    def reliable(self) -> bool:
        return False


class NeverTrustsItsClock(SimulatedEsme):
    """Goes on calling its clock unreliable once it has been set. Breaks the same."""

    clock_type = _Diffident


class KeepsSummerTime(SimulatedEsme):
    """Dates its Responses an hour ahead, as clocks on walls are in summer. Breaks the same: devices keep UTC."""

    def respond(self, command: Message, answer: Answer) -> None:
        ahead = self._clock.now() + HOUR
        self._later(lambda: self.transmit(self._sealer.response(command, answer, ahead)))


class KeepsItsRefusalToItself(SimulatedEsme):
    """Raises no Alert where it does not adjust its clock. Breaks 0x8F0C, which is always sent (a maker's manual)."""

    def _noted(self, code: LogCode) -> None:
        if code is not LogCode.CLOCK_NOT_ADJUSTED:
            super()._noted(code)
