"""The pages of runs that go on: to begin one, to follow it, to answer its operators, to stop it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from ppmid_bench.errors import BadInput
from ppmid_harness.console import live
from ppmid_harness.console.forms import Form
from ppmid_harness.console.offers import RUNNERS, chosen, offers
from ppmid_harness.console.place import Here, Place
from ppmid_harness.console.runs import tally_of, url_of
from ppmid_reports.words import span

_NANOSECONDS = 1_000_000_000
_FIELDS = ("tags", "seed", "bench", "ics", "runner")


class GoingPages:
    """What is begun, followed and stopped."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def start(self, request: Request) -> Response:
        """The form that begins a run."""
        return self._start_page({name: request.query_params.get(name, "") for name in _FIELDS}, [])

    def _start_page(self, given: Mapping[str, Any], features: list[str], problem: str = "") -> Response:
        return self._place.page(
            "start.html.j2",
            status=400 if problem else 200,
            offered=offers(self._place.folder),
            given={**given, "features": features},
            runners=RUNNERS,
            folder=str(self._place.folder),
            problem=problem,
        )

    def begin(self, request: Request, form: Form) -> Response:  # noqa: ARG002
        """Begin a run."""
        try:
            options, runner = chosen(form, offers(self._place.folder))
        except BadInput as problem:
            given = {name: form.get(name, [""])[-1] for name in _FIELDS}
            return self._start_page(given, form.get("features", []), str(problem))
        return RedirectResponse(f"{url_of(self._place.begun.begin(options, runner).name)}live", 303)

    def live(self, request: Request) -> Response:
        """How a run goes on."""
        name = request.path_params["name"]
        begun, folder = self._place.begun.get(name), self._place.runs.find(name)
        if begun is None and folder is None:
            raise HTTPException(404, f"there is no run {name} here")
        tally, at = tally_of(self._place.runs.path / name)
        now = live.situation(begun, tally)
        asked = begun.desk.asked if begun else None
        here = Here(name, url_of(name))
        return self._place.page(
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
        begun, folder = self._place.begun.get(name), await run_in_threadpool(self._place.runs.find, name)
        if begun is None and folder is None:
            raise HTTPException(404, f"there is no run {name} here")
        at = request.headers.get("last-event-id") or request.query_params.get("from", "")
        told = live.stream(
            self._place.runs.path / name,
            int(at) if at.isascii() and at.isdecimal() else 0,
            request.query_params.get("known", ""),
            begun,
            self._place.is_over,
        )
        return StreamingResponse(told, media_type="text/event-stream")

    def stop(self, request: Request, form: Form) -> Response:  # noqa: ARG002
        """Stop a run that the console has begun."""
        begun = self._place.begun.get(request.path_params["name"])
        if begun is None:
            raise HTTPException(404, "this console has not begun that run")
        begun.stop()
        return RedirectResponse(f"{url_of(begun.name)}live", 303)

    def answer(self, request: Request, form: Form) -> Response:
        """Answer what an operator is asked."""
        begun = self._place.begun.get(request.path_params["name"])
        number, said = (form.get(name, [""])[-1].strip() for name in ("number", "said"))
        if begun is None or not begun.desk.answer(int(number) if number.isdecimal() else 0, said):
            raise HTTPException(404, "nobody waits for this answer any more")
        return RedirectResponse(f"{url_of(begun.name)}live", 303)
