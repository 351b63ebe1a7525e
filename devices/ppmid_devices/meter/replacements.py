"""Replacing the credentials of a Remote Party on a device, at once or at a time (CS02b, CS02g; RTDS 4.5.0).

Modes that replace one role's credentials are done; those for any role, and for the root, are not: a simulated device
holds no root. A certificate must be of the profile, for the role and use of its cell, and issued by an authority of the
certification path that comes with it; the authority itself and the validity of certificates are not judged (assumed).
All replacements of a Command are made, or none.
"""

from collections.abc import Callable
from dataclasses import dataclass

from cryptography import x509

from ppmid_devices.credentials import Use
from ppmid_devices.meter.trust import Anchor, TrustAnchors
from ppmid_protocols import smki
from ppmid_protocols.errors import NotAuthentic, ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.asn1 import Element, Plain
from ppmid_protocols.smki import Role, Usage

ROLES = {
    2: Role.SUPPLIER,
    3: Role.NETWORK_OPERATOR,
    4: Role.ACCESS_CONTROL_BROKER,
    5: Role.WAN_PROVIDER,
    6: Role.TRANSITIONAL_COS,
    7: Role.SUPPLIER,
    10: Role.LOAD_CONTROLLER,
    11: Role.LOAD_CONTROLLER,
}
"""Whose credentials each mode replaces."""

CODES = {0x0102: 2, 0x0103: 3, 0x0104: 4, 0x0105: 5, 0x0106: 6, 0x0107: 7, 0x0125: 10, 0x0126: 11}
"""The mode that each Message Code stands for (RTDS 4.5.0; 0x0126 by its name)."""

_USES: dict[tuple[str, int], Use] = {
    ("digitalSignature", 0): "signing",
    ("keyAgreement", 0): "agreement",
    ("keyAgreement", 1): "prepayment",
}
_USAGES: dict[Use, Usage] = {
    "signing": Usage.DIGITAL_SIGNATURE,
    "agreement": Usage.KEY_AGREEMENT,
    "prepayment": Usage.KEY_AGREEMENT,
}
_HOLDERS = {Role.LOAD_CONTROLLER: (Role.LOAD_CONTROLLER, Role.SUPPLIER)}
"""Whose certificates may stand in a role's cells, where not that role's alone (RTDS 4.5.0 CS02g)."""
_SUCCESS, _BAD_CERTIFICATE, _NOT_FOUND = 0, 5, 25
_NOBODY = bytes(8)


@dataclass(frozen=True, slots=True)
class Floors:
    """The lowest counters of the new party: of Commands, and of UTRNs as a 64-bit counter; None where not given."""

    commands: int | None
    top_ups: int | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether replacements were made, and the ReplacementsOutcome."""

    done: bool
    told: Plain


@dataclass(frozen=True, slots=True)
class _Wanted:
    cell: dict[str, Plain]
    use: Use | None
    former: Anchor | None
    new: Anchor | None

    @property
    def status(self) -> int:
        if self.former is None:
            return _NOT_FOUND
        return _BAD_CERTIFICATE if self.new is None else _SUCCESS

    def outcome(self, status: int) -> Plain:
        """``status``: of the Command where this replacement alone would have been right."""
        return {
            "cell": self.cell,
            "status": self.status or status,
            "formerSubject": bytes(self.former.subject) if self.former else _NOBODY,
            "formerSubjectKey": smki.key_identifier(self.former.key) if self.former else _NOBODY,
            "newSubject": bytes(self.new.subject) if self.new else _NOBODY,
            "newSubjectKey": smki.key_identifier(self.new.key) if self.new else _NOBODY,
        }


def replace_credentials(
    command: Element, mode: int, anchors: TrustAnchors, set_floors: Callable[[Role, Eui, Floors], None]
) -> Outcome:
    """Make the replacements that a Command asks for.

    ``mode``: that of its Message Code, with which the Command must agree.
    """
    parts = {one.name: one for one in command.children}
    control = {one.name: one for one in parts["control"].children}
    role = ROLES[mode]
    path = [_certificate(one) for one in parts["certificationPath"].children]
    wanted = [_wanted(one, role, anchors, path) for one in parts["replacements"].children]
    same_mode = control["mode"].number == mode
    done = bool(wanted) and same_mode and not any(one.status for one in wanted) and _is_whole(wanted, role, anchors)
    floors = _floors(control)
    if done:
        anchors.replace(role, {one.use: one.new for one in wanted if one.use is not None and one.new is not None})
        subject = wanted[0].new
        if subject is not None:
            set_floors(role, subject.subject, floors)
    listed = [_floor(role, floors)] if done and floors.commands is not None else []
    told: Plain = {
        "authorisingCounter": control["authorisingCounter"].number or 0,
        "mode": mode,
        "floors": listed,
        "replacements": [one.outcome(_SUCCESS if done else _BAD_CERTIFICATE) for one in wanted],
    }
    return Outcome(done, told)


def _floors(control: dict[str, Element]) -> Floors:
    special = control.get("newPartySpecialFloors")
    top_ups = special.children[0].children[1].number if special is not None and special.children else None
    own = control.get("newPartyFloor")
    return Floors(None if own is None else own.number, top_ups)


def _floor(role: Role, floors: Floors) -> Plain:
    entry: dict[str, Plain] = {"role": int(role), "floor": floors.commands or 0}
    if floors.top_ups is not None:
        entry["specialFloors"] = [{"use": 0, "floor": floors.top_ups}]
    return entry


def _wanted(one: Element, role: Role, anchors: TrustAnchors, path: list[x509.Certificate | None]) -> _Wanted:
    cell = {part.name: part for part in one.children[1].children}
    usage, number = cell["keyUsage"].named, cell["cellUsage"].number if "cellUsage" in cell else 0
    use = _USES.get((usage, number or 0)) if cell["role"].number == role else None
    named: dict[str, Plain] = {"role": cell["role"].number or 0, "keyUsage": usage}
    if number:
        named["cellUsage"] = number
    former = None if use is None else anchors.anchor(role, use)
    return _Wanted(named, use, former, None if use is None else _anchor(one.children[0], role, use, path))


def _anchor(certificate: Element, role: Role, use: Use, path: list[x509.Certificate | None]) -> Anchor | None:
    """What a certificate puts into a cell; None where it is not one for it."""
    given = _certificate(certificate)
    if given is None or not any(_issued(given, one) for one in path):
        return None
    try:
        facts = smki.read(given)
    except ProtocolError:
        return None
    fits = facts.role in _HOLDERS.get(role, (role,)) and facts.usage is _USAGES[use]
    return Anchor(facts.eui, facts.public_key) if fits else None


def _is_whole(wanted: list[_Wanted], role: Role, anchors: TrustAnchors) -> bool:
    """Whether all cells of the role belong to one party afterwards."""
    new = {one.use: one.new.subject for one in wanted if one.use is not None and one.new is not None}
    held = {use: anchors.anchor(role, use) for use in _USES.values()}
    return len({new.get(use, anchor.subject) for use, anchor in held.items() if anchor is not None}) == 1


def _certificate(element: Element) -> x509.Certificate | None:
    try:
        return smki.load(element.encode())
    except ProtocolError:
        return None


def _issued(certificate: x509.Certificate, issuer: x509.Certificate | None) -> bool:
    if issuer is None:
        return False
    try:
        smki.verify_issued_by(certificate, issuer)
    except NotAuthentic:
        return False
    return True
