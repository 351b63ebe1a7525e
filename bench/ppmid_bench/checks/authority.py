"""What a meter does with Commands that are altered, old or come twice; and what the DCC makes."""

from ppmid_bench.checks.check import Finding, check, failed, inconclusive, passed
from ppmid_bench.checks.relaying import han_commands, han_responses, same_exchange, same_message
from ppmid_bench.evidence import Entry, Log
from ppmid_bench.sentences import counted
from ppmid_devices import roles


def _successes(log: Log, meter: str, command: Entry) -> list[Entry]:
    return [
        entry
        for entry in han_responses(log, meter, roles.HUB)
        if entry.n > command.n and same_exchange(command, entry) and entry.fields["gbcs"]["success"]
    ]


@check(
    "altered-refused",
    judges="meter",
    needs=("duis", "han"),
    reasons=("altered-executed", "genuine-refused"),
    requirements=("REQ-013", "REQ-029"),
    threats=("I1a",),
    assumed=("reason codes of a refusal are not public, so only its effect is judged",),
    version=3,
)
def altered_refused(log: Log, meter: str) -> Finding:
    """A Command that is not as the DCC made it gets no success Response, and keeps no genuine copy from getting one."""
    made = [entry for entry in log.arrived("duis", "response") if entry.fields.get("kind") == "local-command"]
    reached = han_commands(log, roles.HUB, meter)
    altered = [entry for entry in reached if not any(same_message(entry, original) for original in made)]
    if not made or not altered:
        return inconclusive("nothing-altered", "no altered Command has reached the meter", *made, *reached)
    genuine: list[Entry] = []
    for command in altered:
        copies = [entry for entry in reached if entry not in altered and same_exchange(entry, command)]
        successes = _successes(log, meter, command)
        if successes and not any(entry.n < successes[0].n for entry in copies):
            return failed("altered-executed", "the meter executed an altered Command", *made, command, *successes)
        if copies and not successes and command.n < copies[0].n:
            sentence = "after an altered copy the meter did not execute the Command that the DCC made"
            if log.disturbed:
                return inconclusive("perhaps-lost", f"{sentence}, on a bench that loses frames", command, *copies)
            return failed("genuine-refused", sentence, *made, command, *copies)
        genuine += [*copies, *successes]
    return passed("no success Response to the altered Command", *made, *altered, *genuine)


@check(
    "second-copy-refused",
    judges="meter",
    needs=("han",),
    reasons=("second-success",),
    requirements=("REQ-013",),
    threats=("I3a", "I3b"),
    assumed=("whether a refused copy is answered at all is not public; only a second success is judged",),
)
def second_copy_refused(log: Log, meter: str) -> Finding:
    """Of several copies of one Command, the meter executes at most one."""
    reached = han_commands(log, roles.HUB, meter)
    copies = [entry for entry in reached if any(same_message(entry, other) for other in reached if other.n != entry.n)]
    if len(copies) < 2:
        return inconclusive("no-second-copy", "no second copy has reached the meter", *copies)
    successes = _successes(log, meter, copies[0])
    if len(successes) > 1:
        return failed("second-success", f"{len(successes)} success Responses to one Command", *copies, *successes)
    return passed(f"{len(copies)} copies, {counted(len(successes), 'success Response')}", *copies, *successes)


@check(
    "stale-refused",
    judges="meter",
    needs=("han",),
    reasons=("stale-executed",),
    requirements=("REQ-013",),
    threats=("I3c", "I3e"),
    version=2,
)
def stale_refused(log: Log, meter: str) -> Finding:
    """A signed Command whose counter lies below that of one already executed gets no success Response."""
    highest = -1
    executed: list[Entry] = []
    stale: list[Entry] = []
    for command in han_commands(log, roles.HUB, meter):
        gbcs = command.fields["gbcs"]
        if not gbcs["signed"]:
            continue
        successes = _successes(log, meter, command)
        if gbcs["counter"] < highest:
            if successes:
                sentence = "the meter executed a Command left behind"
                return failed("stale-executed", sentence, *executed, command, *successes)
            stale.append(command)
        elif successes:
            highest = gbcs["counter"]
            executed += [command, *successes]
    if not stale:
        return inconclusive("nothing-stale", "no signed Command with a lower counter has reached the meter", *executed)
    return passed("no success Response to the Command left behind", *executed, *stale)


