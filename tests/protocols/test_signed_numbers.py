"""A field case with its whole kind: numbers whose sign, or whose pattern for no value, is lost on the way."""

from collections.abc import Iterator

import pytest

from ppmid_protocols.errors import Malformed
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import axdr, dlms
from ppmid_protocols.gbcs.message import Cra, Message
from ppmid_protocols.gbcs.prepayment import esme, gsme, outcome_of
from ppmid_protocols.gbcs.prepayment.requests import CS01B, ECS82, GCS60
from ppmid_protocols.zigbee import prepayment, zcl
from ppmid_protocols.zigbee.octets import Cursor
from ppmid_protocols.zigbee.prepayment import TopUpResult
from ppmid_protocols.zigbee.values import Typed, ZclType, read_typed

SUPPLIER, ESME = Eui.parse("90b3d51f30010000"), Eui.parse("00db1234567890a0")

EDGES = [  # A-XDR: tag, octets, value, at the ends of each width and one to either side of zero
    ("0f", "80", -128), ("0f", "ff", -1), ("0f", "00", 0), ("0f", "7f", 127),
    ("10", "8000", -32768), ("10", "ffff", -1), ("10", "0001", 1), ("10", "7fff", 32767),
    ("05", "80000000", -2147483648), ("05", "fffffe0c", -500), ("05", "ffffffff", -1), ("05", "7fffffff", 2147483647),
    ("14", "8000000000000000", -9223372036854775808), ("14", "ffffffffffffffff", -1),
    ("14", "7fffffffffffffff", 9223372036854775807),
    ("11", "80", 128), ("11", "ff", 255), ("12", "8000", 32768), ("12", "ffff", 65535),
    ("06", "80000000", 2147483648), ("06", "ffffffff", 4294967295),
    ("15", "8000000000000000", 9223372036854775808), ("15", "ffffffffffffffff", 18446744073709551615),
    ("16", "ff", 255), ("0d", "99", 0x99),
]  # fmt: skip


@pytest.mark.parametrize(("tag", "octets", "value"), EDGES)
def test_dlms_numbers_are_exact_at_every_width(tag, octets, value):
    """Alone, within a structure, and within a compact array, where they stand without their tags."""
    number = axdr.Number(int(tag, 16), value)
    assert axdr.decode_data(bytes.fromhex(tag + octets)) == number
    assert axdr.encode_data(number).hex() == tag + octets
    within = axdr.decode_data(bytes.fromhex("0201" + tag + octets))
    assert within == axdr.structure(number)
    compact = axdr.decode_data(bytes.fromhex(f"13{tag}{len(octets) // 2:02x}{octets}"))
    assert compact.items == (number,)


def test_every_numeric_type_of_dlms_is_among_the_edges():
    assert {int(tag, 16) for tag, *_ in EDGES} == set(axdr.NUMBERS) - {axdr.BOOLEAN}


@pytest.mark.parametrize("tag", sorted(axdr.NUMBERS))
def test_dlms_numbers_beyond_their_width_are_not_made(tag):
    _, octets, signed = axdr.NUMBERS[tag]
    lowest, highest = (-(1 << 8 * octets - 1), (1 << 8 * octets - 1) - 1) if signed else (0, (1 << 8 * octets) - 1)
    for value in (lowest, highest):
        assert axdr.decode_data(axdr.encode_data(axdr.Number(tag, value))).value == value
    for value in (lowest - 1, highest + 1):
        with pytest.raises(Malformed):
            axdr.Number(tag, value)


@pytest.mark.parametrize(
    ("kind", "octets", "value"),
    [
        (ZclType.INT8, "81", -127), (ZclType.INT8, "ff", -1), (ZclType.INT8, "80", None),
        (ZclType.INT16, "0180", -32767), (ZclType.INT16, "0cfe", -500), (ZclType.INT16, "0080", None),
        (ZclType.INT24, "ffffff", -1), (ZclType.INT24, "000080", None),
        (ZclType.INT32, "e05ef8ff", -500_000), (ZclType.INT32, "ffffffff", -1), (ZclType.INT32, "00000080", None),
        (ZclType.UINT8, "80", 128), (ZclType.UINT8, "ff", None),
        (ZclType.UINT16, "0080", 32768), (ZclType.UINT16, "ffff", None),
        (ZclType.UINT24, "000080", 8388608), (ZclType.UINT24, "ffffff", None),
        (ZclType.UINT32, "feffffff", 4294967294), (ZclType.UINT32, "ffffffff", None),
        (ZclType.UINT48, "000000000080", 2**47), (ZclType.UINT48, "ffffffffffff", None),
    ],
)  # fmt: skip
def test_zcl_numbers_are_exact_at_every_width_and_know_no_value(kind, octets, value):
    """-5.00 pounds is e05ef8ff in millipence, little endian."""
    cursor = Cursor(bytes((kind,)) + bytes.fromhex(octets))
    assert read_typed(cursor) == Typed(kind, value)
    assert Typed(kind, value).encode().hex() == f"{kind:02x}{octets}"
    assert not cursor.more


