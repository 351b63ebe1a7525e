"""What of a record follows from the rest of it, made again: counts, parties, answers, declarations, tolerances and the
certificate. A record that says otherwise was written by somebody else than a run. Pure.

Rules, sentences and tables of a harness may change from one to the next; ``BY_RULES`` names the parts that hang on
them, which of a record of another harness are its own word.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from ppmid_bench.adapters import is_our_own
from ppmid_bench.answers import answers
from ppmid_bench.bench_file import OPERATOR, REPLAY, BenchFile, PartyEntry
from ppmid_bench.certificate import certificate
from ppmid_bench.declared import against
from ppmid_bench.leaves import differing
from ppmid_bench.limits import with_overrides
from ppmid_bench.record import VERDICTS, parties
from ppmid_bench.tolerances import state_of

BY_RULES = ("parties", "answers")
_OF_NO_CLASS = (REPLAY, OPERATOR)
_WHOLE = ("summary",)
"""Told of as a whole: a count that is wrong is wrong beside the others."""

Record = Mapping[str, Any]


def not_following(record: Record, home: Record) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The part, the place in it, and ``{"was", "is"}`` of each leaf of a record that the rest of it makes otherwise.

    ``home``: what the first line of a scenario's evidence says of home and bench; empty where there is none.
    Raises LookupError, TypeError, ValueError or AttributeError for a record that is not made as one is.
    """
    for part, due in _parts(record, home):
        found = record.get(part, [] if isinstance(due, list) else None)
        rows = [(part, found, due)] if part in _WHOLE and found != due else differing(found, due, part)
        yield from ((part, place, {"was": was, "is": is_}) for place, was, is_ in rows)


def _parts(record: Record, home: Record) -> Iterator[tuple[str, Any]]:
    scenarios = record["scenarios"]
    yield "summary", _counts(record)
    yield "parties", _parties(record, home)
    yield "answers", answers(scenarios, record["parties"])
    yield "declared", _declared(record, home)
    tolerated = record.get("tolerances", ())
    yield "tolerances", [one | state_of(one["check"], one["requirement"], scenarios) for one in tolerated]
    yield "certificate", _certificate(record)


def _counts(record: Record) -> dict[str, int]:
    found = Counter(one["verdict"] for one in record["scenarios"])
    return {"planned": len(record["scenarios"])} | {word: found[word] for word in VERDICTS}


def _parties(record: Record, home: Record) -> list[dict[str, Any]]:
    """The parties that these homes have, of these adapters; what a foreign class is, its record alone says."""
    stated = {one["role"]: one for one in record["parties"]}
    ours = {role: one["adapter"] for role, one in stated.items() if _is_known(one["adapter"])}
    bench = BenchFile(
        points=frozenset(home.get("points", ())), parties={role: PartyEntry(adapter) for role, adapter in ours.items()}
    )
    return [_party(one, stated.get(one["role"], {}), ours, home) for one in parties(bench, record["scenarios"])]


def _is_known(adapter: str) -> bool:
    """Whether it is one of ours: to ask a class of somebody else's, its module would have to be run."""
    return adapter in _OF_NO_CLASS or is_our_own(adapter)


def _party(made: dict[str, Any], stated: Record, ours: Record, home: Record) -> dict[str, Any]:
    if stated and made["role"] not in ours:
        made |= {name: stated[name] for name in ("adapter", "kind")}
    return made if "points" in home else made | {"points": stated.get("points", [])}


def _declared(record: Record, home: Record) -> list[Any]:
    stated = {one["item"]: one["declared"] for one in record.get("declared", ())}
    declared = home.get("declared", stated)
    limit = with_overrides(home.get("limits", {}))["clock-uncertainty-wall"].value
    unsure = 0.0 if record["run"]["time"] == "virtual" else limit
    return against(declared, record["scenarios"], unsure)


def _certificate(record: Record) -> dict[str, Any] | None:
    """What its own words of suite, harness and statement come to; the plan that is made again holds those."""
    if record["run"]["mode"] != "certification":
        return None
    given = {name: record["certificate"][name] for name in ("own_suite", "harness", "by_maker")}
    return certificate(record, **given)
