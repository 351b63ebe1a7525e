"""Each fault of a PPMID shows, and the right device does not have it."""

from dataclasses import replace

import pytest
from home_parts import ESME, FOREIGN, GSME, UTRN, answer_to, command
from ppmid_home import STRANGER, Home, in_tunnel

from ppmid_devices import roles
from ppmid_devices.ports import MINUTE, SECOND
from ppmid_devices.ppmid import faulty
from ppmid_protocols.gbcs import message as gbcs
from ppmid_protocols.local_interface import Capabilities, CommandResponse, Reason, State, SubmitCommand, UtrnOutcome
from ppmid_protocols.zigbee.prepayment import ConsumerTopUpResponse


def test_one_that_drops_responses_says_no_more_than_forwarded() -> None:
    home = Home(faulty.DropsResponses)
    home.submit_command(command(ESME))
    assert home.states == [State.RECEIVED, State.FORWARDED]
    assert len(home.esme.commands) == 1


def test_one_that_keeps_quiet_about_relaying_swallows_a_command_that_it_cannot_carry() -> None:
    home = Home(faulty.KeepsQuietAboutRelaying, can_relay=False)
    home.submit_command(command(ESME))
    assert home.said == home.on_han == []
    able = Home(faulty.KeepsQuietAboutRelaying)
    able.submit_command(command(ESME))
    assert able.states == [State.RECEIVED, State.FORWARDED, "CommandResponse"]


def test_one_that_alters_commands_turns_their_last_bit() -> None:
    home = Home(faulty.AltersCommands)
    home.submit_command(command(ESME))
    assert home.esme.commands == [command(ESME, mac=bytes(11) + b"\x01").encode()]


def test_one_that_alters_responses_turns_their_last_bit() -> None:
    home = Home(faulty.AltersResponses)
    home.submit_command(command(ESME))
    assert home.said[-1] == CommandResponse(b"r", replace(answer_to(command(ESME)), mac=bytes(11) + b"\x01").encode())


def test_one_that_reports_early_says_accepted_without_an_answer() -> None:
    home = Home(faulty.ReportsAcceptedEarly)
    home.submit_utrn(ESME)
    assert home.results[0].outcome is UtrnOutcome.ACCEPTED
    assert home.lines[-1] == "Top-up accepted"
    home.esme.answer_commands = False
    home.submit_command(command(ESME))
    assert (home.said[-1].state, home.said[-1].text) == (State.FORWARDED, "Accepted by the meter")


def test_one_that_shows_utrns_has_the_digits_on_screen_and_avenue() -> None:
    home = Home(faulty.ShowsUtrn)
    home.submit_utrn(ESME)
    assert UTRN in home.lines[-1]
    assert UTRN in home.said[-1].text


def test_one_that_sits_on_commands_forwards_them_after_45_seconds() -> None:
    home = Home(faulty.SitsOnCommands)
    home.submit_command(command(ESME))
    home.run(43 * SECOND)
    assert home.esme.commands == []
    home.run(3 * SECOND)
    assert len(home.esme.commands) == 1
    assert home.states[-1] == "CommandResponse"


@pytest.mark.parametrize("digits", [UTRN[:19], UTRN[:19] + "6", "12345678901234567890"])
def test_one_that_checks_no_utrns_sends_those_that_can_be_no_code(digits: str) -> None:
    home = Home(faulty.SendsUncheckedUtrns)
    home.ppmid.enter_utrn(ESME, digits)
    home.ppmid.enter_utrn(GSME, digits)
    home.gas_wakes()
    assert home.esme.top_ups == [digits.encode()]
    assert digits.encode() in home.gsme.commands[0]


@pytest.mark.parametrize("digits", [UTRN[:19], UTRN[:19] + "6", "12345678901234567890"])
def test_one_that_trusts_utrns_of_the_avenue_still_checks_its_keypad(digits: str) -> None:
    home = Home(faulty.TrustsUtrnsOfTheAvenue)
    home.ppmid.enter_utrn(ESME, digits)
    home.ppmid.enter_utrn(GSME, digits)
    home.gas_wakes()
    assert home.from_ppmid == []
    home.submit_utrn(ESME, digits, b"1")
    home.submit_utrn(GSME, digits, b"2")
    home.gas_wakes()
    assert home.esme.top_ups == [digits.encode()]
    assert digits.encode() in home.gsme.commands[0]


def test_one_that_swallows_bad_utrns_still_says_why_it_does_not_send_others() -> None:
    home = Home(faulty.SwallowsBadUtrns)
    home.submit_utrn(ESME, UTRN[:19])
    assert home.on_han == []
    assert home.said == []
    home.submit_utrn(FOREIGN, request_id=b"v")
    assert [one.reason for one in home.said] == [Reason.UNKNOWN_METER]


def test_one_that_forgets_over_a_power_cut_has_no_word_of_the_answers_that_come_after() -> None:
    home = Home(faulty.ForgetsOverAPowerCut)
    home.submit_command(command(GSME))
    home.submit_utrn(ESME, request_id=b"1")
    home.submit_utrn(ESME, request_id=b"2")
    home.sealed.clear()
    home.ppmid.restart()
    home.run(MINUTE)
    home.gas_wakes()
    assert len(home.gsme.commands) == 1
    assert home.esme.top_ups == [UTRN.encode()]
    assert [type(one) for one in home.said] == [Capabilities]


def test_one_that_forwards_foreign_targets_gives_them_to_the_hub() -> None:
    home = Home(faulty.ForwardsForeignTargets)
    home.submit_command(command(FOREIGN))
    assert in_tunnel(home.from_ppmid[0]) == command(FOREIGN).encode()


def test_one_that_trusts_any_sender_carries_a_strangers_command() -> None:
    home = Home(faulty.TrustsAnySender)
    home.submit(SubmitCommand(b"r", ESME, command(ESME).encode()), STRANGER, home="home 2", sender=b"\xff")
    home.avenue.send("attacker", roles.PPMID, b"rubbish")
    home.run()
    assert len(home.esme.commands) == 1
    assert home.ppmid.dropped == {"malformed": 1}


def test_one_that_calls_duplicates_accepted_still_tells_other_refusals() -> None:
    home = Home(faulty.CallsDuplicateAccepted)
    home.esme.answers = [ConsumerTopUpResponse(0x02), ConsumerTopUpResponse(0x01)]
    home.submit_utrn(ESME, request_id=b"1")
    home.submit_utrn(ESME, request_id=b"2")
    assert [one.outcome for one in home.results] == [UtrnOutcome.ACCEPTED, UtrnOutcome.REFUSED]


def test_one_that_resends_gas_utrns_makes_five_commands_of_one() -> None:
    home = Home(faulty.ResendsGasUtrn)
    home.submit_utrn(GSME)
    home.gas_wakes()
    assert [gbcs.decode(one).counter for one in home.gsme.commands] == list(range(10_000, 10_005))
    assert len(home.results) == 1


def test_one_that_is_silent_after_the_time_out_tells_no_unknown() -> None:
    home = Home(faulty.SilentAfterTimeout)
    home.esme.answer_commands = False
    home.submit_command(command(ESME))
    home.submit_utrn(ESME)
    home.run(10 * MINUTE)
    assert home.states == [State.RECEIVED, State.FORWARDED, State.RECEIVED, State.FORWARDED]
