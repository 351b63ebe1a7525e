"""The other links in the capture of a run: GBCS messages on the WAN, DUIS documents, the local command interface."""

from collections.abc import Callable, Mapping

from ppmid_protocols.captures import sayings
from ppmid_protocols.captures.pcapng import LinkType
from ppmid_protocols.captures.sayings import Fields
from ppmid_protocols.duis import documents
from ppmid_protocols.errors import Malformed
from ppmid_protocols.local_interface import messages, sealing

Read = tuple[str, Fields, tuple[str, str], str]
"""What was said, its fields, sender and receiver as the octets tell them (an EUI-64 or a word), and a problem or ""."""


def _read_gbcs(octets: bytes, show_secrets: bool) -> Read:
    said = sayings.of_gbcs(octets, show_secrets)
    return said.what, said.fields, (said.fields.get("originator", ""), said.fields.get("target", "")), said.problem


def _read_duis(octets: bytes, show_secrets: bool) -> Read:
    document = documents.from_xml(octets)
    fields: Fields = {"request": str(document.request_id) if document.request_id else None}
    if isinstance(document, documents.Request):
        what, ends = f"DUIS Request, SRV {document.srv}", (str(document.request_id.originator), "dcc")
        fields["command_variant"] = document.command_variant
    else:
        user = str(document.request_id.originator) if document.request_id else "dcc-user"
        what, ends = f"DUIS Response, {document.code}", ("dcc", user)
    utrn = getattr(document.body, "utrn", None)
    if utrn is not None:
        fields["utrn"] = utrn.digits.decode("ascii") if show_secrets else sayings.HIDDEN
    inner = getattr(document.body, "gbcs", None) or getattr(document.body, "device_gbcs", None) or b""
    return _with_gbcs(what, fields, ends, inner, show_secrets)


def _read_local_interface(octets: bytes, show_secrets: bool) -> Read:
    """A sealed message of the PPMID local command interface; whether its signature holds is the receiver's to say."""
    payload = sealing.elements(octets)[2]
    if not isinstance(payload, bytes):
        raise Malformed("COSE_Sign1", "expected the payload as octets")
    message = messages.decode(payload)
    asks = isinstance(message, messages.SubmitCommand | messages.SubmitUtrn)
    ends = ("delivery-service", "ppmid") if asks else ("ppmid", "delivery-service")
    fields = sayings.fields_of(message, show_secrets)
    for carrier in ("command", "response"):
        fields.pop(carrier, None)
    inner = getattr(message, "command", None) or getattr(message, "response", None) or b""
    what = f"local interface, {sayings.words(type(message).__name__)}"
    return _with_gbcs(what, fields, ends, inner, show_secrets)


def _read_piece(octets: bytes, show_secrets: bool) -> Read:  # noqa: ARG001 - a piece alone tells nothing
    """A block of a stick's file, a chunk of a serial line or an APDU; which way it went a capture does not say."""
    return f"brought by hand, a piece of {len(octets)} octets", {}, ("", ""), ""


def _with_gbcs(what: str, fields: Fields, ends: tuple[str, str], octets: bytes, show_secrets: bool) -> Read:
    if not octets:
        return what, fields, ends, ""
    said = sayings.of_gbcs(octets, show_secrets)
    return f"{what}: {said.what}", fields | said.fields, ends, said.problem


READERS: Mapping[int, Callable[[bytes, bool], Read]] = {
    LinkType.GBCS: _read_gbcs,
    LinkType.DUIS: _read_duis,
    LinkType.LOCAL_COMMAND_INTERFACE: _read_local_interface,
    LinkType.BROUGHT_BY_HAND: _read_piece,
}
