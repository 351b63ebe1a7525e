"""A-XDR data and DLMS APDUs: golden octets, RTDS 4.5.0, bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppmid_protocols.errors import Malformed, ProtocolError, Unsupported
from ppmid_protocols.gbcs import axdr, dlms
from ppmid_protocols.gbcs.axdr import Bits, CompactArray, Group, Null, Number, Octets, Shape, decode_data, encode_data
from ppmid_protocols.gbcs.dlms import (
    AccessRequest,
    AccessResponse,
    AccessResult,
    Choice,
    DataNotification,
    Specification,
)


@pytest.mark.parametrize(
    ("octets", "data"),
    [
        ("00", Null()),
        ("0301", Number(axdr.BOOLEAN, 1)),
        ("03ff", Number(axdr.BOOLEAN, 0xFF)),
        ("0f80", Number(axdr.INTEGER, -128)),
        ("108000", Number(axdr.LONG, -32768)),
        ("0580000000", Number(axdr.DOUBLE_LONG, -(2**31))),
        ("05fffffe0c", Number(axdr.DOUBLE_LONG, -500)),
        ("0680000000", Number(axdr.DOUBLE_LONG_UNSIGNED, 2**31)),
        ("14ffffffffffffffff", Number(axdr.LONG64, -1)),
        ("15ffffffffffffffff", Number(axdr.LONG64_UNSIGNED, 2**64 - 1)),
        ("1180", Number(axdr.UNSIGNED, 128)),
        ("128000", Number(axdr.LONG_UNSIGNED, 32768)),
        ("1602", Number(axdr.ENUM, 2)),
        ("0900", Octets(axdr.OCTET_STRING, b"")),
        ("098180" + "41" * 128, Octets(axdr.OCTET_STRING, b"A" * 128)),
        ("0a03474249", Octets(axdr.VISIBLE_STRING, b"GBI")),
        ("1b0c1e0000", Octets(axdr.TIME, bytes.fromhex("0c1e0000"))),
        ("0403e0", Bits(3, b"\xe0")),
        ("0409ff80", Bits(9, b"\xff\x80")),
        ("020212003301010f00", axdr.structure(Number(axdr.LONG_UNSIGNED, 51), axdr.array(Number(axdr.INTEGER, 0)))),
        (
            "13" + "02020611" + "0a" + "0000000105" + "0000000206",
            CompactArray(
                Shape(axdr.STRUCTURE, (Shape(axdr.DOUBLE_LONG_UNSIGNED), Shape(axdr.UNSIGNED))),
                (
                    axdr.structure(Number(axdr.DOUBLE_LONG_UNSIGNED, 1), Number(axdr.UNSIGNED, 5)),
                    axdr.structure(Number(axdr.DOUBLE_LONG_UNSIGNED, 2), Number(axdr.UNSIGNED, 6)),
                ),
            ),
        ),
        (
            "13" + "01000211" + "04" + "01020304",
            CompactArray(
                Shape(axdr.ARRAY, (Shape(axdr.UNSIGNED),), 2),
                (
                    axdr.array(Number(axdr.UNSIGNED, 1), Number(axdr.UNSIGNED, 2)),
                    axdr.array(Number(axdr.UNSIGNED, 3), Number(axdr.UNSIGNED, 4)),
                ),
            ),
        ),
    ],
)
def test_golden_octets(octets, data):
    assert decode_data(bytes.fromhex(octets)) == data
    assert encode_data(data).hex() == octets


def test_bits_are_read_from_the_highest():
    assert list(Bits(3, b"\xc0")) == [True, True, False]


@pytest.mark.parametrize(
    ("octets", "field"),
    [
        ("", "DLMS data"),
        ("0500", "double-long"),
        ("0902ff", "octet-string"),
        ("09810100", "octet-string"),
        ("0209ff", "array or structure"),
        ("0000", "DLMS data"),
        ("55", "DLMS data"),
        ("0409ff", "bit-string"),
        ("1300020000", "type description"),
        ("13020000", "type description"),
        ("130100001100", "type description"),
        ("13" + "01ffff0f" + "020102", "compact-array"),
        ("13" + "131100", "type description"),
        ("0101" * 17 + "00", "DLMS data"),
    ],
)
def test_malformed_data(octets, field):
    with pytest.raises(Malformed) as problem:
        decode_data(bytes.fromhex(octets))
    assert problem.value.field == field


def test_floats_are_unsupported():
    with pytest.raises(Unsupported, match="float32"):
        decode_data(bytes.fromhex("1700000000"))


@pytest.mark.parametrize(("tag", "value"), [(axdr.INTEGER, 128), (axdr.ENUM, -1), (axdr.DOUBLE_LONG, 2**31)])
def test_numbers_outside_their_type_are_refused(tag, value):
    with pytest.raises(Malformed, match=f"found {value}"):
        Number(tag, value)


def test_every_rtds_payload_encodes_to_itself(rtds):
    payloads = [sample.message.payload for sample in rtds.values() if sample.facts["payload"] == "DLMS"]
    assert len(payloads) == 443
    for payload in payloads:
        assert dlms.decode(payload).encode() == payload


def test_access_request_of_a_top_up():
    octets = bytes.fromhex("d92000000000010300730000132800ff01010914") + b"73946144332040217315"
    request = dlms.decode(octets)
    assert request == AccessRequest(
        0x20000000,
        (Specification(Choice.ACTION, 115, bytes.fromhex("0000132800ff"), 1),),
        (Octets(axdr.OCTET_STRING, b"73946144332040217315"),),
    )
    assert str(request.specifications[0]) == "action 115/0-0:19.40.0.255/1"


def test_access_response_and_notification():
    response = dlms.decode(bytes.fromhex("da200003e8000001050003d090010100"))
    assert response == AccessResponse(0x200003E8, (Number(axdr.DOUBLE_LONG, 250000),), (AccessResult(Choice.GET, 0),))
    alert = bytes.fromhex("0f2000000100020212810e090c") + bytes(12)
    assert dlms.decode(alert) == DataNotification(
        0x20000001, axdr.structure(Number(axdr.LONG_UNSIGNED, 0x810E), axdr.octet_string(bytes(12)))
    )


def test_access_with_selection(rtds):
    payload = rtds["ECS20a_4.4.4_SUCCESS_COMMAND"].message.payload
    (specification,) = dlms.decode(payload).specifications
    assert (specification.choice, specification.class_id, specification.selector) == (Choice.GET_WITH_SELECTION, 7, 1)
    with pytest.raises(Malformed, match="access selection"):
        Specification(Choice.GET, 7, bytes(6), 2, 1, Null())


@pytest.mark.parametrize(
    ("octets", "field"),
    [
        ("", "DLMS APDU"),
        ("c0", "DLMS APDU"),
        ("d92000", "long-invoke-id"),
        ("d92000000000010500730000132800ff010100", "access choice"),
        ("d92000000000010300730000132800ff0100", "access data"),
        ("d92000000000010300730000132800ff01010000", "DLMS APDU"),
        ("da20000000000100", "access request specification"),
        ("da200000000000010000", "access results"),
        ("da20000000000001000103", "access results"),
    ],
)
def test_malformed_apdus(octets, field):
    with pytest.raises(Malformed) as problem:
        dlms.decode(bytes.fromhex(octets))
    assert problem.value.field == field


def test_invoke_id_is_the_low_24_bits_of_the_counter():
    assert dlms.invoke_id(0x300000000) == 0x20000000
    assert dlms.invoke_id(0x1234567890) == 0x20567890


numbers = st.sampled_from(sorted(axdr.NUMBERS)).flatmap(
    lambda tag: st.binary(min_size=axdr.NUMBERS[tag][1], max_size=axdr.NUMBERS[tag][1]).map(
        lambda octets: Number(tag, int.from_bytes(octets, "big", signed=axdr.NUMBERS[tag][2]))
    )
)
strings = st.sampled_from((axdr.OCTET_STRING, axdr.VISIBLE_STRING, axdr.UTF8_STRING)).flatmap(
    lambda tag: st.binary(max_size=200).map(lambda value: Octets(tag, value))
)
bits = st.binary(max_size=20).map(lambda octets: Bits(8 * len(octets), octets))
values = st.recursive(
    st.one_of(st.just(Null()), numbers, strings, bits),
    lambda inner: st.builds(
        Group, st.sampled_from((axdr.ARRAY, axdr.STRUCTURE)), st.lists(inner, max_size=5).map(tuple)
    ),
    max_leaves=20,
)


@given(values)
def test_what_is_encoded_decodes_to_itself(data):
    assert decode_data(encode_data(data)) == data


@given(st.binary(max_size=60).map(lambda octets: b"\x02\x02\x13\x02\x02" + octets) | st.binary(max_size=60))
def test_any_octets_are_read_exactly_or_refused(octets):
    try:
        data = decode_data(octets)
    except ProtocolError:
        return
    assert encode_data(data) == octets
