"""How a Hand-Held Terminal comes into a HAN: the table, and what holds whatever happens."""

from hypothesis import given
from hypothesis import strategies as st

from ppmid_devices.hht.contract import HhtState
from ppmid_devices.hht.joining import ON_THE_WAY, TRANSITIONS, Event, after

THE_WAY_IN = (Event.NAMED, Event.LISTED, Event.ADDRESS_GIVEN, Event.KEY_GIVEN, Event.TUNNEL_OPENED)
EVENTS = st.lists(st.sampled_from(Event))


def after_all(events: list[Event]) -> HhtState:
    state = HhtState.IDLE
    for event in events:
        state = after(state, event)
    return state


def test_the_way_in_goes_through_every_state() -> None:
    states = [after_all(list(THE_WAY_IN[:steps])) for steps in range(len(THE_WAY_IN) + 1)]
    assert states == ["idle", "introduced", "listed", "addressed", "joined", "connected"]


def test_a_refusal_and_a_silence_end_the_way_and_it_can_begin_anew() -> None:
    assert after_all([Event.NAMED, Event.LISTED, Event.DENIED]) is HhtState.REFUSED
    for steps in (1, 2, 3):
        assert after_all([*THE_WAY_IN[:steps], Event.SILENCE]) is HhtState.UNANSWERED
    assert after_all([Event.NAMED, Event.SILENCE, *THE_WAY_IN]) is HhtState.CONNECTED


@given(EVENTS)
def test_nobody_is_connected_without_every_step_in_its_order(events: list[Event]) -> None:
    if after_all(events) is HhtState.CONNECTED:
        named = max(place for place, event in enumerate(events) if event is Event.NAMED)
        rest = iter(events[named:])
        assert all(step in rest for step in THE_WAY_IN)


@given(EVENTS, st.sampled_from(Event))
def test_what_is_not_in_the_table_changes_nothing(events: list[Event], event: Event) -> None:
    before = after_all(events)
    assert after(before, event) is TRANSITIONS.get((before, event), before)
    assert after(before, Event.LEFT) is HhtState.IDLE
    assert (after(before, Event.SILENCE) is before) == (before not in (*ON_THE_WAY,))
