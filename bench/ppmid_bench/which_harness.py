"""Which harness it is that runs: the wheel that was installed, by its RECORD, or else the files that it is made of.

A wheel lists its files with their hashes (the binary distribution format, RECORD). Whoever holds the wheel finds the
same hash without installing it: ``unzip -p WHEEL '*/RECORD' | grep -v /RECORD, | LC_ALL=C sort | sha256sum``. What
installers add for themselves is left out.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module, metadata, resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import msgspec

from ppmid_bench import input_files
from ppmid_bench.typed import convert

NAME = "ppmid-harness"
"""Of its distribution."""
OF_RECORD, OF_SOURCES = "RECORD of the installed wheel", "source files, no installed wheel"

_OF_INSTALLERS = ("INSTALLER", "REQUESTED", "RECORD", "direct_url.json")
_FIRST_FILE = "ppmid_harness/__init__.py"
_PACKAGES = (
    "ppmid_protocols",
    "ppmid_devices",
    "ppmid_bench",
    "ppmid_steps",
    "ppmid_reports",
    "ppmid_harness",
)
_ELSEWHERE = ("__pycache__", "features")
"""What is not the harness's own text: what Python keeps there, and the features, which are the suite's."""


class _Harness(msgspec.Struct, frozen=True):
    sha256: str = ""


class _Environment(msgspec.Struct):
    harness: _Harness = _Harness()


def made_here(folder: Path) -> bool:
    """Whether the environment of a run folder says that this very harness ran. Raises BadInput."""
    path = folder / "environment.json"
    if not path.is_file():
        return False
    of = convert(input_files.document(path, "the environment of a run"), _Environment, str(path), "").harness
    return bool(of.sha256 == which_harness()["sha256"])


@cache
def which_harness() -> dict[str, Any]:
    """``version``, ``sha256``, ``of`` what that is, and ``altered``: files of the wheel that are not as it has them."""
    return told_by(metadata.distribution(NAME), Path(str(import_module("ppmid_harness").__file__)))


def told_by(found: metadata.Distribution, running: Path) -> dict[str, Any]:
    """The same of a distribution; ``running``: the file of the package that runs, which need not be of it."""
    files = {str(one): one for one in found.files or () if _is_of_the_wheel(one)}
    if _FIRST_FILE not in files or not _is_same(files[_FIRST_FILE], running):
        return {**harness_version(), "of": OF_SOURCES, "altered": []}
    return {
        "version": found.version,
        "sha256": hashlib.sha256("".join(sorted(_lines(files.values()))).encode()).hexdigest(),
        "of": OF_RECORD,
        "altered": sorted(name for name, one in files.items() if not _is_as_recorded(one)),
    }


def _is_of_the_wheel(one: metadata.PackagePath) -> bool:
    of_installer = one.parent.suffix == ".dist-info" and one.name in _OF_INSTALLERS
    return one.hash is not None and ".." not in one.parts and not of_installer


def _lines(files: Iterable[metadata.PackagePath]) -> Iterator[str]:
    for one in files:
        assert one.hash is not None  # else it is not of the wheel
        yield f"{one},{one.hash.mode}={one.hash.value},{one.size}\n"


def _is_same(one: metadata.PackagePath, running: Path) -> bool:
    return Path(str(one.locate())).resolve() == running.resolve()


def _is_as_recorded(one: metadata.PackagePath) -> bool:
    assert one.hash is not None  # else it is not of the wheel
    try:
        digest = hashlib.new(one.hash.mode, Path(str(one.locate())).read_bytes()).digest()
    except (OSError, ValueError):  # it is gone, or nobody here knows that hash
        return False
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == one.hash.value


@cache  # a run asks for its certificate and for its environment
def harness_version() -> dict[str, str]:
    """``version``, and ``sha256`` over the names and contents of all files of the harness's packages."""
    whole = hashlib.sha256()
    for package in _PACKAGES:
        for name, file in sorted(_files(resources.files(package), package)):
            content = file.read_bytes()
            whole.update(f"{name} {len(content)}\n".encode() + content)
    return {"version": metadata.version(NAME), "sha256": whole.hexdigest()}


def _files(folder: Traversable, place: str) -> Iterator[tuple[str, Traversable]]:
    for one in folder.iterdir():
        name = f"{place}/{one.name}"
        if one.is_dir() and one.name not in _ELSEWHERE:
            yield from _files(one, name)
        elif one.is_file():
            yield name, one
