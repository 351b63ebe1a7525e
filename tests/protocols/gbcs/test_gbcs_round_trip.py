"""Every RTDS message read and made again to the same octets, with keys where they are published; damage on the way."""

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import crypto, gbz
from ppmid_protocols.gbcs.explain import explain, explain_text
from ppmid_protocols.gbcs.message import Cra, Message, decode
from ppmid_protocols.gbcs.payload import DerPayload, GbzPayload, Payload, read_payload
from ppmid_protocols.gbcs.use_cases import describe
from ppmid_protocols.gbcs.verify import mac_parties
from ppmid_protocols.smki import Usage

ESME, SUPPLIER = Eui.parse("00-DB-12-34-56-78-90-A0"), Eui.parse("90-B3-D5-1F-30-01-00-00")
LARGE = 60_000
SECONDS = 4  # far above what the slowest of these needs, far below what quadratic cost would


def encode(payload: Payload) -> bytes:
    match payload:
        case GbzPayload((), alert) if alert is not None:
            return alert.encode()
        case GbzPayload(components, None):
            return gbz.encode(components)
        case GbzPayload(components, alert):
            return replace(alert, extra=gbz.encode(components)[3:]).encode()
        case DerPayload(_, element):
            return element.encode()
        case apdu:
            return apdu.encode()


def test_every_rtds_message_is_made_again(rtds):
    for sample in rtds.values():
        message = sample.message
        assert message.encode() == sample.octets
        assert encode(read_payload(message)) == message.payload, sample.name


def test_every_mac_is_made_again(rtds, ring):
    made = 0
    for sample in rtds.values():
        message = sample.message
        if message.mac is None:
            continue
        one, other = mac_parties(message, ring)
        for owner, peer in ((one, other), (other, one)):
            private = ring.private_key(owner, Usage.KEY_AGREEMENT)
            public = ring.public_key(peer, Usage.KEY_AGREEMENT)
            if private is not None and public is not None:
                assert crypto.with_mac(replace(message, mac=None), private, public).encode() == sample.octets
                made += 1
                break
    assert made == 439


def test_every_command_can_be_signed_again(rtds, ring):
    """RTDS signatures are not deterministic: one made again differs, holds, and changes nothing else."""
    made = 0
    for sample in rtds.values():
        message = sample.message
        private = ring.private_key(message.originator, Usage.DIGITAL_SIGNATURE)
        if not message.signature or private is None:
            continue
        again = crypto.sign(message, private)
        crypto.verify_signature(again, private.public_key())
        assert again == crypto.sign(again, private)
        assert again.grouping()[:-64] == message.grouping()[:-64]
        made += 1
    assert made > 80


def test_truncated_and_lengthened_payloads_are_refused_by_type(rtds):
    for sample in rtds.values():
        message = sample.message
        if message.payload.startswith(gbz.PROFILE) and message.cra is Cra.ALERT:
            continue  # it may add anything to its code and time
        cut = [message.payload[:length] for length in range(0, min(len(message.payload), 150), 3)]
        for payload in (*cut, message.payload + b"\0"):
            with pytest.raises(ProtocolError):
                read_payload(replace(message, payload=payload))


def message_of(code: int, payload: bytes, cra: Cra = Cra.RESPONSE) -> Message:
    return Message(cra=cra, counter=1000, originator=ESME, target=SUPPLIER, message_code=code, payload=payload)


RESPONSE = bytes.fromhex("da200003e80000")
BOMBS = {
    "nulls": (0x0069, RESPONSE + b"\x01\x01\x82" + LARGE.to_bytes(2, "big") + bytes(LARGE) + b"\x01\x01\x00"),
    "count": (0x0069, RESPONSE + b"\x01\x01\x82\xff\xff" + bytes(9)),
    "depth": (0x0069, RESPONSE + b"\x01" + b"\x02\x01" * (LARGE // 2)),
    "compact": (0x0069, RESPONSE + b"\x01\x13" + b"\x01\xff\xff" * 15 + b"\x11\x82\xea\x60" + bytes(LARGE)),
    "answers": (0x0069, RESPONSE + b"\x82\xff\xff" + bytes(LARGE)),
    "elements": (0x0008, b"\x30\x82" + (LARGE).to_bytes(2, "big") + b"\x30\x00" * (LARGE // 2)),
    "components": (0x008D, bytes.fromhex("0109ff") + bytes.fromhex("000702000308000b") * (LARGE // 8)),
    "attributes": (0x008D, bytes.fromhex("01090101070200ff") * 1 + bytes(3 + 252)),
    "records": (0x008D, bytes.fromhex("010901010702ea60080001") + bytes.fromhex("000086") * 19999),
}


@pytest.mark.parametrize("name", BOMBS)
def test_absurd_payloads_cost_no_more_than_their_octets(name):
    code, payload = BOMBS[name]
    message = decode(message_of(code, payload).encode())
    began = time.process_time()
    lines = explain_text(message)
    assert time.process_time() - began < SECONDS
    assert len(lines) > 10


codes = st.sampled_from((0x0007, 0x0069, 0x0008, 0x0012, 0x0075, 0x0097, 0x00B2, 0x1001))
components = st.binary(max_size=60).map(lambda octets: bytes.fromhex("010901010705") + octets)


@given(codes, st.sampled_from(Cra), st.binary(max_size=80) | components)
def test_any_payload_is_explained_octet_by_octet(code, cra, payload):
    """Whatever it is, each octet of the message is in one element, and they come in order."""
    message = message_of(code, payload, cra)
    told = explain(message, show_secrets=True)
    assert (
        "".join(octets_of([*told["header"], *told["payload"]["elements"], *told["ending"]])) == message.encode().hex()
    )
    assert describe(code) in explain_text(message)[0]


def octets_of(elements):
    for one in elements:
        if "elements" in one:
            yield from octets_of(one["elements"])
        else:
            yield one.get("octets", "")
