"""Robot Framework over the acceptance suite, in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from ppmid_bench.errors import BadInput, HarnessFault
from ppmid_harness.acceptance.suite import SUITE, suite

LOG = "robot.log"


def run_suite(folder: Path, runs: Sequence[Path], approvals: Sequence[Path] | None, trust: Path | None) -> str:
    """Write the suite into a folder that is there, and have Robot run it; gives the line of Robot's counts.

    ``log.html``, ``report.html``, ``output.xml`` and ``robot.log`` are put beside it. A requirement that is refuted is
    a test that fails, and no fault. Raises BadInput for a path that cannot be listed, HarnessFault when Robot breaks.
    """
    (folder / SUITE).write_text(suite(), encoding="utf-8", newline="\n")
    given = {
        "BUNDLES": _listed(runs),
        "APPROVALS": _listed(approvals or ()),
        "TRUST": _listed([trust] if trust else ()),
    }
    variables = [word for name, value in given.items() for word in ("--variable", f"{name}:{value}")]
    options = ["--nostatusrc", "--consolecolors", "off", "--tagstatexclude", "REQ-*", "--outputdir", str(folder)]
    command = [sys.executable, "-m", "robot", *options]
    with (folder / LOG).open("w", encoding="utf-8") as log:
        done = subprocess.run([*command, *variables, str(folder / SUITE)], stdout=log, stderr=log, check=False)
    said = (folder / LOG).read_text(encoding="utf-8", errors="backslashreplace").splitlines()
    if done.returncode:
        raise HarnessFault(f"Robot Framework ended with {done.returncode}: {said[-1] if said else 'without a word'}")
    return next((line for line in reversed(said) if " test" in line and "passed" in line), "")


def _listed(paths: Sequence[Path]) -> str:
    for path in paths:
        if os.pathsep in str(path):
            raise BadInput(str(path), "", f"a path without “{os.pathsep}”, by which Robot's variable separates them")
    return os.pathsep.join(str(path.resolve()) for path in paths)
