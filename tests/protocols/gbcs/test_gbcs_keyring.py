"""Rings of keys from JSON and from files, and what is wrong with either."""

import base64

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from ppmid_protocols import p256
from ppmid_protocols.errors import Malformed
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import crypto
from ppmid_protocols.gbcs.keyring import KeyRing
from ppmid_protocols.smki import Usage

BROKER, SUPPLIER, ESME, GSME = (
    Eui.parse(text) for text in ("90b3d51f30000002", "90b3d51f30010000", "00db1234567890a0", "00db1234567890a1")
)
KA, DS = Usage.KEY_AGREEMENT, Usage.DIGITAL_SIGNATURE
SCALAR = {"eui": "90b3d51f30000002", "usage": "KA", "scalar": "01", "curve": "secp256r1"}


def key_files(key_list) -> list[tuple[str, bytes]]:
    """The parties of a top up as files: certificates in DER or PEM, private keys in PEM or DER."""
    wanted = {BROKER.hex(), SUPPLIER.hex(), ESME.hex()}
    files = []
    for one in key_list["certificates"]:
        if one["eui"] in wanted and one["certificate_der_base64"]:
            text = one["certificate_der_base64"]
            pem = f"-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n".encode()
            files.append((one["file"], base64.b64decode(text) if one["usage"] == "DS" else pem))
    for one in key_list["test_private_scalars"]:
        if one["eui"] in wanted and one["file"].endswith(".key"):
            private = p256.private_from_scalar(int(one["scalar"], 16))
            encoding = Encoding.DER if one["usage"] == "DS" else Encoding.PEM
            files.append((one["file"], private.private_bytes(encoding, PrivateFormat.PKCS8, NoEncryption())))
    return files


def test_a_folder_gives_the_same_keys_as_the_list(key_list, ring):
    folder = KeyRing.from_files([*key_files(key_list), ("README.md", b"not a key")])
    assert folder.access_control_brokers == ring.access_control_brokers == (BROKER,)
    assert folder.shared(BROKER, ESME) == ring.shared(BROKER, ESME)
    for prepayment in (False, True):
        ours = folder.private_key(SUPPLIER, KA, prepayment)
        assert ours.private_numbers() == ring.private_key(SUPPLIER, KA, prepayment).private_numbers()
    assert folder.public_key(ESME, DS) == ring.public_key(ESME, DS)
    assert folder.public_key(GSME, DS) is None


def test_a_bare_public_key_serves_too(ring):
    key = ring.public_key(ESME, KA)
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    assert KeyRing.from_files([("00DB1234567890A0-ka.pem", pem)]).public_key(ESME, KA) == key


def test_either_private_key_gives_the_shared_secret(ring):
    assert ring.shared(SUPPLIER, ESME) == ring.shared(ESME, SUPPLIER)
    by_device = crypto.shared_secret(ring.private_key(ESME, KA), ring.public_key(SUPPLIER, KA))
    assert ring.shared(SUPPLIER, ESME) == by_device
    assert ring.shared(ESME, GSME) is not None
    assert ring.shared(GSME, Eui.parse("00db1234567890a4")) is None


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ([], "certificates"),
        ({"certificates": [1], "test_private_scalars": []}, "certificates[0]"),
        ({"certificates": [{"eui": "x"}], "test_private_scalars": []}, "certificates[0].usage"),
        ({"certificates": [{"eui": "x", "usage": "KA"}], "test_private_scalars": []}, "EUI-64"),
        ({"certificates": [SCALAR], "test_private_scalars": []}, "certificates[0].certificate_der_base64"),
        (
            {"certificates": [SCALAR | {"public_point": "0z"}], "test_private_scalars": []},
            "certificates[0].public_point",
        ),
        ({"certificates": [SCALAR | {"public_point": "04"}], "test_private_scalars": []}, "public key"),
        ({"certificates": []}, "test_private_scalars"),
        ({"certificates": [], "test_private_scalars": [SCALAR | {"usage": "XX"}]}, "test_private_scalars[0].usage"),
        ({"certificates": [], "test_private_scalars": [SCALAR | {"curve": "x"}]}, "test_private_scalars[0].curve"),
        ({"certificates": [], "test_private_scalars": [SCALAR | {"scalar": "00"}]}, "private key"),
        ({"certificates": [], "test_private_scalars": [], "roles": 1}, "roles"),
    ],
)
def test_a_bad_list_says_where(document, field):
    with pytest.raises(Malformed) as problem:
        KeyRing.from_json(document)
    assert problem.value.field == field


@pytest.mark.parametrize("name", ["90b3d51f30000002-ka.pem", "90b3d51f30000002-ka.key"])
@pytest.mark.parametrize("octets", [b"", b"-----BEGIN nothing", b"\x30\x00"])
def test_a_bad_file_is_named(name, octets):
    with pytest.raises(Malformed) as problem:
        KeyRing.from_files([(name, octets)])
    assert problem.value.field == name
