"""What an observer reads from a GBCS message, whatever carries it, without any key. A UTRN is told as its tag alone."""

from functools import lru_cache
from typing import Any

from ppmid_bench.evidence import Redactor
from ppmid_devices.dcc.alerts import alert_code, channel_told, scan_assessment
from ppmid_devices.meter.times import UNRELIABLE, nanoseconds
from ppmid_devices.ports import SECOND
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import gbt
from ppmid_protocols.gbcs import prepayment as use_cases
from ppmid_protocols.gbcs.message import Cra, Message
from ppmid_protocols.gbcs.message import decode as decode_gbcs
from ppmid_protocols.gbcs.payload import DerPayload, read_payload, sealed_parts
from ppmid_protocols.gbcs.prepayment.requests import CS01B, PCS01
from ppmid_protocols.gbcs.responses import success_of
from ppmid_protocols.gbcs.skim import reads_in_clear
from ppmid_protocols.gbcs.use_cases import USE_CASES

Fields = dict[str, Any]
_TOP_UPS_OF_GAS = frozenset({CS01B, PCS01})


def gbcs_fields(message: Message, octets: bytes, redactor: Redactor) -> Fields:
    """What can be read from a GBCS message without any key. ``request`` is the DUIS RequestID that it belongs to."""
    use_case = USE_CASES.get(message.message_code)
    fields: Fields = {
        "code": f"{message.message_code:04X}",
        "use_case": use_case.name if use_case else "unknown",
        "cra": message.cra.name.lower(),
        "originator": str(message.originator),
        "target": str(message.target),
        "counter": message.counter,
        "signed": bool(message.signature),
        "tag": redactor.tag("gbcs", octets),
    }
    if message.date_time:
        fields["clock"] = "unreliable" if message.date_time[-1] == UNRELIABLE else "no doubt said"
        dated = nanoseconds(message.date_time)
        fields |= {} if dated is None else {"dated": dated // SECOND}
    if message.cra is Cra.ALERT:
        fields["alert"] = _alert(message)
        assessed = scan_assessment(message)
        if assessed is not None:
            fields["scan"] = assessed
        channel = channel_told(message)
        if channel is not None:
            fields["channel"] = str(channel)
    else:
        fields["request"] = str(RequestId(*message.command_key))
    if message.cra is Cra.COMMAND and message.message_code in _JOINS:
        fields["peer"] = _peer(message)
    if message.cra is Cra.RESPONSE:
        fields["success"] = success_of(message)
        fields["encrypted"] = _encrypted(message)
        if message.message_code in _TOP_UPS_OF_GAS:
            fields |= _top_up(message)
    return fields


_JOINS = {0x00AB, 0x00AF, 0x000F}
"""Joins by methods A and C (CS03A2, CS03C), and what undoes both (CS04AC)."""


def _peer(message: Message) -> str | None:
    """The device that a join or unjoin names as the other end; None where it is no such Command."""
    try:
        payload = read_payload(message)
    except ProtocolError:
        return None
    if not isinstance(payload, DerPayload):
        return None
    named = payload.element.children[1] if payload.element.children else payload.element
    return str(Eui(named.contents))


def _top_up(message: Message) -> Fields:
    """What the Consumer Top Up Response inside a GSME's Response says; nothing where that cannot be read."""
    try:
        outcome = use_cases.outcome_of(message)
    except ProtocolError:
        return {}
    if "credited" not in outcome.values:
        return {}  # a Default Response, which has neither result type nor value
    return {"top_up": {"result": outcome.code, "value": outcome.values["credited"]}}


def _encrypted(message: Message) -> int | None:
    """How many parts of a message are encrypted; None where its layout is not known here."""
    if reads_in_clear(message):
        return 0
    try:
        return len(sealed_parts(read_payload(message)))
    except ProtocolError:
        return None


def _alert(message: Message) -> str | None:
    try:
        return f"{alert_code(message):04X}"
    except ProtocolError:  # its layout is not known here
        return None


@lru_cache(maxsize=64)
def gbcs_inside(octets: bytes, redactor: Redactor) -> tuple[Fields, bool]:
    """The fields of a GBCS message that stands inside something else, and whether it may hold a UTRN.

    The same octets cross one link after the other: each scenario reads them once. Nobody changes these fields.
    """
    if gbt.is_block(octets):
        return _block(gbt.decode_block(octets), redactor.tag("gbcs", octets)), True
    message = decode_gbcs(octets)
    digits = use_cases.read_top_up_digits(message)
    fields = gbcs_fields(message, octets, redactor)
    if digits is not None:
        fields["utrn"] = redactor.utrn(digits)
    return fields, digits is not None


def _block(block: gbt.Block, tag: str) -> Fields:
    """What every block of a message says of it, and which block this is."""
    one = block.transaction
    use_case = USE_CASES.get(one.message_code)
    fields: Fields = {
        "code": f"{one.message_code:04X}",
        "use_case": use_case.name if use_case else "unknown",
        "cra": one.cra.name.lower(),
        "originator": str(one.originator),
        "target": str(one.target),
        "counter": one.counter,
        "block": block.number,
        "last": block.last,
        "tag": tag,
    }
    if one.cra is Cra.COMMAND:
        fields["request"] = str(RequestId(one.originator, one.target, one.counter))
    return fields


def readable(octets: bytes, redactor: Redactor) -> Fields:
    """The fields of what should be a GBCS message; of what is none its ``tag`` alone."""
    try:
        return gbcs_inside(octets, redactor)[0]
    except ProtocolError:
        return {"tag": redactor.tag("gbcs", octets)}
