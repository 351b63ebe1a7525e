"""What the prepayment Commands ask and what their Responses say, apart from how either fuel codes it.

Money is a whole number of millipence (1/1000 p).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal, NamedTuple

from ppmid_protocols.errors import Malformed
from ppmid_protocols.secret import Secret
from ppmid_protocols.utrn import DIGITS, IN_OCTETS

Kind = Literal["esme", "gsme", "ppmid-gsme"]
"""Who is asked, and on which way: a meter by a Remote Party, or the GSME by the PPMID over the HAN (PCS01, PCS02)."""

CS01A, CS01B, PCS01 = 0x0007, 0x0097, 0x009B
ECS82, GCS60 = 0x0069, 0x008D
ECS45, GCS33 = 0x0052, 0x0082
ECS44, GCS39 = 0x0051, 0x0085
ECS42 = 0x004F
ECS09, GCS06, PCS02 = 0x0020, 0x0070, 0x0090


class Content(NamedTuple):
    """What a message is about: its Message Code and payload."""

    message_code: int
    payload: bytes

    def __repr__(self) -> str:
        return f"Content({self.message_code:04X}, {len(self.payload)} octets)"


class SupplyState(IntEnum):
    """The state of a supply, numbered as ECS45 does (the GSME numbers otherwise)."""

    DISABLED = 0
    ENABLED = 1
    ARMED = 2


@dataclass(frozen=True, slots=True)
class TopUp:
    """Apply a prepayment top up: the 20 ASCII digits of a UTRN, which are not checked further here."""

    digits: Secret

    def __post_init__(self) -> None:
        if not IN_OCTETS.fullmatch(self.digits):
            raise Malformed("UTRN", f"expected {DIGITS} digits, found {len(self.digits)} octets")


@dataclass(frozen=True, slots=True)
class ReadBalance:
    """Read the meter balance."""


@dataclass(frozen=True, slots=True)
class ReadSupplyStatus:
    """Read the state of the load switch or valve."""


@dataclass(frozen=True, slots=True)
class ArmSupply:
    """Arm the supply. ``issued``: the Issuer Event Id of GCS39, UTC seconds since 2000-01-01; the ESME has none."""

    issued: int | None = None


@dataclass(frozen=True, slots=True)
class EnableSupply:
    """Close the load switch of the ESME; the GSME has no such use case."""


@dataclass(frozen=True, slots=True)
class ActivateEmergencyCredit:
    """Activate emergency credit."""


Request = TopUp | ReadBalance | ReadSupplyStatus | ArmSupply | EnableSupply | ActivateEmergencyCredit


@dataclass(frozen=True, slots=True)
class ResponseOutcome:
    """What a Response says.

    ``code``: the action, data-access or ZCL status, or the Consumer Top Up result (0 is plain success); the first that
    is a refusal where a Response has several; None where it has no code, but the state reached (GCS39).
    ``values``, where the Response gives them: ``balance``, ``credit_mode_balance``, ``credited``, ``remaining`` in
    millipence (None: the meter says that it has no value), ``supply`` a SupplyState, ``battery_days``, ``source``.
    """

    success: bool
    code: int | None
    values: Mapping[str, int | None] = field(default_factory=dict)
