"""How many Commands pass within an hour."""

from home_parts import ESME
from hypothesis import given
from hypothesis import strategies as st

from ppmid_devices.ports import HOUR, MINUTE
from ppmid_devices.rate_limit import RateLimit


@given(st.lists(st.integers(0, 300), max_size=40), st.integers(1, 5))
def test_the_rate_never_lets_more_than_its_limit_through_in_any_hour(minutes: list[int], limit: int) -> None:
    rate, passed = RateLimit(limit), []
    for time in sorted(minute * MINUTE for minute in minutes):
        if rate.admits(ESME, time):
            rate = rate.after(ESME, time)
            passed.append(time)
    assert all(sum(begin <= time < begin + HOUR for time in passed) <= limit for begin in passed)
    refused = len(minutes) - len(passed)
    assert refused == 0 or len(passed) >= limit
