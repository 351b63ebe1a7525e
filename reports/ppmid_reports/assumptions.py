"""What is assumed, because no public text settles it: each assumption once, with what leans on it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from ppmid_bench.limits import with_overrides
from ppmid_reports.record import Record

_LIMIT = "limit "


@dataclass(slots=True)
class Assumption:
    """The checks, scenarios and answers that lean on one assumption, which ``value`` completes if it is a limit."""

    value: str = ""
    checks: set[str] = field(default_factory=set)
    scenarios: set[str] = field(default_factory=set)
    answers: list[str] = field(default_factory=list)


def assumptions(record: Record, limits: Mapping[str, Mapping[str, float]]) -> dict[str, Assumption]:
    """All that was assumed in a run, in order. ``limits``: what each scenario's bench overrides, by the scenario's id.

    Raises BadInput when a limit is overridden that is not known.
    """
    found: dict[str, Assumption] = defaultdict(Assumption)
    for scenario in record.scenarios:
        for check in scenario.checks:
            for text in check.assumed:
                found[text].checks.add(check.id)
                found[text].scenarios.add(scenario.id)
                found[text].value = _value(text, limits.get(scenario.id))
    for answer in record.answers:
        for text in answer.assumed:
            found[text].answers.append(f"{answer.modification} {answer.requirement}")
    return dict(sorted(found.items()))


def _value(text: str, overrides: Mapping[str, float] | None) -> str:
    """The value of an assumed limit on the bench, and where it is from; empty for anything else."""
    if not text.startswith(_LIMIT) or overrides is None:
        return ""
    limit = with_overrides(overrides).get(text.removeprefix(_LIMIT))
    return f"{limit.value:g} {limit.unit} ({limit.source})" if limit else ""
