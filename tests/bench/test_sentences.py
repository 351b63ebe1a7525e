"""Amounts and numbers of things in words."""

import pytest

from ppmid_bench.sentences import counted, pounds


@pytest.mark.parametrize(
    ("millipence", "written"),
    [
        (0, "£0.00"),
        (1_000, "£0.01"),
        (-40_000, "-£0.40"),
        (500_000, "£5.00"),
        (10**9, "£10000.00"),
        (-1, "-£0.00001"),
        (1_234_567, "£12.34567"),
        (100_500, "£1.00500"),
    ],
)
def test_money_is_written_in_pounds_with_every_digit_that_matters(millipence: int, written: str) -> None:
    assert pounds(millipence) == written


@pytest.mark.parametrize(
    ("number", "one", "several", "words"),
    [
        (0, "wake", "", "0 wakes"),
        (1, "wake", "", "1 wake"),
        (2, "wake", "", "2 wakes"),
        (1, "entry", "entries", "1 entry"),
        (2, "entry", "entries", "2 entries"),
    ],
)
def test_what_is_counted_is_told_in_words(number: int, one: str, several: str, words: str) -> None:
    assert counted(number, one, several) == words
