"""What a hub lets wait, and what it lets go: age, room, and transfers that never become whole."""

from ppmid_bench.checks.check import Finding, Measurement, check, failed, inconclusive, limit, passed
from ppmid_bench.checks.relaying import han_commands, same_message
from ppmid_bench.evidence import Entry, Log
from ppmid_bench.sentences import counted, lasted
from ppmid_devices import roles
from ppmid_devices.ports import SECOND

_ONE_WAKE = 60 * SECOND  # what a hub hands out less than this apart belongs to one wake
_ONE_TRANSFER = 5 * SECOND  # blocks of one message are less than this apart
_PIECES = ("frame", "unreadable")


@check(
    "nothing-old-handed-out",
    judges="hub",
    needs=("han",),
    reasons=("handed-out-late",),
    requirements=("REQ-013",),
    threats=("I3c",),
    limits=("relay-age",),
    version=2,
)
def nothing_old_handed_out(log: Log, meter: str) -> Finding:
    """A Command that the PPMID brought, and that has waited in the hub too long, never reaches the meter.

    A Command carries no time, so its age counts from when the hub had it.
    """
    most = limit(log, "relay-age").value
    given = han_commands(log, roles.PPMID, roles.HUB)
    latest = max(log, key=lambda entry: entry.t)
    old: list[Entry] = []
    soon: list[Entry] = []
    for one in given:
        handed = [
            other for other in han_commands(log, roles.HUB, meter) if other.n > one.n and same_message(one, other)
        ]
        age = ((handed[0] if handed else latest).t - one.t) / SECOND
        if age <= most:
            soon += [one, *handed[:1]]
            continue
        measured = (Measurement("waited-in-the-hub", age, "s"),)
        if handed:
            sentence = f"handed out after {lasted(age)}, more than {most:g} s"
            return failed("handed-out-late", sentence, one, handed[0], measurements=measured)
        old.append(one)
    if not old:
        return inconclusive("nothing-old", f"no Command has waited longer than {most:g} s", *soon, latest)
    return passed(
        f"{counted(len(old), 'Command')} waited longer than {most:g} s, and was never handed out", *old, latest
    )


@check(
    "not-crowded-out",
    judges="hub",
    needs=("wan", "han"),
    reasons=("crowded-out",),
    requirements=("REQ-012",),
    threats=("I2b",),
)
def not_crowded_out(log: Log, meter: str, request: str) -> Finding:
    """What the SM WAN brought for a sleeping meter is handed to it at its next wake, whatever is queued behind it."""
    of_dcc = [
        one for one in log.arrived("wan", "gbcs") if _is_command(one) and one.fields["gbcs"].get("request") == request
    ]
    crowd = [one for one in han_commands(log, roles.PPMID, roles.HUB) if of_dcc and one.n > of_dcc[0].n]
    if not of_dcc or not crowd:
        return inconclusive("no-crowd", "nothing was put in the queue behind a Command of the DCC", *of_dcc, *crowd)
    for one in of_dcc:
        after = [other for other in han_commands(log, roles.HUB, meter) if other.n > one.n]
        wake = [other for other in after if other.t < after[0].t + _ONE_WAKE]
        if not wake:
            return inconclusive("no-wake", f"the {meter} has fetched nothing since", one, *crowd)
        if not any(same_message(one, other) for other in wake):
            return failed("crowded-out", f"at its next wake the {meter} was given other Commands", one, *crowd, *wake)
        crowd += wake
    sentence = f"handed out at the next wake, {counted(len(of_dcc), 'Command')} of the DCC"
    return passed(sentence, *of_dcc, *crowd)


def _is_command(entry: Entry) -> bool:
    return bool(entry.fields["gbcs"].get("cra") == "command")


@check(
    "broken-transfer-given-up",
    judges="hub",
    needs=("wan", "han"),
    reasons=("stuck", "passed-on"),
    requirements=("REQ-012",),
    threats=("I2f",),
)
def broken_transfer_given_up(log: Log, meter: str) -> Finding:
    """Of a transfer that is too large or lacks a block the hub passes nothing on, and it carries the next whole one."""
    broken = _broken(log)
    if not broken:
        return inconclusive("nothing-broken", "each transfer of the PPMID came whole")
    whole = han_commands(log, roles.PPMID, roles.HUB)
    of_dcc = [one for one in log.arrived("wan", "gbcs") if one.receiver == roles.HUB]
    passed_on = han_commands(log, roles.HUB, meter)
    for one in passed_on:
        if not any(same_message(one, other) for other in (*whole, *of_dcc) if other.n < one.n):
            return failed("passed-on", "the hub passed on what had not come whole", *broken, *whole, one)
    later = [one for one in whole if one.n > broken[-1].n]
    if not later:
        return inconclusive("nothing-whole", "no transfer came whole after it", *broken)
    lost = [one for one in later if not any(same_message(one, other) for other in passed_on if other.n > one.n)]
    if lost:
        return failed("stuck", "a transfer that came whole later was not passed on", *broken, *lost)
    sentence = f"nothing of it was passed on, and {counted(len(later), 'transfer')} after it was"
    return passed(sentence, *broken, *later, *passed_on)


def _broken(log: Log) -> list[Entry]:
    """The last piece of each transfer of the PPMID to the hub that was never completed."""
    sent = [one for one in log.arrived("han") if one.sender == roles.PPMID and one.receiver == roles.HUB]
    return [
        one
        for one in sent
        if one.what in _PIECES
        and not any(other.n > one.n and one.t <= other.t <= one.t + _ONE_TRANSFER for other in sent)
    ]
