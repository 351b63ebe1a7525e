"""Schedules: when their Commands are made, what these ask, what comes of them, and how they end."""

from typing import Any

import pytest
from dcc_bench import DAY, EPOCH, Bench
from home_parts import BROKER, ESME, GSME, HUB, OTHER_SUPPLIER, SUPPLIER, answer_to, with_mac_of
from hypothesis import given
from hypothesis import strategies as st

from ppmid_devices.dcc.schedules import MOST, Planned, Schedules
from ppmid_devices.dcc.settings import DccSettings
from ppmid_devices.dcc.users import Registration
from ppmid_devices.ports import HOUR, SECOND
from ppmid_protocols.duis.answers import ScheduledMessage, ScheduleId, SchedulesRead
from ppmid_protocols.duis.bodies import CommandFailure, DccAlert, ScheduleRemoval
from ppmid_protocols.duis.documents import Request, Response
from ppmid_protocols.duis.kinds import Date, Time
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.duis.service_body import ServiceBody, make
from ppmid_protocols.duis.services import SERVICE_REQUESTS
from ppmid_protocols.duis.shapes import write_date_time
from ppmid_protocols.errors import Malformed
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import Message, decode

OFFSETS = {"StartDateOffset": -1, "StartTime": Time(0, 0), "EndDateOffset": 0, "EndTime": Time(0, 0)}
DAILY: dict[str, Any] = {
    "ScheduleFrequency": "Daily",
    "ScheduleStartDate": Date(2026, 1, 2),
    "DSPScheduledServiceReference": "4.6",
    "DSPScheduledServiceReferenceVariant": "4.6.1",
    "DeviceID": ESME,
    "DSPRetrieveImportDailyReadLog": OFFSETS,
}
"""As in the published template of SRV 5.1: every day, the read log of the day before."""

IDENTITY = RequestId(SUPPLIER, BROKER, 77)


def planned(**changes: Any) -> Planned:
    return Planned(1, IDENTITY, "dcc-user", make("CreateSchedule", DAILY | changes))


def days(schedule: Planned, count: int) -> list[str]:
    times = schedule.due()
    return [write_date_time(due).partition("T")[0] for due, _ in zip(times, range(count), strict=False)]


@pytest.mark.parametrize(
    ("frequency", "start", "expected"),
    [
        ("Daily", Date(2026, 2, 27), ["2026-02-27", "2026-02-28", "2026-03-01"]),
        ("Weekly", Date(2026, 2, 23), ["2026-02-23", "2026-03-02", "2026-03-09"]),
        ("Monthly", Date(2026, 1, 31), ["2026-01-31", "2026-02-28", "2026-03-31"]),
        ("Quarterly", Date(2026, 8, 31), ["2026-08-31", "2026-11-30", "2027-02-28"]),
        ("Half-Yearly", Date(2026, 8, 31), ["2026-08-31", "2027-02-28", "2027-08-31"]),
        ("Yearly", Date(2024, 2, 29), ["2024-02-29", "2025-02-28", "2026-02-28"]),
    ],
)
def test_the_days_on_which_a_schedule_falls_due(frequency: str, start: Date, expected: list[str]) -> None:
    assert days(planned(ScheduleFrequency=frequency, ScheduleStartDate=start), 3) == expected


