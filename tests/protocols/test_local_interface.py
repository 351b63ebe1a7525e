"""The PPMID local command interface: octets by hand, an independent COSE library, and all that must be refused."""

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import example, given
from hypothesis import strategies as st

from ppmid_protocols import local_interface as lci
from ppmid_protocols.errors import Malformed, NotAuthentic, ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface import messages
from ppmid_protocols.local_interface.sealing import MAX_SEALED
from ppmid_protocols.secret import Secret

ESME = Eui.parse("00db1234567890a0")
GSME = Eui.parse("00db1234567890a1")
PPMID = Eui.parse("00db1234567890a4")
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
KEYS = {b"user": KEY.public_key()}
UTRN = lci.SubmitUtrn(b"\x01", GSME, Secret(b"73950067887105178605"))
EXTERNAL_AAD = b"PPMID local command interface 1"
HEADER = {1: -8, 4: b"user", -65537: 5, -65538: "home 1", -65539: bytes(PPMID)}

PAGE = (Path(__file__).parents[2] / "docs/ppmid-local-command-interface.md").read_text(encoding="utf-8")
HEADING = {lci.State: "state", lci.Reason: "reason", lci.UtrnOutcome: "outcome"}

_request_ids = st.binary(min_size=1, max_size=16)
_euis = st.binary(min_size=8, max_size=8).map(Eui)
_texts = st.text(max_size=64)
_gbcs = st.binary(min_size=1, max_size=100)
_meters = st.lists(st.builds(lci.Meter, _euis, st.sampled_from(lci.Fuel)), max_size=8).map(tuple)
_all_messages = st.one_of(
    st.builds(lci.Capabilities, _request_ids, st.text(min_size=1, max_size=16), st.booleans(), _meters),
    st.builds(lci.SubmitCommand, _request_ids, _euis, _gbcs),
    st.builds(lci.CommandResponse, _request_ids, _gbcs),
    st.builds(lci.SubmitUtrn, _request_ids, _euis, st.from_regex(rb"\A[0-9]{1,20}\Z").map(Secret)),
    st.builds(
        lci.UtrnResult,
        _request_ids,
        st.sampled_from(lci.UtrnOutcome),
        st.none() | st.integers(-(2**31), 2**31 - 1),
        st.none() | st.integers(0, 255),
        _texts,
    ),
    st.builds(lci.Alert, _request_ids, st.none() | _euis, st.none() | st.integers(0, 0xFFFF), _texts),
    st.builds(
        lci.Status,
        _request_ids,
        st.sampled_from([one for one in lci.State if one.name != "REFUSED"]),
        st.none(),
        _texts,
    ),
    st.builds(lci.Status, _request_ids, st.just(lci.State.REFUSED), st.sampled_from(lci.Reason), _texts),
)


def _seal(message: lci.Message = UTRN, **changes: Any) -> bytes:
    arguments: dict[str, Any] = {"key": KEY, "sender": b"user", "home": "home 1", "ppmid": PPMID, "replay": 5} | changes
    return lci.seal(message, **arguments)


def _open(data: bytes, **changes: Any) -> lci.Opened:
    arguments: dict[str, Any] = {"keys": KEYS, "home": "home 1", "ppmid": PPMID} | changes
    return lci.open_sealed(data, **arguments)


def _parts(data: bytes) -> list[Any]:
    return list(cbor2.loads(data).value)


def _signed(protected: bytes, payload: bytes, *, aad: bytes = EXTERNAL_AAD, unprotected: object = None) -> bytes:
    """A COSE_Sign1 with a good signature over whatever it is given."""
    signature = KEY.sign(cbor2.dumps(["Signature1", protected, aad, payload], canonical=True))
    return cbor2.dumps(cbor2.CBORTag(18, [protected, unprotected or {}, payload, signature]), canonical=True)


