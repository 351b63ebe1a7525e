"""What all tests of lines need."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from line_ends import Sides
from tls_bench import Bench


@pytest.fixture
def sides() -> Iterator[Sides]:
    """Makes ends, and closes them."""
    made = Sides()
    yield made
    made.close()


@pytest.fixture
def closing() -> Iterator[list[Callable[[], object]]]:
    """What is to be called at the end; then no thread is left that was not there before."""
    before = set(threading.enumerate())
    closers: list[Callable[[], object]] = []
    yield closers
    for close in closers:
        close()
    assert set(threading.enumerate()) <= before


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A bench with a TLS line."""
    return Bench(tmp_path)
