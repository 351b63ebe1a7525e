"""Quarantine between a real DCC and a real User: nothing leaves, who is told, what is released and what is deleted."""

from itertools import product
from typing import Any

import pytest
from home_parts import BROKER, CREDENTIALS, ESME, POUND, REPOSITORY, SUPPLIER, signed_by
from hypothesis import given, settings
from hypothesis import strategies as st
from user_parts import EPOCH, Bench, credited

from ppmid_devices import roles
from ppmid_devices.dcc.contract import Breach, DccLimits, Fate, UserThresholds, ValueLimit
from ppmid_devices.dcc.faulty import CountsOnlyTheWan, CountsReturns, HandsOutQuarantined
from ppmid_devices.dcc.settings import DccSettings
from ppmid_devices.dcc.simulated import SimulatedDcc
from ppmid_devices.dcc_user.contract import Outcome, Way
from ppmid_devices.dcc_user.faulty import ResendsQuarantined
from ppmid_devices.dcc_user.settings import DccUserSettings
from ppmid_devices.dcc_user.simulated import SimulatedDccUser
from ppmid_devices.ports import SECOND
from ppmid_devices.signed_documents import open_document, sign_document
from ppmid_protocols.duis import bodies, response_code
from ppmid_protocols.duis.documents import Response
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.errors import Malformed
from ppmid_protocols.gbcs.message import decode

TOP_UP, ENABLE = "2.2", "7.1"


class Between(Bench):
    """The bench of the User's tests, with the User's threshold for top-ups and for enabling the supply."""

    def __init__(
        self,
        user: int | None = None,
        *,
        dcc: type[SimulatedDcc] = SimulatedDcc,
        of: type[SimulatedDccUser] = SimulatedDccUser,
        **dcc_settings: Any,
    ) -> None:
        quiet = DccUserSettings(read_back=False)  # else it asks for logs where nothing is heard of a top-up
        super().__init__(of, quiet, DccSettings(**dcc_settings), dcc)
        if user is not None:
            for srv in (TOP_UP, ENABLE):
                self.dcc.set_user_thresholds(UserThresholds(user=SUPPLIER, srv=srv, quarantine=user))

    def ask(self, srv: str, way: Way) -> str:
        return self.top_up(way) if srv == TOP_UP else self.request(srv, way)

    def outcome(self, request: str) -> Outcome:
        return self.user.record(request).outcome

    def said(self) -> list[Response]:
        """What the DCC has sent to the User, signatures checked."""
        opened = (open_document(one.frame, REPOSITORY) for one in self.tap.carried("duis", roles.DCC))
        return [one for one in opened if isinstance(one, Response)]

    def answers(self, request: str) -> list[Response]:
        return [one for one in self.said() if str(one.request_id) == request]

    def repeat(self, request: str) -> None:
        """Send a Request once more, as it was."""
        (once,) = (one for one in self.requests() if str(one.request_id) == request)
        self.duis.send(roles.DCC_USER, roles.DCC, sign_document(once, CREDENTIALS[SUPPLIER].own("xml_signing")))
        self.run(5 * SECOND)

    def counted(self) -> int:
        return sum(one.count for one in self.dcc.anomaly_counts())

    def by_avenue(self, octets: bytes) -> None:
        self.delivery.answer(octets)
        self.run(5 * SECOND)


@pytest.mark.parametrize(("srv", "way"), list(product((TOP_UP, ENABLE), Way)))
def test_past_the_threshold_no_command_leaves_by_any_way(srv: str, way: Way) -> None:
    bench = Between(1)
    first = bench.ask(srv, way)
    left = len(bench.sent_over_wan), len(bench.delivery.commands)
    assert left == (way in (Way.WAN, Way.BOTH), way in (Way.LOCAL, Way.BOTH))
    second = bench.ask(srv, way)
    bench.run(3_600 * SECOND)
    assert (len(bench.sent_over_wan), len(bench.delivery.commands)) == left
    given = [one.request_id for one in bench.said() if isinstance(one.body, bodies.LocalCommand)]
    assert [str(one) for one in given] == [first] * (way is not Way.WAN)
    assert (bool(bench.user.local_command(first)), bench.user.local_command(second)) == (way is not Way.WAN, b"")
    assert bench.outcome(second) is Outcome.QUARANTINED
    (record,) = bench.dcc.quarantined()
    assert (record.reference, record.request, record.breach, record.fate) == (
        1,
        second,
        Breach.USER_THRESHOLD,
        Fate.HELD,
    )