def _with_payload(*items: object) -> bytes:
    return _signed(_parts(_seal())[0], cbor2.dumps(list(items), canonical=True))


def test_the_octets_of_a_sealed_utrn() -> None:
    protected = bytes.fromhex(
        "a5"  # a map of five
        "01 27"  # algorithm: EdDSA
        "04 44 75736572"  # key id: user
        "3a00010000 05"  # -65537, replay number
        "3a00010001 66 686f6d652031"  # -65538, home 1
        "3a00010002 48 00db1234567890a4"  # -65539, PPMID
    )
    payload = bytes.fromhex("84 04 41 01 48 00db1234567890a1 54") + b"73950067887105178605"
    to_be_signed = bytes.fromhex("84 6a") + b"Signature1" + _bstr(protected) + _bstr(EXTERNAL_AAD) + _bstr(payload)
    signature = KEY.sign(to_be_signed)
    expected = bytes.fromhex("d2 84") + _bstr(protected) + b"\xa0" + _bstr(payload) + _bstr(signature)
    assert _seal() == expected
    assert _open(expected) == lci.Opened(UTRN, b"user", 5)


def _bstr(octets: bytes) -> bytes:
    assert 24 <= len(octets) < 256
    return bytes([0x58, len(octets)]) + octets


@given(_all_messages, st.integers(1, 2**64 - 1), st.binary(min_size=1, max_size=32))
def test_every_message_comes_back_and_its_octets_are_the_only_ones(
    message: lci.Message, replay: int, sender: bytes
) -> None:
    data = _seal(message, replay=replay, sender=sender)
    assert data == _seal(message, replay=replay, sender=sender)
    assert _open(data, keys={sender: KEY.public_key()}) == lci.Opened(message, sender, replay)


def test_a_utrn_is_not_shown_by_the_messages_that_carry_it() -> None:
    assert "7395" not in repr(_open(_seal()))
    with pytest.raises(Malformed) as caught:
        _seal(replace(UTRN, utrn=Secret(b"7395006788710517860x")))
    assert "7395" not in str(caught.value)


def test_an_independent_cose_library_agrees_octet_for_octet() -> None:
    pycose = pytest.importorskip("pycose.messages", reason="pycose is not installed: no independent COSE library")
    keys_of = pytest.importorskip("pycose.keys")
    protected, _, payload, signature = _parts(_seal())
    # Its decoder of whole messages expects an older CBOR library, so it is given the parts.
    theirs = pycose.Sign1Message.from_cose_obj([protected, {}, payload, signature], True)
    theirs.external_aad = EXTERNAL_AAD
    theirs.key = keys_of.OKPKey(crv="ED25519", x=KEY.public_key().public_bytes_raw(), d=KEY.private_bytes_raw())
    assert theirs.verify_signature()
    theirs.external_aad = b"another use"
    assert not theirs.verify_signature()
    again = pycose.Sign1Message(phdr=HEADER, payload=payload, external_aad=EXTERNAL_AAD, key=theirs.key)
    assert again.encode() == _seal()


def test_the_published_page_agrees_with_the_code() -> None:
    (example_octets,) = re.findall(r"```hex\n(.*?)```", PAGE, re.DOTALL)
    assert bytes.fromhex(example_octets) == _seal()
    for kind, heading in HEADING.items():
        (table,) = re.findall(rf"\| {heading} \| name .*?\n\n", PAGE, re.DOTALL)
        assert re.findall(r"^\| (\d+) \| ([A-Z_]+) \|", table, re.MULTILINE) == [(str(int(m)), m.name) for m in kind]


def test_any_flipped_bit_is_refused() -> None:
    data = _seal()
    for place in range(len(data)):
        for bit in range(8):
            flipped = data[:place] + bytes([data[place] ^ 1 << bit]) + data[place + 1 :]
            with pytest.raises(ProtocolError):
                _open(flipped)


