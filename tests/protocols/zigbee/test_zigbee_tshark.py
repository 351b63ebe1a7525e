"""Wireshark's dissectors judge the frames of top-ups: keys, addresses, tunnels, GBCS messages, damage."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pytest
from wireshark import HEADER, NEEDED, TO_CLIENT, TO_SERVER, UTRN, Dissect, Said, frames_of, tunnel

from ppmid_protocols.captures.pcapng import Link, LinkType
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import metering, prepayment, tunneling
from ppmid_protocols.zigbee.frames import fcs
from ppmid_protocols.zigbee.gb_hrgp import Get, GetResponse, Put
from ppmid_protocols.zigbee.han import build_ack, build_frames, open_frame
from ppmid_protocols.zigbee.metering import LocalChangeSupply
from ppmid_protocols.zigbee.prepayment import (
    ConsumerTopUp,
    ConsumerTopUpResponse,
    SelectAvailableEmergencyCredit,
    TopUpResult,
)
from ppmid_protocols.zigbee.tunneling import RequestTunnel, RequestTunnelResponse, TransferData
from ppmid_protocols.zigbee.zcl import DefaultResponse, general_frame

if TYPE_CHECKING:
    from han_home import Home

pytestmark = NEEDED


def gas_top_up(home: "Home", rtds: Mapping[str, bytes]) -> list[Said]:
    """PPMID to hub, hub to the sleepy GSME, and back; and an ESME's command from the hub."""
    asks, answers = rtds["PCS01_NA_SUCCESS_COMMAND"], rtds["PCS01_NA_SUCCESS_RESPONSE"]
    electric = rtds["CS01a_2.2_SUCCESS_COMMAND"]
    chf, ppmid, gsme, esme = home.chf, home.ppmid, home.gsme, home.esme
    return [
        tunnel(home, "CHF opens tunnel to PPMID", chf, ppmid, RequestTunnel(), TO_SERVER),
        tunnel(home, "PPMID accepts", ppmid, chf, RequestTunnelResponse(1), TO_CLIENT),
        tunnel(home, "PPMID sends PCS01", ppmid, chf, TransferData(1, asks), TO_CLIENT),
        tunnel(home, "GSME opens tunnel to CHF", gsme, chf, RequestTunnel(), TO_SERVER),
        tunnel(home, "CHF accepts", chf, gsme, RequestTunnelResponse(2), TO_CLIENT),
        tunnel(home, "GSME GET", gsme, chf, TransferData(2, Get().encode()), TO_SERVER),
        tunnel(home, "CHF hands over", chf, gsme, TransferData(2, GetResponse(0, asks).encode()), TO_CLIENT),
        tunnel(home, "GSME PUT", gsme, chf, TransferData(2, Put(answers).encode()), TO_SERVER),
        tunnel(home, "CHF passes on", chf, ppmid, TransferData(1, answers), TO_SERVER),
        tunnel(home, "CHF sends CS01a", chf, esme, TransferData(3, electric), TO_SERVER),
    ]


def test_tunnels_and_gbcs_messages(home: "Home", rtds: Mapping[str, bytes], dissect: Dissect) -> None:
    frames = frames_of(home, gas_top_up(home, rtds))
    fields = (
        "frame.comment",
        "zbee_nwk.src",
        "zbee_nwk.dst",
        "zbee_zcl_se.tun.tunnel_id",
        "gbcs_tunnel.command",
        "gbcs_tunnel.remaining",
        f"{HEADER}.message_code",
        f"{HEADER}.cra_flag",
        f"{HEADER}.originator_counter",
        f"{HEADER}.business_originator_id",
        f"{HEADER}.business_target_id",
    )
    ppmid, gsme = "00db1234567890a4", "00db1234567890a1"
    command = ("0x009b", "0x01", "10000", ppmid, gsme)
    response = ("0x009b", "0x02", "10000", gsme, ppmid)
    electric = ("0x0007", "0x01", "12884901888", "90b3d51f30010000", "00db1234567890a0")
    nothing = ("", "", "", "", "")
    assert [tuple(row.values()) for row in dissect(frames, *fields, only="zbee_zcl")] == [
        ("CHF opens tunnel to PPMID", "0x0000", "0x0002", "", "", "", *nothing),
        ("PPMID accepts", "0x0002", "0x0000", "0x0001", "", "", *nothing),
        ("PPMID sends PCS01", "0x0002", "0x0000", "0x0001", "", "", *command),
        ("GSME opens tunnel to CHF", "0x0003", "0x0000", "", "", "", *nothing),
        ("CHF accepts", "0x0000", "0x0003", "0x0002", "", "", *nothing),
        ("GSME GET", "0x0003", "0x0000", "0x0002", "0x01", "", *nothing),
        ("CHF hands over", "0x0000", "0x0003", "0x0002", "0x02", "0", *command),
        ("GSME PUT", "0x0003", "0x0000", "0x0002", "0x03", "", *response),
        ("CHF passes on", "0x0000", "0x0002", "0x0001", "", "", *response),
        ("CHF sends CS01a", "0x0000", "0x0001", "0x0003", "", "", *electric),
    ]


