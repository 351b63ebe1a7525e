"""Whom a hub serves follows its device log: who is struck off goes, and comes back when it is listed again.

That a device was struck off or listed shows by the hub's own Response to the Command (CCS02, CCS01).
"""

from ppmid_bench.checks.check import Finding, Measurement, check, failed, inconclusive, passed
from ppmid_bench.checks.relaying import (
    alerts_of_the_hub,
    asks_a_meter,
    han_commands,
    han_responses,
    same_exchange,
    same_message,
)
from ppmid_bench.evidence import Entry, Log
from ppmid_bench.sentences import counted
from ppmid_devices import roles
from ppmid_devices.links.han import NOT_FETCHED
from ppmid_devices.ports import SECOND

_LIST, _STRIKE_OFF, _RESTORE = "0001", "0002", "0003"
_SCAN = "8F28"
_ASSESSMENTS = {0: "taken up", 1: "refused since a Hand-Held Terminal is connected"}


def _done(log: Log, code: str) -> list[Entry]:
    """The hub's own Responses that say that a Command of this Message Code was done."""
    said = [entry for link in ("wan", "han") for entry in log.of(link) if entry.sender == roles.HUB]
    return [
        entry
        for entry in sorted(said, key=lambda one: one.n)
        if (gbcs := entry.fields.get("gbcs", {})).get("code") == code and gbcs.get("success")
    ]


def _sent_away(log: Log, device: str) -> list[Entry]:
    return [one for one in log.of("han", "leave") if one.sender == roles.HUB and one.receiver == device]


@check(
    "sent-away",
    judges="hub",
    needs=("wan", "han"),
    reasons=("not-sent-away",),
    threats=("I2d",),
)
def sent_away(log: Log, device: str) -> Finding:
    """A hub that has struck a device off its device log sends it away."""
    struck = _done(log, _STRIKE_OFF)
    if not struck:
        return inconclusive("not-struck-off", "the hub has not said that it struck a device off")
    away = _sent_away(log, device)
    if not away:
        return failed("not-sent-away", f"struck off, and the {device} was not sent away", struck[-1])
    return passed(f"the {device} was sent away", away[-1], struck[-1])


@check(
    "gone-when-sent-away",
    judges="ppmid",
    needs=("han",),
    reasons=("stayed",),
    threats=("I2d",),
)
def gone_when_sent_away(log: Log) -> Finding:
    """A PPMID that its hub sends away asks nothing of meters on the network, until it is let in again."""
    away = [entry for entry in _sent_away(log, roles.PPMID) if "lost" not in entry.fields]
    if not away:
        return inconclusive("not-sent-away", "the PPMID was not sent away")
    back = [one for one in log.arrived("han", "network-key") if one.receiver == roles.PPMID and one.n > away[0].n]
    said = [
        entry
        for entry in log.of("han")
        if entry.sender == roles.PPMID
        and entry.n > away[0].n
        and (asks_a_meter(entry) or entry.what == "figures-asked")
        and not any(one.n < entry.n for one in back)
    ]
    if said:
        return failed("stayed", f"{counted(len(said), 'frame')} of it after it was sent away", away[0], *said)
    return passed("not heard on the network since", away[0], *back[:1])


@check(
    "nothing-for-the-struck-off",
    judges="hub",
    needs=("han",),
    reasons=("carried",),
    threats=("I2d",),
)
def nothing_for_the_struck_off(log: Log, meter: str) -> Finding:
    """The hub passes nothing on to a meter of what the PPMID sends after it was sent away."""
    away = _sent_away(log, roles.PPMID)
    sent = [entry for entry in han_commands(log, roles.PPMID, roles.HUB) if away and entry.n > away[0].n]
    if not sent:
        return inconclusive("nothing-sent", "the PPMID has sent nothing since it was sent away", *away)
    carried = [one for one in han_commands(log, roles.HUB, meter) if any(same_exchange(one, other) for other in sent)]
    if carried:
        return failed("carried", "the hub passed on what it had struck off", away[0], *sent, *carried)
    return passed(f"{counted(len(sent), 'message')} ended at the hub", away[0], *sent)


