"""What a Hand-Held Terminal carries, and whom a hub lets onto its HAN.

When a hub's power came on shows by its first frame after the power was cut: that is no earlier, so an hour counted from
it is not too short for the hub.
"""

from ppmid_bench.checks.check import Finding, Measurement, check, failed, inconclusive, limit, passed
from ppmid_bench.checks.outcomes import SETTLED_BY_PROOF
from ppmid_bench.checks.relaying import han_commands, han_responses, passed_on, same_exchange, same_message
from ppmid_bench.evidence import Entry, Log
from ppmid_bench.sentences import counted
from ppmid_devices import roles
from ppmid_devices.ports import MINUTE, SECOND


def _since_power(log: Log, moment: Entry) -> tuple[int, list[Entry]]:
    """How long before an entry the hub's power came on (ns), and what shows it; ``-1`` where nothing does."""
    cuts = [entry for entry in log.of("hub-power", "cut") if entry.n < moment.n][-1:]
    after = cuts[0].n if cuts else 0
    signs = [entry for entry in log.of("han") if entry.sender == roles.HUB and after < entry.n < moment.n][:1]
    return (moment.t - signs[0].t if signs else -1), [*cuts, *signs]


def _measured(since: int) -> tuple[Measurement, ...]:
    return (Measurement("let-in-after", since / SECOND, "s"),)


def _asked(log: Log) -> list[Entry]:
    """The terminal's calls over Inter-PAN, sealed under a key that it has agreed with the hub."""
    return [entry for entry in log.arrived("han", "inter-pan", sealed=True) if entry.sender == roles.HHT]


def _let_in(log: Log) -> list[Entry]:
    return [entry for entry in log.of("han", "association", accepted=True) if entry.sender == roles.HUB]


@check(
    "hht-let-in",
    judges="hub",
    needs=("han",),
    reasons=("kept-out",),
    requirements=("REQ-051",),
    limits=("join-window",),
)
def hht_let_in(log: Log) -> Finding:
    """Within an hour after its power came on, a hub lets in a Hand-Held Terminal that names it.

    When it was let in is measured.
    """
    window = limit(log, "join-window").value * SECOND
    in_time = [(entry, *_since_power(log, entry)) for entry in _asked(log)]
    in_time = [one for one in in_time if 0 <= one[1] <= window]
    if not in_time:
        return inconclusive("not-asked", "no Hand-Held Terminal has asked within an hour after power on")
    asked, since, signs = in_time[-1]
    let_in = [entry for entry in _let_in(log) if entry.n > asked.n and "lost" not in entry.fields]
    if let_in:
        sentence = f"let in {since / MINUTE:.1f} min after power on"
        return passed(sentence, *signs, asked, let_in[0], measurements=_measured(since))
    if log.disturbed:
        return inconclusive("perhaps-lost", "not let in, on a bench that loses frames", *signs, asked)
    return failed("kept-out", f"not let in {since / MINUTE:.1f} min after power on", *signs, asked)


@check(
    "joining-closed",
    judges="hub",
    needs=("han",),
    reasons=("let-in-late",),
    requirements=("REQ-062",),
    threats=("I2e",),
    limits=("join-window",),
)
def joining_closed(log: Log) -> Finding:
    """More than an hour after its power came on, a hub lets nobody in."""
    window = limit(log, "join-window").value * SECOND
    late = [(entry, *_since_power(log, entry)) for entry in _asked(log)]
    late = [one for one in late if one[1] > window]
    if not late:
        return inconclusive("not-asked", "no Hand-Held Terminal has asked more than an hour after power on")
    for asked, since, signs in late:
        again = [entry for entry in log.of("hub-power", "cut") if entry.n > asked.n][:1]
        let_in = [entry for entry in _let_in(log) if entry.n > asked.n and not (again and entry.n > again[0].n)]
        if let_in:
            sentence = f"let in {since / MINUTE:.1f} min after power on"
            return failed("let-in-late", sentence, *signs, asked, *let_in, *again, measurements=_measured(since))
    asked, since, signs = late[-1]
    return passed(f"not let in {since / MINUTE:.1f} min after power on", *signs, asked)


@check(
    "nothing-for-the-unjoined",
    judges="hub",
    needs=("han",),
    reasons=("carried",),
    requirements=("REQ-062",),
    threats=("I2d",),
)
def nothing_for_the_unjoined(log: Log, meter: str) -> Finding:
    """The hub passes nothing on to a meter of what a device sends that has not joined the HAN."""
    let_in = _let_in(log)
    sent = [
        entry
        for what in ("inter-pan", "tunnel")
        for entry in log.arrived("han", what)
        if entry.sender == roles.HHT and "gbcs" in entry.fields and not any(one.n < entry.n for one in let_in)
    ]
    if not sent:
        return inconclusive("nothing-sent", "no device that has not joined has sent a Command", *let_in)
    carried = [one for one in han_commands(log, roles.HUB, meter) if any(same_exchange(one, other) for other in sent)]
    if carried:
        return failed("carried", "the hub passed on what a device sent that has not joined", *sent, *carried)
    return passed(f"{counted(len(sent), 'Command')} ended at the hub", *sent)


