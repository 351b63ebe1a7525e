"""Runs, in processes of their own as a user starts them, or here; and what of them must be equal.

What may differ between runs stands in ``environment.json`` and ``native/``; everything else must be equal to the octet.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ppmid_harness.cli import execute

RUNNERS = ("pytest", "behave", "robot")
EQUAL = ("record.json", "evidence", "captures")
TOP_UP = "commands-through-the-ppmid/a-top-up-command-and-the-meters-response"

Run = Callable[..., tuple[Path, int]]


def start(folder: Path, *options: str | Path, hash_seed: str = "0") -> tuple[Path, int]:
    """``ppmid-harness run`` in a process of its own; gives the run folder and the exit code."""
    command = [sys.executable, "-m", "ppmid_harness", "run", "--out", folder, *options]
    path = os.pathsep.join(sys.path)  # the modules that this process would import, and no others
    surroundings = os.environ | {"PYTHONPATH": path, "PYTHONHASHSEED": hash_seed}
    done = subprocess.run(command, capture_output=True, text=True, env=surroundings, timeout=900, check=False)
    assert (folder / "record.json").is_file(), done.stderr
    return folder, done.returncode


def here(folder: Path, *options: str | Path) -> tuple[Path, int]:
    """The same in this process, where a process is not what is tested: a sixth of the time."""
    return folder, execute(["run", "--out", str(folder), *map(str, options)])


def content(folder: Path) -> dict[str, bytes]:
    """Every file that must be equal, by its path."""
    files = [path for name in EQUAL for path in (folder / name, *(folder / name).rglob("*")) if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def judgements(folder: Path) -> list[tuple[str, str, str, str]]:
    """(scenario, check, verdict, reason code) of all checks."""
    record: dict[str, Any] = json.loads((folder / "record.json").read_text())
    return [
        (scenario["id"], check["id"], check["verdict"], check["reason_code"])
        for scenario in record["scenarios"]
        for check in scenario["checks"]
    ]
