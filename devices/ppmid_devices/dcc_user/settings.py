"""What can be set about a simulated DCC User."""

from dataclasses import dataclass, replace
from typing import Annotated, Literal

from ppmid_devices.assumption import Assumed
from ppmid_devices.dcc_user.contract import UserSituation


@dataclass(frozen=True, slots=True)
class DccUserSettings:
    """Counters and patience of a Supplier's systems."""

    utrn_counter_start: Annotated[
        int,
        Assumed("the first UTRN counter of every meter, each vend takes the next; how Suppliers count is not public"),
    ] = 1
    utrn_counter_used: Annotated[
        int, Assumed("the highest UTRN counter that the meters have used before; the homes are new")
    ] = 0
    utrn_counters: Annotated[
        Literal["step", "epoch"],
        Assumed("the next number for each vend, or the seconds since 1970 as a published client has it; not public"),
    ] = "step"
    utrn_counters_left: Annotated[
        int,
        Assumed("with how many UTRN counters left a Supplier is warned of their end; counted by the clock, 194 days"),
    ] = 1 << 24
    refuse_unreadable_codes: bool = True  # a printed code's counter jumps by at most 511 (GBCS 14.4: ten bits travel)
    originator_counter_start: Annotated[
        int, Assumed("of all but top-ups, whose first is 1 << 32, far above; how Suppliers count is not public")
    ] = 1_000
    originator_counters: Annotated[
        Literal["step", "epoch"],
        Assumed("from that number, or from the milliseconds since 1970 as a published signing tool has it; not public"),
    ] = "step"
    clock_slack_s: Annotated[
        int, Assumed("how far the DCC's clock may be from the User's when it issues a Pre-Command; not public")
    ] = 1
    read_back: Annotated[
        bool, Assumed("whether it asks for the meter's log when it does not know of a top-up; a Supplier's own matter")
    ] = True
    meter_clock_slack_s: Annotated[
        int, Assumed("how far a meter's clock may be from the User's in what its log tells; SMETS allows ten seconds")
    ] = 60
    esme_give_up_s: Annotated[
        int, Assumed("how long the Supplier waits to hear of an electricity meter; a Supplier's own matter")
    ] = 120
    gsme_give_up_s: Annotated[
        int, Assumed("how long the Supplier waits to hear of a gas meter; four of its wakes, every 30 minutes")
    ] = 7_200
    unsigned_errors: bool = False  # an error code without a signature counts, as the DCC's own validator has it

    def under(self, situation: UserSituation | None) -> "DccUserSettings":
        """These settings, as a scenario's situation has it: one that counts by the clock looks at no window."""
        if situation is None or not situation.counts_by_clock:
            return self
        return replace(self, utrn_counters="epoch", refuse_unreadable_codes=False)
