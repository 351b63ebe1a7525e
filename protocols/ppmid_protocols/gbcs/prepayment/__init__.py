"""Payloads of the prepayment use cases, both ways: Commands and Responses of ESME and GSME.

CS01a, CS01b, PCS01 top up · ECS82, GCS60 balance · ECS45, GCS33 supply status · ECS44, GCS39 arm · ECS42 enable ·
ECS09, GCS06, PCS02 emergency credit. Builders of Responses are in ``esme`` and ``gsme``.
"""

from ppmid_protocols.errors import Malformed, Unsupported
from ppmid_protocols.gbcs.message import Cra, Message
from ppmid_protocols.gbcs.prepayment import esme, gsme
from ppmid_protocols.gbcs.prepayment.requests import (
    CS01A,
    CS01B,
    ECS09,
    ECS42,
    ECS44,
    ECS45,
    ECS82,
    GCS06,
    GCS33,
    GCS39,
    GCS60,
    PCS01,
    PCS02,
    ActivateEmergencyCredit,
    ArmSupply,
    Content,
    EnableSupply,
    Kind,
    ReadBalance,
    ReadSupplyStatus,
    Request,
    ResponseOutcome,
    SupplyState,
    TopUp,
)
from ppmid_protocols.secret import Secret

__all__ = [
    "CODES",
    "ActivateEmergencyCredit",
    "ArmSupply",
    "Content",
    "EnableSupply",
    "Kind",
    "ReadBalance",
    "ReadSupplyStatus",
    "Request",
    "ResponseOutcome",
    "SupplyState",
    "TopUp",
    "command",
    "esme",
    "gsme",
    "outcome_of",
    "read_command",
    "read_top_up_digits",
    "top_up_command",
]

CODES: dict[tuple[Kind, type[Request]], int] = {
    ("esme", TopUp): CS01A,
    ("gsme", TopUp): CS01B,
    ("ppmid-gsme", TopUp): PCS01,
    ("esme", ReadBalance): ECS82,
    ("gsme", ReadBalance): GCS60,
    ("esme", ReadSupplyStatus): ECS45,
    ("gsme", ReadSupplyStatus): GCS33,
    ("esme", ArmSupply): ECS44,
    ("gsme", ArmSupply): GCS39,
    ("esme", EnableSupply): ECS42,
    ("esme", ActivateEmergencyCredit): ECS09,
    ("gsme", ActivateEmergencyCredit): GCS06,
    ("ppmid-gsme", ActivateEmergencyCredit): PCS02,
}
"""The Message Code for asking this of that kind of meter; what is not here has no use case."""

_ESME_CODES = frozenset(code for (kind, _), code in CODES.items() if kind == "esme")
_GSME_CODES = frozenset(CODES.values()) - _ESME_CODES


def command(kind: Kind, counter: int, request: Request) -> Content:
    """Message Code and payload of the Command with this Originator Counter. Raises Unsupported where GBCS has none."""
    code = CODES.get((kind, type(request)))
    if code is None:
        raise Unsupported(f"{type(request).__name__} for {kind}: GBCS has no such use case")
    return esme.command(code, counter, request) if kind == "esme" else gsme.command(code, request)


def top_up_command(kind: Kind, counter: int, digits: Secret) -> Content:
    """CS01a, CS01b or PCS01 with the 20 ASCII digits of a UTRN. Raises Malformed for other octets."""
    return command(kind, counter, TopUp(digits))


def read_command(message: Message) -> Request:
    """What a Command of these use cases asks. Raises Malformed, and Unsupported for another use case."""
    _expect(message, Cra.COMMAND)
    if message.message_code in _ESME_CODES:
        return esme.read_command(message.message_code, message.counter, message.payload)
    return gsme.read_command(message.message_code, message.payload)


def read_top_up_digits(message: Message) -> Secret | None:
    """The UTRN digits of a CS01a, CS01b or PCS01 Command; None for any other message. Raises Malformed."""
    if message.cra is not Cra.COMMAND or message.message_code not in (CS01A, CS01B, PCS01):
        return None
    request = read_command(message)
    return request.digits if isinstance(request, TopUp) else None


def outcome_of(message: Message) -> ResponseOutcome:
    """What a Response of these use cases says. Raises Malformed, and Unsupported for another use case."""
    _expect(message, Cra.RESPONSE)
    if message.message_code in _ESME_CODES:
        return esme.outcome(message.message_code, message.counter, message.payload)
    return gsme.outcome(message.message_code, message.payload)


def _expect(message: Message, cra: Cra) -> None:
    if message.message_code not in _ESME_CODES | _GSME_CODES:
        raise Unsupported(f"Message Code {message.message_code:04X}: not one of the prepayment use cases")
    if message.cra is not cra:
        raise Malformed("CRA flag", f"expected a {cra.name.title()}, found a {message.cra.name.title()}")
