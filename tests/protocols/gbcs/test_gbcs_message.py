"""Message layout against RTDS 4.5.0, and every way in which octets can depart from it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppmid_protocols.errors import Malformed, ProtocolError, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import Cra, Message, decode

SUPPLIER, ESME = Eui.parse("90b3d51f30010000"), Eui.parse("00db1234567890a0")

# The Command CS01a of RTDS 4.5.0, success case: header, 40 octets of payload, no signature, MAC.
CS01A = bytes.fromhex(
    "dd0000000000005c1100000000df090100000003000000000890b3d51f300100000800db1234567890a0"
    "0002000728d920000000000103007300001328" + "00ff01010914"
    "3733393436313434333332303430323137333135" + "00" + "00" * 12
)
GROUPING = 13  # offset of DF in CS01A


def plain(**changes: object) -> Message:
    fields: dict[str, object] = {
        "cra": Cra.COMMAND,
        "counter": 1,
        "originator": SUPPLIER,
        "target": ESME,
        "message_code": 7,
        "payload": b"\xd9",
    }
    return Message(**(fields | changes))  # type: ignore[arg-type]


def test_every_rtds_message_decodes_to_its_facts_and_encodes_to_itself(rtds):
    assert len(rtds) == 741
    for sample in rtds.values():
        message, facts = sample.message, sample.facts
        assert message.encode() == sample.octets
        assert f"0x{message.message_code:04X}" == facts["message_code"]
        assert (message.originator.hex(), message.target.hex()) == (facts["originator"], facts["recipient"])
        assert f"{message.counter:016x}" == facts["counter"].lower()
        assert (message.mac is not None, len(message.signature)) == (facts["mac_header"], facts["signature_len"] or 0)
        assert message.date_time.hex() == facts["datetime"].lower()
        assert (message.supplementary_party or b"").hex() == (facts["supp_remote_party"] or "")
        assert message.pre_command == (facts["kind"] == "PRECOMMAND")


def test_fields_of_a_top_up_command():
    message = decode(CS01A)
    assert message.cra is Cra.COMMAND
    assert message.counter == 0x300000000
    assert (message.originator, message.target, message.message_code) == (SUPPLIER, ESME, 7)
    assert message.payload[-20:] == b"73946144332040217315"
    assert (message.signature, message.mac) == (b"", bytes(12))


def test_both_forms_of_a_pre_command_keep_their_octets():
    rtds_form = plain(pre_command=True).encode()
    duis_form = plain().encode()
    assert duis_form == rtds_form + b"\0"
    assert decode(rtds_form).pre_command
    assert not decode(duis_form).pre_command
    assert [decode(form).encode() for form in (rtds_form, duis_form)] == [rtds_form, duis_form]


@pytest.mark.parametrize("octets", [0x7F, 0x80, 0xFF, 0x100, 0x1234])
def test_lengths_take_their_shortest_form(octets):
    message = plain(payload=bytes(octets), mac=bytes(12))
    assert decode(message.encode()) == message
    form = {1: b"", 2: b"\x81", 3: b"\x82"}[1 + (octets > 0x7F) + (octets > 0xFF)]
    length = form + octets.to_bytes(max(len(form) and 1 + (octets > 0xFF), 1), "big")
    assert length + bytes(octets) in message.signed_part()


@pytest.mark.parametrize(
    ("at", "found", "replacement", "problem"),
    [
        (1, "00", "01", "MAC header at offset 1: expected DD and six octets 00, found DD010000000000"),
        (6, "00", "05", "MAC header at offset 6: expected DD and six octets 00, found DD000000000005"),
        (7, "5c", "5b", "ciphered-service length at offset 7: expected 92, found 91"),
        (7, "5c", "5d", "ciphered-service length at offset 7: expected 92, found 93"),
        (
            7,
            "5c",
            "815c",
            "ciphered-service length at offset 7: expected the shortest form of the length 92, found 815C",
        ),
        (
            7,
            "5c",
            "82005c",
            "ciphered-service length at offset 7: expected the shortest form of the length 92, found 82005C",
        ),
        (7, "5c", "83", "ciphered-service length at offset 7: expected a length octet below 80, or 81 or 82, found 83"),
        (8, "11", "31", "security header at offset 8: expected 1100000000, found 3100000000"),
        (GROUPING, "df", "de", "grouping header at offset 13: expected DF, found DE"),
        (GROUPING + 1, "09", "08", "transaction-id at offset 14: expected the length 09, found 08"),
        (GROUPING + 2, "01", "04", "CRA flag at offset 15: expected 01, 02 or 03, found 04"),
        (GROUPING + 2, "01", "00", "CRA flag at offset 15: expected 01, 02 or 03, found 00"),
        (GROUPING + 11, "08", "07", "originator at offset 24: expected the length 08, found 07"),
        (GROUPING + 20, "08", "09", "target at offset 33: expected the length 08, found 09"),
        (GROUPING + 29, "00", "0b", "date-time at offset 42: expected the length 00 or 0C, found 0B"),
        (GROUPING + 30, "02", "03", "other-information at offset 44: expected 2, 10, 18, 26 or more octets, found 3"),
        (
            GROUPING + 30,
            "02",
            "80",
            "other-information at offset 43: expected a length octet below 80, or 81 or 82, found 80",
        ),
        (GROUPING + 30, "02", "7f", "other-information at offset 44: expected 127 octets, found 44"),
        (GROUPING + 33, "28", "27", "signature at offset 86: expected the length 00 or 40, found 35"),
        (GROUPING + 33, "28", "7f", "payload at offset 47: expected 127 octets, found 41"),
        (GROUPING + 33, "28", "8128", "payload at offset 46: expected the shortest form of the length 40, found 8128"),
        (GROUPING + 74, "00", "40", "signature at offset 88: expected 64 octets to the end of the message, found 0"),
        (GROUPING + 74, "00", "3f", "signature at offset 87: expected the length 00 or 40, found 3F"),
    ],
)
def test_damage_is_named_with_its_place(at, found, replacement, problem):
    found, replacement = bytes.fromhex(found), bytes.fromhex(replacement)
    assert CS01A[at : at + len(found)] == found
    damaged = bytearray(CS01A[:at] + replacement + CS01A[at + len(found) :])
    if at > 7:
        damaged[7] += len(damaged) - len(CS01A)
    with pytest.raises(Malformed, match=f"^{re.escape(problem)}$"):
        decode(bytes(damaged))


HEADER = CS01A[GROUPING : GROUPING + 29]  # up to the length of the date-time, not included
SUPPLEMENTED = "001b 0007 00db1234567890a0 0000000000000001"  # date-time none; party and counter, 9 octets to follow


@pytest.mark.parametrize(
    ("octets", "problem"),
    [
        (b"", "grouping header at offset 0: expected DF, found nothing"),
        (CS01A[:1], "MAC header at offset 1: expected DD and six octets 00, found DD"),
        (CS01A[:6], "MAC header at offset 6: expected DD and six octets 00, found DD0000000000"),
        (HEADER, "grouping header at offset 0: expected at least 30 octets, found 29"),
        (
            bytes.fromhex("DD000000000000111100000000") + bytes(12),
            "grouping header at offset 13: expected DF, found the MAC at once",
        ),
        (HEADER + b"\0", "other-information at offset 30: expected a length, found the end of the data"),
        (HEADER + b"\x0c" + bytes(11), "date-time at offset 30: expected 12 octets, found 11"),
        (HEADER + bytes.fromhex("0002"), "other-information at offset 31: expected 2 octets, found 0"),
        (HEADER + bytes.fromhex("00020007 02d9"), "payload at offset 34: expected 2 octets, found 1"),
        (
            HEADER + bytes.fromhex("00020007 01d9 00ff"),
            "signature at offset 36: expected 0 octets to the end of the message, found 1",
        ),
        (
            HEADER + bytes.fromhex(SUPPLEMENTED + "310700000000000000 01d9"),
            "Supplementary certificate at offset 49: expected one DER SEQUENCE longer than 8 octets, found 31070000…",
        ),
        (CS01A[:7] + b"\x10" + CS01A[8:13] + bytes(11), "MAC at offset 13: expected 12 octets, found 11"),
        (
            CS01A[:7] + b"\x12" + CS01A[8:14] + bytes(12),
            "grouping header at offset 13: expected at least 30 octets, found 1",
        ),
    ],
)
def test_what_ends_too_soon_is_named_with_its_place(octets, problem):
    with pytest.raises(Malformed, match=f"^{re.escape(problem)}$"):
        decode(octets)


def test_a_command_and_its_response_share_their_key_and_an_alert_has_its_own():
    command = plain(counter=7)
    response = plain(counter=7, cra=Cra.RESPONSE, originator=ESME, target=SUPPLIER)
    assert command.command_key == response.command_key == (SUPPLIER, ESME, 7)
    assert plain(cra=Cra.ALERT, originator=ESME, target=SUPPLIER).command_key == (ESME, SUPPLIER, 1)


def test_a_message_is_a_value_whose_payload_is_not_printed():
    message = plain(payload=b"73946144332040217315")
    assert len({message, decode(message.encode())}) == 1
    assert "7394" not in repr(message)


@pytest.mark.parametrize(
    "name", ["CS01a_2.2_SUCCESS_COMMAND", "ECS42_7.1_SUCCESS_COMMAND", "ECS42_7.1_SUCCESS_RESPONSE"]
)
def test_every_truncation_is_refused(rtds, name):
    octets = rtds[name].octets
    for length in range(len(octets)):
        with pytest.raises(ProtocolError):
            decode(octets[:length])
    with pytest.raises(Malformed):
        decode(octets + b"\0")


def test_a_mac_must_not_take_the_place_of_the_signature_length():
    without_length = CS01A[:7] + b"\x5b" + CS01A[8:-13] + bytes(12)
    with pytest.raises(Malformed, match="signature at offset 87: expected the length 00 or 40, found the MAC"):
        decode(without_length)


def test_a_response_may_not_end_with_its_payload(rtds):
    octets = rtds["ECS42_7.1_SUCCESS_RESPONSE"].octets[:-65]
    with pytest.raises(
        Malformed, match=f"signature at offset {len(octets)}: expected the length 00 or 40, found the end"
    ):
        decode(octets)


def test_oversize_and_block_transfer_are_refused():
    with pytest.raises(Malformed, match="expected at most 65535 octets, found 65536"):
        decode(CS01A + bytes(65536 - len(CS01A)))
    with pytest.raises(Malformed, match="expected at most 65535"):
        plain(payload=bytes(65535)).encode()
    with pytest.raises(Unsupported, match="general-block-transfer"):
        decode(bytes.fromhex("dd0901"))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"counter": 2**64}, "Originator Counter"),
        ({"counter": -1}, "Originator Counter"),
        ({"message_code": 0x10000}, "Message Code"),
        ({"date_time": bytes(11)}, "date-time"),
        ({"date_time": bytes(13)}, "date-time"),
        ({"signature": bytes(63)}, "signature"),
        ({"signature": bytes(66)}, "signature"),
        ({"mac": bytes(16)}, "MAC"),
        ({"mac": bytes(11)}, "MAC"),
        ({"pre_command": True, "mac": bytes(12)}, "Pre-Command"),
        ({"pre_command": True, "cra": Cra.RESPONSE}, "Pre-Command"),
        ({"supplementary_party_counter": 1}, "other-information"),
        ({"supplementary_originator_counter": 1}, "other-information"),
        ({"supplementary_party": ESME, "supplementary_originator_counter": 1}, "other-information"),
        ({"supplementary_party": ESME, "supplementary_party_counter": 2**64}, "Supplementary Counter"),
        ({"supplementary_party": ESME, "supplementary_party_counter": 1, "supplementary_certificate": b"\x30\x00"},
         "Supplementary certificate"),
    ],
)  # fmt: skip
def test_fields_that_no_octets_could_carry_are_refused(changes, field):
    with pytest.raises(Malformed) as problem:
        plain(**changes)
    assert problem.value.field == field


counters = st.integers(0, 2**64 - 1)
certificates = st.binary(min_size=7, max_size=300).map(
    lambda body: (
        b"\x30" + (bytes((len(body),)) if len(body) < 128 else b"\x82" + len(body).to_bytes(2, "big")) + body
        if not 128 <= len(body) < 256
        else b"\x30\x81" + bytes((len(body),)) + body
    )
)
supplements = st.one_of(
    st.fixed_dictionaries({}),
    st.fixed_dictionaries({"supplementary_party": st.just(ESME)}),
    st.fixed_dictionaries({"supplementary_party": st.just(ESME), "supplementary_party_counter": counters}),
    st.fixed_dictionaries(
        {
            "supplementary_party": st.just(ESME),
            "supplementary_party_counter": counters,
            "supplementary_originator_counter": counters,
        }
    ),
    st.fixed_dictionaries(
        {
            "supplementary_party": st.just(ESME),
            "supplementary_party_counter": counters,
            "supplementary_certificate": certificates,
        }
    ),
)
endings = st.one_of(
    st.just({"pre_command": True}),
    st.fixed_dictionaries(
        {
            "signature": st.sampled_from((b"", bytes(range(64)))),
            "mac": st.sampled_from((None, bytes(range(12)))),
        }
    ),
)


@given(
    counter=counters,
    cra=st.sampled_from(Cra),
    code=st.integers(0, 0xFFFF),
    payload=st.binary(max_size=300),
    date_time=st.sampled_from((b"", bytes(range(12)))),
    supplement=supplements,
    ending=endings,
)
def test_what_is_encoded_decodes_to_itself(counter, cra, code, payload, date_time, supplement, ending):
    header = {"counter": counter, "cra": cra, "message_code": code, "payload": payload, "date_time": date_time}
    if "pre_command" in ending:
        header["cra"] = Cra.COMMAND
    message = plain(**header, **supplement, **ending)
    assert decode(message.encode()) == message


@given(st.data())
def test_whatever_decodes_encodes_to_the_same_octets(data):
    damaged = bytearray(CS01A)
    for _ in range(data.draw(st.integers(1, 3))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    try:
        message = decode(bytes(damaged))
    except ProtocolError:
        return
    assert message.encode() == damaged
