"""Good octets of every kind, from which mutation starts. Made by this project's own encoders; the same each time."""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ppmid_protocols import local_interface, smki
from ppmid_protocols.captures import pcapng as captures
from ppmid_protocols.duis import bodies, documents, signature
from ppmid_protocols.duis.request_id import RequestId, response_id
from ppmid_protocols.duis.response_code import ResponseCode
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import axdr, crypto, dlms, gbt, gbz, prepayment
from ppmid_protocols.gbcs.message import Cra, Message
from ppmid_protocols.gbcs.prepayment import esme, gsme
from ppmid_protocols.gbcs.use_cases import USE_CASES
from ppmid_protocols.local_interface import apdu, cobs, messages, stick
from ppmid_protocols.local_interface.greeting import Greeting
from ppmid_protocols.secret import Secret
from ppmid_protocols.utrn import Utrn, ValueClass, make
from ppmid_protocols.zigbee import metering, tunneling, zcl
from ppmid_protocols.zigbee import prepayment as prepayment_cluster
from ppmid_protocols.zigbee.gb_hrgp import Get, GetResponse, Put
from ppmid_protocols.zigbee.han import HanKeys, Radio, build_frames
from ppmid_protocols.zigbee.prepayment import TopUpResult
from ppmid_protocols.zigbee.sniffer import LabelledKey
from ppmid_protocols.zigbee.values import Typed, ZclType
from ppmid_protocols.zigbee.zcl import Direction

SUPPLIER, ESME, GSME, HUB, PPMID = map(
    Eui.parse, ("90b3d51f30010000", "00db1234567890a0", "00db1234567890a1", "00db1234567890a2", "00db1234567890a4")
)
COUNTER = 3 << 32
UTRN = "73946144332040217315"
MESSAGE_CODES = tuple(USE_CASES)
SENDER, HOME = b"user", "home 1"
SIGNER = smki.derive_ed25519(b"fuzz", "sender")
PRIVATE = smki.derive_private_key(b"fuzz", "supplier")
PUBLIC = PRIVATE.public_key()
ADDRESSES = {0: HUB, 1: ESME, 2: PPMID}
HAN_KEYS = HanKeys(Secret(bytes(16)), HUB, {PPMID: Secret(bytes(range(16)))}, {(ESME, PPMID): Secret(b"\x07" * 16)})
LABELLED_KEYS = (LabelledKey(HAN_KEYS.network_key, "network"), LabelledKey(HAN_KEYS.device_keys[PPMID], "PPMID"))
RADIO = Radio(eui=PPMID, short=2)

_MADE = datetime(2026, 1, 1, tzinfo=UTC)
_DATE_TIME = bytes.fromhex("07df0101ff000000008000ff")
_REQUEST_ID = RequestId(SUPPLIER, ESME, COUNTER)


def message(code: int, payload: bytes, *, cra: Cra = Cra.COMMAND, counter: int = COUNTER, **other: Any) -> Message:
    """A message between Supplier and meter."""
    ends = (SUPPLIER, ESME) if cra is Cra.COMMAND else (ESME, SUPPLIER)
    return Message(
        cra=cra,
        counter=counter,
        originator=ends[0],
        target=ends[1],
        message_code=code,
        payload=payload,
        **other,
    )


@cache
def certificates() -> Mapping[int, x509.Certificate]:
    """An organisation's and a device's certificate, by serial number."""
    issuer = smki.mint_issuer("Z1", smki.derive_private_key(b"fuzz", "issuer"), not_before=_MADE)
    usage = smki.Usage.DIGITAL_SIGNATURE
    made = (
        smki.mint_organisation(SUPPLIER, smki.Role.XML_SIGN, usage, PUBLIC, issuer, not_before=_MADE),
        smki.mint_device(ESME, usage, PUBLIC, issuer, not_before=_MADE),
    )
    return {one.serial_number: one for one in made}


