"""What nobody has decided: the answers that a run leaves open, by who or what could settle them."""

from collections.abc import Iterable, Mapping

from ppmid_bench.answers import OPEN, RULES, Rule
from ppmid_reports.record import Answer

FOR_PEOPLE = "For people to decide: no test settles it"
OF_THE_HARNESS = "No device shows it: it is tried or reckoned beside the run"
NOT_TRIED = "It asks for more than this version tries"
NOT_SETTLED = "This run has not settled it"

_ORDER = (FOR_PEOPLE, OF_THE_HARNESS, NOT_TRIED, NOT_SETTLED)


def undecided(answers: Iterable[Answer]) -> Mapping[str, tuple[Answer, ...]]:
    """The open answers of a run, by what keeps each open; without the kinds that there are none of."""
    found: dict[str, list[Answer]] = {kind: [] for kind in _ORDER}
    for one in answers:
        if one.answer == OPEN:
            found[_kind(RULES.get((one.modification, one.requirement)))].append(one)
    return {kind: tuple(of_kind) for kind, of_kind in found.items() if of_kind}


def _kind(rule: Rule | None) -> str:
    if rule is None:
        return NOT_SETTLED
    return FOR_PEOPLE if rule.recorded else OF_THE_HARNESS if rule.itself else NOT_TRIED if rule.lacks else NOT_SETTLED
