"""Runs of the vendor's example beside one another: each has a folder, certificates, and a PPMID in a process."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from waiting_wall import LONG_S

from ppmid_harness.cli import execute

EXAMPLE = Path(__file__).parents[2] / "examples" / "vendor_ppmid"
_HARNESS = (sys.executable, "-m", "ppmid_harness")
PATIENCE_S = 15
"""For how long the example waits for the meter here: half the minute that it declares is more than a test has."""


class Lane:
    """One of them."""

    def __init__(self, folder: Path, only: Sequence[str], features: Sequence[Path] = ()) -> None:
        self.folder = folder
        self.record: dict[str, Any] = {}
        folder.mkdir(parents=True)
        for name in ("bench.toml", "ics.toml"):
            (folder / name).write_bytes((EXAMPLE / name).read_bytes())
        assert execute(["certificates", str(folder / "tls"), "--bench-id", "vendor-example"]) == 0
        at = ("--sheets", "sheets", "--tls", "tls", "--state", "state.json", "--esme-answer-s", str(PATIENCE_S))
        environment = {**os.environ, "PYTHONPATH": str(EXAMPLE)}
        self.said = folder / "device.log"
        with open(self.said, "wb") as log:
            self._device = subprocess.Popen(
                (sys.executable, "-m", "vendor_ppmid", *at), cwd=folder, env=environment, stderr=log
            )
        wanted = ["--bench", "bench.toml", "--ics", "ics.toml", "--out", "run"]
        wanted += [part for scenario in only for part in ("--only", scenario)]
        with open(folder / "run.log", "wb") as log:
            self._run = subprocess.Popen(
                (*_HARNESS, "run", *map(str, features), *wanted),
                cwd=folder,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def wait(self, seconds: float) -> None:
        """Wait for the end of the run, for its ``record``, and end the PPMID."""
        try:
            self._run.wait(seconds)
        finally:
            self.close()
        self.record = json.loads((self.folder / "run" / "record.json").read_bytes())

    def close(self) -> None:
        """End both processes."""
        for process in (self._run, self._device):
            if process.poll() is None:
                process.terminate()
                process.wait(LONG_S)
