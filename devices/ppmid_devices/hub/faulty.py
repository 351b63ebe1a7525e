"""Communications Hubs with one fault each; the faulty part of each stands before it."""

from dataclasses import replace
from typing import Any

from ppmid_devices import roles
from ppmid_devices.hub.carrying import Carrying
from ppmid_devices.hub.door import Door
from ppmid_devices.hub.hht_desk import HhtDesk
from ppmid_devices.hub.relay import Refusal
from ppmid_devices.hub.settings import HubSettings
from ppmid_devices.hub.simulated import SimulatedHub
from ppmid_devices.hub.sub_ghz_desk import Assessment, SubGhzDesk
from ppmid_devices.links.han_node import HanNode
from ppmid_devices.ports import SECOND
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import Message, decode
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import tunneling, zcl
from ppmid_protocols.zigbee.han import AppMessage


class _AlwaysRelaying(Carrying):
    def _why_not(self, message: Message, octets: bytes) -> Refusal | None:
        return self._relaying.against_rules(message, len(octets))


class RelaysThoughOld(SimulatedHub):
    """Forwards whatever a PPMID brings for a meter, though it is set up as a hub that relays nothing.

    Breaks: a hub carries for a PPMID only PCS01 and PCS02 to the GSME (GBCS use cases; design assumption on today's
    hubs).
    """

    carrying = _AlwaysRelaying


class _Altering(Carrying):
    def _relay(self, bringer: Eui, message: Message, octets: bytes) -> None:
        super()._relay(bringer, message, octets[:-1] + bytes((octets[-1] ^ 1,)))


class AltersRelayed(SimulatedHub):
    """Turns the last bit of every Command that it relays.

    Breaks: a relay forwards a Command byte-identical (a MAC is over every octet, GBCS 4.3).
    """

    carrying = _Altering


class _Dropping(Carrying):
    def _relay(self, bringer: Eui, message: Message, octets: bytes) -> None:
        if self._why_not(message, octets) is not None:
            super()._relay(bringer, message, octets)


class DropsRelayed(SimulatedHub):
    """Says that it can relay, takes a Command, and lets it vanish.

    Breaks: a hub declared as able to relay delivers what its filters let pass.
    """

    carrying = _Dropping


class _Misrouting(Carrying):
    def _route_of(self, message: Message) -> Eui | None:  # noqa: ARG002 - whatever it is, the way is not known
        return None


class MisroutesResponses(SimulatedHub):
    """Sends the Response to a relayed Command to the SM WAN only, never to the PPMID that brought the Command.

    Breaks: a Response goes back the way that its Command came (route-back; design assumption).
    """

    carrying = _Misrouting


class KeepsResponsesFromTheDcc(SimulatedHub):
    """Sends the Response to a Command that a PPMID has brought to that PPMID only, though the DCC had sent it as well.

    Breaks: what comes over the SM WAN is answered over the SM WAN (GBCS use cases).
    """

    def __init__(self, *, settings: HubSettings, **needs: Any) -> None:
        super().__init__(settings=replace(settings, also_over_wan=False), **needs)


class _OpenDesk(HhtDesk):
    def _is_open(self) -> bool:
        return True


class LeavesJoiningOpen(SimulatedHub):
    """Lets a Hand-Held Terminal in whenever it asks.

    Breaks: Inter-PAN is open for 60 minutes after power on, and no longer (GBCS 0.8.1).
    """

    hht_desk = _OpenDesk


class _ShutDesk(HhtDesk):
    def _is_open(self) -> bool:
        return False


class OpenAMinuteLonger(SimulatedHub):
    """Lets a Hand-Held Terminal in until a minute after the hour. Breaks the same."""

    def __init__(self, *, settings: HubSettings, **needs: Any) -> None:
        super().__init__(settings=replace(settings, join_window_s=settings.join_window_s + 60), **needs)


