"""What people decided of the answers of one bundle: ``approvals.json`` beside it, with a signature where one is wanted.

A decision is about one row, that is one requirement of one modification, as the bundle answers it: who approves it says
that this answer stands, who rejects it that it does not. Decisions are bound to the SHA-256 of the bundle, so that of a
bundle that was changed, or signed anew, nobody has decided anything. They are only ever added: of one person's on one
row the last counts, and the others stay on record. Of two who write at once the second is refused, so none is lost.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ppmid_bench import input_files
from ppmid_bench.errors import BadInput
from ppmid_bench.typed import convert
from ppmid_reports.bundle.manifest import Sha256
from ppmid_reports.record import AnswerWord
from ppmid_reports.signature import Signer, holds, signer_of
from ppmid_reports.text import shown

APPROVALS = "approvals.json"
CONTEXT = b"PPMID harness approvals 1\n"
SCHEMA: Literal[1] = 1

_BUNDLE = "bundle.zip"
_WHAT = "the decisions on a bundle"

Word = Literal["approved", "rejected"]
Signature = Literal["holds", "absent", "does not hold"]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Note = Annotated[str, msgspec.Meta(max_length=4000)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class StaleApprovals(BadInput):
    """The decisions are on another bundle, or on this one before it was changed."""


class Overtaken(BadInput):
    """Somebody else has decided since the decisions were read that these were to be added to."""


class Decision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one person decided of one row, whose ``answer`` was this one then. ``time``: with its zone."""

    modification: str
    requirement: str
    answer: AnswerWord
    decision: Word
    name: Name
    time: Moment
    note: Note = ""

    @property
    def row(self) -> tuple[str, str]:
        """The row that it is about."""
        return self.modification, self.requirement


