"""Lets benches name the second implementations, which lie here."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _second_ones_can_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
