"""What a run cannot say, told on its first page in the same size as what it says."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ppmid_bench.bench_file import POINTS
from ppmid_bench.checks import CHECKS
from ppmid_bench.sentences import counted
from ppmid_bench.verdict import UNJUDGED
from ppmid_reports.record import Party, Record

PLAYED_BY: Mapping[str, str] = {
    "real": "Real",
    "manual": "Real, by the hands of a person",
    "replay": "Out of a capture",
    "process": "Simulated, in a process of its own",
    "simulated": "Simulated",
}
"""By what a party was played: the kinds of the record, the real ones first."""

Limitation = tuple[str, str]
"""A sentence, and the part of the page where there is more of it."""


def played_by(parties: Iterable[Party]) -> dict[str, list[str]]:
    """The roles of the run, by what they were played by."""
    found: dict[str, list[str]] = {}
    for one in parties:
        found.setdefault(PLAYED_BY.get(one.kind, one.kind), []).append(one.role)
    order = [word for word in PLAYED_BY.values() if word in found]
    return {word: found[word] for word in (*order, *(word for word in found if word not in order))}


def limitations(record: Record, matrix: Mapping[str, Sequence[Mapping[str, Any]]], leaning: int) -> list[Limitation]:
    """What bounds the results. ``leaning``: how many assumptions checks and answers lean on."""
    return [*_of_bench(record), *_of_scenarios(record), *_of_coverage(matrix), *_of_assumptions(leaning)]


def _of_bench(record: Record) -> Iterator[Limitation]:
    if record.run.time == "virtual":
        yield "Time is virtual: what was measured comes of the delays that the bench sets, not of a device.", "times"
    seen = {point for party in record.parties for point in party.points}
    unseen = [f"{text} ({name})" for name, text in POINTS.items() if name not in seen]
    if unseen:
        blind = sum(not seen.issuperset(check.needs) for check in CHECKS.values())
        yield f"Not observed on this bench: {'; '.join(unseen)}.", "setup"
        of = counted(len(CHECKS), "check")
        yield f"{blind} of {of} need what is not observed: here they can judge nothing.", "setup"
    if record.adapter_check is None and any(party.kind in ("real", "manual") for party in record.parties):
        yield "The adapters of this bench were not checked against their contracts before the run.", "adapters"


def _of_scenarios(record: Record) -> Iterator[Limitation]:
    counts = record.summary.by_verdict()
    unjudged = sum(counts[word] for word in UNJUDGED)
    for number, word in (
        (unjudged, "not judged"),
        (counts["inconclusive"], "inconclusive"),
        (counts["error"], "in error"),
    ):
        if number:
            yield f"{number} of {counted(record.summary.planned, 'planned scenario')}: {word}.", "summary"


def _of_coverage(matrix: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[Limitation]:
    untested = {kind: sum(not row["covered"] for row in rows) for kind, rows in matrix.items()}
    if any(untested.values()):
        parts = [f"{number} of {len(matrix[kind])} {kind}" for kind, number in untested.items() if number]
        yield f"Untested in this run: {', '.join(parts)}.", "coverage"


def _of_assumptions(leaning: int) -> Iterator[Limitation]:
    if leaning:
        yield (
            f"Verdicts and answers lean on {counted(leaning, 'assumption')} that no public text settles.",
            "assumptions",
        )
