"""Values as a report writes them."""

import pytest

from ppmid_reports.words import quantity, spread


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (0.5, "s", "0.500 s"),
        (1, "share", "100 %"),
        (0.285, "share", "28.5 %"),
        (99, "%", "99 %"),
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
        (60.04, 60.0404, "s", "60.040 s"),
        (1, 2, "exchanges", "1 to 2 exchanges"),
        (0.5, 1, "share", "50 to 100 %"),
        (1, 2, "", "1 to 2"),
    ],
)
def test_several_values_are_told_by_their_ends_or_as_one(least: float, most: float, unit: str, written: str) -> None:
    assert spread(least, most, unit) == written
