"""Keys and certificates of a home: the same for the same scenario, and each party has its share of them only."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ppmid_bench.derivation import Derivation
from ppmid_bench.home_keys import (
    ACCESS_CONTROL_BROKER,
    EUIS,
    NETWORK_OPERATOR,
    OTHER_USERS,
    SUPPLIER,
    HomeKeys,
    make_home_keys,
)
from ppmid_devices import roles
from ppmid_devices.credentials import Directory
from ppmid_protocols import smki

USES = ("signing", "agreement", "prepayment", "xml_signing")
HOLDERS = (SUPPLIER, ACCESS_CONTROL_BROKER, roles.ESME, roles.GSME, roles.HUB, roles.PPMID)


@pytest.fixture(scope="module")
def keys() -> HomeKeys:
    return make_home_keys(Derivation(1, "a/home"))


def _octets(keys: HomeKeys) -> list[bytes]:
    """Every private key and certificate of a home."""
    form = Encoding.DER, PrivateFormat.PKCS8, NoEncryption()
    octets = [keys.symmetric("network")]
    octets += [keys.avenue_key(party).private_bytes(*form) for party in (roles.PPMID, roles.DELIVERY_SERVICE)]
    for holder in HOLDERS:
        credentials = keys.credentials_of(holder)
        pairs = [pair for use in USES if (pair := getattr(credentials, use)) is not None]
        octets += [pair.private.private_bytes(*form) for pair in pairs]
        octets += [pair.certificate.public_bytes(Encoding.DER) for pair in pairs]
    return octets


def test_the_same_scenario_has_the_same_keys_to_the_octet_and_no_key_comes_twice(keys: HomeKeys) -> None:
    octets = _octets(keys)
    assert octets == _octets(make_home_keys(Derivation(1, "a/home")))
    assert len(set(octets)) == len(octets)


@pytest.mark.parametrize("other", [Derivation(2, "a/home"), Derivation(1, "another/home")])
def test_another_seed_or_scenario_has_no_key_in_common(keys: HomeKeys, other: Derivation) -> None:
    assert not set(_octets(keys)) & set(_octets(make_home_keys(other)))


@pytest.mark.parametrize("holder", HOLDERS)
def test_each_certificate_is_of_its_holder_and_of_its_key(keys: HomeKeys, holder: str) -> None:
    credentials = keys.credentials_of(holder)
    for use in USES:
        pair = getattr(credentials, use)
        if pair is not None:
            facts = smki.read(pair.certificate)
            assert facts.eui == keys.eui(holder)
            assert facts.public_key.public_numbers() == pair.private.public_key().public_numbers()
            agrees = use in ("agreement", "prepayment")
            assert facts.usage is (smki.Usage.KEY_AGREEMENT if agrees else smki.Usage.DIGITAL_SIGNATURE)
            assert facts.is_device is (holder not in (SUPPLIER, ACCESS_CONTROL_BROKER))


def test_a_certificate_is_issued_when_somebody_first_looks_at_it_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    issued: list[object] = []
    mint = smki.mint_device
    monkeypatch.setattr(
        smki, "mint_device", lambda eui, *rest, **named: issued.append(eui) or mint(eui, *rest, **named)
    )
    keys = make_home_keys(Derivation(1, "a/home"))
    pair = keys.credentials_of(roles.HUB).own("agreement")
    assert not issued
    first = keys.directory_of(roles.DCC).certificate(keys.eui(roles.HUB), "agreement")
    assert first is pair.certificate is keys.directory_of(roles.DCC_USER).certificate(keys.eui(roles.HUB), "agreement")
    assert issued == [keys.eui(roles.HUB)]


ANCHORS = {
    roles.ESME: {
        (SUPPLIER, "signing"),
        (SUPPLIER, "agreement"),
        (SUPPLIER, "prepayment"),
        (ACCESS_CONTROL_BROKER, "agreement"),
    },
    roles.GSME: {
        (SUPPLIER, "signing"),
        (SUPPLIER, "agreement"),
        (SUPPLIER, "prepayment"),
        (ACCESS_CONTROL_BROKER, "agreement"),
        (roles.PPMID, "agreement"),
    },
    roles.PPMID: {
        (roles.GSME, "agreement"),
        (ACCESS_CONTROL_BROKER, "signing"),
        (ACCESS_CONTROL_BROKER, "agreement"),
    },
    roles.HUB: {(ACCESS_CONTROL_BROKER, "signing"), (ACCESS_CONTROL_BROKER, "agreement")},
    roles.GPF: {
        (SUPPLIER, "signing"),
        (SUPPLIER, "agreement"),
        (ACCESS_CONTROL_BROKER, "signing"),
        (ACCESS_CONTROL_BROKER, "agreement"),
    },
}


def _known(keys: HomeKeys, directory: Directory) -> set[tuple[str, str]]:
    return {(holder, use) for holder in HOLDERS for use in USES if directory.knows(keys.eui(holder), use)}


@pytest.mark.parametrize("device", ANCHORS)
def test_a_device_holds_its_trust_anchors_and_no_other_certificate(keys: HomeKeys, device: str) -> None:
    assert _known(keys, keys.directory_of(device)) == ANCHORS[device]


def test_dcc_and_user_hold_the_whole_repository(keys: HomeKeys) -> None:
    everything = {(holder, use) for holder in HOLDERS for use in USES if getattr(keys.credentials_of(holder), use)}
    for party in (roles.DCC, roles.DCC_USER):
        directory = keys.directory_of(party)
        assert _known(keys, directory) == everything
        certificate: x509.Certificate = keys.credentials_of(SUPPLIER).xml_signing.certificate
        assert directory.by_serial(certificate.serial_number) == certificate


def test_other_users_sign_their_own_documents_and_the_dcc_finds_their_certificates() -> None:
    keys = make_home_keys(Derivation(1, "a/home"), {**EUIS, **OTHER_USERS})
    for name, eui in OTHER_USERS.items():
        pair = keys.credentials_of(name).own("xml_signing")
        assert smki.read(pair.certificate).eui == eui
        assert keys.directory_of(roles.DCC).by_serial(pair.certificate.serial_number) == pair.certificate
        known = [keys.directory_of(role).knows(eui, "signing") for role in (roles.ESME, roles.GSME, roles.HUB)]
        assert known == ([True, True, False] if name == NETWORK_OPERATOR else [False] * 3)
    alone = make_home_keys(Derivation(1, "a/home"))
    assert keys.credentials_of(SUPPLIER).certificates() == alone.credentials_of(SUPPLIER).certificates()


def test_of_a_device_that_the_home_has_not_nobody_holds_anything_and_all_others_have_what_they_have_elsewhere(
    keys: HomeKeys,
) -> None:
    without = make_home_keys(Derivation(1, "a/home"), absent={roles.GSME, roles.HCALCS})
    present = {holder: keys.credentials_of(holder).certificates() for holder in without.credentials}
    assert {holder: one.certificates() for holder, one in without.credentials.items()} == present
    assert keys.credentials.keys() - present.keys() == {roles.GSME, roles.HCALCS}
    for party in (roles.DCC, roles.PPMID):
        assert not without.directory_of(party).knows(keys.eui(roles.GSME), "agreement")
        assert keys.directory_of(party).knows(keys.eui(roles.GSME), "agreement")
