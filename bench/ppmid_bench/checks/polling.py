"""How often a PPMID whose receiver sleeps asks for what its parent keeps for it."""

from itertools import pairwise

from ppmid_bench.checks.check import Finding, Measurement, check, failed, inconclusive, limit, passed
from ppmid_bench.checks.relaying import asks_a_meter
from ppmid_bench.evidence import Entry, Log
from ppmid_bench.sentences import counted
from ppmid_devices import roles
from ppmid_devices.ports import MINUTE, SECOND

_SETTLED = MINUTE
"""So long after its last frame a PPMID that is owed no answer has nothing to be quick for."""


@check(
    "polls-in-bounds",
    judges="ppmid",
    needs=("han",),
    reasons=("too-seldom", "too-often"),
    purposes=("PP-025",),
    limits=("poll-longest", "poll-shortest"),
)
def polls_in_bounds(log: Log) -> Finding:
    """A PPMID whose receiver sleeps asks in time for what is kept for it while it waits for an answer.

    Else it asks no oftener than it must, on average of each quiet stretch, since its battery pays for it.
    """
    polls = [one for one in log.of("han", "data-request") if one.sender == roles.PPMID]
    if not polls:
        return inconclusive("not-asleep", "the PPMID has not asked for frames that are kept for it")
    frames = [one for one in log.arrived("han") if roles.PPMID in (one.sender, one.receiver)]
    frames = [one for one in frames if one.what != "data-request"]
    waits = _waits(frames, polls)
    quiet = [
        stretch for one in pairwise([polls[0], *frames, polls[-1]]) if len(stretch := _quiet(*one, polls, waits)) > 1
    ]
    if not waits or not quiet:
        return inconclusive("no-time-for-both", "it has not both waited for an answer, and for none", *frames, *polls)
    seen = (*frames, *polls)
    longest, shortest = limit(log, "poll-longest").value, limit(log, "poll-shortest").value
    gap = max((later.t - earlier.t) / SECOND for wait in waits for earlier, later in pairwise(wait))
    mean = min((one[-1].t - one[0].t) / SECOND / (len(one) - 1) for one in quiet)
    measured = (Measurement("poll-gap", gap, "s"), Measurement("poll-interval", mean, "s"))
    if gap > longest:
        sentence = f"{gap:.2f} s without a question while it waited; a parent keeps a frame for {longest:g} s"
        return failed("too-seldom", sentence, *seen, measurements=measured)
    if mean < shortest:
        sentence = f"a question every {mean:.2f} s while it waited for nothing; the limit is {shortest:g} s"
        return failed("too-often", sentence, *seen, measurements=measured)
    sentence = f"{counted(len(polls), 'question')}, {gap:.2f} s apart at most while it waited, {mean:.2f} s else"
    return passed(sentence, *seen, measurements=measured)


def _waits(frames: list[Entry], polls: list[Entry]) -> list[list[Entry]]:
    """Each wait for a meter: the PPMID's question, what it asked its parent meanwhile, and the answer if it came."""
    found = []
    for asked in [one for one in frames if asks_a_meter(one)]:
        answers = [one for one in frames if one.n > asked.n and one.receiver == roles.PPMID and _answers(one)]
        last = answers[0] if answers else polls[-1]
        found.append([asked, *(one for one in polls if asked.n < one.n < last.n), last])
    return found


def _answers(entry: Entry) -> bool:
    return entry.what == "consumer-top-up-response" or entry.fields.get("gbcs", {}).get("cra") == "response"


def _quiet(since: Entry, until: Entry, polls: list[Entry], waits: list[list[Entry]]) -> list[Entry]:
    """What it asked its parent between two of its frames, once it had nothing to be quick for."""
    owed = any(wait[0].n <= since.n and until.n <= wait[-1].n for wait in waits)
    begin = since.t + _SETTLED
    return [] if owed else [one for one in polls if since.n < one.n <= until.n and one.t > begin]
