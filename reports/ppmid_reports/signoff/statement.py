"""The acceptance statement: every requirement of each modification, how runs answer it, and what people decided of it.

A decision counts where its answer is the one that all the runs together give; a decision on another answer is kept in
sight and counts for nothing. What nobody has decided is a list of its own, so that it cannot be overlooked.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec

from ppmid_bench.requirements import REQUIREMENTS
from ppmid_bench.sentences import counted
from ppmid_reports.record import AnswerWord
from ppmid_reports.signature import Signer
from ppmid_reports.signoff.approvals import Decision, Signature, standing
from ppmid_reports.signoff.submission import BundleFacts

SCHEMA = 1

NOBODY = "nobody has approved or rejected it"
"""The plain case of what nobody has decided."""

Standing = Literal["approved", "rejected", "disputed", "undecided"]
STANDINGS: tuple[Standing, ...] = ("approved", "rejected", "disputed", "undecided")
ANSWER_WORDS: tuple[AnswerWord, ...] = ("shown", "refuted", "open", "out of scope")


class ApprovalsFacts(msgspec.Struct, frozen=True):
    """A file of decisions. ``bundle``: the SHA-256 of the bundle that they are on; ``fingerprint``: of who signed."""

    file: str
    bundle: str
    decisions: int
    signature: Signature
    fingerprint: str = ""


class Row(msgspec.Struct, frozen=True):
    """One requirement of one modification. ``not_counted``: decisions on an answer that is no longer given."""

    modification: str
    requirement: str
    text: str
    answer: AnswerWord
    because: str
    parties: str = msgspec.field(name="from")
    evidence: list[str]
    assumed: list[str]
    standing: Standing
    decisions: list[Decision]
    not_counted: list[Decision]

    @property
    def undecided_because(self) -> str:
        """Why nobody has decided it; empty where somebody has. What is open stays so, whoever approves of that."""
        if self.standing == "disputed":
            return "people disagree"
        if self.standing != "undecided":
            return f"{self.standing} by people as open: the question stands" if self.answer == "open" else ""
        if self.not_counted:
            was = self.not_counted[-1].answer
            return f"{counted(len(self.not_counted), 'decision')} on another answer, {was}, so nobody on this one"
        return NOBODY


class Modification(msgspec.Struct, frozen=True):
    """The rows of one modification."""

    modification: str
    counts: dict[str, int]
    standings: dict[str, int]
    rows: list[Row]


class Undecided(msgspec.Struct, frozen=True):
    """Something that nobody has decided. ``answer`` is empty where no rule of this version answers the requirement."""

    modification: str
    requirement: str
    text: str
    answer: str
    parties: str = msgspec.field(name="from")
    because: str


class Statement(msgspec.Struct, frozen=True):
    """``statement.json``. ``parties``: simulated, real or mixed, of all runs together. ``name``: who states it."""

    schema: int
    made: datetime
    harness: str
    name: str
    signer: Signer | None
    parties: str
    claims: str
    bundles: list[BundleFacts]
    approvals: list[ApprovalsFacts]
    modifications: list[Modification]
    undecided: list[Undecided]
    assumptions: dict[str, list[str]]

    @property
    def people(self) -> dict[str, list[Decision]]:
        """The decisions that count, by the person."""
        found: dict[str, list[Decision]] = {}
        for row in self.rows:
            for one in row.decisions:
                found.setdefault(one.name, []).append(one)
        return dict(sorted(found.items()))

    @property
    def rows(self) -> list[Row]:
        """All rows, in their order."""
        return [row for one in self.modifications for row in one.rows]


class Signed(msgspec.Struct, frozen=True):
    """Who states it, when, with what harness and key."""

    made: datetime
    harness: str
    name: str = ""
    signer: Signer | None = None


_CLAIMS: Mapping[str, str] = {
    "simulated": "All parties were simulated: what is shown is shown of the models of this harness, and of no device.",
    "mixed": "Some parties were simulated: what is shown is shown of devices among simulations, and of none alone.",
    "real": "No party was simulated: what is shown here relates to the devices that were tested, and to no other.",
}
"""What the answers can be said of, by where they come from."""


def statement(
    signed: Signed,
    bundles: Sequence[BundleFacts],
    answers: Sequence[Mapping[str, Any]],
    decisions: Iterable[Decision] = (),
    approvals: Sequence[ApprovalsFacts] = (),
) -> Statement:
    """The statement from the answers of all runs together and everything that people decided of them. Pure."""
    by_row: dict[tuple[str, str], list[Decision]] = {}
    for one in decisions:
        by_row.setdefault(one.row, []).append(one)
    rows = [_row(one, by_row.get((one["modification"], one["requirement"]), ())) for one in answers]
    names = dict.fromkeys(row.modification for row in rows)
    origin = str(answers[0]["from"]) if answers else "simulated"
    return Statement(
        schema=SCHEMA,
        made=signed.made,
        harness=signed.harness,
        name=signed.name,
        signer=signed.signer,
        parties=origin,
        claims=_CLAIMS[origin],
        bundles=list(bundles),
        approvals=list(approvals),
        modifications=[_modification(name, [row for row in rows if row.modification == name]) for name in names],
        undecided=_undecided(rows),
        assumptions=_assumptions(rows),
    )


def _row(answer: Mapping[str, Any], decisions: Sequence[Decision]) -> Row:
    counting = standing(one for one in decisions if one.answer == answer["answer"])
    # Who has since decided on another answer of a row has not withdrawn what was decided on this one.
    others = standing(one for one in decisions if one.answer != answer["answer"])
    return Row(
        modification=answer["modification"],
        requirement=answer["requirement"],
        text=answer["text"],
        answer=answer["answer"],
        because=answer["because"],
        parties=answer["from"],
        evidence=list(answer["evidence"]),
        assumed=list(answer["assumed"]),
        standing=_standing({one.decision for one in counting}),
        decisions=counting,
        not_counted=others,
    )


def _standing(words: set[str]) -> Standing:
    if len(words) > 1:
        return "disputed"
    return "approved" if words == {"approved"} else "rejected" if words == {"rejected"} else "undecided"


def _modification(name: str, rows: list[Row]) -> Modification:
    answered, standings = Counter(row.answer for row in rows), Counter(row.standing for row in rows)
    counts: dict[str, int] = {word: answered[word] for word in ANSWER_WORDS}
    return Modification(name, counts, {word: standings[word] for word in STANDINGS}, rows)


def _undecided(rows: Sequence[Row]) -> list[Undecided]:
    found = [
        Undecided(row.modification, row.requirement, row.text, row.answer, row.parties, row.undecided_because)
        for row in rows
        if row.undecided_because
    ]
    answered = {row.requirement for row in rows}
    return [
        *found,
        *(
            Undecided(one.modification, one.id, one.text, "", "", "no rule of this version answers it, and nobody has")
            for one in REQUIREMENTS.values()
            if one.id not in answered
        ),
    ]


def _assumptions(rows: Sequence[Row]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in rows:
        for text in row.assumed:
            found.setdefault(text, []).append(f"{row.modification} {row.requirement}")
    return dict(sorted(found.items()))
