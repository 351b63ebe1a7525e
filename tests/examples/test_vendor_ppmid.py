"""What the vendor's PPMID does with each request: its answers, and nothing twice."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from vendor_home import ESME, GSME, HUB, STRANGER, UTRN, Home, command, sheet
from vendor_ppmid import sealed
from vendor_ppmid.ppmid import Ppmid

from ppmid_protocols.gbcs.message import Cra
from ppmid_protocols.local_interface import messages
from ppmid_protocols.zigbee import prepayment, zcl
from ppmid_protocols.zigbee.prepayment import ConsumerTopUp, ConsumerTopUpResponse
from ppmid_protocols.zigbee.tunneling import RequestTunnelResponse, TransferData
from ppmid_protocols.zigbee.zcl import DefaultResponse


async def until(done: Callable[[], bool]) -> None:
    for _ in range(4000):
        if done():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it has not come about within 20 s")


@pytest.fixture
def home() -> Home:
    return Home()


def answered(sequence: int, response: ConsumerTopUpResponse) -> bytes:
    return prepayment.frame(response, sequence).encode()


def test_all_that_it_says_is_of_the_page() -> None:
    async def talk() -> list[list[Any]]:
        home = Home(esme_answer_s=0.1)
        home.open_tunnel()
        home.utrn(b"1")
        home.utrn(b"2", b"1234")
        home.command(command(), b"3")
        home.bring(command(kind=Cra.RESPONSE))
        home.meter_says(answered(1, ConsumerTopUpResponse(0x10, 5)))
        home.utrn(b"4")
        await until(lambda: len(home.said) == 10)
        return [home.ppmid.capabilities(), *home.said]

    said = asyncio.run(talk())
    assert len(said) == 11
    for one in said:
        messages.decode(sealed._encode(one))


def test_a_code_goes_to_the_meter_and_its_result_comes_back() -> None:
    async def talk(result: int, value: int | None) -> Home:
        home = Home()
        home.utrn()
        home.meter_says(answered(1, ConsumerTopUpResponse(result, value)))
        return home

    home = asyncio.run(talk(0x10, 1_000_000))
    ((to, cluster, octets),) = home.sent
    assert (to, cluster) == (ESME, prepayment.CLUSTER)
    assert prepayment.read(zcl.decode_frame(octets)) == ConsumerTopUp(UTRN)
    assert home.states == [(sealed.RECEIVED, None), (sealed.FORWARDED, None)]
    assert home.said[-1][:5] == [sealed.UTRN_RESULT, b"1", sealed.UTRN_ACCEPTED, 1_000_000, 0x10]
    for refusal in (1, 2, 3, 4, 5, 6):
        assert asyncio.run(talk(refusal, None)).said[-1][2:5] == [sealed.UTRN_REFUSED, None, refusal]


def test_a_meter_that_says_no_by_a_default_response_has_refused() -> None:
    async def talk(status: int) -> Home:
        home = Home()
        home.utrn()
        header = zcl.ZclHeader(scope=zcl.Scope.GENERAL, direction=zcl.Direction.TO_CLIENT, command=0x0B, sequence=1)
        home.meter_says(zcl.ZclFrame(header, DefaultResponse(4, status).encode()).encode())
        return home

    assert asyncio.run(talk(0x85)).said[-1][:5] == [sealed.UTRN_RESULT, b"1", sealed.UTRN_REFUSED, None, None]
    assert asyncio.run(talk(0)).said[-1][0] == sealed.STATUS  # no answer to a top-up


@pytest.mark.parametrize(
    ("meter", "digits", "reason"),
    [
        (STRANGER, UTRN, sealed.UNKNOWN_METER),
        (GSME, UTRN, sealed.UNKNOWN_METER),
        (HUB, UTRN, sealed.UNKNOWN_METER),
        (ESME, UTRN[:19], sealed.NOT_WELL_FORMED),
        (ESME, UTRN[:19] + bytes((UTRN[19] ^ 1,)), sealed.NOT_WELL_FORMED),
        (ESME, b"9" + UTRN[1:], sealed.NOT_WELL_FORMED),
        (ESME, "７３９５０６".encode(), sealed.NOT_WELL_FORMED),
    ],
)
def test_a_code_that_it_does_not_take_never_leaves_it(home: Home, meter: bytes, digits: bytes, reason: int) -> None:
    home.utrn(b"1", digits, meter)
    assert home.states == [(sealed.REFUSED, reason)]
    assert not home.sent


def test_codes_for_one_meter_wait_their_turn_and_too_many_are_refused() -> None:
    async def talk() -> Home:
        home = Home()
        for number in range(10):
            home.utrn(bytes((number,)))
        assert len(home.sent) == 1
        home.meter_says(answered(1, ConsumerTopUpResponse(2)))
        home.meter_says(answered(1, ConsumerTopUpResponse(0)))
        assert len(home.sent) == 2
        return home

    home = asyncio.run(talk())
    assert (sealed.REFUSED, sealed.TOO_MANY) in home.states
    assert home.ppmid.ignored == {"answer to no top-up": 1}


def test_silence_of_the_meter_is_called_unknown_once_and_a_late_answer_is_still_passed_on() -> None:
    async def talk() -> Home:
        home = Home(esme_answer_s=0.5)
        home.utrn(b"1")
        home.utrn(b"2")
        assert len(home.sent) == 1
        await until(lambda: len(home.sent) == 2)  # the turn of the second
        assert home.said[-2][:5] == [sealed.UTRN_RESULT, b"1", sealed.UTRN_UNKNOWN, None, None]
        home.meter_says(answered(1, ConsumerTopUpResponse(0, 7)))
        home.meter_says(answered(2, ConsumerTopUpResponse(2)))
        return home

    home = asyncio.run(talk())
    results = [said[1:3] for said in home.said if said[0] == sealed.UTRN_RESULT]
    assert results == [[b"1", sealed.UTRN_UNKNOWN], [b"1", sealed.UTRN_ACCEPTED], [b"2", sealed.UTRN_REFUSED]]


def test_the_same_request_is_answered_and_not_done_again_and_another_under_its_id_is_refused() -> None:
    async def talk() -> Home:
        home = Home()
        home.utrn()
        home.utrn()
        home.utrn(digits=UTRN[:10])
        return home

    home = asyncio.run(talk())
    assert len(home.sent) == 1
    states = [(sealed.RECEIVED, None), *[(sealed.FORWARDED, None)] * 2, (sealed.REFUSED, sealed.ID_IN_USE)]
    assert home.states == states


def test_a_command_goes_through_the_tunnel_as_it_is_and_so_does_its_response() -> None:
    async def talk() -> Home:
        home = Home()
        home.open_tunnel()
        home.command(command(counter=8))
        home.bring(command(counter=9, kind=Cra.RESPONSE))
        home.bring(b"rubbish")
        home.bring(command(counter=8))
        home.bring(command(counter=8, kind=Cra.RESPONSE))
        home.bring(command(counter=8, kind=Cra.RESPONSE))
        return home

    home = asyncio.run(talk())
    assert home.to_hub == [RequestTunnelResponse(1), TransferData(1, command(counter=8))]
    assert home.states == [(sealed.RECEIVED, None), (sealed.FORWARDED, None)]
    assert home.said[2:] == [[sealed.COMMAND_RESPONSE, b"1", command(counter=8, kind=Cra.RESPONSE)]]
    assert home.ppmid.ignored == {"answer to no Command": 3, "no GBCS message": 1}


@pytest.mark.parametrize(
    ("content", "target", "reason"),
    [
        (b"rubbish", ESME, sealed.NOT_GBCS),
        (command() + b"\0", ESME, sealed.NOT_GBCS),
        (command(target=STRANGER), ESME, sealed.NOT_GBCS),
        (command(kind=Cra.RESPONSE, target=ESME), ESME, sealed.NOT_GBCS),
        (command(target=STRANGER), STRANGER, sealed.UNKNOWN_METER),
        (command(target=GSME), GSME, sealed.UNKNOWN_METER),
        (command(padding=1500), ESME, sealed.TOO_LARGE),
    ],
)
def test_a_command_that_it_does_not_carry(home: Home, content: bytes, target: bytes, reason: int) -> None:
    home.open_tunnel()
    home.command(content, target=target)
    assert home.states == [(sealed.REFUSED, reason)]
    assert len(home.sent) == 1  # the answer to the hub's request for a tunnel


def test_without_a_tunnel_and_where_the_hub_refuses_the_hub_is_unreachable() -> None:
    async def talk() -> Home:
        home = Home()
        home.command(command(), b"1")
        home.open_tunnel()
        home.command(command(), b"2")
        home.refuse_transfer()
        return home

    unreachable = (sealed.REFUSED, sealed.UNREACHABLE)
    assert asyncio.run(talk()).states == [unreachable, (sealed.RECEIVED, None), (sealed.FORWARDED, None), unreachable]


def test_a_command_without_an_answer_is_unknown_and_its_late_response_is_passed_on() -> None:
    async def talk() -> Home:
        home = Home(esme_answer_s=0.02)
        home.open_tunnel()
        home.command(command())
        await until(lambda: len(home.said) == 3)
        home.bring(command(kind=Cra.RESPONSE))
        return home

    home = asyncio.run(talk())
    assert home.states[-1] == (sealed.UNKNOWN, None)
    assert home.said[-1][0] == sealed.COMMAND_RESPONSE


def test_only_the_meters_own_word_counts() -> None:
    async def talk() -> Home:
        home = Home()
        home.utrn()
        home.ppmid.hear(bytes(HUB), prepayment.CLUSTER, answered(1, ConsumerTopUpResponse(0)))
        home.ppmid.hear(bytes(ESME), 0x0704, answered(1, ConsumerTopUpResponse(0)))
        return home

    assert [said[0] for said in asyncio.run(talk()).said] == [sealed.STATUS] * 2


def test_its_capabilities_list_the_meters_that_it_serves() -> None:
    ppmid = Ppmid(sheet(), say=lambda _: None, tell=lambda *_: None)
    assert ppmid.capabilities()[2:] == ["1", True, [[bytes(ESME), 0]]]
