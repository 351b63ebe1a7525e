"""The small bench, for tests within this process too."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def small() -> ModuleType:
    """The module ``small_bench.py``."""
    spec = importlib.util.spec_from_file_location("small_bench", HERE / "small_bench.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
