"""The words in which a scenario speaks of a home's SM WAN, and of the avenue into it.

What they come to stands in ``wan_variants``, ``avenues`` and ``link``.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["intermittent", "no-wan", "never-wan"]
Network = Literal["cellular", "long-range-radio"]
Variant = Literal["cellular", "cellular+mesh", "buddy", "long-range-radio"]
Aerial = Literal["T1", "T2", "T3"]
Installer = Literal["Supplier", "DCC"]
Need = Literal["aerial", "mast", "none"]
"""What a home without coverage yet lacks: an aerial, a mast of the network, or nothing helps but a neighbour's hub."""
Lends = Literal["", "mesh", "buddy"]
"""To hubs of which kind a neighbour's hub lends its way to the SM WAN; empty: to none."""
Port = Literal["internet", "usb-serial", "usb-stick", "nfc"]
"""By what messages of the local command interface reach a PPMID."""
HubPort = Literal["serial", "nfc"]
"""By what they reach a hub that takes them itself: a wire, or a phone that taps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Impairments:
    """``delay_ms``: of everything, in each direction. ``octets_per_s``: the rate of each direction, 0 without a limit.

    ``dropped``: the share of datagrams, or of the pieces that a serial line brings, that are lost; TCP loses none.
    ``reset_after``: octets in both directions together after which a connection is reset, 0 for never.
    """

    delay_ms: int = 0
    octets_per_s: int = 0
    dropped: float = 0.0
    reset_after: int = 0

    def __post_init__(self) -> None:
        """Raises ValueError for a share that is none, and for numbers below zero."""
        if not 0 <= self.dropped <= 1:
            raise ValueError(f"dropped: expected a share from 0 to 1, found {self.dropped}")
        for name in ("delay_ms", "octets_per_s", "reset_after"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name}: expected a number from 0 up, found {getattr(self, name)}")
