"""What a meter does when something happens that is not critical: whether it sends an Alert, and writes it down.

The Supplier switches either, and what is told on the HAN or sounds, for each code 0x8100 to 0x81FF (SRV 6.22; ECS25a,
ECS25a1 to a3). Critical codes cannot be switched, and are no matter of these.
"""

from dataclasses import dataclass, replace
from typing import Literal

from ppmid_devices.meter.log_codes import SWITCHED_ALERTS, LogCode
from ppmid_protocols.gbcs import axdr

What = Literal["alerts", "han", "alarms", "logs"]
_CODES = 256
_EVERY = (1 << _CODES) - 1
_NOT_CRITICAL = 0x81


@dataclass(frozen=True, slots=True)
class Behaviours:
    """Each a number whose bit n is set where code 0x81nn is on. What is told on the HAN or sounds is kept alone."""

    alerts: int = 0
    han: int = 0
    alarms: int = 0
    logs: int = _EVERY

    def switched(self, what: What, chosen: axdr.Bits) -> "Behaviours":
        """What it does once it was set: 256 bits for those that are chosen, 256 for those that are on, 0x81FF first."""
        bits = int.from_bytes(chosen.octets, "big")
        those, on = bits >> _CODES, bits & _EVERY
        return replace(self, **{what: getattr(self, what) & ~those | on & those})

    def bits(self, what: What) -> axdr.Bits:
        """Those that are on, as 256 bits with 0x81FF first."""
        value: int = getattr(self, what)
        return axdr.Bits(_CODES, value.to_bytes(_CODES // 8, "big"))

    def alerted(self, code: LogCode) -> bool:
        """Whether an Alert goes to the Supplier for its being switched on."""
        return code in SWITCHED_ALERTS and bool(self.alerts >> (code & 0xFF) & 1)

    def logged(self, code: LogCode) -> bool:
        """Whether it is written to the Event Log."""
        return code >> 8 != _NOT_CRITICAL or bool(self.logs >> (code & 0xFF) & 1)


def on(*codes: LogCode) -> int:
    """The number in which these are on."""
    return sum(1 << (code & 0xFF) for code in codes)
