"""What may differ between two runs of the same scenarios: ``environment.json``."""

import platform
import re
import sys
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from ppmid_bench.which_harness import NAME, which_harness

_DISTRIBUTIONS = (
    NAME,
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


_FIELD = re.compile("^(Name|Version): *(.*?) *$", re.MULTILINE)


def _installed() -> list[str]:
    """Every distribution of this Python, as ``pip install -r`` takes them: what the run can be made again with."""
    texts = (one.read_text("METADATA") or one.read_text("PKG-INFO") or "" for one in metadata.distributions())
    fields = (dict(_FIELD.findall(text.partition("\n\n")[0])) for text in texts)  # no more of it is parsed than this
    found = {(one["Name"], one["Version"]) for one in fields if "Name" in one}
    return [f"{name}=={version}" for name, version in sorted(found)]


def environment(runner: str, started: datetime, folder: Path, fault: str = "") -> dict[str, Any]:
    """Times (UTC), host, versions, runner, arguments and paths of a run that ends now; ``fault`` if it broke.

    ``harness``: which it was (``which_harness``); ``installed``: every distribution of this Python, with its version.
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
        "harness": which_harness(),
        "installed": _installed(),
        "folder": str(folder.resolve()),
        "working_directory": str(Path.cwd()),
    }
