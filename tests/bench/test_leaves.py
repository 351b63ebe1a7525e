"""Two documents side by side: which leaves differ, and what their places are called."""

from typing import Any

import pytest

from ppmid_bench.leaves import ABSENT, differing

ROWS = [{"id": "a", "n": 1}, {"id": "b", "n": 2}]
ANSWER = {"modification": "SEC0009", "requirement": "REQ-004", "answer": "shown"}


@pytest.mark.parametrize(
    ("was", "is_", "found"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1, "b": {"c": 2}}, {"a": 1, "b": {"c": 3}}, [("x, b, c", 2, 3)]),
        ({"a": 1}, {"b": 1}, [("x, a", 1, ABSENT), ("x, b", ABSENT, 1)]),
        (ROWS, [{"id": "a", "n": 1}, {"id": "b", "n": 3}], [("x, b, n", 2, 3)]),
        (ROWS, ROWS[:1], [("x, b", ROWS[1], ABSENT)]),
        (ROWS, ROWS[::-1], [("x, order", ["a", "b"], ["b", "a"])]),
        (ROWS, [*ROWS, ROWS[0]], [("x", ROWS, [*ROWS, ROWS[0]])]),
        ([ANSWER], [ANSWER | {"answer": "open"}], [("x, SEC0009 REQ-004, answer", "shown", "open")]),
        ([1, 2], [2, 1], [("x", [1, 2], [2, 1])]),
        (None, {"a": 1}, [("x", None, {"a": 1})]),
        ([], [{"a": 1}], [("x", [], [{"a": 1}])]),
    ],
)
def test_each_leaf_that_differs_is_told_with_its_place(was: Any, is_: Any, found: list[Any]) -> None:
    assert list(differing(was, is_, "x")) == found
