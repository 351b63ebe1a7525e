"""Silence, error codes, the word of the PPMID, and Alerts."""

from dataclasses import replace

import pytest
from home_parts import (
    ESME,
    GSME,
    OTHER_SUPPLIER,
    POUND,
    SUPPLIER,
    signed_by,
    with_mac_of,
)
from user_parts import EPOCH, Bench, credited, respond

from ppmid_devices import roles
from ppmid_devices.dcc.settings import DccSettings
from ppmid_devices.dcc_user.contract import Outcome, Way
from ppmid_devices.ports import SECOND
from ppmid_protocols.duis import bodies, response_code
from ppmid_protocols.duis.documents import Response
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import axdr, dlms
from ppmid_protocols.gbcs.message import Cra, Message
from ppmid_protocols.gbcs.prepayment import gsme
from ppmid_protocols.gbcs.prepayment.requests import CS01B
from ppmid_protocols.local_interface import Reason, State, Status, UtrnOutcome, UtrnResult
from ppmid_protocols.utrn import Utrn
from ppmid_protocols.zigbee.prepayment import TopUpResult


@pytest.mark.parametrize(("meter", "seconds"), [(ESME, 120), (GSME, 7_200)])
def test_silence_ends_unknown_and_a_late_response_still_settles(meter: Eui, seconds: int) -> None:
    bench = Bench()
    name = bench.top_up(Way.LOCAL, meter)
    bench.run((seconds - 3) * SECOND)
    assert bench.user.record(name).outcome is Outcome.PENDING
    bench.run(2 * SECOND)
    record = bench.user.record(name)
    assert (record.outcome, record.settled_at, record.credits, record.settlements) == (Outcome.UNKNOWN, None, 0, 0)
    command = bench.delivery.commands[0]
    accepted = gsme.top_up_response(CS01B, TopUpResult.ACCEPTED, 10 * POUND, 10 * POUND)
    bench.delivery.answer(credited(command) if meter == ESME else respond(command, accepted), bench.delivery.names[0])
    assert bench.user.record(name).outcome is Outcome.DELIVERED_VERIFIED
    assert bench.user.record(name).credits == 1


def test_an_error_code_of_the_dcc_is_noted_and_the_outcome_unknown() -> None:
    bench = Bench(dcc_settings=DccSettings(wan_wait_s=10))
    bench.wan.set_up(False)
    name = bench.top_up(Way.BOTH)
    bench.run(20 * SECOND)
    record = bench.user.record(name)
    assert record.outcome is Outcome.UNKNOWN
    assert "E20 (communication with the device cannot be established)" in record.detail
    bench.delivery.answer(credited(bench.delivery.commands[0]), bench.delivery.names[0])
    assert bench.user.record(name).outcome is Outcome.DELIVERED_VERIFIED


def test_an_error_code_after_the_response_changes_nothing() -> None:
    bench = Bench(dcc_settings=DccSettings(wan_wait_s=10))
    bench.wan.set_up(False)
    name = bench.top_up(Way.BOTH)
    bench.delivery.answer(credited(bench.delivery.commands[0]))
    bench.run(20 * SECOND)
    record = bench.user.record(name)
    assert (record.outcome, record.settlements) == (Outcome.DELIVERED_VERIFIED, 1)
    assert "E20" in record.detail


def test_documents_that_the_dcc_did_not_sign_are_dropped() -> None:
    bench = Bench()
    name = bench.top_up(Way.WAN)
    body = bodies.GbcsPayload(credited(bench.sent_over_wan[0]))
    answer = Response(RequestId(SUPPLIER, ESME, 1 << 32), None, response_code.SUCCESS, EPOCH, body, "2.2")
    bench.from_dcc(answer, SUPPLIER)
    (own_request,) = bench.tap.carried("duis", roles.DCC_USER)
    bench.duis.send(roles.DCC, roles.DCC_USER, own_request.frame)
    bench.duis.send(roles.DCC, roles.DCC_USER, b"<Response/>")
    bench.run()
    assert bench.user.record(name).outcome is Outcome.PENDING
    assert len(bench.user.dropped) == 3
    bench.from_dcc(answer)
    assert bench.user.record(name).outcome is Outcome.DELIVERED_VERIFIED


# UTRNs by the PPMID


def sent_utrn(bench: Bench) -> str:
    return bench.user.send_utrn(ESME, bench.user.vend(ESME, 10 * POUND))


def result(name: str, outcome: UtrnOutcome, text: str) -> UtrnResult:
    return UtrnResult(bytes.fromhex(name), outcome, None, None, text)


