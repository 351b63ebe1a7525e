"""Whens and Thens about Commands: how they are sent, who passed them on, and what the Supplier then holds."""

from typing import Any, Literal

from ppmid_bench import other_home
from ppmid_bench.scenario import ScenarioRun
from ppmid_devices import roles
from ppmid_devices.dcc_user.contract import Outcome, Way
from ppmid_devices.ports import HOUR, MINUTE, SECOND
from ppmid_protocols.duis.service_body import ServiceBody
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import prepayment
from ppmid_protocols.gbcs.message import MAC_OCTETS, Cra, Message
from ppmid_protocols.zigbee import prepayment as zigbee
from ppmid_steps import hand_held
from ppmid_steps.homes import TOP_UPS
from ppmid_steps.one_of import OneOf
from ppmid_steps.parts import let_change
from ppmid_steps.registry import then, when
from ppmid_steps.services import Service

PATIENCE = 150 * MINUTE
"""Longer than any party takes to answer or to give up, a gas meter's wakes included."""

SOME_MONEY = 1_000_000
"""What a top-up is of where its amount is no matter (millipence)."""

_AT_ONCE = 30 * SECOND
_SOME_COUNTER = 1000
_A_POUND = 100_000
_FUNCTIONS = OneOf({"device log and radio": roles.HUB, "gas proxy": roles.GPF})
"""The two functions of a hub, as features speak of them."""


def ask(world: ScenarioRun, service: Service, device: str, way: Way) -> None:
    """Have the Supplier ask for a Service Request."""
    let_change(world, device, service.changes)
    ask_with(world, service.srv, device, way, service.body_for(device, world.bed.clock.now(), world.bed.eui))


def ask_with(world: ScenarioRun, srv: str, device: str, way: Way, body: ServiceBody) -> None:
    """Have the Supplier ask for a Service Request with this body."""
    world.requests.append(world.bed.dcc_user.request(srv, world.bed.eui(device), way, body))
    if way is Way.HHT:
        hand_held.deliver(world, world.request)


def top_up(world: ScenarioRun, meter: str, amount: int, way: Way) -> None:
    """Have the Supplier ask for a top-up."""
    world.requests.append(world.bed.dcc_user.top_up(world.bed.eui(meter), amount, way))
    if way is Way.HHT:
        hand_held.deliver(world, world.request)


def settle(world: ScenarioRun) -> None:
    """Wait until the Supplier holds an outcome of the last request, then read its record."""
    user, request = world.bed.dcc_user, world.request
    world.bed.wait(PATIENCE, lambda: user.record(request).outcome is not Outcome.PENDING)
    world.bed.read_record(request)


@when("the Supplier has the {meter:Meter} topped up by {amount:Money} {way:Way}")
def top_up_by_command(world: ScenarioRun, meter: str, amount: int, way: Way) -> None:
    top_up(world, meter, amount, way)


@when("the Supplier has the {meter:Meter} topped up by {amount:Money} {way:Way}, {times:Times}")
def top_up_often(world: ScenarioRun, meter: str, amount: int, way: Way, times: int) -> None:
    for _ in range(times):
        top_up(world, meter, amount, way)
        world.bed.wait(SECOND)


@when("the Supplier has the {device:Device}'s {service:Service} {way:Way}")
def ask_by_command(world: ScenarioRun, device: str, service: Service, way: Way) -> None:
    ask(world, service, device, way)
    if way is Way.WAN:
        world.bed.wait(5 * SECOND)


def unsealed_command(world: ScenarioRun, kind: Literal["esme", "gsme"], target: Eui, counter: int) -> Message:
    """A well-formed Command of the Supplier for a meter; only that meter could tell that nobody has sealed it."""
    content = prepayment.command(kind, counter, prepayment.ReadBalance())
    return Message(
        cra=Cra.COMMAND,
        counter=counter,
        originator=world.bed.dcc_user.eui,
        target=target,
        message_code=content.message_code,
        payload=content.payload,
        mac=bytes(MAC_OCTETS),
    )


def foreign_command(world: ScenarioRun, target: Eui = other_home.METER) -> Message:
    """A Command that the DCC has not given: for an electricity meter of another home, or for any other meter."""
    return unsealed_command(world, "esme", target, _SOME_COUNTER)


@when("the Supplier's Command for an electricity meter of another home is sent to the PPMID")
def send_foreign_command(world: ScenarioRun) -> None:
    world.bed.delivery_service.submit_command(other_home.METER, foreign_command(world).encode())


def _unsealed(world: ScenarioRun, meter: str, counter: int) -> bytes:
    kind: Literal["esme", "gsme"] = "gsme" if meter == roles.GSME else "esme"
    return unsealed_command(world, kind, world.bed.eui(meter), counter).encode()


@when("{count:Count} Commands for the {meter:Meter} that nobody has sealed are sent to the PPMID")
def send_junk(world: ScenarioRun, count: int, meter: str) -> None:
    for number in range(count):
        world.bed.delivery_service.submit_command(world.bed.eui(meter), _unsealed(world, meter, number + 1))
    world.bed.wait(5 * SECOND)


