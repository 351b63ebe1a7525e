"""What all tests of lines need."""

from collections.abc import Iterator

import pytest
from line_ends import Sides


@pytest.fixture
def sides() -> Iterator[Sides]:
    """Makes ends, and closes them."""
    made = Sides()
    yield made
    made.close()
