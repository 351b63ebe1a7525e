"""What becomes of messages that a stick, a cable or a phone brings to the PPMID, or to a port of the hub's own.

They are acted on whole, once, and in the right home. ``party``: which of the two they were brought to.
"""

from ppmid_bench.checks.check import Finding, Measurement, check, failed, inconclusive, passed
from ppmid_bench.checks.relaying import asks_a_meter, brought
from ppmid_bench.evidence import Entry, Log
from ppmid_bench.sentences import counted, lasted
from ppmid_devices import roles
from ppmid_devices.ports import SECOND

_ASKS = ("submit-command", "submit-utrn")
_ANSWERS = ("command-response", "utrn-result")
_PIECES = ("block", "chunk", "apdu")
_NAMES = {roles.PPMID: "the PPMID", roles.HUB: "the hub"}
"""Who in a home takes what is brought by hand, and how a finding calls it."""


def asked_by(log: Log, party: str) -> list[Entry]:
    """What the PPMID has asked of hub or meter on the HAN; or the hub of a meter, that came to it no other way."""
    known = {
        entry.fields["gbcs"]["tag"]
        for link in ("wan", "han")
        for entry in log.arrived(link)
        if party == roles.HUB and entry.receiver == roles.HUB and "tag" in entry.fields.get("gbcs", {})
    }
    asked = [entry for entry in log.of("han") if asks_a_meter(entry, party)]
    return [entry for entry in asked if entry.fields.get("gbcs", {}).get("tag") not in known]


def _names(entries: list[Entry]) -> set[str]:
    """The tags of the UTRNs and GBCS messages that entries hold, under which each is known on avenue and HAN."""
    gbcs = [entry.fields["gbcs"] for entry in entries if "gbcs" in entry.fields]
    utrns = {one["utrn"] for one in (*gbcs, *(entry.fields for entry in entries)) if "utrn" in one}
    return utrns | {one["tag"] for one in gbcs}


def _not_of(asked: list[Entry], brought: list[Entry]) -> list[Entry]:
    """What was asked of a meter that is nothing of what was brought."""
    known = _names(brought)
    return [entry for entry in asked if not _names([entry]) & known]


@check(
    "carried-as-given",
    judges="carrier",
    needs=("avenue",),
    reasons=("altered", "lost"),
    requirements=("REQ-009",),
    version=2,
)
def carried_as_given(log: Log, back: bool) -> Finding:
    """What the carrier was given it brings octet for octet into the home; and ``back`` again, where it has been."""
    given = [one for one in log.arrived("avenue") if one.receiver == roles.CARRIER and one.what in _ASKS]
    came = [one for one in log.arrived("avenue") if one.sender == roles.CARRIER and one.what not in _PIECES]
    brought_here = [one for one in came if one.receiver in _NAMES]
    if not given or not brought_here:
        return inconclusive("nothing-carried", "no message has gone into the home by hand", *given)
    altered = [one for one in came if one.what == "unreadable"]
    if altered:
        return failed("altered", f"{counted(len(altered), 'message')} came otherwise than given", *given, *came)
    if not back:
        first = [one for one in brought_here if one.fields["tag"] == given[0].fields["tag"]][:1]
        measured = tuple(Measurement("carried-to-home", (one.t - given[0].t) / SECOND, "s") for one in first)
        sentence = f"{counted(len(brought_here), 'message')} came as given"
        return passed(sentence, *given, *brought_here, measurements=measured)
    said = [one for one in log.arrived("avenue") if one.receiver == roles.CARRIER and one.what in _ANSWERS]
    if not said:
        return inconclusive("nothing-said", "the home has given the carrier no answer", *given, *brought_here)
    returned = [one for one in came if one.receiver == roles.DELIVERY_SERVICE]
    lost = [one for one in said if one.fields["tag"] not in {other.fields["tag"] for other in returned}]
    if lost:
        return failed(
            "lost",
            f"{counted(len(lost), 'answer')} of the home did not come back",
            *given,
            *brought_here,
            *said,
            *returned,
        )
    carried = (returned[-1].t - given[0].t) / SECOND
    measured = (Measurement("carried-there-and-back", carried, "s"),)
    sentence = f"{counted(len(said), 'answer')} came back as given, the last after {lasted(carried)}"
    return passed(sentence, *given, *brought_here, *said, *returned, measurements=measured)


