"""From a Service Request to the GBCS Command that it asks for, still without signature and MAC (DUIS to GBCS)."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from ppmid_devices import roles
from ppmid_devices.ports import SECOND
from ppmid_protocols.duis import bodies
from ppmid_protocols.duis.documents import Request
from ppmid_protocols.errors import Unsupported
from ppmid_protocols.gbcs import prepayment
from ppmid_protocols.gbcs.message import Cra, Message

_YEAR_2000 = 946_684_800  # seconds from 1970-01-01 to 2000-01-01, UTC

_ASKS: Mapping[type, Callable[[Any, int], prepayment.Request]] = MappingProxyType(
    {
        bodies.TopUpDevice: lambda body, _: prepayment.TopUp(body.utrn.digits),
        bodies.ReadMeterBalance: lambda *_: prepayment.ReadBalance(),
        bodies.ReadSupplyStatus: lambda *_: prepayment.ReadSupplyStatus(),
        bodies.ActivateEmergencyCredit: lambda *_: prepayment.ActivateEmergencyCredit(),
        bodies.EnableSupply: lambda *_: prepayment.EnableSupply(),
        bodies.ArmSupply: lambda _, now: prepayment.ArmSupply(now // SECOND - _YEAR_2000),
    }
)


def command_of(request: Request, kind: roles.MeterKind, now: int) -> Message:
    """The Command for what ``request`` asks of a meter of this ``kind``, with the RequestID's counter and parties.

    ``now`` (ns since 1970-01-01 UTC) is the time of issue, where the Command has one. Its octets are those of a
    Pre-Command in the form of DUIS. Raises Unsupported where GBCS has no such use case.
    """
    ask = _ASKS.get(type(request.body))
    if ask is None:
        raise Unsupported(f"SRV {request.srv}: no Command is made of {type(request.body).__name__} here")
    identity = request.request_id
    content = prepayment.command(kind, identity.counter, ask(request.body, now))
    return Message(
        cra=Cra.COMMAND,
        counter=identity.counter,
        originator=identity.originator,
        target=identity.target,
        message_code=content.message_code,
        payload=content.payload,
    )
