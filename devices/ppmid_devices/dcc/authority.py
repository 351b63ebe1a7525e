"""Who may ask what of which device: the refusals that come before any Command is made.

The codes are those of DUIS (``response_code``). In which order they are looked for is in no public text (assumed): who
asks (E1, E3), which device (E19), the form of the Request (E17, E12, E13, E11), then the role (E2), the responsibility
(E4) and the device's status (E5).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ppmid_devices.dcc.inventory import SmartMeteringInventory
from ppmid_devices.dcc.users import Users
from ppmid_protocols.duis import response_code
from ppmid_protocols.duis.documents import Request
from ppmid_protocols.duis.services import Local, ServiceRequest, Target, UserRole
from ppmid_protocols.duis.variants import VARIANTS, Output, Refused, Service, check
from ppmid_protocols.eui import Eui

_ROLES = tuple(UserRole)
_EVERYTHING = None
_TO_INSTALL = frozenset(
    {"6.21", "8.1.1", "8.7.1", "8.7.2", "8.8.1", "8.8.2", "8.9", "8.11", "8.12.1", "8.12.2", "11.2"}
)
_NOTHING: frozenset[str] = frozenset()
FIT: Mapping[str, frozenset[str] | None] = MappingProxyType(
    {
        "Pending": _TO_INSTALL,
        "Whitelisted": _TO_INSTALL,
        "InstalledNotCommissioned": _TO_INSTALL,
        "Commissioned": _EVERYTHING,
        "Recovery": _EVERYTHING,
        "Recovered": _EVERYTHING,
        "Suspended": _NOTHING,
        "Decommissioned": _NOTHING,
        "Withdrawn": _NOTHING,
    }
)
"""The Service Requests that a device takes in each status; None: all of them (assumed: the schema has the statuses, and
no public text says what each allows)."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What may go on: the Service Request, what stands at its target, and the role that the User asks in."""

    service: ServiceRequest
    target: Target
    role: UserRole


class Authority:
    """``unknown_locally``: whether what nobody knows to be available for local delivery is given."""

    def __init__(self, broker: Eui, users: Users, inventory: SmartMeteringInventory, *, unknown_locally: bool) -> None:
        self._broker, self._users, self._inventory = broker, users, inventory
        self._unknown_locally = unknown_locally

    def grant(self, request: Request, now: int, service: Service | None = None) -> Grant:
        """Let a Request go on. ``service``: where it was sent, None where that cannot be told.

        Raises Refused, or as ``variants.check``.
        """
        user, device = request.request_id.originator, request.request_id.target
        roles = self._users.roles_of(user)
        target = self._target(device)
        known = check(request, service=service, target=target)
        local = Output.LOCAL_COMMAND in VARIANTS[request.command_variant].gives
        if local and known.local is Local.UNKNOWN and not self._unknown_locally:
            raise Refused(response_code.NOT_AVAILABLE_LOCALLY, f"whether SRV {known.srv} is given locally is not known")
        role = self._role(known, roles, user, device, target, now)
        if target is not Target.DCC:
            self._require_fit(known, device)
        return Grant(known, target, role)

    def _target(self, device: Eui) -> Target:
        if device == self._broker:
            return Target.DCC
        found = self._inventory.target_of(device)
        if found is None:
            raise Refused(response_code.DEVICE_UNKNOWN, f"{device} is no device that is known here")
        return found

    def _role(
        self, known: ServiceRequest, roles: frozenset[UserRole], user: Eui, device: Eui, target: Target, now: int
    ) -> UserRole:
        """The role that the User asks in: the first that may ask it, of this device. Raises Refused."""
        allowed = [role for role in _ROLES if role in roles and (role in known.roles or not known.roles)]
        if not allowed:
            wanted, had = ", ".join(sorted(known.roles)), ", ".join(sorted(roles))
            raise Refused(
                response_code.ROLE_NOT_ALLOWED, f"SRV {known.srv} is for {wanted}, not {had or 'nobody else'}"
            )
        for role in allowed:
            if target is Target.DCC or self._users.is_responsible(user, role, device, target, now):
                return role
        raise Refused(response_code.NOT_RESPONSIBLE, f"{user} is not responsible for {device}")

    def _require_fit(self, known: ServiceRequest, device: Eui) -> None:
        status = self._inventory.status_of(device)
        taken = None if status is None else FIT[status]
        if taken is not None and known.srv not in taken:
            raise Refused(response_code.DEVICE_STATUS_UNFIT, f"SRV {known.srv} is not for a device that is {status}")
