"""Fixtures for all tests."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ppmid_bench.errors import NotPassed
from ppmid_harness.plan import Options, make_plan
from ppmid_harness.run_folder import open_run_folder
from ppmid_harness.session import Session, StepCrashed

REPOSITORY = Path(__file__).parents[1]

os.environ.pop("GITHUB_ACTIONS", None)  # what a run prints there is tested by itself


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference data (RTDS messages, test keys, DUIS templates) that may lie beside a checkout."""
    folder = REPOSITORY.parent / "shared"
    if not (folder / "data").is_dir():
        pytest.skip("the reference data (../shared/data) are not beside this checkout")
    return folder


Play = Callable[..., dict[str, Any]]


@pytest.fixture
def play(tmp_path: Path) -> Play:
    """Plays scenarios on the bench of a text by hand, in this process, the way that a runner does; gives the record."""

    def run(bench: str, *, only: tuple[str, ...] = (), feature: str = "", folder: str = "run") -> dict[str, Any]:
        paths: tuple[Path, ...] = ()
        if feature:
            paths = (tmp_path / "some.feature",)
            paths[0].write_text(feature, encoding="utf-8")
        (tmp_path / "bench.toml").write_text(bench, encoding="utf-8")
        plan = make_plan(Options(paths=paths, bench=tmp_path / "bench.toml", only=only))
        session = Session(plan, open_run_folder(tmp_path / folder, plan, resume=False), runner="by hand")
        for planned in session.to_run:
            session.begin(planned.id)
            try:
                for step in planned.steps:
                    session.run_step(step.kind, step.text, **_carried(step.carried()))
            except (NotPassed, StepCrashed):
                pass  # the record has it
            session.end()
        return session.finish()

    return run


def _carried(carried: dict[str, Any]) -> dict[str, Any]:
    return {{"text": "docstring"}.get(name, name): value for name, value in carried.items()}
