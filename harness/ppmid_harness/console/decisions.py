"""The decisions on a run's answers, as the page shows and takes them; they are kept by ``ppmid_reports.signoff``."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ppmid_bench.errors import BadInput
from ppmid_harness.console.shown_runs import answers_of
from ppmid_reports.bundle.writing import BUNDLE
from ppmid_reports.record import Answer
from ppmid_reports.signoff.approvals import (
    Approvals,
    Decision,
    approvals_of,
    approvals_path,
    signature_of,
    standing,
    version_of,
    with_decision,
    write_approvals,
)

_IN_WORDS = {
    "holds": "the decisions are signed, and the signature holds",
    "absent": "nobody has signed the decisions",
    "does not hold": "the signature beside the decisions does not hold",
}


@dataclass(frozen=True, slots=True)
class Decisions:
    """The rows of a run by modification, and what counts of what was decided, by ``modification/requirement``.

    ``version``: of the file of decisions; a form that decides brings back the one that its page has shown.
    """

    approvals: Approvals
    version: str
    answers: Mapping[str, list[Answer]]
    decided: Mapping[str, list[Decision]]
    signature: str


def decisions(folder: Path) -> Decisions:
    """What is decided of a run. Raises BadInput, also when the decisions are on another bundle."""
    path = approvals_path(folder / BUNDLE)
    version = version_of(path)  # first: what is written meanwhile is then shown, and its form refused
    approvals, answers = approvals_of(folder / BUNDLE), answers_of(folder).answers
    by_modification: dict[str, list[Answer]] = {}
    for one in answers:
        by_modification.setdefault(one.modification, []).append(one)
    return Decisions(
        approvals,
        version,
        by_modification,
        {_key(one): standing(row for row in approvals.rows if row.row == _row(one)) for one in answers},
        _IN_WORDS[signature_of(path) if path.exists() else "absent"],
    )


def _row(answer: Answer) -> tuple[str, str]:
    return answer.modification, answer.requirement


def _key(answer: Answer) -> str:
    return "/".join(_row(answer))


def put_down(folder: Path, form: Mapping[str, list[str]]) -> int:
    """Add what a form decides; gives how many rows. Raises BadInput, and then nothing is added.

    So it is where somebody else has decided since the form's page was made (Overtaken).
    """
    found = list(_decided(answers_of(folder).answers, form))
    if not found:
        raise BadInput("the form", "", "at least one row that is approved or rejected", "none")
    approvals = approvals_of(folder / BUNDLE)
    for one in found:
        approvals = with_decision(approvals, one)
    write_approvals(approvals_path(folder / BUNDLE), approvals, as_of=_seen(form))
    return len(found)


def _seen(form: Mapping[str, list[str]]) -> str:
    return form.get("as-of", ["unknown"])[-1]


def given(form: Mapping[str, list[str]]) -> dict[str, str]:
    """What somebody has put into a form, by the names of its fields: a page that refuses it keeps it."""
    return {name: values[-1] for name, values in form.items() if name.startswith(("decision ", "note "))}


def _decided(answers: list[Answer], form: Mapping[str, list[str]]) -> Iterator[Decision]:
    now = datetime.now(UTC).replace(microsecond=0)
    name = form.get("name", [""])[-1].strip()
    for one in answers:
        word: Any = form.get(f"decision {_key(one)}", [""])[-1]
        if word:
            note = form.get(f"note {_key(one)}", [""])[-1].strip()
            yield Decision(one.modification, one.requirement, one.answer, word, name, now, note)


def sign(folder: Path, form: Mapping[str, list[str]], key: Ed25519PrivateKey) -> None:
    """Sign the decisions as they were seen. Raises BadInput; Overtaken where they stand otherwise by now."""
    write_approvals(approvals_path(folder / BUNDLE), approvals_of(folder / BUNDLE), key, as_of=_seen(form))