@when("a stranger sends the PPMID bare Commands for the {meter:Meter}, and frames of the HAN")
def send_bare(world: ScenarioRun, meter: str) -> None:
    utrn = world.bed.dcc_user.vend(world.bed.eui(meter), _A_POUND)
    top_up_frame = zigbee.frame(zigbee.ConsumerTopUp(utrn.digits), 1).encode()
    for octets in (_unsealed(world, meter, _SOME_COUNTER), top_up_frame, b"GET / HTTP/1.1\r\n\r\n", b""):
        world.bed.stranger.send_bare(octets)
        world.bed.wait(SECOND)


@when("the same Command is delivered through the PPMID again")
def deliver_again(world: ScenarioRun) -> None:
    world.bed.dcc_user.deliver_again(world.request)
    world.bed.wait(2 * MINUTE)


@then("the Supplier holds the {device:Device}'s own Response", judges="response-verified")
def response_verified(world: ScenarioRun, device: str) -> dict[str, Any]:  # noqa: ARG001 - the request says whose
    settle(world)
    return {"request": world.request}


@then("the Response to the {meter:Meter}'s Command came within the target response time", judges="response-in-time")
def response_in_time(world: ScenarioRun, meter: str) -> dict[str, Any]:
    settle(world)
    return {"request": world.request, "meter": meter}


@then("the DCC gave the Pre-Command within the target time", judges="pre-command-in-time")
def pre_command_in_time(world: ScenarioRun) -> dict[str, Any]:
    settle(world)
    return {"request": world.request}


@then("the Supplier has read the balance that the {meter:Meter} shows", judges="balance-read")
def balance_read(world: ScenarioRun, meter: str) -> dict[str, Any]:
    settle(world)
    world.bed.read_meter(meter)
    return {"request": world.request, "meter": meter}


@then("the Supplier's record shows one outcome", judges="one-outcome")
def one_outcome(world: ScenarioRun) -> dict[str, Any]:
    settle(world)
    return {"request": world.request}


@then("the Supplier holds of it: {outcome:Outcome}", judges="outcome-is")
def outcome_held(world: ScenarioRun, outcome: Outcome) -> dict[str, Any]:
    settle(world)
    return {"request": world.request, "outcome": str(outcome)}


@then("the Supplier does not know whether it was delivered", judges="outcome-is")
def outcome_unknown(world: ScenarioRun) -> dict[str, Any]:
    settle(world)
    return {"request": world.request, "outcome": str(Outcome.UNKNOWN)}


@then("the Supplier was told at once that there is no way over the Internet into the home", judges="told-of-no-route")
def told_of_no_route(world: ScenarioRun) -> dict[str, Any]:
    user, request = world.bed.dcc_user, world.request
    world.bed.read_record(request)
    world.bed.wait(_AT_ONCE, lambda: user.record(request).outcome is not Outcome.PENDING)
    world.bed.read_record(request)
    return {"request": request}


@then("the Supplier holds the meter's own refusal", judges="outcome-is")
def outcome_refused(world: ScenarioRun) -> dict[str, Any]:
    settle(world)
    return {"request": world.request, "outcome": str(Outcome.REFUSED_VERIFIED)}


@then("the Supplier has not sent it again", judges="no-blind-resend")
def no_blind_resend(world: ScenarioRun) -> dict[str, Any]:
    settle(world)
    world.bed.wait(10 * MINUTE)
    return {"requests": list(world.requests)}


@then("the meter's own log has told the Supplier that it was credited", judges="found-in-log")
def found_in_log(world: ScenarioRun) -> dict[str, Any]:
    user, request = world.bed.dcc_user, world.request
    world.bed.wait(PATIENCE, lambda: user.record(request).settled_at is not None)
    world.bed.read_record(request)
    return {"request": request}


@then("the Supplier has only the PPMID's word for it", judges="outcome-is")
def outcome_reported(world: ScenarioRun) -> dict[str, Any]:
    settle(world)
    return {"request": world.request, "outcome": str(Outcome.REPORTED_UNVERIFIED)}


@then("the Supplier did not take the forged Response for the meter's", judges="forgery-not-believed")
def forgery_not_believed(world: ScenarioRun) -> dict[str, Any]:
    settle(world)
    return {"request": world.request}


@then("the DCC was told of the local delivery", judges="response-returned")
def response_returned(world: ScenarioRun) -> dict[str, Any]:
    settle(world)
    world.bed.wait(5 * SECOND)
    return {"request": world.request}


@then("the PPMID passed the Command on unaltered", judges="forwarded-unaltered")
def forwarded_unaltered(world: ScenarioRun) -> dict[str, Any]:
    settle(world)
    return {}


@then("the PPMID passed the Response back unaltered", judges="response-passed-unaltered")
def response_passed_unaltered(world: ScenarioRun) -> dict[str, Any]:
    settle(world)
    return {}


@then("the hub passed the Command on to the {meter:Meter} unaltered", judges="relayed-unaltered")
def relayed_unaltered(world: ScenarioRun, meter: str) -> dict[str, Any]:
    settle(world)
    return {"meter": meter}