def test_the_last_day_is_one_of_them_and_the_time_of_day_as_asked() -> None:
    schedule = planned(ScheduleEndDate=Date(2026, 1, 3), ScheduleExecutionStartTime=Time(9, 30))
    assert list(schedule.due()) == [EPOCH + DAY + 9 * HOUR + HOUR // 2, EPOCH + 2 * DAY + 9 * HOUR + HOUR // 2]
    assert schedule.after(EPOCH + 3 * DAY) is None


@given(st.sampled_from(["Daily", "Weekly", "Monthly", "Quarterly", "Half-Yearly", "Yearly"]), st.integers(0, 800))
def test_the_next_time_is_later_and_the_first_that_is(frequency: str, days_on: int) -> None:
    schedule, moment = planned(ScheduleFrequency=frequency), EPOCH + days_on * DAY
    following = schedule.after(moment)
    assert following is not None
    assert following > moment
    assert [due for due, _ in zip(schedule.due(), range(810), strict=False) if moment < due < following] == []


def test_what_is_asked_is_counted_from_the_day() -> None:
    body = planned().body(EPOCH + DAY)
    assert body == ServiceBody.of(
        "RetrieveImportDailyReadLog", {"ReadLogPeriod": {"StartDateTime": EPOCH, "EndDateTime": EPOCH + DAY}}
    )


def test_a_certificate_to_read_by_goes_along_and_a_plain_read_has_no_period() -> None:
    with_certificate = planned(KAPublicSecurityCredential=b"der").body(EPOCH)
    assert with_certificate.node.at("KAPublicSecurityCredentials").value == b"der"
    details = {name: value for name, value in DAILY.items() if not name.startswith("DSP")}
    plain = details | {
        "DSPScheduledServiceReference": "4.16",
        "DSPScheduledServiceReferenceVariant": "4.16",
        "DSPReadActivePowerImport": None,
    }
    assert Planned(1, IDENTITY, "", make("CreateSchedule", plain)).body(EPOCH) == ServiceBody.of(
        "ReadActivePowerImport"
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"DSPScheduledServiceReferenceVariant": "2.2"},  # the DCC sends it by no schedule
        {"DSPScheduledServiceReferenceVariant": "4.6.2"},  # another than what is described
        {"DSPScheduledServiceReferenceVariant": "9.9.9"},
        {"ScheduleStartDate": Date(2026, 2, 30)},
        {"ScheduleStartDate": Date(65535, 1, 1)},
        {"ScheduleEndDate": Date(2026, 1, 1)},  # before the first
    ],
)
def test_what_makes_no_schedule_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        Schedules().create(IDENTITY, "", make("CreateSchedule", DAILY | changes))


def test_one_device_has_so_many_schedules_of_a_user_and_no_more() -> None:
    schedules = Schedules()
    for _ in range(MOST):
        schedules.create(IDENTITY, "", make("CreateSchedule", DAILY))
    with pytest.raises(Malformed, match="at most 99"):
        schedules.create(IDENTITY, "", make("CreateSchedule", DAILY))
    assert schedules.create(IDENTITY, "", make("CreateSchedule", DAILY | {"DeviceID": GSME})).number == 100


class Asking(Bench):
    counter = 76

    def of_dcc(self, srv: str, plain: dict[str, Any], user: Eui = SUPPLIER) -> Response:
        self.counter += 1
        body = ServiceBody.of(SERVICE_REQUESTS[srv].body_name, plain)
        answer = self.ask(Request(RequestId(user, BROKER, self.counter), 8, srv, body), user)
        assert answer is not None
        return answer

    def scheduled(self, **changes: Any) -> int:
        answer = self.of_dcc("5.1", DAILY | changes)
        assert isinstance(answer.body, ScheduleId)
        return answer.body.schedule_id

    def made(self) -> list[Message]:
        return [decode(octets) for octets in self.commands]

    def until(self, moment: int) -> None:
        self.run(moment - self.clock.now())


def answered(command: Message) -> bytes:
    """The device's Response to the broker, with its MAC."""
    return with_mac_of(answer_to(command), command.target, BROKER).encode()


def test_a_scheduled_command_is_made_each_day_and_its_response_told_with_the_schedule() -> None:
    bench = Asking()
    number = bench.scheduled()
    assert bench.commands == []
    bench.until(EPOCH + DAY + SECOND)
    (command,) = bench.made()
    assert bench.dcc.anomaly_counts() == []  # the User has not asked for it today
    assert (command.originator, command.target, command.message_code) == (BROKER, ESME, 0x0033)  # ECS21a
    assert (command.supplementary_party, command.supplementary_party_counter) == (SUPPLIER, 77)
    response = answered(command)
    bench.from_hub(response)
    told = bench.answers[-1]
    assert (told.code, told.request_id, told.srv) == ("I0", None, "4.6.1")
    assert told.body == ScheduledMessage(response, number)
    bench.until(EPOCH + 2 * DAY + SECOND)
    first, second = bench.made()
    assert second.counter > first.counter
    assert second.payload != first.payload  # another day is asked for
    assert bench.dcc.services() == []


def test_a_response_to_the_broker_that_another_made_is_dropped() -> None:
    bench = Asking()
    bench.scheduled()
    bench.until(EPOCH + DAY + SECOND)
    (command,) = bench.made()
    before = len(bench.answers)
    bench.from_hub(with_mac_of(answer_to(command), GSME, BROKER).encode())
    assert len(bench.answers) == before
    assert "mac: " in bench.dcc.refused[-1]


