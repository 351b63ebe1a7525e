"""One scenario of a run judged again: each check from the lines of evidence that it was judged from, by the arguments
that stand there, and what the scenario came to.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import msgspec

from ppmid_bench.came_to import BEGAN_TWICE, RUNNERS, came_to, crash_in
from ppmid_bench.checks import CHECKS, evaluate, unreached
from ppmid_bench.declared import observed
from ppmid_bench.evidence import CHECK, HARNESS, STEP, Entry, Log, digest, read_log
from ppmid_bench.scenario import file_stem
from ppmid_bench.verdict import UNJUDGED, Verdict

_JUDGEMENT = (
    "judges",
    "needs",
    "window",
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
_OF_EVIDENCE = ("measurements", "observed")
_WITHOUT_EVIDENCE = (*UNJUDGED, Verdict.ERROR, Verdict.INCONCLUSIVE)
"""What a scenario can come to that broke, or could not be brought about, before there was any evidence."""

_BECAUSE = "because"
"""The part of a scenario's entry that is a sentence of the harness, which may change from one to the next."""

UNREADABLE = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)
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


@dataclass(slots=True)
class Again:
    """A scenario judged again: how many checks, how many of them came out the same, and what did not.

    ``sentences``: what is told of it in other words. ``home``: what its evidence begins with; empty without any.
    """

    checks: int = 0
    same: int = 0
    different: list[Difference] = field(default_factory=list)
    changed: list[Difference] = field(default_factory=list)
    sentences: list[Difference] = field(default_factory=list)
    home: Mapping[str, Any] = field(default_factory=dict)


def judged_again(folder: Path, scenario: Mapping[str, Any], record: Mapping[str, Any]) -> Again:
    """Judge one scenario again; of ``record`` only what it says of run and parties is asked. Raises BadInput."""
    again, name = Again(), {"scenario": scenario["id"]}
    judged = _judged(scenario)
    if not judged and not scenario.get("evidence_sha256"):
        told = [part for part in _OF_EVIDENCE if scenario.get(part)]
        if scenario.get("verdict") in UNJUDGED and scenario.get("home"):
            told.append("home")
        if scenario.get("verdict", Verdict.ERROR) not in _WITHOUT_EVIDENCE or told:
            again.different.append(name | {"evidence": "there is none, and nothing was judged"})
        return again
    path = folder / "evidence" / f"{file_stem(scenario['id'])}.jsonl"
    log = read_log(path)
    again.home = log.home
    if digest(path) != scenario.get("evidence_sha256"):
        again.different.append(name | {"evidence": "the file is not the one that was recorded"})
    measured: list[dict[str, Any]] | None = []
    for entry in judged:
        again.checks += 1
        check = CHECKS.get(entry["id"])
        if check is None or check.version != entry["version"]:
            again.changed.append(_of_version(scenario, entry))
            measured = None
            continue
        differences, values = _judged_as(entry, log)
        measured = None if measured is None or values is None else [*measured, *values]
        if differences:
            again.different.append(name | {"check": entry["id"]} | differences)
        else:
            again.same += 1
    if judged and not log.of(HARNESS, CHECK):
        again.sentences.append(name | {"checks": "its evidence does not say what they were asked"})
    again.different += [name | {"check": entry["id"]} | parts for entry, parts in _not_reached(scenario, again.changed)]
    parts = dict(_of_scenario(scenario, log, record, measured))
    if _BECAUSE in parts:
        again.sentences.append(name | {_BECAUSE: parts.pop(_BECAUSE)})
    if parts:
        again.different.append(name | parts)
    return again


def _not_reached(
    scenario: Mapping[str, Any], changed: list[Difference]
) -> Iterator[tuple[Mapping[str, Any], Difference]]:
    """The checks that were not come to whose entries say more than that; of another version are ``changed``."""
    for entry in (one for one in scenario["checks"] if one["verdict"] == Verdict.NOT_REACHED):
        check = CHECKS.get(entry["id"])
        if check is None or check.version != entry["version"]:
            changed.append(_of_version(scenario, entry))
            continue
        due = unreached(check)
        parts = {
            part: {"was": entry[part], "is": due[part]} for part in entry if part in due and entry[part] != due[part]
        }
        if parts:
            yield entry, parts


