"""Which address of the console gives which page."""

from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
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
    history, problems = HistoryPages(place), _Problems(place)
    gets = {
        "/": finished.runs,
        "/enter": door.enter,
        "/static/console.js": _script,
        "/compare": finished.compare,
        "/history": history.overview,
        "/history/devices/{id}": history.device,
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
        BadInput: problems.unusable,
        HarnessFault: problems.unusable,
        WrongForm: problems.refused,
        HTTPException: problems.missing,
        Exception: problems.broken,
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


class _Problems:
    """What could not be done, in a sentence."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def unusable(self, request: Request, problem: Exception) -> Response:  # noqa: ARG002
        """What is asked for is there, and cannot be used."""
        return self._sentence("This cannot be used", str(problem), 400)

    def refused(self, request: Request, problem: Exception) -> Response:  # noqa: ARG002
        """A form that is not the console's own, or is no longer."""
        return self._sentence("Refused", str(problem), 403)

    def missing(self, request: Request, problem: Exception) -> Response:  # noqa: ARG002
        """There is no such page."""
        assert isinstance(problem, HTTPException)
        heading = "Refused" if problem.status_code == 403 else "Not here"
        return self._sentence(heading, problem.detail, problem.status_code)

    def broken(self, request: Request, problem: Exception) -> Response:  # noqa: ARG002
        """What nobody has foreseen."""
        return self._sentence("A fault of the harness", f"{type(problem).__name__}: {problem}", 500)

    def _sentence(self, heading: str, sentence: str, status: int) -> Response:
        return self._place.page("sentence.html.j2", status, heading=heading, sentence=sentence)