@pytest.mark.parametrize(("srv", "way"), list(product((TOP_UP, ENABLE), Way)))
def test_every_way_counts_once_and_asking_for_a_pre_command_does_not(srv: str, way: Way) -> None:
    bench = Between()
    for expected in (1, 2, 3):
        bench.ask(srv, way)
        assert bench.counted() == expected


@pytest.mark.parametrize("code", ["I99", "E100"])
def test_the_same_request_again_is_answered_alike_and_counted_once(code: str) -> None:
    bench = Between(1, quarantine_answer=code)
    bench.top_up(Way.LOCAL)
    held = bench.top_up(Way.LOCAL)
    assert [one.code for one in bench.answers(held)] == [code]
    bench.repeat(held)
    assert [one.code for one in bench.answers(held)] == [code] * 2
    assert bench.counted() == 2
    assert len(bench.dcc.quarantined()) == 1


def test_the_same_request_again_after_its_release_is_answered_with_the_command() -> None:
    bench = Between(0)
    held = bench.top_up(Way.LOCAL)
    bench.dcc.release(1)
    bench.repeat(held)
    _, released, again = bench.answers(held)
    assert isinstance(released.body, bodies.LocalCommand)
    assert again == released
    assert bench.counted() == 1


def test_the_same_request_again_after_its_deletion_is_refused_again() -> None:
    bench = Between(0)
    held = bench.top_up(Way.LOCAL)
    bench.dcc.delete(1)
    bench.repeat(held)
    assert [one.code for one in bench.answers(held)] == ["I99", "E100", "E100"]
    assert (bench.counted(), len(bench.dcc.quarantined())) == (1, 1)


def test_what_is_refused_is_not_counted() -> None:
    bench = Between(unlisted_roles=("ED",))
    bench.top_up(Way.LOCAL)
    assert bench.counted() == 0


@pytest.mark.parametrize(
    ("limits", "event"),
    [
        (None, bodies.UserThresholdBreach),
        (DccLimits(srv=TOP_UP, quarantine=0), bodies.DccThresholdBreach),
        (
            DccLimits(srv=TOP_UP, values=(ValueLimit(element="UTRN", least=0, most=10 * POUND - 1),)),
            bodies.AttributeLimitsBreach,
        ),
    ],
)
def test_the_user_is_told_by_a_dcc_alert_that_names_the_request_and_why(
    limits: DccLimits | None, event: type[bodies.Breach]
) -> None:
    bench = Between(0) if limits is None else Between(anomaly_limits=(limits,))
    held = bench.top_up(Way.LOCAL)
    answer, alert = bench.said()
    assert (answer.code, answer.body, str(answer.request_id)) == ("I99", None, held)
    assert (alert.request_id, alert.srv, alert.code) == (None, None, response_code.SUCCESS)
    assert alert.body == bodies.DccAlert("N999", event=event(answer.request_id, 1))  # type: ignore[arg-type]
    assert "event 1" in bench.user.record(held).detail


def test_answer_and_alert_code_are_settings() -> None:
    bench = Between(0, quarantine_answer="E100", quarantine_alert="N7")
    held = bench.top_up(Way.LOCAL)
    answer, alert = bench.said()
    assert answer.code == "E100"
    assert isinstance(alert.body, bodies.DccAlert)
    assert alert.body.code == "N7"
    assert bench.outcome(held) is Outcome.QUARANTINED


def test_released_for_local_delivery_the_command_comes_in_a_later_response_and_is_delivered() -> None:
    bench = Between(0)
    held = bench.top_up(Way.LOCAL)
    bench.dcc.release(1)
    bench.run(5 * SECOND)
    later = bench.said()[-1]
    assert (later.code, str(later.request_id)) == ("I0", held)
    assert isinstance(later.body, bodies.LocalCommand)
    assert [later.body.gbcs] == bench.delivery.commands
    assert bench.sent_over_wan == []
    assert bench.outcome(held) is Outcome.PENDING
    bench.by_avenue(credited(bench.delivery.commands[0]))
    record = bench.user.record(held)
    assert (record.outcome, record.credits, record.settlements) == (Outcome.DELIVERED_VERIFIED, 1, 1)
    assert bench.dcc.services()[0].delivered_locally
    assert [one.fate for one in bench.dcc.quarantined()] == [Fate.RELEASED]


