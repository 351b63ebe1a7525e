"""Judging a run again from its evidence: each check of ``record.json`` from the lines that it was judged from, and what
each scenario came to. A record that says more than its evidence shows is found, whatever was written into it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from ppmid_bench import input_files
from ppmid_bench.came_to import BEGAN_TWICE, came_to, crash_in
from ppmid_bench.checks import CHECKS, evaluate
from ppmid_bench.declared import observed
from ppmid_bench.errors import BadInput
from ppmid_bench.evidence import HARNESS, STEP, Log, digest, read_log
from ppmid_bench.scenario import file_stem, standing_arguments, tells
from ppmid_bench.typed import convert
from ppmid_bench.verdict import UNJUDGED, Verdict

_JUDGEMENT = (
    "verdict",
    "reason_code",
    "reason",
    "requirements",
    "threats",
    "purposes",
    "limits",
    "assumed",
    "evidence",
)
_WITHOUT_EVIDENCE = (*UNJUDGED, Verdict.ERROR, Verdict.INCONCLUSIVE)
"""What a scenario can come to that broke, or could not be brought about, before there was any evidence."""

_UNREADABLE = (LookupError, TypeError, ValueError, AttributeError)
"""What a check raises that finds other arguments or lines than those which it has once judged."""

Difference = dict[str, Any]
"""``{"scenario", "check"?, part: {"was", "is"}…}``, or a sentence in the place of the two."""

NaturalNumber = Annotated[int, msgspec.Meta(ge=0)]


class Check(msgspec.Struct):
    """What every check's entry holds, so that it can be judged again."""

    id: str
    version: int
    args: dict[str, Any]
    window: tuple[NaturalNumber, NaturalNumber]
    verdict: Verdict
    reason_code: str
    reason: str
    requirements: list[str]
    threats: list[str]
    purposes: list[str]
    limits: list[str]
    assumed: list[str]
    evidence: list[NaturalNumber]


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


def rejudge(folder: Path) -> dict[str, Any]:
    """Judge every check of a run folder again: ``{"checks", "same", "different", "check_changed"}``.

    ``different``: what now comes out otherwise, evidence files that are not as they were recorded, and what a scenario
    is said to be, to have come to or to have measured that its evidence does not show.
    ``check_changed``: those whose check has another version today.
    Arguments and lines that are not what a check can judge count as different too.
    Raises BadInput when the record or an evidence file cannot be read.
    """
    return _rejudged(folder, read_record(folder))


def _rejudged(folder: Path, record: Mapping[str, Any]) -> dict[str, Any]:
    again = [judged_again(folder, one, record) for one in record["scenarios"]]
    return {
        "checks": sum(one.checks for one in again),
        "same": sum(one.same for one in again),
        "different": [row for one in again for row in one.different],
        "check_changed": [row for one in again for row in one.changed],
    }


def require_shown(folder: Path, record: Mapping[str, Any], source: str) -> int:
    """How many checks of a run folder are of another version than today's, and so its record's word alone.

    ``record``: as ``read_record`` gives it; ``source``: what the user calls it. Raises BadInput for a record that says
    other than its evidence shows.
    """
    again = _rejudged(folder, record)
    if again["different"]:
        first = again["different"][0]
        what = ", ".join(name for name in first if name not in ("scenario", "check"))
        more = f"; and {len(again['different']) - 1} more" if again["different"][1:] else ""
        found = f"{' of '.join(part for part in (first.get('check'), first['scenario']) if part)} with another {what}"
        raise BadInput(source, "record.json", "what its evidence shows (see rejudge)", f"{found}{more}")
    return len(again["check_changed"])


@dataclass(slots=True)
class Again:
    """A scenario judged again: how many checks, how many of them came out the same, and what did not."""

    checks: int = 0
    same: int = 0
    different: list[Difference] = field(default_factory=list)
    changed: list[Difference] = field(default_factory=list)


def judged_again(folder: Path, scenario: Mapping[str, Any], record: Mapping[str, Any]) -> Again:
    """Judge one scenario again; of ``record`` only what it says of run and parties is asked. Raises BadInput."""
    again, name = Again(), {"scenario": scenario["id"]}
    judged = _judged(scenario)
    if not judged and not scenario.get("evidence_sha256"):
        if scenario.get("verdict", Verdict.ERROR) not in _WITHOUT_EVIDENCE or scenario.get("measurements"):
            again.different.append(name | {"evidence": "there is none, and nothing was judged"})
        return again
    path = folder / "evidence" / f"{file_stem(scenario['id'])}.jsonl"
    log = read_log(path)
    if digest(path) != scenario.get("evidence_sha256"):
        again.different.append(name | {"evidence": "the file is not the one that was recorded"})
    measured: list[dict[str, Any]] | None = []
    for entry in judged:
        again.checks += 1
        check = CHECKS.get(entry["id"])
        if check is None or check.version != entry["version"]:
            was_and_is = {"was": entry["version"], "is": check.version if check else None}
            again.changed.append(name | {"check": entry["id"]} | was_and_is)
            measured = None
            continue
        differences, values = _judged_as(entry, log)
        measured = None if measured is None or values is None else [*measured, *values]
        if differences:
            again.different.append(name | {"check": entry["id"]} | differences)
        else:
            again.same += 1
    if parts := dict(_of_scenario(scenario, log, record, measured)):
        again.different.append(name | parts)
    return again