def test_a_flipped_bit_of_the_payload_is_a_wrong_signature() -> None:
    data = _seal()
    place = data.index(b"7395")
    with pytest.raises(NotAuthentic, match="signature: it does not hold"):
        _open(data[:place] + b"8" + data[place + 1 :])


@pytest.mark.parametrize(
    ("sealed", "opened", "reason"),
    [
        ({"key": OTHER_KEY}, {}, "signature: it does not hold"),
        ({"sender": b"nobody"}, {}, "signature: no key is known"),
        ({}, {"home": "home 2"}, "binding: expected the home home 2, found home 1"),
        ({}, {"ppmid": ESME}, "binding: expected the PPMID 00-DB-12-34-56-78-90-A0"),
    ],
)
def test_who_where_and_for_whom_are_checked(sealed: dict[str, Any], opened: dict[str, Any], reason: str) -> None:
    with pytest.raises(NotAuthentic, match=reason):
        _open(_seal(**sealed), **opened)


def test_a_signature_for_another_use_of_the_key_does_not_hold() -> None:
    protected, _, payload, _ = _parts(_seal())
    assert _open(_signed(protected, payload)).message == UTRN
    with pytest.raises(NotAuthentic, match="signature"):
        _open(_signed(protected, payload, aad=b""))


def test_a_forged_binding_is_a_wrong_signature_first() -> None:
    data = _seal(home="home 2").replace(b"home 2", b"home 1")
    with pytest.raises(NotAuthentic, match="signature"):
        _open(data)


