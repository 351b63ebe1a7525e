"""Givens, Whens and Thens about an engineer in the home with a Hand-Held Terminal."""

from collections.abc import Callable
from typing import Any

from ppmid_bench.scenario import ScenarioRun
from ppmid_devices import roles
from ppmid_devices.dcc_user.contract import Outcome
from ppmid_devices.hht.contract import HhtState
from ppmid_devices.ports import MINUTE, SECOND
from ppmid_steps.registry import given, then, when

_LONGEST_ANSWER_OF_DCC = 60 * SECOND
_LONGEST_WAY_IN = 5 * MINUTE
_LONGEST_VISIT = 150 * MINUTE
"""Longer than a meter takes to answer, or the Supplier waits for it."""

_ENDS = (HhtState.CONNECTED, HhtState.REFUSED, HhtState.UNANSWERED)


@given("an engineer with a Hand-Held Terminal")
def engineer(world: ScenarioRun) -> None:
    world.home.engineer = True


@given("a stranger with a Hand-Held Terminal that holds no certificate")
def stranger(world: ScenarioRun) -> None:
    world.home.engineer = True
    world.home.adapters[roles.HHT] = "ppmid_devices.hht.faulty:Stranger"


@when("the Hand-Held Terminal asks the hub to let it in")
def ask_to_be_let_in(world: ScenarioRun) -> None:
    hht = world.bed.hht
    hht.connect(world.bed.eui(roles.GPF))
    _look_every_second(world, _LONGEST_WAY_IN, lambda: hht.state in _ENDS)


@when("the Hand-Held Terminal leaves")
def leave(world: ScenarioRun) -> None:
    world.bed.take_hht_away()
    world.bed.wait(SECOND)


def _look_every_second(world: ScenarioRun, longest: int, done: Callable[[], bool]) -> bool:
    """Wait as a person does who looks now and then; gives whether ``done()`` came to hold."""
    bed, end = world.bed, world.bed.clock.now() + longest
    while not done():
        if bed.clock.now() >= end:
            return False
        bed.wait(SECOND)
    return True


def deliver(world: ScenarioRun, request: str) -> None:
    """Have the engineer deliver the Command of a request, and the Response brought back, if there is one."""
    for response in bring_in(world, request):
        world.bed.bring_back(response)


def bring_in(world: ScenarioRun, request: str) -> tuple[bytes, ...]:
    """Have the engineer deliver the Command of a request; gives what has come back to the terminal meanwhile."""
    user = world.bed.dcc_user
    if not _look_every_second(world, _LONGEST_ANSWER_OF_DCC, lambda: bool(user.local_command(request))):
        return ()
    return put_in(world, user.local_command(request), lambda: user.record(request).outcome is not Outcome.PENDING)


def put_in(world: ScenarioRun, command: bytes, settled: Callable[[], bool] = lambda: False) -> tuple[bytes, ...]:
    """Have the engineer deliver a Command, and wait until its answer comes or it is ``settled()``; gives the answer."""
    hht = world.bed.hht
    before = len(hht.responses)
    if not world.bed.load_hht(command):
        return ()
    _look_every_second(world, _LONGEST_VISIT, lambda: len(hht.responses) > before or settled())
    return hht.responses[before:]


@then("the Hand-Held Terminal did not take the Command, which is too long for it", judges="too-long-not-taken")
def too_long(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {}


@then("the hub has let the Hand-Held Terminal in", judges="hht-let-in")
def let_in(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(SECOND)
    return {}


@then("the hub has not let the Hand-Held Terminal in", judges="joining-closed")
def not_let_in(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {}


@then("the hub passed nothing to the {meter:Meter} of who has not joined", judges="nothing-for-the-unjoined")
def nothing_for_the_unjoined(world: ScenarioRun, meter: str) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {"meter": meter}


@then("the Hand-Held Terminal passed the Command on unaltered", judges="hht-passed-on-unaltered")
def passed_on(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(SECOND)
    return {}


@then("the Hand-Held Terminal brought the Response back unaltered", judges="hht-brought-back-unaltered")
def brought_back(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(SECOND)
    return {}


@then("the {device:Device}'s Command was the same octets by both", judges="same-by-hht-and-ppmid")
def same_by_both(world: ScenarioRun, device: str) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {"meter": device}
