"""A Service Request and what the DCC knows make a Command or Pre-Command (DUIS to GBCS)."""

from dataclasses import dataclass, replace
from enum import StrEnum

from ppmid_protocols.duis.bodies import SignedPreCommand, content_of
from ppmid_protocols.duis.documents import Request
from ppmid_protocols.duis.service_body import Node, execution_of
from ppmid_protocols.errors import Unsupported
from ppmid_protocols.gbcs.message import Cra, Message
from ppmid_protocols.transforms.ask import Ask, Circumstances
from ppmid_protocols.transforms.payloads import PAYLOADS
from ppmid_protocols.transforms.rules import By, Rule, rule_for

_READER_CERTIFICATE = "KAPublicSecurityCredentials"


class Kind(StrEnum):
    """What comes of a Service Request: for a critical one of the User's own, what the User is still to sign."""

    COMMAND = "command"
    PRE_COMMAND = "pre-command"


@dataclass(frozen=True, slots=True)
class Transformed:
    """The name of the use case, and the message: still without signature and MAC.

    A Pre-Command encodes in the form of DUIS, ended by the signature length 00.
    """

    use_case: str
    message_code: int
    kind: Kind
    message: Message


def transform(request: Request, circumstances: Circumstances) -> Transformed:
    """The Command or Pre-Command of a Request.

    Its counter is that of the RequestID, or the broker's own in a Command that the Access Control Broker makes in its
    own name. Raises Unsupported where no use case, or no payload for it, is known; Malformed where the body lacks what
    the payload needs.
    """
    if isinstance(request.body, SignedPreCommand):
        raise Unsupported(f"SRV {request.srv}: a signed Pre-Command is signed already, and not transformed")
    body = content_of(request.body)
    rule = rule_for(request.srv, body, circumstances)
    use_case = rule.use_case
    build = PAYLOADS.get(use_case.name)
    if build is None:
        raise Unsupported(f"SRV {request.srv}: this version makes no payload for use case {use_case.name}")
    header = _header(request, rule, body, circumstances)
    ask = Ask(
        node=body,
        circumstances=circumstances,
        counter=header.counter,
        target=header.target,
        reader=request.request_id.originator,
        message_code=use_case.code,
        execution=execution_of(body),
    )
    signed_by_user = bool(use_case.critical) and header.originator == request.request_id.originator
    kind = Kind.PRE_COMMAND if signed_by_user and rule.by is By.USER else Kind.COMMAND
    return Transformed(use_case.name, use_case.code, kind, replace(header, payload=build(ask)))


def _header(request: Request, rule: Rule, body: Node, circumstances: Circumstances) -> Message:
    """The message without its payload: who asks whom, by which counter, and on whose behalf."""
    identity = request.request_id
    own = rule.by is By.USER and circumstances.holds_user and body.find(_READER_CERTIFICATE) is None
    named = not own and rule.by is not By.BROKER_ALONE
    certificate = body.find(_READER_CERTIFICATE)
    der = certificate.value if named and certificate is not None else b""
    return Message(
        cra=Cra.COMMAND,
        counter=identity.counter if own else circumstances.broker_counter,
        originator=identity.originator if own else circumstances.broker,
        target=identity.target,
        message_code=rule.use_case.code,
        payload=b"",
        supplementary_party=identity.originator if named else None,
        supplementary_party_counter=identity.counter if named else None,
        supplementary_certificate=der if isinstance(der, bytes) else b"",
    )
