"""The acceptance statement as files: for machines and signed, as a page for people, as text, and as PDF where wanted.

``statement.sig`` is 64 octets: Ed25519 over ``CONTEXT`` and the octets of ``statement.json``; ``statement.pdf.sig`` the
same of ``CONTEXT_OF_PDF`` and ``statement.pdf``. Page, text and PDF name the SHA-256 of ``statement.json``, so that a
print of them can be laid beside what was signed.
"""

import hashlib
import json
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ppmid_reports.html import templates
from ppmid_reports.signature import fingerprint, key_of
from ppmid_reports.signoff.statement import ANSWER_WORDS, NOBODY, Row, Statement
from ppmid_reports.text import in_markdown
from ppmid_reports.words import moment

STATEMENT, SIGNATURE, PAGE, TEXT = "statement.json", "statement.sig", "statement.html", "statement.md"
PDF, PDF_SIGNATURE = "statement.pdf", "statement.pdf.sig"
CONTEXT = b"PPMID harness acceptance statement 1\n"
CONTEXT_OF_PDF = b"PPMID harness acceptance statement as PDF 1\n"


def document(statement: Statement) -> bytes:
    """The octets of ``statement.json``: ASCII, so that no text in it can break a reader."""
    return (json.dumps(msgspec.to_builtins(statement), indent=1) + "\n").encode()


def write_statement(
    folder: Path, statement: Statement, key: Ed25519PrivateKey | None = None, *, pdf: bool = False
) -> None:
    """Write all files of a statement into a folder that is there, or none; ``key``: its signer's. Raises OSError.

    ``pdf``: with ``statement.pdf``; raises BadInput when the extra is missing.
    """
    octets, page = document(statement), as_page(statement)
    files = {STATEMENT: octets, TEXT: as_text(statement).encode(), PAGE: page.encode()}
    if pdf:
        from ppmid_reports.pdf import keyword_of, page_as_pdf

        files[PDF] = page_as_pdf(page, keyword_of(STATEMENT, _sha256(statement)))
    if key is not None:
        files[SIGNATURE] = key.sign(CONTEXT + octets)
        if pdf:
            files[PDF_SIGNATURE] = key.sign(CONTEXT_OF_PDF + files[PDF])
    try:
        for name, content in files.items():
            (folder / name).write_bytes(content)
    except OSError:
        for name in files:
            (folder / name).unlink(missing_ok=True)
        raise


def as_page(statement: Statement) -> str:
    """The page: whole in itself, and without scripts."""
    template = templates().get_template("statement.html.j2")
    about = {"statement": statement, "words": ANSWER_WORDS, "nobody": NOBODY, "meta": {}, "up": ""}
    return template.render(about, sha256=_sha256(statement), fingerprint=_fingerprint(statement))


def _sha256(statement: Statement) -> str:
    return hashlib.sha256(document(statement)).hexdigest()


def _fingerprint(statement: Statement) -> str:
    return fingerprint(key_of(statement.signer)) if statement.signer else ""


def answer_in_words(answer: str, parties: str) -> str:
    """The answer; with one that is shown, on which parties, where any was simulated."""
    if answer != "shown" or parties == "real":
        return answer
    return f"shown on {'simulated' if parties == 'simulated' else 'partly simulated'} parties"


def as_text(statement: Statement) -> str:
    """The statement in Markdown, which a terminal shows as well."""
    lines = ["# Acceptance statement", "", f"**{in_markdown(statement.claims)}**", ""]
    lines += [f"{in_markdown(moment(statement.made.isoformat()))}, {in_markdown(statement.harness)}", ""]
    for bundle in statement.bundles:
        what = f"{bundle.file}, SHA-256 {bundle.sha256[:16]}…: {bundle.device or 'no device named'}. {bundle.bench}"
        lines += [f"- {in_markdown(what)}"]
    for one in statement.modifications:
        counts = ", ".join(f"{one.counts[word]} {answer_in_words(word, statement.parties)}" for word in ANSWER_WORDS)
        lines += ["", f"## {in_markdown(one.modification)}: {counts}", ""]
        lines += [_line(row) for row in one.rows]
    lines += ["", f"## What nobody has decided: {len(statement.undecided)}", ""]
    for left in statement.undecided:
        answer = f"{answer_in_words(left.answer, left.parties)}; " if left.answer else ""
        lines += [f"- {in_markdown(f'{left.modification} {left.requirement}: {answer}{left.because}')}"]
    lines += ["", f"## Assumptions leaned on: {len(statement.assumptions)}", ""]
    lines += [f"- {in_markdown(': '.join((text, ', '.join(rows))))}" for text, rows in statement.assumptions.items()]
    lines += ["", "## Signed", "", *_signed(statement)]
    return "\n".join(lines) + "\n"


def _line(row: Row) -> str:
    said = f"- {row.requirement} **{answer_in_words(row.answer, row.parties)}**, {row.standing}: "
    decided = "".join(
        f"\n  - {one.decision} by {in_markdown(one.name)}, {in_markdown(moment(one.time.isoformat()))}"
        + (f": {in_markdown(one.note)}" if one.note else "")
        for one in row.decisions
    )
    return f"{said}{in_markdown(row.text)}\n  - {in_markdown(row.because)}{decided}"


def _signed(statement: Statement) -> list[str]:
    name = in_markdown(statement.name) or "nobody has put a name to it"
    key = f"signed with the key {_fingerprint(statement)}" if statement.signer else "not signed with a key"
    return [f"{name}; {key}; statement.json has SHA-256 {_sha256(statement)}"]
