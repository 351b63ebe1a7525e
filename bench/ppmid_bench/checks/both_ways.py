"""Commands that go by the SM WAN and by the PPMID, while the SM WAN comes and goes: each once, each answered."""

from dataclasses import replace

from ppmid_bench.checks.check import Finding, Measurement, check, failed, inconclusive, passed
from ppmid_bench.checks.outcomes import one_outcome
from ppmid_bench.checks.relaying import han_commands, han_responses, same_exchange, same_message
from ppmid_bench.evidence import Entry, Log
from ppmid_bench.sentences import counted
from ppmid_bench.verdict import Verdict
from ppmid_devices import roles
from ppmid_protocols.gbcs.use_cases import USE_CASES


def _is_protected(command: Entry) -> bool:
    """Whether its Execution Counter keeps it from being executed twice; not where no source tells (GBCS 20)."""
    use_case = USE_CASES.get(int(command.fields["gbcs"]["code"], 16))
    return use_case is not None and use_case.replay_protected is True


def _protected(log: Log, meter: str) -> list[Entry]:
    return [one for one in han_commands(log, roles.HUB, meter) if _is_protected(one)]


def _answers(command: Entry, responses: list[Entry]) -> list[Entry]:
    return [one for one in responses if one.n > command.n and same_exchange(command, one)]


@check(
    "each-done-once",
    judges="meter",
    needs=("han",),
    reasons=("done-twice",),
    requirements=("REQ-004", "REQ-013"),
    threats=("I3a", "I3b"),
    assumed=("whether a refused copy is answered at all is not public; only a second success is judged",),
)
def each_done_once(log: Log, meter: str) -> Finding:
    """Of the copies of each Command that is protected against replay the meter executes one, whichever came first."""
    reached, responses = _protected(log, meter), han_responses(log, meter, roles.HUB)
    groups: list[list[Entry]] = []
    for one in reached:
        known = next((group for group in groups if same_message(group[0], one)), None)
        if known is None:
            groups.append([one])
        else:
            known.append(one)
    twice = [group for group in groups if len(group) > 1]
    if not twice:
        return inconclusive("no-second-copy", "no Command of this kind has reached the meter twice", *reached)
    shown: list[Entry] = []
    for group in twice:
        done = [one for one in _answers(group[0], responses) if one.fields["gbcs"]["success"]]
        if len(done) > 1:
            sentence = f"{len(done)} success Responses to the {len(group)} copies of one Command"
            return failed("done-twice", sentence, *group, *done)
        shown += [*group, *done]
    copies = Measurement("copies", sum(len(group) - 1 for group in twice), "copies")
    sentence = f"{counted(len(twice), 'Command')} came more than once, and none was executed twice"
    return passed(sentence, *shown, measurements=(copies,))


@check(
    "later-taken",
    judges="meter",
    needs=("han",),
    reasons=("not-taken",),
    requirements=("REQ-004",),
    threats=("I3b", "I3e"),
)
def later_taken(log: Log, meter: str) -> Finding:
    """A Command whose counter is above all before gets its Response, however many copies of earlier ones have come."""
    responses, highest, copy = han_responses(log, meter, roles.HUB), -1, False
    judged: list[Entry] = []
    later = 0
    for command in _protected(log, meter):
        answers = _answers(command, responses)
        judged += [command, *answers[:1]]
        if command.fields["gbcs"]["counter"] <= highest:
            copy = True
            continue
        highest = command.fields["gbcs"]["counter"]
        later += copy
        if answers:
            continue
        if log.disturbed:
            return inconclusive("perhaps-lost", "an answer is missing, on a bench that loses frames", *judged)
        return failed("not-taken", f"counter {highest} is above all before, and it had no Response", *judged)
    if not later:
        return inconclusive("no-copy-before", "no copy of a Command had come before a later one", *judged)
    return passed(f"{counted(later, 'Command')} after a copy of an earlier one, each with its Response", *judged)


