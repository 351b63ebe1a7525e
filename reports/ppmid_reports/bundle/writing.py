"""Making a bundle of a run folder."""

import tempfile
from collections.abc import Iterator
from importlib import metadata
from itertools import chain
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ppmid_bench.rejudge import read_record
from ppmid_reports.bundle import form, manifest
from ppmid_reports.bundle.manifest import MANIFEST, SIGNATURE, member, order_of
from ppmid_reports.record import OURS
from ppmid_reports.signature import KeyKind

BUNDLE = "bundle.zip"

_SENSITIVE = "captures/"
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
    ours = all(party["kind"] in OURS for party in read_record(folder)["parties"])
    names = order_of([path.relative_to(folder).as_posix() for path in _files(folder)])
    withheld = [name for name in names if name.startswith(_SENSITIVE) and not (ours or captures)]
    put_in = [name for name in names if name not in withheld]
    kind: KeyKind = "lab" if key else "development"
    path = folder / BUNDLE
    draft = path.with_suffix(".new")
    with tempfile.TemporaryFile(dir=folder) as packed:  # the manifest comes first, and must know of all
        infos, lines = [], []
        for name in put_in:
            content = (folder / name).read_bytes()
            info, octets = form.pack(name, content)
            packed.write(octets)
            infos.append(info)
            lines.append(member(name, content, octets))
        octets, signature = manifest.encode(
            lines,
            (member(name, (folder / name).read_bytes()) for name in withheld),
            f"ppmid-harness {metadata.version('ppmid-harness')}",
            key or Ed25519PrivateKey.generate(),
            kind,
        )
        packed.seek(0)
        first = form.pack(MANIFEST, octets), form.pack(SIGNATURE, signature)
        try:
            with draft.open("wb") as file:
                form.write(file, chain(first, ((info, packed.read(info.compress_size)) for info in infos)))
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
