"""A bundle as it is handed in for the sign-off: verified, judged again from its evidence, and read.

Verifying finds what was done to a bundle since it was signed; whoever can sign can also write another verdict into a
record. So every check is judged again too: a statement rests on evidence and on no one's word.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ppmid_bench import answers
from ppmid_bench.beside_runs import NOTHING, Beside, read
from ppmid_bench.errors import BadInput
from ppmid_bench.rejudge import rejudge
from ppmid_reports.attached import RISK
from ppmid_reports.bundle.opening import laid_out
from ppmid_reports.bundle.verifying import Consistency, verify
from ppmid_reports.consistency import inconsistencies
from ppmid_reports.limitations import played_by
from ppmid_reports.page import kind_of_bench
from ppmid_reports.run import Run, read_run
from ppmid_reports.signoff.approvals import bundle_hash
from ppmid_reports.text import shown


class BundleFacts(msgspec.Struct, frozen=True):
    """What the statement says of one bundle. ``signed``: what its signature claims, in a sentence.

    ``judged_again``: how many checks came out the same from the evidence; ``not_judged_again``: those whose check has
    another version today.
    """

    file: str
    sha256: str
    signed: str
    fingerprint: str
    run: str
    harness: str
    suite: str
    mode: str
    seed: int
    device: str
    lab: str
    bench: str
    played_by: dict[str, list[str]]
    began: str
    ended: str
    summary: dict[str, int]
    certificate: str
    judged_again: int
    not_judged_again: int


@dataclass(frozen=True, slots=True)
class Submission:
    """One bundle. With ``problems``, each a sentence that names what does not hold, it counts for nothing."""

    path: Path
    sha256: str
    problems: tuple[str, ...] = ()
    facts: BundleFacts | None = None
    record: Mapping[str, Any] = field(default_factory=dict)
    beside: Beside = NOTHING


def submissions(
    bundles: Sequence[Path],
    trusted: Ed25519PublicKey | None = None,
    consistency: Sequence[Consistency] = (inconsistencies,),
) -> list[Submission]:
    """The bundles, in their order. Raises BadInput when one is none, or stands twice."""
    found: dict[str, Submission] = {}
    for path in bundles:
        one = _submission(path, trusted, consistency)
        if one.sha256 in found:
            raise BadInput(str(path), "", "each bundle once", f"the same as {found[one.sha256].path}")
        found[one.sha256] = one
    return list(found.values())


def _submission(path: Path, trusted: Ed25519PublicKey | None, consistency: Sequence[Consistency]) -> Submission:
    sha256 = bundle_hash(path)
    verified = verify(path, trusted, consistency=consistency)
    problems = [_sentence(one) for one in verified["problems"]]
    if problems:
        return Submission(path, sha256, tuple(problems))
    with laid_out(path) as folder:
        run, judged = read_run(folder), rejudge(folder)
        beside = read([folder / RISK]) if (folder / RISK).is_file() else NOTHING
    problems = [f"the run itself broke: {fault}" for fault in run.faults]
    problems += [f"judged again, it comes out otherwise: {_otherwise(one)}" for one in judged["different"]]
    return Submission(path, sha256, tuple(problems), _facts(path, sha256, run, verified, judged), run.content, beside)


def _otherwise(one: Mapping[str, Any]) -> str:
    """Which check of which scenario, and in what it differs; ``rejudge`` tells what it was and is."""
    where = f"{one['check']} in {one['scenario']}" if "check" in one else str(one["scenario"])
    rest = ((name, value) for name, value in one.items() if name not in ("scenario", "check"))
    return f"{where}: {', '.join(name if isinstance(value, Mapping) else str(value) for name, value in rest)}"


def _sentence(problem: Mapping[str, str]) -> str:
    return f"{problem['what']}: {problem['member']}" + (f": {problem['found']}" if problem["found"] else "")


def answers_of(found: Sequence[Submission]) -> list[dict[str, Any]]:
    """What all of them together answer, by the rules of ``ppmid_bench.answers``."""
    scenarios = [one for submission in found for one in submission.record["scenarios"]]
    parties = [one for submission in found for one in submission.record["parties"]]
    risks = [submission.beside.risks for submission in found if submission.beside.risks]
    records = tuple(submission.record for submission in found)
    return answers.answers(scenarios, parties, Beside(risks=risks[-1] if risks else (), runs=records))


def _facts(path: Path, sha256: str, run: Run, verified: Mapping[str, Any], judged: Mapping[str, Any]) -> BundleFacts:
    record, about = run.record, run.record.run
    return BundleFacts(
        file=shown(path.name),
        sha256=sha256,
        signed=verified["claims"],
        fingerprint=verified["fingerprint"],
        run=run.id,
        harness=run.environment.harness,
        suite=about.suite,
        mode=about.mode,
        seed=about.seed,
        device=about.device,
        lab=about.lab,
        bench=kind_of_bench(record.parties, about.kind),
        played_by=played_by(record.parties),
        began=run.environment.started,
        ended=run.environment.ended,
        summary=msgspec.to_builtins(record.summary),
        certificate=record.claim,
        judged_again=judged["same"],
        not_judged_again=len(judged["check_changed"]),
    )
