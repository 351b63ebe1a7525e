"""Which address of the console gives which page."""

from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from ppmid_bench.errors import BadInput, HarnessFault
from ppmid_harness.console import pages
from ppmid_harness.console.access import Guarded
from ppmid_harness.console.decision_pages import DecisionPages
from ppmid_harness.console.finished_pages import FinishedPages
from ppmid_harness.console.forms import Form, WrongForm, read_form
from ppmid_harness.console.going_pages import GoingPages
from ppmid_harness.console.history_pages import HistoryPages
from ppmid_harness.console.place import Place


def application(place: Place, fault: Callable[[Exception], None]) -> ASGIApp:
    """The console, behind its access. ``fault`` is told of what nobody has foreseen."""
    finished, going, deciding, door = FinishedPages(place), GoingPages(place), DecisionPages(place), _Door(place)
    history = HistoryPages(place)
    gets = {
        "/": finished.runs,
        "/enter": door.enter,
        "/static/console.js": _script,
        "/compare": finished.compare,
        "/history": history.overview,
        "/history/devices/{id:int}": history.device,
        "/history/scenario/{id:path}": history.scenario,
        "/history/statement": history.statement,
        "/start": going.start,
        "/runs/{name}/": finished.run,
        "/runs/{name}/report.html": finished.report,
        "/runs/{name}/report/{page}.html": finished.page,
        "/runs/{name}/live": going.live,
        "/runs/{name}/events": going.events,
        "/runs/{name}/decisions": deciding.decisions,
        "/runs/{name}/{path:path}": finished.file,
    }
    posts = {
        "/enter": door.let_in,
        "/start": going.begin,
        "/runs/{name}/stop": going.stop,
        "/runs/{name}/answer": going.answer,
        "/runs/{name}/decisions": deciding.decide,
        "/runs/{name}/sign": deciding.sign,
    }
    taken = [Route(path, _taking(place, action), methods=["POST"]) for path, action in posts.items()]
    routes = [*taken, *(Route(path, page) for path, page in gets.items())]
    errors: dict[Any, Any] = {
        BadInput: _unusable,
        HarnessFault: _unusable,
        WrongForm: _refused,
        HTTPException: _missing,
        Exception: _broken,
    }
    return Guarded(Starlette(routes=routes, exception_handlers=errors), place.access, pages.policy(), fault)


def _taking(place: Place, action: Callable[[Request, Form], Response]) -> Callable[[Request], Any]:
    async def take(request: Request) -> Response:
        form = await read_form(request, place.access)
        return await run_in_threadpool(action, request, form)

    return take


def _script(request: Request) -> Response:  # noqa: ARG001 (as all pages are called)
    return Response(pages.script(), media_type="text/javascript")


class _Door:
    """Where the token is asked for."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def enter(self, request: Request) -> Response:  # noqa: ARG002
        """Where the token is asked for."""
        if self._place.access.token is None:
            return RedirectResponse("/", 303)
        return self._place.page("enter.html.j2", wrong=False)

    def let_in(self, request: Request, form: Form) -> Response:  # noqa: ARG002
        """Whether the token is right; then a cookie stands for it."""
        if not self._place.access.is_token(form.get("token", [""])[-1].strip()):
            return self._place.page("enter.html.j2", status=403, wrong=True)
        return RedirectResponse("/", 303, headers={"set-cookie": self._place.access.set_cookie})


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
