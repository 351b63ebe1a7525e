"""The project's tables of requirements, threats and test purposes."""

import csv
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from ppmid_bench.answers import MODIFICATIONS
from ppmid_bench.requirements import PURPOSES, REQUIREMENTS, THREATS


def _rows(path: Path) -> dict[str, dict[str, str]]:
    return {row["id"]: row for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())}


def test_the_requirements_are_numbered_through() -> None:
    assert list(REQUIREMENTS) == [f"REQ-{number:03}" for number in range(1, 67)]
    assert {one.modification for one in REQUIREMENTS.values()} == set(MODIFICATIONS)
    assert {kind for one in REQUIREMENTS.values() for kind in one.kind.split("/")} == {"T", "M", "R"}


def test_the_purposes_are_numbered_through() -> None:
    assert list(PURPOSES) == [f"PP-{number:03}" for number in range(1, 26)]


@pytest.mark.parametrize("table", [REQUIREMENTS, THREATS, PURPOSES])
def test_every_row_says_something_and_no_two_the_same(table: dict[str, object]) -> None:
    texts = [one.text for one in table.values()]
    assert all(text.endswith(".") for text in texts)
    assert len(set(texts)) == len(texts)


def test_modifications_and_kinds_are_those_of_the_working_groups_summary(shared: Path) -> None:
    theirs = _rows(shared / "requirements.csv")
    assert {name: (row["modification"], row["kind"]) for name, row in theirs.items()} == {
        name: (one.modification, one.kind) for name, one in REQUIREMENTS.items()
    }
    assert set(_rows(shared / "threats.csv")) == set(THREATS)
    assert set(_rows(shared / "ppmid_test_purposes.csv")) == set(PURPOSES)


def test_the_texts_are_our_own(shared: Path) -> None:
    theirs = {name: row["requirement"] for name, row in _rows(shared / "requirements.csv").items()}
    theirs |= {name: row["threat"] for name, row in _rows(shared / "threats.csv").items()}
    ours = {name: one.text for table in (REQUIREMENTS, THREATS) for name, one in table.items()}
    alike = {
        name: (ours[name], text)
        for name, text in theirs.items()
        if SequenceMatcher(None, ours[name].lower(), text.lower()).ratio() > 0.8
    }
    assert not alike