@check(
    "let-in-again",
    judges="hub",
    needs=("wan", "han"),
    reasons=("kept-out",),
    requirements=("REQ-026",),
)
def let_in_again(log: Log) -> Finding:
    """A hub lets a PPMID in that asks for it once it is listed again: it confirms a link key of the PPMID's own."""
    listed = _done(log, _LIST)
    asked = [
        entry
        for entry in log.arrived("han", "rejoin-request")
        if entry.sender == roles.PPMID and listed and entry.n > listed[-1].n
    ]
    if not asked:
        return inconclusive("not-asked", "the PPMID has not asked to be let in since it was listed", *listed[-1:])
    confirmed = [
        entry
        for entry in log.of("han", "confirm-key", accepted=True)
        if entry.receiver == roles.PPMID and entry.n > asked[0].n
    ]
    if confirmed:
        return passed("let in, with a link key of its own", listed[-1], asked[0], confirmed[0])
    if log.disturbed:
        return inconclusive("perhaps-lost", "not let in, on a bench that loses frames", listed[-1], *asked)
    return failed("kept-out", f"not let in, {counted(len(asked), 'time')} asked", listed[-1], *asked)


@check(
    "restored-let-in",
    judges="hub",
    needs=("wan", "han"),
    reasons=("kept-out",),
    requirements=("REQ-026",),
)
def restored_let_in(log: Log) -> Finding:
    """A hub that was restored with the device log of the one before lets every device of it in that asks to be.

    It confirms a link key of the device's own. That a device is in the log shows by its having been on the HAN.
    """
    restored = _done(log, _RESTORE)
    if not restored:
        return inconclusive("not-restored", "the hub has not said that its device log was restored")
    heard = [entry for entry in log.arrived("han", "rejoin-request") if entry.n > restored[0].n]
    asked = {device: [one for one in heard if one.sender == device] for device in sorted({one.sender for one in heard})}
    if not asked:
        return inconclusive("not-asked", "no device has asked to be let in since then", restored[0])
    let_in = [entry for entry in log.of("han", "confirm-key", accepted=True) if entry.n > heard[0].n]
    for device, requests in asked.items():
        if any(entry.receiver == device for entry in let_in):
            continue
        if log.disturbed:
            sentence = f"the {device} is not let in, on a bench that loses frames"
            return inconclusive("perhaps-lost", sentence, restored[0], *requests)
        sentence = f"the {device} is not let in, {counted(len(requests), 'time')} asked"
        return failed("kept-out", sentence, restored[0], *requests)
    first = (requests[0] for requests in asked.values())
    return passed(f"let in: {', '.join(asked)}", restored[0], *first, *let_in)


@check(
    "finds-the-new-hub",
    judges="ppmid",
    needs=("han",),
    reasons=("never-asked",),
    purposes=("PP-016",),
)
def finds_the_new_hub(log: Log) -> Finding:
    """A PPMID whose hub was exchanged asks of its own accord to be let in by the new one."""
    exchanged = log.of("hub-power", "exchanged")
    if not exchanged:
        return inconclusive("not-exchanged", "the hub was not exchanged")
    return _asked_since(log, exchanged[0], "it has not asked to be let in")


@check(
    "asks-to-come-back",
    judges="ppmid",
    needs=("han",),
    reasons=("never-asked",),
    purposes=("PP-016",),
)
def asks_to_come_back(log: Log) -> Finding:
    """A PPMID that was sent away asks of its own accord to be let in again."""
    away = [entry for entry in _sent_away(log, roles.PPMID) if "lost" not in entry.fields]
    if not away:
        return inconclusive("not-sent-away", "the PPMID was not sent away")
    return _asked_since(log, away[0], "it has not asked to be let in again")


