"""A field case with its whole kind: signatures that are not raw r||s, wherever one is read or made."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from ppmid_protocols import p256, smki
from ppmid_protocols.duis import bodies, signature
from ppmid_protocols.duis.documents import Request, to_xml
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.errors import Malformed, NotAuthentic, ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import crypto
from ppmid_protocols.gbcs.message import Cra, Message, decode

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256
PRIVATE = p256.private_from_scalar(0x1234567890ABCDEF)
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
    raw = p256.sign(data, PRIVATE)
    which, known = ZERO_FIRST[data]
    named = dict(zip("rs", halves(raw), strict=True))
    assert [half for half in "rs" if named[half][0] == 0] == list(which)
    assert not known or named[which].hex() == known
    p256.verify(data, raw, PUBLIC)
    for shape in other_shapes(raw):
        assert len(shape) != 64
        with pytest.raises(Malformed, match=f"signature: expected 64 octets r..s, found {len(shape)}$"):
            p256.verify(data, shape, PUBLIC)


def test_64_octets_that_are_no_signature_of_this_are_not_authentic():
    """Numbers out of range included: they are refused like a forgery, and crash nothing."""
    data = b"C-473"
    r, s = halves(p256.sign(data, PRIVATE))
    wide = (0, 1, ORDER - 1, ORDER, ORDER + 1, 2**256 - 1)
    pairs = [(one.to_bytes(32, "big"), s) for one in wide] + [(r, one.to_bytes(32, "big")) for one in wide]
    der = encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
    pairs += [(s, r), (r[::-1], s[::-1]), halves(der[:64]), halves(der[-64:]), (bytes(32), bytes(32))]
    for pair in pairs:
        with pytest.raises(NotAuthentic, match="signature: it does not hold"):
            p256.verify(data, b"".join(pair), PUBLIC)
    with pytest.raises(NotAuthentic, match="signature: it does not hold"):
        p256.verify(b"C-474", r + s, PUBLIC)


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
        raw = p256.sign(b"%d" % number, PRIVATE)
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
        p256.verify(data, p256.sign(data, PRIVATE), PUBLIC)


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
    assert p256.public_point(b"\x04" + x + y).public_numbers() == PUBLIC.public_numbers()
    off_curve = b"\x04" + x + y[:-1] + bytes((y[-1] ^ 1,))
    too_large = b"\x04" + b"\xff" * 64
    for point in (off_curve, too_large, b"\x04" + bytes(64), b"\x03" + x, b"\x00", x + y, b"\x06" + x + y, b""):
        with pytest.raises(Malformed, match="public key"):
            p256.public_point(point)
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
    raw = p256.sign(b"C-473", PRIVATE)
    r, s = halves(raw)
    twin = r + (ORDER - int.from_bytes(s, "big")).to_bytes(32, "big")
    p256.verify(b"C-473", twin, PUBLIC)
