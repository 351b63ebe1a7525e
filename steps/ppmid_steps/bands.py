"""Givens and Thens about the two bands of a HAN: who is at 868 MHz, how noisy it is there, what the hub makes of it."""

from typing import Any

from ppmid_bench.scenario import ScenarioRun
from ppmid_devices import roles
from ppmid_devices.ports import HOUR, MILLISECOND, MINUTE
from ppmid_steps.registry import given, then

_NOISY, _LESS_NOISY, _DROWNING = -88, -94, -60
"""Noise in dBm: two frames in five are lost, one in five, and all (``ppmid_devices.links.channels``)."""


@given("the {meter:Meter} is in the 868 MHz band")
def meter_in_868(world: ScenarioRun, meter: str) -> None:
    world.home.sub_ghz.add(meter)


@given("the PPMID is in the 868 MHz band")
def ppmid_in_868(world: ScenarioRun) -> None:
    world.home.sub_ghz.add(roles.PPMID)


@given("the hub has both bands, and may be on the air at 868 MHz for {airtime:Duration} in an hour")
def dual_band_hub(world: ScenarioRun, airtime: int) -> None:
    world.home.ask_hub(dual_band=True, airtime_ms=airtime // MILLISECOND)


@given("the 868 MHz band is noisy, most of all where the hub begins, and quiet on the upper channel {number:Count}")
def noisy_band(world: ScenarioRun, number: int) -> None:
    world.home.be_noisy(_NOISY, others=_LESS_NOISY, quiet=number)


@given("nothing is heard for noise on the channel at 868 MHz where the hub begins")
def drowned_channel(world: ScenarioRun) -> None:
    world.home.be_noisy(_DROWNING)


@given("the hub has no radio for 868 MHz")
def single_band_hub(world: ScenarioRun) -> None:
    world.home.ask_hub(dual_band=False)


@then("the hub was on the air at 868 MHz for no more than {airtime:Duration} in any hour", judges="duty-cycle-kept")
def duty_cycle_kept(world: ScenarioRun, airtime: int) -> dict[str, Any]:
    world.bed.wait(HOUR)
    return {"milliseconds": airtime // MILLISECOND}


@then("the hub has left its noisy channel, and said so before to each device there", judges="noisy-channel-left")
def noisy_channel_left(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {}


@then("the {meter:Meter} has found the hub on its new channel", judges="hub-found-on-its-new-channel")
def hub_found(world: ScenarioRun, meter: str) -> dict[str, Any]:
    world.bed.wait(HOUR)
    return {"meter": meter}