def _of_version(scenario: Mapping[str, Any], entry: Mapping[str, Any]) -> Difference:
    check = CHECKS.get(entry["id"])
    is_ = check.version if check else None
    return {"scenario": scenario["id"], "check": entry["id"], "was": entry["version"], "is": is_}


def _judged(scenario: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [entry for entry in scenario["checks"] if entry["verdict"] != Verdict.NOT_REACHED]


def _judged_as(entry: Mapping[str, Any], log: Log) -> tuple[Difference, list[dict[str, Any]] | None]:
    """In what a check now comes out otherwise, and what it has measured."""
    try:
        now = evaluate(CHECKS[entry["id"]], log.up_to(entry["window"][1]), entry["args"])
    except UNREADABLE as problem:
        return {"unreadable": f"the check finds other arguments or lines than it was made for: {problem!r}"}, None
    parts = {part: {"was": entry[part], "is": now[part]} for part in _JUDGEMENT if entry.get(part) != now[part]}
    return parts, now["measurements"]


def _of_scenario(
    scenario: Mapping[str, Any], log: Log, record: Mapping[str, Any], measured: list[dict[str, Any]] | None
) -> Iterator[tuple[str, Any]]:
    """In what a scenario's entry says other than its evidence."""
    try:
        verdict, because = came_to(scenario["checks"], log, crash_in(log))
        stated = str(scenario.get(_BECAUSE, ""))
        if stated in (f"{runner} {BEGAN_TWICE}" for runner in RUNNERS):
            verdict, because = Verdict.ERROR, stated
        due = {
            "id": log.home["scenario"],
            "tags": log.home["tags"],
            "home": log.home["home"],
            "observed": observed(log),
            "measurements": measured,
            "verdict": str(verdict),
            _BECAUSE: because,
        }
        for part, is_ in due.items():
            if part in scenario and is_ is not None and scenario[part] != is_:
                yield part, {"was": scenario[part], "is": is_}
        yield from _of_run(log, record)
        yield from _asked_otherwise(_judged(scenario), log)
    except UNREADABLE as problem:
        yield "unreadable", f"its evidence lacks what it was made with: {problem!r}"


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


def _asked_otherwise(held: list[dict[str, Any]], log: Log) -> Iterator[tuple[str, Any]]:
    """In which checks, arguments and windows a record differs from what its evidence says was asked."""
    asked = log.of(HARNESS, CHECK)
    if len(asked) == len(held) + 1 and _broke(asked[-1], log):
        del asked[-1]
    ids = {"was": [one["id"] for one in held], "is": [one.fields["check"] for one in asked]}
    if not asked:
        return  # evidence of an earlier harness, which is told of
    if ids["was"] != ids["is"]:
        yield "checks", ids
        return
    for entry, line in zip(held, asked, strict=True):
        if entry["args"] != line.fields["args"]:
            yield f"args of {entry['id']}", {"was": entry["args"], "is": line.fields["args"]}
        if not _saw_all(entry["window"][1], line, log):
            yield f"window of {entry['id']}", {"was": entry["window"], "is": [0, line.n - 1]}


def _broke(line: Entry, log: Log) -> bool:
    """Whether what was asked there cannot be judged, so that the scenario broke in it."""
    check = CHECKS.get(line.fields["check"])
    if check is None or not crash_in(log):
        return bool(crash_in(log))
    try:
        evaluate(check, log.up_to(line.n - 1), line.fields["args"])
    except Exception:  # noqa: BLE001 (whatever broke it then breaks it now)
        return True
    return False


def _saw_all(last: int, line: Entry, log: Log) -> bool:
    """Whether what was seen up to entry ``last`` is what there was when it was asked.

    In wall-clock time something may come in while a standing check is judged, but no step begins.
    """
    if log.home.get("uncertainty") == 0 or last >= line.n:
        return last == line.n - 1
    return not any(one.link == HARNESS and one.what == STEP for one in log.entries[last + 1 : line.n])
