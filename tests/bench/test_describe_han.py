"""What an observer reads from frames of the HAN: the right fields, and never a UTRN."""

from typing import Any

import pytest
from described import COMMAND, ESME, GSME, HUB, PPMID, REDACTOR, RESPONSE, TAG, UTRN, holds_no_utrn

from ppmid_bench.describe import Description
from ppmid_bench.describe_han import HanReader
from ppmid_bench.han_ear import HanEar
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import gb_hrgp, hand_held, metering, mmo, outside, prepayment, sub_ghz, tunneling, zcl
from ppmid_protocols.zigbee.aps_commands import ApsCommand, RequestKey, TransportTrustCentreKey, VerifyKey
from ppmid_protocols.zigbee.frames import ApsHeader, MacFrame, NwkHeader
from ppmid_protocols.zigbee.han import HanKeys, Radio, build_command, build_frames
from ppmid_protocols.zigbee.joining import InstallCode, admit
from ppmid_protocols.zigbee.security import KeyId
from ppmid_protocols.zigbee.values import Typed, ZclType

HAN_KEYS = HanKeys(
    Secret(bytes(16)),
    trust_centre=HUB,
    device_keys={ESME: Secret(b"e" * 16), GSME: Secret(b"g" * 16), PPMID: Secret(b"p" * 16)},
    pair_keys={(PPMID, ESME): Secret(b"m" * 16)},
)
SHORT = {HUB: 0x0000, ESME: 0x1001, PPMID: 0x1002, GSME: 0x1003}


def _han(sender: Eui, receiver: Eui, cluster: int, frame: zcl.ZclFrame) -> list[Description]:
    """What a sniffer with all keys of the home reads from each MAC frame of one ZCL message."""
    radio = Radio(eui=sender, short=SHORT[sender])
    frames, _ = build_frames(radio, receiver, SHORT[receiver], cluster, frame.encode(), HAN_KEYS)
    reader = HanReader(REDACTOR, HanEar(HAN_KEYS, {short: eui for eui, short in SHORT.items()}))
    return [reader.read(frame) for frame in frames]


def test_each_frame_tells_whose_frame_counter_it_bears() -> None:
    report = zcl.general_frame(zcl.ReportAttributes(()), zcl.Direction.TO_CLIENT, 1)
    radio = Radio(eui=HUB, short=SHORT[HUB], nwk_counter=41_200)
    frames, _ = build_frames(radio, ESME, SHORT[ESME], 0x000A, report.encode() + bytes(90), HAN_KEYS)
    reader = HanReader(REDACTOR, HanEar(HAN_KEYS, {short: eui for eui, short in SHORT.items()}))
    read = [reader.read(frame) for frame in frames]
    assert [(one.sealed_by, one.fields["counter"]) for one in read] == [(str(HUB), 41_200), (str(HUB), 41_201)]


def _tunnelled(sender: Eui, receiver: Eui, data: bytes) -> list[Description]:
    frame = tunneling.frame(tunneling.TransferData(5, data), zcl.Direction.TO_SERVER, 1)
    return _han(sender, receiver, tunneling.CLUSTER, frame)


def test_a_tunnelled_command_is_read_when_its_last_frame_has_come() -> None:
    read = _tunnelled(PPMID, HUB, COMMAND.encode())
    assert len(read) > 1
    assert {one.what for one in read[:-1]} == {"frame"}
    assert (read[-1].what, read[-1].fields["gbcs"]["utrn"]) == ("tunnel", TAG)
    assert all(holds_no_utrn(one) for one in read)


@pytest.mark.parametrize(
    ("exchange", "name", "holds"),
    [
        (gb_hrgp.Get(), "get", False),
        (gb_hrgp.GetResponse(), "get-response", False),
        (gb_hrgp.GetResponse(1, RESPONSE.encode()), "get-response", True),
        (gb_hrgp.Put(RESPONSE.encode()), "put", True),
    ],
)
def test_the_gas_meters_exchanges_are_named(exchange: gb_hrgp.Exchange, name: str, holds: bool) -> None:
    read = _tunnelled(GSME, HUB, exchange.encode())[-1]
    assert (read.what, read.fields["exchange"], "gbcs" in read.fields) == ("tunnel", name, holds)
    assert read.fields.get("remaining") == getattr(exchange, "remaining", None)


