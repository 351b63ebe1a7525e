"""The identities, keys and certificates of one home and its Supplier, derived from the scenario's seed or supplied.

Certificates are minted in the SMKI profile. Whoever has certificates in the bench's folder of keys has those, and
nothing minted: a bench may hold the certificate of a real party and not its keys. Each party is handed its own
``Credentials`` and a ``Directory`` of those public certificates that its real counterpart would hold; the avenue's keys
belong to a test PKI of their own.
"""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from types import MappingProxyType
from typing import get_args

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ppmid_bench.avenue_keys import AvenueKeys
from ppmid_bench.derivation import Derivation
from ppmid_bench.supplied_keys import SuppliedKeys
from ppmid_devices import roles
from ppmid_devices.credentials import Certified, Credentials, Directory, Held, KeyPair, Use
from ppmid_devices.ports import SECOND
from ppmid_protocols import smki
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee.joining import InstallCode

SUPPLIER = "supplier"
ACCESS_CONTROL_BROKER = "access-control-broker"

EUIS: Mapping[str, Eui] = MappingProxyType(
    {
        SUPPLIER: Eui.parse("90-B3-D5-1F-30-01-00-00"),
        ACCESS_CONTROL_BROKER: Eui.parse("90-B3-D5-1F-30-00-00-02"),
        roles.ESME: Eui.parse("00-DB-12-34-56-78-90-A0"),
        roles.GSME: Eui.parse("00-DB-12-34-56-78-90-A1"),
        roles.HUB: Eui.parse("00-DB-12-34-56-78-90-A2"),
        roles.GPF: Eui.parse("00-DB-12-34-56-78-90-A3"),
        roles.PPMID: Eui.parse("00-DB-12-34-56-78-90-A4"),
        roles.HCALCS: Eui.parse("00-DB-12-34-56-78-90-A5"),
        roles.HHT: Eui.parse("00-DB-12-34-56-78-90-AD"),
    }
)
"""The identifiers that the Reference Test Data Set gives to these holders, so that captures read alike.

It has no Hand-Held Terminal. That is no device with certificates of SMKI: it has an install code.
"""

NEIGHBOUR_HUB = Eui.parse("00-DB-12-34-56-78-91-A2")
"""The hub next door: nothing of this home needs its certificates."""

NEW_HUB, NEW_GPF = "new-hub", "new-gpf"
NEW_HUB_EUIS: Mapping[str, Eui] = MappingProxyType(
    {NEW_HUB: Eui.parse("00-DB-12-34-56-78-90-B2"), NEW_GPF: Eui.parse("00-DB-12-34-56-78-90-B3")}
)
"""The two functions of the hub that takes the place of the home's, where a scenario exchanges it."""

_NOT_BEFORE = datetime(2025, 1, 1, tzinfo=UTC)
_WITHOUT_CERTIFICATES = frozenset({roles.HHT})

NETWORK_OPERATOR, OTHER_SUPPLIER = "network-operator", "other-supplier"
EXPORT_SUPPLIER, OTHER_USER = "export-supplier", "other-user"
OTHER_USERS: Mapping[str, Eui] = MappingProxyType(
    {
        NETWORK_OPERATOR: Eui.parse("90-B3-D5-1F-30-02-00-00"),
        OTHER_SUPPLIER: Eui.parse("90-B3-D5-1F-30-03-00-00"),
        EXPORT_SUPPLIER: Eui.parse("90-B3-D5-1F-30-04-00-00"),
        OTHER_USER: Eui.parse("90-B3-D5-1F-30-05-00-00"),
    }
)
"""Users beside the home's Supplier, where a scenario speaks of them."""

_SHORT_ADDRESSES = {
    roles.HUB: 0x0000,
    roles.ESME: 0x1001,
    roles.PPMID: 0x1002,
    roles.GSME: 0x1003,
    roles.HCALCS: 0x1004,
}

_ORGANISATION_KEYS: dict[str, dict[str, tuple[smki.Role, smki.Usage]]] = {
    SUPPLIER: {
        "signing": (smki.Role.SUPPLIER, smki.Usage.DIGITAL_SIGNATURE),
        "agreement": (smki.Role.SUPPLIER, smki.Usage.KEY_AGREEMENT),
        "prepayment": (smki.Role.SUPPLIER, smki.Usage.KEY_AGREEMENT),
        "xml_signing": (smki.Role.XML_SIGN, smki.Usage.DIGITAL_SIGNATURE),
    },
    NETWORK_OPERATOR: {
        "signing": (smki.Role.NETWORK_OPERATOR, smki.Usage.DIGITAL_SIGNATURE),
        "agreement": (smki.Role.NETWORK_OPERATOR, smki.Usage.KEY_AGREEMENT),
        "xml_signing": (smki.Role.XML_SIGN, smki.Usage.DIGITAL_SIGNATURE),
    },
    ACCESS_CONTROL_BROKER: {
        "signing": (smki.Role.ACCESS_CONTROL_BROKER, smki.Usage.DIGITAL_SIGNATURE),
        "agreement": (smki.Role.ACCESS_CONTROL_BROKER, smki.Usage.KEY_AGREEMENT),
        "xml_signing": (smki.Role.DSP_XML_SIGN, smki.Usage.DIGITAL_SIGNATURE),
    },
}
_ORGANISATION_KEYS[OTHER_SUPPLIER] = _ORGANISATION_KEYS[SUPPLIER]
_UNKNOWN_TO_DEVICES = {"xml_signing": (smki.Role.XML_SIGN, smki.Usage.DIGITAL_SIGNATURE)}
_ORGANISATION_KEYS |= {EXPORT_SUPPLIER: _UNKNOWN_TO_DEVICES, OTHER_USER: _UNKNOWN_TO_DEVICES}

