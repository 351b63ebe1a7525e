"""What a form sends: read whole up to a limit, and only if it is a form of this console."""

from collections.abc import Mapping
from urllib.parse import parse_qs

from starlette.requests import Request

from ppmid_harness.console.access import Access

LARGEST = 1 << 20
_MOST_FIELDS = 5000
_FIELD = "form"

Form = Mapping[str, list[str]]


class WrongForm(Exception):
    """It is no form of this console; says why."""


async def read_form(request: Request, access: Access) -> Form:
    """The fields of a form. Raises WrongForm."""
    if request.headers.get("content-type", "").partition(";")[0] != "application/x-www-form-urlencoded":
        raise WrongForm("this is not what a form of this console sends")
    received = b""
    async for more in request.stream():
        received += more
        if len(received) > LARGEST:
            raise WrongForm(f"a form of more than {LARGEST} octets is not taken")
    try:
        form = parse_qs(received.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError as problem:
        raise WrongForm("the fields of this form cannot be read") from problem
    if not access.is_form(form.get(_FIELD, [""])[-1]):
        raise WrongForm("this form is of a console that has ended: open its page again")
    return form