@pytest.mark.parametrize(
    ("command", "what", "fields"),
    [
        (prepayment.ConsumerTopUp(UTRN.digits), "consumer-top-up", {"utrn": TAG}),
        (
            prepayment.ConsumerTopUpResponse(prepayment.TopUpResult.ACCEPTED, 1_000_000),
            "consumer-top-up-response",
            {"result": 0, "accepted": True, "value": 1_000_000},
        ),
        (
            prepayment.ConsumerTopUpResponse(prepayment.TopUpResult.DUPLICATE),
            "consumer-top-up-response",
            {"result": 2, "accepted": False, "value": None},
        ),
        (prepayment.SelectAvailableEmergencyCredit(), "select-available-emergency-credit", {}),
    ],
)
def test_prepayment_commands_are_read(command: Any, what: str, fields: dict[str, Any]) -> None:
    (read,) = _han(PPMID, ESME, prepayment.CLUSTER, prepayment.frame(command, 1))
    assert (read.what, read.fields) == (what, {"sequence": 1, **fields, "counter": 0})
    assert holds_no_utrn(read)


def test_figures_are_read_by_their_attributes() -> None:
    """A balance of £1.20, asked for, told and reported; supply on."""
    credit, on = Typed(ZclType.INT32, 120_000), Typed(ZclType.ENUM8, 2)
    asked = zcl.general_frame(zcl.ReadAttributes((1, 4)), zcl.Direction.TO_SERVER, 1)
    records = (zcl.AttributeRead(1, 0, credit), zcl.AttributeRead(4, 0x86))
    told = zcl.general_frame(zcl.ReadAttributesResponse(records), zcl.Direction.TO_CLIENT, 1)
    reported = zcl.general_frame(zcl.ReportAttributes(((0x0014, on),)), zcl.Direction.TO_CLIENT, 1)
    reads = [
        *_han(PPMID, ESME, prepayment.CLUSTER, asked),
        *_han(ESME, PPMID, prepayment.CLUSTER, told),
        *_han(ESME, PPMID, metering.CLUSTER, reported),
    ]
    assert [(one.what, one.fields) for one in reads] == [
        ("figures-asked", {"cluster": "0705", "counter": 0}),
        ("figures-told", {"cluster": "0705", "values": {"0001": 120_000}, "counter": 0}),
        ("figures-reported", {"cluster": "0702", "values": {"0014": 2}, "counter": 0}),
    ]


def test_a_hubs_word_of_its_new_channel_is_read() -> None:
    (read,) = _han(HUB, GSME, sub_ghz.CLUSTER, sub_ghz.announce(sub_ghz.channel(31, 4), 1))
    assert (read.what, read.fields) == ("channel-announced", {"channel": "upper 4", "counter": 0})
    suspended = sub_ghz.COMMANDS.frame(sub_ghz.SuspendZclMessages(15), zcl.Direction.TO_CLIENT, 1)
    (read,) = _han(HUB, GSME, sub_ghz.CLUSTER, suspended)
    assert (read.what, read.fields["cluster"]) == ("zcl", "070B")


def test_anything_else_on_the_han_is_named_by_cluster_and_command() -> None:
    general = zcl.general_frame(zcl.DefaultResponse(4, 0), zcl.Direction.TO_CLIENT, 1)
    (read,) = _han(ESME, PPMID, prepayment.CLUSTER, general)
    assert (read.what, read.fields) == ("zcl", {"cluster": "0705", "command": 11, "scope": "general", "counter": 0})
    opening = tunneling.frame(tunneling.RequestTunnel(), zcl.Direction.TO_SERVER, 1)
    (read,) = _han(HUB, PPMID, tunneling.CLUSTER, opening)
    assert (read.what, read.fields) == ("zcl", {"cluster": "0704", "command": 0, "scope": "cluster", "counter": 0})


# What nobody can read


HHT = Eui.parse("00-DB-12-34-56-78-90-AD")
CODE = InstallCode.parse("83FE D340 7A93 9723 A5C6 39B2 6916 D505 C3B5")


def _outside(message: outside.Outside, reader: HanReader | None = None) -> Description:
    return (reader or HanReader(REDACTOR, HanEar(HAN_KEYS, {}))).read(outside.encode(message))


def _inter_pan(aps: bytes) -> Description:
    return _outside(outside.InterPan(source=HHT, destination=None, sequence=1, aps=aps))


def test_what_is_sealed_over_inter_pan_stays_so_and_what_is_not_is_secret() -> None:
    hello = hand_held.COMMANDS.frame(hand_held.Introduction(HUB, HHT, CODE), zcl.Direction.TO_SERVER, 1).encode()
    sealed = _inter_pan(outside.sealed_stub(hand_held.CLUSTER, hello, bytes(16), HHT, 1))
    assert (sealed.what, sealed.fields, sealed.secret) == ("inter-pan", {"device": str(HHT), "sealed": True}, False)
    clear = _inter_pan(outside.stub(hand_held.CLUSTER, hello))
    assert (clear.fields, clear.secret) == ({"device": str(HHT), "sealed": False}, True)
    transfer = tunneling.frame(tunneling.TransferData(1, COMMAND.encode()), zcl.Direction.TO_CLIENT, 1).encode()
    told = _inter_pan(outside.stub(tunneling.CLUSTER, transfer))
    assert told.secret
    assert told.fields["gbcs"]["tag"] == REDACTOR.tag("gbcs", COMMAND.encode())


