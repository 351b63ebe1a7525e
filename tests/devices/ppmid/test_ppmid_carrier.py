"""Commands that a PPMID carries for others, and their Responses: octets, refusals, rate, silence."""

from dataclasses import replace

import pytest
from home_parts import ESME, FOREIGN, GSME, HUB, PPMID, SUPPLIER, answer_to, command
from ppmid_home import ACCEPTED, Home, in_tunnel

from ppmid_devices.ports import HOUR, MINUTE, SECOND
from ppmid_protocols.local_interface import CommandResponse, Reason, State, SubmitCommand, UtrnOutcome
from ppmid_protocols.zigbee import zcl


def test_command_and_response_pass_unaltered_over_every_hop() -> None:
    home = Home()
    one = command(ESME)
    home.submit_command(one)
    response = answer_to(one)
    seen = [(m.source, m.destination, in_tunnel(m), m.zcl.header.direction) for m in home.on_han]
    to_server, to_client = zcl.Direction
    assert seen == [
        (PPMID, HUB, one.encode(), to_client),
        (HUB, ESME, one.encode(), to_server),
        (ESME, HUB, response.encode(), to_client),
        (HUB, PPMID, response.encode(), to_server),
    ]
    assert home.states == [State.RECEIVED, State.FORWARDED, "CommandResponse"]
    assert home.said[-1] == CommandResponse(b"r", response.encode())


def test_a_command_for_the_gas_meter_waits_for_its_wake() -> None:
    home = Home()
    home.submit_command(command(GSME))
    assert home.states == [State.RECEIVED, State.WAITING_FOR_GAS_METER]
    home.run(HOUR)
    home.gas_wakes()
    assert home.said[-1] == CommandResponse(b"r", answer_to(command(GSME)).encode())


REFUSED = {
    "foreign target": (command(FOREIGN), {}, Reason.UNKNOWN_METER),
    "target of the request differs": (command(GSME), {"target": ESME}, Reason.COMMAND_NOT_GBCS),
    "a Response": (answer_to(command(SUPPLIER, originator=ESME)), {}, Reason.COMMAND_NOT_ALLOWED),
    "over 1500 octets": (command(ESME, payload=bytes(1440)), {}, Reason.COMMAND_TOO_LARGE),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_it_may_not_carry_never_reaches_the_han(case: str) -> None:
    one, options, reason = REFUSED[case]
    home = Home()
    home.submit_command(one, **options)
    assert [(status.state, status.reason) for status in home.said] == [(State.REFUSED, reason)]
    assert home.on_han == []


def test_what_is_no_gbcs_message_never_reaches_the_han() -> None:
    home = Home()
    home.submit(SubmitCommand(b"r", ESME, b"\xddno command"))
    assert home.said[0].reason is Reason.COMMAND_NOT_GBCS
    assert home.on_han == []


def test_a_ppmid_that_cannot_relay_says_so_and_still_tops_up() -> None:
    home = Home(can_relay=False)
    home.submit_command(command(ESME))
    assert home.said[0].reason is Reason.CANNOT_RELAY
    assert home.on_han == []
    home.esme.answers = [ACCEPTED]
    home.submit_utrn(ESME)
    assert home.results[0].outcome is UtrnOutcome.ACCEPTED


def test_the_largest_command_passes() -> None:
    one = command(ESME)
    one = replace(one, payload=bytes(1500 - len(replace(one, payload=bytes(300)).encode()) + 300))
    home = Home()
    assert len(one.encode()) == 1500
    home.submit_command(one)
    assert home.esme.commands == [one.encode()]


def test_no_more_than_sixty_commands_an_hour_for_one_meter() -> None:
    home = Home()
    for counter in range(61):
        home.submit_command(command(ESME, counter), request_id=bytes([counter]))
    assert len(home.esme.commands) == 60
    assert home.said[-1].reason is Reason.TOO_MANY_REQUESTS


def test_silence_of_the_meter_ends_in_unknown_is_not_resent_and_a_late_response_is_passed_on() -> None:
    home = Home()
    home.esme.answer_commands = False
    home.submit_command(command(ESME))
    home.run(58 * SECOND)
    assert home.states == [State.RECEIVED, State.FORWARDED]
    home.run(2 * SECOND)
    assert home.states[2:] == [State.UNKNOWN]
    home.run(10 * HOUR)
    assert len(home.from_ppmid) == 1
    home.esme.tunnel.send(answer_to(command(ESME)).encode())
    home.run()
    assert home.states[3:] == ["CommandResponse"]


def test_the_same_request_again_is_told_its_state_and_not_done_again() -> None:
    home = Home()
    home.submit_command(command(ESME))
    home.submit_command(command(ESME))
    assert home.esme.commands == [command(ESME).encode()]
    assert home.said[-1] == home.said[-2]
    home.submit_command(command(ESME, 2))
    assert home.said[-1].reason is Reason.REQUEST_ID_IN_USE


def test_the_same_command_under_another_request_is_carried_again() -> None:
    home = Home()
    home.submit_command(command(ESME), request_id=b"1")
    home.submit_command(command(ESME), request_id=b"2")
    assert len(home.esme.commands) == 2
    assert [one.request_id for one in home.said if isinstance(one, CommandResponse)] == [b"1", b"2"]


def test_a_response_that_answers_nothing_any_more_goes_nowhere() -> None:
    home = Home()
    home.submit_command(command(ESME))
    home.esme.tunnel.send(answer_to(command(ESME)).encode())
    home.run()
    assert home.states == [State.RECEIVED, State.FORWARDED, "CommandResponse"]


def test_todays_hub_that_answers_with_an_error_ends_the_request() -> None:
    home = Home(relay="none")
    home.submit_command(command(ESME))
    assert (home.said[-1].state, home.said[-1].reason) == (State.REFUSED, Reason.HAN_UNREACHABLE)
    home.run(2 * MINUTE)
    assert home.states == [State.RECEIVED, State.FORWARDED, State.REFUSED]