@check(
    "hht-passed-on-unaltered",
    judges="hht",
    needs=("han",),
    reasons=("altered", "not-passed-on"),
    requirements=("REQ-051", "REQ-056"),
)
def hht_passed_on_unaltered(log: Log) -> Finding:
    """The Hand-Held Terminal passes each Command to the hub octet for octet as it was put into it."""
    loaded = [entry for entry in log.of(roles.HHT, "loaded") if "code" in entry.fields["gbcs"]]
    if not loaded:
        return inconclusive("nothing-loaded", "no Command was put into the Hand-Held Terminal")
    return passed_on(log, loaded, han_commands(log, roles.HHT, roles.HUB), "not-passed-on", "file to HAN")


@check(
    "hht-brought-back-unaltered",
    judges="hht",
    needs=("han",),
    reasons=("altered", "not-brought-back"),
    requirements=("REQ-050",),
)
def hht_brought_back_unaltered(log: Log) -> Finding:
    """The Hand-Held Terminal brings each Response back octet for octet as the hub gave it."""
    arrived = han_responses(log, roles.HUB, roles.HHT)
    if not arrived:
        return inconclusive("no-response", "no Response has reached the Hand-Held Terminal")
    brought = [entry for entry in log.of(roles.HHT, "brought-back") if "code" in entry.fields["gbcs"]]
    return passed_on(log, arrived, brought, "not-brought-back", "HAN to file")


@check(
    "same-by-hht-and-ppmid",
    judges="route",
    needs=("avenue", "han"),
    reasons=("different-octets",),
    requirements=("REQ-051", "REQ-056"),
)
def same_by_hht_and_ppmid(log: Log, meter: str) -> Finding:
    """One Command is the same octets when a Hand-Held Terminal brings it as when the PPMID does, to hub and meter."""
    by_hht, by_ppmid = (han_commands(log, party, roles.HUB) for party in (roles.HHT, roles.PPMID))
    pairs = [(one, other) for one in by_hht for other in by_ppmid if same_exchange(one, other)]
    if not pairs:
        return inconclusive("no-pair", "no Command was brought by both", *by_hht, *by_ppmid)
    for one, other in pairs:
        at_meter = [entry for entry in han_commands(log, roles.HUB, meter) if same_exchange(entry, one)]
        different = [entry for entry in (other, *at_meter) if not same_message(entry, one)]
        if different:
            return failed("different-octets", "the octets differ by who brought them", one, other, *different)
    return passed("octet for octet the same", *pairs[0])


def _is_command(entry: Entry) -> bool:
    return bool(entry.fields.get("gbcs", {}).get("cra") == "command")


@check(
    "hht-other-home-ignored",
    judges="hub",
    needs=("han",),
    reasons=("passed-on",),
    requirements=("REQ-051",),
    threats=("I1c",),
)
def hht_other_home_ignored(log: Log, device: str) -> Finding:
    """What a Hand-Held Terminal brings for a device (an EUI-64) of another home, the hub passes on to nobody."""
    given = [one for one in han_commands(log, roles.HHT, roles.HUB) if one.fields["gbcs"]["target"] == device]
    if not given:
        return inconclusive(
            "nothing-brought", "the Hand-Held Terminal has brought nothing for a device of another home"
        )
    devices = (*roles.METERS, roles.HCALCS, roles.PPMID)
    sent = [one for one in log.of("han", "tunnel") if one.sender == roles.HUB and one.receiver in devices]
    leaked = [one for one in sent if _is_command(one) and any(same_exchange(one, other) for other in given)]
    if leaked:
        return failed("passed-on", "the hub passed on what is for a device of another home", *given, *leaked)
    return passed(f"{counted(len(given), 'Command')} for a device of another home ended at the hub", *given)


@check(
    "earlier-answer-not-believed",
    judges="user",
    needs=("user", "duis"),
    reasons=("earlier-believed",),
    requirements=("REQ-014", "REQ-050"),
    threats=("I4d",),
)
def earlier_answer_not_believed(log: Log, request: str) -> Finding:
    """A Response that is handed in from a Hand-Held Terminal, and answers an earlier Command, proves no later one."""
    commands = [
        one for one in log.arrived("duis", "response", request=request) if one.fields.get("kind") == "local-command"
    ]
    records = [one for one in log.of("user", "record", request=request) if commands and one.n > commands[0].n]
    handed_in = [
        one
        for one in log.of(roles.HHT, "brought-back")
        if records and commands[0].n < one.n < records[-1].n and "code" in one.fields["gbcs"]
    ]
    earlier = [one for one in handed_in if not same_exchange(one, commands[0])]
    if not earlier or len(earlier) < len(handed_in):
        sentence = "not just answers to earlier Commands were handed in before the User's record was read"
        return inconclusive("no-earlier-answer", sentence, *commands, *handed_in, *records[-1:])
    if records[-1].fields["outcome"] in SETTLED_BY_PROOF:
        sentence = f"the User took it for proof: {records[-1].fields['outcome']}"
        return failed("earlier-believed", sentence, *commands, *earlier, records[-1])
    return passed(f"the User holds: {records[-1].fields['outcome']}", *commands, *earlier, records[-1])
