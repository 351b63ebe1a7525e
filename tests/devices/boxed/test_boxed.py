"""DCC Boxed's interface over real sockets: what goes to which service, what comes back at once and what later."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from home_parts import BROKER, CREDENTIALS, ESME, POUND, SUPPLIER, with_mac_of

from ppmid_devices.dcc.boxed import BoxedDcc
from ppmid_devices.dcc.boxed.fault import BoxedFault
from ppmid_devices.dcc.boxed.http_service import Reply
from ppmid_devices.dcc.contract import DccLimits, UserThresholds
from ppmid_devices.dcc.simulated import SimulatedDcc
from ppmid_devices.dcc_user.contract import Outcome, Way
from ppmid_devices.ports import MILLISECOND, CannotArrange
from ppmid_devices.signed_documents import sign_document
from ppmid_protocols.duis import bodies, response_code
from ppmid_protocols.duis.documents import Request, Response, from_xml
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.gbcs import axdr, dlms
from ppmid_protocols.gbcs.message import Cra, Message, decode

Make = Callable[..., Any]


def settled(ours: Any, name: str) -> Any:
    """The User's record once it is settled."""
    assert ours.until(lambda: ours.user.record(name).outcome is not Outcome.PENDING), ours.dcc.findings
    return ours.do(lambda: ours.user.record(name))


def variants(ours: Any) -> list[tuple[str, int]]:
    return [(request.srv, request.command_variant) for request in ours.requests()]


def test_variant_1_is_accepted_and_its_response_is_called_back(with_stand_in: Make) -> None:
    ours = with_stand_in()
    name = ours.do(lambda: ours.user.top_up(ESME, 10 * POUND, Way.WAN))
    record = settled(ours, name)
    assert (record.outcome, record.verified_by) == (Outcome.DELIVERED_VERIFIED, "wan")
    assert [response.code for response in ours.responses()] == ["I99", "I0"]
    assert ours.stand_in.called_back == [204]
    assert variants(ours) == [("2.2", 1)]
    (service,) = ours.do(ours.dcc.services)
    assert (service.request, service.delivered_over_wan, service.waiting) == (name, True, False)
    assert ours.dcc.findings == ()


def test_variant_2_gives_a_command_for_local_delivery_and_8_13_takes_its_response(with_stand_in: Make) -> None:
    ours = with_stand_in(over_wan=False)
    name = ours.do(lambda: ours.user.top_up(ESME, 10 * POUND, Way.LOCAL))
    record = settled(ours, name)
    assert (record.outcome, record.verified_by) == (Outcome.DELIVERED_VERIFIED, "avenue")
    assert ours.do(ours.meter.display).balance == 5 * POUND + 10 * POUND
    assert ours.until(lambda: any(service.delivered_locally for service in ours.dcc.services()))
    assert variants(ours) == [("2.2", 2), ("8.13", 8)]
    assert [response.code for response in ours.responses()] == ["I0", "I0"]


@pytest.mark.parametrize(("way", "second", "by"), [(Way.WAN, 5, "wan"), (Way.LOCAL, 6, "avenue")])
def test_a_critical_request_is_transformed_signed_and_delivered(
    way: Way, second: int, by: str, with_stand_in: Make
) -> None:
    ours = with_stand_in()
    record = settled(ours, ours.do(lambda: ours.user.request("7.1", ESME, way)))
    assert (record.outcome, record.verified_by) == (Outcome.DELIVERED_VERIFIED, by)
    assert variants(ours)[:2] == [("7.1", 4), ("7.1", second)]
    assert bool(ours.avenue.commands) == (way is Way.LOCAL)


class OlderPreCommands(SimulatedDcc):
    """Gives Pre-Commands as a DCC Boxed before 1.4.1 does: they end with the payload."""

    def _answer(self, *arguments: Any) -> Response:
        answer = super()._answer(*arguments)
        if not isinstance(answer.body, bodies.PreCommand):
            return answer
        return replace(answer, body=replace(answer.body, gbcs=answer.body.gbcs.removesuffix(b"\0")))


def test_a_pre_command_in_the_older_form_is_signed_too(with_stand_in: Make) -> None:
    ours = with_stand_in(dcc={"kind": OlderPreCommands})
    record = settled(ours, ours.do(lambda: ours.user.request("7.1", ESME, Way.LOCAL)))
    assert record.outcome is Outcome.DELIVERED_VERIFIED
    (given,) = (one.body.gbcs for one in ours.responses() if isinstance(one.body, bodies.PreCommand))
    assert decode(given).pre_command, "without the length of a signature"


def test_it_is_posted_to_the_service_of_its_variant_as_signed(with_script: Make) -> None:
    asked: list[Any] = []
    ours = with_script(lambda one: asked.append(one) or answer_with_error(one))
    for action in (
        lambda: ours.user.top_up(ESME, POUND, Way.WAN),
        lambda: ours.user.top_up(ESME, POUND, Way.LOCAL),
        lambda: ours.user.request("7.1", ESME, Way.LOCAL),
    ):
        ours.do(action)
        sent = len(ours.tap.frames)
        assert ours.until(lambda sent=sent: len(ours.tap.frames) > sent)
    assert [(one.method, one.path, one.content_type) for one in asked] == [
        ("POST", "/api/v1/serviceS", "application/xml"),
        ("POST", "/api/v1/serviceD", "application/xml"),
        ("POST", "/api/v1/serviceT", "application/xml"),
    ]
    assert [one.body for one in asked] == [frame for sender, frame in ours.tap.frames if sender == "dcc-user"]


