"""The folder of runs: which there are, and what of each stands in the list."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

import msgspec

from ppmid_bench import input_files
from ppmid_bench.errors import BadInput
from ppmid_bench.typed import convert
from ppmid_harness.progress import PROGRESS, read_event
from ppmid_harness.run_folder import ENVIRONMENT, RECORD
from ppmid_harness.tally import Tally
from ppmid_reports.record import Party, RunFacts, Summary
from ppmid_reports.run import Environment

_LONGEST_LINE = 1 << 20


class _Head(msgspec.Struct, frozen=True):
    """What the list takes of a record; its scenarios are passed over."""

    run: RunFacts
    parties: list[Party]
    summary: Summary


@dataclass(frozen=True, slots=True)
class Listed:
    """A run in the list. ``when``: its time in ISO 8601, the newest first; ``problem``: why the rest is not known."""

    name: str
    when: str
    state: str
    counts: Mapping[str, int]
    device: str = ""
    mode: str = ""
    seed: int | None = None
    kind: str = ""
    problem: str = ""

    @property
    def url(self) -> str:
        """The address of its pages, with a stroke at its end."""
        return url_of(self.name)


def url_of(name: str) -> str:
    """The address of a run's pages."""
    return f"/runs/{quote(name, safe='')}/"


class RunsFolder:
    """The runs below one folder. A run is known by its name there, and by nothing else."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def names(self) -> list[str]:
        """The names of all runs. Raises BadInput when the folder cannot be read."""
        try:
            found = [one.name for one in self.path.iterdir() if one.is_dir() and _is_run(one)]
        except FileNotFoundError:  # the first run makes it
            return []
        except OSError as problem:
            raise BadInput(str(self.path), "", "a folder of runs", problem.strerror or str(problem)) from problem
        return sorted(name for name in found if _can_be_said(name))

    def find(self, name: str) -> Path | None:
        """The folder of the run of this name; None where there is none."""
        return self.path / name if name in self.names() else None

    def listed(self) -> list[Listed]:
        """Every run, the newest first. Raises BadInput when the folder cannot be read."""
        return sorted((_listed(self.path / name) for name in self.names()), key=lambda one: one.when, reverse=True)


def _is_run(folder: Path) -> bool:
    return any((folder / name).is_file() for name in (RECORD, PROGRESS))


def _can_be_said(name: str) -> bool:
    """Whether a name can stand in an address."""
    return name.isprintable() and name not in (".", "..")


def _listed(folder: Path) -> Listed:
    try:
        if (folder / RECORD).is_file():
            return _finished(folder)
        return _under_way(folder)
    except BadInput as problem:
        return Listed(folder.name, "", "unreadable", {}, problem=str(problem))


def _finished(folder: Path) -> Listed:
    at = (folder / RECORD).stat()
    head = _head(folder / RECORD, at.st_mtime_ns, at.st_size)
    content = input_files.document(folder / ENVIRONMENT, "the environment of a run")
    environment = convert(content, Environment, str(folder / ENVIRONMENT), "")
    return Listed(
        folder.name,
        environment.started,
        "broken off" if environment.fault else "finished",
        head.summary.by_verdict(),
        head.run.device,
        head.run.mode,
        head.run.seed,
        ", ".join(sorted({one.kind for one in head.parties})),
    )


@lru_cache(maxsize=1000)
def _head(path: Path, changed: int, size: int) -> _Head:  # noqa: ARG001 (when and how large: another file is read anew)
    try:
        return msgspec.json.decode(input_files.octets(path, "the record of a run"), type=_Head)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise BadInput(str(path), "", "the record of a run", str(problem)) from problem


def _under_way(folder: Path) -> Listed:
    tally, _ = tally_of(folder)
    began = tally.began
    state = "finished without a record" if tally.over else "under way, or ended without a word"
    if began is None:
        return Listed(folder.name, "", state, tally.counts)
    return Listed(folder.name, began.at, state, tally.counts, began.device, began.mode, began.seed)


def tally_of(folder: Path) -> tuple[Tally, int]:
    """What the progress of a run comes to so far, and to which octet of the file. Raises BadInput."""
    tally, at = Tally(), 0
    for line in events_from(folder, 0):
        tally.take(read_event(line, str(folder / PROGRESS)))
        at += len(line)
    return tally, at


def events_from(folder: Path, at: int) -> Iterator[bytes]:
    """The whole lines of a run's progress from this octet on. Raises BadInput when it is there and cannot be read."""
    path = folder / PROGRESS
    if not path.is_file():
        return
    try:
        with path.open("rb") as file:
            file.seek(at)
            while (line := file.readline(_LONGEST_LINE)).endswith(b"\n"):
                yield line
    except OSError as problem:
        raise BadInput(str(path), "", "the progress of a run", problem.strerror or str(problem)) from problem


def readable(line: bytes) -> str:
    """A line of progress for a page's script: the same JSON in ASCII. Raises BadInput when it is no event."""
    event = read_event(line, PROGRESS)
    return json.dumps(msgspec.to_builtins(event))
