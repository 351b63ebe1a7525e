"""What is handed in for the sign-off: bundles that hold, what they answer together, and decisions on them."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from ppmid_harness.planning_again import other_plan
from ppmid_harness.signing_keys import read_public_key
from ppmid_reports.bundle.writing import BUNDLE
from ppmid_reports.consistency import inconsistencies
from ppmid_reports.signature import Signer
from ppmid_reports.signoff.approvals import Decision
from ppmid_reports.signoff.decided import beside, decided
from ppmid_reports.signoff.statement import ApprovalsFacts, Signed, Statement, statement
from ppmid_reports.signoff.submission import BundleFacts, answers_of, submissions


@dataclass(frozen=True, slots=True)
class HandedIn:
    """All that a statement is made of; ``refused``: a line for each thing that does not hold, and so no statement."""

    refused: tuple[str, ...]
    bundles: tuple[BundleFacts, ...] = ()
    answers: tuple[dict[str, Any], ...] = ()
    decisions: tuple[Decision, ...] = ()
    approvals: tuple[ApprovalsFacts, ...] = ()

    def stated(self, name: str = "", signer: Signer | None = None) -> Statement:
        """The statement of now, by ``name``."""
        harness = f"ppmid-harness {metadata.version('ppmid-harness')}"
        signed = Signed(datetime.now(UTC), harness, name, signer)
        return statement(signed, self.bundles, self.answers, self.decisions, self.approvals)


def hand_in(runs: Sequence[Path], approvals: Sequence[Path] | None = None, trust: Path | None = None) -> HandedIn:
    """Verify and read bundles, or those in run folders, and decisions: those beside them where ``approvals`` is None.

    ``trust``: the public key that must have signed the bundles. Raises BadInput.
    """
    bundles = [run / BUNDLE if os.path.isfile(run / BUNDLE) else run for run in runs]  # also of too long a name
    found = submissions(bundles, read_public_key(trust) if trust else None, (inconsistencies, other_plan))
    refused = [f"{one.path}: {problem}" for one in found for problem in one.problems]
    if refused:
        return HandedIn(tuple(refused))
    answers = answers_of(found)
    rows = [(one["modification"], one["requirement"]) for one in answers]
    files = beside(bundles) if approvals is None else approvals
    decisions = decided(files, {one.sha256: one.path for one in found}, rows)
    return HandedIn(
        tuple(f"{one.path}: {one.problem}" for one in decisions if one.problem),
        tuple(one.facts for one in found if one.facts),
        tuple(answers),
        tuple(decision for one in decisions for decision in one.decisions),
        tuple(one.facts for one in decisions),
    )
