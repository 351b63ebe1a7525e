"""The table of outcomes."""

from dataclasses import FrozenInstanceError, replace
from itertools import product

import pytest
from home_parts import ESME

from ppmid_devices.dcc_user.contract import Outcome, RequestRecord
from ppmid_devices.dcc_user.outcomes import SETTLED, TRANSITIONS, Event, News, after, unverifiable

RECORD = RequestRecord(
    request="r",
    srv="2.2",
    device=ESME,
    outcome=Outcome.PENDING,
    asked_at=0,
    settled_at=None,
    verified_by="",
    credits=0,
    settlements=0,
)


@pytest.mark.parametrize(("outcome", "event"), list(product(Outcome, Event)))
def test_every_pair_of_outcome_and_event(outcome: Outcome, event: Event) -> None:
    record = replace(RECORD, outcome=outcome)
    then = after(record, News(event=event, at=5, by="wan", credits=1, detail="what came"))
    if outcome in SETTLED:
        assert replace(then, detail="") == record
    else:
        assert then.outcome is TRANSITIONS[outcome, event]
        assert then.detail == "what came"
        assert then.settlements == (then.outcome in SETTLED)
        assert then.credits == then.settlements
        assert then.settled_at == (5 if then.settlements else None)


def test_only_silence_and_a_refused_copy_lead_to_unknown_and_only_a_release_back_to_pending() -> None:
    changes = {pair: outcome for pair, outcome in TRANSITIONS.items() if pair[0] is not outcome}
    to_unknown = {event for (_, event), outcome in changes.items() if outcome is Outcome.UNKNOWN}
    assert to_unknown == {Event.NO_ANSWER, Event.COPY_REFUSED}
    back = [pair for pair, outcome in changes.items() if outcome is Outcome.PENDING]
    assert back == [(Outcome.QUARANTINED, Event.RELEASED)]
    assert not SETTLED & {outcome for outcome, _ in TRANSITIONS}


def test_a_log_proves_what_it_shows_and_nothing_by_what_it_lacks() -> None:
    proofs = {outcome for (_, event), outcome in TRANSITIONS.items() if event is Event.LOGGED}
    assert proofs == {Outcome.DELIVERED_VERIFIED}
    assert all(before is after_ for (before, event), after_ in TRANSITIONS.items() if event is Event.NOT_LOGGED)


@pytest.mark.parametrize(("outcome", "event"), list(product(sorted(SETTLED), Event)))
def test_what_comes_after_a_settled_outcome_is_noted_where_it_says_something_else(
    outcome: Outcome, event: Event
) -> None:
    record = replace(RECORD, outcome=outcome, detail="first")
    noted = after(record, News(event=event, at=5, by="wan")).detail
    alike = TRANSITIONS[Outcome.PENDING, event] is outcome
    assert noted == ("first" if alike else f"first; afterwards, by wan: {event}")
    told = after(record, News(event=event, at=5, by="wan", detail="what came")).detail
    assert told == ("first" if alike else "first; afterwards, by wan: what came")


def test_a_record_that_was_forced_open_counts_every_credit_and_settlement() -> None:
    """As a User does that settles twice: neither number may hide it."""
    before = replace(RECORD, credits=1, settlements=1)
    then = after(before, News(event=Event.DELIVERED, at=5, by="avenue", credits=1, balance=7))
    assert (then.credits, then.settlements, then.balance, then.verified_by) == (2, 2, 7, "avenue")
    assert after(before, News(event=Event.REFUSED, at=5)).credits == 1, "news book nothing unless they say so"


def test_each_answer_that_cannot_be_verified_is_counted_and_noted_and_changes_nothing_else() -> None:
    twice = unverifiable(unverifiable(RECORD, "one"), "two")
    assert twice == replace(RECORD, unverifiable=2, detail="one; two")
    assert unverifiable(twice, "").unverifiable == 3


def test_news_are_not_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        News(event=Event.LOGGED, at=1).at = 2  # type: ignore[misc]
