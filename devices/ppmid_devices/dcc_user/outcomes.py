"""The outcome of a request as a table: what was, what came, what is. A settled outcome never changes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from ppmid_devices.dcc_user.contract import Outcome, RequestRecord
from ppmid_protocols.secret import Secret


class Event(StrEnum):
    """What can come of a request."""

    DELIVERED = "delivered"  # a verified Response of the meter says that it did what was asked
    REFUSED = "refused"  # a verified Response of the meter says that it did not
    COPY_REFUSED = "copy refused"  # it refused one copy of a top-up that was sent in two: the other may be credited
    REPORTED = "reported"  # the PPMID says what the meter answered
    NO_ANSWER = "no answer"  # the time-out has passed, or the DCC has given an error code
    QUARANTINED = "quarantined"  # the DCC says that it holds the request
    NO_ROUTE = "no route"  # nobody could carry it to the home: nothing was sent by this way
    RELEASED = "released"  # the DCC has given the Command of a request that it held
    LOGGED = "logged"  # the meter's own log, verified, has the credit: proof that it was done
    NOT_LOGGED = "not logged"  # it has not: no proof, since the Command may still wait somewhere (see read_back)


SETTLED = frozenset({Outcome.DELIVERED_VERIFIED, Outcome.REFUSED_VERIFIED, Outcome.REPORTED_UNVERIFIED})
AT_REST = SETTLED | {Outcome.QUARANTINED, Outcome.NOT_SENT}
"""Outcomes that no time-out ends."""

TRANSITIONS: Mapping[tuple[Outcome, Event], Outcome] = MappingProxyType(
    {
        (Outcome.PENDING, Event.DELIVERED): Outcome.DELIVERED_VERIFIED,
        (Outcome.PENDING, Event.REFUSED): Outcome.REFUSED_VERIFIED,
        (Outcome.PENDING, Event.COPY_REFUSED): Outcome.UNKNOWN,
        (Outcome.PENDING, Event.REPORTED): Outcome.REPORTED_UNVERIFIED,
        (Outcome.PENDING, Event.NO_ANSWER): Outcome.UNKNOWN,
        (Outcome.PENDING, Event.QUARANTINED): Outcome.QUARANTINED,
        (Outcome.PENDING, Event.NO_ROUTE): Outcome.NOT_SENT,
        (Outcome.PENDING, Event.RELEASED): Outcome.PENDING,
        (Outcome.PENDING, Event.LOGGED): Outcome.DELIVERED_VERIFIED,
        (Outcome.PENDING, Event.NOT_LOGGED): Outcome.PENDING,
        (Outcome.UNKNOWN, Event.DELIVERED): Outcome.DELIVERED_VERIFIED,
        (Outcome.UNKNOWN, Event.REFUSED): Outcome.REFUSED_VERIFIED,
        (Outcome.UNKNOWN, Event.COPY_REFUSED): Outcome.UNKNOWN,
        (Outcome.UNKNOWN, Event.REPORTED): Outcome.REPORTED_UNVERIFIED,
        (Outcome.UNKNOWN, Event.NO_ANSWER): Outcome.UNKNOWN,
        (Outcome.UNKNOWN, Event.QUARANTINED): Outcome.QUARANTINED,
        (Outcome.UNKNOWN, Event.NO_ROUTE): Outcome.UNKNOWN,
        (Outcome.UNKNOWN, Event.RELEASED): Outcome.UNKNOWN,
        (Outcome.UNKNOWN, Event.LOGGED): Outcome.DELIVERED_VERIFIED,
        (Outcome.UNKNOWN, Event.NOT_LOGGED): Outcome.UNKNOWN,
        (Outcome.QUARANTINED, Event.DELIVERED): Outcome.DELIVERED_VERIFIED,
        (Outcome.QUARANTINED, Event.REFUSED): Outcome.REFUSED_VERIFIED,
        (Outcome.QUARANTINED, Event.COPY_REFUSED): Outcome.UNKNOWN,
        (Outcome.QUARANTINED, Event.REPORTED): Outcome.REPORTED_UNVERIFIED,
        (Outcome.QUARANTINED, Event.NO_ANSWER): Outcome.UNKNOWN,
        (Outcome.QUARANTINED, Event.QUARANTINED): Outcome.QUARANTINED,
        (Outcome.QUARANTINED, Event.NO_ROUTE): Outcome.QUARANTINED,
        (Outcome.QUARANTINED, Event.RELEASED): Outcome.PENDING,
        (Outcome.QUARANTINED, Event.LOGGED): Outcome.DELIVERED_VERIFIED,
        (Outcome.QUARANTINED, Event.NOT_LOGGED): Outcome.QUARANTINED,
        (Outcome.NOT_SENT, Event.DELIVERED): Outcome.DELIVERED_VERIFIED,
        (Outcome.NOT_SENT, Event.REFUSED): Outcome.REFUSED_VERIFIED,
        (Outcome.NOT_SENT, Event.COPY_REFUSED): Outcome.UNKNOWN,
        (Outcome.NOT_SENT, Event.REPORTED): Outcome.REPORTED_UNVERIFIED,
        (Outcome.NOT_SENT, Event.NO_ANSWER): Outcome.NOT_SENT,
        (Outcome.NOT_SENT, Event.QUARANTINED): Outcome.QUARANTINED,
        (Outcome.NOT_SENT, Event.NO_ROUTE): Outcome.NOT_SENT,
        (Outcome.NOT_SENT, Event.RELEASED): Outcome.NOT_SENT,
        (Outcome.NOT_SENT, Event.LOGGED): Outcome.DELIVERED_VERIFIED,
        (Outcome.NOT_SENT, Event.NOT_LOGGED): Outcome.NOT_SENT,
    }
)
"""Pairs that are not here change nothing: they begin with a settled outcome."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """An event with what it brings: when (ns), by which way, credits, the balance read (millipence), other readings."""

    event: Event
    at: int
    by: str = ""
    credits: int = 0
    balance: int | None = None
    readings: tuple[Secret, ...] = ()
    detail: str = ""


def after(record: RequestRecord, news: News) -> RequestRecord:
    """The record once ``news`` has come: settled at most once; what contradicts a settled outcome is only noted."""
    outcome = TRANSITIONS.get((record.outcome, news.event))
    if outcome is None:
        agrees = TRANSITIONS[Outcome.PENDING, news.event] is record.outcome
        return record if agrees else note(record, f"afterwards, by {news.by}: {news.detail or news.event}")
    noted = note(record, news.detail)
    if outcome not in SETTLED:
        return replace(noted, outcome=outcome)
    return replace(
        noted,
        outcome=outcome,
        settled_at=news.at,
        verified_by=news.by,
        credits=record.credits + news.credits,
        settlements=record.settlements + 1,
        balance=news.balance,
        readings=news.readings,
    )


def note(record: RequestRecord, text: str) -> RequestRecord:
    """The record with ``text`` added to its detail, and nothing else changed."""
    return replace(record, detail="; ".join(part for part in (record.detail, text) if part))


def unverifiable(record: RequestRecord, text: str) -> RequestRecord:
    """The record after an answer that could not be verified: counted and noted, and nothing else changed."""
    return replace(note(record, text), unverifiable=record.unverifiable + 1)