def certificate() -> tuple[bytes, ...]:
    """Certificates as DER and PEM, and a public point."""
    forms = tuple(one.public_bytes(form) for one in certificates().values() for form in (Encoding.DER, Encoding.PEM))
    numbers = PUBLIC.public_numbers()
    return (*forms, b"\x04" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big"))


@cache
def _messages() -> tuple[Message, ...]:
    mac = bytes(12)
    top_up = prepayment.top_up_command("esme", COUNTER, Secret(UTRN.encode()))
    balance = esme.response(prepayment.requests.ECS82, COUNTER, value=-500)
    gas_code, gas_top_up = prepayment.top_up_command("gsme", COUNTER, Secret(UTRN.encode()))
    alert = dlms.DataNotification(
        dlms.invoke_id(9), axdr.structure(axdr.Number(axdr.LONG_UNSIGNED, 0x8F3D), axdr.octet_string(_DATE_TIME))
    )
    party: dict[str, Any] = {"supplementary_party": SUPPLIER, "supplementary_party_counter": 5}
    key_agreement = next(iter(certificates().values())).public_bytes(Encoding.DER)
    return (
        message(*top_up, mac=mac),
        message(*top_up, pre_command=True),
        message(*top_up),
        crypto.sign(message(*prepayment.command("esme", COUNTER, prepayment.EnableSupply())), PRIVATE),
        message(*balance, cra=Cra.RESPONSE, date_time=_DATE_TIME, mac=mac),
        message(*balance, cra=Cra.RESPONSE, mac=mac, supplementary_originator_counter=7, **party),
        message(gas_code, gas_top_up, mac=mac, supplementary_certificate=key_agreement, **party),
        message(*gsme.top_up_response(gas_code, TopUpResult.ACCEPTED, 1_250_000, -4), cra=Cra.RESPONSE, mac=mac),
        message(
            *gsme.read_response(prepayment.requests.GCS60, {"credit_mode_balance": 1, "balance": -1}),
            cra=Cra.RESPONSE,
            mac=mac,
            supplementary_party=SUPPLIER,
        ),
        message(0x1000, alert.encode(), cra=Cra.ALERT, counter=9, signature=bytes(64)),
        message(0x1001, gbz.Alert(0x810E, 0, 0, b"").encode(), cra=Cra.ALERT, mac=mac),
        message(0x0102, bytes.fromhex("30820003 020105"), mac=mac),
    )


def gbcs() -> tuple[bytes, ...]:
    """Messages in every form of header, and the blocks of one."""
    blocks = gbt.cut(_messages()[0], gbt.BlockRules(block_octets=40))
    return (*(one.encode() for one in _messages()), *(block.encode() for block in blocks))


def payloads() -> tuple[bytes, ...]:
    """Payloads, bare and behind the octet that chooses a Message Code; and a value of every DLMS type."""
    bare = [one.payload for one in _messages()]
    led = [bytes((MESSAGE_CODES.index(one.message_code) % 256,)) + one.payload for one in _messages()]
    numbers = axdr.structure(*(axdr.Number(tag, 1) for tag in axdr.NUMBERS))
    texts = axdr.array(*(axdr.Octets(tag, bytes(octets or 3)) for tag, (_, octets) in axdr.STRINGS.items()))
    compact = bytes.fromhex("130202061101000211020400000001050102")
    component = gbz.Component(
        cluster=0x0702,
        frame_control=9,
        sequence=0,
        command=6,
        body=crypto.seal(b"plain", bytes(16), ESME),
        from_date_time=1,
        frame_counter=0,
    )
    sealed = dlms.response(COUNTER, (dlms.Choice.GET, 0, axdr.octet_string(crypto.seal(b"\x0f\x01", bytes(16), ESME))))
    return (
        *bare,
        *led,
        axdr.encode_data(numbers),
        axdr.encode_data(texts),
        compact,
        gbz.encode((component, component)),
        sealed.encode(),
    )


def local() -> tuple[bytes, ...]:
    """Each message of the local command interface, bare, sealed, and sealed in the framing of each avenue."""
    request = b"\x01\x02"
    plain: tuple[local_interface.Message, ...] = (
        local_interface.Capabilities(request, "1.0", True, (local_interface.Meter(ESME, local_interface.Fuel(0)),)),
        local_interface.SubmitCommand(request, ESME, _messages()[0].encode()),
        local_interface.CommandResponse(request, _messages()[4].encode()),
        local_interface.SubmitUtrn(request, ESME, Secret(UTRN.encode())),
        local_interface.UtrnResult(request, local_interface.UtrnOutcome.ACCEPTED, 1_000_000, 0, "ok"),
        local_interface.Alert(request, None, 0x810E, "credit added"),
        local_interface.Status(request, local_interface.State.REFUSED, local_interface.Reason.OTHER, ""),
    )
    bare = tuple(messages.encode(one) for one in plain)
    sealed = tuple(
        local_interface.seal(one, key=SIGNER, sender=SENDER, home=HOME, ppmid=PPMID, replay=number)
        for number, one in enumerate(plain, 1)
    )
    files = (stick.write_file(stick.Direction.TO_PPMID, sealed), stick.write_file(stick.Direction.FROM_PPMID, sealed))
    begin = apdu.message_id(sealed[0]) + len(sealed[0]).to_bytes(2, "big") + bytes(PPMID)
    apdus = (
        apdu.Command(apdu.Class.OWN, apdu.Instruction.BEGIN, 0, begin, 2),
        apdu.Command(apdu.Class.OWN_MORE, apdu.Instruction.BLOCK, 0, sealed[0][:240]),
        apdu.Command(apdu.Class.OWN, apdu.Instruction.FETCH, 0, b"", 240),
    )
    framed = (*map(local_interface.frame, sealed), *map(cobs.frame, sealed))
    greeting = Greeting(PPMID, "bench-1").encode()
    blocks = b"\x12abcdef\x03ghijkl\xb2\xa3\xc2"
    return (*bare, *sealed, *framed, *files, *(one.encode() for one in apdus), greeting, blocks)


@cache
def _zcl() -> tuple[bytes, ...]:
    server, client = Direction.TO_SERVER, Direction.TO_CLIENT
    records = tuple(
        zcl.AttributeRead(number, 0, Typed(kind, None)) for number, kind in enumerate((ZclType.INT32, ZclType.UINT8))
    )
    said = (
        tunneling.frame(tunneling.RequestTunnel(), server, 1),
        tunneling.frame(tunneling.RequestTunnelResponse(7), client, 1),
        tunneling.frame(tunneling.TransferData(7, _messages()[0].encode()), server, 2),
        tunneling.frame(tunneling.TransferDataError(7, 2), client, 3),
        prepayment_cluster.frame(prepayment_cluster.ConsumerTopUp(Secret(UTRN.encode())), 4),
        prepayment_cluster.frame(prepayment_cluster.ConsumerTopUpResponse(0x10, 1_000_000, 2, -5), 4),
        prepayment_cluster.frame(prepayment_cluster.SelectAvailableEmergencyCredit(), 5),
        metering.frame(metering.LocalChangeSupply(metering.SupplyStatus.ON), 6),
        zcl.general_frame(zcl.ReadAttributes((0, 1, 0x10)), server, 7),
        zcl.general_frame(zcl.ReadAttributesResponse(records), client, 7),
        zcl.general_frame(zcl.ReportAttributes(((1, Typed(ZclType.CHARACTER_STRING, "text")),)), client, 8),
        zcl.general_frame(zcl.DefaultResponse(4, 0x81), client, 9),
    )
    return tuple(one.encode() for one in said)


def zigbee() -> tuple[bytes, ...]:
    """ZCL frames, the secured MAC frames of some, what stands on a gas meter's tunnel, APS commands, bare headers."""
    secured = tuple(
        frame for one in _zcl()[:6] for frame in build_frames(RADIO, HUB, 0, tunneling.CLUSTER, one, HAN_KEYS)[0]
    )
    exchanges = tuple(one.encode() for one in (Get(), GetResponse(1, b"\xdf"), Put(b"\xdf")))
    commands = tuple(bytes((number,)) + bytes(34) for number in (5, 6, 8, 9, 14, 15, 16))
    headers = (bytes.fromhex("48000000 02001e01") + bytes(20), bytes.fromhex("e001040709010102010203"))
    return (*_zcl(), *secured, *exchanges, *commands, *headers)


def duis() -> tuple[bytes, ...]:
    """Requests and Responses of several services, unsigned and signed, with GBCS messages inside."""
    octets = _messages()[0].encode()
    requests: tuple[bodies.RequestBody, ...] = (
        bodies.TopUpDevice(Utrn.parse(UTRN)),
        bodies.ReadMeterBalance(execution_date_time=1_700_000_000 * 10**9),
        bodies.SignedPreCommand(octets),
        bodies.ReturnLocalCommandResponse(_REQUEST_ID, octets),
    )
    answers: tuple[bodies.ResponseBody | None, ...] = (
        None,
        bodies.GbcsPayload(octets),
        bodies.PreCommand("4.5", octets),
        bodies.LocalCommand(octets),
    )
    alerts: tuple[bodies.ResponseBody, ...] = (
        bodies.DeviceAlert(0x8F3D, octets, throttled_count=3),
        bodies.DccAlert("N7", bodies.CommandFailure(_REQUEST_ID, ESME)),
    )
    srvs = ("2.2", "4.18", "7.1", "8.13")
    number, back = ResponseCode("I0"), response_id(_REQUEST_ID)
    whole: list[documents.Request | documents.Response] = [
        *(documents.Request(_REQUEST_ID, 1, srv, body) for srv, body in zip(srvs, requests, strict=True)),
        *(documents.Response(_REQUEST_ID, back, number, 0, body, "2.2") for body in answers),
        *(documents.Response(None, back, number, 0, body, None) for body in alerts),
    ]
    plain = [documents.to_xml(one) for one in whole]
    serial = next(iter(certificates()))
    return (*plain, *(signature.sign(one, PRIVATE, "CN=Z1,OU=07", serial) for one in plain[:2]))


def inputs() -> tuple[bytes, ...]:
    """A message as octets, hex digits and base64, and in a document and captures of several links."""
    octets = _messages()[0].encode()
    sink = bytearray()
    writer = captures.Writer(sink)
    link = writer.add_link(captures.Link("han", captures.LinkType.IEEE802_15_4_WITH_FCS))
    for number, frame in enumerate(zigbee()[len(_zcl()) : len(_zcl()) + 12]):
        writer.write(link, number, frame)
    hexadecimal = (octets.hex(), octets.hex(" "), "0x" + octets.hex(":"))
    texts = (*(text.encode() for text in hexadecimal), base64.b64encode(octets))
    return (octets, *texts, duis()[2], duis()[5], pcapng()[0], bytes(sink))


def pcapng() -> tuple[bytes, ...]:
    """A capture of three links with comments, and a pcap file of each byte order."""
    sink = bytearray()
    writer = captures.Writer(sink)
    for kind in (captures.LinkType.GBCS, captures.LinkType.IEEE802_15_4_WITH_FCS, captures.LinkType.DUIS):
        link = writer.add_link(captures.Link(kind.name, kind, "a link"))
        writer.write(link, 1_700_000_000 * 10**9 + link, _messages()[0].encode(), "a comment", "another")
    records = bytes.fromhex("00000001 00000002 00000005 00000005 6162636465")
    little = bytes.fromhex("01000000 02000000 05000000 05000000 6162636465")
    return (
        bytes(sink),
        bytes.fromhex("a1b2c3d4 0002 0004 00000000 00000000 00040000 000000c3") + records,
        bytes.fromhex("4d3cb2a1 0200 0400 00000000 00000000 00000400 c3000000") + little,
    )


def utrn() -> tuple[bytes, ...]:
    """UTRNs of both value classes and of the ends of the ranges."""
    ends = ((1, 0, ValueClass.PENCE), (2**32 - 1, 8191, ValueClass.POUNDS), (512, 10, ValueClass.POUNDS))
    made = (make(SUPPLIER, ESME, counter << 32, value, kind, PRIVATE, PUBLIC) for counter, value, kind in ends)
    return (UTRN.encode(), *(one.digits for one in made))
