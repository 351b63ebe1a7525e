"""Loads what the tests of the devices are built from, so that they can import it by name.

pytest's importlib mode puts no folder of tests on the path.
"""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

for name in (
    "home_parts",
    "prepaid_terms",
    "asking",
    "hub_home",
    "ppmid_home",
    "user_parts",
    "dcc_bench",
    "desk",
    "bad_frames",
    "bad_elsewhere",
    "victims",
    "rare_victims",
    "line_ends",
    "tls_bench",
):  # in the order in which they import each other
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[name])


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Any]:
    """A User's desk before a home of its own."""
    desk = sys.modules["desk"].Desk(tmp_path)
    yield desk
    desk.world.close()
