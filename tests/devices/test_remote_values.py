"""What crosses the line to a party in a process of its own, and comes out equal."""

from ppmid_devices.dcc_user.contract import DccUser, Outcome, RequestRecord, Way
from ppmid_devices.remote.values import decode, encode, parameters, required
from ppmid_protocols.duis.service_body import ServiceBody
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret

METER = Eui(bytes(range(8)))
JOIN = ServiceBody.of("JoinServiceCritical", {"OtherDeviceID": METER})


def test_the_arguments_of_a_request_cross_with_a_body_and_without() -> None:
    shapes = parameters(DccUser.request)
    for body in (JOIN, None):
        arguments = ("8.7.1", METER, Way.BOTH, body)
        assert tuple(decode(encode(one), shape) for one, shape in zip(arguments, shapes, strict=True)) == arguments


def test_a_body_may_be_left_out() -> None:
    assert (required(DccUser.request), len(parameters(DccUser.request))) == (3, 4)


def test_a_record_crosses_with_its_secrets() -> None:
    record = RequestRecord(
        request="r",
        srv="4.3",
        device=METER,
        outcome=Outcome.DELIVERED_VERIFIED,
        asked_at=1,
        settled_at=2,
        verified_by="avenue",
        credits=0,
        settlements=1,
        readings=(Secret(b"\x01\x02"),),
    )
    crossed = decode(encode(record), RequestRecord)
    assert crossed == record
    assert isinstance(crossed.readings[0], Secret)
