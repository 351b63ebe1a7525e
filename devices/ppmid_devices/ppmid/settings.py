"""What a bench may set about a simulated PPMID."""

from dataclasses import dataclass, replace
from typing import Annotated

from ppmid_devices.assumption import Assumed
from ppmid_devices.ihd.reader import Rate
from ppmid_devices.ppmid.contract import PpmidSituation


@dataclass(frozen=True, slots=True, kw_only=True)
class PpmidSettings:
    """Durations are seconds."""

    firmware: Annotated[int, Assumed("the version that a PPMID runs; a maker's matter")] = 2
    relays_from: Annotated[int, Assumed("the version from which on a PPMID can relay; a maker's matter")] = 2
    hub_firmware_needed: Annotated[
        int, Assumed("the hub's version beside which a PPMID activates new firmware; a maker's matter")
    ] = 2
    hub_check_s: Annotated[
        int, Assumed("between two looks of a PPMID whether its hub's firmware is new enough; a maker's matter")
    ] = 3_600
    can_relay: bool = True  # whether it carries Commands at all; today's cannot, the proposal's would
    largest_command: int = 1_500  # octets; the largest transfer in a tunnel (public device code quoting GBCS 10.2.2)
    relay_rate_per_hour: Annotated[
        int, Assumed("Commands that a PPMID carries for each meter; a proposal's matter")
    ] = 60
    key_id: Annotated[str, Assumed("the key id in what a PPMID seals; the bench's own choice")] = "ppmid"

    esme_answer_s: Annotated[
        int, Assumed("how long a PPMID waits for an electricity meter; not public, a maker must declare it")
    ] = 60
    gsme_answer_s: Annotated[
        int, Assumed("how long a PPMID waits for a gas meter, two wakes of 1800 s and some; a maker must declare it")
    ] = 3_900

    readings_every_s: Annotated[
        int, Assumed("between two readings of the meters' figures while its screen is on; a maker must declare it")
    ] = 30
    screen_on_s: Annotated[int, Assumed("how long a display's screen stays on after a touch; a maker's matter")] = 120
    originator_counter_start: int = 10_000  # RTDS 4.5.0, PCS01
    queued_for_a_meter: Annotated[
        int, Assumed("top-ups and other choices that wait their turn at a PPMID; a maker's matter")
    ] = 8
    sleepy: Annotated[
        bool, Assumed("whether a PPMID's receiver on the HAN is off but when it asks for frames; a maker's matter")
    ] = False
    poll_ms: Annotated[
        int, Assumed("between two times that a sleepy PPMID asks its parent for frames; a maker must declare it")
    ] = 5_000
    screen_lines: Annotated[int, Assumed("lines that a PPMID's screen shows; a maker's matter")] = 20
    restart_s: Annotated[int, Assumed("from a cut of a PPMID's power to running again; a maker's matter")] = 20

    @property
    def rate(self) -> Rate:
        """How often it reads figures."""
        return Rate(every_s=self.readings_every_s, screen_on_s=self.screen_on_s)

    def under(self, situation: PpmidSituation | None) -> "PpmidSettings":
        """These settings, as a scenario's situation has it."""
        if situation is None:
            return self
        settings = self if situation.sleepy is None else replace(self, sleepy=situation.sleepy)
        if situation.can_relay is None:
            return settings
        firmware = self.relays_from if situation.can_relay else self.relays_from - 1
        return replace(settings, can_relay=situation.can_relay, firmware=firmware)

    def running(self, firmware: int) -> "PpmidSettings":
        """These settings with other firmware."""
        return replace(self, can_relay=firmware >= self.relays_from, firmware=firmware)
