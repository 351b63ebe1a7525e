"""Whens about an avenue that is slow, lossy, dark or torn in mid-run, and good again."""

from ppmid_bench.scenario import ScenarioRun
from ppmid_devices.links.contract import Impairments
from ppmid_devices.ports import MILLISECOND
from ppmid_steps.registry import when

_HUNDRED = 100


@when("the avenue delays everything by {duration:Duration}, each way")
def slow(world: ScenarioRun, duration: int) -> None:
    world.bed.spoil_avenue(Impairments(delay_ms=duration // MILLISECOND))


@when("the avenue carries no more than {octets:Count} octets a second")
def throttled(world: ScenarioRun, octets: int) -> None:
    world.bed.spoil_avenue(Impairments(octets_per_s=octets))


@when("the avenue loses {share:Count} % of what it carries")
def lossy(world: ScenarioRun, share: int) -> None:
    world.bed.spoil_avenue(Impairments(dropped=share / _HUNDRED))


@when("the avenue is as good as before")
def good(world: ScenarioRun) -> None:
    world.bed.spoil_avenue(Impairments())


@when("the avenue goes dark, and nobody is told")
def dark(world: ScenarioRun) -> None:
    world.bed.darken_avenue(True)


@when("the avenue is light again")
def light(world: ScenarioRun) -> None:
    world.bed.darken_avenue(False)


@when("the connection on the avenue is reset")
def reset(world: ScenarioRun) -> None:
    world.bed.reset_avenue()
