"""The decisions that are handed in with bundles: each file is on one of them, and its signature, if any, holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ppmid_bench.errors import BadInput
from ppmid_reports.signature import fingerprint, key_of
from ppmid_reports.signoff.approvals import (
    Approvals,
    Decision,
    approvals_path,
    read_approvals,
    signature_of,
    stale,
)
from ppmid_reports.signoff.statement import ApprovalsFacts
from ppmid_reports.text import shown


@dataclass(frozen=True, slots=True)
class Decided:
    """What one file says. With a ``problem``, a sentence, it counts for nothing."""

    path: Path
    facts: ApprovalsFacts
    decisions: tuple[Decision, ...]
    problem: str = ""


def beside(bundles: Sequence[Path]) -> list[Path]:
    """The files of decisions that lie beside bundles."""
    return [path for path in dict.fromkeys(map(approvals_path, bundles)) if path.exists()]


def decided(files: Sequence[Path], bundles: Mapping[str, Path], rows: Sequence[tuple[str, str]]) -> list[Decided]:
    """What the files say. ``bundles``: those at hand by their SHA-256; ``rows``: what they answer.

    Raises StaleApprovals for decisions on none of these bundles, BadInput for one on a row that they do not answer, and
    for a file that is no file of decisions.
    """
    found = []
    for path in files:
        approvals = read_approvals(path)
        if approvals.bundle not in bundles:
            raise stale(path, approvals, f"decisions on {', '.join(map(str, bundles.values()))}, as it is now")
        for number, one in enumerate(approvals.rows):
            if one.row not in rows:
                raise BadInput(str(path), f"rows[{number}]", "a row that these runs answer", ascii(" ".join(one.row)))
        found.append(_decided(path, approvals))
    return found


def _decided(path: Path, approvals: Approvals) -> Decided:
    signature, signer = signature_of(path), approvals.signer
    holds = signature == "holds" and signer is not None
    facts = ApprovalsFacts(
        file=shown(path.name),
        bundle=approvals.bundle,
        decisions=len(approvals.rows),
        signature=signature,
        fingerprint=fingerprint(key_of(signer)) if holds and signer is not None else "",
    )
    problem = "its signature does not hold" if signature == "does not hold" else ""
    return Decided(path, facts, approvals.rows, problem)
