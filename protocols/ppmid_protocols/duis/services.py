"""The Service Reference Variants (DUIS schema 5.4), read from ``data/services.csv``.

Its columns: the SRV · the element of its body · the Command Variants it takes · the roles that may send it (7.16, 8.5
and 8.6: not published) · what it is addressed to (as far as public samples and use cases show) · whether the DCC sends
it by a schedule (5.1) · who keeps it until its time when it is future-dated (``dcc``, ``device``, both, or ``no``: it
cannot be) · whether it can be had as a Command for Local Delivery, and where that is said. The schema's list of Command
Variants is an upper bound: by E17 the DCC may still refuse.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from types import MappingProxyType

from ppmid_protocols.duis.bodies import TYPED_BODIES, RequestBody
from ppmid_protocols.duis.service_body import ServiceBody
from ppmid_protocols.tables import rows


class UserRole(StrEnum):
    """Roles of a DCC User."""

    IMPORT_SUPPLIER = "IS"
    EXPORT_SUPPLIER = "ES"
    GAS_SUPPLIER = "GS"
    REGISTERED_SUPPLIER_AGENT = "RSA"
    ELECTRICITY_DISTRIBUTOR = "ED"
    GAS_TRANSPORTER = "GT"
    OTHER_USER = "OU"


class Target(StrEnum):
    """What a Service Request is addressed to."""

    ESME = "ESME"
    GSME = "GSME"
    GPF = "GPF"
    CHF = "CHF"
    HCALCS = "HCALCS"
    PPMID = "PPMID"
    DCC = "DCC"


class Local(StrEnum):
    """Whether a Service Request can be had as a Command for Local Delivery."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Keeper(StrEnum):
    """Who keeps a future-dated Command until its time."""

    DCC = "dcc"
    DEVICE = "device"


@dataclass(frozen=True, slots=True)
class ServiceRequest:
    """One Service Reference Variant. ``body`` makes its body; without arguments, one without content."""

    srv: str
    body_name: str
    variants: frozenset[int]
    roles: frozenset[UserRole]
    targets: frozenset[Target]
    scheduled: bool
    dated: frozenset[Keeper]
    local: Local
    local_source: str

    @property
    def name(self) -> str:
        """The name of its body as words: ``Update Meter Balance``."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", self.body_name)

    @property
    def body(self) -> Callable[..., RequestBody]:
        return TYPED_BODIES.get(self.body_name) or partial(ServiceBody.of, self.body_name)

    @property
    def critical(self) -> bool:
        """Whether it becomes a Pre-Command that the User signs."""
        return self.variants <= _CRITICAL

    @property
    def non_device(self) -> bool:
        """Whether the DCC answers it by itself."""
        return self.variants <= _NON_DEVICE


_CRITICAL, _NON_DEVICE = frozenset({4, 5, 6, 7}), frozenset({8})


def _read() -> dict[str, ServiceRequest]:
    return {
        row["srv"]: ServiceRequest(
            srv=row["srv"],
            body_name=row["body"],
            variants=frozenset(map(int, row["variants"])),
            roles=frozenset(map(UserRole, row["roles"].split())),
            targets=frozenset(map(Target, row["targets"].split())),
            scheduled=row["scheduled"] == "yes",
            dated=frozenset(map(Keeper, row["dated"].replace("no", "").split())),
            local=Local(row["local"]),
            local_source=row["source"],
        )
        for row in rows("ppmid_protocols.duis", "services.csv")
    }


SERVICE_REQUESTS: Mapping[str, ServiceRequest] = MappingProxyType(_read())
"""Every Service Reference Variant, in the order of the schema."""
