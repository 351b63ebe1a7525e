"""Signatures, MACs and encryption against RTDS 4.5.0, published vectors, and values computed apart from this code."""

import json
from dataclasses import replace

import pytest

from ppmid_protocols.errors import Malformed, NotAuthentic
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import crypto
from ppmid_protocols.gbcs.message import Cra, Message, decode
from ppmid_protocols.smki import Usage

BROKER, SUPPLIER = Eui.parse("90b3d51f30000002"), Eui.parse("90b3d51f30010000")
ESME, GSME = Eui.parse("00db1234567890a0"), Eui.parse("00db1234567890a1")
KA, DS = Usage.KEY_AGREEMENT, Usage.DIGITAL_SIGNATURE


def test_key_derivation_vectors(shared, ring):
    vectors = json.loads((shared / "data/crypto_vectors.json").read_text())["kdf"]
    modes = {"command": 1, "response": 2, "alert": 3}
    for vector in vectors:
        organisation = Eui.parse(vector["party_a"].split()[1].removesuffix("-ka"))
        z = ring.shared(organisation, ESME)
        originator, target = Eui.parse(vector["orig"]), Eui.parse(vector["rcpt"])
        key = crypto.derive_key(z, originator, target, int(vector["counter"], 16), modes[vector["mode"]])
        assert key == bytes.fromhex(vector["aes_key"])
        assert repr(key) == "<secret>"
    assert len(vectors) == 3


def test_gmac_vector():
    key, title = bytes(range(16)), Eui.parse("90b3d51f30030000")
    assert crypto.gmac(key, title, b"helloworld")[:12].hex() == "fb3afed43b78508864f00da3"


def test_command_and_response_are_rebuilt_to_the_octet(rtds, ring):
    broker, device = ring.private_key(BROKER, KA), ring.public_key(ESME, KA)
    command = Message(
        cra=Cra.COMMAND,
        counter=0x300000000,
        originator=SUPPLIER,
        target=ESME,
        message_code=0x0007,
        payload=bytes.fromhex("d92000000000010300730000132800ff01010914") + b"73946144332040217315",
    )
    sent = crypto.with_mac(command, broker, device)
    assert sent.encode() == rtds["CS01a_2.2_SUCCESS_COMMAND"].octets

    answer = Message(
        cra=Cra.RESPONSE,
        counter=0x300000000,
        originator=ESME,
        target=SUPPLIER,
        message_code=0x0007,
        payload=bytes.fromhex("da2000000000000100010300"),
        date_time=bytes.fromhex("07df0101ff000000008000ff"),
    )
    device_side = crypto.with_mac(answer, ring.private_key(ESME, KA), ring.public_key(SUPPLIER, KA))
    supplier_side = crypto.with_mac(answer, ring.private_key(SUPPLIER, KA), ring.public_key(ESME, KA))
    assert device_side.encode() == supplier_side.encode() == rtds["CS01a_2.2_SUCCESS_RESPONSE"].octets


def test_a_pre_command_becomes_a_critical_command(rtds, ring):
    pre_command = rtds["ECS42_7.1_SUCCESS_PRECOMMAND"].message
    for form in (pre_command, replace(pre_command, pre_command=False)):
        signed = crypto.sign(form, ring.private_key(SUPPLIER, DS))
        crypto.verify_signature(signed, ring.public_key(SUPPLIER, DS))
        command = crypto.with_mac(signed, ring.private_key(BROKER, KA), ring.public_key(ESME, KA))
        crypto.verify_mac(command, ring.private_key(ESME, KA), ring.public_key(BROKER, KA))
        assert decode(command.encode()) == command
        published = rtds["ECS42_7.1_SUCCESS_COMMAND"].message
        assert replace(command, signature=b"", mac=None) == replace(published, signature=b"", mac=None)
        assert crypto.sign(form, ring.private_key(SUPPLIER, DS)) == signed


def test_absent_and_wrong_signatures_and_macs_are_not_authentic(rtds, ring):
    command = rtds["ECS42_7.1_SUCCESS_COMMAND"].message
    with pytest.raises(NotAuthentic, match="signature: it does not hold"):
        crypto.verify_signature(command, ring.public_key(BROKER, DS))
    with pytest.raises(NotAuthentic, match="mac: it does not hold"):
        crypto.verify_mac(command, ring.private_key(SUPPLIER, KA), ring.public_key(ESME, KA))
    bare = replace(command, signature=b"", mac=None)
    with pytest.raises(NotAuthentic, match="signature: the message carries none"):
        crypto.verify_signature(bare, ring.public_key(SUPPLIER, DS))
    with pytest.raises(NotAuthentic, match="mac: the message carries none"):
        crypto.verify_mac(bare, ring.private_key(BROKER, KA), ring.public_key(ESME, KA))


def test_encryption_round_trip_and_published_ciphertext(rtds, ring):
    message = rtds["ECS19_4.3_SUCCESS_RESPONSE"].message
    sealed = message.payload[message.payload.index(b"\x31\0\0\0\0") :][:51]
    reader, counter = crypto.reader_of(message)
    assert (reader, counter) == (SUPPLIER, 1000)
    by_supplier = crypto.shared_secret(ring.private_key(SUPPLIER, KA), ring.public_key(ESME, KA))
    by_device = crypto.shared_secret(ring.private_key(ESME, KA), ring.public_key(SUPPLIER, KA))
    plain = crypto.unseal(sealed, crypto.encryption_key(by_supplier, ESME, reader, counter), ESME)
    assert plain[:9].hex() == "02010206050003d090"  # one object, a structure of six; meter balance 250000 millipence
    key = crypto.encryption_key(by_device, ESME, reader, counter)
    assert crypto.seal(plain, key, ESME) == sealed
    with pytest.raises(NotAuthentic, match="ciphertext"):
        crypto.unseal(sealed, crypto.encryption_key(by_device, ESME, reader, 1001), ESME)
    with pytest.raises(NotAuthentic, match="ciphertext"):
        crypto.unseal(sealed[:-1] + b"\0", key, ESME)
    for wrong in (sealed[:16], b"\x11" + sealed[1:], b""):
        with pytest.raises(Malformed, match="ciphertext"):
            crypto.unseal(wrong, key, ESME)


def test_supplementary_elements_name_the_reader(rtds):
    message = rtds["ECS21b_4.14_URP_SUCCESS_RESPONSE"].message
    assert message.target == BROKER
    assert crypto.reader_of(message) == (SUPPLIER, 2002)
