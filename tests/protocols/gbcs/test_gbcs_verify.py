"""The engine of ``gbcs verify``: all of RTDS 4.5.0 holds, and each kind of damage is found and named."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ppmid_protocols.gbcs.keyring import KeyRing
from ppmid_protocols.gbcs.message import MAC_OCTETS
from ppmid_protocols.gbcs.verify import verify
from ppmid_protocols.p256 import SIGNATURE_OCTETS

CRITICAL_COMMAND = "ECS42_7.1_SUCCESS_COMMAND"
CRITICAL_RESPONSE = "ECS42_7.1_SUCCESS_RESPONSE"
TOP_UP = "CS01a_2.2_SUCCESS_COMMAND"
SEALED_DLMS = "ECS19_4.3_SUCCESS_RESPONSE"
SEALED_GBZ = "GCS14_4.3_SUCCESS_RELIABLE_GSME_RESPONSE"


def failures(octets: bytes, ring: KeyRing) -> set[str]:
    return {one.what for one in verify([("message", octets)], ring).failures}


def flipped(octets: bytes, at: int, mask: int = 1) -> bytes:
    at %= len(octets)
    return octets[:at] + bytes((octets[at] ^ mask,)) + octets[at + 1 :]


def test_everything_in_rtds_holds(rtds, ring):
    report = verify(((name, sample.octets) for name, sample in rtds.items()), ring)
    assert report.as_json() == {
        "messages": 741,
        "parsed": 741,
        "signatures": {"present": 303, "verified": 303, "no_key": 0},
        "macs": {"present": 443, "verified": 439, "no_key": 4},
        "encrypted": {"present": 32, "decrypted": 32, "no_key": 0},
        "failures": [],
    }


def test_only_the_four_han_messages_lack_a_key(rtds, ring):
    without = {name for name, one in rtds.items() if verify([(name, one.octets)], ring).as_json()["macs"]["no_key"]}
    assert without == {f"PCS0{n}_NA_SUCCESS_{kind}" for n in (1, 2) for kind in ("COMMAND", "RESPONSE")}


def test_without_keys_nothing_is_verified_and_nothing_fails(rtds):
    report = verify(((name, sample.octets) for name, sample in rtds.items()), KeyRing({}, {})).as_json()
    assert report["signatures"] == {"present": 303, "verified": 0, "no_key": 303}
    assert report["macs"] == {"present": 443, "verified": 0, "no_key": 443}
    assert report["encrypted"] == {"present": 32, "decrypted": 0, "no_key": 32}
    assert report["failures"] == []


@pytest.mark.parametrize("name", [CRITICAL_COMMAND, TOP_UP, SEALED_DLMS, SEALED_GBZ])
@pytest.mark.parametrize("at", range(-MAC_OCTETS, 0))
def test_damage_to_a_mac_is_named(rtds, ring, name, at):
    assert failures(flipped(rtds[name].octets, at), ring) == {"mac"}


@pytest.mark.parametrize("at", range(-SIGNATURE_OCTETS, 0, 9))
def test_damage_to_a_signature_is_named(rtds, ring, at):
    assert failures(flipped(rtds[CRITICAL_RESPONSE].octets, at), ring) == {"signature"}
    assert failures(flipped(rtds[CRITICAL_COMMAND].octets, at - MAC_OCTETS), ring) == {"signature", "mac"}


@pytest.mark.parametrize("name", [SEALED_DLMS, SEALED_GBZ])
@pytest.mark.parametrize("after", [5, 12, 25])
def test_damage_to_a_ciphertext_is_named(rtds, ring, name, after):
    octets = rtds[name].octets
    at = octets.index(bytes.fromhex("3100000000")) + after
    assert failures(flipped(octets, at), ring) == {"ciphertext", "mac"}


@pytest.mark.parametrize(
    ("name", "at", "what"),
    [
        (TOP_UP, 0, {"parse"}),  # DD
        (TOP_UP, 14, {"parse"}),  # length of the transaction-id
        (TOP_UP, 46, {"parse"}),  # length of the payload
        (TOP_UP, 47, {"parse", "mac"}),  # D9, the tag of the payload
        (TOP_UP, 16, {"mac"}),  # highest octet of the counter
        (TOP_UP, 23, {"parse", "mac"}),  # lowest octet of the counter: the invoke-id does not repeat it
        (TOP_UP, 70, {"mac"}),  # a digit of the UTRN
        (CRITICAL_RESPONSE, 3, {"signature"}),  # highest octet of the counter
    ],
)
def test_damage_elsewhere_is_named(rtds, ring, name, at, what):
    assert failures(flipped(rtds[name].octets, at), ring) == what


def test_each_access_control_broker_is_known_by_its_own_commands(rtds, key_list):
    roles = {**key_list["roles"], "90b3d51f30000001": "accessControlBroker"}
    two = KeyRing.from_json(key_list | {"roles": roles})
    assert len(two.access_control_brokers) == 2
    report = verify([("by the second", rtds["CCS01_8.11_SUCCESS_COMMAND"].octets)], two)
    assert report.as_json()["macs"] == {"present": 1, "verified": 1, "no_key": 0}


def test_a_signature_in_der_is_malformed_not_forged(rtds, ring):
    octets = rtds[CRITICAL_RESPONSE].octets
    body = octets[: -SIGNATURE_OCTETS - 1]
    for length in (63, 66, 70):
        (failure,) = verify([("message", body + bytes((length,)) + bytes(length))], ring).failures
        assert (failure.name, failure.what) == ("message", "parse")
        assert failure.reason.startswith("signature at offset")


@settings(max_examples=150)
@given(data=st.data())
def test_no_flipped_bit_passes(rtds, ring, data):
    name = data.draw(st.sampled_from((CRITICAL_COMMAND, CRITICAL_RESPONSE, TOP_UP, SEALED_DLMS, SEALED_GBZ)))
    octets = rtds[name].octets
    bit = data.draw(st.integers(0, 8 * len(octets) - 1))
    report = verify([(name, flipped(octets, bit // 8, 1 << bit % 8))], ring).as_json()
    held = report["signatures"]["verified"] + report["macs"]["verified"]
    assert report["failures"] or not held  # a changed party may leave no key to check with