def test_what_the_tunnels_carry(home: "Home", rtds: Mapping[str, bytes], dissect: Dissect) -> None:
    fields = (
        "zbee_zcl.dir",
        "gbcs_message.mac",
        "zbee_zcl_se.pp.consumer_top_up.top_up_code",
        "zbee_zcl_se.pp.consumer_top_up_response.result_type",
        "zbee_zcl_se.pp.consumer_top_up_response.top_up_value",
        "zbee_aps.reassembled.length",
    )
    rows = dissect(frames_of(home, gas_top_up(home, rtds)), *fields, only="gbcs_message")
    sent, passed, put, told, electric = (tuple(row.values()) for row in rows)
    asks, answers, other = (
        rtds[name] for name in ("PCS01_NA_SUCCESS_COMMAND", "PCS01_NA_SUCCESS_RESPONSE", "CS01a_2.2_SUCCESS_COMMAND")
    )
    digits = asks[-33:-13].hex()
    assert sent == ("1,0", asks[-12:].hex(), digits, "", "", str(5 + len(asks)))
    assert passed == ("1,0", asks[-12:].hex(), digits, "", "", str(7 + len(asks)))
    assert put == ("0,1", answers[-12:].hex(), "", "0", "2025000", str(6 + len(answers)))
    assert told == ("0,1", answers[-12:].hex(), "", "0", "2025000", str(5 + len(answers)))
    assert electric == ("0", other[-12:].hex(), "", "", "", str(5 + len(other)))


@pytest.mark.parametrize("extended_nonce", [True, False])
def test_an_electricity_top_up_between_ppmid_and_esme(home: "Home", dissect: Dissect, extended_nonce: bool) -> None:
    ppmid, esme = home.ppmid, home.esme
    response = ConsumerTopUpResponse(TopUpResult.ACCEPTED_SUPPLY_ARMED, 1_000_000, credit_remaining=-500_000)
    conversation = [
        Said("top up", ppmid, esme, prepayment.CLUSTER, prepayment.frame(ConsumerTopUp(Secret(UTRN.encode())), 1)),
        Said("taken", esme, ppmid, prepayment.CLUSTER, prepayment.frame(response, 1)),
        Said("lend", ppmid, esme, prepayment.CLUSTER, prepayment.frame(SelectAvailableEmergencyCredit(), 2)),
        Said("lent", esme, ppmid, prepayment.CLUSTER, general_frame(DefaultResponse(0, 0), TO_CLIENT, 2)),
        Said("on", ppmid, esme, metering.CLUSTER, metering.frame(LocalChangeSupply(), 3)),
    ]
    fields = (
        "frame.comment",
        "zbee_aps.cluster",
        "zbee_aps.profile",
        "zbee_zcl.dir",
        "zbee_zcl.cmd.tsn",
        "zbee_zcl_se.pp.consumer_top_up.originating_device",
        "zbee_zcl_se.pp.consumer_top_up.top_up_code",
        "zbee_zcl_se.pp.consumer_top_up_response.result_type",
        "zbee_zcl_se.pp.consumer_top_up_response.top_up_value",
        "zbee_zcl_se.pp.consumer_top_up_response.source_of_top_up",
        "zbee_zcl_se.pp.consumer_top_up_response.credit_remaining",
        "zbee_zcl_se.pp.select_available_emc.originating_device",
    )
    rows = dissect(frames_of(home, conversation, extended_nonce), *fields, only="zbee_zcl")
    assert [tuple(row.values()) for row in rows] == [
        ("top up", "0x0705", "0x0109", "0", "1", "2", UTRN.encode().hex(), "", "", "", "", ""),
        ("taken", "0x0705", "0x0109", "1", "1", "", "", "18", "1000000", "2", "-500000", ""),
        ("lend", "0x0705", "0x0109", "0", "2", "", "", "", "", "", "", "2"),
        ("lent", "0x0705", "0x0109", "1", "2", "", "", "", "", "", "", ""),
        ("on", "0x0702", "0x0109", "0", "3", "", "", "", "", "", "", ""),
    ]


