"""The folder of one run: made anew, or taken up again where an interrupted run left it.

While a run goes on, ``partial/`` holds one file for each scenario that is finished, and what the run is made from; it
goes when the run is complete. So a run that dies loses at most the scenario it was in. A lock in it keeps a second run
out of the folder, and goes with the process that holds it.
"""

import fcntl
import json
import os
import shutil
import weakref
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from ppmid_bench import input_files
from ppmid_bench.adapter_check import result
from ppmid_bench.errors import BadInput
from ppmid_bench.judged_again import Check, judged_again
from ppmid_bench.scenario import file_stem
from ppmid_bench.typed import convert
from ppmid_bench.verdict import UNJUDGED
from ppmid_bench.which_harness import harness_version
from ppmid_devices import roles
from ppmid_harness.plan import Plan

RUNS = Path("ppmid-runs")
ADAPTER_CHECK = result.NAME
RECORD, ENVIRONMENT, NATIVE, INPUTS = "record.json", "environment.json", "native", "inputs"

_PARTIAL, _RUN, _LOCK = "partial", "run.json", "lock"


class _Entry(msgspec.Struct):
    """What makes the record of a finished scenario one that can be kept."""

    id: str
    name: str
    verdict: str
    checks: list[Check]
    evidence_sha256: str


class _Claim(msgspec.Struct):
    harness: dict[str, str]


class _Record(msgspec.Struct):
    run: dict[str, Any]
    scenarios: list[dict[str, Any]]
    certificate: _Claim | None = None


class RunFolder:
    """An open run folder. ``kept`` holds the entries of scenarios that an earlier start has finished, by id.

    Raises BadInput when another run goes on in it.
    """

    def __init__(
        self, path: Path, made_from: Mapping[str, Any], kept: Mapping[str, dict[str, Any]], worker: str = ""
    ) -> None:
        self.path = path
        self.kept = kept
        self._worker = worker
        self.native.mkdir(parents=True, exist_ok=True)
        self._partial.mkdir(exist_ok=True)
        self.close: Callable[[], object] = lambda: None
        """Let others into the folder: this run is over, or goes no further."""
        if not worker:
            self.close = weakref.finalize(self, os.close, _locked(self._partial / _LOCK, path))
            write_json(self._partial / _RUN, made_from)

    @classmethod
    def shared(cls, path: Path, number: int) -> "RunFolder":
        """The folder of a run that is open, as its worker of this number writes into it."""
        return cls(path, {}, {}, f"worker-{number}")

    @property
    def native(self) -> Path:
        """Where the runner's own output goes."""
        return self.path / NATIVE / self._worker

    @property
    def _partial(self) -> Path:
        return self.path / _PARTIAL

    def keep(self, entry: Mapping[str, Any]) -> None:
        """Put down the entry of a finished scenario at once; in one line, which is written in a tenth of the time."""
        write_json(self._partial / f"{file_stem(entry['id'])}.json", entry, indent=None)

    def keep_inputs(self, inputs: Mapping[str, str]) -> None:
        """Put down what the run was made of: bench file, declaration, features."""
        for name, text in inputs.items():
            path = self.path / INPUTS / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")

    def discard(self) -> None:
        """Remove the folder: nothing was run."""
        shutil.rmtree(self.path)

    def complete(self) -> None:
        """The record is written: nothing partial remains."""
        shutil.rmtree(self._partial)


def _locked(lock: Path, folder: Path) -> int:
    """An open file that is ours alone as long as it is open."""
    file = os.open(lock, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        raise BadInput(str(folder), "", "a folder in which no run goes on", "one in which a run goes on now") from None
    return file


def open_run_folder(out: Path | None, plan: Plan, *, resume: bool) -> RunFolder:
    """Make the folder of a run, at ``out`` or under ``ppmid-runs/``. Raises BadInput."""
    if resume and out is None:
        raise BadInput("--resume", "", "--out with the folder of the run to be resumed", "none")
    made_from = {
        "seed": plan.seed,
        "mode": plan.mode,
        "suite": plan.suite,
        "profile": plan.profile,
        "time": plan.bench.time,
        "harness": harness_version()["sha256"] if plan.mode == "certification" else "",
    }
    path = out or RUNS / f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{plan.suite[:8]}"
    try:
        path.mkdir(parents=True, exist_ok=True)
        used = any(path.iterdir())
        if used and not resume:
            raise BadInput(str(path), "", "a new or empty folder, or --resume", "a folder that is not empty")
        folder = RunFolder(path, made_from, _kept(path, plan, made_from) if used else {})
        if not used and (path / RECORD).exists():  # written since by another run, which was as quick as this one
            folder.close()
            raise BadInput(str(path), "", "a new or empty folder", "the record of another run")
        return folder
    except OSError as problem:
        raise BadInput(str(path), "", "a folder that can be written", problem.strerror or str(problem)) from problem


def _kept(path: Path, plan: Plan, made_from: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The entries of the scenarios that are finished. Raises BadInput, also for one that its evidence does not show."""
    partial = path / _PARTIAL
    if partial.is_dir():
        run = read_json(partial / _RUN)
        entries = [read_json(file) for file in sorted(partial.glob("*.json")) if file.name != _RUN]
    else:
        record = convert(read_json(path / RECORD), _Record, str(path / RECORD), "")
        claim = record.certificate
        run, entries = record.run | {"harness": claim.harness["sha256"] if claim else ""}, record.scenarios
    for name, value in made_from.items():
        if run.get(name) != value:
            raise BadInput(str(path), name, f"a run of {value} to be resumed", str(run.get(name)))
    convert(entries, list[_Entry], str(path), "scenarios")
    to_run = {one.id: one.name for one in plan.to_run}
    kept = {entry["id"]: entry for entry in entries if entry["id"] in to_run and entry["verdict"] not in UNJUDGED}
    for id, entry in kept.items():
        _require_shown(path, entry, to_run[id], plan)
    return kept


def _require_shown(path: Path, entry: Mapping[str, Any], name: str, plan: Plan) -> None:
    """What is taken over was judged by nobody here: it is judged once more. Raises BadInput."""
    bench = plan.bench
    parties = [{"role": role, "adapter": bench.party(role).adapter} for role in roles.PARTIES]
    again = judged_again(path, entry, {"run": {"seed": plan.seed, "iut": bench.iut}, "parties": parties})
    rows = [*again.different, *again.changed, *again.sentences, *([{"name": name}] if entry["name"] != name else [])]
    if rows:
        parts = dict.fromkeys(part for row in rows for part in row if part not in ("scenario", "was", "is"))
        found = f"one with another {', '.join(parts)}"
        raise BadInput(str(path), entry["id"], "the entry that its evidence shows", found)


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object in a file. Raises BadInput."""
    content = input_files.document(path, "a readable JSON file")
    if not isinstance(content, dict):
        raise BadInput(str(path), "", "a JSON object", type(content).__name__)
    return content


def write_json(path: Path, content: Mapping[str, Any], indent: int | None = 1) -> None:
    """Write a JSON object so that a reader finds all of it or nothing."""
    draft = path.with_suffix(".new")
    text = json.dumps(content, indent=indent, ensure_ascii=False) + "\n"
    draft.write_text(text, encoding="utf-8", errors="backslashreplace")  # a lone surrogate becomes its JSON escape
    draft.replace(path)