def _asked_since(log: Log, lost: Entry, never: str) -> Finding:
    """Whether the PPMID has asked to be let in after it had lost its place; ``never`` says that it has not."""
    asked = [one for one in log.of("han", "rejoin-request") if one.sender == roles.PPMID and one.n > lost.n]
    if not asked:
        return failed("never-asked", never, lost)
    return passed(f"asked {counted(len(asked), 'time')}", lost, *asked)


@check(
    "hht-said-that-it-left",
    judges="hht",
    needs=("han",),
    reasons=("left-silently",),
    requirements=("REQ-051",),
)
def hht_said_that_it_left(log: Log) -> Finding:
    """A Hand-Held Terminal that leaves says so to the hub, which has its place back then."""
    left = log.of(roles.HHT, "left")
    if not left:
        return inconclusive("not-left", "no Hand-Held Terminal has left")
    said = [one for one in log.of("han", "leave") if one.sender == roles.HHT and one.n > left[-1].n]
    if not said:
        return failed("left-silently", "it left without a word to the hub", left[-1])
    return passed("it told the hub that it left", left[-1], said[0])


@check(
    "scan-assessed",
    judges="hub",
    needs=("wan",),
    reasons=("assessed-otherwise", "not-told"),
    requirements=("REQ-051",),
    assumed=("the numbers of scan assessments are the order of the DUIS schema",),
)
def scan_assessed(log: Log, status: int) -> Finding:
    """A hub that is asked to scan for another channel tells whether it does: not while a terminal is connected."""
    asked = [
        entry
        for entry in log.arrived("wan")
        if entry.receiver == roles.HUB and entry.fields.get("gbcs", {}).get("code") == "010E"
    ]
    if not asked:
        return inconclusive("not-asked", "the hub was not asked to scan")
    told = [entry for entry in alerts_of_the_hub(log, _SCAN) if entry.n > asked[-1].n]
    if not told:
        return failed("not-told", "the hub has not told what it made of it", asked[-1])
    found = told[-1].fields["gbcs"].get("scan")
    sentence = f"the scan was {_ASSESSMENTS.get(found, f'assessed {found}')}"
    if found != status:
        return failed("assessed-otherwise", sentence, asked[-1], told[-1])
    return passed(sentence, asked[-1], told[-1])


@check(
    "kept-frames-fetched",
    judges="ppmid",
    needs=("han",),
    reasons=("overslept",),
    purposes=("PP-025",),
)
def kept_frames_fetched(log: Log) -> Finding:
    """A PPMID whose receiver sleeps asks for what is kept for it before that is dropped.

    From a meter's answer at the hub to the same at the PPMID is measured, at its longest.
    """
    polls = [entry for entry in log.of("han", "data-request") if entry.sender == roles.PPMID]
    if not polls:
        return inconclusive("not-asleep", "the PPMID has not asked for frames that are kept for it")
    dropped = [entry for entry in log.of("han", lost=NOT_FETCHED) if entry.receiver == roles.PPMID]
    if dropped:
        return failed("overslept", f"{counted(len(dropped), 'frame')} not fetched in time", polls[0], *dropped)
    waits = [
        (fetched.t - arrived.t, arrived, fetched)
        for meter in roles.METERS
        for arrived in han_responses(log, meter, roles.HUB)
        for fetched in han_responses(log, roles.HUB, roles.PPMID)
        if same_message(arrived, fetched) and fetched.n > arrived.n
    ]
    if not waits:
        return inconclusive("nothing-fetched", "no meter's answer has waited for the PPMID", polls[0])
    longest, arrived, fetched = max(waits, key=lambda one: one[0])
    measured = (Measurement("kept-for-ppmid", longest / SECOND, "s"),)
    return passed(f"fetched within {longest / SECOND:.1f} s", polls[0], arrived, fetched, measurements=measured)
