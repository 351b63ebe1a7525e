"""Which limit the Response to an on-demand Service Request must keep, by ``data/response_times.csv``.

A row for each Service Reference Variant: the id of its limit in ``data/limits.csv``, where value, status and source
stand. The limit of half a minute is taken for the ordinary services of devices. Logs, bulk reads and firmware are said
to be given longer, without a figure, and what the DCC answers itself has none: those rows are empty, and there is no
target to hold a time against.
"""

import csv
from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType


def _read() -> Mapping[str, str | None]:
    text = (resources.files("ppmid_bench") / "data" / "response_times.csv").read_text(encoding="utf-8")
    return MappingProxyType({row["srv"]: row["limit"] or None for row in csv.DictReader(text.splitlines())})


RESPONSE_TIMES: Mapping[str, str | None] = _read()
"""The id of the limit by SRV; None where no target is known."""
