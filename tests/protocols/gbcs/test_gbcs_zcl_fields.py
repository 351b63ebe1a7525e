"""Fields of ZCL commands: read and made again, with whatever does not fit kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppmid_protocols.errors import Malformed
from ppmid_protocols.gbcs.names import tables
from ppmid_protocols.gbcs.names.notation import read_items
from ppmid_protocols.gbcs.names.zcl_fields import LIST, REST, Field, encode_fields, read_fields
from ppmid_protocols.gbcs.names.zcl_general import general_fields
from ppmid_protocols.gbcs.payload import GbzPayload, read_payload
from ppmid_protocols.gbcs.verify import examine

COMMANDS = sorted(tables._commands())


def test_a_consumer_top_up_response():
    command = tables.zcl_command(0x0705, 0x09, 0x03)
    fields = read_fields(command.fields, bytes.fromhex("00d012130001c0d4a90a"))
    assert [(one.name, one.type, one.value) for one in fields] == [
        ("result", "e8", 0),
        ("value", "i32", 1_250_000),
        ("source", "e8", 1),
        ("credit remaining", "i32", 178_902_208),
    ]


def test_counted_lists_end_where_their_number_says():
    items = read_items("number:u8(count), inner [:u8], nibbles:u8(nibbles), blocks [:u16], rest [{a:u8, b:u8}]")
    fields = read_fields(items, bytes.fromhex("02aabb 12 0100 0200 0102 03"))
    values = {one.name: one.value for one in fields if one.type == LIST}
    assert [element[0].value for element in values["inner"]] == [0xAA, 0xBB]
    assert [element[0].value for element in values["blocks"]] == [1, 2]
    assert [[one.value for one in element] for element in values["rest"]] == [[1, 2]]
    assert fields[-1] == Field("further octets", REST, b"\x03")


@pytest.mark.parametrize("body", ["", "00", "000102", "00d012130001c0d4a90a0011"])
def test_octets_that_do_not_fit_are_kept(body):
    command = tables.zcl_command(0x0705, 0x09, 0x03)
    assert encode_fields(read_fields(command.fields, bytes.fromhex(body))).hex() == body


def test_a_number_that_does_not_fit_is_refused():
    with pytest.raises(Malformed, match="level: expected a number of the type u8, found 256"):
        encode_fields([Field("level", "u8", 256)])


def test_every_rtds_body_is_made_again_from_its_fields(rtds, ring):
    unread = set()
    for sample in rtds.values():
        message = sample.message
        payload = read_payload(message)
        if not isinstance(payload, GbzPayload):
            continue
        plain = iter(part.plain for part in examine(message, ring).sealed)
        for one in payload.components:
            body = next(plain) if one.encrypted else one.body
            if one.frame_control & 1:
                fields = read_fields(tables.zcl_command(one.cluster, one.frame_control, one.command).fields, body)
            else:
                fields = general_fields(one.cluster, one.frame_control, one.command, body)
            assert encode_fields(fields) == body
            if any(field.type == REST for field in fields):
                unread.add(sample.name)
    assert unread == set()


@given(st.sampled_from(COMMANDS), st.binary(max_size=80))
def test_any_body_is_made_again_from_its_fields(command, body):
    fields = tables._commands()[command].fields
    assert encode_fields(read_fields(fields, body)) == body


@given(st.sampled_from((0x00, 0x01, 0x0B, 0x55)), st.binary(max_size=60))
def test_any_general_body_is_made_again_from_its_fields(command, body):
    assert encode_fields(general_fields(0x0705, 0x08, command, body)) == body


def test_a_huge_count_costs_no_more_than_the_octets():
    items = read_items("number:u16(count), samples [:u24]")
    (number, samples) = read_fields(items, b"\xff\xff" + b"\x01\x02\x03")
    assert number.value == 0xFFFF
    assert len(samples.value) == 1
