"""What a bench may set about a simulated Communications Hub."""

from dataclasses import dataclass, replace
from typing import Annotated, Literal

from msgspec import Meta

from ppmid_devices.assumption import Assumed
from ppmid_devices.hub.contract import HubSituation
from ppmid_protocols.gbcs.use_cases import USE_CASES


@dataclass(frozen=True, slots=True, kw_only=True)
class HubSettings:
    """Durations are seconds. How a hub would relay is a proposal's matter, which no public text settles."""

    # Commands that a PPMID brings for a meter.
    relay: Literal["none", "commands"] = "none"  # today's hubs know PCS01 and PCS02 only (GBCS use cases)
    on_unknown: Annotated[
        Literal["drop", "error"], Assumed("how a hub without relay takes a PPMID's Commands for meters; not public")
    ] = "drop"
    relay_types: Annotated[
        Literal["all"] | tuple[int, ...], Assumed("the Message Codes that a hub relays; a proposal's matter")
    ] = "all"
    relay_age_s: Annotated[
        int, Assumed("counts from when the hub had the Command, which itself carries no time; a proposal's matter")
    ] = 86_400
    relay_rate_per_hour: Annotated[int, Assumed("Commands that a hub relays for each target; a proposal's matter")] = 60
    relay_octets: int = 1_500  # the largest transfer in a tunnel (public device code quoting GBCS 10.2.2)
    on_refused: Annotated[
        Literal["silent", "error"], Assumed("how a hub that relays refuses a Command; a proposal's matter")
    ] = "silent"

    # The way back of their Responses.
    routes: Annotated[int, Assumed("how many Commands a hub knows the bringer of; a proposal's matter")] = 100
    route_life_s: Annotated[int, Assumed("how long a hub knows who brought a Command; a proposal's matter")] = 86_400
    routes_survive_power_cycle: Annotated[
        bool, Assumed("whether a hub still knows after a loss of power who brought a Command; a proposal's matter")
    ] = True
    also_over_wan: Annotated[
        bool, Assumed("whether a Response to a relayed Command goes to the DCC as well; a proposal's matter")
    ] = True

    # A port of its own for Commands.
    avenue_key_id: Annotated[str, Assumed("the key id in what a hub seals; the bench's own choice")] = "hub"
    esme_answer_s: Annotated[
        int, Assumed("how long a hub waits for an electricity meter before it says unknown at its port; not public")
    ] = 60
    gsme_answer_s: Annotated[
        int, Assumed("how long a hub waits for a gas meter before it says so, two wakes of 1800 s and some; not public")
    ] = 3_900

    # The gas mirror.
    mirror_dated: Annotated[
        bool, Assumed("whether the gas mirror tells displays when the meter last reported; SECMP0015 asks for it")
    ] = True

    # What waits.
    mailbox_messages: Annotated[
        int, Assumed("messages that wait in a hub for each sleepy device; no public text gives a number")
    ] = 16
    mailbox_life_s: int = 86_400  # public device code: queue time-out of sleepy devices
    outbox_messages: Annotated[
        int,
        Assumed("kept for each device while the SM WAN is down, the oldest goes first; no public text gives a number"),
    ] = 100
    outbox_interval_s: Annotated[
        int, Assumed("between two kept messages after the SM WAN is back; no public text gives a rate")
    ] = 1
    queues_survive_power_cycle: Annotated[
        bool, Assumed("whether a hub keeps what waits over a loss of power; no public text says")
    ] = False

    # What it says of its own.
    alerts: Annotated[bool, Assumed("whether a hub sends its Alerts; in the field a matter of its settings")] = True
    alert_counter_start: Annotated[int, Assumed("the first counter of a hub's own Alerts; a maker's matter")] = 2_000

    # Hand-Held Terminals.
    join_window_s: int = 3_600  # Inter-PAN is open for 60 minutes after power on (GBCS 0.8.1)

    # Power.
    tunnels_after_s: Annotated[
        int, Assumed("from power on to the opening of the tunnels; no public text gives a time")
    ] = 1
    power_off_s: Annotated[int, Assumed("how long a cut of a hub's power lasts; chance in the field")] = 30
    counter_store_interval: Annotated[
        int, Assumed("frames between two writes of a hub's frame counters to lasting memory; a maker's matter")
    ] = 4_096
    frame_counter: Annotated[
        tuple[int, int], Assumed("a hub's next frame counter and the last one stored; the homes are new")
    ] = (0, 0)
    own_frame_s: Annotated[
        int, Assumed("between two reports of a hub's time, to its devices in turn, 0 is never; not public")
    ] = 0

    # The 868 MHz band.
    sub_ghz_devices: Annotated[int, Assumed("devices that a hub takes at 868 MHz; no public text gives a number")] = 16
    scan_channel_ms: Annotated[int, Assumed("how long a hub measures the noise on each channel; not public")] = 100
    channel_notice_s: Annotated[
        int, Assumed("from a hub's word of its new channel to the change; no public text gives a time")
    ] = 2
    suspend_minutes: Annotated[
        int, Meta(ge=1, le=255), Assumed("how long a hub wants a device silent at 868 MHz; no public text gives a time")
    ] = 60
    duty_limited_ms: Annotated[
        int, Assumed("airtime in an hour at 868 MHz from which a hub's duty cycle is limited; no public number")
    ] = 18_000
    duty_critical_ms: Annotated[
        int, Assumed("airtime in an hour at 868 MHz beyond which a hub drops messages; no public number")
    ] = 27_000

    def __post_init__(self) -> None:
        """Raise ValueError for a list with what is no Message Code: it would relay less than whoever wrote it meant."""
        unknown = () if self.relay_types == "all" else tuple(one for one in self.relay_types if one not in USE_CASES)
        if unknown:
            raise ValueError(f"Expected Message Codes of GBCS in relay_types, got {', '.join(map(str, unknown))}")

    def under(self, situation: HubSituation | None) -> "HubSettings":
        """These settings, as a scenario's situation has it."""
        if situation is None:
            return self
        types = self.relay_types if situation.relays is None else tuple(sorted(situation.relays))
        return replace(
            self,
            relay="commands" if situation.can_relay else "none",
            relay_types=types,
            frame_counter=self.frame_counter if situation.frame_counter is None else situation.frame_counter,
            also_over_wan=self.also_over_wan if situation.also_over_wan is None else situation.also_over_wan,
            own_frame_s=self.own_frame_s if situation.own_frame_s is None else situation.own_frame_s,
            sub_ghz_devices=self.sub_ghz_devices if situation.sub_ghz_devices is None else situation.sub_ghz_devices,
            duty_limited_ms=self.duty_limited_ms if situation.airtime_ms is None else situation.airtime_ms // 2,
            duty_critical_ms=self.duty_critical_ms if situation.airtime_ms is None else situation.airtime_ms * 3 // 4,
        )
