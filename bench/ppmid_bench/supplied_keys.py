"""Keys and certificates that a bench is given in a folder, in place of minted ones.

Files are known by what they hold: a certificate says whose it is and for what, a private key belongs to the certificate
of its public half. Only the name tells a Supplier's prepayment key apart, by its letters ``pp`` (``…-pp-ka.pem``).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ppmid_bench import input_files
from ppmid_bench.errors import BadInput
from ppmid_devices.credentials import Credentials, Entry, KeyPair, Use
from ppmid_protocols import smki
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui

_SUFFIXES = (".pem", ".key", ".crt", ".cer", ".der")
_PREPAYMENT = re.compile(r"(?<![a-z])pp(?![a-z])", re.IGNORECASE)
_SECOND_CHOICE = re.compile(r"(?<![a-z0-9])z1b(?![a-z0-9])", re.IGNORECASE)  # DCC Boxed's clients pass these over
_XML_SIGNING = (smki.Role.XML_SIGN, smki.Role.DSP_XML_SIGN)


@dataclass(frozen=True, slots=True)
class SuppliedKeys:
    """What a folder holds: all certificates (the last of one holder and use counts), and the pairs among them.

    ``passed_over``: the files that should be certificates and cannot be read, each with why. Of the published test
    certificates two are such, so that it would be wrong to refuse the others.
    """

    entries: tuple[Entry, ...] = ()
    pairs: Mapping[tuple[Eui, Use], KeyPair] = field(default_factory=dict)
    passed_over: tuple[str, ...] = ()

    def __contains__(self, eui: Eui) -> bool:
        return any(holder == eui for holder, _, _ in self.entries)

    def credentials(self, eui: Eui) -> Credentials:
        """The keys of ``eui`` that are there; uses without a private key are left out."""
        return Credentials(eui=eui, **{use: pair for (holder, use), pair in self.pairs.items() if holder == eui})


def read_key_folder(folder: Path) -> SuppliedKeys:
    """Read all certificates and private keys under ``folder``. Raises BadInput."""
    if not folder.is_dir():
        raise BadInput(str(folder), "", "a folder of certificates and private keys")
    files = {path: input_files.octets(path) for path in _files(folder)}
    private = {_public(key): key for path, octets in files.items() if (key := _private_key(path, octets)) is not None}
    found: dict[tuple[Eui, Use], Path] = {}
    entries, pairs, passed_over = [], {}, []
    for path in sorted(files, key=lambda path: (not _SECOND_CHOICE.search(path.stem), path)):
        if b"PRIVATE KEY" in files[path]:
            continue
        try:
            entry = _entry(path, files[path])
        except (ProtocolError, ValueError) as problem:
            passed_over.append(f"{path.relative_to(folder)}: {problem}")
            continue
        if entry is None:
            continue
        eui, use, certificate = entry
        _require_one(found.get((eui, use)), path, entry)
        found[eui, use] = path
        entries.append(entry)
        key = private.get(_public(certificate))
        if key is not None:
            pairs[eui, use] = KeyPair.of(key, certificate)
    if not entries:
        raise BadInput(str(folder), "", "certificates in the SMKI profile", passed_over[0] if passed_over else "none")
    return SuppliedKeys(tuple(entries), pairs, tuple(passed_over))


def write_key_folder(folder: Path, holders: Iterable[Credentials]) -> None:
    """Write keys and certificates into ``folder`` so that ``read_key_folder`` finds them; keys for their owner only."""
    for holder in holders:
        for use in get_args(Use):
            pair: KeyPair | None = getattr(holder, use)
            if pair is not None:
                path = write_certificate(folder, (holder.eui, use, pair.certificate))
                write_file(path.with_suffix(".key"), _pem(pair.private))


def write_certificate(folder: Path, entry: Entry, number: str = "") -> Path:
    """Write one certificate into ``folder``, its name ending in ``number``; gives its file."""
    eui, use, certificate = entry
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{'-'.join(filter(None, (eui.hex(), _NAMES[use], number)))}.pem"
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return path


_NAMES: Mapping[Use, str] = {"signing": "ds", "agreement": "ka", "prepayment": "pp-ka", "xml_signing": "xml-ds"}


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def write_file(path: Path, octets: bytes) -> Path:
    """Write a file of keys, for its owner only; gives it back."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_bytes(octets)
    return path


def _require_one(earlier: Path | None, path: Path, entry: Entry) -> None:
    """Of a signer of XML all certificates may be there, for they are named by number; of all else one is meant."""
    eui, use, _ = entry
    if earlier is not None and use != "xml_signing" and not _SECOND_CHOICE.search(earlier.stem):
        raise BadInput(str(path), "", f"one {use} certificate of {eui}", f"another in {earlier.name}")


def _files(folder: Path) -> Iterable[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.suffix.lower() in _SUFFIXES and path.is_file())


def _entry(path: Path, octets: bytes) -> Entry | None:
    """What a certificate says; None for that of a certification authority. Raises ValueError, Malformed among them."""
    certificate = smki.load(octets)
    if _is_authority(certificate):
        return None
    return entry_of(certificate, prepayment=bool(_PREPAYMENT.search(path.stem)))


def entry_of(certificate: x509.Certificate, *, prepayment: bool = False) -> Entry:
    """Whose certificate it is and for what; ``prepayment``: if for agreement, of UTRNs. Raises Malformed."""
    facts = smki.read(certificate)
    use: Use = "signing"
    if facts.role in _XML_SIGNING:
        use = "xml_signing"
    elif facts.usage is smki.Usage.KEY_AGREEMENT:
        use = "prepayment" if prepayment else "agreement"
    return facts.eui, use, certificate


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    except x509.ExtensionNotFound:
        return False


def _private_key(path: Path, octets: bytes) -> ec.EllipticCurvePrivateKey | None:
    if b"PRIVATE KEY" not in octets:
        return None
    try:
        key = serialization.load_pem_private_key(octets, password=None)
    except (ValueError, TypeError) as problem:  # TypeError: it is encrypted
        raise BadInput(str(path), "", "an unencrypted private key in PEM") from problem
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise BadInput(str(path), "", "a private key of P-256", "one of another kind")
    return key


def _public(holder: ec.EllipticCurvePrivateKey | x509.Certificate) -> bytes:
    return holder.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
