"""Keys and signatures of P-256 against values computed apart from this code, and every other shape of a signature."""

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from ppmid_protocols import p256
from ppmid_protocols.errors import Malformed, NotAuthentic

# ECDSA over P-256 with the private scalar 1234567890ABCDEF: raw r||s of which a half begins with 00.
SCALAR = 0x1234567890ABCDEF
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
SIGNATURES = {
    b"C-473": "001b31c24e2ec06a8e7ed985956eb9be48b6f252ee0127f8ca37a864c6ad91a9"
    "60f2ac0e8b4d5cb876a1bed2556731722983a5fe93ae6fa72c976f02573a6895",
    b"C-325": "076a9f7b9dc582201bde9568b28f828f8a02debce64c138accecf6e90552ff0c"
    "00ce1e64151eccdaf917786be6649c543a7cb0f9b5af60f2841ec89c6565e6d5",
}


@pytest.mark.parametrize("data", sorted(SIGNATURES))
def test_signatures_with_leading_zeros(data):
    private = p256.private_from_scalar(SCALAR)
    raw = bytes.fromhex(SIGNATURES[data])
    assert p256.sign(data, private) == raw
    p256.verify(data, raw, private.public_key())
    r, s = raw[:32], raw[32:]
    der = encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
    without_zero = r.lstrip(b"\0") + s.lstrip(b"\0")
    for wrong in (der, without_zero, b"\0" + r + b"\0" + s, b""):
        with pytest.raises(Malformed, match="expected 64 octets"):
            p256.verify(data, wrong, private.public_key())
    for forged in (bytes(64), raw[:-1] + bytes((raw[-1] ^ 1,)), s + r, b"\xff" * 64):
        with pytest.raises(NotAuthentic):
            p256.verify(data, forged, private.public_key())


def test_emitted_signatures_always_have_64_octets():
    private = p256.private_from_scalar(SCALAR)
    signatures = [p256.sign(b"%d" % number, private) for number in range(600)]
    assert {len(signature) for signature in signatures} == {64}
    assert any(0 in (signature[0], signature[32]) for signature in signatures)


def test_bad_keys_are_malformed():
    for octets, found in (
        (bytes(65), "65 octets beginning 04, found 65"),
        (b"\x05" + bytes(64), "65 octets beginning 04, found 65"),
        (b"\x04" + bytes(63), "65 octets beginning 04, found 64"),
        (b"\x02" + bytes(32), "65 octets beginning 04, found 33"),
        (b"", "65 octets beginning 04, found 0"),
        (b"\x04" + bytes(64), "a point of P-256, found one off the curve"),
    ):
        with pytest.raises(Malformed, match=f"public key: expected {found}$"):
            p256.public_point(octets)
    for scalar in (0, P256_ORDER, P256_ORDER + 1, -1):
        with pytest.raises(Malformed, match="private key"):
            p256.private_from_scalar(scalar)


@pytest.mark.parametrize("scalar", [1, P256_ORDER - 1])
def test_the_first_and_the_last_scalar_are_keys_of_opposite_points(scalar):
    x = "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"  # of the base point (FIPS 186-4 D.1.2.3)
    private = p256.private_from_scalar(scalar)
    numbers = private.public_key().public_numbers()
    assert f"{numbers.x:064x}" == x
    octets = b"\x04" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")
    assert p256.public_point(octets).public_numbers() == numbers
