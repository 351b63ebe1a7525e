"""A top-up Command with a UTRN, and its Response, for the tests of what an observer reads: no digit may be told."""

from typing import Any

from ppmid_bench.describe import Description
from ppmid_bench.evidence import Redactor
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import Cra, Message
from ppmid_protocols.gbcs.prepayment import esme, top_up_command
from ppmid_protocols.gbcs.prepayment.requests import CS01A
from ppmid_protocols.utrn import Utrn, check_digit

SUPPLIER, ESME = Eui.parse("90B3D51F30010000"), Eui.parse("00DB1234567890A0")
GSME, HUB, PPMID = Eui.parse("00DB1234567890A1"), Eui.parse("00DB1234567890A2"), Eui.parse("00DB1234567890A4")
_LOWEST = "7394156990786306048"  # the PPTD of a PTUT of zeros
UTRN = Utrn.parse(_LOWEST + check_digit(_LOWEST))
REDACTOR = Redactor(b"key")
TAG = REDACTOR.utrn(UTRN.digits)
REQUEST = RequestId(SUPPLIER, ESME, 7 << 32)


def message(**changes: Any) -> Message:
    code, payload = top_up_command("esme", REQUEST.counter, UTRN.digits)
    fields = {
        "cra": Cra.COMMAND,
        "counter": REQUEST.counter,
        "originator": SUPPLIER,
        "target": ESME,
        "message_code": code,
        "payload": payload,
        "mac": bytes(12),
    }
    return Message(**(fields | changes))


COMMAND = message()
RESPONSE = message(
    cra=Cra.RESPONSE, originator=ESME, target=SUPPLIER, payload=esme.response(CS01A, REQUEST.counter).payload
)


def holds_no_utrn(description: Description) -> bool:
    digits, fields = UTRN.digits, str(description.fields)
    return digits.decode() not in fields and digits.hex() not in fields
