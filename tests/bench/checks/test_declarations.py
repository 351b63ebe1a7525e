"""A check that is declared otherwise is another version of itself, so that no bundle of before is held against it.

``declarations.csv`` has a line for each check. Who changes a declaration raises the version, and writes the line anew.
"""

import csv
import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from ppmid_bench.checks import CHECKS, Check

_DECLARED = ("judges", "needs", "reasons", "requirements", "threats", "purposes", "limits", "assumed", "standing")
_LEDGER = Path(__file__).with_name("declarations.csv")


def _line(check: Check) -> str:
    """Its line: id, version and a digest of what a bundle's entry of it is compared by, apart from what it finds."""
    declared = repr([getattr(check, name) for name in _DECLARED])
    return f"{check.id},{check.version},{hashlib.sha256(declared.encode()).hexdigest()[:16]}"


def _complaint(check: Check, known: dict[str, tuple[int, str]]) -> str:
    """What is wrong with a check, by the ledger; empty where nothing is."""
    line = _line(check)
    version, digest = known.get(check.id, (0, ""))
    if line == f"{check.id},{version},{digest}":
        return ""
    if digest != line.rpartition(",")[2] and check.version <= version:
        return f"{check.id} is declared otherwise than version {version} was: it is version {version + 1}"
    return f"{_LEDGER.name} lacks the line {line}"


def _known() -> dict[str, tuple[int, str]]:
    with _LEDGER.open(encoding="utf-8", newline="") as file:
        return {row["check"]: (int(row["version"]), row["declaration"]) for row in csv.DictReader(file)}


def test_no_check_is_declared_otherwise_under_the_version_that_it_had() -> None:
    known = _known()
    assert sorted(known) == list(known)
    assert set(known) == set(CHECKS)
    assert [found for check in CHECKS.values() if (found := _complaint(check, known))] == []


@pytest.mark.parametrize(
    "changed", [{"requirements": ("REQ-001",)}, {"assumed": ("that it is so",)}, {"needs": ("user",)}]
)
def test_a_declaration_that_changed_alone_is_found(changed: dict[str, tuple[str, ...]]) -> None:
    check = CHECKS["credited-once"]
    widened = replace(check, **changed)  # type: ignore[arg-type]  # each is a tuple of words
    assert _complaint(widened, _known()) == (
        f"credited-once is declared otherwise than version {check.version} was: it is version {check.version + 1}"
    )
    raised = replace(widened, version=check.version + 1)
    assert _complaint(raised, _known()) == f"declarations.csv lacks the line {_line(raised)}"
