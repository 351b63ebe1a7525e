"""Which address of the console gives which page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from ppmid_bench.errors import BadInput, HarnessFault
from ppmid_harness.console import decisions, live, pages, shown_runs
from ppmid_harness.console.access import Access, Guarded
from ppmid_harness.console.begun import Begun
from ppmid_harness.console.forms import Form, WrongForm, read_form
from ppmid_harness.console.offers import RUNNERS, chosen, offers
from ppmid_harness.console.runs import Listed, RunsFolder, tally_of, url_of
from ppmid_harness.console.written import written_page
from ppmid_reports.compare import compare, requirements_first
from ppmid_reports.words import span

_NANOSECONDS = 1_000_000_000
_FIELDS = ("tags", "seed", "bench", "ics", "runner")


@dataclass(frozen=True, slots=True)
class Here:
    """The run whose page it is."""

    name: str
    url: str


class Console:
    """The pages over one folder of runs. ``folder``: where bench files, declarations and features are looked for."""

    def __init__(
        self,
        runs: Path,
        folder: Path,
        access: Access,
        key: Ed25519PrivateKey | None,
        fault: Callable[[Exception], None],
    ) -> None:
        self._fault = fault
        self.begun = Begun(runs, folder)
        self.is_over: Callable[[], bool] = lambda: False
        self._runs, self._folder, self._access, self._key = RunsFolder(runs), folder, access, key

    def app(self) -> ASGIApp:
        """The application, behind its access."""
        gets = {
            "/": self.runs,
            "/enter": self.enter,
            "/static/console.js": self.script,
            "/compare": self.compare,
            "/start": self.start,
            "/runs/{name}/": self.run,
            "/runs/{name}/report.html": self.report,
            "/runs/{name}/report/{page}.html": self.page,
            "/runs/{name}/live": self.live,
            "/runs/{name}/events": self.events,
            "/runs/{name}/decisions": self.decisions,
            "/runs/{name}/{path:path}": self.file,
        }
        posts = {
            "/enter": self.let_in,
            "/start": self.begin,
            "/runs/{name}/stop": self.stop,
            "/runs/{name}/answer": self.answer,
            "/runs/{name}/decisions": self.decide,
            "/runs/{name}/sign": self.sign,
        }
        taken = [Route(path, self._taking(action), methods=["POST"]) for path, action in posts.items()]
        routes = [*taken, *(Route(path, page) for path, page in gets.items())]
        errors: dict[Any, Any] = {
            BadInput: _unusable,
            HarnessFault: _unusable,
            WrongForm: _refused,
            HTTPException: _missing,
            Exception: _broken,
        }
        return Guarded(Starlette(routes=routes, exception_handlers=errors), self._access, pages.policy(), self._fault)

    def _taking(self, action: Callable[[Request, Form], Response]) -> Callable[[Request], Any]:
        async def take(request: Request) -> Response:
            form = await read_form(request, self._access)
            return await run_in_threadpool(action, request, form)

        return take

    def _page(self, template: str, **found: Any) -> HTMLResponse:
        return HTMLResponse(pages.fill(template, **{"here": None, "form": self._access.form, **found}))

    def _folder_of(self, request: Request) -> tuple[Here, Path]:
        """The run that an address names. Raises HTTPException."""
        name = request.path_params["name"]
        folder = self._runs.find(name)
        if folder is None:
            raise HTTPException(404, f"there is no run {name} here")
        return Here(name, url_of(name)), folder

    # What is looked at

    def runs(self, request: Request) -> Response:  # noqa: ARG002 (as all pages are called)
        """The list of runs."""
        listed = self._runs.listed()
        known = {one.name for one in listed}
        waiting = [Listed(run.name, "", "being prepared", {}) for run in self.begun.going if run.name not in known]
        return self._page("runs.html.j2", folder=str(self._runs.path.absolute()), runs=[*waiting, *listed])

    def script(self, request: Request) -> Response:  # noqa: ARG002
        """Our script."""
        return Response(pages.script(), media_type="text/javascript")

    def run(self, request: Request) -> Response:
        """A run by its name: its report once it has one, else how it goes on."""
        here, folder = self._folder_of(request)
        is_there = shown_runs.report_page(folder, "").is_file()
        return RedirectResponse(f"{here.url}{'report.html' if is_there else 'live'}", 303)

    def report(self, request: Request) -> Response:
        """The front page of a run's report."""
        here, folder = self._folder_of(request)
        return self._written(here, shown_runs.report_page(folder, ""))

    def page(self, request: Request) -> Response:
        """A page of the report: a scenario's is made now, from its evidence."""
        here, folder = self._folder_of(request)
        name = request.path_params["page"]
        if shown_runs.is_long_list(name):
            return self._written(here, shown_runs.report_page(folder, name))
        found = shown_runs.scenario_of(folder, name)
        if found is None:
            raise HTTPException(404, f"this run has no scenario {name}, or it has not ended yet")
        run, part = found
        return self._page("scenario_here.html.j2", here=here, run=run, part=part)

    def _written(self, here: Here, path: Path) -> Response:
        if not path.is_file():
            raise HTTPException(404, f"the run {here.name} has written no such page: ppmid-harness report makes it")
        title, content = written_page(path)
        return self._page("written.html.j2", here=here, title=title, content=content)

    def file(self, request: Request) -> Response:
        """A file of a run, to be saved and not shown."""
        _, folder = self._folder_of(request)
        path = request.path_params["path"]
        found = shown_runs.file_of(folder, path)
        if found is None:
            raise HTTPException(404, f"this run has no file {path} that is given out")
        if path.startswith(f"{shown_runs.SECRET}/") and self._access.token is not None:
            raise HTTPException(403, "captures hold what crossed the links, UTRNs too: they do not leave the machine")
        return FileResponse(found, media_type="application/octet-stream", filename=found.name)

    def compare(self, request: Request) -> Response:
        """Two runs side by side."""
        names = [one.name for one in self._runs.listed() if one.state == "finished"]
        a, b = (request.query_params.get(side, "") for side in ("a", "b"))
        found: dict[str, Any] = {"names": names, "a": a, "b": b, "result": None, "first": [], "b_url": url_of(b)}
        if a or b:
            folders = [self._runs.find(name) for name in (a, b)]
            if None in folders:
                raise HTTPException(404, "one of these runs is not here")
            before, after = (shown_runs.record_of(folder) for folder in folders if folder is not None)
            result = compare(before, after)
            found |= {"result": result, "first": requirements_first(result["verdicts"])}
        return self._page("compare.html.j2", **found)

    # Runs that go on

    def start(self, request: Request) -> Response:
        """The form that begins a run."""
        return self._start_page({name: request.query_params.get(name, "") for name in _FIELDS}, [])

    def _start_page(self, given: Mapping[str, Any], features: list[str], problem: str = "") -> HTMLResponse:
        return self._page(
            "start.html.j2",
            offered=offers(self._folder),
            given={**given, "features": features},
            runners=RUNNERS,
            folder=str(self._folder),
            problem=problem,
        )

    def begin(self, request: Request, form: Form) -> Response:  # noqa: ARG002
        """Begin a run."""
        try:
            options, runner = chosen(form, offers(self._folder))
        except BadInput as problem:
            given = {name: form.get(name, [""])[-1] for name in _FIELDS}
            page = self._start_page(given, form.get("features", []), str(problem))
            page.status_code = 400
            return page
        return RedirectResponse(f"{url_of(self.begun.begin(options, runner).name)}live", 303)

    def live(self, request: Request) -> Response:
        """How a run goes on."""
        name = request.path_params["name"]
        begun, folder = self.begun.get(name), self._runs.find(name)
        if begun is None and folder is None:
            raise HTTPException(404, f"there is no run {name} here")
        tally, at = tally_of(self._runs.path / name)
        now = live.situation(begun, tally)
        asked = begun.desk.asked if begun else None
        here = Here(name, url_of(name))
        return self._page(
            "live.html.j2",
            here=here,
            tally=tally,
            state=live.in_words(begun, tally),
            left=span(tally.left_s * _NANOSECONDS) if tally.left_s else "",
            told=begun.told if begun and not begun.is_going else "",
            going=now.going and not now.over,
            follow=now.going or (begun is None and not now.over),
            asked=asked,
            question=asked.text if asked else "",
            left_s=begun.desk.left_s(asked) if begun and asked else 0,
            events=f"{here.url}events?from={at}&known={quote(str(now))}",
        )

    async def events(self, request: Request) -> Response:
        """The events of a run, for the page's script."""
        name = request.path_params["name"]
        begun, folder = self.begun.get(name), await run_in_threadpool(self._runs.find, name)
        if begun is None and folder is None:
            raise HTTPException(404, f"there is no run {name} here")
        at = request.headers.get("last-event-id") or request.query_params.get("from", "")
        told = live.stream(
            self._runs.path / name,
            int(at) if at.isascii() and at.isdecimal() else 0,
            request.query_params.get("known", ""),
            begun,
            self.is_over,
        )
        return StreamingResponse(told, media_type="text/event-stream")

    def stop(self, request: Request, form: Form) -> Response:  # noqa: ARG002
        """Stop a run that the console has begun."""
        begun = self.begun.get(request.path_params["name"])
        if begun is None:
            raise HTTPException(404, "this console has not begun that run")
        begun.stop()
        return RedirectResponse(f"{url_of(begun.name)}live", 303)

    def answer(self, request: Request, form: Form) -> Response:
        """Answer what an operator is asked."""
        begun = self.begun.get(request.path_params["name"])
        number, said = (form.get(name, [""])[-1].strip() for name in ("number", "said"))
        if begun is None or not begun.desk.answer(int(number) if number.isdecimal() else 0, said):
            raise HTTPException(404, "nobody waits for this answer any more")
        return RedirectResponse(f"{url_of(begun.name)}live", 303)

    # Decisions

    def decisions(self, request: Request) -> Response:
        """What people decided of a run's answers."""
        here, folder = self._folder_of(request)
        return self._decisions_page(here, folder, request.query_params.get("name", ""))

    def _decisions_page(self, here: Here, folder: Path, name: str, problem: str = "") -> HTMLResponse:
        found = decisions.decisions(folder)
        return self._page(
            "decisions.html.j2",
            here=here,
            approvals=found.approvals,
            answers=found.answers,
            decided=found.decided,
            signature=found.signature,
            can_sign=self._key is not None,
            name=name,
            problem=problem,
        )

    def decide(self, request: Request, form: Form) -> Response:
        """Put decisions down."""
        here, folder = self._folder_of(request)
        name = form.get("name", [""])[-1].strip()
        try:
            decisions.put_down(folder, form)
        except BadInput as problem:
            page = self._decisions_page(here, folder, name, str(problem))
            page.status_code = 400
            return page
        return RedirectResponse(f"{here.url}decisions?name={quote(name)}", 303)

    def sign(self, request: Request, form: Form) -> Response:  # noqa: ARG002
        """Sign the decisions with the console's key."""
        here, folder = self._folder_of(request)
        if self._key is None:
            raise HTTPException(403, "this console was started without a key: --sign")
        decisions.sign(folder, self._key)
        return RedirectResponse(f"{here.url}decisions", 303)

    # The token

    def enter(self, request: Request) -> Response:  # noqa: ARG002
        """Where the token is asked for."""
        return self._page("enter.html.j2", wrong=False) if self._access.token else RedirectResponse("/", 303)

    def let_in(self, request: Request, form: Form) -> Response:  # noqa: ARG002
        """Whether the token is right; then a cookie stands for it."""
        if not self._access.is_token(form.get("token", [""])[-1].strip()):
            page = self._page("enter.html.j2", wrong=True)
            page.status_code = 403
            return page
        return RedirectResponse("/", 303, headers={"set-cookie": self._access.set_cookie})


def _unusable(request: Request, problem: Exception) -> Response:  # noqa: ARG001
    return _sentence("This cannot be used", str(problem), 400)


def _refused(request: Request, problem: Exception) -> Response:  # noqa: ARG001
    return _sentence("Refused", str(problem), 403)


def _missing(request: Request, problem: Exception) -> Response:  # noqa: ARG001
    assert isinstance(problem, HTTPException)
    return _sentence("Refused" if problem.status_code == 403 else "Not here", problem.detail, problem.status_code)


def _broken(request: Request, problem: Exception) -> Response:  # noqa: ARG001
    return _sentence("A fault of the harness", f"{type(problem).__name__}: {problem}", 500)


def _sentence(heading: str, sentence: str, status: int) -> Response:
    return HTMLResponse(pages.fill("sentence.html.j2", here=None, heading=heading, sentence=sentence), status)
