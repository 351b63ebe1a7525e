"""The same targets under atheris, which goes on from the inputs that reach new code (Linux; extra ``fuzz``).

atheris ends its process when it is done, so each target has one of its own: module ``under_atheris``.
"""

import importlib.util
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from fuzz.run import Finding, Outcome, try_one
from fuzz.targets import Target

_EXECUTIONS = re.compile(r"stat::number_of_executed_units:\s*(\d+)")


def available() -> bool:
    """Whether atheris is installed."""
    return importlib.util.find_spec("atheris") is not None


def fuzz(target: Target, seed: int, seconds: float) -> Outcome:
    """Run one target in a process of its own; atheris stops at its first finding."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        folder, found = Path(name) / "inputs", Path(name) / "found"
        folder.mkdir()
        found.mkdir()
        for number, data in enumerate(target.seeds()):
            (folder / f"seed-{number}").write_bytes(data)
        options = [f"-max_total_time={max(1, round(seconds))}", f"-seed={seed}", "-print_final_stats=1", "-timeout=5"]
        options += ["-max_len=4096", "-rss_limit_mb=2048", f"-artifact_prefix={found}/"]
        command = [sys.executable, "-m", "fuzz.under_atheris", target.name, *options, str(folder)]
        run = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        findings = tuple(_again(target, file) for file in sorted(found.iterdir()))
    counted = _EXECUTIONS.search(run.stderr)
    if run.returncode and not findings:
        last = run.stderr.strip().splitlines()[-1:] or ["no output"]
        findings = (Finding("Failed", "atheris", last[0], b""),)
    return Outcome(target.name, int(counted[1]) if counted else 0, time.perf_counter() - began, findings)


def _again(target: Target, file: Path) -> Finding:
    """The finding of an input that atheris kept, told as our own loop tells it."""
    data = file.read_bytes()
    return try_one(target.run, data) or Finding("Resources", file.name, "too long, or too much memory", data)
