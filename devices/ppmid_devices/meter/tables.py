"""Reading the tables of this room, ``data/*.csv``."""

import csv
from collections.abc import Iterator
from importlib.resources import files


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of a table."""
    text = files("ppmid_devices.meter").joinpath("data", name).read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines())
