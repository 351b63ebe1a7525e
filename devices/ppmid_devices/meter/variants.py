"""What kinds of meter there are: variants of ESME by their parts, and editions of SMETS2 by their use cases.

A variant has the objects of its parts beside what every ESME has (``data/objects.csv``), so it executes the use cases
all of whose objects it has. Which parts SMETS2 lets stand together is in no public text: every pair here is assumed.

``data/editions.csv`` has the use cases that the tables of use cases of today no longer have, or name as taken over, and
their successors. Which version of SMETS2 brought each is in no public text, so an edition is earlier or later.
"""

from collections.abc import Mapping
from functools import cache

from ppmid_devices.meter import tables
from ppmid_devices.meter.contract import Edition


@cache
def variants() -> Mapping[str, frozenset[str]]:
    """The parts of each variant: ``twin`` (a second element), ``polyphase``, ``switches`` (ALCS) and ``boost``."""
    return {row["variant"]: frozenset(row["parts"].split()) for row in tables.rows("variants.csv")}


@cache
def absent(edition: Edition) -> frozenset[int]:
    """The Message Codes that an edition of SMETS2 has not."""
    if edition == "every":
        return frozenset()
    without = "later" if edition == "earlier" else "earlier"
    return frozenset(int(code, 16) for row in tables.rows("editions.csv") for code in row[without].split())
