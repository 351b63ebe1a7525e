"""Which firmware of the simulated hub can do what: the statement about a fleet of hubs that I7 asks for."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

Relay = Literal["none", "commands"]

FIRMWARE: Mapping[int, Relay] = MappingProxyType({1: "none", 2: "commands"})
"""What each version relays for a PPMID beside PCS01 and PCS02: today's nothing, the next one Commands (assumed: that
a version tells whether a hub relays)."""


def version_of(relay: Relay) -> int:
    """The version that relays so."""
    return next(version for version, what in FIRMWARE.items() if what == relay)
