"""The tables of this package: CSV files under a package's ``data``, their first row the names of the columns.

What the columns hold is told by the module that reads them.
"""

import csv
from collections.abc import Iterator
from importlib.resources import files


def rows(package: str, name: str) -> Iterator[dict[str, str]]:
    """The rows of the table ``data/<name>`` of a package, by column; the text of an empty cell is empty."""
    yield from csv.DictReader(text(package, name).splitlines())


def text(package: str, name: str) -> str:
    """The text of the file ``data/<name>`` of a package."""
    return files(package).joinpath("data", name).read_text(encoding="utf-8")
