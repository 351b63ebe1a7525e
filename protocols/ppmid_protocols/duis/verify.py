"""What a DUIS document's octets and a set of certificates tell: signer, signature, entitlement, GBCS header."""

from collections.abc import Callable
from dataclasses import dataclass

from cryptography import x509
from lxml.etree import _Element

from ppmid_protocols.duis.documents import gbcs_elements, request_id_of, root_name
from ppmid_protocols.duis.safe_xml import MAX_OCTETS, parse
from ppmid_protocols.duis.shapes import BASE64
from ppmid_protocols.duis.signature import SignatureAbsent, Verified, is_entitled, verify_root
from ppmid_protocols.errors import Malformed, NotAuthentic, ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import decode

HOLDS, DOES_NOT_HOLD, ABSENT = "holds", "does not hold", "absent"


@dataclass(frozen=True, slots=True)
class Report:
    """The answer of ``duis verify``. ``signer`` and ``role`` are known only of a signature that holds.

    ``problem`` says why a signature does not hold; ``gbcs`` is the header of the GBCS message inside, or its
    ``problem``, and empty where the document has none. Payloads are left out: they hold UTRNs in clear.
    """

    root: str
    signer: Eui | None
    role: str | None
    signature: str
    signer_entitled: bool
    problem: str | None
    gbcs: dict[str, str | int]

    @property
    def accepted(self) -> bool:
        """Whether the signature holds and its signer was entitled."""
        return self.signature == HOLDS and self.signer_entitled

    def as_json(self) -> dict[str, object]:
        """The JSON object of ``duis verify``."""
        return {
            "root": self.root,
            "signer": None if self.signer is None else str(self.signer),
            "role": self.role,
            "signature": self.signature,
            "signer_entitled": self.signer_entitled,
            "problem": self.problem,
            "gbcs": self.gbcs,
        }


def report(
    data: bytes,
    find_certificate: Callable[[int], x509.Certificate | None],
    *,
    at: int | None = None,
    limit: int = MAX_OCTETS,
) -> Report:
    """Judge a document of any service; arguments as in ``signature.verify``. Raises Malformed if it is not DUIS."""
    root = parse(data, limit)
    kind = root_name(root)
    request_id = request_id_of(root)
    if kind == "Request" and request_id is None:
        raise Malformed("Request/Header/RequestID", "expected this element, found nothing")
    originator = request_id.originator if request_id is not None and kind == "Request" else None
    gbcs = _gbcs(root)
    outcome, verified, problem = _signature(root, find_certificate, at)
    return Report(
        root=kind,
        signer=verified.signer.eui if verified else None,
        role=_role(verified),
        signature=outcome,
        signer_entitled=verified is not None and is_entitled(verified.signer, originator),
        problem=problem,
        gbcs=gbcs,
    )


def _signature(
    root: _Element, find_certificate: Callable[[int], x509.Certificate | None], at: int | None
) -> tuple[str, Verified | None, str | None]:
    try:
        return HOLDS, verify_root(root, find_certificate, at=at), None
    except SignatureAbsent:
        return ABSENT, None, None
    except (Malformed, NotAuthentic) as error:
        return DOES_NOT_HOLD, None, str(error)


def _role(verified: Verified | None) -> str | None:
    if verified is None:
        return None
    return "device" if verified.signer.role is None else verified.signer.role.name


def _gbcs(root: _Element) -> dict[str, str | int]:
    """Header of the first GBCS message in the document."""
    for element in gbcs_elements(root):
        try:
            message = decode(BASE64.read(element))
        except ProtocolError as error:
            return {"problem": str(error)}
        return {
            "message_code": f"{message.message_code:04X}",
            "cra": message.cra.name,
            "originator": str(message.originator),
            "target": str(message.target),
            "counter": message.counter,
        }
    return {}
