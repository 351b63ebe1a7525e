"""What can be set about a simulated DCC User."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DccUserSettings:
    """Counters and patience of a Supplier's systems."""

    utrn_counter_start: int = 1  # assumed; the first UTRN counter of every meter, each vend takes the next
    utrn_counter_used: int = 0  # assumed; the highest UTRN counter that the meters are known to have used before
    refuse_unreadable_codes: bool = True  # a printed code's counter jumps by at most 511 (GBCS 14.4: ten bits travel)
    originator_counter_start: int = 1_000  # assumed; far below the first top-up's, which is 1 << 32
    esme_give_up_s: int = 120  # assumed
    gsme_give_up_s: int = 7_200  # assumed; four polls of a gas meter that wakes every 30 minutes
