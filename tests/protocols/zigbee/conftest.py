"""tshark over the frames of a home."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from wireshark import Dissect, dissector

if TYPE_CHECKING:
    from han_home import Home


@pytest.fixture
def dissect(home: "Home", tmp_path: Path) -> Dissect:
    return dissector(home, tmp_path)
