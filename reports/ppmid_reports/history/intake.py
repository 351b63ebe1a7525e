"""A run on its way into the history: verified, or held against itself, before anything of it is kept."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ppmid_bench.errors import BadInput
from ppmid_reports.bundle.opening import is_bundle, laid_out
from ppmid_reports.bundle.verifying import Consistency, verify
from ppmid_reports.run import Run, read_run

UNSIGNED, DEVELOPMENT, LAB, TRUSTED = INTEGRITY = ("unsigned", "development key", "lab key", "trusted")
"""What is known of a run's integrity, the least first.

``unsigned``: a run folder, whose files agree; the others: a bundle that is as it was made, signed by a key made for
that run, by a key that says it is a lab's, and by the key that was trusted when it was added.
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """A run that may be added. ``sha256``: of its record, in hex. ``source``: the path it came from, made absolute."""

    run: Run
    sha256: str
    source: str
    integrity: str
    fingerprint: str


@contextmanager
def taken(path: Path, trusted: Ed25519PublicKey | None, consistency: Sequence[Consistency]) -> Iterator[Taken]:
    """A run, verified, until the block ends; ``consistency`` as of ``bundle.verifying``.

    Raises BadInput for what is no run, and for one that does not hold, naming the first problem.
    """
    integrity, fingerprint = UNSIGNED, ""
    if is_bundle(path):
        result = verify(path, trusted, consistency=consistency)
        for one in result["problems"]:
            found = f"{one['what']}: {one['member']}" + (f": {one['found']}" if one["found"] else "")
            raise BadInput(str(path), "", "a bundle that is as it was made", found)
        fingerprint = result["fingerprint"]
        of_maker = LAB if result["kind"] == "lab" else DEVELOPMENT
        integrity = TRUSTED if result["signer"] == "trusted" else of_maker
    with laid_out(path) as folder:
        run = read_run(folder)
        if not is_bundle(path):
            for name, sentence in (pair for inconsistent in consistency for pair in inconsistent(folder)):
                raise BadInput(str(path), name, "files that say the same", sentence)
        digest = hashlib.sha256((folder / "record.json").read_bytes()).hexdigest()
        yield Taken(run, digest, str(path.resolve()), integrity, fingerprint)