@pytest.mark.parametrize(
    ("outcome", "text", "credits", "detail"),
    [
        (UtrnOutcome.ACCEPTED, "Top-up accepted", 1, "accepted: Top-up accepted"),
        (UtrnOutcome.REFUSED, "already used", 0, "refused: already used"),
        (UtrnOutcome.REFUSED, "7395-1773-8479-0103-8897 used", 0, "refused: <secret> used"),
    ],
)
def test_what_the_ppmid_reports_of_a_utrn_is_kept_as_its_word(
    outcome: UtrnOutcome, text: str, credits: int, detail: str
) -> None:
    bench = Bench()
    name = sent_utrn(bench)
    ((meter, digits),) = bench.delivery.utrns
    assert (meter, Utrn.parse(digits.decode()).amount) == (ESME, 10 * POUND)
    bench.delivery.say(result(name, outcome, text))
    record = bench.user.record(name)
    assert (record.outcome, record.verified_by) == (Outcome.REPORTED_UNVERIFIED, "avenue")
    assert (record.credits, record.settlements, record.detail) == (credits, 1, detail)
    assert bench.requests() == []
    bench.run(10_000 * SECOND)
    assert bench.user.record(name).outcome is Outcome.REPORTED_UNVERIFIED


def test_a_ppmid_that_does_not_know_leaves_the_utrn_pending_until_the_user_gives_up() -> None:
    bench = Bench()
    name = sent_utrn(bench)
    bench.delivery.say(result(name, UtrnOutcome.UNKNOWN, "No answer from the meter"))
    bench.delivery.say(Status(bytes.fromhex(name), State.REFUSED, Reason.HAN_UNREACHABLE, "no HAN"))
    assert bench.user.record(name).outcome is Outcome.PENDING
    bench.run(121 * SECOND)
    record = bench.user.record(name)
    assert (record.outcome, record.credits) == (Outcome.UNKNOWN, 0)
    assert record.detail == "unknown: No answer from the meter; refused: no HAN; no answer in time"


def no_ppmid(name: str) -> Status:
    return Status(bytes.fromhex(name), State.REFUSED, Reason.NO_PPMID, "none here")


def test_where_there_is_no_way_into_the_home_the_user_holds_at_once_that_nothing_was_sent_and_what_remains() -> None:
    bench = Bench()
    utrn, command = sent_utrn(bench), bench.top_up(Way.LOCAL)
    for name in (utrn, bench.delivery.names[-1]):
        bench.delivery.say(no_ppmid(name))
    for name in (utrn, command):
        record = bench.user.record(name)
        assert (record.outcome, record.credits, record.settled_at) == (Outcome.NOT_SENT, 0, None)
        assert record.detail.startswith("refused: none here; what remains is the meter's own keypad, or an engineer")
    before = len(bench.requests())
    bench.run(10_000 * SECOND)
    assert bench.user.record(utrn).outcome is Outcome.NOT_SENT
    assert len(bench.requests()) == before  # no log is asked for: there is nothing to find
    bench.delivery.answer(credited(bench.delivery.commands[0]))
    assert bench.user.record(command).outcome is Outcome.DELIVERED_VERIFIED  # a proof counts, whoever said what


def test_of_a_request_that_goes_by_the_sm_wan_too_it_is_only_noted() -> None:
    bench = Bench()
    name = bench.top_up(Way.BOTH)
    bench.delivery.say(no_ppmid(bench.delivery.names[-1]))
    record = bench.user.record(name)
    assert (record.outcome, record.detail) == (Outcome.PENDING, "refused: none here")


def test_the_ppmids_word_settles_no_command() -> None:
    bench = Bench()
    name = bench.top_up(Way.LOCAL)
    bench.delivery.say(result(bench.delivery.names[0], UtrnOutcome.ACCEPTED, "accepted"))
    bench.delivery.say(Status(bytes.fromhex(bench.delivery.names[0]), State.FORWARDED, None, "on its way"))
    record = bench.user.record(name)
    assert (record.outcome, record.detail) == (Outcome.PENDING, "")


# Alerts


def alert(code: int = 0x810E, target: Eui = SUPPLIER) -> Message:
    body = axdr.structure(axdr.Number(axdr.LONG_UNSIGNED, code), axdr.octet_string(bytes(12)))
    payload = dlms.DataNotification(dlms.invoke_id(9), body).encode()
    message = Message(cra=Cra.ALERT, counter=9, originator=ESME, target=target, message_code=0x1001, payload=payload)
    return with_mac_of(message, ESME, SUPPLIER)


def test_verified_alerts_are_kept_and_no_others() -> None:
    bench = Bench()
    signed = signed_by(replace(alert(0x8F51), mac=None), ESME)
    foreign = signed_by(signed, GSME)
    forged = replace(alert(), mac=bytes(12))
    for message in (alert(), signed, foreign, forged, alert(target=OTHER_SUPPLIER)):
        bench.over_wan(message.encode())
    assert [(meter, code) for meter, code, _ in bench.user.alerts] == [(ESME, 0x810E), (ESME, 0x8F51)]
    assert len(bench.user.dropped) == 3
