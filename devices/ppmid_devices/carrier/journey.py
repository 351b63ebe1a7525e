"""Where a carrier is, and what that means: every change of its two lines, and what it does then."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Place(StrEnum):
    """Where it is."""

    ON_THE_WAY = "on the way"
    SUPPLIER = "at the Supplier's"
    HOME = "at the PPMID"


class Change(StrEnum):
    """What its lines tell."""

    SUPPLIER_REACHED = "handover up"
    SUPPLIER_LEFT = "handover down"
    PPMID_REACHED = "avenue up"
    PPMID_LEFT = "avenue down"


class Deed(StrEnum):
    """What it does at a change."""

    NOTHING = "nothing"
    HAND_IN = "hand in what the PPMID has said"
    BRING = "bring the PPMID what it is to have"
    BREAK_OFF = "break off what is under way"


JOURNEY: Mapping[tuple[Place, Change], tuple[Place, Deed]] = MappingProxyType(
    {
        (Place.ON_THE_WAY, Change.SUPPLIER_REACHED): (Place.SUPPLIER, Deed.HAND_IN),
        (Place.SUPPLIER, Change.SUPPLIER_LEFT): (Place.ON_THE_WAY, Deed.NOTHING),
        (Place.ON_THE_WAY, Change.PPMID_REACHED): (Place.HOME, Deed.BRING),
        (Place.HOME, Change.PPMID_LEFT): (Place.ON_THE_WAY, Deed.BREAK_OFF),
        # one that was carried off so fast that nobody saw it leave
        (Place.SUPPLIER, Change.PPMID_REACHED): (Place.HOME, Deed.BRING),
        (Place.HOME, Change.SUPPLIER_REACHED): (Place.SUPPLIER, Deed.HAND_IN),
        (Place.SUPPLIER, Change.PPMID_LEFT): (Place.SUPPLIER, Deed.NOTHING),
        (Place.HOME, Change.SUPPLIER_LEFT): (Place.HOME, Deed.NOTHING),
    }
)
"""By place and change: the place after it, and the deed. What is not listed cannot come."""
