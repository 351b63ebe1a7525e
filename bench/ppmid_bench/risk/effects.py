"""What an attack came to at the electricity meter, read out of a trial's evidence. Pure.

The trial asks once for one thing at ``asked``; whatever comes to the meter afterwards is held against that.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ppmid_bench.checks.relaying import brought, han_commands, han_responses, same_exchange, same_message
from ppmid_bench.evidence import Entry, Log
from ppmid_devices import roles
from ppmid_devices.ports import SECOND

SOLD = 1_000_000
"""What the code of a trial was sold for (millipence)."""


class Fact(StrEnum):
    """What happened, the worst first: later ones are told only where no earlier one holds."""

    FORGED = "forged"  # the meter acted on what nobody with its Supplier's keys had made
    TWICE = "twice"  # it acted twice on what was asked once
    LATE = "late"  # it acted on what had been held back
    NOT = "not"  # it did not act on what was asked
    IN_TIME = "in time"  # it did what was asked


class Stop(StrEnum):
    """How far it came at the furthest, where the meter did not act."""

    METER = "the meter refused it"
    HUB = "it ended at the hub"
    PPMID = "it ended at the PPMID"
    ON_THE_WAY = "it came to nobody of the home"


@dataclass(frozen=True, slots=True)
class Effects:
    """``late_s``: seconds from the asking to the act, None without one. ``stop``: where it ended, None where it acted.

    ``supply``: the state of the supply at the end, as the meter's own display has it.
    """

    fact: Fact
    late_s: int | None
    stop: Stop | None
    supply: str


def effects(log: Log, asked: int, late_from_s: float) -> Effects:
    """What came of the asking at ``asked`` (ns); an act counts as held back from ``late_from_s`` seconds on.

    What the User asks of its own accord to learn what became of it is another kind of Command, and left out.
    """
    since = Log(tuple(entry for entry in log if entry.t >= asked))
    made = [entry for entry in since.arrived("duis", "response") if entry.fields.get("kind") == "local-command"]
    code = made[0].fields["gbcs"]["code"] if made else None
    acts = _once_for_each_frame([*_acts_on_commands(since, made, code), *_acts_on_codes(since)])
    late_s = None if not acts else (acts[0].answer.t - asked) // SECOND
    supply = log.of("meter-display", "reading")[-1].fields["supply"]
    return Effects(_fact(acts, late_s, late_from_s), late_s, None if acts else _stop(since, code), supply)


@dataclass(frozen=True, slots=True)
class _Act:
    """A success of the meter: what it answered, and whether what it acted on is as its maker made it."""

    answer: Entry
    genuine: bool


def _once_for_each_frame(acts: Iterable[_Act]) -> list[_Act]:
    """Whoever plays the air back repeats an answer; a second act has a frame of its own, under a counter of its own."""
    return list({act.answer.fields["tag"]: act for act in reversed(list(acts))}.values())[::-1]


def _fact(acts: list[_Act], late_s: int | None, late_from_s: float) -> Fact:
    if late_s is None:
        return Fact.NOT
    if not all(act.genuine for act in acts):
        return Fact.FORGED
    if len(acts) > 1:
        return Fact.TWICE
    return Fact.LATE if late_s >= late_from_s else Fact.IN_TIME


def _acts_on_commands(since: Log, made: Sequence[Entry], code: str | None) -> Iterator[_Act]:
    reached = han_commands(since, roles.HUB, roles.ESME)
    for answer in han_responses(since, roles.ESME, roles.HUB):
        if answer.fields["gbcs"]["success"] and answer.fields["gbcs"]["code"] == code:
            acted_on = [one for one in reached if one.n < answer.n and same_exchange(one, answer)]
            yield _Act(answer, any(same_message(one, original) for one in acted_on for original in made))


def _acts_on_codes(since: Log) -> Iterator[_Act]:
    """A code is the Supplier's own where the meter says so, and credits what it was sold for: its MAC is over both."""
    for answer in since.arrived("han", "consumer-top-up-response"):
        if answer.fields["accepted"]:
            yield _Act(answer, answer.fields["value"] == SOLD)


def _stop(since: Log, code: str | None) -> Stop:
    """The furthest place that a message of this asking came to."""

    def about(entries: Iterable[Entry]) -> list[Entry]:
        return [one for one in entries if one.fields.get("gbcs", {}).get("code") == code]

    typed = [entry for entry in since.arrived("han", "consumer-top-up") if entry.receiver == roles.ESME]
    if typed or about(han_commands(since, roles.HUB, roles.ESME)):
        return Stop.METER
    if any(about(han_commands(since, sender, roles.HUB)) for sender in (roles.PPMID, roles.HHT)):
        return Stop.HUB
    if about(brought(since, "submit-command")) or brought(since, "submit-utrn", "unreadable", "for-another-home"):
        return Stop.PPMID
    return Stop.ON_THE_WAY
