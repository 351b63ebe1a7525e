"""The target response time of each Service Reference Variant that has one, of all requests of a scenario."""

from collections.abc import Sequence
from dataclasses import replace

from ppmid_bench.checks.check import Finding, check, failed, inconclusive, passed
from ppmid_bench.checks.timing import response_in_time
from ppmid_bench.evidence import Entry, Log
from ppmid_bench.response_times import RESPONSE_TIMES
from ppmid_bench.sentences import counted
from ppmid_bench.verdict import Verdict


@check(
    "each-response-in-time",
    judges="route",
    needs=("user", "duis", "han"),
    reasons=("late", "no-response"),
    requirements=("REQ-059",),
    limits=("response-on-demand",),
)
def each_response_in_time(log: Log, requests: Sequence[str], meter: str) -> Finding:
    """Of every Service Reference Variant asked that has a target, the verified Response came within it.

    The reckoning is that of ``response-in-time``; the time of each variant is measured by its name.
    """
    latest = {one.fields["request"]: one for one in log.of("user", "record") if one.fields["request"] in requests}
    asked = [entry for entry in latest.values() if RESPONSE_TIMES.get(entry.fields["srv"]) is not None]
    if not asked:
        return inconclusive("nothing-asked", "nothing was asked that has a target", *latest.values())
    found = {entry.n: response_in_time(log, entry.fields["request"], meter) for entry in asked}
    cited = _cited(log, found)
    measured = tuple(
        replace(one, of=entry.fields["srv"])
        for entry in asked
        for one in found[entry.n].measurements
        if one.id == "dcc-equivalent-time"
    )
    for verdict, tell in ((Verdict.FAIL, failed), (Verdict.INCONCLUSIVE, inconclusive)):
        for entry in asked:
            one = found[entry.n]
            if one.verdict is verdict:
                return tell(one.reason_code, f"SRV {entry.fields['srv']}: {one.reason}", *cited, measurements=measured)
    srvs = {entry.fields["srv"] for entry in asked}
    slowest = max(one.value for one in measured)
    sentence = f"{counted(len(srvs), 'Service Reference Variant')}, the slowest after {slowest:.3f} s"
    return passed(sentence, *cited, measurements=measured)


def _cited(log: Log, found: dict[int, Finding]) -> list[Entry]:
    """The entries that all the findings rest on, in their order."""
    numbers = {number for finding in found.values() for number in finding.evidence} | set(found)
    return [entry for entry in log if entry.n in numbers]
