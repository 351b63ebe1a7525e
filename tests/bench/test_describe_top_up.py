"""What an observer reads of a gas meter's answer to a top-up, by the RTDS layout of the Consumer Top Up Response."""

import pytest

from ppmid_bench.describe import WanReader
from ppmid_bench.evidence import Redactor
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import Cra, Message
from ppmid_protocols.gbcs.prepayment import Content, gsme
from ppmid_protocols.gbcs.prepayment.requests import CS01B, PCS01
from ppmid_protocols.zigbee.prepayment import TopUpResult


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (gsme.top_up_response(CS01B, TopUpResult.ACCEPTED, 1_000_000), {"result": 0, "value": 1_000_000}),
        (gsme.top_up_response(PCS01, TopUpResult.MAXIMUM_CREDIT), {"result": 4, "value": None}),
        (gsme.status_response(PCS01, 1), None),
        (Content(PCS01, b"\x00"), None),
    ],
    ids=["credited", "refused", "by a Default Response", "unreadable"],
)
def test_result_and_value_are_told_where_the_meter_gave_them(content: Content, said: object) -> None:
    response = Message(
        cra=Cra.RESPONSE,
        counter=10_000,
        originator=Eui.parse("00DB1234567890A1"),
        target=Eui.parse("00DB1234567890A4"),
        message_code=content.message_code,
        payload=content.payload,
        mac=bytes(12),
    )
    assert WanReader(Redactor(b"key")).read(response.encode()).fields["gbcs"].get("top_up") == said
