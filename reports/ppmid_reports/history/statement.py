"""The statement of conformance of a device class: what its contributing runs show together, and what none shows. Pure.

A run contributes when its party under test is of the class, its suite is the one that is spoken of, and it did not
break; each run that does not is named with its reason. As in a certificate, only checks that judge the party under test
count, and no scenario that is watched.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from ppmid_bench.certificate import DEVICES
from ppmid_bench.checks import CHECKS
from ppmid_bench.checks.check import judged_roles
from ppmid_bench.requirements import PURPOSES, REQUIREMENTS, THREATS
from ppmid_bench.sentences import counted
from ppmid_reports.history.rows import Run

PASSES, PARTLY, FAILS, OPEN, MISSING = RESULTS = ("passes", "partly", "fails", "open", "missing")
"""What a row comes to over all contributing runs.

``fails``: it does in one of them. ``passes``: it does in one, fails in none, and every check that can count for it came
out. ``partly``: the same, but for such a check. ``open``: it was only inconclusive, in error or not reached.
``missing``: no run judged it.
"""

PARTS = ("requirements", "purposes", "threats", "checks")
"""What rows are of."""

SIMULATED, REAL, MIXED = "simulated", "real", "mixed"


class Judgement(msgspec.Struct, frozen=True):
    """A check of a contributing run that counts, with what it counts for."""

    run: int
    check: str
    verdict: str
    requirements: list[str]
    threats: list[str]
    purposes: list[str]


class Due(msgspec.Struct, frozen=True):
    """What a row must be of: its text, and the checks of the class that can count for it."""

    text: str
    checks: list[str]


class Answered(msgspec.Struct, frozen=True):
    """What contributing runs answer to a requirement for a modification: the ids of the runs by their answer.

    It stands beside the row of the requirement and is another thing: that a device does its part shows no modification.
    """

    requirement: str
    modification: str
    runs: dict[str, list[int]]


class LeftOut(msgspec.Struct, frozen=True):
    """A run of the class that does not contribute, and why."""

    run: int
    because: str


class Row(msgspec.Struct, frozen=True):
    """A check, requirement, threat or purpose, with the ids of the runs in which it came to what.

    ``lacks``: the checks that can count for it, and neither passed nor failed for it in any run.
    ``origin``: whether the party under test of those runs was simulated or real; empty where no run judged it.
    """

    id: str
    text: str
    result: str
    passes_in: list[int]
    fails_in: list[int]
    open_in: list[int]
    lacks: list[str]
    origin: str


class Statement(msgspec.Struct, frozen=True):
    """The whole of it. ``says``: in a sentence, what follows and what does not."""

    device_class: str
    suite: str
    says: str
    origin: str
    runs: list[Run]
    left_out: list[LeftOut]
    requirements: list[Row]
    purposes: list[Row]
    threats: list[Row]
    checks: list[Row]
    answers: list[Answered]

    @property
    def parts(self) -> dict[str, list[Row]]:
        """The rows by what they are of."""
        return {name: getattr(self, name) for name in PARTS}


def contributing(
    runs: Sequence[Run], suite: str = "", firmware: str = "", kind: str = ""
) -> tuple[str, list[Run], list[LeftOut]]:
    """The suite that is spoken of, the runs of a class that contribute, and those that do not.

    ``suite``: the beginning of its hash, without it that of the newest run. ``firmware``: only this declared version.
    ``kind``: only parties under test of this kind.
    """
    newest = max(runs, key=lambda run: (run.started, run.id), default=None)
    named = suite or (newest.suite if newest else "")
    kept, left_out = [], []
    for run in runs:
        reasons = _against(run, named, firmware, kind)
        if reasons:
            left_out.append(LeftOut(run.id, "; ".join(reasons)))
        else:
            kept.append(run)
    whole = next((run.suite for run in kept), named)
    return whole, kept, left_out


def _against(run: Run, suite: str, firmware: str, kind: str) -> list[str]:
    found = [] if run.suite.startswith(suite) else [f"it is of another suite, {run.suite[:16]}"]
    if run.fault:
        found.append(f"the run broke: {run.fault}")
    if firmware and run.firmware.declared != firmware:
        found.append(f"its firmware is {run.firmware}")
    if kind and run.kind != kind:
        found.append(f"its party under test is {run.kind}")
    return found


def statement(
    device_class: str,
    suite: str,
    runs: list[Run],
    left_out: list[LeftOut],
    judgements: Iterable[Judgement],
    answers: Iterable[tuple[str, str, str, int]] = (),
) -> Statement:
    """The statement of a class from the judgements of its contributing runs.

    ``answers``: requirement, modification, answer and run of each answer that these gave; of requirements without a row
    they are passed over.
    """
    by: dict[str, dict[str, list[Judgement]]] = {name: defaultdict(list) for name in PARTS}
    for one in judgements:
        for name in PARTS:
            for id in _counts_for(one, name):
                by[name][id].append(one)
    kinds = {run.id: run.kind for run in runs}
    parts = {name: _rows(due, by[name], kinds) for name, due in universe(device_class).items()}
    origin = origin_of(kinds.values())
    return Statement(
        device_class=device_class,
        suite=suite,
        says=_says(device_class, runs, origin, parts["requirements"] + parts["purposes"]),
        origin=origin,
        runs=runs,
        left_out=left_out,
        **parts,
        answers=_answered(answers, {row.id for row in parts["requirements"]}),
    )


def _answered(answers: Iterable[tuple[str, str, str, int]], due: Container[str]) -> list[Answered]:
    found: dict[tuple[str, str], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for requirement, modification, answer, run in answers:
        if requirement in due:
            found[requirement, modification][answer].append(run)
    return [
        Answered(*pair, {answer: sorted(runs) for answer, runs in sorted(by.items())})
        for pair, by in sorted(found.items())
    ]


def _counts_for(judgement: Judgement, part: str) -> list[str]:
    found: list[str] = [judgement.check] if part == "checks" else getattr(judgement, part)
    return found


def universe(device_class: str) -> dict[str, dict[str, Due]]:
    """What the checks of this harness can say of a class, by the names of ``PARTS`` and by id."""
    checks = [one for _, one in sorted(CHECKS.items()) if device_class in judged_roles(one.judges, {})]

    def due(part: str, texts: Mapping[str, Any]) -> dict[str, Due]:
        by = {id: [one.id for one in checks if id in getattr(one, part)] for id in texts}
        return {id: Due(texts[id].text, counting) for id, counting in by.items() if counting}

    return {
        "requirements": due("requirements", REQUIREMENTS),
        "purposes": due("purposes", PURPOSES),
        "threats": due("threats", THREATS),
        "checks": {one.id: Due(one.says, [one.id]) for one in checks},
    }


def _rows(due: Mapping[str, Due], found: Mapping[str, Sequence[Judgement]], kinds: Mapping[int, str]) -> list[Row]:
    """A row for all that is due, and for what a run has judged that this harness does not know."""
    every = (*due, *sorted(set(found) - set(due)))
    return [_row(id, due.get(id, Due("", [])), found.get(id, ()), kinds) for id in every]


def _row(id: str, due: Due, judgements: Sequence[Judgement], kinds: Mapping[int, str]) -> Row:
    by_run: dict[int, set[str]] = defaultdict(set)
    for one in judgements:
        by_run[one.run].add(one.verdict)
    fails = [run for run in sorted(by_run) if "fail" in by_run[run]]
    passes = [run for run in sorted(by_run) if "pass" in by_run[run] and run not in fails]
    unsettled = [run for run in sorted(by_run) if run not in fails and run not in passes]
    settled = {one.check for one in judgements if one.verdict in ("pass", "fail")}
    lacks = [check for check in due.checks if check not in settled]
    passed = PARTLY if lacks else PASSES
    result = FAILS if fails else passed if passes else OPEN if unsettled else MISSING
    return Row(id, due.text, result, passes, fails, unsettled, lacks, origin_of(kinds[run] for run in by_run))


def origin_of(kinds: Iterable[str]) -> str:
    """Whether parties under test of these kinds are real devices; empty where there are none."""
    real = {kind in DEVICES for kind in kinds}
    return MIXED if len(real) == 2 else REAL if real == {True} else SIMULATED if real else ""


def _says(device_class: str, runs: Sequence[Run], origin: str, rows: Sequence[Row]) -> str:
    if not runs:
        return f"No run of the class {device_class} contributes: nothing is stated."
    devices = len({run.device.id for run in runs})
    counts = {result: sum(row.result == result for row in rows) for result in RESULTS}
    told = ", ".join(f"{number} {word}" for word, number in counts.items() if number)
    bounds = {
        SIMULATED: "No party under test was a real device: it certifies none.",
        MIXED: "Some parties under test were no real devices: what comes of their runs alone is shown of no device.",
        REAL: "It relates only to the devices tested, and to no other.",
    }
    from_runs = f"{counted(len(runs), 'run')} of {counted(devices, 'device')} of the class {device_class}"
    part = "A requirement passes when the device does its part in it; the answers say whether a modification is shown."
    return f"From {from_runs}: of the requirements and purposes {told}. {part} {bounds[origin]}"
