"""What is tried: each faulty party in the scenarios that hold its check, and every scenario without any, by many seeds.

Each trial stands alone, so ``pool`` may spread them over processes.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ppmid_bench import answers, record
from ppmid_bench.bench_file import BenchFile
from ppmid_bench.checks import CHECKS
from ppmid_bench.verdict import Verdict
from ppmid_harness.plan import Plan
from ppmid_harness.proof.blame import Accused, accused
from ppmid_harness.proof.faults import Fault
from ppmid_harness.proof.solo import checks_of, run_alone
from ppmid_harness.selection import Planned


@dataclass(frozen=True, slots=True)
class Caught:
    """A scenario in which a faulty party was caught for its fault, and what hangs on that.

    ``requirements``: those that this scenario refutes by the rules of the answers; ``threats`` and ``purposes``: those
    that the failed check counts for there.
    """

    scenario: str
    requirements: tuple[str, ...]
    threats: tuple[str, ...]
    purposes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hunted:
    """What came of one faulty party. ``otherwise``: the reason codes other than its own that its check gave.

    ``unseen``: its check needs an observation point that the bench lacks, or in every scenario one before it does.
    ``runs``: how many scenarios were run. ``accused``: whom checks found against there, though the fault was another's.
    """

    fault: Fault
    caught: tuple[Caught, ...] = ()
    otherwise: tuple[str, ...] = ()
    unseen: bool = False
    runs: int = 0
    accused: tuple[Accused, ...] = ()


@dataclass(frozen=True, slots=True)
class Repeated:
    """What came of one scenario without any faulty party, under one seed."""

    scenario: str
    seed: int
    verdict: str
    because: str


def hunt(fault: Fault, plan: Plan, *, thorough: bool = True) -> Hunted:
    """Run the scenarios that hold the fault's check until it is caught, and all that hangs on it has been seen.

    Scenarios that cite what no other has yet come first; one that can add nothing is not run. Not ``thorough``: the
    first that catches it is enough.
    """
    holding = [planned for planned in plan.to_run if fault.check in checks_of(planned, plan.registry)]
    unseen = bool(set(CHECKS[fault.check].needs) - plan.bench.points)
    bench = fault.bench(plan.bench)
    caught: list[Caught] = []
    otherwise: list[str] = []
    wrongly: list[Accused] = []
    reached, cut_short = False, False
    still: set[str] = set().union(*(_may_count(one, fault.check) for one in holding))
    runs = 0
    while holding and not unseen:
        best = max(holding, key=lambda one: len(_may_count(one, fault.check) & still))
        if caught and not (thorough and _may_count(best, fault.check) & still):
            break
        holding.remove(best)
        runs += 1
        entry = _alone(best, plan, bench, plan.seed)
        wrongly += accused(fault, entry)
        reached = reached or any(one["id"] == fault.check and _was_reached(one) for one in entry["checks"])
        cut_short = cut_short or any(one["reason_code"] == "not-observable" for one in entry["checks"])
        of_check = [one for one in entry["checks"] if one["id"] == fault.check and one["verdict"] == Verdict.FAIL]
        otherwise += [one["reason_code"] for one in of_check if one["reason_code"] != fault.reason]
        for one in of_check:
            if one["reason_code"] == fault.reason:
                caught.append(_caught(entry, one, bench))
                still -= _may_count(best, fault.check)
    unseen = unseen or (cut_short and not reached)
    return Hunted(fault, tuple(caught), tuple(dict.fromkeys(otherwise)), unseen, runs, tuple(wrongly))


def _was_reached(entry: dict[str, Any]) -> bool:
    return bool(entry["verdict"] != Verdict.NOT_REACHED)


def _may_count(planned: Planned, check: str) -> set[str]:
    """What this scenario cites and a fail of the check may count for: ``modification requirement``, threat, purpose."""
    tags = {tag.removeprefix("@") for tag in planned.tags}
    declared = CHECKS[check]
    cited = {
        f"{modification} {requirement}"
        for modification, requirement in answers.cited_by(tags)
        if (rule := answers.RULES.get((modification, requirement)))
        and (check in rule.checks or set(declared.threats) & set(rule.threats))
    }
    return cited | (tags & {*declared.threats, *declared.purposes})


def _caught(entry: dict[str, Any], failed: dict[str, Any], bench: BenchFile) -> Caught:
    refuted = (
        one["requirement"]
        for one in answers.answers([entry], record.parties(bench, [entry]))
        if one["answer"] == answers.REFUTED
    )
    return Caught(entry["id"], tuple(dict.fromkeys(refuted)), tuple(failed["threats"]), tuple(failed["purposes"]))


def repeat(planned: Planned, seed: int, plan: Plan) -> Repeated:
    """Run one scenario as it stands, under ``seed``."""
    entry = _alone(planned, plan, plan.bench, seed)
    return Repeated(planned.id, seed, entry["verdict"], entry["because"])


def _alone(planned: Planned, plan: Plan, bench: BenchFile, seed: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="ppmid-proof-") as folder:
        return run_alone(planned, plan.registry, bench, seed, Path(folder))
