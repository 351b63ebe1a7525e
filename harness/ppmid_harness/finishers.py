"""What is made of every finished run folder besides the record: ``junit.xml``, ``report.html`` and ``bundle.zip``.

What a lab gives with a run is put there first, so that it stands in the report and in the bundle.
"""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ppmid_reports.attached import PROOF, RISK, read_document
from ppmid_reports.bundle.writing import write_bundle
from ppmid_reports.html import write_report
from ppmid_reports.junit import write_junit
from ppmid_reports.run import read_run


def finishers(
    key: Ed25519PrivateKey | None = None, *, pdf: bool = False, given: Mapping[str, bytes] | None = None
) -> tuple[Callable[[Path], object], ...]:
    """What a run folder is finished by, in this order; ``key`` signs the bundle. ``pdf``: with ``report.pdf`` in it.

    ``given``: documents that come with the run, by their names in its folder.
    """
    return partial(put_in, given=given or {}), partial(_write_pages, pdf=pdf), partial(write_bundle, key=key)


def put_in(folder: Path, given: Mapping[str, bytes]) -> None:
    """Put documents into a run folder, in the place of older ones."""
    for name, content in given.items():
        (folder / name).write_bytes(content)


def documents(risk: Path | None, proof: Path | None) -> dict[str, bytes]:
    """The documents that come with a run, by their names in its folder. Raises BadInput for a file that is none."""
    named = {RISK: risk, PROOF: proof}
    return {name: read_document(path, name) for name, path in named.items() if path is not None}


def _write_pages(folder: Path, *, pdf: bool) -> None:
    """All that is made of record and evidence: the folder is read, and its evidence held against the record, once."""
    run = read_run(folder)
    write_junit(folder, run)
    write_report(folder, run)
    if pdf:
        from ppmid_reports.pdf import write_pdf

        write_pdf(folder, run)
