"""Two runs side by side: verdicts, answers, coverage and measured values that changed, what became worse first. Pure.

Runs of other devices, firmware, hubs or seeds can be compared: scenarios are told by their ids, measurements by their
id and what they were measured of.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from ppmid_bench.verdict import UNJUDGED
from ppmid_reports.coverage import coverage
from ppmid_reports.record import Measurement

Record = Mapping[str, Any]


class _Scenario(msgspec.Struct):
    id: str
    verdict: str
    because: str
    tags: list[str]
    home: dict[str, Any]
    measurements: list[Measurement]


class _Party(msgspec.Struct):
    role: str
    adapter: str = ""


class _Declared(msgspec.Struct):
    item: str
    declared: Any


class _Answer(msgspec.Struct):
    modification: str
    requirement: str
    answer: str
    because: str


class Compared(msgspec.Struct):
    """What makes a record one that can be compared."""

    scenarios: list[_Scenario]
    run: dict[str, Any] = {}
    parties: list[_Party] = []
    declared: list[_Declared] = []
    answers: list[_Answer] = []


_RANK = {"pass": 0, "not_applicable": 0, "not_run": 1, "inconclusive": 2, "fail": 4, "error": 3}
"""How bad a verdict is to whoever compares: a fail is a party's, an error is ours and says nothing of it."""
_ANSWER_RANK = {"shown": 0, "out of scope": 1, "open": 2, "refuted": 3}
ABSENT = "absent"
MOVED = 0.05
"""The share by which a measured value must move to be told: less is what other frames of other seeds make of it."""


def compare(before: Record, after: Record) -> dict[str, Any]:
    """``{"same", "worse", "verdicts", "answers", "coverage", "measurements", "run", "between"}``, each a list of rows.

    ``same``: nothing changed; ``worse``: something became worse. A verdict's row has ``scenario``, ``was``, ``is``,
    ``worse``, ``because``, the ``checks`` and ``requirements`` that decided it, and those that had (``was_checks``);
    the worst come first. A scenario that fails for another reason than before fails anew, with ``was`` equal to ``is``.
    ``run``: the parts of the records that differ in what was run; ``between``: in what, as ``{"name", "was", "is"}``.
    """
    verdicts = sorted(_verdicts(before, after), key=_worst_first)
    answers = sorted(_answers(before, after), key=_worst_first)
    covered = sorted(_covered(before, after), key=_worst_first)
    measured = list(_measured(before, after))
    run = [name for name in ("run", "parties", "assumptions") if before.get(name) != after.get(name)]
    changed = [*verdicts, *answers, *covered]
    return {
        "same": not (changed or measured),
        "worse": any(row["worse"] for row in changed),
        "verdicts": verdicts,
        "answers": answers,
        "coverage": covered,
        "measurements": measured,
        "run": run,
        "between": list(_between(before, after)),
    }


def _between(before: Record, after: Record) -> Iterator[dict[str, Any]]:
    """What was run otherwise: what the run was asked for, who took part, and what was declared."""
    was, now = (_facts(record) for record in (before, after))
    for name in dict.fromkeys((*was, *now)):
        old, new = (facts.get(name, ABSENT) for facts in (was, now))
        if old != new:
            yield {"name": name, "was": old, "is": new}


def _facts(record: Record) -> dict[str, Any]:
    parties = {one["role"]: one.get("adapter", "") for one in record.get("parties", ())}
    declared = {f"declared {one['item']}": one["declared"] for one in record.get("declared", ())}
    return {**record.get("run", {}), **parties, **declared}


def _worst_first(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return (-row["by"], str(row.get("scenario") or row.get("requirement") or row["id"]))


def _verdicts(before: Record, after: Record) -> Iterator[dict[str, Any]]:
    was, now = _by_id(before), _by_id(after)
    for id in dict.fromkeys((*was, *now)):
        old, new = (one[id]["verdict"] if id in one else ABSENT for one in (was, now))
        entry = now.get(id, {})
        decided, deciding = _deciding(was.get(id, {}), old), _deciding(entry, new)
        anew = old == new and {*map(_reason, deciding)} - {*map(_reason, decided)}
        if old == new and not anew:
            continue
        by = rank(new) - rank(old) + (1 if anew and new == "fail" else 0)
        yield {
            "scenario": id,
            "was": old,
            "is": new,
            "by": by,
            "worse": by > 0,
            "because": entry.get("because", "it is not in the second run"),
            "checks": [one["id"] for one in deciding],
            "was_checks": [one["id"] for one in decided],
            "requirements": list(dict.fromkeys(name for one in deciding for name in one["requirements"])),
        }


def _deciding(entry: Mapping[str, Any], verdict: str) -> list[Mapping[str, Any]]:
    return [one for one in entry.get("checks", ()) if one["verdict"] == verdict != "pass"]


def _reason(check: Mapping[str, Any]) -> tuple[str, str]:
    return check["id"], check.get("reason_code", "")


def rank(verdict: str) -> int:
    """How bad a scenario's verdict is, from 0."""
    return _rank(_RANK, verdict)


def _rank(ranks: Mapping[str, int], word: str) -> int:
    """What is absent was never shown to hold: as bad as what was not run."""
    return ranks.get(word, 1)


def _by_id(record: Record) -> dict[str, Mapping[str, Any]]:
    return {one["id"]: one for one in record["scenarios"]}


def _answers(before: Record, after: Record) -> Iterator[dict[str, Any]]:
    was, now = (
        {(one["modification"], one["requirement"]): one for one in record.get("answers", ())}
        for record in (before, after)
    )
    for pair in dict.fromkeys((*was, *now)):
        old, new = (one[pair]["answer"] if pair in one else ABSENT for one in (was, now))
        if old != new:
            by = _rank(_ANSWER_RANK, new) - _rank(_ANSWER_RANK, old)
            because = now.get(pair, {}).get("because", "the second run does not answer it")
            named = dict(zip(("modification", "requirement"), pair, strict=True))
            yield named | {"was": old, "is": new, "by": by, "worse": by > 0, "because": because}


def _covered(before: Record, after: Record) -> Iterator[dict[str, Any]]:
    was, now = (set(coverage([record])["uncovered"]) for record in (before, after))
    for id in sorted(was ^ now):
        words = ("covered", "uncovered") if id in now else ("uncovered", "covered")
        yield {"id": id, "was": words[0], "is": words[1], "by": 1 if id in now else -1, "worse": id in now}


def _measured(before: Record, after: Record) -> Iterator[dict[str, Any]]:
    """Values that moved by more than ``MOVED`` of the greater, in scenarios that both runs judged."""
    was, now = _by_id(before), _by_id(after)
    for id in was:
        if id not in now or {was[id]["verdict"], now[id]["verdict"]} & set(UNJUDGED):
            continue
        old, new = (_last(one[id]["measurements"]) for one in (was, now))
        for key in old:
            if key in new and abs(new[key][0] - old[key][0]) > MOVED * max(abs(new[key][0]), abs(old[key][0])):
                yield {
                    "scenario": id,
                    "measurement": key[0],
                    "of": key[1],
                    "was": old[key][0],
                    "is": new[key][0],
                    "unit": new[key][1],
                }


def _last(measurements: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], tuple[float, str]]:
    return {(one["id"], one.get("of", "")): (one["value"], one["unit"]) for one in measurements}


def requirements_first(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The requirements that new failures count against, those of the worst first."""
    return list(dict.fromkeys(name for row in rows if row["worse"] for name in row["requirements"]))
