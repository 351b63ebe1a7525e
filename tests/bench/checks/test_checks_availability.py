"""What the check of requests over a long time comes to."""

import pytest
from check_cases import Case, Cases, Line, MakeLog, record

from ppmid_bench.checks import CHECKS, evaluate

HOUR = 3_600 * 10**9
CASES = Cases("availability")


def asked(request: str, wait: int | None, outcome: str = "delivered-verified") -> Line:
    settled = None if wait is None else wait
    return record(outcome if wait is not None else "unknown", request=request, asked_at=0, settled_at=settled)


any_time = CASES.of("answered-at-any-time", requests=["r1", "r2"])
any_time.passes(asked("r1", 10**9), asked("r2", HOUR))
any_time.passes(asked("r1", 50 * HOUR), asked("r2", 10**9, "refused-verified"))
any_time.passes(asked("r1", None), asked("r2", 10**9), asked("r1", 5 * HOUR))  # it was read twice
any_time.fails("never-answered", asked("r1", 10**9), asked("r2", None))
any_time.fails("never-answered", asked("r1", 10**9), asked("r2", 10**9, "reported-unverified"))
any_time.cannot_tell("no-records", asked("r1", 10**9))
any_time.cannot_tell("no-records")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()


@pytest.mark.parametrize(
    ("waits", "share", "longest"), [((1, HOUR), 1.0, 3_600), ((1, HOUR + 1), 0.5, 3_600), ((1, None), 0.5, 0)]
)
def test_the_share_in_time_and_the_longest_wait_are_measured(
    make_log: MakeLog, waits: tuple[int | None, ...], share: float, longest: int
) -> None:
    lines = [asked(f"r{number}", wait) for number, wait in enumerate(waits, 1)]
    entry = evaluate(CHECKS["answered-at-any-time"], make_log(lines, iut="nobody"), {"requests": ["r1", "r2"]})
    values = {one["id"]: one["value"] for one in entry["measurements"]}
    assert values["availability"] == share
    assert values["longest-wait"] == pytest.approx(longest, abs=1e-6)