def _judged(scenario: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [entry for entry in scenario["checks"] if entry["verdict"] != Verdict.NOT_REACHED]


def _judged_as(entry: Mapping[str, Any], log: Log) -> tuple[Difference, list[dict[str, Any]] | None]:
    """In what a check now comes out otherwise, and what it has measured."""
    try:
        now = evaluate(CHECKS[entry["id"]], log.up_to(entry["window"][1]), entry["args"])
    except _UNREADABLE as problem:
        return {"unreadable": f"the check finds other arguments or lines than it was made for: {problem!r}"}, None
    parts = {part: {"was": entry[part], "is": now[part]} for part in _JUDGEMENT if entry[part] != now[part]}
    return parts, now["measurements"]


def _of_scenario(
    scenario: Mapping[str, Any], log: Log, record: Mapping[str, Any], measured: list[dict[str, Any]] | None
) -> Iterator[tuple[str, Any]]:
    """In what a scenario's entry says other than its evidence."""
    try:
        due = {
            "id": log.home["scenario"],
            "tags": log.home["tags"],
            "home": log.home["home"],
            "observed": observed(log),
            "measurements": measured,
            "verdict": str(came_to(scenario["checks"], log, crash_in(log))[0]),
        }
        if str(scenario.get("because", "")).endswith(BEGAN_TWICE):
            due["verdict"] = str(Verdict.ERROR)
        for part, is_ in due.items():
            if part in scenario and is_ is not None and scenario[part] != is_:
                yield part, {"was": scenario[part], "is": is_}
        yield from _of_run(log, record)
        missing = [*_left_out(scenario, log), *_standing_left_out(scenario, log)]
    except _UNREADABLE as problem:
        yield "unreadable", f"its evidence lacks what it was made with: {problem!r}"
        return
    if missing:
        yield "checks", f"judged in the evidence, and not in the record: {', '.join(missing)}"


def _of_run(log: Log, record: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Of whose evidence it is that of another run: seed, party under test and adapters."""
    run, home = record.get("run", {}), log.home
    for part in ("seed", "iut"):
        if part in home and part in run and home[part] != run[part]:
            yield part, {"was": run[part], "is": home[part]}
    bench = {one["role"]: one["adapter"] for one in record.get("parties", ())}
    there = {role: adapter for role, adapter in home["parties"].items() if role not in home.get("replaced", bench)}
    for role, adapter in there.items():
        if role in bench and bench[role] != adapter:
            yield f"adapter of {role}", {"was": bench[role], "is": adapter}


def _named(log: Log) -> list[str]:
    """The checks that the evidence's Thens name; none in evidence that does not say."""
    return [one.fields["judges"] for one in log.of(HARNESS, STEP) if "judges" in one.fields]


def _left_out(scenario: Mapping[str, Any], log: Log) -> list[str]:
    """The checks that Thens name, from the first on that the record does not hold in its place.

    A Then in which the scenario broke has judged none.
    """
    thens, held = _named(log), [entry["id"] for entry in _judged(scenario)]
    for number, check in enumerate(thens):
        broke_there = number == len(thens) - 1 and bool(crash_in(log))
        if held[number : number + 1] != [check] and not broke_there:
            return thens[number:]
    return []


def _standing_left_out(scenario: Mapping[str, Any], log: Log) -> Iterator[str]:
    """What holds of every meter, was told of one at the end of the scenario, and by no Then before."""
    if crash_in(log):
        return
    judged, thens = _judged(scenario), len(_named(log))
    for meter in log.home["home"]["meters"]:
        for check in (one for one in CHECKS.values() if one.standing):
            own, rest = (
                [one for one in part if one["id"] == check.id and one["args"].get("meter") == meter]
                for part in (judged[:thens], judged[thens:])
            )
            if rest or any(one["verdict"] != Verdict.PASS for one in own):
                continue
            arguments = own[-1]["args"] if own else standing_arguments(check.id, meter, ())
            now = evaluate(check, log, arguments)
            if tells(now) and now["reason"] not in [one["reason"] for one in own]:
                yield f"{check.id} of {meter}"
