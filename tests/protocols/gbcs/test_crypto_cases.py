"""Two field cases, each with its whole kind: signatures that are not raw r||s, and numbers whose sign is lost."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from ppmid_protocols import smki
from ppmid_protocols.duis import bodies, signature
from ppmid_protocols.duis.documents import Request, to_xml
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.errors import Malformed, NotAuthentic, ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import axdr, crypto, dlms
from ppmid_protocols.gbcs.message import Cra, Message, decode
from ppmid_protocols.gbcs.prepayment import esme, gsme, outcome_of
from ppmid_protocols.gbcs.prepayment.requests import CS01B, ECS82, GCS60
from ppmid_protocols.zigbee import prepayment, zcl
from ppmid_protocols.zigbee.octets import Cursor
from ppmid_protocols.zigbee.values import Typed, ZclType, read_typed

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256
PRIVATE = crypto.private_from_scalar(0x1234567890ABCDEF)
PUBLIC = PRIVATE.public_key()
ZERO_FIRST = {  # computed apart from this code (RFC 6979): which halves begin with an octet 00
    b"C-473": ("r", "001b31c24e2ec06a8e7ed985956eb9be48b6f252ee0127f8ca37a864c6ad91a9"),
    b"C-325": ("s", "00ce1e64151eccdaf917786be6649c543a7cb0f9b5af60f2841ec89c6565e6d5"),
    b"C-183506": ("rs", ""),
}
SUPPLIER, ESME = Eui.parse("90b3d51f30010000"), Eui.parse("00db1234567890a0")
COMMAND = Message(
    cra=Cra.COMMAND, counter=1000, originator=SUPPLIER, target=ESME, message_code=0x004F, payload=b"\xd9"
)  # fmt: skip


def halves(raw: bytes) -> tuple[bytes, bytes]:
    return raw[:32], raw[32:]


def other_shapes(raw: bytes) -> Iterator[bytes]:
    """A signature as other tools write it: DER, zeros dropped, sign octets, hex, base64, one half, cut, longer."""
    r, s = halves(raw)
    yield encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
    yield b"\x30\x81\x44\x02\x20" + r + b"\x02\x20" + s  # DER that is not even minimal
    yield r.lstrip(b"\0") + s if not r[0] else r[:-1] + s
    yield r + s.lstrip(b"\0") if not s[0] else r + s[:-1]
    yield b"\0" + r + b"\0" + s
    yield b"\0" + raw
    yield raw + b"\0"
    yield raw.hex().encode()
    yield base64.b64encode(raw)
    yield from (r, raw + raw, b"", bytes(65))


@pytest.mark.parametrize("data", sorted(ZERO_FIRST))
def test_only_64_raw_octets_are_a_signature(data):
    raw = crypto.sign_octets(data, PRIVATE)
    which, known = ZERO_FIRST[data]
    named = dict(zip("rs", halves(raw), strict=True))
    assert [half for half in "rs" if named[half][0] == 0] == list(which)
    assert not known or named[which].hex() == known
    crypto.verify_octets(data, raw, PUBLIC)
    for shape in other_shapes(raw):
        assert len(shape) != 64
        with pytest.raises(Malformed, match=f"signature: expected 64 octets r..s, found {len(shape)}$"):
            crypto.verify_octets(data, shape, PUBLIC)


def test_64_octets_that_are_no_signature_of_this_are_not_authentic():
    """Numbers out of range included: they are refused like a forgery, and crash nothing."""
    data = b"C-473"
    r, s = halves(crypto.sign_octets(data, PRIVATE))
    wide = (0, 1, ORDER - 1, ORDER, ORDER + 1, 2**256 - 1)
    pairs = [(one.to_bytes(32, "big"), s) for one in wide] + [(r, one.to_bytes(32, "big")) for one in wide]
    der = encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
    pairs += [(s, r), (r[::-1], s[::-1]), halves(der[:64]), halves(der[-64:]), (bytes(32), bytes(32))]
    for pair in pairs:
        with pytest.raises(NotAuthentic, match="signature: it does not hold"):
            crypto.verify_octets(data, b"".join(pair), PUBLIC)
    with pytest.raises(NotAuthentic, match="signature: it does not hold"):
        crypto.verify_octets(b"C-474", r + s, PUBLIC)


def test_a_message_takes_no_other_shape_and_says_where():
    """On the wire the length octet stands before the signature: DER has 46, 47 or 48 hex there, 63 octets 3F."""
    message = crypto.sign(COMMAND, PRIVATE)
    octets = message.encode()
    at = len(octets) - 65
    assert octets[at] == 0x40
    crypto.verify_signature(decode(octets), PUBLIC)
    for shape in other_shapes(message.signature):
        if not shape:
            continue  # no signature at all is a shape of its own: see below
        with pytest.raises(Malformed, match="signature: expected 0 or 64 octets"):
            replace(message, signature=shape)
        with pytest.raises(Malformed, match="signature") as refused:
            decode(octets[:at] + bytes((len(shape),)) + shape)
        assert refused.value.offset in (at, at + 1)
    with pytest.raises(NotAuthentic, match="carries none"):
        crypto.verify_signature(decode(octets[:at] + b"\0"), PUBLIC)


def test_the_signer_emits_nothing_else_over_ten_thousand_signatures():
    """Every one is 64 octets that are its own r and s; DER of the same pair would have had five other lengths."""
    lengths, zero_first = set(), 0
    for number in range(10_000):
        raw = crypto.sign_octets(b"%d" % number, PRIVATE)
        assert len(raw) == 64
        zero_first += not (raw[0] and raw[32])
        r, s = (int.from_bytes(half, "big") for half in halves(raw))
        assert 0 < r < ORDER
        assert 0 < s < ORDER
        lengths.add(len(encode_dss_signature(r, s)))
    assert zero_first > 40  # 1 in 128, or 78
    assert 64 not in lengths
    assert lengths >= {70, 71, 72}
    for data in (b"0", b"9999"):
        crypto.verify_octets(data, crypto.sign_octets(data, PRIVATE), PUBLIC)


def test_a_duis_document_takes_no_other_shape():
    private = smki.derive_private_key(b"signature shapes", "signer")
    issuer_key = smki.derive_private_key(b"signature shapes", "issuer")
    made = datetime(2026, 1, 1, tzinfo=UTC)
    issuer = smki.mint_issuer("Z1", issuer_key, not_before=made)
    certificate = smki.mint_organisation(
        SUPPLIER, smki.Role.XML_SIGN, smki.Usage.DIGITAL_SIGNATURE, private.public_key(), issuer, not_before=made
    )
    find = {certificate.serial_number: certificate}.get
    zero_first = 0
    for counter in range(300):
        document = Request(RequestId(SUPPLIER, ESME, counter), 1, "4.18", bodies.ReadMeterBalance())
        signed = signature.sign(to_xml(document), private, "CN=Z1", certificate.serial_number)
        before, _, rest = signed.partition(b"<ds:SignatureValue>")
        value, _, after = rest.partition(b"</ds:SignatureValue>")
        raw = base64.b64decode(value, validate=True)
        assert len(raw) == 64
        if raw[0] and raw[32]:
            continue
        zero_first += 1
        assert signature.verify(signed, find).signer.eui == SUPPLIER
        for shape in other_shapes(raw):
            text = before + b"<ds:SignatureValue>" + base64.b64encode(shape) + b"</ds:SignatureValue>" + after
            with pytest.raises(Malformed, match="SignatureValue"):
                signature.verify(text, find)
    assert zero_first


def test_keys_of_other_shapes_are_malformed():
    """Points off the curve, compressed, of infinity, of another length; a certificate that is no DER."""
    x = PUBLIC.public_numbers().x.to_bytes(32, "big")
    y = PUBLIC.public_numbers().y.to_bytes(32, "big")
    assert crypto.public_point(b"\x04" + x + y).public_numbers() == PUBLIC.public_numbers()
    off_curve = b"\x04" + x + y[:-1] + bytes((y[-1] ^ 1,))
    too_large = b"\x04" + b"\xff" * 64
    for point in (off_curve, too_large, b"\x04" + bytes(64), b"\x03" + x, b"\x00", x + y, b"\x06" + x + y, b""):
        with pytest.raises(Malformed, match="public key"):
            crypto.public_point(point)
    for certificate in (
        b"",
        b"\x30",
        b"\x30\x80",
        b"\x30\x84\xff\xff\xff\xff",
        bytes(64),
        b"-----BEGIN CERTIFICATE-----",
    ):
        with pytest.raises(ProtocolError):
            smki.read(smki.load(certificate))


def test_a_signature_has_one_twin():
    """(r, n-s) holds wherever (r, s) does: a signature is therefore no name by which to tell messages apart."""
    raw = crypto.sign_octets(b"C-473", PRIVATE)
    r, s = halves(raw)
    twin = r + (ORDER - int.from_bytes(s, "big")).to_bytes(32, "big")
    crypto.verify_octets(b"C-473", twin, PUBLIC)


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
    assert gsme.top_up_response(CS01B, gsme.TopUpResult.REJECTED_INVALID).payload == payload
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
    unknown = gsme.read_response(GCS60, {"credit_mode_balance": 2**32 - 1, "balance": -(2**31)})
    assert outcome_of(response(*unknown)).values == {"credit_mode_balance": None, "balance": None}


def test_a_signed_number_of_another_type_is_no_balance():
    """The same octets as an unsigned number are refused, not read as 42,949.67 or turned round."""
    payload = dlms.response(9, (dlms.Choice.GET, 0, axdr.Number(axdr.DOUBLE_LONG_UNSIGNED, 0xFFFFFE0C))).encode()
    with pytest.raises(Malformed, match="double-long"):
        outcome_of(response(ECS82, payload))
    gas = gsme.read_response(GCS60, {"credit_mode_balance": 0, "balance": -1}).payload
    with pytest.raises(Malformed, match="balance: expected the type 2B, found 23"):
        outcome_of(response(GCS60, gas[:-5] + b"\x23" + gas[-4:]))