_TRUST_ANCHORS: dict[str, dict[str, tuple[Use, ...]]] = {
    roles.ESME: {
        SUPPLIER: ("signing", "agreement", "prepayment"),
        ACCESS_CONTROL_BROKER: ("agreement",),
        NETWORK_OPERATOR: ("signing", "agreement"),
    },
    roles.GSME: {
        SUPPLIER: ("signing", "agreement", "prepayment"),
        ACCESS_CONTROL_BROKER: ("agreement",),
        NETWORK_OPERATOR: ("signing", "agreement"),
        roles.PPMID: ("agreement",),
    },
    roles.PPMID: {roles.GSME: ("agreement",), ACCESS_CONTROL_BROKER: ("signing", "agreement")},
    roles.HUB: {ACCESS_CONTROL_BROKER: ("signing", "agreement")},
    roles.HCALCS: {SUPPLIER: ("signing", "agreement"), ACCESS_CONTROL_BROKER: ("signing", "agreement")},
    roles.GPF: {SUPPLIER: ("signing", "agreement"), ACCESS_CONTROL_BROKER: ("signing", "agreement")},
}
_TRUST_ANCHORS |= {NEW_HUB: _TRUST_ANCHORS[roles.HUB], NEW_GPF: _TRUST_ANCHORS[roles.GPF]}
"""Which certificates a device holds of whom (GBCS 12): enough to check what is addressed to it, and no more."""


