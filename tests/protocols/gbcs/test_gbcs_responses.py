"""What Responses of any use case say: against the names that RTDS 4.5.0 gives its own, and on made ones."""

from dataclasses import replace

import pytest

from ppmid_protocols.errors import Malformed, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import asn1, dlms, gbz
from ppmid_protocols.gbcs.dlms import Choice
from ppmid_protocols.gbcs.keyring import KeyRing
from ppmid_protocols.gbcs.message import Cra, Message
from ppmid_protocols.gbcs.responses import outcome_of, success_of
from ppmid_protocols.gbcs.verify import examine

SUPPLIER, METER = Eui.parse("90b3d51f30010000"), Eui.parse("00db1234567890a0")
ACCEPTED_FIRST = "CS06_11.3_FUTURE_DATED_ERROR_RESPONSE"
"""The only one of RTDS whose name speaks of an error that is not in it: the Alert of the future date tells it."""


def test_every_response_of_rtds_is_a_success_or_a_refusal_as_its_name_says(rtds: dict, ring: KeyRing) -> None:
    judged = {}
    for name, sample in rtds.items():
        if sample.facts["kind"] == "RESPONSE":
            message = sample.message
            plain = [part.plain for part in examine(message, ring).sealed]
            judged[name] = outcome_of(message, plain).success
    assert len(judged) == 280
    assert {name for name, success in judged.items() if success == ("_ERROR_" in name)} == {ACCEPTED_FIRST}


def response(code: int, payload: bytes) -> Message:
    return Message(
        cra=Cra.RESPONSE, counter=1000, originator=METER, target=SUPPLIER, message_code=code, payload=payload
    )


def dlms_answer(*results: int) -> bytes:
    return dlms.response(1000, *((Choice.SET, result, dlms.NULL) for result in results)).encode()


def gbz_answer(*components: tuple[int, int, int, str]) -> bytes:
    return gbz.encode(
        tuple(
            gbz.Component(cluster=cluster, frame_control=control, sequence=0, command=command, body=bytes.fromhex(body))
            for cluster, control, command, body in components
        )
    )


@pytest.mark.parametrize(
    ("code", "payload", "refusal"),
    [
        (0x001E, dlms_answer(0, 0, 0), 0),  # ECS07
        (0x001E, dlms_answer(0, 3, 250), 3),  # r/w denied, then the rest of the list left undone
        (0x006E, gbz_answer((0x0705, 8, 0x0B, "0200"), (0x0705, 8, 0x0B, "02C0")), 0xC0),  # GCS04
        (0x006D, gbz_answer((0x0705, 0x19, 0x02, "010200000040420F00400D0300")), 0),  # GCS03
        (0x0075, gbz_answer((0x0700, 8, 1, "1706C0160600213A03")), 0xC0),  # GCS14: one attribute of two
        (0x00C5, gbz_answer((0x0705, 8, 0x0B, "088B")), 0),  # GCS15e: nothing in the log
        (0x0075, gbz_answer((0x0700, 8, 1, "17068B")), 0x8B),  # an attribute is not a log
        (0x0015, gbz_answer((0x0709, 9, 2, "08")), 0),  # CS11
        (0x000D, bytes.fromhex("020100"), 0),  # CS03A1
        (0x000D, bytes.fromhex("020104"), 4),  # device log full
        (0x000A, bytes.fromhex("020102"), 2),  # CS02c: key pair generation failed
        (0x007F, asn1.make("SetTimeResponse", {"deviceTime": "20260101000000Z", "status": 2}).encode(), 2),  # GCS28
    ],
)
def test_the_first_code_that_is_no_success_is_the_refusal(code: int, payload: bytes, refusal: int) -> None:
    said = outcome_of(response(code, payload))
    assert (said.success, said.code) == (refusal == 0, refusal)


def test_sealed_statuses_cannot_be_told_until_they_are_opened() -> None:
    """GCS14's Prepayment attributes; a sealed log needs no opening to be one that was given."""
    sealed = gbz.Component(
        cluster=0x0705, frame_control=8, sequence=0, command=1, body=bytes.fromhex("3100000000") + bytes(20)
    )
    message = response(0x0075, gbz.encode((replace(sealed, frame_counter=0),)))
    with pytest.raises(Unsupported, match="sealed"):
        outcome_of(message)
    assert outcome_of(message, [bytes.fromhex("0100002B40420F00")]).success
    assert outcome_of(message, [bytes.fromhex("0100C0")]).code == 0xC0
    log = replace(sealed, frame_control=0x19, command=6, cluster=0x0702, frame_counter=0)
    assert outcome_of(response(0x0076, gbz.encode((log,)))).success


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        (replace(response(0x001E, dlms_answer(0)), cra=Cra.COMMAND), "expected a Response, found a Command"),
        (response(0x001E, dlms.request(1000).encode()), "expected a Response's payload, found AccessRequest"),
        (response(0x006E, gbz_answer((0x0705, 1, 0x02, ""))), "an answer of cluster 0705, found command 02"),
        (response(0x006E, gbz_answer((0x0705, 8, 0x0B, "02"))), "expected the records of command 0B, found 1 octets"),
        (response(0x006E, gbz_answer((0x0705, 8, 0x04, "00"))), "found the general command 04"),
        (response(0x006E, gbz_answer((0x0705, 9, 0x7F, ""))), "an answer of cluster 0705, found command 7F"),
    ],
)
def test_what_is_no_answer_is_malformed(message: Message, problem: str) -> None:
    with pytest.raises(Malformed, match=problem):
        outcome_of(message)


def test_of_what_nobody_can_read_there_is_no_success_and_no_refusal(rtds: dict) -> None:
    sample = rtds["CS06_11.3_FUTURE_DATED_ERROR_RESPONSE"].message
    assert success_of(sample) is True
    assert success_of(replace(sample, payload=b"\xff")) is None
    assert success_of(replace(sample, cra=Cra.COMMAND)) is None
