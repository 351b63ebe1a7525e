"""Top-up, balance, supply and emergency credit: the payloads are those that the parties make by ``gbcs.prepayment``."""

from collections.abc import Callable

from ppmid_protocols.gbcs.prepayment import (
    ActivateEmergencyCredit,
    ArmSupply,
    EnableSupply,
    Kind,
    ReadBalance,
    ReadSupplyStatus,
    Request,
    TopUp,
    command,
)
from ppmid_protocols.secret import Secret
from ppmid_protocols.transforms.ask import Ask, Builder


def _asking(kind: Kind, request: Request | Callable[[Ask], Request]) -> Builder:
    """The payload of the Command that asks a kind of meter for this."""
    return lambda ask: command(kind, ask.counter, request(ask) if callable(request) else request).payload


def _top_up(ask: Ask) -> Request:
    return TopUp(Secret(ask.text("UTRN").encode("ascii")))


def _arm_gas(ask: Ask) -> Request:
    return ArmSupply(ask.circumstances.issued)


PAYLOADS: dict[str, Builder] = {
    "CS01a": _asking("esme", _top_up),
    "CS01b": _asking("gsme", _top_up),
    "ECS09": _asking("esme", ActivateEmergencyCredit()),
    "ECS42": _asking("esme", EnableSupply()),
    "ECS44": _asking("esme", ArmSupply()),
    "ECS45": _asking("esme", ReadSupplyStatus()),
    "ECS82": _asking("esme", ReadBalance()),
    "GCS06": _asking("gsme", ActivateEmergencyCredit()),
    "GCS33": _asking("gsme", ReadSupplyStatus()),
    "GCS39": _asking("gsme", _arm_gas),
    "GCS60": _asking("gsme", ReadBalance()),
}
