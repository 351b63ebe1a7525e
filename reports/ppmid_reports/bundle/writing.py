"""Making a bundle of a run folder."""

import io
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ppmid_bench.rejudge import read_record
from ppmid_reports.bundle import form, manifest
from ppmid_reports.bundle.manifest import MANIFEST, SIGNATURE, Member, member, order_of
from ppmid_reports.signature import KeyKind

BUNDLE = "bundle.zip"

_SENSITIVE = "captures/"
_OURS = ("simulated", "process")
_NOT_OF_THE_RUN = (BUNDLE, "partial/", "progress.jsonl", "approvals.")
"""What was made of the run later: the bundle, and what people decided of it, which is bound to the bundle's hash.

Nor what only told how it went on.
"""


def write_bundle(folder: Path, key: Ed25519PrivateKey | None = None, *, captures: bool = False) -> Path:
    """Write the bundle of a run folder into it; gives its path. Raises BadInput when there is no record.

    ``key``: the lab's; without one a development key is made for this bundle and the manifest says so. ``captures``:
    put captures of real devices in, with the keys that open them; of simulated parties they always are. What is not
    put in stands in the manifest with its hash.
    """
    ours = all(party["kind"] in _OURS for party in read_record(folder)["parties"])
    names = order_of([path.relative_to(folder).as_posix() for path in _files(folder)])
    withheld = [name for name in names if name.startswith(_SENSITIVE) and not (ours or captures)]
    put_in = [name for name in names if name not in withheld]
    kind: KeyKind = "lab" if key else "development"
    octets, signature = manifest.encode(
        (_line(folder, name, packed=True) for name in put_in),
        (_line(folder, name) for name in withheld),
        f"ppmid-harness {metadata.version('ppmid-harness')}",
        key or Ed25519PrivateKey.generate(),
        kind,
    )
    path = folder / BUNDLE
    draft = path.with_suffix(".new")
    try:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as bundle:
            _put(bundle, MANIFEST, octets)
            _put(bundle, SIGNATURE, signature)
            for name in put_in:
                _put(bundle, name, (folder / name).read_bytes())
        draft.chmod(0o600)  # it holds what crossed the links
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return path


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not path.is_symlink() and not name.startswith(_NOT_OF_THE_RUN):
            yield path


def _line(folder: Path, name: str, *, packed: bool = False) -> Member:
    content = (folder / name).read_bytes()
    return member(name, content, _packed(name, content) if packed else b"")


def _packed(name: str, content: bytes) -> bytes:
    """What stands in a zip for this member, whatever else is in it: the manifest comes first, and must know."""
    alone = io.BytesIO()
    with zipfile.ZipFile(alone, "w") as bundle:
        _put(bundle, name, content)
        return form.packed(alone, bundle.getinfo(name))


def _put(bundle: zipfile.ZipFile, name: str, content: bytes) -> None:
    bundle.writestr(form.about(name), content)
