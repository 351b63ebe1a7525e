"""The consumption register on a meter's own display: no cut of power sets it back."""

import pytest
from home_parts import ESME, GSME, MeterHome

from ppmid_bench.clock import VirtualClock
from ppmid_devices.meter.esme import SimulatedEsme
from ppmid_devices.meter.faulty_memory import CountsFromZeroAgain
from ppmid_devices.meter.gsme import SimulatedGsme
from ppmid_devices.meter.meter import SimulatedMeter
from ppmid_devices.ports import HOUR, MINUTE


def started(home: MeterHome, kind: type[SimulatedMeter]) -> SimulatedMeter:
    meter = home.meter(kind, GSME if kind is SimulatedGsme else ESME)
    meter.start()
    return meter


def consumption(meter: SimulatedMeter) -> int:
    shown = meter.display().consumption
    assert shown is not None
    return shown


@pytest.mark.parametrize("kind", [SimulatedEsme, SimulatedGsme])
def test_it_rises_with_the_load_and_through_a_cut_of_power(
    home: MeterHome, clock: VirtualClock, kind: type[SimulatedMeter]
) -> None:
    meter = started(home, kind)
    assert consumption(meter) == 0
    clock.advance(48 * HOUR)
    before = consumption(meter)
    assert 48 * 150 < before < 48 * 450  # 300 an hour on average, and by half an hour half or once and a half that
    meter.power_cycle()
    clock.advance(MINUTE)
    assert consumption(meter) >= before


def test_one_that_counts_from_zero_again_shows_it(home: MeterHome, clock: VirtualClock) -> None:
    meter = started(home, CountsFromZeroAgain)
    clock.advance(48 * HOUR)
    meter.power_cycle()
    clock.advance(MINUTE)
    assert consumption(meter) < 48
