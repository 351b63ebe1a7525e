"""What a loss of power takes from a PPMID, and what it does not."""

from home_parts import ESME, GSME, UTRN, answer_to, command
from ppmid_home import SENDER, Home

from ppmid_devices import roles
from ppmid_devices.ports import MINUTE, SECOND
from ppmid_protocols.local_interface import CommandResponse, State, Status, SubmitCommand, UtrnOutcome


def test_what_is_under_way_outlives_a_restart_and_is_not_sent_again() -> None:
    home = Home()
    home.esme.answer_commands = False
    home.submit_command(command(ESME))
    home.submit_command(command(GSME), request_id=b"g")
    home.ppmid.restart()
    home.run(MINUTE)
    home.gas_wakes()
    assert (State.UNKNOWN, b"r") in [(one.state, one.request_id) for one in home.said if isinstance(one, Status)]
    assert home.said[-1] == CommandResponse(b"g", answer_to(command(GSME)).encode())
    assert len(home.from_ppmid) == 2


def test_a_time_out_that_passed_without_power_is_told_after_it() -> None:
    home = Home(restart_s=120)
    home.submit_utrn(ESME)
    home.ppmid.restart()
    home.run(MINUTE + 30 * SECOND)
    assert home.results == []
    home.run(MINUTE)
    assert [one.outcome for one in home.results] == [UtrnOutcome.UNKNOWN]


def test_a_queued_top_up_is_sent_once_after_a_restart() -> None:
    home = Home(restart_s=90)
    home.submit_utrn(ESME, request_id=b"1")
    home.submit_utrn(ESME, request_id=b"2")
    home.ppmid.restart()
    home.run(5 * MINUTE)
    assert len(home.esme.top_ups) == 2


def test_a_replayed_message_stays_refused_after_a_restart_and_a_new_one_is_taken() -> None:
    home = Home()
    sealed = home.submit(SubmitCommand(b"r", ESME, command(ESME).encode()))
    home.ppmid.restart()
    home.run(MINUTE)
    home.avenue.send(SENDER, roles.PPMID, sealed)
    home.run()
    assert len(home.esme.commands) == 1
    home.submit_command(command(ESME, 2), request_id=b"new")
    assert home.esme.commands[1:] == [command(ESME, 2).encode()]


def test_what_comes_while_it_has_no_power_is_never_done() -> None:
    home = Home()
    home.ppmid.restart()
    home.submit_command(command(ESME))
    home.ppmid.enter_utrn(ESME, UTRN)
    home.run(MINUTE)
    assert home.esme.commands == home.esme.top_ups == []
    assert home.lines == ()
    home.ppmid.enter_utrn(ESME, UTRN)
    home.run()
    assert home.esme.top_ups == [UTRN.encode()]
