"""Givens and Thens about the hub's device log: who is struck off it, who comes back, and who sleeps."""

from dataclasses import replace
from typing import Any

from ppmid_bench.scenario import ScenarioRun
from ppmid_devices import roles
from ppmid_devices.ports import MINUTE, SECOND
from ppmid_devices.ppmid.contract import PpmidSituation
from ppmid_steps.delivery import settle
from ppmid_steps.registry import given, then, when

_TAKEN_UP, _TERMINAL_CONNECTED = 0, 1


@given("a PPMID that stays when its hub sends it away")
def staying_ppmid(world: ScenarioRun) -> None:
    world.home.adapters[roles.PPMID] = "ppmid_devices.ppmid.faulty_joining:StaysWhenSentAway"


@given("a new hub at hand for the home")
def new_hub(world: ScenarioRun) -> None:
    world.home.hub_exchange = True


@given("a new hub at hand for the home, which takes {count:Count} device in the 868 MHz band")
def new_hub_of_little_room(world: ScenarioRun, count: int) -> None:
    world.home.hub_exchange, world.home.new_hub_takes = True, count


@then(
    "the new hub took {count:Count} device in the 868 MHz band, and told the DCC of the other",
    judges="sub-ghz-room-kept",
)
def room_kept(world: ScenarioRun, count: int) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {"most": count}


@when("the hub is exchanged for the new one")
def hub_exchanged(world: ScenarioRun) -> None:
    world.bed.exchange_hub()
    world.bed.wait(MINUTE)


@then("the PPMID asks the new hub to be let in", judges="finds-the-new-hub")
def finds_the_new_hub(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {}


@then("the new hub has let in every device that it was restored with and that asked", judges="restored-let-in")
def restored_let_in(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {}


@given("a PPMID whose receiver sleeps")
def sleepy_ppmid(world: ScenarioRun) -> None:
    world.home.ppmid = replace(world.home.ppmid or PpmidSituation(), sleepy=True)


@then("what was kept for the PPMID reached it, and how long that took is measured", judges="kept-frames-fetched")
def kept_frames_fetched(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {}


@then(
    "the PPMID has asked for what is kept for it often enough while it waited, and no oftener than it must else",
    judges="polls-in-bounds",
)
def polls_in_bounds(world: ScenarioRun) -> dict[str, Any]:
    settle(world)
    world.bed.wait(5 * MINUTE)
    return {}


@then("the hub has sent the {device:Words} away", judges="sent-away")
def sent_away(world: ScenarioRun, device: str) -> dict[str, Any]:
    world.bed.wait(SECOND)
    return {"device": roles.HHT if device == "Hand-Held Terminal" else roles.PPMID}


@then("the PPMID is off the HAN", judges="gone-when-sent-away")
def gone(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {}


@then("the PPMID asks to be let in again", judges="asks-to-come-back")
def asks(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {}


@then("the hub has let the PPMID in again", judges="let-in-again")
def let_in_again(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {}


@then("the hub passed nothing to the {meter:Meter} of what it had struck off", judges="nothing-for-the-struck-off")
def nothing_for_the_struck_off(world: ScenarioRun, meter: str) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {"meter": meter}


@then("the Hand-Held Terminal told the hub that it left", judges="hht-said-that-it-left")
def said_that_it_left(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(SECOND)
    return {}


@then("the hub has refused the scan, since a Hand-Held Terminal is connected", judges="scan-assessed")
def scan_refused(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {"status": _TERMINAL_CONNECTED}


@then("the hub has taken the scan up", judges="scan-assessed")
def scan_taken_up(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {"status": _TAKEN_UP}
