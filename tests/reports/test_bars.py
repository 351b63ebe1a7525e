"""Bars: each length is the value's share of the scale, and the limit stands where it is."""

import math
from typing import Any

import pytest
from lxml import etree

from ppmid_bench.limits import Limit
from ppmid_reports.bars import WIDTH, bar
from ppmid_reports.record import Measurement
from ppmid_reports.times import Timing

ROOM = WIDTH - 8
"""How long the scale is drawn."""


def timing(value: float, limit: float | None = 30.0, unsure: float = 0.0, unit: str = "s") -> Timing:
    allowed = None if limit is None else Limit("some", "a time", limit, unit, "known", "somewhere")
    return Timing(Measurement("some-time", value, unit), allowed, unsure)


def drawn(one: Timing) -> Any:
    return etree.fromstring(bar(one).replace(' xmlns="http://www.w3.org/2000/svg"', ""))


def width(drawing: Any, kind: str) -> float:
    return float(drawing.xpath(f"rect[@class='{kind}']/@width")[0])


def limit_at(drawing: Any) -> float:
    return float(drawing.xpath("path[@class='bar-limit']/@d")[0].split(",")[0].removeprefix("M")) - 2


def test_below_the_limit_the_scale_ends_at_the_limit() -> None:
    drawing = drawn(timing(15))
    assert width(drawing, "bar-value") == ROOM / 2
    assert width(drawing, "bar-room") == limit_at(drawing) == ROOM
    assert drawing.get("class") == "bar bar-within"


def test_above_it_the_scale_ends_at_the_value() -> None:
    drawing = drawn(timing(60))
    assert width(drawing, "bar-value") == ROOM
    assert limit_at(drawing) == ROOM / 2
    assert drawing.get("class") == "bar bar-over"


def test_the_clocks_uncertainty_is_drawn_around_the_end_of_the_bar() -> None:
    drawing = drawn(timing(29, unsure=2))
    (path,) = drawing.xpath("path[@class='bar-unsure']/@d")
    left, right = (float(text) - 2 for text in (path.split(",")[0].removeprefix("M"), path.split("H")[1].split("M")[0]))
    assert left == pytest.approx(ROOM * 27 / 31, abs=0.06)
    assert right == pytest.approx(ROOM, abs=0.06)
    assert drawing.get("class") == "bar bar-too-near-to-tell"
    assert not drawn(timing(29, unsure=2, unit="exchanges")).xpath("path[@class='bar-unsure']")


def test_it_says_in_words_what_it_draws() -> None:
    words = "29.000 s ± 2.000 s of 30.000 s, margin 1.000 s"
    drawing = drawn(timing(29, unsure=2))
    assert (drawing.get("aria-label"), drawing.findtext("title"), drawing.get("role")) == (words, words, "img")


@pytest.mark.parametrize(
    "one", [timing(5, None), timing(0, 0), timing(math.inf), timing(math.nan), timing(-1)], ids=repr
)
def test_what_no_scale_can_show_is_not_drawn(one: Timing) -> None:
    assert bar(one) == ""
