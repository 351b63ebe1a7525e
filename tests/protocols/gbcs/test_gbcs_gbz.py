"""GBZ payloads: golden octets, RTDS 4.5.0, damage."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppmid_protocols.errors import Malformed, ProtocolError
from ppmid_protocols.gbcs import gbz
from ppmid_protocols.gbcs.gbz import Alert, Component

TWO_READS = bytes.fromhex("0109020007020005000000000a01070500050001000100")  # GCS60 of RTDS 4.5.0


def test_components_of_two_reads():
    components = gbz.decode(TWO_READS)
    assert components == (
        Component(cluster=0x0702, frame_control=0, sequence=0, command=0, body=b"\x00\x0a"),
        Component(cluster=0x0705, frame_control=0, sequence=1, command=0, body=b"\x01\x00"),
    )
    assert gbz.encode(components) == TWO_READS


def test_every_rtds_payload_encodes_to_itself(rtds):
    samples = [sample for sample in rtds.values() if sample.facts["payload"] == "GBZ"]
    assert len(samples) == 207
    for sample in samples:
        payload = sample.message.payload
        if sample.facts["kind"] == "ALERT":
            assert gbz.decode_alert(payload).encode() == payload
        else:
            assert gbz.encode(gbz.decode(payload)) == payload


def test_an_encrypted_component_with_a_from_date_time():
    octets = bytes.fromhex("010901" + "13" + "0702" + "001d" + "1c374a80" + "0000" + "190006" + "0012" + "3100000000")
    octets += bytes(13)
    (component,) = gbz.decode(octets)
    assert component == Component(
        cluster=0x0702,
        frame_control=0x19,
        sequence=0,
        command=6,
        body=bytes.fromhex("3100000000") + bytes(13),
        from_date_time=0x1C374A80,
        frame_counter=0,
    )
    assert component.encrypted
    assert gbz.encode((component,)) == octets


def test_an_alert():
    octets = bytes.fromhex("010900810e1c374a80")  # GNCA of RTDS 4.5.0
    assert gbz.decode_alert(octets) == Alert(0x810E, 473385600)
    assert gbz.decode_alert(octets + b"\x05").extra == b"\x05"


@pytest.mark.parametrize(
    ("octets", "field", "offset"),
    [
        ("0104", "profile", 0),
        ("0109", "component count", 2),
        ("010900", "component count", 2),
        ("01090101", "component header", 3),
        ("010901010705000508000b00", "component", 8),
        ("010901000705000508000b0000", "component control", 3),
        ("010901050705000508000b0000", "component control", 3),
        ("0109010107050002" + "0800", "ZCL header", 8),
        ("0109011107050003" + "080000", "From-Date-Time", 8),
        ("0109010307050007" + "01000800000000", "additional header control", 8),
        ("0109010307050007" + "00000800000001", "sealed length", 13),
        ("010901010705000508000b000000", "GBZ payload", 13),
        ("010902" + "010705000508000b0000" * 2, "component control", 3),
    ],
)
def test_damage_is_named_with_its_place(octets, field, offset):
    with pytest.raises(Malformed) as problem:
        gbz.decode(bytes.fromhex(octets))
    assert (problem.value.field, problem.value.offset) == (field, offset)


@given(
    st.lists(
        st.builds(
            Component,
            cluster=st.integers(0, 0xFFFF),
            frame_control=st.integers(0, 255),
            sequence=st.integers(0, 255),
            command=st.integers(0, 255),
            body=st.binary(max_size=40),
            from_date_time=st.none() | st.integers(0, 2**32 - 1),
            frame_counter=st.none() | st.integers(0, 255),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_what_is_encoded_decodes_to_itself(components):
    assert gbz.decode(gbz.encode(tuple(components))) == tuple(components)


@given(st.integers(0, len(TWO_READS) - 1), st.integers(0, 255))
def test_damaged_octets_are_read_exactly_or_refused(at, octet):
    damaged = TWO_READS[:at] + bytes((octet,)) + TWO_READS[at + 1 :]
    try:
        components = gbz.decode(damaged)
    except ProtocolError:
        return
    assert gbz.encode(components) == damaged
