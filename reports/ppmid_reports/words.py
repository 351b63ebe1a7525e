"""What an entry of the evidence is called in a report, in the field's words; and how times and values are written."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from ppmid_bench.evidence import HARNESS, Entry
from ppmid_bench.sentences import pounds, quantity
from ppmid_devices import roles
from ppmid_devices.ports import DAY, HOUR, MILLISECOND, MINUTE, SECOND

Fields = Mapping[str, Any]

PARTIES: Mapping[str, str] = {
    roles.DCC_USER: "DCC User",
    roles.DCC: "DCC",
    roles.DELIVERY_SERVICE: "Delivery service",
    roles.CARRIER: "Carrier",
    roles.HHT: "Hand-Held Terminal",
    roles.PPMID: "PPMID",
    roles.HUB: "Hub",
    roles.ESME: "ESME",
    roles.GSME: "GSME",
    roles.HCALCS: "HCALCS",
    roles.NEIGHBOUR_HUB: "Neighbour's hub",
    roles.COVERAGE_DESK: "Work on coverage",
}
"""The parties' names, in the order in which their life lines stand."""

MARKS: Mapping[str, tuple[str, str]] = {
    "pass": ("✓", "pass"),
    "fail": ("✗", "fail"),
    "inconclusive": ("?", "inconclusive"),
    "error": ("!", "error"),
    "not_reached": ("·", "not reached"),
    "not_applicable": ("–", "not applicable"),
    "not_run": ("○", "not run on this bench"),
    "shown": ("✓", "shown"),
    "refuted": ("✗", "refuted"),
    "open": ("?", "open"),
    "out of scope": ("–", "out of scope"),
    "untested": ("○", "untested"),
    "approved": ("✓", "approved"),
    "rejected": ("✗", "rejected"),
    "disputed": ("?", "disputed"),
    "undecided": ("○", "undecided"),
}
"""The sign and the words of each verdict, answer and decision, and of what nothing judged and nobody decided.

None is told by colour alone.
"""


def party(role: str) -> str:
    """The name of a party."""
    return PARTIES.get(role, role)


_JUDGED: Mapping[str, str] = {"route": "The route as a whole", "user": "DCC User", "meter": "A meter"}
"""What checks judge, where it is not called by its role."""


def judged(name: str) -> str:
    """The name of what a check judges."""
    return _JUDGED.get(name) or party(name)


def label(entry: Entry) -> str:
    """What the entry is, such as ``Response CS01a ok``.

    Raises KeyError, TypeError or AttributeError when it has not the fields of its kind.
    """
    write = _LABELS.get(entry.what)
    return write(entry.fields) if write else entry.what.replace("-", " ").capitalize()


def _gbcs(fields: Fields) -> str:
    gbcs = fields["gbcs"]
    name = gbcs["use_case"] if gbcs["use_case"] != "unknown" else gbcs["code"]
    ending = {True: " ok", False: " refused"}.get(gbcs.get("success"), "")
    return f"{gbcs['cra'].capitalize()} {name}{ending}"


def _request(fields: Fields) -> str:
    carried = f": {_gbcs(fields)}" if "gbcs" in fields else ""
    return f"SRV {fields['srv']} CV{fields['cv']}{carried}"


_BEFORE = {"local-command": "Local ", "pre-command": "Pre-"}


def _response(fields: Fields) -> str:
    code = "" if fields["code"] == "I0" else f" {fields['code']}"
    if "gbcs" in fields:
        return f"{_BEFORE.get(fields['kind'], '')}{_gbcs(fields)}{code}"
    return f"{fields['kind'].replace('-', ' ').capitalize()} {fields['code']}"


def _tunnel(fields: Fields) -> str:
    exchange = fields.get("exchange", "").upper()
    return ": ".join(part for part in (exchange, _gbcs(fields) if "gbcs" in fields else "") if part)


def _status(fields: Fields) -> str:
    reason = f": {fields['reason']}" if fields["reason"] else ""
    return f"Status {fields['state']}{reason}"


def _top_up_response(fields: Fields) -> str:
    return f"Consumer Top Up Response {'accepted' if fields['accepted'] else 'refused'}"


def _reading(fields: Fields) -> str:
    credit = fields["emergency_credit"]
    extra = f", emergency credit {pounds(credit)}" if credit is not None else ""
    return f"{pounds(fields['balance'])}, supply {fields['supply']}{extra}"


