"""What a scenario may do with the DCC, and what it can learn from it.

Users reach the DCC over the DUIS line and meters over the SM WAN; this is only what stands beside the lines.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from ppmid_protocols.duis.services import UserRole
from ppmid_protocols.errors import Malformed
from ppmid_protocols.eui import Eui


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRecord:
    """What the DCC's own records say of one request, by RequestID.

    ``delivered_locally`` is true once its Response was returned by SRV 8.13, ``delivered_over_wan`` once one came
    over the SM WAN. ``waiting`` is true while a copy still waits for the SM WAN.
    """

    request: str
    srv: str
    command_variant: int
    delivered_locally: bool
    delivered_over_wan: bool
    waiting: bool


# Threshold Anomaly Detection. A threshold is how many communications are let through within the DCC's window.


@dataclass(frozen=True, slots=True, kw_only=True)
class UserThresholds:
    """What a User has set for its own communications of one Service Reference Variant; None: nothing.

    Past ``warning`` it is told of, past ``quarantine`` the communication is quarantined. A User hands them to the DCC
    in a signed file outside DUIS (Threshold Anomaly Detection Procedures).
    """

    user: Eui
    srv: str
    warning: int | None = None
    quarantine: int | None = None

    def __post_init__(self) -> None:
        _require_counts(self.warning, self.quarantine)


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueLimit:
    """The values that an element of a Service Request may have, both ends included.

    ``element`` is a path below the body's own element, such as ``PaymentDebtRegister``; of a UTRN the value is its
    credit in millipence, of every other element the number that stands in it.
    """

    element: str
    least: int
    most: int

    def __post_init__(self) -> None:
        if self.least > self.most:
            raise Malformed(f"limit of {self.element}", f"expected at least {self.least}, found at most {self.most}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DccLimits:
    """What the DCC has set for one Service Reference Variant: of all Users' communications together, and of values."""

    srv: str
    quarantine: int | None = None
    values: tuple[ValueLimit, ...] = ()

    def __post_init__(self) -> None:
        _require_counts(self.quarantine)


def _require_counts(*thresholds: int | None) -> None:
    for threshold in thresholds:
        if threshold is not None and threshold < 0:
            raise Malformed("threshold", f"expected a number of communications, found {threshold}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnomalyCount:
    """How many communications of one kind a User has made within the window, and all Users together.

    ``warned``: the User is past its own warning threshold.
    """

    user: Eui
    srv: str
    count: int
    of_all: int
    warned: bool


class Breach(StrEnum):
    """Why a request is quarantined (the three kinds of the DUIS schema 5.4)."""

    USER_THRESHOLD = "user-threshold-breach"
    DCC_THRESHOLD = "dcc-threshold-breach"
    ATTRIBUTE_LIMITS = "attribute-limits-breach"


class Fate(StrEnum):
    """What has become of a quarantined request."""

    HELD = "held"
    RELEASED = "released"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """A request that was quarantined. ``reference``: the number that the DCC gave it (QuarantineEventRef)."""

    reference: int
    request: str
    breach: Breach
    fate: Fate


class Dcc(Protocol):
    """The Data and Communications Company, in its role as Access Control Broker too."""

    @property
    def eui(self) -> Eui:
        """The Access Control Broker's identifier."""

    def start(self) -> None:
        """Begin to listen on its lines."""

    def services(self) -> list[ServiceRecord]:
        """Its records of the requests so far, oldest first."""

    def admit(self, user: Eui, roles: tuple[UserRole, ...]) -> None:
        """From now on know a User in these roles, and nobody but those who were admitted, or are on file otherwise."""

    def register(self, device: Eui, user: Eui, role: UserRole) -> None:
        """From now on a User is responsible for a device in this role, in place of any other: a change of Supplier."""

    def certificate_issued(self, certificate: bytes) -> None:
        """SMKI has issued a certificate (X.509, DER) to a device: know it beside those before. Raises Malformed."""

    def set_user_thresholds(self, thresholds: UserThresholds) -> None:
        """Take a User's own thresholds for a kind of communication, in place of earlier ones."""

    def set_limits(self, limits: DccLimits) -> None:
        """Set the DCC's own threshold and limits of values for a kind of communication, in place of earlier ones."""

    def anomaly_counts(self) -> list[AnomalyCount]:
        """What its anomaly detection has counted within its window, by User and Service Reference Variant."""

    def quarantined(self) -> list[Quarantined]:
        """The requests that it has quarantined so far, oldest first."""

    def release(self, reference: int) -> None:
        """Let a quarantined request go on its way. Raises Malformed for one that is not held."""

    def delete(self, reference: int) -> None:
        """Delete a quarantined request: no Command will be made of it. Raises Malformed for one that is not held."""
