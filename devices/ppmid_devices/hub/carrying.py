"""What a hub carries between the SM WAN and the devices of its HAN, and for whom.

Of a message it reads only what stands in clear: who it is for, from whom, and its Message Code.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from ppmid_devices import roles
from ppmid_devices.hub.alerts import Alerts
from ppmid_devices.hub.functions import HubFunctions
from ppmid_devices.hub.post import Post
from ppmid_devices.hub.relay import Refusal
from ppmid_devices.hub.relaying import Relaying
from ppmid_devices.hub.settings import HubSettings
from ppmid_devices.hub.sub_ghz import SubGhz
from ppmid_devices.hub.tunnels import Tunnels
from ppmid_devices.hub.voice import Event
from ppmid_devices.hub.wan_side import WanSide
from ppmid_devices.links.han_node import HanNode
from ppmid_devices.ports import Clock
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.gbt import Transaction, transaction_of
from ppmid_protocols.gbcs.message import CommandKey, Cra, Message, decode
from ppmid_protocols.gbcs.prepayment.requests import PCS01, PCS02
from ppmid_protocols.zigbee import gb_hrgp

_PPMID_TO_GSME = (PCS01, PCS02)
_BRINGERS = (roles.PPMID, roles.HHT)
_MOST_REMAINING = 0xFF


@dataclass(frozen=True, slots=True)
class Refused:
    """What the hub did not carry, and when (nanoseconds). ``message_code`` None: it was no GBCS message.

    ``party``: who brought it, a role or an EUI-64; of what waited too long, the device that it was for.
    """

    at: int
    party: str
    message_code: int | None
    reason: Refusal


class Carrying:
    """``served``: the devices on the HAN, by their roles; it may change at any time."""

    post: ClassVar[type[Post]] = Post

    def __init__(
        self,
        clock: Clock,
        settings: HubSettings,
        served: Mapping[Eui, str],
        functions: HubFunctions,
        wan: WanSide,
        sub_ghz: SubGhz,
        alerts: Alerts,
    ) -> None:
        self._clock, self._settings, self._served, self._functions = clock, settings, served, functions
        self._wan, self._sub_ghz, self._alerts = wan, sub_ghz, alerts
        self._relaying = Relaying(clock, settings, self._targets)
        self._post = self.post(clock, settings.mailbox_messages, self._waited_too_long, self._may_leave)
        self._post.serve(served)
        self._port: Eui | None = None
        self.refusals: list[Refused] = []

    def _targets(self) -> frozenset[Eui]:
        commanded = (*roles.METERS, roles.HCALCS)
        return self._functions.euis.union(device for device, role in self._served.items() if role in commanded)

    def attach(self, node: HanNode) -> Tunnels:
        """Speak to the devices through this node; gives the tunnels to them."""
        self._tunnels = Tunnels(
            self._clock,
            node,
            heard=self.from_device,
            asked=self._from_gas_meter,
            opened=self._empty_mailbox,
        )
        for device in self._served:
            self._meet(device)
        return self._tunnels

    def have_port(
        self,
        hub: Eui,
        answer: Callable[[Message, bytes], None],
        lost: Callable[[CommandKey, Refusal], None],
    ) -> None:
        """Commands come by a port of the hub's own, too: in the routes they are of ``hub``.

        ``answer`` is called with the Response to each, ``lost`` with each that waited in vain.
        """
        self._port, self._answer_port, self._tell_lost = hub, answer, lost

    def update(self, settings: HubSettings) -> None:
        """Go by these settings from now on."""
        self._settings = settings
        self._relaying.update(settings)

    def serve(self, device: Eui) -> None:
        """A device has come onto the HAN: it has a mailbox and a tunnel of its own."""
        self._post.serve((device,))
        self._meet(device)

    def _meet(self, device: Eui) -> None:
        meet = self._tunnels.meet_gas_meter if self._served[device] == roles.GSME else self._tunnels.meet
        meet(device)

    def part_from(self, device: Eui) -> None:
        """A device is on the HAN no more: what waited for it is gone."""
        self._tunnels.part_from(device)
        self._post.forget(device)

    def power_off(self) -> None:
        """Lose what does not survive a loss of power."""
        self._tunnels.power_off()
        self._relaying.power_off()
        if not self._settings.queues_survive_power_cycle:
            self._post.serve(self._served)

    # To the devices

    def from_wan(self, octets: bytes) -> None:
        """A GBCS message has come over the SM WAN."""
        try:
            message = transaction_of(octets)  # of a block as of a whole message
        except ProtocolError:
            self.note(roles.DCC, None, Refusal.NOT_GBCS)
            return
        refusal = self.deliver(message.target, octets, self._settings.mailbox_life_s)
        if refusal is not None:
            self.note(roles.DCC, message, refusal)

    def deliver(self, device: Eui, octets: bytes, life_s: int) -> Refusal | None:
        """Hand a message to a device now, or keep it until the device can take it; gives the reason when neither."""
        if self._functions.take(device, octets):
            return None
        if device not in self._served:
            return Refusal.TARGET_UNKNOWN
        if len(octets) > self._tunnels.room(device):
            return Refusal.TOO_LARGE
        if self._tunnels.is_open(device):
            if not self._has_airtime(device, octets):
                return Refusal.DUTY_CYCLE
            self._tunnels.send(device, octets)
            return None
        if not self._post.put(device, octets, life_s):
            return Refusal.NO_ROOM
        self._tunnels.open(device)
        return None

    def _has_airtime(self, device: Eui, octets: bytes) -> bool:
        """Whether a message may go now; what may not, the hub drops, and tells the DCC."""
        if self._sub_ghz.admits(device, len(octets)):
            return True
        self._sub_ghz.dropped(transaction_of(octets))
        return False

    def _waited_too_long(self, device: Eui, octets: bytes) -> None:
        self._note_lost(device, octets, Refusal.TOO_OLD)
        if self._served[device] == roles.GSME:
            self._alerts.tell(Event.GSME_COMMAND_NOT_FETCHED)

    def _may_leave(self, device: Eui, octets: bytes) -> bool:
        """Whether what has waited may go now; noted when not."""
        if self._has_airtime(device, octets):
            return True
        self._note_lost(device, octets, Refusal.DUTY_CYCLE)
        return False

    def _note_lost(self, device: Eui, octets: bytes, reason: Refusal) -> None:
        """What has waited for a device will not go to it."""
        lost = transaction_of(octets)
        self.note(str(device), lost, reason)
        key = CommandKey(lost.originator, lost.target, lost.counter)
        if self._port is not None and self._relaying.brought_by(key) == self._port:
            self._tell_lost(key, reason)

    def _empty_mailbox(self, device: Eui) -> None:
        while (message := self._post.take(device)) is not None:
            self._tunnels.send(device, message)

    # From the devices

    def _from_gas_meter(self, meter: Eui, data: bytes) -> None:
        try:
            exchange = gb_hrgp.decode(data)
        except ProtocolError:
            self.note(str(meter), None, Refusal.NOT_GBCS)
            return
        if isinstance(exchange, gb_hrgp.Get):
            message = self._post.take(meter) or b""
            remaining = min(self._post.waiting(meter), _MOST_REMAINING) if message else 0
            self._tunnels.hand_out(meter, gb_hrgp.GetResponse(remaining, message))
        elif isinstance(exchange, gb_hrgp.Put):
            self.from_device(meter, exchange.message)

    def from_device(self, device: Eui, octets: bytes) -> None:
        """A device has put a message into its tunnel."""
        try:
            message = decode(octets)
        except ProtocolError:
            self._refuse(device, None, Refusal.NOT_GBCS)
            return
        if message.cra is not Cra.COMMAND:
            self._answer(device, message, octets)
        elif self._served[device] not in _BRINGERS:
            self.note(str(device), message, Refusal.NO_RELAY)
        elif self._is_ppmids_own(device, message):
            refusal = self.deliver(message.target, octets, self._settings.mailbox_life_s)
            if refusal is not None:
                self._refuse(device, message, refusal)
        else:
            self._relay(device, message, octets)

    def _is_ppmids_own(self, ppmid: Eui, message: Message) -> bool:
        """Whether this is what every hub carries for a PPMID: its own top-ups and emergency credit for the GSME."""
        to_gas_meter = self._served.get(message.target) == roles.GSME
        return message.originator == ppmid and to_gas_meter and message.message_code in _PPMID_TO_GSME

    def _relay(self, bringer: Eui, message: Message, octets: bytes) -> None:
        """Carry a Command: of a PPMID by the rules of the proposals, of a Hand-Held Terminal as every hub does."""
        of_ppmid = self._served[bringer] == roles.PPMID
        refusal = self._why_not(message, octets) if of_ppmid else None
        refusal = refusal or self._pass_on(bringer, message, octets, counts=of_ppmid)
        if refusal is not None:
            self._refuse(bringer, message, refusal)

    def _pass_on(self, bringer: Eui, message: Message, octets: bytes, *, counts: bool) -> Refusal | None:
        """Hand a Command that was brought to its target, and know who brought it; gives why not."""
        life_s = min(self._settings.relay_age_s, self._settings.mailbox_life_s)
        refusal = self.deliver(message.target, octets, life_s)
        if refusal is None:
            self._relaying.carried(message, bringer, counts=counts)
        return refusal

    def from_port(self, octets: bytes, target: Eui) -> Refusal | None:
        """A Command has come by the hub's own port, for the target that its request names: as a PPMID's."""
        assert self._port is not None  # else nothing comes by it
        try:
            message = decode(octets)
        except ProtocolError:
            self.note(str(self._port), None, Refusal.NOT_GBCS)
            return Refusal.NOT_GBCS
        refusal = Refusal.OTHER_TARGET if message.target != target else self._why_not(message, octets)
        refusal = refusal or self._pass_on(self._port, message, octets, counts=True)
        if refusal is not None:
            self.note(str(self._port), message, refusal)
        return refusal

    def _why_not(self, message: Message, octets: bytes) -> Refusal | None:
        """Why a Command that a PPMID brought is not relayed; None when it is."""
        return self._relaying.why_not(message, len(octets))

    def _refuse(self, device: Eui, message: Message | None, reason: Refusal) -> None:
        self.note(str(device), message, reason)
        manner = self._settings.on_unknown if self._settings.relay == "none" else self._settings.on_refused
        if manner == "error":
            self._tunnels.refuse(device)

    def note(self, party: str, message: Message | Transaction | None, reason: Refusal) -> None:
        """Note what is not carried, and why."""
        code = None if message is None else message.message_code
        self.refusals.append(Refused(self._clock.now(), party, code, reason))

    def from_function(self, function: Eui, octets: bytes) -> None:
        """A function of the hub itself has something to say."""
        self._answer(function, decode(octets), octets)

    def _answer(self, device: Eui, message: Message, octets: bytes) -> None:
        """Pass a Response or Alert on: to the PPMID that it is for, to whoever brought its Command, or to the DCC."""
        if self._served.get(message.target) == roles.PPMID:
            self.deliver(message.target, octets, self._settings.mailbox_life_s)
            return
        bringer = self._route_of(message)
        if bringer is not None and bringer == self._port:
            self._answer_port(message, octets)
        elif bringer is not None:
            self.deliver(bringer, octets, self._settings.mailbox_life_s)
        if bringer is None or self._settings.also_over_wan:
            self._wan.send(device, octets)

    def _route_of(self, message: Message) -> Eui | None:
        """Who brought the Command which this Response answers."""
        return self._relaying.bringer(message) if message.cra is Cra.RESPONSE else None