@then("the hub brought the {meter:Meter}'s Response back to the PPMID", judges="response-routed-back")
def response_routed_back(world: ScenarioRun, meter: str) -> dict[str, Any]:
    settle(world)
    return {"meter": meter}


@then("the hub passed the Command on to the HCALCS unaltered", judges="relayed-unaltered")
def relayed_to_hcalcs(world: ScenarioRun) -> dict[str, Any]:
    settle(world)
    return {"meter": roles.HCALCS}


@then("the hub brought the HCALCS's Response back to the PPMID", judges="response-routed-back")
def routed_back_from_hcalcs(world: ScenarioRun) -> dict[str, Any]:
    settle(world)
    return {"meter": roles.HCALCS}


@then("the HCALCS has answered the hub's Commands itself", judges="hcalcs-answers")
def hcalcs_answers(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {}


@then("the hub answered the Command for its {function:Words} itself", judges="answered-by-the-hub")
def answered_by_the_hub(world: ScenarioRun, function: str) -> dict[str, Any]:
    settle(world)
    return {"function": str(world.bed.eui(_FUNCTIONS[function]))}


@then("the hub passed no Commands but top-ups on to the {meter:Meter}", judges="kept-to-its-list")
def kept_to_its_list(world: ScenarioRun, meter: str) -> dict[str, Any]:
    settle(world)
    return {"meter": meter, "codes": sorted(f"{code:04X}" for code in TOP_UPS)}


@then("the hub handed the {meter:Meter} no Command that had waited longer than it may", judges="nothing-old-handed-out")
def nothing_old_handed_out(world: ScenarioRun, meter: str) -> dict[str, Any]:
    world.bed.wait(HOUR)
    return {"meter": meter}


@then("the hub handed the {meter:Meter} at its next wake what the SM WAN had brought", judges="not-crowded-out")
def not_crowded_out(world: ScenarioRun, meter: str) -> dict[str, Any]:
    world.bed.wait(HOUR)
    return {"meter": meter, "request": world.request}


@then(
    "the hub handed the {meter:Meter} what waited for it in the order in which it came, and each once",
    judges="mailbox-in-order",
)
def mailbox_in_order(world: ScenarioRun, meter: str) -> dict[str, Any]:
    world.bed.wait(HOUR)
    return {"meter": meter, "device": str(world.bed.eui(meter))}


@then("the hub told the PPMID nothing of what the SM WAN brought for others", judges="wan-kept-from-ppmid")
def wan_kept_from_ppmid(world: ScenarioRun) -> dict[str, Any]:
    settle(world)
    return {"device": str(world.bed.eui(roles.PPMID))}


@then(
    "the hub gave the broken transfer up, and carried the next one to the {meter:Meter}",
    judges="broken-transfer-given-up",
)
def broken_transfer_given_up(world: ScenarioRun, meter: str) -> dict[str, Any]:
    settle(world)
    return {"meter": meter}


@then("the hub passed nothing on to the {meter:Meter}", judges="not-relayed")
def not_relayed(world: ScenarioRun, meter: str) -> dict[str, Any]:
    settle(world)
    return {"meter": meter}


@then("the DCC's own Command and the local one are the same octets", judges="same-command-both-ways")
def same_command(world: ScenarioRun) -> dict[str, Any]:
    settle(world)
    return {}


@then("the PPMID put to use that it has been joined", judges="join-put-to-use")
def join_put_to_use(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {}


@then("nothing of it reached the HAN", judges="nothing-reaches-han")
def nothing_reaches_han(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {}


@then("the PPMID said that it cannot relay", judges="says-it-cannot-relay")
def says_it_cannot_relay(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(MINUTE, lambda: world.bed.seen("avenue", "status", state="refused"))
    return {}


@then("the PPMID said that the Command is too long for it, and sent nothing of it", judges="too-long-refused")
def too_long_refused(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {}


@then("the PPMID said that it does not know the {meter:Meter}'s answer", judges="says-it-does-not-know")
def says_it_does_not_know(world: ScenarioRun, meter: str) -> dict[str, Any]:
    world.bed.wait(10 * MINUTE if meter == roles.ESME else PATIENCE)
    return {"meter": meter}


@then(
    "the PPMID has answered about the {meter:Meter} within the times that its maker declares",
    judges="answers-in-declared-times",
)
def answers_in_declared_times(world: ScenarioRun, meter: str) -> dict[str, Any]:
    world.bed.wait(10 * MINUTE if meter == roles.ESME else PATIENCE)
    return {"meter": meter}


@then("the {meter:Meter} refused the altered Command", judges="altered-refused")
def altered_refused(world: ScenarioRun, meter: str) -> dict[str, Any]:
    settle(world)
    return {"meter": meter}


@then("the {meter:Meter} did not act on a second copy", judges="second-copy-refused")
def second_copy_refused(world: ScenarioRun, meter: str) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {"meter": meter}


@then("the {meter:Meter} did not act on the Command left behind", judges="stale-refused")
def stale_refused(world: ScenarioRun, meter: str) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {"meter": meter}
