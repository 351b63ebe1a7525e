"""The lattice of verdicts, and the exit code of a run."""

import itertools

import pytest

from ppmid_bench.verdict import Verdict, exit_code, worst

NONE, PASS, INCONCLUSIVE, FAIL, ERROR, NOT_REACHED = Verdict
ORDER = (NOT_REACHED, NONE, PASS, INCONCLUSIVE, FAIL, ERROR)


@pytest.mark.parametrize(("one", "other"), list(itertools.product(ORDER, repeat=2)))
def test_a_verdict_only_worsens(one: Verdict, other: Verdict) -> None:
    expected = ORDER[max(ORDER.index(one), ORDER.index(other))]
    assert one.worse(other) is expected
    assert worst([one, other]) is expected.worse(NONE)


def test_of_nothing_the_worst_is_none() -> None:
    assert worst([]) is NONE


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        ([PASS, PASS], 0),
        ([PASS, NOT_REACHED], 0),
        ([PASS, FAIL], 1),
        ([FAIL, INCONCLUSIVE], 1),
        ([], 2),
        ([NONE, NOT_REACHED], 2),
        ([ERROR, FAIL, INCONCLUSIVE, PASS], 3),
        ([INCONCLUSIVE, PASS], 4),
    ],
)
def test_error_comes_before_fail_before_inconclusive(verdicts: list[Verdict], code: int) -> None:
    assert exit_code(verdicts) == code
