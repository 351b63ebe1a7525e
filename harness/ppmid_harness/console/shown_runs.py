"""What the pages of one run show: the report that it wrote, and the page of a scenario made when it is asked for."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from ppmid_bench import input_files
from ppmid_bench.scenario import file_stem
from ppmid_bench.typed import convert
from ppmid_harness.run_folder import RECORD, read_json
from ppmid_reports.html import LONG_LISTS
from ppmid_reports.record import Record, RunFacts, Scenario, Summary
from ppmid_reports.run import Environment, Run, read_run
from ppmid_reports.scenario_page import PAGES, ScenarioPage, scenario_page

FILES = ("bundle.zip", "record.json", "environment.json", "adapter-check.json", "junit.xml", "report.pdf")
FOLDERS = ("evidence", "captures", "inputs", "native")
SECRET = "captures"
"""The folder of what crossed the links, UTRNs included, with the keys that open it."""


def is_long_list(name: str) -> bool:
    """Whether a page of the report is one of its lists, and no scenario's."""
    return name in LONG_LISTS


def scenario_of(folder: Path, stem: str) -> tuple[Run, ScenarioPage] | None:
    """The page of the scenario whose files have this stem, of a run that may still go on; None where there is none.

    Raises BadInput when what it is made of cannot be read.
    """
    run = _finished(folder) if (folder / RECORD).is_file() else _unfinished(folder, stem)
    scenario = next((one for one in run.record.scenarios if file_stem(one.id) == stem), None) if run else None
    if run is None or scenario is None:
        return None
    return run, scenario_page(run, scenario, run.evidence(scenario))


def _finished(folder: Path) -> Run:
    at = (folder / RECORD).stat()
    return _read(folder, at.st_mtime_ns, at.st_size)


@lru_cache(maxsize=4)
def _read(folder: Path, changed: int, size: int) -> Run:  # noqa: ARG001 (when and how large: another record is read anew)
    """All evidence is held against the record once, and not for each page."""
    return read_run(folder)


def _unfinished(folder: Path, stem: str) -> Run | None:
    """A run under way, as far as one scenario that has ended is concerned."""
    source = folder / "partial" / f"{stem}.json"
    if stem == "run" or not _is_within(source, folder):
        return None
    entry = convert(read_json(source), Scenario, str(source), "")
    facts = read_json(folder / "partial" / "run.json")
    about = convert({"iut": "", "suite": "", **facts}, RunFacts, str(folder), "run")
    summary = Summary(planned=1, passed=0, fail=0, inconclusive=0, error=0, not_applicable=0, not_run=0)
    record = Record(schema=1, run=about, parties=[], summary=summary, scenarios=[entry], answers=[])
    return Run(folder, "under way", record, Environment(), (), {"scenarios": []})


def file_of(folder: Path, path: str) -> Path | None:
    """A file of a run that a page may link to; None for anything else, such as what only seems to lie in the folder."""
    first, *rest = path.split("/")
    allowed = (not rest and first in FILES) or (rest and first in FOLDERS)
    found = folder / path
    return found if allowed and ".." not in rest and _is_within(found, folder) else None


def _is_within(path: Path, folder: Path) -> bool:
    try:
        return path.is_file() and path.resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError):  # a name that no system takes
        return False


def record_of(folder: Path) -> Mapping[str, Any]:
    """The record of a finished run. Raises BadInput."""
    return read_json(folder / RECORD)


def report_page(folder: Path, name: str) -> Path:
    """Where a page lies that the run has written."""
    return folder / PAGES / f"{name}.html" if name else folder / "report.html"


def answers_of(folder: Path) -> Record:
    """The record as the report reads it. Raises BadInput."""
    content = input_files.document(folder / RECORD, "the record of a run")
    return convert(content, Record, str(folder / RECORD), "")
