"""What comes of a join of PPMID and meter (CS03), and of what undoes it (CS04)."""

from collections.abc import Iterable, Mapping

from ppmid_bench.checks.check import Finding, check, failed, inconclusive, passed
from ppmid_bench.checks.relaying import asks_a_meter, han_responses, same_exchange
from ppmid_bench.evidence import Entry, Log
from ppmid_bench.sentences import counted
from ppmid_devices import roles

_JOIN_BY_CERTIFICATE, _UNJOIN = "00AF", "000F"


@check(
    "join-put-to-use",
    judges="ppmid",
    needs=("avenue", "han"),
    reasons=("not-sent",),
    requirements=("REQ-026",),
)
def join_put_to_use(log: Log) -> Finding:
    """A PPMID that has said that it is joined with the gas meter sends it what it is asked to."""
    said = [
        entry
        for entry in han_responses(log, roles.PPMID, roles.HUB)
        if entry.fields["gbcs"]["code"] == _JOIN_BY_CERTIFICATE and entry.fields["gbcs"].get("success")
    ]
    if not said:
        return inconclusive("not-joined", "the PPMID has not said that it is joined with the gas meter")
    asked = [entry for entry in log.arrived("avenue", "submit-utrn") if entry.n > said[0].n]
    if not asked:
        return inconclusive("nothing-asked", "no UTRN has reached the PPMID since it was joined", said[0])
    sent = [entry for entry in log.of("han") if entry.n > asked[0].n and asks_a_meter(entry)]
    if not sent:
        return failed("not-sent", "it said that it was joined, and sent the gas meter nothing", said[0], *asked)
    return passed("it sent the UTRN to the gas meter", said[0], *asked, *sent)


@check(
    "meters-listed",
    judges="ppmid",
    needs=("avenue", "han"),
    reasons=("lists-another", "leaves-one-out"),
    requirements=("REQ-022",),
)
def meters_listed(log: Log, meters: Mapping[str, list[str]]) -> Finding:
    """The PPMID's Capabilities list the meters that it is joined to just then, each with its fuel, and no others.

    ``meters``: EUI-64 and fuel of each meter of the home, by its role. It is joined to those it was joined to at first,
    and those that it has said it is joined to since, less those that it has said it has parted from.
    """
    said = [one for one in log.of("avenue", "capabilities") if one.sender == roles.PPMID and "meters" in one.fields]
    if not said:
        return inconclusive("nothing-said", "the PPMID has said nothing of the meters that it reaches")
    changes = _joins(log)
    shown = [one for change in changes for one in change]
    joined = {tuple(meters[role]) for role in log.home["home"]["meters"] if log.home["home"]["joined"]}
    for told in said:
        due = set(joined)
        for command, response in changes:
            if response.n < told.n:
                peer = command.fields["gbcs"]["peer"]
                of_home = {tuple(one) for one in meters.values() if one[0] == peer}
                due = due - of_home if command.fields["gbcs"]["code"] == _UNJOIN else due | of_home
        listed = [tuple(one) for one in told.fields["meters"]]
        if set(listed) - due or len(set(listed)) < len(listed):
            return failed("lists-another", f"it lists {_names(listed)}, and is joined to {_names(due)}", *shown, told)
        if due - set(listed):
            return failed("leaves-one-out", f"it lists {_names(listed)}, and is joined to {_names(due)}", *shown, told)
    return passed(f"{counted(len(said), 'list')}, of just the meters that it was joined to then", *shown, *said)


def _joins(log: Log) -> list[tuple[Entry, Entry]]:
    """Joins and what undoes them at the PPMID: each Command, and the PPMID's Response that it was done."""
    seen = [one for one in log if one.link in ("avenue", "han") and not one.lost and "gbcs" in one.fields]
    commands = [one for one in seen if one.fields["gbcs"].get("peer") is not None and one.receiver == roles.PPMID]
    done = [one for one in seen if one.sender == roles.PPMID and one.fields["gbcs"].get("success")]
    found = []
    for one in commands:
        responses = [other for other in done if other.n > one.n and same_exchange(one, other)]
        found += [(one, responses[0])] if responses else []
    return found


def _names(meters: Iterable[tuple[str, ...]]) -> str:
    return ", ".join(" for ".join(reversed(one)) for one in sorted(meters)) or "no meter"