class Approvals(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``approvals.json``. ``bundle``: the SHA-256 of the bundle in hex. ``signer``: whose signature lies beside it."""

    schema: Literal[1]
    bundle: Sha256
    rows: tuple[Decision, ...] = ()
    signer: Signer | None = None


def approvals_path(bundle: Path) -> Path:
    """Where its decisions lie: ``approvals.json`` beside ``bundle.zip``, ``x.approvals.json`` beside ``x.zip``."""
    return bundle.with_name(APPROVALS if bundle.name == _BUNDLE else f"{bundle.stem}.{APPROVALS}")


def bundle_hash(bundle: Path) -> str:
    """The SHA-256 of a bundle in hex, by which decisions are bound to it. Raises BadInput."""
    try:
        with bundle.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as problem:
        raise BadInput(str(bundle), "", "a readable bundle", problem.strerror or str(problem)) from problem


def approvals_of(bundle: Path) -> Approvals:
    """The decisions that lie beside a bundle; none yet where there is no such file.

    Raises BadInput; StaleApprovals when they are on another bundle.
    """
    path, found = approvals_path(bundle), bundle_hash(bundle)
    if not path.exists():
        return Approvals(SCHEMA, found)
    approvals = read_approvals(path)
    if approvals.bundle != found:
        raise stale(path, approvals, f"decisions on {bundle}, of SHA-256 {found}")
    return approvals


def stale(path: Path, approvals: Approvals, expected: str) -> StaleApprovals:
    """The error for decisions that are on none of the bundles at hand."""
    return StaleApprovals(str(path), "bundle", expected, f"decisions on one of SHA-256 {approvals.bundle}")


def read_approvals(path: Path) -> Approvals:
    """The decisions in a file, whatever bundle they are on. Their signature is not looked at. Raises BadInput."""
    approvals = convert(input_files.document(path, _WHAT), Approvals, str(path), "")
    for number, one in enumerate(approvals.rows):
        _require_legible(one, str(path), f"rows[{number}].")
    return approvals


def with_decision(approvals: Approvals, decision: Decision) -> Approvals:
    """The decisions with one more. A signature of before does not go with them. Raises BadInput."""
    checked = convert(msgspec.to_builtins(decision), Decision, "a decision", "")
    _require_legible(checked, "a decision", "")
    return Approvals(SCHEMA, approvals.bundle, (*approvals.rows, checked))


def _require_legible(one: Decision, source: str, place: str) -> None:
    require_legible("name", one.name, source, place)
    require_legible("note", one.note, source, place)


def require_legible(field: str, text: str, source: str, place: str = "") -> None:
    """Raise BadInput for a name or a note, which stands under a signature, that cannot be read as it stands."""
    if shown(text) != text or (field == "name" and (text != text.strip() or "\n" in text)):
        raise BadInput(source, place + field, "text that can be read as it stands", ascii(text))


def version_of(path: Path) -> str:
    """The SHA-256 of a file of decisions in hex, empty where there is none: what tells its states apart."""
    return hashlib.sha256(input_files.octets(path, _WHAT)).hexdigest() if path.exists() else ""


def write_approvals(
    path: Path, approvals: Approvals, key: Ed25519PrivateKey | None = None, *, as_of: str | None = None
) -> None:
    """Write decisions so that a reader finds all of them or those of before; ``key`` signs them.

    ``as_of``: the version of the file that whoever decided has seen; None: any that these decisions begin with. Raises
    BadInput; Overtaken where the file has another version, or decisions that these do not begin with.
    """
    try:
        with _alone_in(path.parent):
            _require_not_overtaken(path, approvals, as_of)
            _replace(path, approvals, key)
    except OSError as problem:
        raise BadInput(str(path), "", "a file that can be written", problem.strerror or str(problem)) from problem


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Nobody else writes decisions in a folder meanwhile. Raises OSError."""
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def _require_not_overtaken(path: Path, approvals: Approvals, as_of: str | None) -> None:
    there = read_approvals(path) if path.exists() else Approvals(SCHEMA, approvals.bundle)
    seen = approvals.rows[: len(there.rows)] == there.rows and approvals.bundle == there.bundle
    if not seen or (as_of is not None and as_of != version_of(path)):
        found = f"{len(there.rows)} of which not all were seen: somebody else has written; nothing was put down"
        raise Overtaken(str(path), "", "the decisions that these are added to", found)


def _replace(path: Path, approvals: Approvals, key: Ed25519PrivateKey | None) -> None:
    whole = Approvals(SCHEMA, approvals.bundle, approvals.rows, signer_of(key) if key else None)
    octets = (json.dumps(msgspec.to_builtins(whole), indent=1) + "\n").encode()
    files = {path: octets} | ({signature_path(path): key.sign(CONTEXT + octets)} if key else {})
    drafts = {target.with_name(target.name + ".new"): target for target in files}
    try:
        for draft, target in drafts.items():
            draft.write_bytes(files[target])
        signature_path(path).unlink(missing_ok=True)
        for draft, target in drafts.items():
            draft.replace(target)
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)


def signature_path(path: Path) -> Path:
    """Where the signature of a file of decisions lies, 64 octets over ``CONTEXT`` and the file: ``approvals.sig``."""
    return path.with_suffix(".sig")


def signature_of(path: Path) -> Signature:
    """Whether the signature beside a file of decisions holds. Absent: none is there, and none is claimed.

    Raises BadInput.
    """
    octets, beside = input_files.octets(path, _WHAT), signature_path(path)
    signer = read_approvals(path).signer
    if signer is None and not beside.exists():
        return "absent"
    if signer is None or not beside.exists():
        return "does not hold"
    signature = input_files.octets(beside, "a signature")
    return "holds" if holds(signer, signature, CONTEXT + octets) else "does not hold"


def standing(decisions: Iterable[Decision]) -> list[Decision]:
    """The decisions on one row that count: of each person the last, by time and then by place."""
    last: dict[str, Decision] = {}
    for one in sorted(decisions, key=lambda one: one.time.astimezone(UTC)):
        last.pop(one.name, None)
        last[one.name] = one
    return list(last.values())
