"""Whether what was signed beside bundles still is as it was: a statement, or a file of decisions."""

from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ppmid_bench import input_files
from ppmid_bench.typed import convert
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


def _problem(name: str, what: str, found: str) -> dict[str, str]:
    return {"member": name, "what": what, "found": found}
