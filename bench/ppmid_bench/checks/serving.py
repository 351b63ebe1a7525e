"""What the PPMID goes on doing through trouble: power cuts, an Internet side that is of no use, too many Commands."""

from collections import defaultdict

from ppmid_bench.checks.check import Finding, Measurement, check, failed, inconclusive, limit, passed
from ppmid_bench.checks.relaying import asks_a_meter, brought, han_commands
from ppmid_bench.declared import is_last_word, words_about
from ppmid_bench.evidence import Entry, Log
from ppmid_bench.sentences import counted
from ppmid_devices import roles
from ppmid_devices.ports import HOUR

_ASKS = ("submit-command", "submit-utrn")


def _content(entry: Entry) -> str | None:
    """The tag under which a UTRN, or a GBCS message, is known on avenue and HAN."""
    gbcs = entry.fields.get("gbcs", {})
    found: str | None = entry.fields.get("utrn") or (gbcs.get("utrn") if gbcs.get("use_case") == "PCS01" else None)
    return found or gbcs.get("tag")


@check(
    "pending-work-kept",
    judges="ppmid",
    needs=("avenue", "han"),
    reasons=("forgotten", "sent-twice"),
    requirements=("REQ-015",),
    purposes=("PP-008",),
)
def pending_work_kept(log: Log) -> Finding:
    """What the PPMID had taken up before its power was cut went to the HAN no more than once, and has its last word."""
    cuts = log.of("ppmid-power", "cut")
    if not cuts:
        return inconclusive("no-cut", "the PPMID's power was not cut")
    taken = [
        (one, words[0]) for one in brought(log, *_ASKS) if (words := words_about(log, one)) and words[0].n < cuts[-1].n
    ]
    if not taken:
        return inconclusive("nothing-pending", "the PPMID had taken nothing up before the cut", *cuts)
    shown: list[Entry] = []
    for one, first in taken:
        sent = [other for other in log.of("han") if asks_a_meter(other) and _content(other) == _content(one)]
        if len(sent) > 1:
            return failed("sent-twice", f"it went to the HAN {len(sent)} times", one, first, *cuts, *sent)
        last = [word for word in words_about(log, one) if is_last_word(word)][-1:]
        if not last:
            return failed("forgotten", "nothing more was heard of it", one, first, *sent, *cuts)
        shown += [one, first, *sent, *last]
    return passed(f"{counted(len(taken), 'request')}, each sent once and answered for", *cuts, *shown)


@check(
    "work-of-before-dropped",
    judges="ppmid",
    needs=("avenue", "han"),
    reasons=("done-nevertheless", "told-nevertheless"),
    requirements=("REQ-011",),
    purposes=("PP-020",),
)
def work_of_before_dropped(log: Log) -> Finding:
    """After a factory reset the PPMID does nothing that came by its avenue, before or since, and tells nobody of it.

    Whom it trusts it has forgotten too, so that whoever it knew is a stranger until it is set up anew.
    """
    resets = log.of("ppmid-power", "reset")[:1]
    asked = brought(log, *_ASKS)
    words = [word for one in asked for word in words_about(log, one)]
    taken = [word for word in words for reset in resets if word.n < reset.n]
    if not taken:
        return inconclusive("nothing-pending", "it had taken nothing up before a factory reset", *resets, *asked)
    reset, contents, shown = resets[0], {_content(one) for one in asked}, (*asked, *taken, *resets)
    done = [one for one in log.of("han") if one.n > reset.n and asks_a_meter(one) and _content(one) in contents]
    if done:
        return failed("done-nevertheless", "it asked a meter for what it should have forgotten", *shown, *done)
    told = [word for word in words if word.n > reset.n]
    if told:
        return failed("told-nevertheless", "it told of what it should have forgotten", *shown, *told)
    return passed(f"{counted(len(asked), 'request')}, and nothing came of any after the reset", *shown)


@check(
    "keypad-served",
    judges="ppmid",
    needs=("han", "ppmid-display"),
    reasons=("not-sent", "not-shown"),
    requirements=("REQ-011",),
    threats=("I6",),
    purposes=("PP-015",),
)
def keypad_served(log: Log) -> Finding:
    """A UTRN that is typed in goes to the meter, and the screen tells what came of it, whatever ails the Internet."""
    typed = log.of("keypad", "typed")
    if not typed:
        return inconclusive("nothing-typed", "nothing was typed into the PPMID")
    last = typed[-1]
    sent = [
        one for one in log.of("han") if one.n > last.n and asks_a_meter(one) and _content(one) == last.fields["utrn"]
    ]
    if not sent:
        return failed("not-sent", "what was typed in did not go to the meter", last)
    screens = [one for one in log.of("ppmid-display", "screen") if one.n > sent[-1].n]
    if not screens:
        return inconclusive("no-reading", "the screen was not read afterwards", last, *sent)
    if not screens[-1].fields["lines"]:
        return failed("not-shown", "the screen says nothing of it", last, *sent, screens[-1])
    return passed("it went to the meter, and the screen tells of it", last, *sent, screens[-1])


@check(
    "relayed-within-its-rate",
    judges="ppmid",
    needs=("avenue", "han"),
    reasons=("over-rate", "silent"),
    requirements=("REQ-012",),
    threats=("I2a",),
    purposes=("PP-014",),
    limits=("ppmid-relay-rate",),
)
def relayed_within_its_rate(log: Log) -> Finding:
    """The PPMID relays no more Commands for a device in an hour than it may, and says so of each that it refuses."""
    given = brought(log, "submit-command")
    if not given:
        return inconclusive("nothing-submitted", "no Command has reached the PPMID")
    most = int(limit(log, "ppmid-relay-rate").value)
    by_target: defaultdict[str, list[Entry]] = defaultdict(list)
    for one in han_commands(log, roles.PPMID, roles.HUB):
        if any(one.fields["gbcs"]["tag"] == other.fields["gbcs"]["tag"] for other in given):
            by_target[one.fields["gbcs"]["target"]].append(one)
    busiest = max((busiest_hour(sent) for sent in by_target.values()), key=len, default=[])
    measured = (Measurement("relayed-in-an-hour", float(len(busiest)), "Commands"),)
    if len(busiest) > most:
        sentence = f"{counted(len(busiest), 'Command')} for one device in an hour, more than {most}"
        return failed("over-rate", sentence, *given, *busiest, measurements=measured)
    sent = [one for several in by_target.values() for one in several]
    tags = {one.fields["gbcs"]["tag"] for one in sent}
    held = [one for one in given if one.fields["gbcs"]["tag"] not in tags]
    if not held:
        return inconclusive("nothing-refused", f"{counted(len(given), 'Command')}, and room for more", *given, *sent)
    said: list[Entry] = []
    for one in held:
        refused = log.of("avenue", "status", request=one.fields["request"], state="refused")
        if not refused:
            return failed("silent", "it passed a Command on no more, and did not say so", one, measurements=measured)
        said += refused[:1]
    sentence = f"{len(busiest)} relayed in the busiest hour; of {len(held)} more it said that it does not"
    return passed(sentence, *given, *sent, *said, measurements=measured)


def busiest_hour(sent: list[Entry]) -> list[Entry]:
    """The most of these that lie within one hour."""
    hours = ([one for one in sent if first.t <= one.t < first.t + HOUR] for first in sent)
    return max(hours, key=len, default=[])
