"""A folder of keys in place of minted ones: read by what the files hold, and each wrong one named."""

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from ppmid_bench.bench_file import read_bench
from ppmid_bench.derivation import Derivation
from ppmid_bench.errors import BadInput
from ppmid_bench.home_keys import ACCESS_CONTROL_BROKER, EUIS, SUPPLIER, HomeKeys, make_home_keys
from ppmid_bench.supplied_keys import SuppliedKeys, read_key_folder, write_file, write_key_folder
from ppmid_devices import roles
from ppmid_devices.credentials import Credentials
from ppmid_protocols import smki
from ppmid_protocols.eui import Eui

REAL = make_home_keys(Derivation(1, "real"))
SCENARIO = Derivation(1, "a/scenario")
USES = ("signing", "agreement", "prepayment", "xml_signing")


def numbers(credentials: Credentials) -> dict[str, int]:
    pairs = {use: getattr(credentials, use) for use in USES}
    return {use: pair.private.private_numbers().private_value for use, pair in pairs.items() if pair is not None}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The keys of all holders of ``REAL``."""
    write_key_folder(tmp_path / "keys", REAL.credentials.values())
    return tmp_path / "keys"


def without(folder: Path, pattern: str) -> HomeKeys:
    """The keys of a scenario on a bench with this folder, after files were taken away."""
    for path in folder.glob(pattern):
        path.unlink()
    return make_home_keys(SCENARIO, EUIS, read_key_folder(folder))


def test_what_was_written_is_read_back_and_keys_are_their_owners_only(folder: Path) -> None:
    supplied = read_key_folder(folder)
    for credentials in REAL.credentials.values():
        assert numbers(supplied.credentials(credentials.eui)) == numbers(credentials)
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.glob("*.key")} == {0o600}


def test_files_are_known_by_what_they_hold(folder: Path) -> None:
    supplier = EUIS[SUPPLIER].hex()
    for number, path in enumerate(sorted(folder.iterdir())):
        prepayment = path.stem.startswith(f"{supplier}-pp") and path.suffix == ".pem"
        (folder / "deep").mkdir(exist_ok=True)
        path.rename(folder / "deep" / (f"Z1-{number}-PP-KA.pem" if prepayment else f"Z1-{number}.pem"))
    supplied = read_key_folder(folder)
    for credentials in REAL.credentials.values():
        assert numbers(supplied.credentials(credentials.eui)) == numbers(credentials)


def test_who_has_certificates_there_has_nothing_minted_and_others_have(folder: Path) -> None:
    keys = without(folder, f"{EUIS[roles.HUB].hex()}-*")
    assert numbers(keys.credentials_of(SUPPLIER)) == numbers(REAL.credentials_of(SUPPLIER))
    minted = make_home_keys(SCENARIO)
    assert numbers(keys.credentials_of(roles.HUB)) == numbers(minted.credentials_of(roles.HUB))
    alone = without(folder, "*-ds.key")
    assert "signing" not in numbers(alone.credentials_of(SUPPLIER))


def test_certificates_without_keys_are_known_to_those_who_should(folder: Path) -> None:
    keys = without(folder, f"{EUIS[ACCESS_CONTROL_BROKER].hex()}-*.key")
    broker = EUIS[ACCESS_CONTROL_BROKER]
    assert numbers(keys.credentials_of(ACCESS_CONTROL_BROKER)) == {}
    real = REAL.directory_of(roles.DCC_USER)
    user, meter = keys.directory_of(roles.DCC_USER), keys.directory_of(roles.ESME)
    assert {user.certificate(broker, use) for use in ("signing", "agreement", "xml_signing")} == {
        real.certificate(broker, use) for use in ("signing", "agreement", "xml_signing")
    }
    assert meter.knows(broker, "agreement")
    assert not meter.knows(broker, "xml_signing"), "a device holds its trust anchors only"


def second_of(folder: Path, name: str, stem: str) -> None:
    """Lay another certificate for the same holder and use beside the one that is there."""
    other = make_home_keys(Derivation(2, "real"))
    write_key_folder(folder / "other", [other.credentials_of(SUPPLIER)])
    (folder / "other" / f"{EUIS[SUPPLIER].hex()}-{stem}.pem").rename(folder / name)
    for path in (folder / "other").iterdir():
        path.unlink()


def test_of_two_certificates_one_is_meant_and_z1b_gives_way(folder: Path) -> None:
    second_of(folder, "Z1b-ds.pem", "ds")
    supplied = read_key_folder(folder)
    assert numbers(supplied.credentials(EUIS[SUPPLIER])) == numbers(REAL.credentials_of(SUPPLIER))
    (folder / "Z1b-ds.pem").rename(folder / "another.pem")
    with pytest.raises(BadInput, match=r"expected one signing certificate of 90-B3-.*, found another in "):
        read_key_folder(folder)


def test_of_signers_of_xml_all_certificates_count(folder: Path) -> None:
    second_of(folder, "0-xml.pem", "xml-ds")
    supplied = read_key_folder(folder)
    serials = [entry[2].serial_number for entry in supplied.entries if entry[:2] == (EUIS[SUPPLIER], "xml_signing")]
    directory = make_home_keys(SCENARIO, EUIS, supplied).directory_of(roles.DCC)
    assert len(serials) == 2
    assert None not in [directory.by_serial(serial) for serial in serials]


def _ed25519() -> bytes:
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)).private_bytes(*form)


@pytest.mark.parametrize(
    ("name", "octets", "problem"),
    [
        ("a.key", b"-----BEGIN PRIVATE KEY-----\nxx\n-----END PRIVATE KEY-----", "an unencrypted private key in PEM"),
        ("a.key", _ed25519(), "a private key of P-256"),
    ],
)
def test_a_wrong_file_is_named(name: str, octets: bytes, problem: str, folder: Path) -> None:
    (folder / name).write_bytes(octets)
    with pytest.raises(BadInput, match=problem):
        read_key_folder(folder)


def test_a_certificate_that_cannot_be_read_is_passed_over_and_told(folder: Path) -> None:
    before = read_key_folder(folder)
    (folder / "a.pem").write_bytes(b"nothing")
    supplied = read_key_folder(folder)
    assert (supplied.entries, before.passed_over) == (before.entries, ())
    (told,) = supplied.passed_over
    assert told.startswith("a.pem: certificate: expected X.509 in DER or PEM")
    write_file(folder / "other" / "a.pem", b"nothing")
    with pytest.raises(BadInput, match=r"certificates in the SMKI profile, found a.pem: certificate: expected X\.509"):
        read_key_folder(folder / "other")


def test_a_certification_authoritys_certificate_is_passed_over(folder: Path) -> None:
    key = smki.derive_private_key(b"seed", "authority")
    issuer = smki.mint_issuer("T1", key, not_before=datetime(2026, 1, 1, tzinfo=UTC))
    write_file(folder / "root.pem", issuer.certificate.public_bytes(serialization.Encoding.PEM))
    assert len(read_key_folder(folder).entries) == len(list(folder.glob("*.key")))


def test_a_folder_with_nothing_in_it_or_none_at_all(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="expected certificates in the SMKI profile, found none"):
        read_key_folder(tmp_path)
    with pytest.raises(BadInput, match="expected a folder of certificates"):
        read_key_folder(tmp_path / "none")


def test_a_bench_file_names_folder_and_identities(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "bench.toml"
    path.write_text('[bench]\nkeys = "keys"\n[identities]\nesme = "00db1234567890ff"\n')
    bench = read_bench(path)
    assert EUIS[SUPPLIER] in bench.keys
    assert bench.identities[roles.ESME] == Eui.parse("00-DB-12-34-56-78-90-FF")
    assert bench.identities[roles.GSME] == EUIS[roles.GSME]
    assert isinstance(read_bench(None).keys, SuppliedKeys)
    for content, problem in (
        ('[identities]\nesme = "1"', r"\[identities\] esme: expected 16 hex digits"),
        ('[identities]\nmeter = "00db1234567890ff"', r"\[identities\]: expected one of supplier, .* found 'meter'"),
        ('[identities]\nesme = "00db1234567890a1"', r"\[identities\] esme: expected an identifier of its own, .* gsme"),
        ('[identities]\nsupplier = "90b3d51f30020000"', r"supplier: expected an identifier .* network-operator"),
        ('[bench]\nkeys = "none"', "none: expected a folder"),
    ):
        path.write_text(content)
        with pytest.raises(BadInput, match=problem):
            read_bench(path)


def test_the_published_test_certificates_are_read(shared: Path, tmp_path: Path) -> None:
    """Those that DCC's tools come with: their file names say whose they are, and ``di`` or ``ke`` for what."""
    published = sorted((shared / "data" / "smki_test_certs").glob("*.pem"))
    assert len(published) == 33
    unreadable = []
    for number, path in enumerate(published):
        folder = tmp_path / str(number)
        write_file(folder / path.name, path.read_bytes())
        try:
            ((eui, use, certificate),) = read_key_folder(folder).entries
        except BadInput:
            unreadable.append(path.name)
            continue
        holder, purpose, serial = path.stem.split("-")
        assert (eui.hex(), certificate.serial_number) == (holder, int(serial))
        assert use in {"di": ("signing", "xml_signing"), "ke": ("agreement",)}[purpose]
    assert [name[:19] for name in unreadable] == ["90b3d51f30010009-di", "90b3d51f30010009-ke"], "AlgorithmIdentifier"
    with pytest.raises(BadInput, match=r"expected one .* certificate of .*, found another in"):
        read_key_folder(shared / "data" / "smki_test_certs")
