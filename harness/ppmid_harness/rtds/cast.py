"""Who takes part in a replay: every party of the data set, with its identity and role and with keys of our own."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from ppmid_devices.credentials import Credentials, Directory, KeyPair
from ppmid_protocols import smki
from ppmid_protocols.errors import Malformed
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import Cra, Message
from ppmid_protocols.gbcs.use_cases import USE_CASES, Kind
from ppmid_protocols.smki import Role, Usage

_SEED = b"replay of the Reference Test Data Set"
_START = datetime(2014, 1, 1, tzinfo=UTC)
_KINDS = ("gpf", "ppmid", "chf", "esme", "gsme")
"""Kinds of device: the first of these that a device's Commands are for is its own. A GPF is asked for the GSME too."""
_ANY_KIND = "esme"


@dataclass(frozen=True, slots=True)
class Cast:
    """``kinds``: of the devices. ``supplier``: the one whose Commands the data set has; others are strangers."""

    credentials: Mapping[Eui, Credentials]
    roles: Mapping[Eui, Role]
    kinds: Mapping[Eui, str]
    supplier: Eui
    broker: Eui
    ppmid: Eui | None

    def directory(self) -> Directory:
        """The certificates of all whom a device of the cast knows."""
        directory = Directory()
        for eui, one in self.credentials.items():
            if eui in self.known or eui == self.ppmid:
                directory.add(one)
        return directory

    @property
    def known(self) -> Mapping[Eui, Role]:
        """The Remote Parties that devices know: one Supplier, and all that are none."""
        return {eui: role for eui, role in self.roles.items() if role is not Role.SUPPLIER or eui == self.supplier}


def cast_of(commands: Iterable[Message], roles: Mapping[Eui, Role]) -> Cast:
    """Mint keys for everybody who occurs. Raises Malformed without a Supplier or an Access Control Broker."""
    commands = list(commands)
    senders = Counter(one.originator for one in commands if roles.get(one.originator) is Role.SUPPLIER)
    broker = next((eui for eui, role in roles.items() if role is Role.ACCESS_CONTROL_BROKER), None)
    if not senders or broker is None:
        problem = "expected Commands of a Supplier, and an Access Control Broker among the roles of the keys"
        raise Malformed("Commands", problem)
    supplier = senders.most_common(1)[0][0]
    ppmid = next((one.originator for one in commands if USE_CASES[one.message_code].kind is Kind.HAN), None)
    targets: dict[Eui, set[str]] = {}
    for one in commands:
        targets.setdefault(one.target, set()).add(USE_CASES[one.message_code].target)
    kinds = {eui: next((kind for kind in _KINDS if kind in found), _ANY_KIND) for eui, found in targets.items()}
    parties = {eui: roles.get(eui) for one in commands for eui in _parties(one)} | dict(roles)
    people = {eui: parties[eui] for eui in parties if eui not in kinds}
    credentials = {eui: _organisation(eui, role or Role.OTHER) for eui, role in people.items() if eui != ppmid}
    credentials |= {eui: _device(eui) for eui in [*kinds, *([] if ppmid is None else [ppmid])]}
    return Cast(credentials, roles, kinds, supplier, broker, ppmid)


def is_command(message: Message) -> bool:
    """Whether it is a Command of a known use case, and not the part of one that a Remote Party signs."""
    return message.cra is Cra.COMMAND and not message.pre_command and message.message_code in USE_CASES


def _parties(message: Message) -> Iterable[Eui]:
    yield message.originator
    if message.supplementary_party is not None:
        yield message.supplementary_party


def _organisation(eui: Eui, role: Role) -> Credentials:
    issuer = smki.mint_issuer("R1", smki.derive_private_key(_SEED, "organisations"), not_before=_START)

    def pair(usage: Usage, label: str) -> KeyPair:
        private = smki.derive_private_key(_SEED, f"{eui} {label}")
        public = private.public_key()
        return KeyPair.of(private, smki.mint_organisation(eui, role, usage, public, issuer, not_before=_START))

    return Credentials(
        eui=eui,
        signing=pair(Usage.DIGITAL_SIGNATURE, "signing"),
        agreement=pair(Usage.KEY_AGREEMENT, "agreement"),
        prepayment=pair(Usage.KEY_AGREEMENT, "prepayment") if role is Role.SUPPLIER else None,
    )


def _device(eui: Eui) -> Credentials:
    issuer = smki.mint_issuer("R2", smki.derive_private_key(_SEED, "devices"), not_before=_START, role=None)

    def pair(usage: Usage, label: str) -> KeyPair:
        private = smki.derive_private_key(_SEED, f"{eui} {label}")
        return KeyPair.of(private, smki.mint_device(eui, usage, private.public_key(), issuer, not_before=_START))

    return Credentials(
        eui=eui, signing=pair(Usage.DIGITAL_SIGNATURE, "signing"), agreement=pair(Usage.KEY_AGREEMENT, "agreement")
    )
