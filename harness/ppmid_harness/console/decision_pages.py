"""The pages on which people decide of a run's answers, and sign."""

from pathlib import Path
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ppmid_bench.errors import BadInput
from ppmid_harness.console import decisions
from ppmid_harness.console.forms import Form
from ppmid_harness.console.place import Here, Place
from ppmid_reports.signoff.approvals import Overtaken


class DecisionPages:
    """What is decided."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def decisions(self, request: Request) -> Response:
        """What people decided of a run's answers."""
        here, folder = self._place.folder_of(request)
        return self._decisions_page(here, folder, request.query_params.get("name", ""))

    def _decisions_page(
        self, here: Here, folder: Path, name: str, problem: BadInput | None = None, form: Form | None = None
    ) -> Response:
        """``problem``: why what stands in ``form`` was not put down; the page keeps it."""
        found = decisions.decisions(folder)
        return self._place.page(
            "decisions.html.j2",
            status=200 if problem is None else 409 if isinstance(problem, Overtaken) else 400,
            here=here,
            approvals=found.approvals,
            answers=found.answers,
            decided=found.decided,
            signature=found.signature,
            can_sign=self._place.key is not None,
            name=name,
            problem="" if problem is None else str(problem),
            version=found.version,
            given=decisions.given(form or {}),
        )

    def decide(self, request: Request, form: Form) -> Response:
        """Put decisions down."""
        here, folder = self._place.folder_of(request)
        name = form.get("name", [""])[-1].strip()
        try:
            decisions.put_down(folder, form)
        except BadInput as problem:
            return self._decisions_page(here, folder, name, problem, form)
        return RedirectResponse(f"{here.url}decisions?name={quote(name)}", 303)

    def sign(self, request: Request, form: Form) -> Response:
        """Sign the decisions with the console's key."""
        here, folder = self._place.folder_of(request)
        if self._place.key is None:
            raise HTTPException(403, "this console was started without a key: --sign")
        try:
            decisions.sign(folder, form, self._place.key)
        except Overtaken as problem:
            return self._decisions_page(here, folder, "", problem)
        return RedirectResponse(f"{here.url}decisions", 303)