def answer_with_error(asked: Any) -> Any:
    request = from_xml(asked.body)
    answer = Response(request.request_id, None, response_code.DEVICE_UNKNOWN, 0, None, request.srv)
    return Reply(200, sign_document(answer, CREDENTIALS[BROKER].own("xml_signing")), "application/xml; charset=utf-8")


def alert() -> Message:
    body = axdr.structure(axdr.Number(axdr.LONG_UNSIGNED, 0x810E), axdr.octet_string(bytes(12)))
    payload = dlms.DataNotification(dlms.invoke_id(9), body).encode()
    plain = Message(cra=Cra.ALERT, counter=9, originator=ESME, target=SUPPLIER, message_code=0x1001, payload=payload)
    return with_mac_of(plain, ESME, SUPPLIER)


def test_an_alert_is_called_back_and_reaches_the_user(with_stand_in: Make) -> None:
    ours = with_stand_in()
    ours.stand_in.from_hub(alert().encode())
    assert ours.until(lambda: bool(ours.user.alerts))
    assert [(meter, code) for meter, code, _ in ours.user.alerts] == [(ESME, 0x810E)]
    assert ours.stand_in.called_back == [204]


def test_a_dcc_alert_is_handed_on_as_well(with_script: Make, post: Make) -> None:
    ours = with_script(answer_with_error)
    event = bodies.CommandFailure(RequestId(SUPPLIER, ESME, 1), device=ESME)
    document = Response(None, None, response_code.SUCCESS, 0, bodies.DccAlert("N1", event=event), None)
    assert post(ours, sign_document(document, CREDENTIALS[BROKER].own("xml_signing"))) == 204
    assert ours.until(lambda: bool(ours.responses()))
    assert isinstance(ours.responses()[0].body, bodies.DccAlert)


def test_over_a_wan_that_leads_to_no_meter_of_the_bench_nothing_is_sent(with_stand_in: Make) -> None:
    ours = with_stand_in(over_wan=False)
    ours.do(lambda: ours.user.top_up(ESME, POUND, Way.WAN))
    with pytest.raises(CannotArrange, match=r"SRV 2\.2 by Command Variant 1 .* say `over_wan = true`"):
        ours.until(lambda: False)
    assert ours.responses() == []


def test_the_stand_in_is_never_taken_for_dcc_boxed_nor_dcc_boxed_for_it(with_stand_in: Make, with_script: Make) -> None:
    ours = with_stand_in(BoxedDcc)
    ours.do(lambda: ours.user.top_up(ESME, POUND, Way.LOCAL))
    with pytest.raises(BoxedFault, match=r"our own stand-in answers; check .*RehearsedBoxedDcc"):
        ours.until(lambda: False)
    assert ours.avenue.commands == []
    assert (BoxedDcc.nature.real, type(ours.dcc).nature.hides) == (True, {"wan", "dcc"})


def test_the_stand_in_refuses_a_variant_at_the_wrong_service(with_stand_in: Make, call: Make) -> None:
    ours = with_stand_in()
    request = Request(RequestId(SUPPLIER, ESME, 1 << 32), 2, "4.18", bodies.ReadMeterBalance())
    frame = sign_document(request, CREDENTIALS[SUPPLIER].own("xml_signing"))
    assert response_of(call(f"{ours.stand_in.url}/api/v1/serviceS", frame)).code == "E13"
    forged = frame.replace(b"4.18</sr:ServiceReferenceVariant>", b"2.5</sr:ServiceReferenceVariant>")
    assert call(f"{ours.stand_in.url}/api/v1/serviceD", forged).status == 400
    altered = frame.replace(b":4294967296<", b":4294967297<")
    assert altered != frame
    refusal = call(f"{ours.stand_in.url}/api/v1/serviceD", altered)
    assert b"Signature" not in refusal.body
    assert response_of(refusal).code == "E100"
    assert call(f"{ours.stand_in.url}/api/v1/serviceD", b"no XML").status == 400
    assert call(f"{ours.stand_in.url}/elsewhere", frame).status == 404
    assert call(f"{ours.stand_in.url}/api/v1/serviceD", None).status == 405


def response_of(answer: Any) -> Response:
    document = from_xml(answer.body)
    assert isinstance(document, Response)
    return document


def test_a_command_is_the_brokers_own(with_stand_in: Make) -> None:
    ours = with_stand_in()
    settled(ours, ours.do(lambda: ours.user.top_up(ESME, POUND, Way.LOCAL)))
    (command,) = ours.avenue.commands
    assert (decode(command).originator, decode(command).target) == (SUPPLIER, ESME)


def test_a_users_originator_counter_can_follow_the_clock(with_script: Make) -> None:
    ours = with_script(answer_with_error, user={"originator_counters": "epoch"})
    names = [ours.do(lambda: ours.user.request("4.18", ESME, Way.LOCAL)) for _ in range(2)]
    first, second = (RequestId.parse(name).counter for name in names)
    assert second == first + 1
    assert abs(first - ours.clock.now() // MILLISECOND) < 10_000


@pytest.mark.parametrize(
    "ask",
    [
        lambda dcc: dcc.set_user_thresholds(UserThresholds(user=SUPPLIER, srv="2.2")),
        lambda dcc: dcc.set_limits(DccLimits(srv="2.2")),
        lambda dcc: dcc.anomaly_counts(),
        lambda dcc: dcc.quarantined(),
        lambda dcc: dcc.release(1),
        lambda dcc: dcc.delete(1),
    ],
)
def test_it_says_that_it_has_no_anomaly_detection(ask: Callable[[BoxedDcc], Any], with_script: Make) -> None:
    with pytest.raises(CannotArrange, match="DCC Boxed's interface has nothing of anomaly detection"):
        ask(with_script(answer_with_error).dcc)