@pytest.mark.parametrize(
    ("items", "field"),
    [
        ((), "message"),
        ((8, b"\x01"), "message"),
        ((True, b"\x01", "1.0", True, []), "message"),
        (("SubmitUtrn", b"\x01"), "message"),
        ((4, b"\x01", bytes(GSME)), "SubmitUtrn"),
        ((4, b"\x01", bytes(GSME), b"1", None), "SubmitUtrn"),
        ((4, b"", bytes(GSME), b"1"), "SubmitUtrn.request_id"),
        ((4, bytes(17), bytes(GSME), b"1"), "SubmitUtrn.request_id"),
        ((4, 1, bytes(GSME), b"1"), "SubmitUtrn.request_id"),
        ((4, b"\x01", bytes(7), b"1"), "SubmitUtrn.meter"),
        ((4, b"\x01", bytes(GSME), b"12 3"), "SubmitUtrn.utrn"),
        ((4, b"\x01", bytes(GSME), "1"), "SubmitUtrn.utrn"),
        ((4, b"\x01", bytes(GSME), b"1" * 21), "SubmitUtrn.utrn"),
        ((2, b"\x01", bytes(ESME), b""), "SubmitCommand.command"),
        ((3, b"\x01", bytes(messages.MAX_GBCS + 1)), "CommandResponse.response"),
        ((1, b"\x01", "", True, []), "Capabilities.firmware"),
        ((1, b"\x01", "1.0", 1, []), "Capabilities.can_relay"),
        ((1, b"\x01", "1.0", True, {}), "Capabilities.meters"),
        ((1, b"\x01", "1.0", True, [[bytes(GSME), 1]] * 9), "Capabilities.meters"),
        ((1, b"\x01", "1.0", True, [[bytes(GSME), 1], [bytes(GSME), 2]]), "Capabilities.meters[1].fuel"),
        ((1, b"\x01", "1.0", True, [[bytes(GSME)]]), "Capabilities.meters[0]"),
        ((5, b"\x01", 3, None, None, ""), "UtrnResult.outcome"),
        ((5, b"\x01", True, None, None, ""), "UtrnResult.outcome"),
        ((5, b"\x01", 0, 2**31, None, ""), "UtrnResult.value"),
        ((5, b"\x01", 0, 1.5, None, ""), "UtrnResult.value"),
        ((5, b"\x01", 0, True, None, ""), "UtrnResult.value"),
        ((5, b"\x01", 0, None, 256, ""), "UtrnResult.meter_result"),
        ((6, b"\x01", None, 0x10000, ""), "Alert.code"),
        ((6, b"\x01", None, None, "é" * 129), "Alert.text"),
        ((7, b"\x01", 2, None, ""), "Status.reason"),
        ((7, b"\x01", 1, 3, ""), "Status.reason"),
        ((7, b"\x01", 2, 99, ""), "Status.reason"),
    ],
)
def test_a_wrong_message_under_a_good_signature_is_malformed_and_named(items: tuple[object, ...], field: str) -> None:
    with pytest.raises(Malformed) as caught:
        _open(_with_payload(*items))
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("payload", "problem"),
    [
        ("84 04 41 01 48 00db1234567890a1 41 31 00", "nothing after the item, found 1 octets"),
        ("84 04 58 01 01 48 00db1234567890a1 41 31", "deterministic"),  # a length longer than need be
        ("84 18 04 41 01 48 00db1234567890a1 41 31", "deterministic"),  # an integer longer than need be
        ("9f 04 41 01 48 00db1234567890a1 41 31 ff", "deterministic"),  # indefinite length
        ("84 c2 41 04 41 01 48 00db1234567890a1 41 31", "deterministic"),  # 4 as a bignum
        ("84 04 41 01 48 00db1234567890a1 41", "well-formed"),
        ("81" * 20 + "80", "well-formed"),  # nested too deeply
        ("9b 7fffffffffffffff", "well-formed"),  # an array longer than anything
        ("5b 7fffffffffffffff", "well-formed"),
        ("61 ff", "well-formed"),  # no UTF-8
        ("d81c 81 d81d 00", "well-formed"),  # an array that contains itself
    ],
)
def test_only_deterministic_cbor_is_read(payload: str, problem: str) -> None:
    with pytest.raises(Malformed, match=problem):
        _open(_signed(_parts(_seal())[0], bytes.fromhex(payload)))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({1: -7}, "algorithm"),
        ({4: b""}, "key id"),
        ({4: "user"}, "key id"),
        ({-65537: 0}, "replay number"),
        ({-65537: 2**64}, "replay number"),
        ({-65538: ""}, "home id"),
        ({-65539: bytes(9)}, "PPMID"),
        ({2: [1]}, "protected header"),
        ({"1": -8}, "protected header"),
    ],
)
def test_a_wrong_protected_header_is_malformed_and_named(change: dict[Any, object], field: str) -> None:
    payload = _parts(_seal())[2]
    assert _open(_signed(cbor2.dumps(HEADER, canonical=True), payload)).message == UTRN
    with pytest.raises(Malformed) as caught:
        _open(_signed(cbor2.dumps(HEADER | change, canonical=True), payload))
    assert caught.value.field == field


def test_a_header_with_its_keys_out_of_order_is_malformed() -> None:
    out_of_order = cbor2.dumps(dict(reversed(HEADER.items())))
    with pytest.raises(Malformed, match="protected header: expected deterministic"):
        _open(_signed(out_of_order, _parts(_seal())[2]))


def test_a_wrong_envelope_is_malformed() -> None:
    protected, unprotected, payload, signature = _parts(_seal())
    whole = [protected, unprotected, payload, signature]
    envelopes: list[object] = [
        whole,
        cbor2.CBORTag(98, whole),
        cbor2.CBORTag(18, whole[:3]),
        cbor2.CBORTag(18, [protected, {4: b"user"}, payload, signature]),
        cbor2.CBORTag(18, [protected, {}, None, signature]),
        cbor2.CBORTag(18, [protected, {}, payload, signature[:63]]),
        cbor2.CBORTag(18, {}),
    ]
    for envelope in envelopes:
        with pytest.raises(Malformed):
            _open(cbor2.dumps(envelope, canonical=True))


