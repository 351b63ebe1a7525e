"""What may differ between two runs of the same scenarios: ``environment.json``."""

import platform
import sys
from datetime import UTC, datetime
from importlib import metadata
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


def environment(runner: str, started: datetime, folder: Path, fault: str = "") -> dict[str, Any]:
    """Times (UTC), host, versions, runner, arguments and paths of a run that ends now; ``fault`` if it broke."""
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
        "folder": str(folder.resolve()),
        "working_directory": str(Path.cwd()),
    }
