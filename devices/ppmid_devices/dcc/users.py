"""The Users that the DCC knows: their roles, whether they are suspended, and for which devices they are responsible.

In the field these come from the SEC Party's accession and from the registration systems; here from the DCC's settings.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from ppmid_protocols.duis import response_code
from ppmid_protocols.duis.services import Target, UserRole
from ppmid_protocols.duis.shapes import read_date_time
from ppmid_protocols.duis.variants import Refused
from ppmid_protocols.eui import Eui
from ppmid_protocols.transforms.users import DEVICES

UserRoleCode = Literal["IS", "ES", "GS", "RSA", "ED", "GT", "OU"]

_OF_NO_DEVICE = frozenset({UserRole.REGISTERED_SUPPLIER_AGENT, UserRole.OTHER_USER})
"""Roles that are responsible for no device, and need not be (assumed)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserEntry:
    """A User by its identifier (raises Malformed). One may have several roles here; in the field each has its own."""

    eui: str
    roles: tuple[UserRoleCode, ...]
    suspended: bool = False

    def __post_init__(self) -> None:
        Eui.parse(self.eui)


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """From ``since`` on (an xs:dateTime) ``user`` is responsible for ``device`` in ``role``, in place of any other.

    Raises Malformed.
    """

    device: str
    user: str
    role: UserRoleCode
    since: str = "1970-01-01T00:00:00Z"

    def __post_init__(self) -> None:
        for eui in (self.device, self.user):
            Eui.parse(eui)
        read_date_time(self.since)


@dataclass(frozen=True, slots=True)
class _Term:
    since: int
    user: Eui


class Users:
    """Who may ask as what.

    Without entries, everybody whose documents can be verified is a User in all ``unlisted`` roles. A device and role
    without a registration has no single responsible User: whoever is in the role is.
    """

    def __init__(
        self,
        entries: Collection[UserEntry],
        registrations: Iterable[Registration],
        unlisted: Iterable[UserRoleCode],
    ) -> None:
        self._roles = {Eui.parse(entry.eui): frozenset(map(UserRole, entry.roles)) for entry in entries}
        self._suspended = {Eui.parse(entry.eui) for entry in entries if entry.suspended}
        self._unlisted = frozenset(map(UserRole, unlisted))
        self._terms: dict[tuple[Eui, UserRole], list[_Term]] = {}
        for one in registrations:
            self.register(Eui.parse(one.device), UserRole(one.role), Eui.parse(one.user), read_date_time(one.since))

    def register(self, device: Eui, role: UserRole, user: Eui, since: int) -> None:
        """From ``since`` on (ns) ``user`` is responsible, in place of any other: a change of Supplier, for one."""
        terms = self._terms.setdefault((device, role), [])
        terms.append(_Term(since, user))
        terms.sort(key=lambda term: term.since)

    def admit(self, user: Eui, roles: Iterable[UserRole]) -> None:
        """From now on these are the roles of ``user``."""
        self._roles[user] = frozenset(roles)

    def roles_of(self, user: Eui) -> frozenset[UserRole]:
        """The roles that a User is in. Raises Refused: E1 for nobody that is known, E3 for one that is suspended."""
        roles = self._roles.get(user)
        if roles is None and self._roles:
            raise Refused(response_code.BAD_PARTY_OR_ROLE, f"{user} is no User that is known here")
        if user in self._suspended:
            raise Refused(response_code.USER_SUSPENDED, f"{user} is suspended")
        return self._unlisted if roles is None else roles

    def is_responsible(self, user: Eui, role: UserRole, device: Eui, target: Target, now: int) -> bool:
        """Whether a User in ``role`` may ask something of a device at ``now`` (ns), which is a ``target``.

        That nobody in particular is responsible for a device without a registration is assumed.
        """
        if target not in DEVICES[role]:
            return False
        terms = self._terms.get((device, role))
        if terms is None or role in _OF_NO_DEVICE:
            return True
        begun = [term.user for term in terms if term.since <= now]
        return bool(begun) and begun[-1] == user