def _screen(fields: Fields) -> str:
    figures = [
        f"{one['meter']} {pounds(one['balance'])}" for one in fields.get("figures", []) if one["balance"] is not None
    ]
    return "screen: " + " / ".join([*fields["lines"], *figures])


def _record(fields: Fields) -> str:
    by = f" (by the {fields['verified_by']})" if fields["verified_by"] else ""
    return f"holds: {fields['outcome']}{by}"


_LABELS: Mapping[str, Callable[[Fields], str]] = {
    "step": lambda fields: str(fields["text"]),
    "check": lambda fields: f"Check {fields['check']}",
    "crash": lambda fields: f"Crash: {fields['text']}",
    "finding": lambda fields: f"odd: {fields['text']}",
    "request": _request,
    "response": _response,
    "gbcs": _gbcs,
    "submit-command": _gbcs,
    "command-response": _gbcs,
    "submit-utrn": lambda _: "UTRN",
    "utrn-result": lambda fields: f"UTRN result {fields['result']}",
    "status": _status,
    "tunnel": _tunnel,
    "consumer-top-up": lambda _: "Consumer Top Up",
    "consumer-top-up-response": _top_up_response,
    "zcl": lambda fields: f"ZCL {fields['cluster']} command {fields['command']:02X}",
    "frame": lambda _: "fragment",
    "reading": _reading,
    "screen": _screen,
    "coverage": lambda fields: f"SM WAN {'up' if fields['up'] else 'down'}",
    "typed": lambda _: "a UTRN is typed in",
    "record": _record,
}


def detail(entry: Entry) -> str:
    """All fields of an entry in one line: ``gbcs.counter 5, tag frame:…``."""
    return ", ".join([f"{name} {value}" for name, value in details(entry)])


def details(entry: Entry) -> list[tuple[str, str]]:
    """All fields of an entry, those of parts as ``gbcs.counter``; none of an entry of the harness itself."""
    return [] if entry.sender == HARNESS else _flat(entry.fields)


def _flat(fields: Fields, before: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in fields.items():
        if isinstance(value, dict):  # as it was read from JSON; asked of every field of every entry
            found += _flat(value, f"{before}{name}.")
        elif value is not None and value != "":
            found.append((f"{before}{name}", str(value)))
    return found


def moment(iso: str) -> str:
    """A time in ISO 8601 as a person reads it, in UTC; anything else as it is."""
    try:
        return f"{datetime.fromisoformat(iso).astimezone(UTC):%d %B %Y, %H:%M:%S} UTC"
    except ValueError:
        return iso or "time not recorded"


@lru_cache(maxsize=1 << 14)  # more than most scenarios have entries: diagram and listing tell the same times
def since(duration: int) -> str:
    """A time since the scenario's beginning: ``2:00:05.640``, with days before it when there are any."""
    days, rest = divmod(duration, DAY)
    hours, rest = divmod(rest, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    clock = f"{hours}:{minutes:02}:{rest // SECOND:02}.{rest % SECOND // MILLISECOND:03}"
    return f"{days} d {clock}" if days else clock


_UNITS = ((DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (SECOND, "s"))


def span(duration: int) -> str:
    """A duration by its two largest units: ``2 h``, ``18 h 12 min``."""
    for place, (size, unit) in enumerate(_UNITS):
        if duration >= size:
            count, rest = divmod(duration, size)
            smaller = [f"{rest // less} {name}" for less, name in _UNITS[place + 1 : place + 2] if rest >= less]
            return " ".join([f"{count} {unit}", *smaller])
    return f"{duration // MILLISECOND} ms"


def spread(least: float, most: float, unit: str) -> str:
    """From the least to the most of several values, or the one that all of them are."""
    low, high = quantity(least, unit), quantity(most, unit)
    if low == high:
        return high
    said, _, of = low.rpartition(" ")
    one_unit = low.count(" ") == high.count(" ") == 1 and high.endswith(f" {of}")
    return f"{said if one_unit else low} to {high}"


SERVED: Mapping[str, str] = {
    "intermittent": "has the SM WAN, which comes and goes",
    "no-wan": "has no SM WAN yet",
    "never-wan": "is beyond the SM WAN's reach",
}
"""What kind of home it is, as the features say it, by what the evidence has for it."""


def declared(value: bool | float | str) -> str:
    """What can be declared of a PPMID, in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else f"{value:g}"
