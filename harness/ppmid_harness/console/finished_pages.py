"""The pages of runs that have ended: the list, a run's report and files, a scenario's page, two runs side by side."""

from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from ppmid_harness.console import shown_runs
from ppmid_harness.console.place import Here, Place
from ppmid_harness.console.runs import Listed, url_of
from ppmid_harness.console.written import written_page
from ppmid_reports.compare import compare, requirements_first


class FinishedPages:
    """What is looked at."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def runs(self, request: Request) -> Response:  # noqa: ARG002 (as all pages are called)
        """The list of runs."""
        listed = self._place.runs.listed()
        begun, known = self._place.begun.going, {one.name for one in listed}
        waiting = [Listed(run.name, "", "being prepared", {}) for run in begun if run.name not in known]
        return self._place.page("runs.html.j2", folder=str(self._place.runs.path.absolute()), runs=[*waiting, *listed])

    def run(self, request: Request) -> Response:
        """A run by its name: its report once it has one, else how it goes on."""
        here, folder = self._place.folder_of(request)
        is_there = shown_runs.report_page(folder, "").is_file()
        return RedirectResponse(f"{here.url}{'report.html' if is_there else 'live'}", 303)

    def report(self, request: Request) -> Response:
        """The front page of a run's report."""
        here, folder = self._place.folder_of(request)
        return self._written(here, shown_runs.report_page(folder, ""))

    def page(self, request: Request) -> Response:
        """A page of the report: a scenario's is made now, from its evidence."""
        here, folder = self._place.folder_of(request)
        name = request.path_params["page"]
        if shown_runs.is_long_list(name):
            return self._written(here, shown_runs.report_page(folder, name))
        found = shown_runs.scenario_of(folder, name)
        if found is None:
            raise HTTPException(404, f"this run has no scenario {name}, or it has not ended yet")
        run, part = found
        return self._place.page("scenario_here.html.j2", here=here, run=run, part=part)

    def _written(self, here: Here, path: Path) -> Response:
        if not path.is_file():
            raise HTTPException(404, f"the run {here.name} has written no such page: ppmid-harness report makes it")
        title, content = written_page(path)
        return self._place.page("written.html.j2", here=here, title=title, content=content)

    def file(self, request: Request) -> Response:
        """A file of a run, to be saved and not shown."""
        _, folder = self._place.folder_of(request)
        path = request.path_params["path"]
        found = shown_runs.file_of(folder, path)
        if found is None:
            raise HTTPException(404, f"this run has no file {path} that is given out")
        if path.startswith(f"{shown_runs.SECRET}/") and self._place.access.token is not None:
            raise HTTPException(403, "captures hold what crossed the links, UTRNs too: they do not leave the machine")
        return FileResponse(found, media_type="application/octet-stream", filename=found.name)

    def compare(self, request: Request) -> Response:
        """Two runs side by side."""
        names = [one.name for one in self._place.runs.listed() if one.state == "finished"]
        a, b = (request.query_params.get(side, "") for side in ("a", "b"))
        found: dict[str, Any] = {"names": names, "a": a, "b": b, "result": None, "first": [], "b_url": url_of(b)}
        if a or b:
            folders = [self._place.runs.find(name) for name in (a, b)]
            if None in folders:
                raise HTTPException(404, "one of these runs is not here")
            before, after = (shown_runs.record_of(folder) for folder in folders if folder is not None)
            result = compare(before, after)
            found |= {"result": result, "first": requirements_first(result["verdicts"])}
        return self._place.page("compare.html.j2", **found)