@check(
    "response-to-each-asker",
    judges="hub",
    needs=("han", "wan"),
    reasons=("not-to-ppmid", "not-to-dcc", "to-others"),
    requirements=("REQ-004", "REQ-050"),
)
def response_to_each_asker(log: Log, meter: str) -> Finding:
    """The hub passes each Response to whoever had brought its Command by then, PPMID or DCC, and to no other PPMID.

    What waits for an SM WAN that is away until the end is not asked for.
    """
    answers = han_responses(log, meter, roles.HUB)
    by_ppmid = han_commands(log, roles.PPMID, roles.HUB)
    carried = log.arrived("wan", "gbcs")
    by_wan = [one for one in carried if one.receiver == roles.HUB and one.fields["gbcs"].get("cra") == "command"]
    to_ppmid = han_responses(log, roles.HUB, roles.PPMID)
    to_dcc = [one for one in carried if one.sender == roles.HUB and one.fields["gbcs"].get("cra") == "response"]
    coverage = log.of("wan", "coverage")[-1:]
    shown: list[Entry] = []
    both = first_over_wan = away = 0
    for one in answers:
        asked_here, asked_there = (
            [asked for asked in asks if asked.n < one.n and same_exchange(asked, one)] for asks in (by_ppmid, by_wan)
        )
        given, sent = (
            [other for other in all_ if other.n > one.n and same_message(one, other)] for all_ in (to_ppmid, to_dcc)
        )
        seen = (*asked_here[:1], *asked_there[:1], one)
        if asked_here and not given:
            return _missing(log, "not-to-ppmid", "the PPMID brought the Command, and has no Response", *seen)
        if given and not asked_here:
            return failed("to-others", "the PPMID was given the Response to what it had not brought", *seen, given[0])
        if asked_there and not sent:
            if coverage and not coverage[0].fields["up"]:
                away += 1
            else:
                return _missing(
                    log, "not-to-dcc", "the DCC sent the Command, and has no Response", *seen, *given[:1], *coverage
                )
        if asked_here and asked_there:
            both += 1
            first_over_wan += asked_there[0].n < asked_here[0].n
        shown += [*seen, *given[:1], *sent[:1]]
    if not any(one.sender == roles.PPMID for one in shown):
        return inconclusive("no-response", f"the {meter} has not answered a Command of the PPMID", *answers, *by_ppmid)
    measured = (
        Measurement("answered-after-both", both, "Responses"),
        Measurement("first-over-wan", first_over_wan, "Responses"),
    )
    sentence = f"{counted(len(answers), 'Response')}, each to whoever had brought its Command"
    if away:
        sentence += f"; {away} wait for the SM WAN"
    return passed(sentence, *shown, *coverage, measurements=measured)


def _missing(log: Log, code: str, sentence: str, *seen: Entry) -> Finding:
    """What did not arrive is nobody's fail on a bench that loses frames by itself."""
    if log.disturbed:
        return inconclusive("perhaps-lost", f"{sentence}, on a bench that loses frames", *seen)
    return failed(code, sentence, *seen)


@check(
    "each-settled-once",
    judges="user",
    needs=("user",),
    reasons=("settled-twice", "credited-twice"),
    requirements=("REQ-015",),
    threats=("I3b", "I4e"),
)
def each_settled_once(log: Log, requests: list[str]) -> Finding:
    """However many copies and answers there were of each request, the User has booked one outcome and one credit."""
    shown: list[Entry] = []
    for request in requests:
        found = one_outcome(log, request)
        if found.verdict is not Verdict.PASS:
            return replace(found, evidence=(*(entry.n for entry in shown), *found.evidence))
        shown += log.of("user", "record", request=request)[-1:]
    if not shown:
        return inconclusive("no-record", "the User was asked for the record of no request")
    return passed(f"{counted(len(shown), 'request')}, one outcome each", *shown)
