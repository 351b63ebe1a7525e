"""The simulated devices that a replay plays at: meters, hub, gas proxy and PPMID, in memory and without a HAN."""

from dataclasses import dataclass, field
from typing import Any

from ppmid_bench.clock import VirtualClock
from ppmid_devices.hub.functions import Chf, Gpf
from ppmid_devices.meter.commanded import CommandedDevice
from ppmid_devices.meter.commands import Refused
from ppmid_devices.meter.meter import SimulatedMeter
from ppmid_devices.meter.settings import MeterSettings
from ppmid_devices.meter.trust import Parties
from ppmid_devices.ports import DAY, SECOND
from ppmid_devices.ppmid.functions import PpmidFunction
from ppmid_harness.rtds.cast import Cast
from ppmid_harness.rtds.securing import vended
from ppmid_protocols import utrn as utrns
from ppmid_protocols.eui import Eui

NEW_YEAR_2015 = 1_420_070_400 * SECOND
"""The time of the Responses in RTDS 4.5.0."""


@dataclass(frozen=True, slots=True)
class Situation:
    """A state in which a meter hears a Command. ``lived``: it has been on for days, and was topped up at its keypad."""

    settings: MeterSettings
    lived: bool = False


SITUATIONS = (
    Situation(MeterSettings(balance_mp=50_000, duplicate_from_ppmid="answer", variant="polyphase-switches")),
    Situation(MeterSettings(balance_mp=500_000, supply="disabled-by-supplier", variant="polyphase-switches")),
    Situation(MeterSettings(balance_mp=500_000, variant="twin-element-switches"), lived=True),
)
"""The data set does not tell what its meters were, and in which state: with three phases, credit below the Emergency
Credit Threshold and the supply on; with credit enough and the supply disabled by the Supplier; with two elements, two
days old and topped up. All have load switches. What the set's own meter did is played at each until the Response has
the same structure, and what it did not do until one of them executes it."""

_DAYS = 2  # that a meter has lived
_POUNDS, _EARLIER = 10, 1 << 32  # of the UTRN that was typed in, and its counter


@dataclass
class Heard:
    """What came of one Command: the messages that the device sent, and why it refused the Command, if it did."""

    sent: list[bytes] = field(default_factory=list)
    refused: Refused | None = None


class _Recording(CommandedDevice):
    def __init__(self, *args: Any) -> None:
        self.heard = Heard()
        super().__init__(*args)

    def refuse(self, refused: Refused) -> None:
        self.heard.refused = refused
        super().refuse(refused)

    def transmit(self, message: bytes) -> None:
        self.heard.sent.append(message)


class _Meter(_Recording, SimulatedMeter):
    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._power_on()


class _Esme(_Meter):
    kind = "esme"


class _Gsme(_Meter):
    kind = "gsme"


class _Chf(_Recording, Chf):
    """A CHF."""


class _Gpf(_Recording, Gpf):
    """A GPF."""


class _Ppmid(_Recording, PpmidFunction):
    """A PPMID."""


_DEVICE_TYPES = {"gsme": 0, "esme": 1, "chf": 2, "gpf": 3, "ppmid": 5}
"""The DeviceType of each kind; a home's devices have joined with each other."""

_TYPES: dict[str, type[_Recording]] = {"esme": _Esme, "gsme": _Gsme, "chf": _Chf, "gpf": _Gpf, "ppmid": _Ppmid}


def play(octets: bytes, target: Eui, cast: Cast, situation: Situation) -> Heard:
    """Let a new device hear one message at the turn of 2015, and wait for its answer."""
    clock = VirtualClock(NEW_YEAR_2015 - (_DAYS * DAY if situation.lived else 0))
    parties = Parties(
        meter=target,
        supplier=cast.supplier,
        broker=cast.broker,
        ppmid=cast.ppmid,
        others=cast.known,
        devices={eui: _DEVICE_TYPES[kind] for eui, kind in cast.kinds.items() if eui != target},
    )
    device = _TYPES[cast.kinds[target]](clock, cast.credentials[target], cast.directory(), parties, situation.settings)
    if situation.lived and isinstance(device, SimulatedMeter):
        device.enter_utrn(vended(_POUNDS, _EARLIER, utrns.ValueClass.POUNDS, target, cast).digits.decode("ascii"))
        clock.advance(_DAYS * DAY)
        device.heard.sent.clear()
    device.hear(octets)
    clock.advance(SECOND)
    return device.heard