def response(code: int, payload: bytes) -> Message:
    return Message(cra=Cra.RESPONSE, counter=9, originator=ESME, target=SUPPLIER, message_code=code, payload=payload)


def test_a_rejected_top_up_has_no_value_on_either_way():
    """FFFFFFFF is neither -1 nor 4294967295 millipence: not -0.00001 pounds, and not 42,949.67."""
    body = bytes.fromhex("01 ffffffff 00 ffffffff")
    payload = bytes.fromhex("0109 01 01 0705 000d 09 00 03") + body
    heard = outcome_of(response(CS01B, payload))
    assert (heard.success, heard.values["credited"], heard.values["remaining"]) == (False, None, None)
    assert gsme.top_up_response(CS01B, TopUpResult.INVALID).payload == payload
    on_the_han = prepayment.read(zcl.decode_frame(b"\x19\x05\x03" + body))
    assert (on_the_han.accepted, on_the_han.value, on_the_han.credit_remaining) == (False, None, None)
    for value in (-2, 0, 1, -(2**31), 2**31 - 1):
        octets = value.to_bytes(4, "little", signed=True)
        known = outcome_of(response(CS01B, payload[:-9] + octets + b"\0" + octets))
        assert (known.values["credited"], known.values["remaining"]) == (value, value)


BALANCES = [
    -500_000,
    500_000,
    -1_000,
    0,
    1,
    -1,
    2**31 - 1,
    -(2**31) + 1,
]  # millipence; the first two are -5.00 and 5.00


@pytest.mark.parametrize("balance", BALANCES)
def test_a_balance_keeps_its_sign_at_both_meters(balance):
    electricity = esme.response(ECS82, 9, value=balance)
    gas = gsme.read_response(GCS60, {"credit_mode_balance": 0, "balance": balance})
    assert electricity.payload.endswith(b"\x05" + balance.to_bytes(4, "big", signed=True) + b"\x01\x01\x00")
    assert gas.payload.endswith(b"\x2b" + balance.to_bytes(4, "little", signed=True))
    for content in (electricity, gas):
        assert outcome_of(response(*content)).values["balance"] == balance


def test_the_difference_across_zero_is_what_was_credited():
    def read(*balances: int) -> Iterator[list[int]]:
        yield [outcome_of(response(*esme.response(ECS82, 9, value=one))).values["balance"] for one in balances]
        asked = ({"credit_mode_balance": 0, "balance": one} for one in balances)
        yield [outcome_of(response(*gsme.read_response(GCS60, one))).values["balance"] for one in asked]

    for before, after in read(-500_000, 500_000):
        assert after - before == 1_000_000  # 10.00
    for before, after in read(-1, 0):
        assert after - before == 1


def test_a_balance_that_the_meter_does_not_know_is_no_number():
    """The patterns of ZCL for no value: not 42,949.67 pounds, and no debt of 21,474.83."""
    unknown = gsme.read_response(GCS60, {"credit_mode_balance": None, "balance": None})
    assert bytes.fromhex("000a0023ffffffff") in unknown.payload
    assert unknown.payload.endswith(bytes.fromhex("0100002b00000080"))
    assert outcome_of(response(*unknown)).values == {"credit_mode_balance": None, "balance": None}


def test_a_signed_number_of_another_type_is_no_balance():
    """The same octets as an unsigned number are refused, not read as 42,949.67 or turned round."""
    payload = dlms.response(9, (dlms.Choice.GET, 0, axdr.Number(axdr.DOUBLE_LONG_UNSIGNED, 0xFFFFFE0C))).encode()
    with pytest.raises(Malformed, match="double-long"):
        outcome_of(response(ECS82, payload))
    gas = gsme.read_response(GCS60, {"credit_mode_balance": 0, "balance": -1}).payload
    with pytest.raises(Malformed, match="balance: expected the type 2B, found 23"):
        outcome_of(response(GCS60, gas[:-5] + b"\x23" + gas[-4:]))
