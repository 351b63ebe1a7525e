"""Declared against observed: what a scenario shows of the PPMID that its maker has declared.

Each observation is a pure function of the evidence. A scenario that asks the PPMID to be otherwise than it is, such as
one that was never updated, shows nothing of what it can.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from ppmid_bench.evidence import Entry, Log
from ppmid_bench.ics import DECLARABLE, Value
from ppmid_devices import roles
from ppmid_devices.ports import SECOND

ASKED = ("submit-command", "submit-utrn")
FINAL = ("command-response", "utrn-result")
FINAL_STATES = ("refused", "unknown")

Seen = tuple[Value, int]
"""What was observed, and the entry that shows it."""


def words_about(log: Log, asked: Entry) -> list[Entry]:
    """What the PPMID has said about a request, oldest first, whether or not it came through."""
    request = asked.fields["request"]
    return [one for one in log.of("avenue", request=request) if one.sender == roles.PPMID and one.n > asked.n]


def is_last_word(entry: Entry) -> bool:
    """Whether it says what became of a request, or that this is not known."""
    return entry.what in FINAL or entry.fields.get("state") in FINAL_STATES


def requests(log: Log) -> list[Entry]:
    """What has been asked of the PPMID by its avenue."""
    return [one for one in log.arrived("avenue") if one.receiver == roles.PPMID and one.what in ASKED]


def _capabilities(field: str) -> Callable[[Log], list[Seen]]:
    def observe(log: Log) -> list[Seen]:
        if log.home.get("home", {}).get("ppmid_asked_to_be") is not None:
            return []
        said = [one for one in log.of("avenue", "capabilities") if one.sender == roles.PPMID]
        return [(one.fields[field], one.n) for one in said[:1]]

    return observe


def _takes_utrns(log: Log) -> list[Seen]:
    """A UTRN that it took has a result; what it refused for another reason than that it takes none, says nothing."""
    results = [one for one in log.of("avenue", "utrn-result") if one.sender == roles.PPMID]
    return [(True, one.n) for one in results[:1]]


def _time_to(is_it: Callable[[Entry], bool], meter: str = "") -> Callable[[Log], list[Seen]]:
    """The longest time from a request to a word about it; of a home with one meter, this one."""

    def observe(log: Log) -> list[Seen]:
        if meter and log.home.get("home", {}).get("meters") != [meter]:
            return []
        times = [
            ((words[0].t - asked.t) / SECOND, words[0].n)
            for asked in requests(log)
            if (words := [one for one in words_about(log, asked) if is_it(one)])
        ]
        return [max(times)] if times else []

    return observe


OBSERVATIONS: Mapping[str, Callable[[Log], list[Seen]]] = MappingProxyType(
    {
        "can-relay": _capabilities("can_relay"),
        "firmware": _capabilities("firmware"),
        "takes-utrns": _takes_utrns,
        "first-word": _time_to(lambda _: True),
        "last-word-esme": _time_to(is_last_word, roles.ESME),
        "last-word-gsme": _time_to(is_last_word, roles.GSME),
    }
)
"""What can be observed, by the names of the table of declarations."""


def observed(log: Log) -> list[dict[str, Any]]:
    """What one scenario shows of the items that can be declared."""
    found = []
    for item in DECLARABLE.values():
        for value, entry in OBSERVATIONS[item.observed](log) if item.observed else ():
            found.append({"item": item.id, "value": value, "evidence": entry})
    return found


def against(declared: Mapping[str, Value], scenarios: Iterable[Mapping[str, Any]], uncertainty_s: float) -> list[Any]:
    """The table of a run: each declared item with what was observed, and whether the two agree (None: nothing was).

    ``observed``: the greatest of times, else every different value. ``evidence``: the scenario and the entry of a
    value that contradicts, or of the one that is shown.
    """
    seen: dict[str, list[tuple[Value, str]]] = defaultdict(list)
    for scenario in scenarios:
        for one in scenario.get("observed", ()):
            seen[one["item"]].append((one["value"], f"{scenario['id']}#{one['evidence']}"))
    return [_row(item, value, seen[item], uncertainty_s) for item, value in declared.items()]


def _row(item: str, declared: Value, seen: list[tuple[Value, str]], uncertainty_s: float) -> dict[str, Any]:
    times = DECLARABLE[item].type == "seconds"

    def agrees(value: Value) -> bool:
        return float(value) <= float(declared) + uncertainty_s if times else value == declared

    against_it = [(value, place) for value, place in seen if not agrees(value)]
    shown = against_it or seen
    if times:
        shown = [max(shown)] if shown else []
    return {
        "item": item,
        "declared": declared,
        "observed": list(dict.fromkeys(value for value, _ in shown)),
        "agrees": not against_it if seen else None,
        "evidence": [place for _, place in shown[:3]],
    }
