"""Givens and Whens about those who mean ill: whose hands a party is in, who listens, what is held back or mixed up."""

from collections.abc import Mapping
from typing import Any

from ppmid_bench import other_home
from ppmid_bench.bench_file import LinkTable
from ppmid_bench.risk.lists import LISTS
from ppmid_bench.scenario import ScenarioRun
from ppmid_devices import roles
from ppmid_devices.dcc_user.contract import Way
from ppmid_devices.hub.contract import HubSituation
from ppmid_devices.ports import MINUTE, SECOND
from ppmid_steps import delivery, hand_held
from ppmid_steps.one_of import OneOf
from ppmid_steps.parts import let_change
from ppmid_steps.registry import given, then, when
from ppmid_steps.services import Service

_DEEDS: Mapping[str, str] = OneOf(
    {
        "holds everything back for nine days": "HoldsBack",
        "sends everything twice": "SendsTwice",
        "makes everything out to be new": "MakesNew",
        "passes nothing on": "PassesNothingOn",
        "floods its hub": "FloodsHub",
        "floods its PPMID": "FloodsPpmid",
        "answers for the gas meter": "AnswersForTheGasMeter",
        "asks everything anew under its request id": "AsksAnew",
        "names another target": "NamesAnotherTarget",
        "passes a Command off as a Response": "PassesOffAsResponse",
    }
)
"""What a hostile party does, by the name of the class that does it."""

_LISTS = OneOf(LISTS)
_FLOODING: Mapping[str, str] = OneOf({"PPMID": roles.PPMID, "delivery service": roles.DELIVERY_SERVICE})

_AT_THE_DCC = 20 * SECOND
"""Longer than the DCC takes to make a Command."""


@given("a hub that relays what is on the list: {listed:Words}")
def listed_hub(world: ScenarioRun, listed: str) -> None:
    world.home.hub = HubSituation(can_relay=True, relays=_LISTS[listed].codes)


@given("a delivery service in hostile hands, which {deed:Words}")
def hostile_service(world: ScenarioRun, deed: str) -> None:
    world.home.adapters[roles.DELIVERY_SERVICE] = f"ppmid_devices.delivery_service.faulty_hostile:{_DEEDS[deed]}"


@given("a DCC that alters what the Supplier has signed")
def altering_dcc(world: ScenarioRun) -> None:
    world.home.adapters[roles.DCC] = "ppmid_devices.dcc.faulty:CountsSignedAnew"


@given("a hub in hostile hands, which {deed:Words}")
def hostile_hub(world: ScenarioRun, deed: str) -> None:
    world.home.adapters[roles.HUB] = f"ppmid_devices.hub.faulty_hostile:{_DEEDS[deed]}"


@given("a PPMID with hostile code, which {deed:Words}")
def hostile_ppmid(world: ScenarioRun, deed: str) -> None:
    world.home.adapters[roles.PPMID] = f"ppmid_devices.ppmid.faulty_hostile:{_DEEDS[deed]}"


@given("an Internet line on which somebody plays everything back")
def played_back(world: ScenarioRun) -> None:
    world.home.links["avenue"] = LinkTable(adapter="ppmid_devices.links.faulty:PlaysBack")


@given("a HAN on which somebody plays everything back")
def han_played_back(world: ScenarioRun) -> None:
    world.home.links["han"] = LinkTable(adapter="ppmid_devices.links.faulty:PlaysBackHan")


@given("an engineer's Hand-Held Terminal that alters what it carries")
def altering_terminal(world: ScenarioRun) -> None:
    world.home.engineer = True
    world.home.adapters[roles.HHT] = "ppmid_devices.hht.faulty:AltersCommands"


@then("what was held back reached the {meter:Meter} only by the list: {listed:Words}", judges="reaches-by-its-list")
def reached_by_list(world: ScenarioRun, meter: str, listed: str) -> dict[str, Any]:
    delivery.settle(world)
    codes = _LISTS[listed].codes
    return {"meter": meter, "codes": None if codes is None else sorted(f"{code:04X}" for code in codes)}


