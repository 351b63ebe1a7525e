"""The same Service Request over the SM WAN and round it: what differs in outcome, time, order and the DCC's record.

All times are the bench's: when something was seen to enter a link.
"""

from ppmid_bench.checks.check import Finding, Measurement, check, failed, inconclusive, passed
from ppmid_bench.evidence import Entry, Log
from ppmid_bench.sentences import lasted
from ppmid_devices.ports import SECOND


def _over_wan(log: Log, request: str) -> list[Entry]:
    """The Responses to a request that the DCC has handed to its User."""
    return log.arrived("duis", "response", request=request, kind="gbcs-payload")


def _returned(log: Log, request: str) -> list[tuple[Entry, Entry]]:
    """What the User has returned by SRV 8.13 of a request, each with the DCC's acknowledgement."""
    answers = {entry.fields["request"]: entry for entry in log.arrived("duis", "response", code="I0")}
    returns = log.arrived("duis", "request", srv="8.13", original=request)
    return [(entry, answers[name]) for entry in returns if (name := entry.fields["request"]) in answers]


@check(
    "delivery-on-record",
    judges="dcc",
    needs=("duis", "dcc"),
    reasons=("no-record", "other-way"),
    requirements=("REQ-016",),
    threats=("I5",),
)
def delivery_on_record(log: Log, request: str) -> Finding:
    """The DCC's own record shows by which way a Command was delivered, as far as the DCC was told."""
    readings = log.of("dcc", "services")
    if not readings:
        return inconclusive("no-reading", "the DCC's records were not read")
    over_wan, returned = _over_wan(log, request), _returned(log, request)
    told = [*over_wan, *(entry for pair in returned for entry in pair)]
    if not told:
        return inconclusive("not-told", "the DCC was not told of a delivery", readings[-1])
    records = [one for one in readings[-1].fields["services"] if one["request"] == request]
    if not records:
        return failed("no-record", "the DCC has no record of the request", *told, readings[-1])
    found = records[0]["delivered_over_wan"], records[0]["delivered_locally"]
    if found != (bool(over_wan), bool(returned)):
        sentence = f"on record: {_ways(*found)}; told: {_ways(bool(over_wan), bool(returned))}"
        return failed("other-way", sentence, *told, readings[-1])
    return passed(f"on record: {_ways(*found)}", *told, readings[-1])


def _ways(over_wan: bool, locally: bool) -> str:
    ways = [name for name, went in (("over the SM WAN", over_wan), ("locally", locally)) if went]
    return " and ".join(ways) or "not delivered"


@check(
    "same-outcome-both-ways",
    judges="route",
    needs=("user", "duis", "avenue"),
    reasons=("other-outcome",),
    requirements=("REQ-016",),
    version=2,
)
def same_outcome_both_ways(log: Log, over_wan: str, locally: str) -> Finding:
    """Two requests of a kind, one over the SM WAN and one through the PPMID, end alike; their times and order differ.

    Over the SM WAN the DCC has the Response before its User; round it, the User has it first.
    """
    records = [log.of("user", "record", request=request)[-1:] for request in (over_wan, locally)]
    if not all(records):
        return inconclusive("no-record", "the User's records of both requests were not read")
    read = [entry for found in records for entry in found]
    one, other = (entry.fields["outcome"] for entry in read)
    if one != other:
        return failed("other-outcome", f"over the SM WAN: {one}; through the PPMID: {other}", *read)
    told, returned = _over_wan(log, over_wan)[:1], _returned(log, locally)[:1]
    came = [entry for entry in log.arrived("avenue", "command-response") if entry.fields["gbcs"]["request"] == locally]
    asked = [log.arrived("duis", "request", request=request)[:1] for request in (over_wan, locally)]
    if not (told and came and returned and all(asked)):
        return inconclusive("not-seen", f"{one} both ways, and not every step of both was seen", *read)
    seen = [*(entry for found in asked for entry in found), told[0], came[0], *returned[0]]
    by_wan, by_ppmid, later = (
        (until.t - since.t) / SECOND
        for since, until in ((seen[0], told[0]), (seen[1], came[0]), (came[0], returned[0][0]))
    )
    measured = (
        Measurement("time-over-wan", by_wan, "s"),
        Measurement("time-through-ppmid", by_ppmid, "s"),
        Measurement("dcc-told-after", later, "s"),
    )
    sentence = (
        f"{one} both ways: {lasted(by_wan)} over the SM WAN, the DCC first; {lasted(by_ppmid)} through the PPMID,"
        f" the DCC {lasted(later)} after that"
    )
    return passed(sentence, *read, *seen, measurements=measured)
