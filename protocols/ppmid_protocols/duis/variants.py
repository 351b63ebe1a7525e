"""Which Command Variant a Service Request may use, what comes of it, and the refusals that follow (DUIS schema 5.4).

The Command Variants are a table here, the Service Reference Variants one in ``services``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from ppmid_protocols.duis import response_code
from ppmid_protocols.duis.bodies import FutureDatable, RequestBody, SignedPreCommand, body_name
from ppmid_protocols.duis.documents import Request
from ppmid_protocols.duis.response_code import ResponseCode
from ppmid_protocols.duis.service_body import ServiceBody
from ppmid_protocols.duis.services import SERVICE_REQUESTS, Local, ServiceRequest, Target, UserRole
from ppmid_protocols.errors import Malformed, ProtocolError, Unsupported


class Refused(ProtocolError):
    """A Request that the DCC answers with an error code; ``reason`` says what was expected and found."""

    def __init__(self, code: ResponseCode, reason: str) -> None:
        self.code, self.reason = code, reason
        super().__init__(f"{code} ({code.meaning or 'meaning not published'}): {reason}")


class Service(Enum):
    """The DCC's services that take Requests; the value is the path by which DCC Boxed offers it."""

    SEND_COMMAND = "/api/v1/serviceS"
    TRANSFORM = "/api/v1/serviceT"
    NON_DEVICE = "/api/v1/serviceD"


class Input(Enum):
    """What a User sends."""

    NON_CRITICAL = "non-critical Service Request"
    CRITICAL = "critical Service Request"
    SIGNED_PRE_COMMAND = "signed Pre-Command"
    NON_DEVICE = "non-device Service Request"
    NONE = "nothing: internal to the DCC"


class Output(Enum):
    """What the DCC makes of it."""

    COMMAND = "Command over the SM WAN"
    LOCAL_COMMAND = "Command for Local Delivery"
    PRE_COMMAND = "Pre-Command"
    SERVICE_RESPONSE = "Service Response"


@dataclass(frozen=True, slots=True)
class CommandVariant:
    """One row of the schema's table. ``service`` is the one that takes it; None for what no User may send."""

    number: int
    takes: Input
    gives: tuple[Output, ...]
    service: Service | None

    @property
    def over_wan(self) -> bool:
        """Whether a Command goes over the SM WAN; its Response comes later, after I99."""
        return Output.COMMAND in self.gives

    @property
    def synchronous(self) -> bool:
        """Whether an output comes in the answer to the Request itself."""
        return any(output is not Output.COMMAND for output in self.gives)

    @property
    def future_dated(self) -> bool:
        """Whether an execution time may be given: not when a Command goes to a device by other means."""
        return self.gives in (_COMMAND, _PRE_COMMAND)


_COMMAND, _LOCAL, _PRE_COMMAND = (Output.COMMAND,), (Output.LOCAL_COMMAND,), (Output.PRE_COMMAND,)
_BOTH = _COMMAND + _LOCAL
_VARIANT_ROWS = (
    CommandVariant(1, Input.NON_CRITICAL, _COMMAND, Service.SEND_COMMAND),
    CommandVariant(2, Input.NON_CRITICAL, _LOCAL, Service.NON_DEVICE),
    CommandVariant(3, Input.NON_CRITICAL, _BOTH, Service.SEND_COMMAND),
    CommandVariant(4, Input.CRITICAL, _PRE_COMMAND, Service.TRANSFORM),
    CommandVariant(5, Input.SIGNED_PRE_COMMAND, _COMMAND, Service.SEND_COMMAND),
    CommandVariant(6, Input.SIGNED_PRE_COMMAND, _LOCAL, Service.NON_DEVICE),
    CommandVariant(7, Input.SIGNED_PRE_COMMAND, _BOTH, Service.SEND_COMMAND),
    CommandVariant(8, Input.NON_DEVICE, (Output.SERVICE_RESPONSE,), Service.NON_DEVICE),
    CommandVariant(9, Input.NONE, (), None),
)
VARIANTS: Mapping[int, CommandVariant] = MappingProxyType({row.number: row for row in _VARIANT_ROWS})


def check(
    request: Request,
    *,
    service: Service | None = None,
    role: UserRole | None = None,
    target: Target | None = None,
) -> ServiceRequest:
    """The row of a Request that may be sent as it is.

    ``service`` (where it was sent), ``role`` (the User's) and ``target`` (what stands at its target EUI) are checked
    when they are given. Raises Refused: E2 role, E11 type of device, E12 Command Variant, E13 service, E17 local
    delivery of what is never given locally. That future dating with a Command for Local Delivery is E12, and that E17
    goes before E12, is assumed. Raises Malformed when the body is not the service's, or dated and never future-dated,
    and Unsupported for a Service Reference Variant outside the table.
    """
    known = SERVICE_REQUESTS.get(request.srv)
    if known is None:
        raise Unsupported(f"Service Reference Variant {request.srv}: this version does not know it")
    variant = VARIANTS[request.command_variant]
    _check_variant(request, known, variant)
    if service is not None and service is not variant.service:
        expected = "no service" if variant.service is None else variant.service.name
        raise Refused(
            response_code.WRONG_SERVICE, f"Command Variant {variant.number} goes to {expected}, not {service.name}"
        )
    if role is not None and role not in known.roles:
        raise Refused(response_code.ROLE_NOT_ALLOWED, f"SRV {known.srv} is for {_listed(known.roles)}, not {role}")
    if target is not None and target not in known.targets:
        raise Refused(
            response_code.NOT_FOR_DEVICE_TYPE, f"SRV {known.srv} is for {_listed(known.targets)}, not {target}"
        )
    return known


def _check_variant(request: Request, known: ServiceRequest, variant: CommandVariant) -> None:
    refusal = response_code.COMMAND_VARIANT_NOT_VALID
    if Output.LOCAL_COMMAND in variant.gives and known.local is Local.NO and not known.non_device:
        raise Refused(response_code.NOT_AVAILABLE_LOCALLY, f"SRV {known.srv} is not given for local delivery")
    if variant.number not in known.variants:
        allowed = " or ".join(map(str, sorted(known.variants)))
        raise Refused(refusal, f"SRV {known.srv} takes Command Variant {allowed}, not {variant.number}")
    body = request.body
    signed = isinstance(body, SignedPreCommand)
    if signed != (variant.takes is Input.SIGNED_PRE_COMMAND):
        raise Refused(refusal, f"Command Variant {variant.number} takes a {variant.takes.value}")
    if not signed and body_name(body) != known.body_name:
        problem = f"expected {known.body_name} for SRV {known.srv}, found {body_name(body)}"
        raise Malformed("Request/Body", problem)
    if execution_time(body) is None:
        return
    if not variant.future_dated:
        raise Refused(refusal, f"Command Variant {variant.number} cannot be future-dated")
    if not known.dated:
        raise Malformed("ExecutionDateTime", f"expected none, SRV {known.srv} cannot be future-dated")


def execution_time(body: RequestBody) -> int | None:
    """When a Command is to be carried out (ns since 1970-01-01 UTC); None: at once."""
    return body.execution_date_time if isinstance(body, FutureDatable | ServiceBody) else None


def _listed(names: frozenset[UserRole] | frozenset[Target]) -> str:
    return ", ".join(sorted(names))
