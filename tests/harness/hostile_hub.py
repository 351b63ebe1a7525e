"""A hub whose crash says what no report can hold as it is."""

from ppmid_devices.hub.simulated import SimulatedHub

UTRN = "73951773847901038897"
TEXT = (
    f"bytes \x00\x1b\xdd, \ud800, \ufffe, ]]>, \x1b[31m red, £5, {UTRN}, 7395 1773 8479 0103 8897, {'0af' * 1_700_000}"
)
"""Octets of a GBCS frame as text, a lone surrogate, no character, an unterminated colour, a UTRN, 5 MB of digits."""


class HostileHub(SimulatedHub):
    """Does not start."""

    def start(self) -> None:
        """It never does."""
        raise ValueError(TEXT)
