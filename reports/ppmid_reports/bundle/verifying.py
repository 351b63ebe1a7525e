"""What was done to a bundle since it was made: each member, its name and place, the signature, and what it says itself.

Without a key that is trusted, nothing is claimed but integrity: whoever can change a bundle can sign it anew.
"""

import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ppmid_bench.errors import BadInput
from ppmid_reports.bundle import form, manifest
from ppmid_reports.bundle.manifest import MANIFEST, SCHEMA, SIGNATURE, Manifest, member
from ppmid_reports.bundle.opening import content_of, laid_out, opened
from ppmid_reports.consistency import inconsistencies
from ppmid_reports.signature import fingerprint, key_of

Problem = dict[str, str]


Consistency = Callable[[Path], Iterable[tuple[str, str]]]
"""Finds in a run folder the files that do not say the same as the others, each with a sentence."""


def verify(
    path: Path,
    trusted: Ed25519PublicKey | None = None,
    *,
    require_trusted: bool = False,
    consistency: Sequence[Consistency] = (inconsistencies,),
) -> dict[str, Any]:
    """``{"members", "withheld", "problems", "signature", "signer", "kind", "fingerprint", "claims"}``.

    A problem is ``{"member", "what", "found"}``; ``what``: altered, missing, added, doubled, renamed, order, hidden,
    manifest, schema, signature, signer, inconsistent. ``claims`` says in a sentence what follows. Raises BadInput when
    the file is no bundle.
    """
    with opened(path) as bundle:
        names = [one.filename for one in bundle.infolist()]
        if MANIFEST not in names:
            raise BadInput(str(path), "", f"an evidence bundle, with a {MANIFEST}", "a zip without one")
        try:
            octets = content_of(bundle, bundle.getinfo(MANIFEST), str(path))
            listed = manifest.decode(octets)
        except (BadInput, ValueError) as problem:
            return _result([_problem(MANIFEST, "manifest", str(problem))], None, "does not hold", None)
        with path.open("rb") as file:
            problems = [
                *_of_schema(listed),
                *_of_members(bundle, file, listed, str(path)),
                *_of_form(bundle, file),
            ]
        signature = _signature(bundle, listed, octets, str(path))
    if signature != "holds":
        problems.append(_problem(SIGNATURE, "signature", signature))
    signer = _signer(listed, trusted) if signature == "holds" else "unknown"
    if signer == "another" or (require_trusted and signer != "trusted"):
        problems.append(_problem(SIGNATURE, "signer", "another key than the one that is trusted"))
    if not problems:
        with laid_out(path) as folder:
            found = (pair for inconsistent in consistency for pair in inconsistent(folder))
            problems = [_problem(name, "inconsistent", sentence) for name, sentence in found]
    return _result(problems, listed, signature, signer)


def _result(problems: list[Problem], listed: Manifest | None, signature: str, signer: str | None) -> dict[str, Any]:
    found = fingerprint(key_of(listed.signer)) if listed and signature == "holds" else ""
    return {
        "members": len(listed.members) if listed else 0,
        "withheld": [one.name for one in listed.withheld] if listed else [],
        "problems": problems,
        "signature": signature,
        "signer": signer or "unknown",
        "kind": listed.signer.kind if listed else "",
        "fingerprint": found,
        "claims": _claims(problems, listed, signer, found),
    }


def _claims(problems: Sequence[Problem], listed: Manifest | None, signer: str | None, found: str) -> str:
    if problems or listed is None:
        return "nothing: it is not as it was made"
    if signer == "trusted":
        return f"it is as the holder of the trusted key made it: {found}"
    development = ", a development key made for this run" if listed.signer.kind == "development" else ""
    return f"integrity only, signer unknown: {found}{development}"


def _problem(name: str, what: str, found: str = "") -> Problem:
    return {"member": name, "what": what, "found": found}


def _of_schema(listed: Manifest) -> Iterator[Problem]:
    if listed.schema != SCHEMA:
        yield _problem(MANIFEST, "schema", f"expected {SCHEMA}, found {listed.schema}")


def _of_members(bundle: zipfile.ZipFile, file: BinaryIO, listed: Manifest, source: str) -> Iterator[Problem]:
    present = [one.filename for one in bundle.infolist()]
    expected = [MANIFEST, SIGNATURE, *(one.name for one in listed.members)]
    for name, times in Counter(present).items():
        if times > 1:
            yield _problem(name, "doubled", f"{times} members of this name")
    added = {name for name in present if name not in expected}
    by_hash = {_hash(bundle, name, source): name for name in sorted(added)}
    for one in listed.members:
        if one.name in present:
            yield from _of_member(bundle, file, one, source)
        elif one.sha256 in by_hash:
            renamed = by_hash[one.sha256]
            added.discard(renamed)
            yield _problem(one.name, "renamed", f"its content stands under {renamed!r}")
        else:
            yield _problem(one.name, "missing")
    for name in sorted(added):
        yield _problem(name, "added")
    if sorted(present) == sorted(expected) and present != expected:
        first = next(name for name, due in zip(present, expected, strict=True) if name != due)
        yield _problem(first, "order", "it stands out of the manifest's order")


def _of_member(bundle: zipfile.ZipFile, file: BinaryIO, due: manifest.Member, source: str) -> Iterator[Problem]:
    try:
        one = bundle.getinfo(due.name)
        found = member(due.name, content_of(bundle, one, source), form.packed(file, one))
    except BadInput as problem:
        yield _problem(due.name, "altered", str(problem))
        return
    if found != due:
        yield _problem(due.name, "altered", f"{found.size} octets of SHA-256 {found.sha256}")


def _hash(bundle: zipfile.ZipFile, name: str, source: str) -> str:
    try:
        return member(name, content_of(bundle, bundle.getinfo(name), source)).sha256
    except BadInput:
        return ""


def _of_form(bundle: zipfile.ZipFile, file: BinaryIO) -> Iterator[Problem]:
    for name in form.misshapen(bundle, file):
        sentence = "octets that the tool did not write stand in, before or beside it"
        yield _problem(name or MANIFEST, "hidden", sentence if name else "octets stand at the end of the file")


def _signature(bundle: zipfile.ZipFile, listed: Manifest, octets: bytes, source: str) -> str:
    if SIGNATURE not in bundle.namelist():
        return "absent"
    try:
        signature = content_of(bundle, bundle.getinfo(SIGNATURE), source)
    except BadInput:
        return "does not hold"
    return "holds" if manifest.holds(listed, octets, signature) else "does not hold"


def _signer(listed: Manifest, trusted: Ed25519PublicKey | None) -> str:
    if trusted is None:
        return "unknown"
    same = key_of(listed.signer).public_bytes_raw() == trusted.public_bytes_raw()
    return "trusted" if same else "another"
