"""One target, fed for some time or so many inputs; what it raised, and the inputs that made it."""

import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path

from fuzz.mutation import inputs
from fuzz.targets import Target

CORPUS = Path(__file__).parent / "corpus"
SLOWEST = 5.0
"""Seconds that one input may take, on however busy a machine."""


class TooSlow(Exception):
    """An input took longer than SLOWEST."""


@dataclass(frozen=True)
class Finding:
    """An exception that no decoder may raise: its type, where it came from, what it says, and the input."""

    kind: str
    place: str
    text: str
    data: bytes

    @property
    def name(self) -> str:
        """The name of its file in the corpus."""
        return f"{self.kind}-{sha256(self.data).hexdigest()[:12]}"


@dataclass(frozen=True)
class Outcome:
    """What came of a target: how often it ran, and one finding for each kind and place."""

    target: str
    executions: int
    seconds: float
    findings: tuple[Finding, ...]


def try_one(run: Callable[[bytes], None], data: bytes) -> Finding | None:
    """Give one input to a target; the finding that it makes."""
    began = time.perf_counter()
    try:
        run(data)
        if time.perf_counter() - began > SLOWEST:
            raise TooSlow(f"{len(data)} octets took over {SLOWEST} seconds")
    except Exception as problem:  # noqa: BLE001 - whatever is raised is the result here
        last = traceback.extract_tb(problem.__traceback__)[-1]
        return Finding(type(problem).__name__, f"{Path(last.filename).name}:{last.lineno}", str(problem)[:200], data)
    return None


def fuzz(target: Target, seed: int, seconds: float, executions: int | None = None) -> Outcome:
    """Mutate the target's seeds for ``seconds``, or for so many executions; the same inputs for the same ``seed``."""
    found: dict[tuple[str, str], Finding] = {}
    seeds = target.seeds()
    began = time.perf_counter()
    done = 0
    for data in islice(inputs(seeds, seed), executions):
        if executions is None and time.perf_counter() - began >= seconds:
            break
        finding = try_one(target.run, data)
        done += 1
        if finding is not None:
            known = found.setdefault((finding.kind, finding.place), finding)
            if len(data) < len(known.data):
                found[finding.kind, finding.place] = finding
    return Outcome(target.name, done, time.perf_counter() - began, tuple(found.values()))


def keep(target: str, finding: Finding, corpus: Path = CORPUS) -> Path:
    """Write the input of a finding into the corpus; the file that holds it."""
    folder = corpus / target
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / finding.name
    file.write_bytes(finding.data)
    return file


def kept(target: str, corpus: Path = CORPUS) -> Iterator[Path]:
    """The inputs of findings, past and present, of a target."""
    folder = corpus / target
    if folder.is_dir():
        yield from sorted(folder.iterdir())
