"""What is made of every finished run folder besides the record."""

from collections.abc import Callable
from pathlib import Path

FINISHERS: tuple[Callable[[Path], object], ...] = ()
"""Each is given the folder, when ``record.json`` and ``environment.json`` stand in it."""
