"""What becomes of messages that a stick, a cable or a phone brings to the PPMID: whole, once, and in the right home."""

from ppmid_bench.checks.check import Finding, Measurement, check, failed, inconclusive, passed
from ppmid_bench.checks.relaying import asks_a_meter, brought
from ppmid_bench.evidence import Entry, Log
from ppmid_bench.sentences import counted
from ppmid_devices import roles
from ppmid_devices.ports import SECOND

_ASKS = ("submit-command", "submit-utrn")
_ANSWERS = ("command-response", "utrn-result")
_PIECES = ("block", "chunk", "apdu")


def _asked(log: Log) -> list[Entry]:
    """What the PPMID has asked of the hub or a meter, on the HAN."""
    return [entry for entry in log.of("han") if asks_a_meter(entry)]


def _names(entries: list[Entry]) -> set[str]:
    """The tags of the UTRNs and GBCS messages that entries hold, under which each is known on avenue and HAN."""
    gbcs = [entry.fields["gbcs"] for entry in entries if "gbcs" in entry.fields]
    utrns = {one["utrn"] for one in (*gbcs, *(entry.fields for entry in entries)) if "utrn" in one}
    return utrns | {one["tag"] for one in gbcs}


def _not_of(asked: list[Entry], brought: list[Entry]) -> list[Entry]:
    """What the PPMID asked of a meter that is nothing of what was brought."""
    known = _names(brought)
    return [entry for entry in asked if not _names([entry]) & known]


@check(
    "carried-as-given",
    judges="carrier",
    needs=("avenue",),
    reasons=("altered", "lost"),
    requirements=("REQ-009",),
)
def carried_as_given(log: Log, back: bool) -> Finding:
    """What the carrier was given it brings octet for octet to the PPMID; and ``back`` again, where it has been."""
    given = [one for one in log.arrived("avenue") if one.receiver == roles.CARRIER and one.what in _ASKS]
    came = [one for one in log.arrived("avenue") if one.sender == roles.CARRIER and one.what not in _PIECES]
    brought_here = [one for one in came if one.receiver == roles.PPMID]
    if not given or not brought_here:
        return inconclusive("nothing-carried", "no message has gone to the PPMID by hand", *given)
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
        return inconclusive("nothing-said", "the PPMID has given the carrier no answer", *given, *brought_here)
    returned = [one for one in came if one.receiver == roles.DELIVERY_SERVICE]
    lost = [one for one in said if one.fields["tag"] not in {other.fields["tag"] for other in returned}]
    if lost:
        return failed(
            "lost",
            f"{counted(len(lost), 'answer')} of the PPMID did not come back",
            *given,
            *brought_here,
            *said,
            *returned,
        )
    carried = (returned[-1].t - given[0].t) / SECOND
    measured = (Measurement("carried-there-and-back", carried, "s"),)
    sentence = f"{counted(len(said), 'answer')} came back as given, the last after {carried:.0f} s"
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
    pieces = brought(log, *_PIECES)
    if not pieces:
        return inconclusive("nothing-brought", "nothing has been brought to the PPMID by hand")
    whole = brought(log, *_ASKS)
    if [entry for entry in whole if entry.n > pieces[-1].n]:
        return inconclusive("nothing-half", "the last transfer did not break off", *pieces[-1:], *whole[-1:])
    acted = _not_of(_asked(log), whole)
    if acted:
        return failed("half-acted-on", "the PPMID passed on what has not come to it whole", *pieces[-1:], *acted)
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
)
def copy_not_acted_on(log: Log) -> Finding:
    """A message that is brought again, octet for octet, the PPMID does not pass on again."""
    came = brought(log, *_ASKS)
    tags = [entry.fields["tag"] for entry in came]
    copies = [entry for place, entry in enumerate(came) if entry.fields["tag"] in tags[:place]]
    if not copies:
        return inconclusive("no-copy", "nothing has been brought to the PPMID twice", *came)
    contents, again = _names(copies), {entry.fields["tag"] for entry in copies}
    known = [entry for entry in came if entry.fields["tag"] in again]
    asked = [entry for entry in _asked(log) if _names([entry]) & contents]
    twice = [entry for entry in asked if entry.n > copies[0].n]
    if twice:
        return failed("acted-twice", "the PPMID passed on what it had passed on before", *known, *asked)
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
    foreign = brought(log, "for-another-home")
    if not foreign:
        return inconclusive("nothing-brought", "nothing of another home has been brought to the PPMID")
    acted = _not_of(_asked(log), brought(log, *_ASKS))
    if acted:
        return failed("sent-to-han", "the PPMID passed it into the HAN", *foreign, *acted)
    requests = {entry.fields["request"] for entry in foreign}
    answers = [
        entry
        for entry in log.of("avenue")
        if entry.sender == roles.PPMID and entry.n > foreign[0].n and entry.fields.get("request") in requests
    ]
    if answers:
        return failed("answered", "the PPMID answered to it", *foreign, *answers)
    return passed("nothing of it was sent on the HAN, and it was not answered", *foreign)
