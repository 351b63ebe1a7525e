"""What becomes of a Command that is longer than a tunnel carries where nobody cuts it into blocks."""

from ppmid_bench.checks.check import Finding, Measurement, check, failed, inconclusive, limit, passed
from ppmid_bench.checks.relaying import brought
from ppmid_bench.evidence import Entry, Log
from ppmid_bench.sentences import counted
from ppmid_devices import roles

_UNCUT = (
    "what comes by a PPMID or a Hand-Held Terminal is cut into no blocks; no public text says who but the DCC may cut",
)


def _too_long(log: Log, entries: list[Entry]) -> list[Entry]:
    most = limit(log, "tunnel-octets").value
    return [entry for entry in entries if entry.fields.get("octets", 0) > most]


def _put_on_the_han(log: Log, sender: str, after: Entry) -> list[Entry]:
    """What a party has sent into its tunnel since then, or what nobody can read."""
    sent = [entry for entry in log.of("han") if entry.sender == sender and entry.n > after.n]
    return [
        entry for entry in sent if entry.what == "unreadable" or entry.fields.get("gbcs", {}).get("cra") == "command"
    ]


@check(
    "too-long-refused",
    judges="ppmid",
    needs=("avenue", "han"),
    reasons=("sent-in-part", "not-said", "other-reason"),
    requirements=("REQ-004", "REQ-015"),
    limits=("tunnel-octets",),
    assumed=_UNCUT,
)
def too_long_refused(log: Log) -> Finding:
    """A Command that no tunnel carries the PPMID refuses as too large, and no part of it reaches the HAN.

    Measured: by how many octets it is too long, which is what keeps it from the route.
    """
    asked = _too_long(log, brought(log, "submit-command"))
    if not asked:
        return inconclusive("nothing-too-long", "no Command that is too long for a tunnel has reached the PPMID")
    last = asked[-1]
    sent = _put_on_the_han(log, roles.PPMID, last)
    if sent:
        return failed("sent-in-part", f"it put {counted(len(sent), 'message')} of it on the HAN", last, *sent)
    said = log.of("avenue", "status", request=last.fields["request"], state="refused")
    if not said:
        return failed("not-said", "it has not said that it carries nothing so long", last)
    if said[0].fields["reason"] != "command-too-large":
        return failed("other-reason", f"it refused it for another reason: {said[0].fields['reason']}", last, said[0])
    beyond = last.fields["octets"] - int(limit(log, "tunnel-octets").value)
    sentence = f"it refused {last.fields['octets']} octets as too large, and sent none of them"
    return passed(sentence, last, said[0], measurements=(Measurement("octets-beyond-a-tunnel", beyond, "octets"),))


@check(
    "too-long-not-taken",
    judges="hht",
    needs=("han",),
    reasons=("taken",),
    requirements=("REQ-051",),
    limits=("tunnel-octets",),
    assumed=_UNCUT,
)
def too_long_not_taken(log: Log) -> Finding:
    """A Command that no tunnel carries the Hand-Held Terminal does not take, and no part of it reaches the HAN."""
    loaded = _too_long(log, log.of(roles.HHT, "loaded"))
    if not loaded:
        return inconclusive("nothing-too-long", "no Command that is too long for a tunnel was put into the terminal")
    last = loaded[-1]
    sent = _put_on_the_han(log, roles.HHT, last)
    said = [entry for entry in log.of(roles.HHT, "not-taken") if entry.n > last.n]
    if sent or not said:
        sentence = f"it took {last.fields['octets']} octets, and put {counted(len(sent), 'message')} on the HAN"
        return failed("taken", sentence, last, *said, *sent)
    return passed(f"it did not take {last.fields['octets']} octets", last, said[0])