def test_who_is_let_in_is_known_by_its_address_from_then_on() -> None:
    ear = HanEar(HAN_KEYS, {})
    reader = HanReader(REDACTOR, ear)
    asked = _outside(outside.AssociationRequest(source=HHT, pan=1, sequence=1), reader)
    assert (asked.what, asked.fields) == ("association-request", {"device": str(HHT)})
    for status, short, known in ((2, 0xFFFF, {}), (0, 0x1004, {0x1004: HHT})):
        answer = outside.AssociationResponse(source=HUB, destination=HHT, pan=1, sequence=2, short=short, status=status)
        read = _outside(answer, reader)
        assert (read.what, read.fields) == ("association", {"device": str(HHT), "accepted": status == 0})
        assert ear.addresses == known


def test_the_network_key_is_seen_to_pass_and_not_read() -> None:
    frame = admit(HAN_KEYS.network_key, CODE.link_key, device=HHT, device_short=0x1004, hub=HUB, pan=1)
    read = HanReader(REDACTOR, HanEar(HAN_KEYS, {})).read(frame)
    assert (read.what, dict(read.fields), read.secret) == ("network-key", {}, False)


def test_frames_of_the_network_before_are_still_read_once_another_hub_has_let_a_device_in() -> None:
    new_hub, key = Eui.parse("00-DB-12-34-56-78-90-B2"), Secret(bytes(range(16, 32)))
    ear = HanEar(HAN_KEYS, {short: eui for eui, short in SHORT.items()})
    reader = HanReader(REDACTOR, ear)
    hashed = Secret(mmo.hash_of(HAN_KEYS.device_keys[PPMID]))
    reader.read(admit(key, hashed, device=PPMID, device_short=SHORT[PPMID], hub=new_hub, pan=1))
    asked = zcl.general_frame(zcl.ReadAttributes((0,)), zcl.Direction.TO_SERVER, 1).encode()
    new = HanKeys(key, new_hub, device_keys={PPMID: hashed})
    for hub, sender, keys in ((new_hub, PPMID, new), (HUB, ESME, HAN_KEYS), (new_hub, PPMID, new)):
        radio = Radio(eui=sender, short=SHORT[sender])
        (frame,), _ = build_frames(radio, hub, SHORT[HUB], metering.CLUSTER, asked, keys)
        read = reader.read(frame)
        assert (read.what, read.sealed_by) == ("figures-asked", str(sender))
    assert ear.learned == {"join 1": hashed, "network 2": key}


def test_a_device_whose_own_key_was_lost_is_heard_again_under_the_key_by_which_it_came_in() -> None:
    joined, given = Secret(mmo.hash_of(HAN_KEYS.device_keys[PPMID])), Secret(bytes(range(16, 32)))
    ear = HanEar(HAN_KEYS, {short: eui for eui, short in SHORT.items()})
    reader, keys = HanReader(REDACTOR, ear), HanKeys(HAN_KEYS.network_key, HUB, device_keys={PPMID: joined})
    radios = {eui: Radio(eui=eui, short=SHORT[eui]) for eui in (HUB, PPMID)}

    def said(sender: Eui, command: ApsCommand, key_id: KeyId | None) -> str:
        to = PPMID if sender == HUB else HUB
        frame, radios[sender] = build_command(radios[sender], to, SHORT[to], command, keys, key_id)
        return reader.read(frame).what

    for _ in range(2):  # the second time since the hub has not heard the proof
        read = reader.read(admit(keys.network_key, joined, device=PPMID, device_short=SHORT[PPMID], hub=HUB, pan=1))
        assert (read.what, read.fields) == ("network-key", {"device": str(PPMID)})
        assert said(PPMID, RequestKey(), KeyId.LINK) == "request-key"
        assert said(HUB, TransportTrustCentreKey(given, PPMID, HUB), KeyId.KEY_LOAD) == "transport-trust-centre-key"
        assert said(PPMID, VerifyKey(PPMID, bytes(16)), None) == "verify-key"


def test_a_top_up_in_a_tunnel_without_seals_is_secret() -> None:
    transfer = tunneling.frame(tunneling.TransferData(1, COMMAND.encode()), zcl.Direction.TO_CLIENT, 1).encode()
    nwk = NwkHeader(destination=0, source=2, sequence=1, secured=False).encode()
    aps = ApsHeader(cluster=tunneling.CLUSTER, counter=1, secured=False).encode()
    frame = MacFrame(sequence=1, pan=1, destination=0, source=2, payload=nwk + aps + transfer).encode()
    read = HanReader(REDACTOR, HanEar(HAN_KEYS, {})).read(frame)
    assert (read.what, read.secret) == ("tunnel", True)
