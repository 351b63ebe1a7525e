"""Values as a report writes them."""

import pytest

from ppmid_bench.sentences import quantity
from ppmid_reports.words import spread


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (0.5, "s", "0.500 s"),
        (1, "share", "100 %"),
        (0.285, "share", "28.5 %"),
        (99, "%", "99 %"),
        (59.9994, "s", "59.999 s"),
        (60, "s", "1 min"),
        (86_609.4, "s", "24 h 3 min 29.4 s"),
        (172_799.9996, "s", "48 h"),
        (172_800, "s", "2 d"),
        (2_595_661.05, "s", "30 d 1 h 1 min 1.05 s"),
        (-3_900.04, "s", "-1 h 5 min 0.04 s"),
        (97, "d", "97 d"),
        (6.99994, "d", "6 d 23 h 59 min 54.816 s"),
        (60, "Commands", "60 Commands"),
        (2, "", "2"),
    ],
)
def test_a_value_has_its_unit(value: float, unit: str, written: str) -> None:
    assert quantity(value, unit) == written


@pytest.mark.parametrize(
    ("least", "most", "unit", "written"),
    [
        (0.713, 25.08, "s", "0.713 to 25.080 s"),
        (60.04, 60.0404, "s", "1 min 0.04 s"),
        (3_900, 7_800, "s", "1 h 5 min to 2 h 10 min"),
        (3_600, 7_200, "s", "1 to 2 h"),
        (59, 60, "s", "59.000 s to 1 min"),
        (1, 2, "exchanges", "1 to 2 exchanges"),
        (0.5, 1, "share", "50 to 100 %"),
        (1, 2, "", "1 to 2"),
    ],
)
def test_several_values_are_told_by_their_ends_or_as_one(least: float, most: float, unit: str, written: str) -> None:
    assert spread(least, most, unit) == written