def test_the_largest_message_fits_and_one_octet_too_many_does_not() -> None:
    largest = lci.SubmitCommand(bytes(16), ESME, bytes(messages.MAX_GBCS))
    data = _seal(largest, sender=bytes(32), home="h" * 64, replay=2**64 - 1)
    assert len(data) <= MAX_SEALED
    with pytest.raises(Malformed, match=r"SubmitCommand\.command"):
        _seal(lci.SubmitCommand(b"\x01", ESME, bytes(messages.MAX_GBCS + 1)))
    with pytest.raises(Malformed, match="at most 4096 octets, found 4097"):
        _open(bytes(MAX_SEALED + 1))


@pytest.mark.parametrize(
    "changes",
    [
        {"sender": b""},
        {"sender": bytes(33)},
        {"home": ""},
        {"home": "h" * 65},
        {"home": "\ud800"},
        {"replay": 0},
        {"replay": 2**64},
    ],
)
def test_what_does_not_fit_the_interface_is_not_sealed(changes: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        _seal(**changes)


@given(st.binary(max_size=64))
@example(b"")
@example(bytes.fromhex("d81c81d81d00"))
def test_any_octets_are_read_or_refused_by_name(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        _open(data)
    with pytest.raises(ProtocolError):
        _open(_signed(_parts(_seal())[0], data))


def test_the_replay_guard_takes_only_rising_numbers_from_each_sender() -> None:
    first = lci.Opened(UTRN, b"user", 5)
    guard = lci.ReplayGuard().accept(first)
    for replay in (5, 4, 1):
        with pytest.raises(NotAuthentic, match=f"replay: expected a number above 5, found {replay}"):
            guard.accept(first._replace(replay=replay))
    later = guard.accept(first._replace(sender=b"another", replay=1)).accept(first._replace(replay=9))
    assert later.last == {b"user": 9, b"another": 1}
    assert guard.last == {b"user": 5}


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=5), st.lists(st.integers(0, 200), max_size=8))
def test_frames_come_back_however_the_stream_is_cut(payloads: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(lci.frame(payload) for payload in payloads)
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    deframer = lci.Deframer()
    found = [one for start, end in pairwise(edges) for one in deframer.feed(stream[start:end])]
    deframer.finish()
    assert found == payloads


def test_a_frame_is_a_big_endian_length_and_the_octets() -> None:
    assert lci.frame(b"abc") == b"\0\0\0\x03abc"
    assert lci.Deframer().feed(lci.frame(bytes(4096))) == [bytes(4096)]


@pytest.mark.parametrize("length", [0, 4097, 2**32 - 1])
def test_a_wrong_length_ends_the_stream_after_what_came_before(length: int) -> None:
    stream = lci.frame(b"abc") + length.to_bytes(4, "big")
    at_once = lci.Deframer()
    assert at_once.feed(stream) == [b"abc"]
    piecemeal = lci.Deframer()
    assert piecemeal.feed(stream[:7]) == [b"abc"]
    for deframer in (at_once, piecemeal):
        with pytest.raises(Malformed, match=f"at offset 7: expected 1 to 4096, found {length}"):
            deframer.feed(stream[7:])
        with pytest.raises(Malformed, match="at offset 7"):
            deframer.feed(lci.frame(b"abc"))
        with pytest.raises(Malformed, match="at offset 7"):
            deframer.finish()


def test_a_stream_that_ends_inside_a_frame_is_malformed() -> None:
    deframer = lci.Deframer()
    assert deframer.feed(lci.frame(b"abc") + b"\0\0\0\x02a") == [b"abc"]
    with pytest.raises(Malformed, match="frame at offset 7: the stream ended after 5 octets"):
        deframer.finish()


@pytest.mark.parametrize("data", [b"", bytes(4097)])
def test_no_frame_is_made_that_could_not_be_read(data: bytes) -> None:
    with pytest.raises(Malformed, match="frame length"):
        lci.frame(data)
