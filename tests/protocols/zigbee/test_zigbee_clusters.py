"""Tunneling, GB-HRGP, Prepayment and Metering commands: octets by hand and from the RTDS, round trips, damage."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppmid_protocols.errors import Malformed, ProtocolError, Unsupported
from ppmid_protocols.gbcs import gbz
from ppmid_protocols.gbcs import message as gbcs
from ppmid_protocols.gbcs.payload import GbzPayload, read_payload
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import gb_hrgp, metering, prepayment, tunneling
from ppmid_protocols.zigbee.gb_hrgp import Get, GetResponse, Put
from ppmid_protocols.zigbee.metering import LocalChangeSupply, SupplyStatus
from ppmid_protocols.zigbee.prepayment import (
    ConsumerTopUp,
    ConsumerTopUpResponse,
    Originator,
    PrepaymentCommand,
    SelectAvailableEmergencyCredit,
    TopUpResult,
)
from ppmid_protocols.zigbee.tunneling import (
    AckTransferData,
    CloseTunnel,
    OpenStatus,
    RequestTunnel,
    RequestTunnelResponse,
    TransferData,
    TransferDataError,
    TransferStatus,
    TunnelCommand,
)
from ppmid_protocols.zigbee.values import ZclType
from ppmid_protocols.zigbee.zcl import Direction, ReadAttributesResponse, Scope, ZclFrame, ZclHeader, decode_frame

TO_SERVER, TO_CLIENT = Direction.TO_SERVER, Direction.TO_CLIENT
u8, u16, u32 = st.integers(0, 0xFF), st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFFFF)
money = st.none() | st.integers(-(2**31), 2**31 - 1).filter(lambda value: value != -1)
UTRN = b"73946144332040217315"

both_ways = st.one_of(
    st.builds(TransferData, u16, st.binary(max_size=60)),
    st.builds(TransferDataError, u16, u8),
    st.builds(AckTransferData, u16, u16),
)
to_server = st.builds(RequestTunnel, u8, u16, st.booleans(), u16) | st.builds(CloseTunnel, u16) | both_ways
to_client = st.builds(RequestTunnelResponse, u16, u8, u16) | both_ways
tunnel_commands = st.tuples(to_server, st.just(TO_SERVER)) | st.tuples(to_client, st.just(TO_CLIENT))
prepayment_commands = st.one_of(
    st.builds(ConsumerTopUp, st.binary(max_size=255).map(Secret), u8),
    st.builds(ConsumerTopUpResponse, u8, money, u8, money),
    st.builds(SelectAvailableEmergencyCredit, u32, u8),
)


@pytest.mark.parametrize(
    ("command", "direction", "octets"),
    [
        (RequestTunnel(), TO_SERVER, "11 05 00 06 ffff 00 dc05"),
        (RequestTunnelResponse(1), TO_CLIENT, "19 05 00 0100 00 dc05"),
        (RequestTunnelResponse(0xFFFF, OpenStatus.BUSY), TO_CLIENT, "19 05 00 ffff 01 dc05"),
        (CloseTunnel(1), TO_SERVER, "11 05 01 0100"),
        (TransferData(1, b"\xdd\x00"), TO_SERVER, "11 05 02 0100 dd00"),
        (TransferData(1, b"\xdd\x00"), TO_CLIENT, "19 05 01 0100 dd00"),
        (TransferDataError(1, TransferStatus.DATA_OVERFLOW), TO_SERVER, "11 05 03 0100 02"),
        (TransferDataError(1, TransferStatus.NO_SUCH_TUNNEL), TO_CLIENT, "19 05 02 0100 00"),
        (AckTransferData(1, 1500), TO_SERVER, "11 05 04 0100 dc05"),
        (AckTransferData(1, 1500), TO_CLIENT, "19 05 03 0100 dc05"),
    ],
)
def test_tunnel_commands_by_hand(command: TunnelCommand, direction: Direction, octets: str) -> None:
    assert tunneling.frame(command, direction, 5).encode() == bytes.fromhex(octets)


@given(tunnel_commands, u8)
def test_tunnel_commands_round_trip(sent: tuple[TunnelCommand, Direction], sequence: int) -> None:
    command, direction = sent
    assert tunneling.read(decode_frame(tunneling.frame(command, direction, sequence).encode())) == command


def test_a_command_has_its_direction() -> None:
    with pytest.raises(Malformed, match="RequestTunnel is not sent to client"):
        tunneling.frame(RequestTunnel(), TO_CLIENT, 0)
    with pytest.raises(Malformed, match="CloseTunnel is not sent to client"):
        tunneling.frame(CloseTunnel(1), TO_CLIENT, 0)


@pytest.mark.parametrize(("octets", "words"), [("19 05 06 0100", "TunnelClosureNotification"), ("11 05 77", "0x77")])
def test_other_tunnel_commands_are_named(octets: str, words: str) -> None:
    with pytest.raises(Unsupported, match=words):
        tunneling.read(decode_frame(bytes.fromhex(octets)))


@pytest.mark.parametrize(
    ("exchange", "octets"),
    [
        (Get(), "01"),
        (GetResponse(), "02 00"),
        (GetResponse(3, b"\xdd\x00"), "02 03 dd00"),
        (Put(b"\xdf\x09"), "03 df09"),
    ],
)
def test_gb_hrgp_by_hand(exchange: gb_hrgp.Exchange, octets: str) -> None:
    assert exchange.encode() == bytes.fromhex(octets)
    assert gb_hrgp.decode(bytes.fromhex(octets)) == exchange


@pytest.mark.parametrize("octets", ["", "00", "04", "01 00", "02", "02 01", "03", "dd 00"])
def test_what_is_no_gb_hrgp_is_refused(octets: str) -> None:
    with pytest.raises(Malformed):
        gb_hrgp.decode(bytes.fromhex(octets))


def test_a_count_of_messages_without_a_message_cannot_be_sent() -> None:
    with pytest.raises(Malformed, match="remaining"):
        GetResponse(1).encode()


@pytest.mark.parametrize(
    ("command", "octets"),
    [
        (ConsumerTopUp(Secret(UTRN)), "11 05 04 02 14" + UTRN.hex()),
        (ConsumerTopUp(Secret(b"12"), Originator.METER), "11 05 04 01 02 3132"),
        (
            ConsumerTopUpResponse(TopUpResult.ACCEPTED, 1_000_000, credit_remaining=-500_000),
            "19 05 03 00 40420f00 02 e05ef8ff",
        ),
        (ConsumerTopUpResponse(TopUpResult.DUPLICATE, source=0), "19 05 03 02 ffffffff 00 ffffffff"),
        (SelectAvailableEmergencyCredit(), "01 05 00 00000000 02"),
    ],
)
def test_prepayment_commands_by_hand(command: PrepaymentCommand, octets: str) -> None:
    assert prepayment.frame(command, 5).encode() == bytes.fromhex(octets)


@given(prepayment_commands, u8)
def test_prepayment_commands_round_trip(command: PrepaymentCommand, sequence: int) -> None:
    assert prepayment.read(decode_frame(prepayment.frame(command, sequence).encode())) == command


def test_results_that_accept() -> None:
    accepting = [result.value for result in TopUpResult if ConsumerTopUpResponse(result).accepted]
    assert accepting == [0x00, 0x10, 0x11, 0x12]
    assert not ConsumerTopUpResponse(0x13).accepted


def test_minus_one_cannot_be_told_from_no_value() -> None:
    with pytest.raises(Malformed, match="no value"):
        ConsumerTopUpResponse(0, value=-1).encode()
    with pytest.raises(Malformed, match="signed"):
        ConsumerTopUpResponse(0, value=2**31).encode()


def test_a_utrn_does_not_show() -> None:
    assert "7394" not in repr(ConsumerTopUp(Secret(UTRN))) + str(ConsumerTopUp(Secret(UTRN)))


def test_the_types_of_attributes_are_those_of_the_rtds(rtds: Mapping[str, bytes]) -> None:
    assert prepayment.TYPES.keys() == set(prepayment.Attribute)
    seen: dict[int, ZclType] = {}
    for octets in rtds.values():
        payload = read_payload(gbcs.decode(octets))
        for one in payload.components if isinstance(payload, GbzPayload) else ():
            if (one.cluster, one.command, one.encrypted) == (prepayment.CLUSTER, gbz.READ_ATTRIBUTES_RESPONSE, False):
                records = ReadAttributesResponse.decode(one.body).records
                seen |= {record.attribute: record.value.type for record in records if record.value}
    shown = {attribute: kind for attribute, kind in seen.items() if attribute in prepayment.TYPES}
    assert sorted(shown) == [0x0000, 0x0001, 0x0006, 0x0010, 0x0011, 0x0021, 0x0022, 0x0031, 0x0040]
    assert shown == {attribute: prepayment.TYPES[prepayment.Attribute(attribute)] for attribute in shown}


def test_local_change_supply_by_hand() -> None:
    frame = metering.frame(LocalChangeSupply(), 5)
    assert frame.encode() == bytes.fromhex("01 05 0c 02")
    assert metering.read(decode_frame(frame.encode())) == LocalChangeSupply(SupplyStatus.ON)
    with pytest.raises(Unsupported, match="0x0C to client"):
        metering.read(decode_frame(bytes.fromhex("09 05 0c 02")))


@given(st.sampled_from(Direction), st.integers(0, 0x0D), st.binary(max_size=30))
def test_any_payload_reads_to_itself_or_is_refused(direction: Direction, number: int, payload: bytes) -> None:
    header = ZclHeader(scope=Scope.CLUSTER, direction=direction, command=number, sequence=0)
    for cluster in (tunneling, prepayment, metering):
        try:
            read = cluster.read(ZclFrame(header, payload))
        except ProtocolError:
            continue
        assert read.encode() == payload


def component(message: bytes) -> bytes:
    """The ZCL frame in a GBZ message of one prepayment component."""
    start = message.index(bytes.fromhex("010901010705")) + 6
    size = int.from_bytes(message[start : start + 2], "big")
    return message[start + 2 : start + 2 + size]


def test_a_gas_top_up_of_the_rtds(rtds: Mapping[str, bytes]) -> None:
    octets = component(rtds["PCS01_NA_SUCCESS_COMMAND"])
    sent = prepayment.read(decode_frame(octets))
    assert sent == ConsumerTopUp(Secret(octets[-20:]), Originator.IN_HOME_DEVICE)
    assert prepayment.frame(sent, 0).encode()[1:] == octets[1:]
    answer = prepayment.read(decode_frame(component(rtds["PCS01_NA_SUCCESS_RESPONSE"])))
    assert answer == ConsumerTopUpResponse(TopUpResult.ACCEPTED, 2_025_000, Originator.IN_HOME_DEVICE, 4_525_000)


def test_emergency_credit_of_the_rtds(rtds: Mapping[str, bytes]) -> None:
    octets = component(rtds["PCS02_NA_SUCCESS_COMMAND"])
    assert prepayment.read(decode_frame(octets)) == SelectAvailableEmergencyCredit(0, Originator.IN_HOME_DEVICE)
    assert prepayment.frame(SelectAvailableEmergencyCredit(), 0).encode() == octets


def test_a_rejected_top_up_of_the_rtds_has_no_value(rtds: Mapping[str, bytes]) -> None:
    answer = prepayment.read(decode_frame(component(rtds["CS01b_2.2_ERROR_RESPONSE"])))
    assert answer == ConsumerTopUpResponse(TopUpResult.INVALID, None, Originator.ENERGY_SERVICE_INTERFACE, None)
