"""Keys of the local command interface in a folder, for a device that outlives a scenario."""

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from ppmid_bench.avenue_keys import AvenueKeys, read_avenue_keys, write_avenue_keys
from ppmid_bench.derivation import Derivation
from ppmid_bench.errors import BadInput
from ppmid_bench.home_keys import EUIS, make_home_keys
from ppmid_bench.supplied_keys import SuppliedKeys
from ppmid_devices import roles

SERVICE = roles.DELIVERY_SERVICE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_avenue_keys(tmp_path, b"seed")
    return tmp_path


def of(avenue: AvenueKeys, scenario: str) -> tuple[bytes, bytes, bytes]:
    """The delivery service's key, and the public ones of both ends, in a scenario."""
    keys = make_home_keys(Derivation(1, scenario), EUIS, SuppliedKeys(), avenue)
    publics = (keys.avenue_public(party).public_bytes_raw() for party in (SERVICE, roles.PPMID))
    return (keys.avenue_key(SERVICE).private_bytes_raw(), *publics)


def test_without_a_folder_each_scenario_has_keys_of_its_own() -> None:
    assert read_avenue_keys("") == AvenueKeys()
    assert not set(of(AvenueKeys(), "a")) & set(of(AvenueKeys(), "b"))
    keys = make_home_keys(Derivation(1, "a"))
    assert keys.avenue_public(SERVICE) == keys.avenue_key(SERVICE).public_key()


def test_with_one_they_are_the_same_in_every_scenario_and_the_devices_own_stays_with_the_device(folder: Path) -> None:
    private = (folder / "ppmid.avenue.key").read_bytes()
    (folder / "ppmid.avenue.key").unlink()
    avenue = read_avenue_keys(str(folder))
    assert of(avenue, "a") == of(avenue, "b")
    assert set(avenue.private) == {SERVICE}
    assert set(avenue.public) == {SERVICE, roles.PPMID, roles.HUB}
    assert b"PRIVATE KEY" in private


def test_private_keys_are_for_their_owner_only(folder: Path) -> None:
    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in folder.glob("*.key")} == {0}
    assert len(list(folder.iterdir())) == 6


def test_two_benches_have_no_key_in_common(folder: Path) -> None:
    (folder / "other").mkdir()
    write_avenue_keys(folder / "other", b"another seed")
    first, second = (of(read_avenue_keys(str(one)), "a") for one in (folder, folder / "other"))
    assert not set(first) & set(second)


def test_what_cannot_be_used_is_one_line_that_names_it(folder: Path) -> None:
    service, ppmid, hub = (folder / name for name in (f"{SERVICE}.avenue.key", "ppmid.avenue.pub", "hub.avenue.pub"))
    other = generate_private_key(SECP256R1())
    wrong = other.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for path, octets, found in (
        (ppmid, b"rubbish", "ppmid.avenue.pub: expected an Ed25519 public key"),
        (ppmid, wrong, "found a key of another kind"),
        (
            service,
            other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
            "found a key of another kind",
        ),
    ):
        kept = path.read_bytes()
        path.write_bytes(octets)
        with pytest.raises(BadInput, match=found):
            read_avenue_keys(str(folder))
        path.write_bytes(kept)
    ppmid.unlink()
    assert roles.PPMID not in read_avenue_keys(str(folder)).public
    hub.unlink()
    with pytest.raises(BadInput, match=r"public key: ppmid\.avenue\.pub or hub\.avenue\.pub, found neither"):
        read_avenue_keys(str(folder))
    service.unlink()
    with pytest.raises(BadInput, match=f"{SERVICE}.avenue.key: expected a readable file, found No such file"):
        read_avenue_keys(str(folder))