def test_released_for_the_wan_the_command_goes_and_the_user_hears_of_it_by_the_response() -> None:
    bench = Between(0)
    held = bench.top_up(Way.WAN)
    said = len(bench.said())
    bench.dcc.release(1)
    bench.run(5 * SECOND)
    assert len(bench.said()) == said  # I99 has been said
    (command,) = bench.sent_over_wan
    assert str(RequestId(*decode(command).command_key)) == held
    assert bench.outcome(held) is Outcome.QUARANTINED
    bench.wan.send(roles.HUB, roles.DCC, credited(command))
    bench.run(5 * SECOND)
    assert (bench.outcome(held), bench.user.record(held).verified_by) == (Outcome.DELIVERED_VERIFIED, "wan")


def test_released_both_ways_the_two_copies_are_equal() -> None:
    bench = Between(0)
    bench.top_up(Way.BOTH)
    bench.dcc.release(1)
    bench.run(5 * SECOND)
    assert bench.sent_over_wan == bench.delivery.commands
    assert len(bench.sent_over_wan) == 1


def test_a_released_signed_command_bears_the_users_signature() -> None:
    bench = Between(0)
    bench.ask(ENABLE, Way.LOCAL)
    bench.dcc.release(1)
    bench.run(5 * SECOND)
    (octets,) = bench.delivery.commands
    command = decode(octets)
    assert command.signature
    assert signed_by(command, SUPPLIER).signature == command.signature
    assert command.mac is not None


def test_after_its_release_a_request_has_its_time_out_again() -> None:
    bench = Between(0)
    held = bench.top_up(Way.LOCAL)
    bench.run(3_600 * SECOND)
    assert bench.outcome(held) is Outcome.QUARANTINED  # it is known why there is no answer
    bench.dcc.release(1)
    bench.run(115 * SECOND)
    assert bench.outcome(held) is Outcome.PENDING
    bench.run(10 * SECOND)
    assert bench.outcome(held) is Outcome.UNKNOWN


def test_a_release_moves_no_count() -> None:
    bench = Between(0)
    bench.top_up(Way.LOCAL)
    bench.dcc.release(1)
    bench.run(5 * SECOND)
    assert bench.counted() == 1


def test_a_deleted_request_is_answered_with_a_code_and_no_command_is_ever_made_of_it() -> None:
    bench = Between(0)
    held = bench.top_up(Way.BOTH)
    bench.dcc.delete(1)
    bench.run(5 * SECOND)
    assert (bench.said()[-1].code, str(bench.said()[-1].request_id)) == ("E100", held)
    assert (bench.sent_over_wan, bench.delivery.commands) == ([], [])
    record = bench.user.record(held)
    assert (record.outcome, record.settled_at) == (Outcome.UNKNOWN, None)
    assert record.detail.endswith("the DCC answered E100 (meaning not published)")
    assert [one.fate for one in bench.dcc.quarantined()] == [Fate.DELETED]


def test_only_what_is_held_can_be_released_or_deleted() -> None:
    bench = Between(0)
    bench.top_up(Way.LOCAL)
    bench.top_up(Way.LOCAL)
    bench.dcc.release(2)
    bench.dcc.delete(1)
    for reference in (0, 1, 2, 3):
        for settle in (bench.dcc.release, bench.dcc.delete):
            with pytest.raises(Malformed, match=f"expected that of a request in quarantine, found {reference}"):
                settle(reference)
    bench.run(5 * SECOND)
    assert len(bench.delivery.commands) == 1


def test_after_a_day_the_user_has_its_threshold_again() -> None:
    bench = Between(1)
    bench.top_up(Way.LOCAL)
    assert bench.outcome(bench.top_up(Way.LOCAL)) is Outcome.QUARANTINED
    bench.run(86_400 * SECOND)
    assert bench.outcome(bench.top_up(Way.LOCAL)) is Outcome.PENDING


