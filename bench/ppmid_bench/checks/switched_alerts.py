"""What a meter tells its Supplier unasked, where that can be switched."""

from ppmid_bench.checks.check import Finding, check, failed, inconclusive, passed
from ppmid_bench.evidence import Entry, Log

_SWITCHES = "6.22"
_SHOWN = ("balance", "emergency_credit")
"""What of a meter's display tells that something has happened of which it may tell."""


def _gbcs(entry: Entry, name: str) -> object:
    return entry.fields.get("gbcs", {}).get(name)


@check(
    "alerts-as-switched",
    judges="meter",
    needs=("duis", "meter-display"),
    reasons=("told-though-off", "not-told"),
    requirements=("REQ-015",),
)
def alerts_as_switched(log: Log, meter: str, code: str, on: bool) -> Finding:
    """An Alert that is switched on comes when what it tells of has happened; one that is switched off does not."""
    asked = log.of("duis", "request", srv=_SWITCHES)
    done = [
        (one, answer)
        for one in asked
        for answer in log.arrived("duis", "response", request=one.fields["request"])
        if _gbcs(answer, "cra") == "response" and _gbcs(answer, "success")
    ]
    if not done:
        return inconclusive("not-switched", "the meter has not taken that an Alert is switched", *asked)
    switched, answer = done[-1]
    readings = log.of("meter-display", "reading", meter=meter)
    before = [one for one in readings if one.n < answer.n][-1:]
    after = [one for one in readings if one.n > answer.n][-1:]
    if not before or not after or all(before[0].fields[name] == after[0].fields[name] for name in _SHOWN):
        sentence = "the meter's display shows nothing that has happened since"
        return inconclusive("nothing-happened", sentence, switched, answer, *before, *after)
    told = [
        one
        for one in log.arrived("duis", "response")
        if one.n > answer.n and _gbcs(one, "alert") == code and _gbcs(one, "originator") == _gbcs(answer, "originator")
    ]
    shown = (switched, answer, before[0], after[0], *told)
    if told and not on:
        return failed("told-though-off", f"it sent Alert {code}, which is switched off", *shown)
    if on and not told:
        return failed("not-told", f"no Alert {code} has come, which is switched on", *shown)
    return passed(f"Alert {code} {'came' if on else 'did not come'}, as it is switched", *shown)
