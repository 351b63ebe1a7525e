"""What a bench may set about a simulated PPMID."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PpmidSettings:
    """Durations are seconds. "Assumed": no public text settles it."""

    firmware: str = "1.0"  # assumed
    can_relay: bool = True  # whether it carries Commands at all; today's cannot, the proposal's would
    largest_command: int = 1_500  # octets; the largest transfer in a tunnel (public device code quoting GBCS 10.2.2)
    relay_rate_per_hour: int = 60  # Commands for each meter; assumed
    key_id: str = "ppmid"  # of its own key of the local command interface; assumed

    esme_answer_s: int = 60  # how long it waits for an ESME; assumed, and a maker must declare it
    gsme_answer_s: int = 3_900  # the same for a GSME: two wakes of 1800 s and some; assumed

    originator_counter_start: int = 10_000  # RTDS 4.5.0, PCS01
    queued_for_a_meter: int = 8  # top-ups and other choices that wait their turn; assumed
    screen_lines: int = 20  # assumed
    restart_s: int = 20  # from power cut to running again; assumed
