"""The pages of the history: devices, trends, flaky scenarios, and the statement of conformance of a class of devices.

They ask what ``ppmid-harness history`` asks, of the database that ``--db`` names, and write nothing into it.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ppmid_bench.errors import BadInput
from ppmid_bench.evidence import digest
from ppmid_harness.console.place import Place
from ppmid_harness.console.runs import url_of
from ppmid_harness.run_folder import RECORD
from ppmid_reports.bundle.writing import BUNDLE

if TYPE_CHECKING:
    from ppmid_reports.history.rows import Run

Answer = TypeVar("Answer")

MOST = 200
"""How many rows of a list a page has; those that say most come first, and the page says how many there are."""


class HistoryPages:
    """What runs say together."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def overview(self, request: Request) -> Response:  # noqa: ARG002 (as all pages are called)
        """Devices, what changed, what is flaky."""
        from ppmid_reports.history import questions
        from ppmid_reports.history.database import reading

        with reading(self._db()) as session:
            runs, devices = questions.runs(session), questions.devices(session)
            trends, flaky = questions.scenario_trends(session), questions.flaky_scenarios(session)
            names = questions.scenario_names(session)
        newest = {run.device.id: run for run in reversed(runs)}
        changed = [one for one in trends if one.changes]
        return self._place.page(
            "history.html.j2",
            devices=[(one, newest.get(one.id), sum(run.device.id == one.id for run in runs)) for one in devices],
            classes=sorted({one.role for one in devices}),
            changed=changed[:MOST],
            changes=len(changed),
            followed=len(trends),
            again=sum(one.runs > 1 for one in trends),
            flaky=flaky[:MOST],
            flaky_all=len(flaky),
            names=names,
        )

    def device(self, request: Request) -> Response:
        """One device with its runs and answers."""
        from ppmid_reports.history import questions
        from ppmid_reports.history.database import reading

        number = request.path_params["id"]
        with reading(self._db()) as session:
            found = _or_missing(lambda: questions.device(session, number))
        return self._place.page(
            "history_device.html.j2", found=found, runs=found.runs[:MOST], urls=self._urls(found.runs[:MOST])
        )

    def scenario(self, request: Request) -> Response:
        """One scenario, run by run, with its measured values."""
        from ppmid_reports.history import questions
        from ppmid_reports.history.database import reading

        id = request.path_params["id"]
        with reading(self._db()) as session:
            points = _or_missing(lambda: questions.scenario_points(session, id))
            name = questions.scenario_names(session, id)[id]
            runs = {run.id: run for run in questions.runs(session)}
        shown = list(reversed(points))[:MOST]
        urls = self._urls(runs[point.outcome.run] for point in shown)
        return self._place.page("history_scenario.html.j2", id=id, name=name, points=shown, all=len(points), urls=urls)

    def statement(self, request: Request) -> Response:
        """The statement of conformance of a class of devices."""
        from ppmid_reports.history import questions
        from ppmid_reports.history.database import reading

        asked = {name: request.query_params.get(name, "").strip() for name in ("class", "suite", "firmware", "kind")}
        with reading(self._db()) as session:
            classes = sorted({one.role for one in questions.devices(session)})
            chosen = asked.pop("class") or next(iter(classes), "")
            found = _or_missing(lambda: questions.statement_of(session, chosen, **asked)) if chosen else None
        return self._place.page(
            "history_statement.html.j2", found=found, classes=classes, chosen=chosen, asked=asked, part=_PARTS
        )

    def _db(self) -> str:
        if self._place.history is None:
            raise HTTPException(404, "this console was started without a history: --db")
        return self._place.history

    def _urls(self, runs: "Iterable[Run]") -> dict[int, str]:
        """Where the runs that still lie in this console's folder are shown, by their ids."""
        here, names = self._place.runs.path.resolve(), self._place.runs.names()
        found = {}
        for run in runs:
            folder = Path(run.source).parent if Path(run.source).name == BUNDLE else Path(run.source)
            if folder.parent == here and folder.name in names and _digest(folder / RECORD) == run.sha256:
                found[run.id] = url_of(folder.name)
        return found


def _digest(record: Path) -> str:
    """The SHA-256 of a record; empty where it cannot be read."""
    try:
        at = record.stat()
        return _digest_of(record, at.st_mtime_ns, at.st_size)
    except OSError:
        return ""


@lru_cache(maxsize=1024)
def _digest_of(record: Path, changed: int, size: int) -> str:  # noqa: ARG001 (another record is read anew)
    return digest(record)


def _or_missing(ask: Callable[[], Answer]) -> Answer:
    """What is asked of the history; where it does not have that, there is no such page."""
    try:
        return ask()
    except BadInput as problem:
        raise HTTPException(404, str(problem)) from problem


_PARTS = {
    "requirements": "Requirements",
    "purposes": "Test purposes",
    "threats": "Threats",
    "checks": "Checks",
}
