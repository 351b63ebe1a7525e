"""What a bench may set about a simulated Communications Hub."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class HubSettings:
    """Durations are seconds. "Assumed": no public text settles it; how a hub would relay is a proposal's matter."""

    # Commands that a PPMID brings for a meter.
    relay: Literal["none", "commands"] = "none"  # today's hubs know PCS01 and PCS02 only (GBCS use cases)
    on_unknown: Literal["drop", "error"] = "drop"  # how a hub without relay takes them; assumed
    relay_types: Literal["all"] | tuple[int, ...] = "all"  # allowed Message Codes; assumed
    relay_age_s: int = 86_400  # assumed: a Command carries no time, so it counts from when the hub had it
    relay_rate_per_hour: int = 60  # for each target; assumed
    relay_octets: int = 1_500  # the largest transfer in a tunnel (public device code quoting GBCS 10.2.2)
    on_refused: Literal["silent", "error"] = "silent"  # how a hub that relays refuses one; assumed

    # The way back of their Responses.
    routes: int = 100  # assumed
    route_life_s: int = 86_400  # assumed
    routes_survive_power_cycle: bool = True  # assumed
    also_over_wan: bool = True  # a Response to a relayed Command goes to the DCC as well; assumed

    # What waits.
    mailbox_messages: int = 16  # for each device; assumed
    mailbox_life_s: int = 86_400  # public device code: queue time-out of sleepy devices
    outbox_messages: int = 100  # for each device, while the SM WAN is down; the oldest goes first; assumed
    outbox_interval_s: int = 1  # between two of them after the SM WAN is back; assumed
    queues_survive_power_cycle: bool = False  # assumed

    # Power.
    tunnels_after_s: int = 1  # from power on to the opening of the tunnels; assumed
    power_off_s: int = 30  # assumed
    counter_store_interval: int = 4_096  # frames between two writes of the frame counters; assumed
