"""What a run comes to: its record, made of the entries of its scenarios, and the exit code that follows from that."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ppmid_bench import answers, record
from ppmid_bench.certificate import certificate
from ppmid_bench.declared import against
from ppmid_bench.evidence import digest
from ppmid_bench.limits import with_overrides
from ppmid_bench.scenario import file_stem
from ppmid_bench.tolerances import beside, excused, is_stale
from ppmid_bench.verdict import EXIT_FAIL, EXIT_INCONCLUSIVE, EXIT_PASS, Verdict, exit_code
from ppmid_bench.which_harness import harness_version
from ppmid_harness.plan import Plan
from ppmid_harness.selection import Planned


def record_of(plan: Plan, planned: Sequence[Planned], entries: list[dict[str, Any]]) -> dict[str, Any]:
    """The record of a run of these scenarios, in their order, each with its entry."""
    bench = plan.bench
    made = record.run_record(
        bench,
        seed=plan.seed,
        mode=plan.mode,
        suite=plan.suite,
        profile=plan.profile,
        plan=[{"id": one.id, "status": one.status, "because": one.because} for one in planned],
        entries=entries,
        answers=answers.answers(entries, record.parties(bench, entries)),
    )
    unsure = 0.0 if bench.time == "virtual" else with_overrides(bench.limits)["clock-uncertainty-wall"].value
    made["declared"] = against(bench.declared, entries, unsure)
    made["adapter_check"] = None if plan.adapter_check is None else dict(plan.adapter_check.summary)
    made["certificate"] = _certificate(plan, made)
    made["tolerances"] = beside(plan.tolerances, entries)
    return made


def _certificate(plan: Plan, made: dict[str, Any]) -> dict[str, Any] | None:
    """What the run claims of the device under test; nothing is even considered outside certification mode."""
    if plan.mode != "certification":
        return None
    return certificate(made, own_suite=plan.own_suite, harness=harness_version(), by_maker=plan.by_maker)


def lost_evidence(folder: Path, entries: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The evidence files that are no more what their scenarios have left: what is judged here rests on them."""
    for entry in entries:
        name = f"evidence/{file_stem(entry['id'])}.jsonl"
        path, due = folder / name, entry.get("evidence_sha256")
        if due and not (path.is_file() and digest(path) == due):
            yield f"{name} is not there any more as it was written"


def code(made: Mapping[str, Any], spared: Iterable[str]) -> int:
    """The exit code of a run with this record; the scenarios ``spared`` count as passes, and nowhere else than here.

    A tolerance that is stale fails the run.
    """
    those = set(spared)
    rest = {**made, "scenarios": [one for one in made["scenarios"] if one["id"] not in those]}
    found = exit_code([*record.verdicts(rest), *(Verdict.PASS for _ in those)])
    return EXIT_FAIL if is_stale(made["tolerances"]) and found in (EXIT_PASS, EXIT_INCONCLUSIVE) else found


def excused_in(made: Mapping[str, Any], mode: str) -> list[str]:
    """The ids of the scenarios that failed, and fail the run no more; none where the suite fixes what counts."""
    return [] if mode == "certification" else excused(made["tolerances"], made["scenarios"])