@dataclass(frozen=True, slots=True)
class HomeKeys:
    """All identities and keys of one scenario; ``credentials_of`` and ``directory_of`` hand out each party's share.

    ``organisations``, ``devices``: who issues the certificates of organisations and of devices that are minted here.
    """

    derivation: Derivation
    organisations: smki.Issuer
    devices: smki.Issuer
    credentials: dict[str, Credentials] = field(default_factory=dict)
    identities: Mapping[str, Eui] = field(default_factory=lambda: EUIS)
    supplied: SuppliedKeys = field(default_factory=SuppliedKeys)
    avenue: AvenueKeys = field(default_factory=AvenueKeys)
    _derived: dict[str, Ed25519PrivateKey] = field(default_factory=dict, repr=False)

    @property
    def authority(self) -> x509.Certificate:
        """The certificate of who issues to organisations."""
        return self.organisations.certificate

    def eui(self, holder: str) -> Eui:
        """The identifier of a party, of the Supplier or of the Access Control Broker."""
        return self.identities[holder]

    def credentials_of(self, holder: str) -> Credentials:
        """The private keys of one holder, with their certificates."""
        return self.credentials[holder]

    def directory_of(self, party: str, without: Container[str] = ()) -> Directory:
        """The public certificates that ``party`` holds of others: for DCC and User, the whole SMKI repository.

        ``without``: holders of whom a device has not been given certificates yet. Of who is not in this scenario, as a
        network operator, nobody holds any.
        """
        directory = Directory()
        anchors = _TRUST_ANCHORS.get(party)
        if anchors is None:
            anchors = dict.fromkeys(self.credentials, get_args(Use))
        for holder, uses in anchors.items():
            if holder in without or holder not in self.credentials:
                continue
            directory.add(self.credentials[holder], uses)
            for eui, use, certificate in self.supplied.entries:
                if eui == self.eui(holder) and use in uses:
                    directory.enter(eui, use, certificate)
        return directory

    def held(self, device: str) -> Held:
        """The keys of a device of the home, and the certificates that it holds of others."""
        return Held(credentials=self.credentials_of(device), directory=self.directory_of(device))

    def issue(self, request: bytes) -> x509.Certificate:
        """The certificate that a device asks for with a PKCS #10 request in DER, of the test SMKI.

        Raises ProtocolError for a request that is none, or not signed with the key that it is for.
        """
        asked = smki.read_request(request)
        return smki.mint_device(asked.eui, asked.usage, asked.public_key, self.devices, not_before=_NOT_BEFORE)

    def issued_anew(self, holder: str, use: Use) -> x509.Certificate:
        """Another certificate for an organisation's key, valid from this scenario's day on.

        Raises NotAuthentic for a holder whose certificates another authority issued.
        """
        held = self.credentials_of(holder).own(use).certificate
        smki.verify_issued_by(held, self.authority)
        facts, day = smki.read(held), datetime.fromtimestamp(self.derivation.epoch() // SECOND, UTC)
        assert facts.role is not None  # an organisation's
        start = day.replace(hour=0, minute=0, second=0)
        return smki.mint_organisation(
            facts.eui, facts.role, facts.usage, facts.public_key, self.organisations, not_before=start
        )

    def avenue_key(self, party: str) -> Ed25519PrivateKey:
        """The key with which ``party`` signs messages of the local command interface."""
        supplied = self.avenue.private.get(party)
        if supplied is not None:
            return supplied
        if party not in self._derived:
            self._derived[party] = smki.derive_ed25519(self.derivation.octets("avenue"), party)
        return self._derived[party]

    def avenue_public(self, party: str) -> Ed25519PublicKey:
        """The key by which others know its messages; of a real device the private one is its own."""
        return self.avenue.public.get(party) or self.avenue_key(party).public_key()

    def symmetric(self, label: str) -> Secret:
        """A 16-octet key of the HAN: ``network``, or a link key by the two names it joins."""
        return Secret(self.derivation.octets(f"han {label}", 16))

    def install_code(self, party: str) -> InstallCode:
        """The install code that is printed on a device."""
        return InstallCode.of(self.derivation.octets(f"install code {party}", 16))

    def agreed(self, party: str) -> Secret:
        """What stands in the place of what CBKE gives to the hub and a Hand-Held Terminal over Inter-PAN."""
        return self.symmetric(f"{party} inter-pan")

    def short_address(self, party: str) -> int:
        """The ZigBee network address of a device of the home."""
        return _SHORT_ADDRESSES[party]


def make_home_keys(
    derivation: Derivation,
    identities: Mapping[str, Eui] = EUIS,
    supplied: SuppliedKeys = SuppliedKeys(),  # noqa: B008 (frozen)
    avenue: AvenueKeys = AvenueKeys(),  # noqa: B008 (frozen)
    absent: Container[str] = (),
) -> HomeKeys:
    """Mint what is not supplied for one scenario: at most about twenty certificates.

    ``identities``: the identifier of every holder. ``absent``: those of whom there is none, so that nothing is minted.
    """
    mint = _Mint(derivation, identities)
    credentials = {
        holder: supplied.credentials(eui) if eui in supplied else mint.holder(holder)
        for holder, eui in identities.items()
        if holder not in _WITHOUT_CERTIFICATES and (eui in supplied or holder not in absent)
    }
    return HomeKeys(derivation, mint.organisations, mint.devices, credentials, identities, supplied, avenue)


class _Mint:
    """A certificate is made when somebody first looks at it: most of a home are looked at by no scenario."""

    def __init__(self, derivation: Derivation, identities: Mapping[str, Eui]) -> None:
        self._identities = identities
        self._seed = derivation.octets("smki")
        self.organisations = smki.mint_issuer("T1", self._key("organisations"), not_before=_NOT_BEFORE)
        self.devices = smki.mint_issuer("T2", self._key("devices"), not_before=_NOT_BEFORE, role=None)

    def holder(self, holder: str) -> Credentials:
        """All keys of one holder, each with its certificate."""
        keys = _ORGANISATION_KEYS.get(holder)
        return self._device(holder) if keys is None else self._organisation(holder, keys)

    def _organisation(self, holder: str, keys: dict[str, tuple[smki.Role, smki.Usage]]) -> Credentials:
        pairs, eui = {}, self._identities[holder]
        for name, (role, usage) in keys.items():
            mint = partial(smki.mint_organisation, eui, role, usage, issuer=self.organisations, not_before=_NOT_BEFORE)
            pairs[name] = self._pair(f"{holder} {name}", mint)
        return Credentials(eui=eui, **pairs)

    def _device(self, role: str) -> Credentials:
        pairs, eui = {}, self._identities[role]
        for name, usage in (("signing", smki.Usage.DIGITAL_SIGNATURE), ("agreement", smki.Usage.KEY_AGREEMENT)):
            mint = partial(smki.mint_device, eui, usage, issuer=self.devices, not_before=_NOT_BEFORE)
            pairs[name] = self._pair(f"{role} {name}", mint)
        return Credentials(eui=eui, **pairs)

    def _pair(self, label: str, mint: Callable[[ec.EllipticCurvePublicKey], x509.Certificate]) -> KeyPair:
        private = self._key(label)
        public = private.public_key()
        return KeyPair(private, Certified(partial(mint, public), public))

    def _key(self, label: str) -> ec.EllipticCurvePrivateKey:
        return smki.derive_private_key(self._seed, label)