@check(
    "half-not-acted-on",
    judges="ppmid",
    needs=("avenue", "han"),
    reasons=("half-acted-on",),
    requirements=("REQ-009", "REQ-012"),
    purposes=("PP-024",),
)
def half_not_acted_on(log: Log) -> Finding:
    """Of a transfer that broke off nothing goes to the HAN: what the PPMID asks of a meter has come to it whole."""
    return half(log, roles.PPMID)


def half(log: Log, party: str) -> Finding:
    """Whether the party passed nothing on that had not come to it whole."""
    pieces = brought(log, *_PIECES, to=party)
    if not pieces:
        return inconclusive("nothing-brought", f"nothing has been brought to {_NAMES[party]} by hand")
    whole = brought(log, *_ASKS, to=party)
    if [entry for entry in whole if entry.n > pieces[-1].n]:
        return inconclusive("nothing-half", "the last transfer did not break off", *pieces[-1:], *whole[-1:])
    acted = _not_of(asked_by(log, party), whole)
    if acted:
        return failed("half-acted-on", f"{_NAMES[party]} passed on what has not come to it whole", *pieces[-1:], *acted)
    sentence = f"{counted(len(pieces), 'piece')} came, and nothing that was not whole was passed on"
    return passed(sentence, pieces[0], pieces[-1])


@check(
    "copy-not-acted-on",
    judges="ppmid",
    needs=("avenue", "han"),
    reasons=("acted-twice",),
    requirements=("REQ-009", "REQ-015"),
    threats=("I3a",),
    purposes=("PP-007", "PP-024"),
    version=2,
)
def copy_not_acted_on(log: Log) -> Finding:
    """What is brought again, octet for octet or asked anew under its request id, the PPMID does not pass on again."""
    return copy(log, roles.PPMID)


def _is_again(entry: Entry, other: Entry) -> bool:
    """Whether both are the same octets, or the same request with the same contents under another replay number."""
    same_request = entry.fields["request"] == other.fields["request"] and _names([entry]) == _names([other])
    return same_request or bool(entry.fields["tag"] == other.fields["tag"])


def _times(name: str, entries: list[Entry]) -> int:
    """How many of the entries hold the UTRN or GBCS message of this tag."""
    return sum(name in _names([entry]) for entry in entries)


def copy(log: Log, party: str) -> Finding:
    """Whether the party passed on once only what came to it twice."""
    came = brought(log, *_ASKS, to=party)
    copies = [entry for place, entry in enumerate(came) if any(_is_again(entry, other) for other in came[:place])]
    if not copies:
        return inconclusive("no-copy", f"nothing has been brought to {_NAMES[party]} twice", *came)
    firsts = [entry for entry in came if entry not in copies]
    known = [entry for entry in came if any(_is_again(entry, other) for other in copies)]
    asked = [entry for entry in asked_by(log, party) if _names([entry]) & _names(copies)]
    twice = [name for name in _names(copies) if _times(name, asked) > _times(name, firsts)]
    if twice:
        return failed("acted-twice", f"{_NAMES[party]} passed on what it had passed on before", *known, *asked)
    return passed(f"{counted(len(copies), 'message')} came again, and nothing of it was passed on", *known, *asked)


@check(
    "other-home-ignored",
    judges="ppmid",
    needs=("avenue", "han"),
    reasons=("answered", "sent-to-han"),
    requirements=("REQ-009", "REQ-011"),
    threats=("I1c",),
    purposes=("PP-006", "PP-007"),
)
def other_home_ignored(log: Log) -> Finding:
    """What is sealed for another home the PPMID neither passes on nor answers, whoever brings it."""
    return other_home(log, roles.PPMID)


def other_home(log: Log, party: str) -> Finding:
    """Whether the party let alone what is sealed for another home."""
    foreign = brought(log, "for-another-home", to=party)
    if not foreign:
        return inconclusive("nothing-brought", f"nothing of another home has been brought to {_NAMES[party]}")
    acted = _not_of(asked_by(log, party), brought(log, *_ASKS, to=party))
    if acted:
        return failed("sent-to-han", f"{_NAMES[party]} passed it on", *foreign, *acted)
    requests = {entry.fields["request"] for entry in foreign}
    answers = [
        entry
        for entry in log.of("avenue")
        if entry.sender == party and entry.n > foreign[0].n and entry.fields.get("request") in requests
    ]
    if answers:
        return failed("answered", f"{_NAMES[party]} answered to it", *foreign, *answers)
    return passed("nothing of it was sent on the HAN, and it was not answered", *foreign)
