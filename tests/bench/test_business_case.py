"""The business case: values by hand, and what is not computed while an input is open."""

import math
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppmid_bench.business_case import NAMES, Input, case, read
from ppmid_bench.errors import BadInput


def inputs(**values: float | None) -> Mapping[str, Input]:
    plain = dict.fromkeys(NAMES, 1.0) | values
    return {
        name: Input(status="open" if value is None else "assumed", why="a test", value=value)
        for name, value in plain.items()
    }


SMALL = {"homes": 1000.0, "share_never_wan": 0.5, "share_with_avenue": 0.8, "share_prepaying": 0.5}


def test_cost_and_point_of_return_are_those_reckoned_by_hand() -> None:
    found = case(inputs(**SMALL, central_cost=20_000.0, home_cost=30.0, visit_cost=65.0, visits=2.0))
    assert found.helped == pytest.approx(200)
    assert found.cost_per_home == pytest.approx(130)  # 20,000 / 200 + 30
    assert found.visits_per_home == 130
    assert found.pays_from == 200  # 20,000 / (130 - 30)
    assert found.open == ()


def test_homes_that_aerials_cover_need_no_other_way() -> None:
    assert case(inputs(**SMALL, share_cured_by_aerials=0.25)).beside_aerials == pytest.approx(150)
    assert case(inputs(**SMALL, share_cured_by_aerials=None)).beside_aerials is None


def test_a_home_that_costs_more_than_its_visits_never_pays() -> None:
    found = case(inputs(**SMALL, central_cost=1.0, home_cost=70.0, visit_cost=65.0))
    assert found.pays_from == math.inf


def test_without_central_cost_it_pays_from_the_first_home_on() -> None:
    assert case(inputs(central_cost=0.0, home_cost=9.0, visit_cost=1.0)).pays_from == 0


@pytest.mark.parametrize("name", ["central_cost", "home_cost", "visit_cost"])
def test_what_needs_an_open_input_is_not_computed(name: str) -> None:
    found = case(inputs(**{name: None}))
    assert found.open == (name,)
    assert found.pays_from is None
    assert (found.cost_per_home is None) == (name != "visit_cost")
    assert (found.visits_per_home is None) == (name == "visit_cost")


def test_no_home_helped_costs_nothing_that_could_be_told() -> None:
    assert case(inputs(share_prepaying=0.0)).cost_per_home is None


@given(st.floats(1, 1e9), st.floats(0, 1e3), st.floats(1, 1e4), st.floats(1e-3, 1), st.floats(1e-3, 1))
def test_fewer_homes_never_cost_less_each(central: float, home: float, visit: float, one: float, other: float) -> None:
    few, many = sorted((one, other))
    costs = [
        case(inputs(homes=1e6, share_never_wan=share, central_cost=central, home_cost=home, visit_cost=visit))
        for share in (few, many)
    ]
    assert costs[0].cost_per_home is not None
    assert costs[1].cost_per_home is not None
    assert costs[0].cost_per_home >= costs[1].cost_per_home


def test_our_own_inputs_leave_open_what_nobody_has_published() -> None:
    found = case(read())
    assert found.open == ("share_intermittent", "share_cured_by_aerials", "central_cost", "home_cost", "visit_cost")
    assert found.helped == pytest.approx(30_000_000 * 0.0075 * 0.9 * 0.15)
    assert found.cost_per_home is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[inputs.homes]\nvalue = 1\nstatus = 'known'\nwhy = 'x'\n", "a difference in"),
        ("", "inputs"),
        ("[inputs.homes]\nvalue = 1\n", "status"),
    ],
)
def test_a_file_that_lacks_something_is_refused(text: str, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=problem):
        read(path)


@pytest.mark.parametrize(
    ("name", "line", "problem"),
    [
        ("share_prepaying", "value = 1.5\nstatus = 'known'", "expected 0 to 1, found 1.5"),
        ("homes", "value = -1\nstatus = 'known'", "expected 0 to inf, found -1"),
        ("homes", "value = nan\nstatus = 'known'", "expected 0 to inf, found nan"),
        ("homes", "status = 'known'", "expected a value, or the status open, found known"),
        ("homes", "value = 1\nstatus = 'open'", "expected a value, or the status open, found open"),
    ],
)
def test_a_value_that_none_can_be_is_refused(name: str, line: str, problem: str, tmp_path: Path) -> None:
    tables = dict.fromkeys(NAMES, "value = 1\nstatus = 'assumed'") | {name: line}
    path = tmp_path / "mine.toml"
    path.write_text("".join(f"[inputs.{one}]\n{text}\nwhy = 'x'\n" for one, text in tables.items()), encoding="utf-8")
    with pytest.raises(BadInput, match=problem):
        read(path)


def test_a_case_without_homes_is_refused() -> None:
    with pytest.raises(BadInput, match=r"\[inputs.homes\]: expected a value"):
        case(inputs(homes=None))
