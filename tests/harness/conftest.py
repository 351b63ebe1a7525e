"""Runs in processes of their own; the small bench, for tests within this process too."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent


def _loaded(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


started = sys.modules["started"] = _loaded("started")  # pytest's importlib mode puts no folder of tests on the path


@pytest.fixture(scope="session")
def small() -> ModuleType:
    """The module ``small_bench.py``."""
    return _loaded("small_bench")


@pytest.fixture
def run(tmp_path: Path) -> "started.Run":
    """``started.start`` in a folder of this test."""
    return lambda name, *options, **more: started.start(tmp_path / name, *options, **more)
