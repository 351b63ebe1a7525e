"""Threshold Anomaly Detection as a model: windows calculated by hand, thresholds, limits of values."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppmid_devices.dcc.anomalies import AnomalyDetection
from ppmid_devices.dcc.contract import AnomalyCount, Breach, DccLimits, UserThresholds, ValueLimit
from ppmid_devices.dcc.settings import DccSettings
from ppmid_protocols.duis.bodies import TopUpDevice, content_of
from ppmid_protocols.duis.service_body import Node
from ppmid_protocols.errors import Malformed
from ppmid_protocols.eui import Eui
from ppmid_protocols.utrn import Utrn, check_digit

ONE, OTHER = Eui.parse("90-B3-D5-1F-30-01-00-00"), Eui.parse("90-B3-D5-1F-30-03-00-00")
TEN_POUNDS = content_of(TopUpDevice(Utrn.parse("73946144332040217315")))  # RTDS 4.5.0, CS01a
WINDOW = 100


def number(value: int) -> Node:
    return Node("PaymentDebtRegister", text=str(value), value=value)


def debt(*values: int) -> Node:
    return Node("UpdateDebt", tuple(map(number, values)))


def detection(user: int | None = None, dcc: int | None = None, warning: int | None = None) -> AnomalyDetection:
    made = AnomalyDetection(WINDOW, (DccLimits(srv="2.2", quarantine=dcc),))
    made.set_user_thresholds(UserThresholds(user=ONE, srv="2.2", warning=warning, quarantine=user))
    return made


def top_ups(made: AnomalyDetection, *times: int, user: Eui = ONE) -> list[Breach | None]:
    return [made.count(user, "2.2", TEN_POUNDS, time) for time in times]


def count_of(made: AnomalyDetection, now: int, user: Eui = ONE) -> int:
    return sum(one.count for one in made.counts(now) if one.user == user)


def test_a_threshold_lets_so_many_through_and_the_next_is_quarantined() -> None:
    assert top_ups(detection(user=2), 0, 1, 2, 3) == [None, None, Breach.USER_THRESHOLD, Breach.USER_THRESHOLD]
    assert top_ups(detection(user=0), 0) == [Breach.USER_THRESHOLD]
    assert top_ups(detection(), *range(50)) == [None] * 50


def test_the_window_slides_and_is_open_at_its_beginning() -> None:
    """Of 100 long: at 99 the one at 0 still counts, at 100 it does not; that at 1 counts at 100 and not at 101."""
    made = detection(user=2)
    assert top_ups(made, 0, 1, 99, 100, 101) == [None, None, *[Breach.USER_THRESHOLD] * 2, Breach.USER_THRESHOLD]
    assert [count_of(made, now) for now in (101, 198, 199, 200, 201)] == [3, 3, 2, 1, 0]
    assert top_ups(made, 201, 202, 203) == [None, None, Breach.USER_THRESHOLD]


def test_the_oldest_leaves_the_window_as_soon_as_it_is_that_old() -> None:
    assert top_ups(detection(user=2), 0, 50, 100) == [None, None, None]
    assert top_ups(detection(user=2), 0, 50, 99) == [None, None, Breach.USER_THRESHOLD]


def test_what_is_quarantined_counts_as_well() -> None:
    made = detection(user=1)
    assert top_ups(made, 0, 60, 120, 180) == [None, *[Breach.USER_THRESHOLD] * 3]
    assert top_ups(made, 280) == [None]


def test_users_and_kinds_of_communication_are_counted_apart() -> None:
    made = detection(user=1)
    assert top_ups(made, 0) == [None]
    assert top_ups(made, 1, 2, user=OTHER) == [None, None]
    assert made.count(ONE, "2.3", debt(5), 3) is None
    assert made.counts(3) == [
        AnomalyCount(user=ONE, srv="2.2", count=1, of_all=3, warned=False),
        AnomalyCount(user=ONE, srv="2.3", count=1, of_all=1, warned=False),
        AnomalyCount(user=OTHER, srv="2.2", count=2, of_all=3, warned=False),
    ]
    assert [(one.srv, one.count) for one in made.counts(102)] == [("2.3", 1)]
    assert made.counts(103) == []


def test_the_dccs_threshold_is_over_all_users_and_the_users_own_is_named_first() -> None:
    made = detection(user=2, dcc=3)
    assert top_ups(made, 0, 1) == [None, None]
    assert top_ups(made, 2, 3, user=OTHER) == [None, Breach.DCC_THRESHOLD]
    assert top_ups(made, 4) == [Breach.USER_THRESHOLD]


def test_past_the_warning_threshold_a_user_is_warned_and_nothing_is_held() -> None:
    made = detection(user=3, warning=1)
    for time, warned in ((0, False), (1, True), (2, True)):
        assert top_ups(made, time) == [None]
        assert [one.warned for one in made.counts(time)] == [warned]
    assert [one.warned for one in made.counts(101)] == [False]


@pytest.mark.parametrize(
    ("least", "most", "breach"),
    [
        (0, 1_000_000, None),  # £10.00 in millipence
        (0, 999_999, Breach.ATTRIBUTE_LIMITS),
        (1_000_000, 2_000_000, None),
        (1_000_001, 2_000_000, Breach.ATTRIBUTE_LIMITS),
    ],
)
def test_the_value_of_a_top_up_is_that_in_its_utrn(least: int, most: int, breach: Breach | None) -> None:
    made = AnomalyDetection(WINDOW)
    made.set_limits(DccLimits(srv="2.2", values=(ValueLimit(element="UTRN", least=least, most=most),)))
    assert top_ups(made, 0) == [breach]
    assert count_of(made, 0) == 1


def test_of_a_value_class_that_gbcs_leaves_undefined_no_value_is_known() -> None:
    pptd = str(7394156990786306048 + (2 << 45))
    unknown = content_of(TopUpDevice(Utrn.parse(pptd + check_digit(pptd))))
    made = AnomalyDetection(WINDOW)
    made.set_limits(DccLimits(srv="2.2", values=(ValueLimit(element="UTRN", least=5, most=6),)))
    assert made.count(ONE, "2.2", unknown, 0) is None


def test_every_number_at_the_place_of_a_limit_must_be_within_it() -> None:
    made = AnomalyDetection(WINDOW)
    made.set_limits(DccLimits(srv="2.3", values=(ValueLimit(element="PaymentDebtRegister", least=-5, most=5),)))
    for values, breach in (((-5, 5), None), ((0, 6), Breach.ATTRIBUTE_LIMITS), ((-6,), Breach.ATTRIBUTE_LIMITS)):
        assert made.count(ONE, "2.3", debt(*values), 0) is breach
    assert made.count(ONE, "2.3", Node("UpdateDebt"), 0) is None


def test_a_yes_or_no_is_no_number() -> None:
    made = AnomalyDetection(WINDOW)
    limit = ValueLimit(element="Prepayment/SuspendDebtDisabled", least=5, most=6)
    made.set_limits(DccLimits(srv="1.6", values=(limit,)))
    wordy = Node("UpdatePaymentMode", (Node("Prepayment", (Node("SuspendDebtDisabled", text="true", value=True),)),))
    assert made.count(ONE, "1.6", wordy, 0) is None


def test_later_thresholds_take_the_place_of_earlier_ones_and_what_was_counted_stays() -> None:
    made = detection(user=9)
    assert top_ups(made, 0, 1) == [None, None]
    made.set_user_thresholds(UserThresholds(user=ONE, srv="2.2", quarantine=2))
    assert top_ups(made, 2) == [Breach.USER_THRESHOLD]
    made.set_user_thresholds(UserThresholds(user=ONE, srv="2.2"))
    assert top_ups(made, 3) == [None]


def test_what_cannot_be_a_threshold_or_limit_is_refused() -> None:
    made = AnomalyDetection(WINDOW)
    for wrong in (
        lambda: AnomalyDetection(0),
        lambda: UserThresholds(user=ONE, srv="2.2", warning=-1),
        lambda: UserThresholds(user=ONE, srv="2.2", quarantine=-1),
        lambda: DccLimits(srv="2.2", quarantine=-1),
        lambda: ValueLimit(element="UTRN", least=2, most=1),
        lambda: made.set_user_thresholds(UserThresholds(user=ONE, srv="99.9")),
        lambda: made.set_limits(DccLimits(srv="99.9")),
        lambda: made.set_limits(DccLimits(srv="2.2", values=(ValueLimit(element="Amount", least=0, most=1),))),
        lambda: made.set_limits(DccLimits(srv="2.2", values=(ValueLimit(element="UTRN/Digit", least=0, most=1),))),
    ):
        with pytest.raises(Malformed):
            wrong()


def test_a_window_may_be_as_short_as_time_goes_and_a_kind_is_known_by_its_text() -> None:
    made = AnomalyDetection(1, [DccLimits(srv="2.2", quarantine=0)])
    other = "".join(("2", ".", "2"))
    assert made.count(ONE, other, Node("TopUpDevice"), 0) is Breach.DCC_THRESHOLD
    (said,) = made.counts(0)
    assert (said.count, said.of_all) == (1, 1)
    assert made.counts(1) == []


def test_without_settings_the_dcc_has_no_limit_and_a_window_of_a_day() -> None:
    assert (DccSettings().anomaly_limits, DccSettings().anomaly_window_s) == ((), 86_400)


# Whatever is asked for.

Asked = list[tuple[Eui, str, int]]
USERS, KINDS = (ONE, OTHER), ("2.2", "4.18", "7.1")


@st.composite
def asked(draw: st.DrawFn) -> Asked:
    gaps = draw(st.lists(st.integers(0, 60), max_size=60))
    times = [sum(gaps[: place + 1]) for place in range(len(gaps))]
    return [(draw(st.sampled_from(USERS)), draw(st.sampled_from(KINDS)), time) for time in times]


def let_through(made: AnomalyDetection, requests: Asked) -> Iterator[tuple[Eui, str, int]]:
    for user, srv, time in requests:
        if made.count(user, srv, Node("Anything"), time) is None:
            yield user, srv, time


def most_in_a_window(times: list[int]) -> int:
    """How many of ``times`` lie in some stretch of one window, by looking at each of them as its end."""
    return max((sum(end - WINDOW < time <= end for time in times) for end in times), default=0)


@given(requests=asked(), user=st.integers(0, 4), dcc=st.integers(0, 6))
def test_never_more_than_a_threshold_leave_within_any_window(requests: Asked, user: int, dcc: int) -> None:
    made = AnomalyDetection(WINDOW, [DccLimits(srv=srv, quarantine=dcc) for srv in KINDS])
    for srv in KINDS:
        made.set_user_thresholds(UserThresholds(user=ONE, srv=srv, quarantine=user))
    left = list(let_through(made, requests))
    for srv in KINDS:
        assert most_in_a_window([time for who, kind, time in left if kind == srv and who == ONE]) <= min(user, dcc)
        assert most_in_a_window([time for _, kind, time in left if kind == srv]) <= dcc


@given(requests=asked(), later=st.integers(0, 2 * WINDOW))
def test_the_counts_are_those_of_the_window_and_never_below_one(requests: Asked, later: int) -> None:
    made = AnomalyDetection(WINDOW)
    assert len(list(let_through(made, requests))) == len(requests)  # without thresholds nothing is held
    now = max((time for _, _, time in requests), default=0) + later
    within = [(user, srv) for user, srv, time in requests if now - WINDOW < time <= now]
    counts = made.counts(now)
    assert {(one.user, one.srv): one.count for one in counts} == {pair: within.count(pair) for pair in within}
    assert all(one.of_all == sum(srv == one.srv for _, srv in within) >= one.count >= 1 for one in counts)
