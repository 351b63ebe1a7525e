"""A run folder as the reports read it: record, environment and evidence, checked on the way in."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec

from ppmid_bench import input_files
from ppmid_bench.errors import BadInput
from ppmid_bench.evidence import Log, digest, read_log
from ppmid_bench.rejudge import read_record
from ppmid_bench.typed import convert
from ppmid_bench.verdict import UNJUDGED
from ppmid_reports.record import Record, Scenario
from ppmid_reports.words import label, since


class WhichHarness(msgspec.Struct, frozen=True):
    """Which harness ran. ``of``: what its hash is of; ``altered``: files of the wheel that are not as it has them."""

    version: str
    sha256: str
    of: str
    altered: list[str] = []


class Environment(msgspec.Struct, frozen=True):
    """``environment.json``. ``fault`` is a sentence when the run itself broke."""

    schema: Literal[1] = 1
    started: str = ""
    ended: str = ""
    runner: str = ""
    host: str = ""
    platform: str = ""
    python: str = ""
    versions: dict[str, str] = {}
    argv: list[str] = []
    fault: str = ""
    which_harness: WhichHarness | None = msgspec.field(name="harness", default=None)

    @property
    def harness(self) -> str:
        """The version of the harness."""
        return self.versions.get("ppmid-harness", "unknown")


class Home(msgspec.Struct, frozen=True):
    """What the first line of evidence says of home and bench, as far as reports need it."""

    parties: dict[str, str]
    limits: dict[str, float]
    uncertainty: int
    points: list[str] = []


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence of one scenario."""

    log: Log
    home: Home


@dataclass(frozen=True, slots=True)
class Run:
    """A whole run folder. ``faults`` say why the run itself is in error; a sound run has none.

    ``content``: the record as it stands in its file, for who judges from all of it. ``id`` is made from record and
    environment, so it is another one for every run.
    """

    folder: Path
    id: str
    record: Record
    environment: Environment
    faults: tuple[str, ...]
    content: Mapping[str, Any]

    @property
    def record_sha256(self) -> str:
        """The SHA-256 of ``record.json``, in hex: what ties a report, on paper too, to what it is made of."""
        return digest(self.folder / "record.json")

    def evidence(self, scenario: Scenario) -> Evidence | None:
        """The evidence of one scenario, read anew each time: a run has more of it than memory. None without any.

        Where its file is gone there is none; ``faults`` says so. Raises BadInput.
        """
        path = self.folder / scenario.evidence_path
        return _read_evidence(path) if scenario.evidence_sha256 and path.is_file() else None

    def logs(self) -> Iterator[Log]:
        """The evidence logs of all scenarios, one after the other. Raises BadInput."""
        for scenario in self.record.scenarios:
            found = self.evidence(scenario)
            if found is not None:
                yield found.log


def read_run(folder: Path) -> Run:
    """Read a run folder, but for its evidence. Raises BadInput."""
    record_file, environment_file = folder / "record.json", folder / "environment.json"
    content = read_record(folder)
    record = convert(content, Record, str(record_file), "")
    surroundings = input_files.document(environment_file, "the environment of a run")
    environment = convert(surroundings, Environment, str(environment_file), "")
    whole = hashlib.sha256(record_file.read_bytes() + environment_file.read_bytes()).hexdigest()
    faults = (*_faults(record, environment), *_foreign(folder, record))
    return Run(folder, whole[:12], record, environment, faults, content)


def _read_evidence(path: Path) -> Evidence:
    log = read_log(path)
    home = convert(dict(log.home), Home, str(path), "line 1, fields")
    for entry in log:
        try:
            since(entry.t - log.entries[0].t)
            label(entry)
        except (KeyError, TypeError, ValueError, AttributeError) as problem:
            raise BadInput(
                str(path),
                f"line {entry.n + 1}",
                f"the fields of a {entry.what}",
                f"{type(problem).__name__}: {problem}",
            ) from problem
    return Evidence(log, home)


def _faults(record: Record, environment: Environment) -> list[str]:
    found = [environment.fault] if environment.fault else []
    if not record.scenarios:
        return [*found, "the run has no scenarios"]
    verdicts = Counter(scenario.verdict for scenario in record.scenarios)
    counts = record.summary.by_verdict()
    if {name: number for name, number in counts.items() if number} != verdicts:
        found.append("the record's counts are not those of its scenarios")
    if sum(counts.values()) != record.summary.planned:
        found.append(
            f"{record.summary.planned} scenarios were planned, and the counts add up to {sum(counts.values())}"
        )
    if all(verdict in UNJUDGED for verdict in verdicts):
        found.append("nothing was judged")
    twice = [id for id, number in Counter(scenario.id for scenario in record.scenarios).items() if number > 1]
    return [*found, *(f"the record has {id} more than once" for id in twice)]


def _foreign(folder: Path, record: Record) -> Iterator[str]:
    """The evidence files that are not the ones that were recorded."""
    for scenario in record.scenarios:
        path = folder / scenario.evidence_path
        if scenario.evidence_sha256 and not path.is_file():
            yield f"{scenario.evidence_path} is not there"
        elif scenario.evidence_sha256 and digest(path) != scenario.evidence_sha256:
            yield f"{scenario.evidence_path} is not the file that was recorded"
