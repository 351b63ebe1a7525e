"""What may differ between two runs of the same scenarios: ``environment.json``."""

import hashlib
import platform
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

_DISTRIBUTIONS = (
    "ppmid-harness",
    "behave",
    "cryptography",
    "gherkin-official",
    "lxml",
    "msgspec",
    "pytest",
    "pytest-bdd",
    "robotframework",
    "scapy",
)


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


def harness_version() -> dict[str, str]:
    """``version``, and ``sha256`` over the names and contents of all files of the harness's packages."""
    whole = hashlib.sha256()
    for package in _PACKAGES:
        for name, file in sorted(_files(resources.files(package), package)):
            content = file.read_bytes()
            whole.update(f"{name} {len(content)}\n".encode() + content)
    return {"version": metadata.version(_DISTRIBUTIONS[0]), "sha256": whole.hexdigest()}


def _files(folder: Traversable, place: str) -> Iterator[tuple[str, Traversable]]:
    for one in folder.iterdir():
        name = f"{place}/{one.name}"
        if one.is_dir() and one.name not in _ELSEWHERE:
            yield from _files(one, name)
        elif one.is_file():
            yield name, one


def _installed() -> list[str]:
    """Every distribution of this Python, as ``pip install -r`` takes them: what the run can be made again with."""
    found = {(one.metadata["Name"], one.version) for one in metadata.distributions()}
    return [f"{name}=={version}" for name, version in sorted(found)]


def environment(runner: str, started: datetime, folder: Path, fault: str = "") -> dict[str, Any]:
    """Times (UTC), host, versions, runner, arguments and paths of a run that ends now; ``fault`` if it broke.

    ``installed``: every distribution of this Python, with its version.
    """
    return {
        "schema": 1,
        "started": started.isoformat(),
        "ended": datetime.now(UTC).isoformat(),
        "runner": runner,
        "fault": fault,
        "argv": sys.argv,
        "host": platform.node(),
        "platform": platform.platform(),
        "python": platform.python_version(),
        "versions": {name: metadata.version(name) for name in _DISTRIBUTIONS},
        "installed": _installed(),
        "folder": str(folder.resolve()),
        "working_directory": str(Path.cwd()),
    }
