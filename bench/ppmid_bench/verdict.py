"""Verdicts about a party, as in TTCN-3 and ISO 9646: none < pass < inconclusive < fail, and error above all.

A verdict only ever worsens. ``error`` says that the harness, the bench or a simulated party is at fault, so that
nothing can be said about the party under test.
"""

from collections.abc import Iterable
from enum import StrEnum


class Verdict(StrEnum):
    """What a check or a scenario comes to. ``NOT_REACHED``: a check's only, when an earlier one ended its scenario."""

    NONE = "none"
    PASS = "pass"
    INCONCLUSIVE = "inconclusive"
    FAIL = "fail"
    ERROR = "error"
    NOT_REACHED = "not_reached"

    def worse(self, other: "Verdict") -> "Verdict":
        """The worse of the two; a check that was not reached changes nothing."""
        return max(self, other, key=_RANK.__getitem__)


UNJUDGED = ("not_applicable", "not_run")
"""What stands in a planned scenario's record in place of a verdict, when no runner was given it."""

_RANK = {
    Verdict.NOT_REACHED: -1,
    Verdict.NONE: 0,
    Verdict.PASS: 1,
    Verdict.INCONCLUSIVE: 2,
    Verdict.FAIL: 3,
    Verdict.ERROR: 4,
}

EXIT_PASS, EXIT_FAIL, EXIT_USAGE, EXIT_ERROR, EXIT_INCONCLUSIVE = 0, 1, 2, 3, 4


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of some verdicts; NONE when there are none."""
    result = Verdict.NONE
    for verdict in verdicts:
        result = result.worse(verdict)
    return result


def exit_code(verdicts: Iterable[Verdict]) -> int:
    """The exit code of a run with these verdicts: error before fail before inconclusive; nothing judged is 2."""
    judged = set(verdicts) - {Verdict.NONE, Verdict.NOT_REACHED}
    if not judged:
        return EXIT_USAGE
    by_verdict = {Verdict.ERROR: EXIT_ERROR, Verdict.FAIL: EXIT_FAIL, Verdict.INCONCLUSIVE: EXIT_INCONCLUSIVE}
    return by_verdict.get(worst(judged), EXIT_PASS)
