"""The ways in which a run can end other than by a pass.

``BadInput`` is the user's to mend (exit 2), ``HarnessFault`` is ours or the bench's (verdict error, exit 3),
``NotPassed`` is a judgement about a party.
"""

from ppmid_bench.verdict import Verdict


class BadInput(Exception):
    """Something given to the harness cannot be used: which file or option, where in it, what was expected and found."""

    def __init__(self, source: str, place: str, expected: str, found: str = "") -> None:
        self.source, self.place, self.expected, self.found = source, place, expected, found
        where = f"{source}: {place}" if place else source
        super().__init__(f"{where}: expected {expected}" + (f", found {found}" if found else ""))


class HarnessFault(Exception):
    """The harness, the bench or a simulated party did something that it must not; says what."""


class NotPassed(AssertionError):
    """A check did not pass: ends the scenario. ``verdict`` is inconclusive, fail or error."""

    def __init__(self, check: str, verdict: Verdict, reason_code: str, reason: str) -> None:
        self.check, self.verdict, self.reason_code, self.reason = check, verdict, reason_code, reason
        super().__init__(f"{verdict}: {check}: {reason_code}: {reason}")
