"""What a certification run may claim of the party under test: from the record alone, so that whoever has it can tell.

Only checks that judge the implementation under test count. Its verdict stands apart from that of the run: what a route
or another party failed says nothing against it, and an error of ours says nothing for it. A scenario that has ``WATCH``
among its tags is judged and shown, and never counts: it is not yet proven on two independent devices.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ppmid_bench.checks.check import judged_roles
from ppmid_bench.sentences import counted
from ppmid_bench.verdict import UNJUDGED, Verdict, worst

WATCH = "watch"
"""The tag of a scenario that is judged and shown, and counts for no certificate."""

DEVICES = ("real", "manual")
"""The kinds of parties behind which a device stands."""

_CHECKED = ("pass", "fail", "inconclusive", "error", "not_reached")

Entry = Mapping[str, Any]


def gaps(plan: Iterable[Entry], scenarios: Iterable[Entry]) -> Iterator[str]:
    """A sentence for each planned scenario that is not there, and for each that is there twice or was not planned."""
    planned = Counter(one["id"] for one in plan)
    found = Counter(one["id"] for one in scenarios)
    for id, times in planned.items():
        if id not in found:
            yield f"the scenario {id} was planned, and is not there"
        if times > 1:
            yield f"the scenario {id} was planned {times} times"
    for id, times in found.items():
        if times > 1:
            yield f"the scenario {id} stands in it {times} times"
        if id not in planned:
            yield f"the scenario {id} was not planned"


def certificate(
    record: Mapping[str, Any], *, own_suite: str, harness: Mapping[str, str], by_maker: bool
) -> dict[str, Any]:
    """The ``certificate`` of a record of a certification run: what is claimed, or why nothing is.

    ``own_suite``: the hash of the suite of this harness, ``harness`` its version and hash. ``by_maker``: whether a
    maker's conformance statement was given.
    """
    iut: str = record["run"]["iut"]
    kind = next((one["kind"] for one in record["parties"] if one["role"] == iut), "absent")
    judged = _of_the_iut(iut, record["scenarios"])
    counts = Counter(check["verdict"] for check in judged)
    verdict = _verdict(judged)
    reasons = [
        *_of_suite(record["run"]["suite"], own_suite),
        *([] if by_maker else ["no conformance statement (ICS) of its maker was given"]),
        *([] if kind in DEVICES else [f"no device was tested: the {iut} is {kind}"]),
        *gaps(record["plan"], record["scenarios"]),
        *_of_scenarios(record["scenarios"]),
        *([] if verdict is Verdict.PASS else [f"the verdict of the {iut} is {verdict}"]),
    ]
    return {
        "claimed": not reasons,
        "reasons": reasons,
        "iut": iut,
        "kind": kind,
        "verdict": str(verdict),
        "checks": {word: counts[word] for word in _CHECKED},
        "watched": [one["id"] for one in record["scenarios"] if WATCH in one["tags"]],
        "suite": record["run"]["suite"],
        "own_suite": own_suite,
        "harness": dict(harness),
        "by_maker": by_maker,
    }


def _of_the_iut(iut: str, scenarios: Iterable[Entry]) -> list[Entry]:
    """The checks that count."""
    return [
        check
        for scenario in scenarios
        if WATCH not in scenario["tags"]
        for check in scenario["checks"]
        if iut in judged_roles(check["judges"], check["args"])
    ]


def _verdict(judged: Sequence[Entry]) -> Verdict:
    """The worst of its checks; one that was not come to leaves it open."""
    found = {Verdict(check["verdict"]) for check in judged}
    if Verdict.NOT_REACHED in found:
        found.add(Verdict.INCONCLUSIVE)
    return worst(found)


def _of_suite(suite: str, own_suite: str) -> Iterator[str]:
    if suite != own_suite:
        yield "it is not the suite of this harness: other features, checks or limits"


def _of_scenarios(scenarios: Iterable[Entry]) -> Iterator[str]:
    """Why what is not judged, or judged in error, leaves something out that the suite asks."""
    counting = [one for one in scenarios if WATCH not in one["tags"]]
    not_run = [one["id"] for one in counting if one["verdict"] == UNJUDGED[1]]
    broken = [one["id"] for one in counting if one["verdict"] == Verdict.ERROR]
    for ids, what in ((not_run, "not run on this bench"), (broken, "in error")):
        if ids:
            yield f"{counted(len(ids), 'scenario')} {what}: {', '.join(ids)}"