def test_a_user_sends_nothing_after_the_alert() -> None:
    bench = Between(0)
    bench.top_up(Way.LOCAL)
    bench.run(10_000 * SECOND)
    assert len(bench.requests()) == 1


def test_alerts_of_no_request_of_the_user_are_dropped_and_a_failure_is_noted() -> None:
    bench = Between()
    asked = bench.top_up(Way.WAN)
    stranger = RequestId(SUPPLIER, ESME, 99)
    (request,) = (one.request_id for one in bench.requests())
    for event in (
        bodies.DccThresholdBreach(stranger, 1),
        bodies.CommandFailure(request, device=ESME),
    ):
        alert = Response(None, None, response_code.SUCCESS, EPOCH, bodies.DccAlert("N7", event=event), None)
        frame = sign_document(alert, CREDENTIALS[BROKER].own("xml_signing"))
        bench.duis.send(roles.DCC, roles.DCC_USER, frame)
    bench.run(5 * SECOND)
    assert len(bench.user.dropped) == 1
    record = bench.user.record(asked)
    assert (record.outcome, record.detail) == (Outcome.PENDING, "the DCC has not brought the Command to the device")


requests = st.tuples(st.sampled_from((TOP_UP, ENABLE)), st.sampled_from(Way), st.integers(0, 40_000))


@settings(max_examples=12)
@given(asked=st.lists(requests, min_size=2, max_size=7), threshold=st.integers(0, 2))
def test_whatever_is_asked_for_never_more_than_a_threshold_leave_in_a_day(
    asked: list[tuple[str, Way, int]], threshold: int
) -> None:
    bench = Between(threshold)
    left: dict[str, list[int]] = {TOP_UP: [], ENABLE: []}
    for srv, way, gap in asked:
        before = len(bench.sent_over_wan), len(bench.delivery.commands)
        made = bench.ask(srv, way)
        new = [*bench.sent_over_wan[before[0] :], *bench.delivery.commands[before[1] :]]
        kept = bench.user.local_command(made)
        new += [kept] if way is Way.HHT and kept else []  # for the engineer to take along
        assert {str(RequestId(*decode(octets).command_key)) for octets in new} <= {made}
        assert len(new) in (0, 1 + (way is Way.BOTH))
        left[srv] += [bench.clock.now()] if new else []
        bench.run(gap * SECOND)
    for times in left.values():
        assert all(sum(end - 86_400 * SECOND < time <= end for time in times) <= threshold for end in times)
    held = {one.request for one in bench.dcc.quarantined()}
    assert len(held) + sum(map(len, left.values())) == len(asked)


# Faults


def test_one_that_counts_only_the_wan_hands_out_what_is_past_the_threshold() -> None:
    bench = Between(0, dcc=CountsOnlyTheWan)
    bench.top_up(Way.LOCAL)
    assert (bench.counted(), len(bench.delivery.commands)) == (0, 1)
    bench.top_up(Way.BOTH)
    assert (bench.counted(), bench.sent_over_wan) == (1, [])


def test_one_that_counts_returns_counts_a_delivery() -> None:
    bench = Between(dcc=CountsReturns)
    bench.top_up(Way.LOCAL)
    assert bench.counted() == 1
    bench.by_avenue(credited(bench.delivery.commands[0]))
    assert bench.counted() == 2


def test_one_that_hands_out_what_is_quarantined_says_so_and_does() -> None:
    bench = Between(0, dcc=HandsOutQuarantined)
    bench.top_up(Way.BOTH)
    assert (len(bench.dcc.quarantined()), len(bench.delivery.commands), len(bench.sent_over_wan)) == (1, 1, 1)


def test_one_that_resends_asks_a_second_time_with_another_utrn() -> None:
    bench = Between(0, of=ResendsQuarantined)
    bench.top_up(Way.LOCAL)
    bench.run(60 * SECOND)
    first, second = bench.requests()
    assert isinstance(first.body, bodies.TopUpDevice)
    assert isinstance(second.body, bodies.TopUpDevice)
    assert first.body.utrn != second.body.utrn
