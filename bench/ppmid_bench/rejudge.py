"""Judging a run again from its evidence: each scenario (``judged_again``), and what of the record follows from those. A
record that says more than its evidence shows is found, whatever was written into it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from ppmid_bench import input_files
from ppmid_bench.certificate import gaps
from ppmid_bench.errors import BadInput
from ppmid_bench.judged_again import UNREADABLE, Again, Check, Difference, judged_again
from ppmid_bench.made_again import BY_RULES, not_following
from ppmid_bench.typed import convert
from ppmid_bench.which_harness import made_here

_OF_BENCH = ("points", "declared", "limits", "uncertainty")
"""What the first lines of all evidence of a run say the same of."""

THE_RECORD = "the record"
"""What stands in a difference in the place of a scenario."""

Beside = Callable[[Path], Iterable[tuple[str, str]]]
"""Holds a record against other files of its run folder: each that does not say the same, with a sentence."""


class _Scenario(msgspec.Struct):
    id: str
    checks: list[Check]
    evidence_sha256: str = ""


class _Record(msgspec.Struct):
    scenarios: list[_Scenario]
    schema: Literal[1] = 1


def read_record(folder: Path) -> dict[str, Any]:
    """The record of a run folder. Raises BadInput."""
    path = folder / "record.json"
    record: Any = input_files.document(path, "the record of a run")
    convert(record, _Record, str(path), "")
    checked: dict[str, Any] = record
    return checked


def rejudge(folder: Path, beside: Sequence[Beside] = ()) -> dict[str, Any]:
    """Judge a run folder again: ``{"checks", "same", "different", "check_changed", "other_rules"}``.

    ``different``: what now comes out otherwise, evidence files that are not as they were recorded, what a scenario
    is said to be, to have come to or to have measured that its evidence does not show, and what the record says that
    does not follow from its scenarios (then ``scenario`` is ``THE_RECORD``), or is not what ``beside`` finds.
    ``check_changed``: those whose check has another version here. ``other_rules``: what comes out otherwise by the
    rules and sentences of this harness. Both of a record of another harness alone; of one of this, ``different``.
    Arguments and lines that are not what a check can judge count as different too.
    Raises BadInput when the record or an evidence file cannot be read.
    """
    return _rejudged(folder, read_record(folder), beside)


def _rejudged(folder: Path, record: Mapping[str, Any], beside: Sequence[Beside]) -> dict[str, Any]:
    again = [judged_again(folder, one, record) for one in record["scenarios"]]
    homes = [one.home for one in again if one.home]
    rest, by_rules = _of_rest(record, homes[0] if homes else {})
    different = [row for one in again for row in one.different]
    different += _of_benches(record, again)
    different += rest
    different += [{"scenario": THE_RECORD, name: sentence} for held in beside for name, sentence in held(folder)]
    by_rules += [row for one in again for row in one.sentences]
    changed = [row for one in again for row in one.changed]
    same_rules = not (by_rules or changed) or made_here(folder)
    return {
        "checks": sum(one.checks for one in again),
        "same": sum(one.same for one in again),
        "different": [*different, *([*map(_of_version, changed), *by_rules] if same_rules else ())],
        "check_changed": [] if same_rules else changed,
        "other_rules": [] if same_rules else by_rules,
    }


def _of_version(changed: Difference) -> Difference:
    """A check of a version that this harness, which is said to have judged it, has not."""
    was_and_is = {name: changed[name] for name in ("was", "is")}
    return {"scenario": changed["scenario"], "check": changed["check"], "version": was_and_is}


def _of_rest(record: Mapping[str, Any], home: Mapping[str, Any]) -> tuple[list[Difference], list[Difference]]:
    """What the record says that does not follow from the rest of it: whatever the rules are, and by those of today."""
    rest: list[Difference] = []
    by_rules: list[Difference] = []
    try:
        for part, place, was_and_is in not_following(record, home):
            (by_rules if part in BY_RULES else rest).append({"scenario": THE_RECORD, place: was_and_is})
        planned = record.get("plan", record["scenarios"])
        rest += [{"scenario": THE_RECORD, "plan": sentence} for sentence in gaps(planned, record["scenarios"])]
    except UNREADABLE as problem:
        rest.append({"scenario": THE_RECORD, "unreadable": f"it cannot be made again from its scenarios: {problem!r}"})
    return rest, by_rules


def _of_benches(record: Mapping[str, Any], again: Sequence["Again"]) -> Iterator[Difference]:
    """The scenarios whose evidence is of another bench than that of the first which has any."""
    own: dict[str, Any] = {}
    for scenario, one in zip(record["scenarios"], again, strict=True):
        bench = {name: one.home[name] for name in _OF_BENCH if name in one.home}
        own = own or bench
        if one.home and bench != own:
            yield {"scenario": scenario["id"], "bench": "its evidence is of another bench than that of other scenarios"}


def require_shown(folder: Path, record: Mapping[str, Any], source: str, beside: Sequence[Beside] = ()) -> int:
    """How much of a record is its word alone: what another harness judged by other checks, or told by other rules.

    ``record``: as ``read_record`` gives it; ``source``: what the user calls it. Raises BadInput for a record that says
    other than its evidence shows.
    """
    again = _rejudged(folder, record, beside)
    if again["different"]:
        first = again["different"][0]
        names = ", ".join(name for name in first if name not in ("scenario", "check"))
        what = f": {first['unreadable']}" if "unreadable" in first else f" with another {names}"
        more = f"; and {len(again['different']) - 1} more" if again["different"][1:] else ""
        found = f"{' of '.join(part for part in (first.get('check'), first['scenario']) if part)}{what}"
        raise BadInput(source, "record.json", "what its evidence shows (see rejudge)", f"{found}{more}")
    return len(again["check_changed"]) + len(again["other_rules"])
