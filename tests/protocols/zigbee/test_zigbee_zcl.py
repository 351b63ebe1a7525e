"""ZCL frames, typed values and general commands: octets by hand and from the RTDS, round trips, damage."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppmid_protocols.errors import Malformed, ProtocolError, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee.octets import Cursor
from ppmid_protocols.zigbee.values import Typed, ZclType, read_typed
from ppmid_protocols.zigbee.zcl import (
    AttributeRead,
    DefaultResponse,
    Direction,
    General,
    ReadAttributes,
    ReadAttributesResponse,
    ReportAttributes,
    Scope,
    Status,
    ZclFrame,
    ZclHeader,
    answer_read,
    decode_frame,
    general_frame,
    read_general,
)

A4 = Eui.parse("00db1234567890a4")


def unsigned(octets: int) -> st.SearchStrategy[int]:
    """All but the pattern for no value."""
    return st.integers(0, 256**octets - 2)


def signed(octets: int) -> st.SearchStrategy[int]:
    return st.integers(1 - 256**octets // 2, 256**octets // 2 - 1)


PLAIN = {
    ZclType.BITMAP8: st.integers(0, 0xFF),
    ZclType.BITMAP16: st.integers(0, 0xFFFF),
    ZclType.BITMAP32: st.integers(0, 0xFFFFFFFF),
}
WITH_NONE: dict[ZclType, st.SearchStrategy[int | bool | bytes | str | Eui]] = {
    ZclType.BOOLEAN: st.booleans(),
    ZclType.UINT8: unsigned(1),
    ZclType.UINT16: unsigned(2),
    ZclType.UINT24: unsigned(3),
    ZclType.UINT32: unsigned(4),
    ZclType.UINT48: unsigned(6),
    ZclType.INT8: signed(1),
    ZclType.INT16: signed(2),
    ZclType.INT24: signed(3),
    ZclType.INT32: signed(4),
    ZclType.ENUM8: unsigned(1),
    ZclType.ENUM16: unsigned(2),
    ZclType.OCTET_STRING: st.binary(max_size=254),
    ZclType.CHARACTER_STRING: st.text(max_size=60),
    ZclType.UTC_TIME: unsigned(4),
    ZclType.EUI64: st.binary(min_size=8, max_size=8).filter(lambda octets: octets != b"\xff" * 8).map(Eui),
}
typed = st.one_of(
    *(st.builds(Typed, st.just(kind), values) for kind, values in PLAIN.items()),
    *(st.builds(Typed, st.just(kind), values | st.none()) for kind, values in WITH_NONE.items()),
)
u8, u16 = st.integers(0, 0xFF), st.integers(0, 0xFFFF)
frames = st.builds(
    ZclFrame,
    st.builds(
        ZclHeader,
        scope=st.sampled_from(Scope),
        direction=st.sampled_from(Direction),
        command=u8,
        sequence=u8,
        disable_default_response=st.booleans(),
        manufacturer=st.none() | u16,
    ),
    st.binary(max_size=60),
)
records = st.builds(AttributeRead, u16, st.just(0), typed) | st.builds(
    AttributeRead, u16, st.integers(1, 255), st.none()
)
generals = st.one_of(
    st.builds(ReadAttributes, st.lists(u16, max_size=6).map(tuple)),
    st.builds(ReadAttributesResponse, st.lists(records, max_size=4).map(tuple)),
    st.builds(ReportAttributes, st.lists(st.tuples(u16, typed), max_size=4).map(tuple)),
    st.builds(DefaultResponse, u8, u8),
)


def test_every_type_is_tried() -> None:
    assert PLAIN.keys() | WITH_NONE.keys() == set(ZclType)


@pytest.mark.parametrize(
    ("value", "octets"),
    [
        (Typed(ZclType.BOOLEAN, True), "10 01"),
        (Typed(ZclType.BITMAP16, 0x0C97), "19 970c"),
        (Typed(ZclType.BITMAP8, 0xFF), "18 ff"),
        (Typed(ZclType.UINT24, 0x010203), "22 030201"),
        (Typed(ZclType.UINT48, 4_525_000), "25 c80b45000000"),
        (Typed(ZclType.INT32, -500_000), "2b e05ef8ff"),
        (Typed(ZclType.INT8, -128 + 1), "28 81"),
        (Typed(ZclType.INT24, -2), "2a feffff"),
        (Typed(ZclType.OCTET_STRING, b"7394"), "41 04 37333934"),
        (Typed(ZclType.CHARACTER_STRING, "£5"), "42 03 c2a335"),
        (Typed(ZclType.EUI64, A4), "f0 a49078563412db00"),
        (Typed(ZclType.UINT32, None), "23 ffffffff"),
        (Typed(ZclType.INT16, None), "29 0080"),
        (Typed(ZclType.OCTET_STRING, None), "41 ff"),
        (Typed(ZclType.EUI64, None), "f0 ffffffffffffffff"),
    ],
)
def test_values_by_hand(value: Typed, octets: str) -> None:
    assert value.encode() == bytes.fromhex(octets)
    assert read_typed(Cursor(bytes.fromhex(octets))) == value


@given(typed)
def test_values_round_trip_and_no_truncation_passes(value: Typed) -> None:
    octets = value.encode()
    cursor = Cursor(octets)
    assert read_typed(cursor) == value
    assert not cursor.more
    for size in range(len(octets)):
        with pytest.raises(Malformed):
            read_typed(Cursor(octets[:size]))


@pytest.mark.parametrize(
    "value",
    [
        Typed(ZclType.UINT8, 256),
        Typed(ZclType.UINT8, 255),
        Typed(ZclType.INT8, -128),
        Typed(ZclType.UINT8, -1),
        Typed(ZclType.UINT8, "5"),
        Typed(ZclType.UINT8, True),
        Typed(ZclType.BOOLEAN, 1),
        Typed(ZclType.BITMAP8, None),
        Typed(ZclType.EUI64, b"12345678"),
        Typed(ZclType.EUI64, Eui(b"\xff" * 8)),
        Typed(ZclType.OCTET_STRING, bytes(255)),
    ],
)
def test_values_that_do_not_fit_are_refused(value: Typed) -> None:
    with pytest.raises(Malformed):
        value.encode()


@pytest.mark.parametrize(("octets", "field"), [("10 02", "BOOLEAN"), ("42 02 c328", "CHARACTER_STRING")])
def test_octets_that_are_no_value_are_refused(octets: str, field: str) -> None:
    with pytest.raises(Malformed) as error:
        read_typed(Cursor(bytes.fromhex(octets)))
    assert error.value.field == field


def test_a_type_that_is_not_known_is_named() -> None:
    with pytest.raises(Unsupported, match="0x39 at offset 2"):
        read_typed(Cursor(bytes.fromhex("0000 39 00000000"), 2))


def test_headers_by_hand() -> None:
    header = ZclHeader(scope=Scope.CLUSTER, direction=Direction.TO_SERVER, command=4, sequence=7)
    assert header.encode() == bytes.fromhex("11 07 04")
    header = ZclHeader(
        scope=Scope.GENERAL,
        direction=Direction.TO_CLIENT,
        command=1,
        sequence=7,
        disable_default_response=False,
        manufacturer=0x1234,
    )
    assert header.encode() == bytes.fromhex("0c 3412 07 01")


@given(frames)
def test_frames_round_trip(frame: ZclFrame) -> None:
    octets = frame.encode()
    assert decode_frame(octets) == frame
    for size in range(len(octets) - len(frame.payload)):
        with pytest.raises(Malformed):
            decode_frame(octets[:size])


@pytest.mark.parametrize("control", ["02", "03", "20", "81"])
def test_reserved_bits_are_refused(control: str) -> None:
    with pytest.raises(Malformed, match="reserved"):
        decode_frame(bytes.fromhex(control) + b"\0\0")


@given(generals, st.sampled_from(Direction), u8)
def test_general_commands_round_trip(command: General, direction: Direction, sequence: int) -> None:
    frame = general_frame(command, direction, sequence)
    assert read_general(decode_frame(frame.encode())) == command


@given(st.sampled_from((0x00, 0x01, 0x0A, 0x0B)), st.binary(max_size=40))
def test_any_payload_reads_to_itself_or_is_refused(command: int, payload: bytes) -> None:
    header = ZclHeader(scope=Scope.GENERAL, direction=Direction.TO_SERVER, command=command, sequence=0)
    try:
        read = read_general(ZclFrame(header, payload))
    except ProtocolError:
        return
    assert read.encode() == payload


def test_a_value_stands_exactly_on_success() -> None:
    for record in (AttributeRead(1, Status.SUCCESS), AttributeRead(1, 0x86, Typed(ZclType.UINT8, 1))):
        with pytest.raises(Malformed, match="exactly on success"):
            record.encode()


def test_other_commands_are_named() -> None:
    for scope, command, words in ((Scope.GENERAL, 0x02, "general command 0x02"), (Scope.CLUSTER, 0, "cluster command")):
        header = ZclHeader(scope=scope, direction=Direction.TO_SERVER, command=command, sequence=0)
        with pytest.raises(Unsupported, match=words):
            read_general(ZclFrame(header, b""))


def test_the_frame_s_text_keeps_its_payload() -> None:
    frame = decode_frame(bytes.fromhex("110704 02 14") + b"73946144332040217315")
    assert "7394" not in repr(frame)
    assert "payload" not in repr(frame)


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("GCS33_7.4_SUCCESS_COMMAND", ReadAttributes((0x0205, 0x0014))),
        (
            "GCS33_7.4_SUCCESS_RESPONSE",
            ReadAttributesResponse(
                (
                    AttributeRead(0x0205, 0, Typed(ZclType.UINT16, 100)),
                    AttributeRead(0x0014, 0, Typed(ZclType.ENUM8, 2)),
                )
            ),
        ),
        (
            "GCS33_7.4_ERROR_RESPONSE",
            ReadAttributesResponse((AttributeRead(0x0205, 0, Typed(ZclType.UINT16, 100)), AttributeRead(0x0014, 0xC0))),
        ),
        ("PCS02_NA_SUCCESS_RESPONSE", DefaultResponse(0, Status.SUCCESS)),
    ],
)
def test_general_commands_of_the_rtds(rtds: Mapping[str, bytes], name: str, command: General) -> None:
    message = rtds[name]
    start = message.index(bytes.fromhex("0109010107")) + 6
    size = int.from_bytes(message[start : start + 2], "big")
    octets = message[start + 2 : start + 2 + size]
    frame = decode_frame(octets)
    assert read_general(frame) == command
    assert frame.encode() == octets
    assert command.encode() == frame.payload


def test_an_answer_to_a_reading_by_hand_and_a_new_value_is_told_at_once() -> None:
    asked = general_frame(ReadAttributes((1, 0x0705)), Direction.TO_SERVER, 7)
    for value, octets in ((-5, "fbffffff"), (1, "01000000"), (-5, "fbffffff"), (None, "00000080")):
        values = {1: Typed(ZclType.INT32, value), 2: Typed(ZclType.UINT8, 3)}
        assert answer_read(asked, values).encode() == bytes.fromhex(f"18 07 01 0100 00 2b {octets} 0507 86")
    with pytest.raises(Malformed, match="INT32"):
        answer_read(asked, {1: Typed(ZclType.INT32, 1 << 31)})
    with pytest.raises(Unsupported):
        answer_read(general_frame(ReadAttributes((1,)), Direction.TO_CLIENT, 7), {})


def test_a_frame_shows_nobody_what_it_carries() -> None:
    frame = general_frame(
        ReportAttributes(((1, Typed(ZclType.OCTET_STRING, b"73941234567890123456")),)), Direction(1), 7
    )
    assert "7394" not in repr(frame)
    assert "7394" not in str(frame)
