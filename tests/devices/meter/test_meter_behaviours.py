"""What a Supplier switches of a meter's Alerts and logs: the bits of the objects, and what comes of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppmid_devices.meter.behaviours import Behaviours, on
from ppmid_devices.meter.log_codes import LogCode
from ppmid_protocols.gbcs.axdr import Bits

NUMBERS = st.integers(0, 2**256 - 1)


def chosen(those: int, wanted: int) -> Bits:
    return Bits(512, those.to_bytes(32, "big") + wanted.to_bytes(32, "big"))


def test_the_first_bit_is_that_of_81ff_and_the_last_that_of_8100() -> None:
    behaviours = Behaviours(alerts=on(LogCode.CREDIT_ADDED_LOCALLY))
    bits = list(behaviours.bits("alerts"))
    assert [255 - place for place, is_on in enumerate(bits) if is_on] == [0x0E]


def test_only_what_is_chosen_is_switched() -> None:
    both = on(LogCode.LOW_CREDIT, LogCode.CREDIT_ADDED_LOCALLY)
    behaviours = Behaviours(alerts=both).switched("alerts", chosen(on(LogCode.LOW_CREDIT), 0))
    assert not behaviours.alerted(LogCode.LOW_CREDIT)
    assert behaviours.alerted(LogCode.CREDIT_ADDED_LOCALLY)
    assert behaviours.logged(LogCode.LOW_CREDIT)


def test_what_is_no_switched_alert_is_not_sent_for_being_on() -> None:
    every = Behaviours(alerts=2**256 - 1)
    for code in (LogCode.CLOCK_ADJUSTED, LogCode.ARMED_BY_EMERGENCY_CREDIT, LogCode.BELOW_DISABLEMENT_THRESHOLD):
        assert not every.alerted(code)


def test_a_critical_code_is_logged_whatever_is_switched() -> None:
    nothing = Behaviours().switched("logs", chosen(2**256 - 1, 0))
    assert not nothing.logged(LogCode.LOW_CREDIT)
    assert nothing.logged(LogCode.SUPPLY_ARMED)


@given(NUMBERS, NUMBERS, NUMBERS, st.sampled_from(["alerts", "han", "alarms", "logs"]))
def test_bits_that_were_not_chosen_stay_and_the_others_are_as_wanted(
    before: int, those: int, wanted: int, what: str
) -> None:
    given_bits = Behaviours(**{what: before}).switched(what, chosen(those, wanted)).bits(what)  # type: ignore[arg-type]
    for place, is_on in enumerate(given_bits):
        bit = 255 - place
        assert is_on == bool((wanted if those >> bit & 1 else before) >> bit & 1)


@pytest.mark.parametrize("what", ["han", "alarms"])
def test_what_is_told_on_the_han_or_sounds_is_kept_apart(what: str) -> None:
    behaviours = Behaviours().switched(what, chosen(1, 1))  # type: ignore[arg-type]
    assert behaviours == Behaviours(**{what: 1})
