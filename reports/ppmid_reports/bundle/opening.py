"""Reading a bundle: its members one by one, and laid out as the run folder that it was made of."""

import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory, gettempdir

from ppmid_bench.errors import BadInput
from ppmid_bench.input_files import LARGEST
from ppmid_reports.bundle.manifest import MANIFEST, SIGNATURE

MOST_OCTETS = 1 << 32
"""What a bundle may unpack to (4 GiB): far above a run of thousands of scenarios, far below what would fill a disk."""


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The zip at ``path``. Raises BadInput when it is none."""
    try:
        bundle = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, struct.error) as problem:
        raise BadInput(str(path), "", "an evidence bundle", str(problem)) from problem
    except OSError as problem:
        raise BadInput(str(path), "", "a readable bundle", problem.strerror or str(problem)) from problem
    except ValueError as problem:  # a zero in its name, or in it a name that is no text
        raise BadInput(repr(str(path)), "", "a readable bundle", str(problem)) from problem
    with bundle:
        yield bundle


def is_bundle(path: Path) -> bool:
    """Whether a path names a bundle and no run folder."""
    return not os.path.isdir(path)  # of a name that no system takes too, which Path.is_dir raises for


@contextmanager
def laid_out(path: Path) -> Iterator[Path]:
    """A run folder: ``path`` itself when it is one, else what its bundle holds, until the block ends. Raises BadInput.

    Nothing is verified here; but no member is written outside the folder, and none that is larger than it says.
    """
    if not is_bundle(path):
        yield path
        return
    with opened(path) as bundle, _scratch(path) as folder:
        if sum(one.file_size for one in bundle.infolist()) > MOST_OCTETS:
            raise BadInput(str(path), "", f"at most {MOST_OCTETS >> 30} GiB unpacked", "more")
        for one in bundle.infolist():
            if one.filename not in (MANIFEST, SIGNATURE):
                _write(bundle, one, folder, str(path))
        yield folder


@contextmanager
def _scratch(path: Path) -> Iterator[Path]:
    """A folder to lay a bundle out in, until the block ends. Raises BadInput."""
    try:
        made = TemporaryDirectory(prefix="ppmid-bundle-")
    except OSError as problem:
        raise _no_room(str(path), "", gettempdir(), problem) from problem
    with made as folder:
        yield Path(folder)


def _no_room(source: str, member: str, place: object, problem: OSError) -> BadInput:
    return BadInput(source, member, f"room for what it holds, in {place}", problem.strerror or str(problem))


def _write(bundle: zipfile.ZipFile, about: zipfile.ZipInfo, folder: Path, source: str) -> None:
    name = PurePosixPath(about.filename)
    if name.is_absolute() or ".." in name.parts or "\\" in about.filename or about.is_dir():
        raise BadInput(source, repr(about.filename), "the name of a file within the run folder", "another")
    target, content = folder / name, content_of(bundle, about, source)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    except OSError as problem:
        raise _no_room(source, about.filename, folder.parent, problem) from problem


def content_of(bundle: zipfile.ZipFile, about: zipfile.ZipInfo, source: str) -> bytes:
    """A member's octets. Raises BadInput for one that is damaged or too large."""
    if about.file_size > LARGEST:
        raise BadInput(source, about.filename, f"at most {LARGEST >> 20} MiB", f"{about.file_size} octets")
    try:
        return bundle.read(about)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError, zlib.error) as problem:
        raise BadInput(source, about.filename, "a member that can be unpacked", str(problem)) from problem
