"""Folders that commands write into: not there yet, or empty."""

import contextlib
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Whatever goes wrong in writing is BadInput that names ``folder``."""
    from ppmid_bench.errors import BadInput

    try:
        yield
    except OSError as problem:
        raise BadInput(str(folder), "", "a folder that can be written", problem.strerror or str(problem)) from problem


def require_empty(folder: Path) -> None:
    """Raise BadInput for a folder that holds something."""
    from ppmid_bench.errors import BadInput

    with writing(folder):
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise BadInput(str(folder), "", "no such folder yet, or an empty one")
