"""Whether what was signed beside bundles still is as it was: a statement with its PDF, or a file of decisions.

No PDF is read for what its pages say. That it is of this statement its keyword tells, and that nobody has changed its
pages since, the signature over its octets.
"""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ppmid_bench import input_files
from ppmid_bench.typed import convert
from ppmid_reports.pdf import made_of
from ppmid_reports.signature import Signer, fingerprint, holds, key_of
from ppmid_reports.signoff import approvals, writing

_WHAT = "a statement or a file of decisions"


class _Document(msgspec.Struct):
    """What tells the two apart, and who says to have signed."""

    signer: Signer | None
    schema: int
    rows: list[Any] | None = None
    modifications: list[Any] | None = None


def verify_document(
    path: Path, trusted: Ed25519PublicKey | None = None, *, require_trusted: bool = False
) -> dict[str, Any]:
    """``{"problems", "signature", "signer", "fingerprint", "claims"}``, as for a bundle. Raises BadInput."""
    octets, beside = input_files.octets(path, _WHAT), path.with_suffix(".sig")
    found = convert(input_files.document(path, _WHAT), _Document, str(path), "")
    context = writing.CONTEXT if found.modifications is not None else approvals.CONTEXT
    signature = input_files.octets(beside, "a signature") if beside.exists() else b""
    good = found.signer is not None and holds(found.signer, signature, context + octets)
    state = "holds" if good else "does not hold" if signature or found.signer else "absent"
    mark = fingerprint(key_of(found.signer)) if good and found.signer else ""
    signer = "unknown" if not mark or trusted is None else "trusted" if mark == fingerprint(trusted) else "another"
    problems = [] if good else [_problem(beside.name, "signature", state)]
    if found.modifications is not None:
        problems += _of_pdf(path, octets, found.signer if good else None)
    if signer == "another" or (require_trusted and signer != "trusted"):
        problems.append(_problem(beside.name, "signer", "another key than the one that is trusted"))
    claims = {
        "trusted": f"it is as the holder of the trusted key signed it: {mark}",
        "unknown": f"integrity only, signer unknown: {mark}",
    }
    return {
        "problems": problems,
        "signature": state,
        "signer": signer,
        "fingerprint": mark,
        "claims": "nothing: it is not as it was signed" if problems else claims[signer],
    }


def _of_pdf(path: Path, octets: bytes, signer: Signer | None) -> Iterator[dict[str, str]]:
    """What is wrong with the PDF beside a statement: nothing where there is none. ``signer``: who signed it."""
    pdf, beside = path.with_suffix(".pdf"), path.with_suffix(".pdf.sig")
    if not pdf.exists():
        return
    printed = input_files.octets(pdf, "the PDF of a statement")
    if made_of(printed, writing.STATEMENT) != sha256(octets).hexdigest():
        yield _problem(pdf.name, "inconsistent", f"it is not the PDF of this {path.name}")
    elif signer is not None:
        signature = input_files.octets(beside, "a signature") if beside.exists() else b""
        if not holds(signer, signature, writing.CONTEXT_OF_PDF + printed):
            yield _problem(beside.name, "signature", "does not hold" if signature else "absent")


def _problem(name: str, what: str, found: str) -> dict[str, str]:
    return {"member": name, "what": what, "found": found}
