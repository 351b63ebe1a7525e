"""The words in which a scenario speaks of a home's SM WAN, and of the avenue into it.

What they come to stands in ``wan_variants`` and ``avenues``.
"""

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
