"""What others may do with the carrier: put it to work, and have it bring a copy.

Where it is, the lines tell: while it is at the Supplier's, the line to the delivery service is up; while it is in the
PPMID, on its cable or on its face, the avenue is. It holds no key, and nobody trusts it.
"""

from typing import Protocol


class Carrier(Protocol):
    """Takes sealed messages between the delivery service and the PPMIDs of homes."""

    def start(self) -> None:
        """Begin to take what the delivery service gives."""

    def bring_copy(self) -> None:
        """From now on bring, as often as it is asked to, a copy of what it brought last."""