def test_headers_counters_and_check_sequences(home: "Home", dissect: Dissect) -> None:
    radio = home.radio(home.ppmid)._replace(
        mac_sequence=17, nwk_sequence=18, aps_sequence=19, nwk_counter=20, aps_counter=21
    )
    frames, _ = build_frames(radio, home.chf, 0, tunneling.CLUSTER, bytes.fromhex("110102") + bytes(60), home.keys)
    ack, _ = build_ack(home.radio(home.chf), open_frame(frames[1], home.keys, home.addresses), home.keys, received=3)
    fields = (
        "frame.time_epoch",
        "wpan.seq_no",
        "wpan.fcs_ok",
        "zbee_nwk.seqno",
        "zbee_aps.type",
        "zbee_aps.counter",
        "zbee.sec.counter",
        "zbee.sec.src64",
        "zbee_aps.fragmentation",
        "zbee_aps.block",
    )
    rows = dissect([(frame, "") for frame in (*frames, ack)], *fields)
    ppmid, chf = "00db1234567890a4", "00db1234567890a2"
    assert [tuple(row.values()) for row in rows] == [
        ("1700000000.000000001", "17", "1", "18", "0x00", "19", "20,21", f"{ppmid},{ppmid}", "0x01", "2"),
        ("1700000000.010000001", "18", "1", "19", "0x00", "19", "21,22", f"{ppmid},{ppmid}", "0x02", "1"),
        ("1700000000.020000001", "1", "1", "1", "0x02", "19", "100,100", f"{chf},{chf}", "0x02", "1"),
    ]


def test_damage_and_missing_keys_leave_the_frame_shut(home: "Home", dissect: Dissect) -> None:
    frame = prepayment.frame(ConsumerTopUp(Secret(UTRN.encode())), 1)
    ((good, _),) = frames_of(home, [Said("", home.ppmid, home.esme, prepayment.CLUSTER, frame)])
    damaged = good[:-3] + bytes((good[-3] ^ 1,))
    frames = [(good, ""), (damaged + fcs(damaged), "")]
    fields = ("_ws.expert.message", "zbee_zcl_se.pp.consumer_top_up.top_up_code")

    def seen(keys: Sequence[Secret] | None) -> list[tuple[str, ...]]:
        return [tuple(row.values()) for row in dissect(frames, *fields, keys=keys)]

    assert seen(None) == [("", UTRN.encode().hex()), ("Encrypted Payload", "")]
    assert seen([home.keys.network_key]) == [("Encrypted Payload", ""), ("Encrypted Payload", "")]


def test_bare_gbcs_on_the_wan_link(rtds: Mapping[str, bytes], dissect: Dissect) -> None:
    rows = dissect(
        [(rtds["CS01a_2.2_SUCCESS_COMMAND"], "CS01a"), (rtds["PCS01_NA_SUCCESS_COMMAND"], "PCS01")],
        "frame.comment",
        f"{HEADER}.message_code",
        only="gbcs_message",
        keys=(),
        link=Link("wan", LinkType.GBCS),
        options=['uat:user_dlts:"User 0 (DLT=147)","gbcs_message","0","","0",""'],
    )
    assert [tuple(row.values()) for row in rows] == [("CS01a", "0x0007"), ("PCS01", "0x009b")]
