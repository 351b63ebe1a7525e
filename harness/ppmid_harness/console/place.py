"""What all pages of the console stand on: the folder of runs, the runs that were begun here, and who may do what."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse

from ppmid_harness.console import pages
from ppmid_harness.console.access import Access
from ppmid_harness.console.begun import Begun
from ppmid_harness.console.runs import RunsFolder, url_of


@dataclass(frozen=True, slots=True)
class Here:
    """The run whose page it is."""

    name: str
    url: str


@dataclass(slots=True)
class Place:
    """``folder``: where bench files, declarations and features are looked for. ``is_over``: the console ends.

    ``history``: the database of runs, None where the console was given none.
    """

    runs: RunsFolder
    folder: Path
    access: Access
    key: Ed25519PrivateKey | None
    begun: Begun
    is_over: Callable[[], bool] = lambda: False
    history: str | None = None

    def page(self, template: str, status: int = 200, **found: Any) -> HTMLResponse:
        """A page; its forms bear the console's token."""
        common = {"here": None, "form": self.access.form, "has_history": self.history is not None}
        return HTMLResponse(pages.fill(template, **{**common, **found}), status)

    def folder_of(self, request: Request) -> tuple[Here, Path]:
        """The run that an address names. Raises HTTPException."""
        name = request.path_params["name"]
        folder = self.runs.find(name)
        if folder is None:
            raise HTTPException(404, f"there is no run {name} here")
        return Here(name, url_of(name)), folder
