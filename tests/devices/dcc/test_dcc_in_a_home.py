"""Schedules and future dating from end to end: a whole simulated home, and a User's desk on the DUIS line."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from desk import DAY, Desk

from ppmid_bench.home_keys import ACCESS_CONTROL_BROKER
from ppmid_devices import roles
from ppmid_devices.ports import HOUR, SECOND
from ppmid_protocols.duis import bodies
from ppmid_protocols.duis.answers import CARRIED_OUT, FutureDatedAlert, ScheduledMessage
from ppmid_protocols.duis.kinds import Date, Time
from ppmid_protocols.duis.service_body import ServiceBody
from ppmid_protocols.gbcs import crypto
from ppmid_protocols.gbcs.message import Cra, decode


def daily(desk: Desk, **asked: Any) -> ServiceBody:
    tomorrow = datetime.fromtimestamp(desk.now / SECOND, UTC) + timedelta(days=1)
    plain = {
        "ScheduleFrequency": "Daily",
        "ScheduleStartDate": Date(tomorrow.year, tomorrow.month, tomorrow.day),
        "DeviceID": desk.keys.eui(roles.ESME),
    }
    return ServiceBody.of("CreateSchedule", plain | asked)


OFFSETS = {"StartDateOffset": -1, "StartTime": Time(0, 0), "EndDateOffset": 0, "EndTime": Time(0, 0)}
IMPORT_LOG = {
    "DSPScheduledServiceReference": "4.6",
    "DSPScheduledServiceReferenceVariant": "4.6.1",
    "DSPRetrieveImportDailyReadLog": OFFSETS,
}


def test_a_scheduled_read_is_answered_by_the_meter_each_day(desk: Desk) -> None:
    assert desk.send(ACCESS_CONTROL_BROKER, 900_000, 8, "5.1", daily(desk, **IMPORT_LOG)).code == "I0"
    desk.wait(2 * DAY)
    told = [one.body for one in desk.heard[1:]]
    assert len(told) == 2
    for body in told:
        assert isinstance(body, ScheduledMessage)
        response = decode(body.gbcs)
        assert (response.cra, response.originator) == (Cra.RESPONSE, desk.keys.eui(roles.ESME))
        assert response.target == desk.keys.eui(ACCESS_CONTROL_BROKER)  # so the DCC has verified its MAC
        assert response.supplementary_party == desk.supplier.eui


@pytest.mark.parametrize("meter", [roles.ESME, roles.GSME])
def test_a_read_that_the_dcc_keeps_is_answered_after_its_time_and_not_before(desk: Desk, meter: str) -> None:
    body = ServiceBody.of("ReadInstantaneousPrepayValues", {"ExecutionDateTime": desk.now + HOUR})
    assert desk.send(meter, 900_000, 1, "4.3", body).code == "I99"
    desk.wait(HOUR - 10 * SECOND)
    assert len(desk.heard) == 1
    desk.wait(HOUR)
    (answer,) = desk.heard[1:]
    assert isinstance(answer.body, bodies.GbcsPayload)
    response = decode(answer.body.gbcs)
    private = desk.supplier.own("agreement").private
    crypto.verify_mac(
        response, private, desk.keys.directory_of(roles.DCC).public_key(desk.keys.eui(meter), "agreement")
    )


def test_what_the_meter_keeps_is_told_by_its_request_when_it_is_done(desk: Desk) -> None:
    at = desk.now + HOUR
    dated = ServiceBody.of("UpdatePaymentMode", {"Credit": None, "ExecutionDateTime": at})
    assert desk.send_critical(roles.ESME, 900_000, 5, "1.6", dated).code == "I99"
    desk.wait(2 * HOUR)
    taken, done = desk.heard[2:]
    assert isinstance(taken.body, bodies.GbcsPayload)  # the meter has taken the Command
    assert isinstance(done.body, FutureDatedAlert)
    assert (done.body.alert_code, done.body.instruction, done.body.instructions) == (CARRIED_OUT, 3, 3)
    assert done.request_id == taken.request_id
    assert done.date_time >= at
    crypto.verify_signature(
        decode(done.body.gbcs), desk.keys.directory_of(roles.DCC).public_key(desk.keys.eui(roles.ESME), "signing")
    )


def test_a_sequence_over_two_meters_goes_as_the_sleepy_one_answers(desk: Desk) -> None:
    """The gas meter answers at its next wake; the electricity meter is not asked before."""
    read = ServiceBody.of("ReadMeterBalance")
    first = desk.identity(roles.GSME, 900_000)
    assert desk.send(roles.GSME, 900_000, 1, "4.18", read).code == "I99"
    assert desk.send(roles.ESME, 900_000, 1, "4.18", read, preceding=first).code == "I99"
    desk.wait(HOUR)
    gas, electricity = desk.heard[2:]
    assert [one.request_id for one in (gas, electricity)] == [first, desk.identity(roles.ESME, 900_000)]
    assert all(isinstance(one.body, bodies.GbcsPayload) for one in (gas, electricity))