@then("the hub served the {meter:Meter} over the SM WAN in spite of the flood", judges="served-under-flood")
def served(world: ScenarioRun, meter: str) -> dict[str, Any]:
    delivery.settle(world)
    return {"meter": meter}


@when("the HAN is jammed")
def jammed(world: ScenarioRun) -> None:
    world.bed.links.han.set_up(False)


@when("the HAN is free again")
def free_again(world: ScenarioRun) -> None:
    world.bed.links.han.set_up(True)
    world.bed.wait(MINUTE)


@when("the Supplier gives the {device:Device}'s {service:Service} to an engineer")
def given_to_engineer(world: ScenarioRun, device: str, service: Service) -> None:
    """The engineer has no more than the Command; who brings it into a home, and when, is another matter."""
    bed = world.bed
    let_change(world, device, service.changes)
    body = service.body_for(device, bed.clock.now(), bed.eui)
    world.requests.append(bed.dcc_user.request(service.srv, bed.eui(device), Way.HHT, body))
    bed.wait(_AT_THE_DCC)


@when("the Supplier gives a top-up of the {meter:Meter} to an engineer")
def top_up_given_to_engineer(world: ScenarioRun, meter: str) -> None:
    world.requests.append(world.bed.dcc_user.top_up(world.bed.eui(meter), delivery.SOME_MONEY, Way.HHT))
    world.bed.wait(_AT_THE_DCC)


@when("it is brought with the Hand-Held Terminal")
def brought(world: ScenarioRun) -> None:
    hand_held.deliver(world, world.request)


@when("it is brought with the Hand-Held Terminal, and the answer is kept")
def brought_and_kept(world: ScenarioRun) -> None:
    hand_held.bring_in(world, world.request)


@when("the answer that was kept is handed in")
def kept_handed_in(world: ScenarioRun) -> None:
    for response in world.bed.hht.responses[-1:]:
        world.bed.bring_back(response)


@when("the answer to the Command before is handed in again")
def earlier_handed_in(world: ScenarioRun) -> None:
    """The last that came to the terminal: the Command of the request that is open was never put into it."""
    kept_handed_in(world)


@when("a Command of another home is brought with the Hand-Held Terminal")
def foreign_brought(world: ScenarioRun) -> None:
    world.bed.load_hht(delivery.foreign_command(world).encode())
    world.bed.wait(MINUTE)


@then("the hub passed on nothing that the Hand-Held Terminal brought for another home", judges="hht-other-home-ignored")
def hht_other_home_ignored(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {"device": str(other_home.METER)}


@then(
    "the Supplier did not take the answer to an earlier Command for that to the last",
    judges="earlier-answer-not-believed",
)
def earlier_answer_not_believed(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    world.bed.read_record(world.request)
    return {"request": world.request}


@when("a stranger sends it to the PPMID for the {device:Device}")
def sent_by_stranger(world: ScenarioRun, device: str) -> None:
    """The Command that an engineer was given, under a key that the PPMID does not know."""
    world.bed.stranger.send_command(world.bed.eui(device), world.bed.dcc_user.local_command(world.request))
    world.bed.wait(MINUTE)


@then(
    "the hub passed no more of the PPMID's Commands on to the {meter:Meter} than it may in an hour",
    judges="hub-kept-its-rate",
)
def hub_kept_its_rate(world: ScenarioRun, meter: str) -> dict[str, Any]:  # noqa: ARG001 - time has passed before
    return {"meter": meter}


@when(
    "the hostile {party:Words} sends {each:Count} Commands a minute for the {meter:Meter}, for {minutes:Count} minutes"
)
def flooded(world: ScenarioRun, party: str, each: int, meter: str, minutes: int) -> None:
    flood = world.bed.party(_FLOODING[party]).flood
    flood(world.bed.dcc_user.eui, world.bed.eui(meter), each_minute=each, minutes=minutes)