def test_while_the_wan_is_down_commands_wait_for_it_and_the_user_is_told_of_those_that_waited_too_long() -> None:
    bench = Asking(settings=DccSettings(wan_wait_s=36 * 3600, command_failure_alert="N12"))
    number = bench.scheduled()
    bench.wan.set_up(False)
    bench.until(EPOCH + 3 * DAY - SECOND)  # due on the 2nd and 3rd; the first gives up on the 3rd at noon
    (told,) = bench.answers[1:]
    failure = CommandFailure(RequestId(SUPPLIER, ESME, 77), ESME, schedule_id=number)
    assert told.body == DccAlert("N12", event=failure)
    assert (told.request_id, told.srv) == (None, None)
    assert bench.commands == []
    bench.wan.set_up(True)
    bench.run(SECOND)
    assert len(bench.commands) == 1  # that of the 3rd


def test_schedules_are_read_and_deleted_by_number_or_by_device() -> None:
    bench = Asking()
    first, second = bench.scheduled(), bench.scheduled(ScheduleFrequency="Weekly")
    read = bench.of_dcc("5.2", {"DeviceID": ESME}).body
    assert isinstance(read, SchedulesRead)
    assert [one.schedule_id for one in read.schedules] == [first, second]
    assert read.schedules[0].details == make("CreateSchedule", DAILY)
    assert bench.of_dcc("5.3", {"DSPScheduleID": first}).code == "I0"
    assert bench.of_dcc("5.2", {"DSPScheduleID": first}).code == "E100"
    assert bench.of_dcc("5.3", {"DeviceID": ESME}).code == "I0"
    bench.run(10 * DAY)
    assert bench.commands == []


def test_a_schedule_is_its_users_alone() -> None:
    bench = Asking()
    number = bench.scheduled()
    for srv in ("5.2", "5.3"):
        assert bench.of_dcc(srv, {"DSPScheduleID": number}, OTHER_SUPPLIER).code == "E100"
        assert bench.of_dcc(srv, {"DeviceID": ESME}, OTHER_SUPPLIER).code == "E100"
    assert bench.of_dcc("5.2", {"DSPScheduleID": number}).code == "I0"


def removal(bench: Asking, number: int) -> None:
    """The last that the User has heard is that its schedule has ended."""
    assert bench.answers[-1].body == DccAlert("N999", event=ScheduleRemoval(ESME, number))


def test_a_schedule_ends_when_its_user_is_no_longer_responsible() -> None:
    switch = Registration(device=str(ESME), user=str(OTHER_SUPPLIER), role="IS", since="2026-01-02T12:00:00Z")
    ours = Registration(device=str(ESME), user=str(SUPPLIER), role="IS")
    bench = Asking(settings=DccSettings(registrations=(ours, switch)))
    number = bench.scheduled()
    bench.until(EPOCH + 2 * DAY + SECOND)
    assert len(bench.commands) == 1
    removal(bench, number)
    assert "E4" in bench.dcc.refused[-1]
    bench.run(5 * DAY)
    assert len(bench.commands) == 1
    assert bench.of_dcc("5.2", {"DSPScheduleID": number}).code == "E100"


def test_a_schedule_ends_with_its_device() -> None:
    bench = Asking()
    number = bench.scheduled()
    assert bench.of_dcc("8.3", {"DeviceID": ESME}).code == "I0"
    assert bench.answers[-2].body == DccAlert("N999", event=ScheduleRemoval(ESME, number))
    bench.run(5 * DAY)
    assert bench.commands == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"DeviceID": Eui(bytes(8))}, "E19"),
        ({"DSPScheduledServiceReferenceVariant": "4.6.2"}, "E100"),
        ({"ScheduleEndDate": Date(2026, 1, 1)}, "E100"),
    ],
)
def test_a_schedule_that_cannot_be_is_refused(changes: dict[str, Any], code: str) -> None:
    bench = Asking()
    assert bench.of_dcc("5.1", DAILY | changes).code == code
    bench.run(5 * DAY)
    assert bench.commands == []


def test_a_schedule_for_what_the_device_does_not_have_ends_when_it_falls_due() -> None:
    """SRV 4.6.1 is no hub's: E11, once a Command is to be made."""
    bench = Asking()
    number = bench.scheduled(DeviceID=HUB)
    bench.until(EPOCH + DAY + SECOND)
    assert bench.answers[-1].body == DccAlert("N999", event=ScheduleRemoval(HUB, number))
    assert "E11" in bench.dcc.refused[-1]
    assert bench.commands == []


def test_a_past_day_is_left_out() -> None:
    bench = Asking()
    bench.scheduled(ScheduleStartDate=Date(2020, 1, 1))
    bench.run(SECOND)
    assert bench.commands == []
    bench.until(EPOCH + DAY + SECOND)
    assert len(bench.commands) == 1