class ShutsHalfWay(SimulatedHub):
    """Lets no Hand-Held Terminal in from half an hour on. Breaks the same: Inter-PAN is open for 60 minutes."""

    def __init__(self, *, settings: HubSettings, **needs: Any) -> None:
        super().__init__(settings=replace(settings, join_window_s=settings.join_window_s // 2), **needs)


class NeverOpensJoining(SimulatedHub):
    """Lets no Hand-Held Terminal in.

    Breaks: a power cycle opens Inter-PAN (GBCS 0.8.1).
    """

    hht_desk = _ShutDesk


class CarriesForTheUnjoined(SimulatedHub):
    """Carries what is sent to it over Inter-PAN in clear, whoever sends it.

    Breaks: a hub carries for devices that have joined its HAN, and for no others.
    """

    def _hht_refused(self, terminal: Eui, reason: Refusal, said: bytes) -> None:
        super()._hht_refused(terminal, reason, said)
        try:
            transfer = tunneling.read(zcl.decode_frame(said))
            if isinstance(transfer, tunneling.TransferData):
                message = decode(transfer.data)
                self._carrying.deliver(message.target, transfer.data, self._settings.mailbox_life_s)
        except ProtocolError:
            return  # it was no Command


class _TakesUnsealed(HanNode):
    """Handles what no link key seals."""

    def _dispatch(self, message: AppMessage) -> None:
        super()._dispatch(message._replace(secured=True))


class TakesUnsealedFrames(SimulatedHub):
    """Takes a frame without any seal for one of the device whose address it bears.

    Breaks: Smart Energy data are sealed under a link key, which none but that device has (ZigBee Smart Energy 5.4).
    """

    node = _TakesUnsealed


class _Listless(Carrying):
    def _why_not(self, message: Message, octets: bytes) -> Refusal | None:
        self._relaying.rules = replace(self._relaying.rules, types=None)
        return super()._why_not(message, octets)


class RelaysAnyType(SimulatedHub):
    """Relays every Message Code, whatever its list allows.

    Breaks: a relay forwards only the Message Codes on its allow-list.
    """

    carrying = _Listless


class _Heedless(Carrying):
    def _has_airtime(self, device: Eui, octets: bytes) -> bool:  # noqa: ARG002 - there is always some
        return True


class IgnoresDutyCycle(SimulatedHub):
    """Sends at 868 MHz however much of the hour it has been on the air there.

    Breaks: a hub keeps to its duty cycle in that band, and drops what goes beyond (GBCS use cases DBCH06, DBCH10).
    """

    carrying = _Heedless


class _Patient(Carrying):
    def _relay(self, bringer: Eui, message: Message, octets: bytes) -> None:
        self._settings = replace(self._settings, relay_age_s=_FOR_EVER_S, mailbox_life_s=_FOR_EVER_S)
        super()._relay(bringer, message, octets)


_FOR_EVER_S = 10**8


class NeverThrowsAway(SimulatedHub):
    """Keeps a Command that a PPMID brought until its meter fetches it, however long that takes.

    Breaks: a relay lets no Command go that is older than its limit; a Command carries no time (design assumption).
    """

    carrying = _Patient


class _MakesRoom(Carrying):
    def deliver(self, device: Eui, octets: bytes, life_s: int) -> Refusal | None:
        if device in self._served and self._post.waiting(device) >= self._settings.mailbox_messages:
            self._post.take(device)
        return super().deliver(device, octets, life_s)


class DropsTheOldestLetter(SimulatedHub):
    """Throws the oldest message away that waits for a device, where a new one finds no room.

    Breaks: what a PPMID brings takes nothing from what the SM WAN has brought (threat I2b).
    """

    carrying = _MakesRoom


class _Hoarding(HanNode):
    """Waits for a block that stays out, and takes nothing more meanwhile."""

    def _abandon(self, key: tuple[int, int, int]) -> None:
        self._clogged = key in self._dissector.reassembly.waiting

    def _receive(self, octets: bytes) -> None:
        if not getattr(self, "_clogged", False):
            super()._receive(octets)


class WaitsForMissingBlocks(SimulatedHub):
    """Never gives up a message of which a block is out, and hears nobody until it comes.

    Breaks: a message whose blocks stay out is given up (ZigBee R22 2.2.8.4.5); memory is bounded.
    """

    node = _Hoarding


class _FallsBack(HanNode):
    """Goes on at the stored frame counters themselves, after a loss of power."""

    def _after_power_loss(self, counter: int) -> int:
        return super()._after_power_loss(counter) - self._store_interval


class ResumesAtStoredCounter(SimulatedHub):
    """Goes on, after a loss of power, at the frame counters that it had stored, which it has used since.

    Breaks: an outgoing frame counter is never used twice (ZigBee R22 4.3.1.1); devices drop frames with old ones
    (4.3.1.2), so the whole HAN ignores the hub until it has passed the last one.
    """

    node = _FallsBack


class KeepsTheStruckOff(SimulatedHub):
    """Answers that it has struck a device off its log, and serves it as before.

    Breaks: a device that is not in the CHF Device Log cannot use the HAN (GBCS use cases CCS02, CCS06).
    """

    def _send_away(self, device: Eui) -> None:
        """Nothing comes of it."""


class CarriesForTheStruckOff(SimulatedHub):
    """Has a device that it strikes off leave, and goes on carrying for it where it stays.

    Breaks: as above.
    """

    def _send_away(self, device: Eui) -> None:
        self._node.send_leave(device, requested=True)


class _BarredDoor(Door):
    def _key_of(self, device: Eui) -> Secret | None:  # noqa: ARG002 - nobody may
        return None


class LetsNobodyBackIn(SimulatedHub):
    """Lists a device again that it had struck off, and does not let it in.

    Breaks: a listed device may come back under its former link key for the joining time (GBCS use case CCS01).
    """

    door = _BarredDoor


class LosesOneInRestore(SimulatedHub):
    """Restores the log of the hub before it, but for the first device in it.

    Breaks: a hub that is restored lets every device of the log rejoin (GBCS use case CCS03).
    """

    def _log_changed(self, device: Eui, there: bool) -> None:
        super()._log_changed(device, there)
        if there and sum(entry.restored for entry in self._book.log.entries.values()) == 1:
            self._clock.call_later(SECOND, lambda: self._lose(device))

    def _lose(self, device: Eui) -> None:
        self._book.remove(device)


class _EagerDesk(SubGhzDesk):
    def _assess(self) -> Assessment:
        return Assessment.ACCEPTED


class ScansRegardless(SimulatedHub):
    """Takes every scan for another channel up, whoever is connected.

    Breaks: scans are refused while a Hand-Held Terminal is connected (status HHTConnected, DUIS 5.4).
    """

    sub_ghz_desk = _EagerDesk


class _Guessing(Carrying):
    def _pass_on(self, bringer: Eui, message: Message, octets: bytes, *, counts: bool) -> Refusal | None:
        refusal = super()._pass_on(bringer, message, octets, counts=counts)
        if refusal is not Refusal.TARGET_UNKNOWN:
            return refusal
        meter = next(device for device, role in self._served.items() if role in roles.METERS)
        return self.deliver(meter, octets, self._settings.mailbox_life_s)


class GuessesTheTarget(SimulatedHub):
    """Hands a Command that is for no device of this home to the first meter that it has.

    Breaks: a Command goes to the device that its header names, and to no other (hub.carrying).
    """

    carrying = _Guessing
