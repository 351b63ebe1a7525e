"""Databases for the history: a file of SQLite, and one of the PostgreSQL server that the tests start and stop."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ppmid_reports.history.intake import UNSIGNED, Taken
from ppmid_reports.run import read_run


@pytest.fixture(params=["sqlite", "postgresql"])
def db(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a new history may be, on each of the two kinds of database."""
    if request.param == "sqlite":
        return str(tmp_path / "history.db")
    url: str = request.getfixturevalue("server").new_database()
    return url


Take = Callable[..., Taken]


@pytest.fixture
def take(make_run: Callable[..., Path], tmp_path: Path) -> Take:
    """Makes a run that may be added; ``facts`` change what its record says of the run, the rest as in ``make_run``."""
    made: list[Path] = []

    def taken(*scenarios: dict[str, Any], integrity: str = UNSIGNED, fingerprint: str = "", **more: Any) -> Taken:
        facts = {"seed": 5, "mode": "regular", "iut": "ppmid", "suite": "ab" * 32, "time": "virtual"}
        record = {"run": facts | more.pop("facts", {})} | more.pop("record", {})
        given = {"scenarios": scenarios} if scenarios else {}
        folder = make_run(**given, record=record, **more).rename(tmp_path / f"run-{len(made)}")
        made.append(folder)
        digest = hashlib.sha256((folder / "record.json").read_bytes()).hexdigest()
        return Taken(read_run(folder), digest, str(folder), integrity, fingerprint)

    return taken
