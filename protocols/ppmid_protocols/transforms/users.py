"""Which User can have which Command for local delivery, and verify and return what a device answers to it.

By the tables: the roles and Command Variants of each Service Reference Variant (DUIS schema 5.4), and in whose name and
how critical each use case is (GBCS). A device holds credentials of its Supplier and its network operator alone; for
any other User the Command is the Access Control Broker's, and so is its Response.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ppmid_protocols.duis.services import SERVICE_REQUESTS, Local, ServiceRequest, Target, UserRole
from ppmid_protocols.gbcs.use_cases import UseCase
from ppmid_protocols.transforms.rules import RULES, By

RETURN_SRV = "8.13"
_LOCAL_VARIANTS = frozenset({2, 6})
_ELECTRICITY = frozenset({Target.ESME, Target.CHF, Target.HCALCS, Target.PPMID})
_GAS = frozenset({Target.GSME, Target.GPF, Target.CHF, Target.PPMID})

DEVICES: Mapping[UserRole, frozenset[Target]] = MappingProxyType(
    {
        UserRole.IMPORT_SUPPLIER: _ELECTRICITY,
        UserRole.EXPORT_SUPPLIER: _ELECTRICITY,
        UserRole.GAS_SUPPLIER: _GAS,
        UserRole.REGISTERED_SUPPLIER_AGENT: _ELECTRICITY | _GAS,
        UserRole.ELECTRICITY_DISTRIBUTOR: _ELECTRICITY,
        UserRole.GAS_TRANSPORTER: _GAS,
        UserRole.OTHER_USER: _ELECTRICITY | _GAS,
    }
)
"""The devices that a role has to do with, by its fuel."""

KNOWN = frozenset(
    {
        UserRole.IMPORT_SUPPLIER,
        UserRole.GAS_SUPPLIER,
        UserRole.ELECTRICITY_DISTRIBUTOR,
        UserRole.GAS_TRANSPORTER,
    }
)
"""The roles whose credentials a device holds (GBCS 12: the trust anchors of Supplier and network operator)."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What a role can do with Commands for local delivery: use cases by number.

    ``obtains``: those whose Command it is given. ``by_signature``: critical, so that anybody with the device's
    certificate can verify the Response. ``by_own_mac``: the Response's MAC is made for this User. ``dcc_alone``: it is
    made for the Access Control Broker. ``returns``: whether it may hand a Response to the DCC (SRV 8.13).
    """

    role: UserRole
    obtains: int
    by_signature: int
    by_own_mac: int
    dcc_alone: int
    returns: bool


def reach(role: UserRole) -> Reach:
    """The row of one role."""
    found = {case.code: (case, by) for service in _deliverable(role) for case, by in _cases(service, role)}
    signed = sum(bool(case.critical) for case, _ in found.values())
    own = sum(not case.critical and by is By.USER and role in KNOWN for case, by in found.values())
    returns = role in SERVICE_REQUESTS[RETURN_SRV].roles
    return Reach(role, len(found), signed, own, len(found) - signed - own, returns)


def reaches(roles: Iterable[UserRole] = UserRole) -> tuple[Reach, ...]:
    """The table: a row for each role."""
    return tuple(map(reach, roles))


def _deliverable(role: UserRole) -> Iterator[ServiceRequest]:
    for service in SERVICE_REQUESTS.values():
        if role in service.roles and service.variants & _LOCAL_VARIANTS and service.local is not Local.NO:
            yield service


def _cases(service: ServiceRequest, role: UserRole) -> Iterator[tuple[UseCase, By]]:
    for rule in RULES:
        if rule.srv == service.srv and rule.targets & service.targets & DEVICES[role]:
            yield rule.use_case, rule.by
