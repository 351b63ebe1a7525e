"""Keys and certificates as a party holds them: its own private keys, and other parties' certificates.

A party is given ``Credentials`` of its own and a ``Directory`` of public certificates: for a device its trust
anchors (GBCS 12), for the DCC and its Users the SMKI repository. Nothing else in a party may hold a private key.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from ppmid_protocols import smki
from ppmid_protocols.errors import NotAuthentic
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import crypto
from ppmid_protocols.gbcs.message import Message

Use = Literal["signing", "agreement", "prepayment", "xml_signing"]
"""What a key is for: the names of the fields of ``Credentials``."""

Entry = tuple[Eui, Use, x509.Certificate]
"""Of a directory: whose certificate, for what, and the certificate."""


class Certified:
    """A public key and its certificate, which is issued when somebody first looks at it.

    ``public``: the key; None: it is to be read from the certificate.
    """

    def __init__(self, issue: Callable[[], x509.Certificate], public: ec.EllipticCurvePublicKey | None = None) -> None:
        self._issue, self._public = issue, public

    @classmethod
    def of(cls, certificate: x509.Certificate) -> "Certified":
        """Of a certificate that is at hand."""
        return cls(lambda: certificate)

    @cached_property
    def certificate(self) -> x509.Certificate:
        """The certificate."""
        return self._issue()

    @property
    def public(self) -> ec.EllipticCurvePublicKey:
        """The public key. Raises Malformed for a certificate outside the SMKI profile."""
        return self._public or smki.read(self.certificate).public_key


class KeyPair:
    """A private key, and its public half with the certificate, which is for those whose business the former is not."""

    def __init__(self, private: ec.EllipticCurvePrivateKey, certified: Certified) -> None:
        self.private, self.certified = private, certified

    @classmethod
    def of(cls, private: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> "KeyPair":
        """The pair of a certificate that is at hand."""
        return cls(private, Certified.of(certificate))

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate."""
        return self.certified.certificate


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """One party's own keys; None where its kind has none.

    ``prepayment`` is a Supplier's key agreement pair for UTRNs (GBCS 14), never used for anything else.
    ``xml_signing`` signs DUIS documents.
    """

    eui: Eui
    signing: KeyPair | None = None
    agreement: KeyPair | None = None
    prepayment: KeyPair | None = None
    xml_signing: KeyPair | None = None

    def own(self, use: Use) -> KeyPair:
        """The pair for ``use``. Raises NotAuthentic when this party has none; asked for when the party is built."""
        pair: KeyPair | None = getattr(self, use)
        if pair is None:
            raise NotAuthentic("certificate", f"{self.eui} holds no {use} key of its own")
        return pair

    def certificates(self) -> list[x509.Certificate]:
        """The public halves, in the order of the fields above."""
        pairs = (self.signing, self.agreement, self.prepayment, self.xml_signing)
        return [pair.certificate for pair in pairs if pair is not None]


class Directory:
    """Certificates of others, found by holder and use, or by serial number; each read when it is first asked for."""

    def __init__(self) -> None:
        self._by_use: dict[tuple[Eui, Use], Certified] = {}
        self._entered: list[tuple[Eui, Use, Certified]] = []

    def add(self, credentials: Credentials, uses: Iterable[Use] = get_args(Use)) -> None:
        """Enter the certificates of ``credentials`` for ``uses`` (names of its fields); absent ones are passed over."""
        for use in uses:
            pair: KeyPair | None = getattr(credentials, use)
            if pair is not None:
                self._enter(credentials.eui, use, pair.certified)

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> "Directory":
        """The directory of these entries."""
        directory = cls()
        for entry in entries:
            directory.enter(*entry)
        return directory

    def entries(self) -> list[Entry]:
        """All that it holds, in the order in which it was entered."""
        return [(eui, use, one.certificate) for (eui, use), one in self._by_use.items()]

    def enter(self, eui: Eui, use: Use, certificate: x509.Certificate) -> None:
        """Enter one certificate of ``eui``; an earlier one for the same use can still be found by its serial number."""
        self._enter(eui, use, Certified.of(certificate))

    def enter_issued(self, octets: bytes) -> None:
        """Enter a certificate that SMKI has issued to a device, in DER. Raises Malformed."""
        certificate = smki.load(octets)
        facts = smki.read(certificate)
        use: Use = "signing" if facts.usage is smki.Usage.DIGITAL_SIGNATURE else "agreement"
        self.enter(facts.eui, use, certificate)

    def _enter(self, eui: Eui, use: Use, certified: Certified) -> None:
        self._by_use[eui, use] = certified
        self._entered.append((eui, use, certified))

    def knows(self, eui: Eui, use: Use) -> bool:
        """Whether a certificate of ``eui`` for ``use`` is held."""
        return (eui, use) in self._by_use

    def public_key(self, eui: Eui, use: Use) -> ec.EllipticCurvePublicKey:
        """The public key of ``eui`` for ``use``. Raises NotAuthentic when no such certificate is held."""
        certified = self._by_use.get((eui, use))
        if certified is None:
            raise NotAuthentic("certificate", f"no {use} certificate of {eui} is held")
        return certified.public

    def verify_signature(self, message: Message) -> None:
        """Raise NotAuthentic unless the originator signed ``message``, by any of its certificates that is held.

        Who has a new one may not have put it to use yet (CS02d): of several, the last is tried first.
        """
        signer = message.originator
        problem = NotAuthentic("certificate", f"no signing certificate of {signer} is held")
        for eui, use, certified in reversed(self._entered):
            if (eui, use) == (signer, "signing"):
                try:
                    crypto.verify_signature(message, certified.public)
                except NotAuthentic as found:
                    problem = found
                else:
                    return
        raise problem

    def certificate(self, eui: Eui, use: Use) -> x509.Certificate | None:
        """The certificate of ``eui`` for ``use``, or None."""
        certified = self._by_use.get((eui, use))
        return None if certified is None else certified.certificate

    def by_serial(self, serial: int) -> x509.Certificate | None:
        """The certificate with this serial number, or None; those of signers of XML, which are so named, come first."""
        signers_first = sorted(self._entered, key=lambda entered: entered[1] != "xml_signing")
        certificates = (certified.certificate for _, _, certified in signers_first)
        return next((one for one in certificates if one.serial_number == serial), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What one device holds: keys of its own, and certificates of others."""

    credentials: Credentials
    directory: Directory
