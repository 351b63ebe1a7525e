"""Top-ups of gas: PCS01 through the hub, the Originator Counter, MACs, two wakes of patience."""

from dataclasses import replace

import pytest
from home_parts import ESME, GSME, PPMID, UTRN, answer_to, check_mac_as, command, with_mac_of
from ppmid_home import Home, in_tunnel

from ppmid_devices.ports import HOUR, MINUTE, SECOND
from ppmid_devices.ppmid import texts
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import message as gbcs
from ppmid_protocols.gbcs import prepayment as payloads
from ppmid_protocols.local_interface import Reason, State, UtrnOutcome, UtrnResult
from ppmid_protocols.zigbee.prepayment import TopUpResult


def test_a_top_up_for_gas_goes_as_pcs01_through_the_hub_and_back() -> None:
    home = Home(relay="none")
    home.submit_utrn(GSME)
    assert home.states == [State.RECEIVED, State.WAITING_FOR_GAS_METER]
    home.gas_wakes()
    sent = gbcs.decode(in_tunnel(home.from_ppmid[0]))
    assert (sent.message_code, sent.counter, sent.originator, sent.target) == (0x009B, 10_000, PPMID, GSME)
    assert payloads.read_top_up_digits(sent) == UTRN.encode()
    check_mac_as(sent, GSME, PPMID)
    assert home.results == [UtrnResult(b"u", UtrnOutcome.ACCEPTED, 1_000_000, 0, "Top-up accepted: £10.00")]
    assert home.lines == ("Top-up sent", "Top-up accepted: £10.00")


def test_a_refused_gas_top_up_has_no_value() -> None:
    home = Home()
    home.gsme.result = TopUpResult.DUPLICATE
    home.submit_utrn(GSME)
    home.gas_wakes()
    assert home.results == [UtrnResult(b"u", UtrnOutcome.REFUSED, None, 2, "Top-up refused: already used")]


def test_a_gas_meter_that_says_no_without_a_result_has_no_result_told() -> None:
    """A ZCL Default Response has neither result type nor value."""
    home = Home()
    home.gsme.mute = True
    home.submit_utrn(GSME)
    home.gas_wakes()
    asked = gbcs.decode(home.gsme.commands[0])
    content = payloads.gsme.status_response(asked.message_code, 1)
    home.gsme.put(with_mac_of(replace(answer_to(asked), payload=content.payload, mac=None), GSME, PPMID))
    home.run()
    assert home.results == [UtrnResult(b"u", UtrnOutcome.REFUSED, None, None, "Top-up refused by the meter")]


def test_its_own_originator_counter_rises_also_over_a_restart() -> None:
    home = Home()
    for _ in range(2):
        home.ppmid.enter_utrn(GSME, UTRN)
        home.gas_wakes()
        home.ppmid.restart()
        home.run(MINUTE)
    home.ppmid.select_emergency_credit(GSME)
    home.gas_wakes()
    assert [gbcs.decode(one).counter for one in home.gsme.commands] == [10_000, 10_001, 10_002]
    assert home.lines == ("Emergency credit asked for", "Emergency credit selected")


def test_a_gas_answer_without_the_gas_meters_mac_is_not_believed() -> None:
    home = Home()
    home.gsme.sealing_as = ESME
    home.submit_utrn(GSME)
    home.gas_wakes()
    assert home.results == []
    home.run(2 * HOUR)
    assert [one.outcome for one in home.results] == [UtrnOutcome.UNKNOWN]


def test_a_gas_top_up_is_unknown_only_after_two_wakes_could_have_been() -> None:
    home = Home()
    home.gsme.mute = True
    home.submit_utrn(GSME)
    home.run(3_890 * SECOND)
    assert home.results == []
    home.run(20 * SECOND)
    assert [one.outcome for one in home.results] == [UtrnOutcome.UNKNOWN]
    home.gas_wakes()
    home.gsme.put(home.gsme.answer(gbcs.decode(home.gsme.commands[0])))
    home.run()
    assert [one.outcome for one in home.results] == [UtrnOutcome.UNKNOWN, UtrnOutcome.ACCEPTED]


def test_without_a_tunnel_to_the_hub_nothing_is_called_sent() -> None:
    home = Home(hub_on=False)
    home.submit_utrn(GSME)
    home.submit_command(command(ESME))
    assert [one.reason for one in home.said if one.state is State.REFUSED] == [Reason.HAN_UNREACHABLE] * 2
    assert home.lines == (texts.NOT_SENT,)
    assert home.from_ppmid == []


@pytest.mark.parametrize("meter", [ESME, GSME])
def test_a_meter_that_it_has_not_been_joined_with_is_sent_nothing(meter: Eui) -> None:
    home = Home(joined=False)
    home.submit_utrn(meter)
    assert (home.states, home.from_ppmid) == ([State.RECEIVED, State.REFUSED], [])
    assert home.lines[-1] == "Not sent: this device is not joined with the meter"