@check(
    "same-command-both-ways",
    judges="dcc",
    needs=("duis", "wan"),
    reasons=("different-octets",),
    requirements=("REQ-056",),
    version=2,
)
def same_command_both_ways(log: Log) -> Finding:
    """The Command for local delivery and the one that the DCC sends itself are the same octets."""
    local = [entry for entry in log.arrived("duis", "response") if entry.fields.get("kind") == "local-command"]
    sent = [entry for entry in log.arrived("wan", "gbcs") if entry.fields["gbcs"]["cra"] == "command"]
    pairs = [
        (one, other)
        for one in local
        for other in sent
        if other.fields["gbcs"]["request"] in (one.fields["request"], one.fields["gbcs"]["request"])  # DCC's own: last
    ]
    for one in local:
        strays = [] if any(one is paired for paired, _ in pairs) else _unasked_like(log, one, sent)
        if strays:
            return failed("different-octets", "the DCC's own has a counter that nobody asked for", one, *strays)
    if not pairs:
        carried = {entry.fields["gbcs"]["request"] for entry in sent}
        askers = [entry for entry in log.arrived("duis") if entry.fields.get("request") in carried]
        return inconclusive("no-pair", "no Command was seen both ways", *local, *askers, *sent)
    for one, other in pairs:
        if not same_message(one, other):
            return failed("different-octets", "the two Commands of one request differ", one, other)
    return passed("octet for octet the same", *pairs[0])


def _unasked_like(log: Log, local: Entry, sent: list[Entry]) -> list[Entry]:
    """Those Commands on the SM WAN that ask the same of the same device, by a RequestID that is in no DUIS document."""
    named = {entry.fields.get("request") for entry in log.arrived("duis")}
    same = ("originator", "target", "code")
    wanted = [local.fields["gbcs"][name] for name in same]
    return [
        entry
        for entry in sent
        if [entry.fields["gbcs"][name] for name in same] == wanted and entry.fields["gbcs"]["request"] not in named
    ]


def _at_the_hub(log: Log, request: str) -> list[Entry]:
    """The copies of a request's Command that arrived at the home's hub over the SM WAN."""
    return [
        entry
        for entry in log.arrived("wan", "gbcs")
        if entry.receiver == roles.HUB and entry.fields["gbcs"].get("request") == request
    ]


@check(
    "wan-carried",
    judges="route",
    needs=("wan",),
    reasons=("not-carried",),
    requirements=("REQ-039", "REQ-040"),
)
def wan_carried(log: Log, request: str) -> Finding:
    """The SM WAN has brought the request's Command to the home's hub."""
    arrived = _at_the_hub(log, request)
    if not arrived:
        return failed("not-carried", "the Command has not reached the hub over the SM WAN")
    return passed("the Command reached the hub", *arrived)


@check(
    "wan-did-not-carry",
    judges="route",
    needs=("duis", "wan"),
    reasons=("carried-nevertheless",),
    requirements=("REQ-039", "REQ-040", "REQ-044"),
    version=2,
)
def wan_did_not_carry(log: Log, request: str) -> Finding:
    """Where nothing carries it, the request's Command has not reached the home, though the DCC took the request."""
    asked = log.arrived("duis", "response", request=request)
    if not asked:
        return inconclusive("not-asked", "the DCC has not answered the request")
    arrived = _at_the_hub(log, request)
    if arrived:
        sentence = "the Command reached the hub, where nothing should carry it"
        return failed("carried-nevertheless", sentence, *asked, *arrived)
    return passed("the DCC took it, and nothing reached the hub", *asked)
