"""What is made of every finished run folder besides the record: ``junit.xml``, ``report.html`` and ``bundle.zip``."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ppmid_reports.bundle.writing import write_bundle
from ppmid_reports.html import write_report
from ppmid_reports.junit import write_junit


def finishers(key: Ed25519PrivateKey | None = None, *, pdf: bool = False) -> tuple[Callable[[Path], object], ...]:
    """What a run folder is finished by, in this order; ``key`` signs the bundle. ``pdf``: with ``report.pdf`` in it."""
    return write_junit, write_report, *([_write_pdf] if pdf else []), partial(write_bundle, key=key)


def _write_pdf(folder: Path) -> Path:
    from ppmid_reports.pdf import write_pdf

    return write_pdf(folder)
