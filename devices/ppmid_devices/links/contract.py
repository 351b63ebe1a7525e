"""The words in which a scenario speaks of a home's SM WAN. What they come to stands in ``wan_variants``."""

from typing import Literal

Kind = Literal["intermittent", "no-wan", "never-wan"]
Network = Literal["cellular", "long-range-radio"]
Variant = Literal["cellular", "cellular+mesh", "buddy", "long-range-radio"]
Aerial = Literal["T1", "T2", "T3"]
Installer = Literal["Supplier", "DCC"]
Need = Literal["aerial", "none"]
"""What a home without coverage yet lacks: an aerial, or nothing helps but a neighbour's hub."""
