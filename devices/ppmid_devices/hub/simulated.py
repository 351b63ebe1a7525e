"""A simulated Communications Hub: carries GBCS messages between the SM WAN and the devices of its HAN.

Of what it carries it reads only what stands in clear: who it is for, from whom, and its Message Code. It holds keys for
its own two functions, and none of any other message.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

from ppmid_devices import roles
from ppmid_devices.credentials import Credentials, Directory, Held
from ppmid_devices.hub.contract import HubSituation
from ppmid_devices.hub.duty_cycle import DutyCycle
from ppmid_devices.hub.firmware_desk import FirmwareDesk
from ppmid_devices.hub.fleet import version_of
from ppmid_devices.hub.functions import HubFunctions, Others
from ppmid_devices.hub.hht_desk import HhtDesk
from ppmid_devices.hub.joining import JoinWindow
from ppmid_devices.hub.mirror import Mirror
from ppmid_devices.hub.mirror_desk import MirrorDesk
from ppmid_devices.hub.own_frames import OwnFrames
from ppmid_devices.hub.post import Post
from ppmid_devices.hub.relay import Refusal
from ppmid_devices.hub.relaying import Relaying
from ppmid_devices.hub.settings import HubSettings
from ppmid_devices.hub.sub_ghz import SubGhz
from ppmid_devices.hub.tunnels import Tunnels
from ppmid_devices.hub.voice import GNCA, Event, HubVoice
from ppmid_devices.hub.wan_side import WanSide
from ppmid_devices.links.han import AgreedKeys, Han, HanMembership
from ppmid_devices.links.han_node import HanNode
from ppmid_devices.links.link import Link
from ppmid_devices.meter.settings import MeterSettings
from ppmid_devices.ports import MILLISECOND, SECOND, Clock
from ppmid_protocols.distribution import is_distribution
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.gbt import Transaction, transaction_of
from ppmid_protocols.gbcs.message import Cra, Message, decode
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


class SimulatedHub:
    """A hub (``hub.contract.Hub``): client of the tunnels of its devices, server of the GSME's, mailbox for all.

    ``gas_proxy``: what its Gas Proxy Function holds, whose identifier is printed on it. ``hhts``: Hand-Held Terminals
    whose certificates would hold, with the keys that stand in the place of what CBKE gives.
    """

    node: ClassVar[type[HanNode]] = HanNode

    def __init__(
        self,
        *,
        clock: Clock,
        credentials: Credentials,
        directory: Directory,
        gas_proxy: Held,
        supplier: Eui,
        access_control_broker: Eui,
        han: Han,
        membership: HanMembership,
        wan: Link,
        devices: Mapping[Eui, str],
        hhts: Mapping[Eui, AgreedKeys],
        settings: HubSettings,
        situation: HubSituation | None = None,
    ) -> None:
        settings = settings.under(situation)
        self._clock, self._eui, self._han, self._membership = clock, credentials.eui, han, membership
        self._devices, self._settings = dict(devices), settings
        self._wan = WanSide(clock, wan, settings)
        chf = Held(credentials=credentials, directory=directory)
        others = Others(supplier=supplier, broker=access_control_broker, devices=devices)
        commanded = MeterSettings(alert_counter_start=settings.alert_counter_start)
        self._functions = HubFunctions(clock, chf, gas_proxy, others, commanded, self._from_function)
        next_counter = self._functions.chf.next_counter
        self._voice = HubVoice(credentials, directory, access_control_broker, next_counter)
        meters = frozenset(device for device, role in devices.items() if role in roles.METERS)
        self._relaying = Relaying(clock, settings, meters | self._functions.euis)
        duty = DutyCycle(settings.duty_limited_ms * MILLISECOND, settings.duty_critical_ms * MILLISECOND)
        self._sub_ghz = SubGhz(clock, duty, membership.sub_ghz, self._tell)
        self._post = Post(clock, settings.mailbox_messages, self._waited_too_long, self._may_leave)
        self._post.serve(self._devices)
        self._hhts = self._hht_desk(gas_proxy.credentials.eui, hhts, JoinWindow(settings.join_window_s * SECOND))
        self._powered = False
        self._refusals: list[Refused] = []

    @property
    def eui(self) -> Eui:
        return self._eui

    @property
    def refusals(self) -> tuple[Refused, ...]:
        """What it did not carry, oldest first."""
        return tuple(self._refusals)

    @property
    def dropped_for_wan(self) -> int:
        """How many messages for the DCC were dropped, since too many of one device waited."""
        return self._wan.dropped

    def start(self) -> None:
        self._node = self.node(
            self._clock,
            self._han,
            self._membership,
            counter_store_interval=self._settings.counter_store_interval,
            counters=self._settings.frame_counter,
        )
        self._node.on_sent(self._sub_ghz.sent)
        gas_meters = frozenset(device for device, role in self._devices.items() if role == roles.GSME)
        mirror, told = Mirror(self._settings.mirror_dated), self._functions.gpf.mirror
        self._mirror = MirrorDesk(self._clock, self._node, gas_meters, mirror, told)
        self._firmware = FirmwareDesk(self._node, self._devices, self._version, self._image_ended)
        self._tunnels = Tunnels(
            self._clock,
            self._node,
            heard=self._from_device,
            asked=self._from_gas_meter,
            opened=self._empty_mailbox,
        )
        for device in self._devices:
            meet = self._tunnels.meet_gas_meter if device in gas_meters else self._tunnels.meet
            meet(device)
        self._hhts.attach(self._node)
        self._own_frames = OwnFrames(self._clock, self._node, self._tunnels.awake, self._settings.own_frame_s)
        self._wan.attach(self._from_wan)
        self._power_on()

    def update(self) -> None:
        """It runs the firmware that relays once it has power again."""
        self._settings = replace(self._settings, relay="commands")
        self._relaying.update(self._settings)
        self.power_cycle()

    def _version(self) -> int:
        return version_of(self._settings.relay)

    def power_cycle(self) -> None:
        if not self._powered:
            return
        self._powered = False
        self._node.switch_off()
        self._own_frames.power(False)
        self._functions.power(False)
        self._wan.power(False)
        self._tunnels.power_off()
        for terminal in self._hhts.connected:
            del self._devices[terminal]
            self._tunnels.part_from(terminal)
            self._post.forget(terminal)
        self._hhts.power_off()
        self._forget()
        self._clock.call_later(self._settings.power_off_s * SECOND, self._power_back)

    def _power_back(self) -> None:
        self._node.switch_on()
        self._power_on()

    def _power_on(self) -> None:
        self._powered = True
        self._own_frames.power(True)
        self._functions.power(True)
        self._wan.power(True)
        self._hhts.power_on()
        self._clock.call_later(self._settings.tunnels_after_s * SECOND, self._open_tunnels)

    def _open_tunnels(self) -> None:
        for device in self._tunnels.awake:
            self._open_tunnel(device)

    def _forget(self) -> None:
        """Lose what does not survive a loss of power."""
        self._relaying.power_off()
        if not self._settings.queues_survive_power_cycle:
            self._post.serve(self._devices)

    # Hand-Held Terminals

    def _hht_desk(self, gpf: Eui, hhts: Mapping[Eui, AgreedKeys], window: JoinWindow) -> HhtDesk:
        return HhtDesk(
            self._clock,
            self._han,
            self._membership,
            gpf,
            hhts,
            window,
            self._hht_joined,
            self._hht_refused,
            self._functions.chf.objects.visit,
        )

    def _hht_joined(self, terminal: Eui) -> None:
        """A terminal is on the HAN: from now on it is a device like others, with a tunnel of its own."""
        self._devices[terminal] = roles.HHT
        self._post.serve((terminal,))
        self._tunnels.meet(terminal)
        self._clock.call_later(self._settings.tunnels_after_s * SECOND, partial(self._open_tunnel, terminal))

    def _open_tunnel(self, device: Eui) -> None:
        if self._powered:
            self._tunnels.open(device)

    def _hht_refused(self, terminal: Eui, reason: Refusal, said: bytes = b"") -> None:  # noqa: ARG002 - for nobody
        self._note(str(terminal), None, reason)

    # To the devices

    def _from_wan(self, octets: bytes) -> None:
        if is_distribution(octets):
            refusal = self._firmware.take(octets)
            if refusal is not None:
                self._note(roles.DCC, None, refusal)
            return
        try:
            message = transaction_of(octets)  # of a block as of a whole message
        except ProtocolError:
            self._note(roles.DCC, None, Refusal.NOT_GBCS)
            return
        refusal = self._deliver(message.target, octets, self._settings.mailbox_life_s)
        if refusal is not None:
            self._note(roles.DCC, message, refusal)

    def _deliver(self, device: Eui, octets: bytes, life_s: int) -> Refusal | None:
        """Hand a message to a device now, or keep it until the device can take it; gives the reason when neither."""
        if self._functions.take(device, octets):
            return None
        if device not in self._devices:
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
        self._note(str(device), transaction_of(octets), Refusal.TOO_OLD)
        if self._devices[device] == roles.GSME:
            self._tell(Event.GSME_COMMAND_NOT_FETCHED)

    def _may_leave(self, device: Eui, octets: bytes) -> bool:
        """Whether what has waited may go now; noted when not."""
        if self._has_airtime(device, octets):
            return True
        self._note(str(device), transaction_of(octets), Refusal.DUTY_CYCLE)
        return False

    def _tell(self, event: Event, further: bytes = b"", message_code: int = GNCA) -> None:
        """Send an Alert of the hub's own to the DCC, unless it is set to keep quiet or has no power."""
        if self._settings.alerts and self._powered:
            self._wan.send(self._eui, self._voice.alert(event, self._clock.now(), further, message_code))

    def _image_ended(self, device: Eui, version: int, good: bool) -> None:
        self._wan.send(self._eui, self._voice.transferred(device, version, good, self._clock.now()))

    def _empty_mailbox(self, device: Eui) -> None:
        while (message := self._post.take(device)) is not None:
            self._tunnels.send(device, message)

    # From the devices

    def _from_gas_meter(self, meter: Eui, data: bytes) -> None:
        try:
            exchange = gb_hrgp.decode(data)
        except ProtocolError:
            self._note(str(meter), None, Refusal.NOT_GBCS)
            return
        if isinstance(exchange, gb_hrgp.Get):
            message = self._post.take(meter) or b""
            remaining = min(self._post.waiting(meter), _MOST_REMAINING) if message else 0
            self._tunnels.hand_out(meter, gb_hrgp.GetResponse(remaining, message))
        elif isinstance(exchange, gb_hrgp.Put):
            self._from_device(meter, exchange.message)

    def _from_device(self, device: Eui, octets: bytes) -> None:
        try:
            message = decode(octets)
        except ProtocolError:
            self._refuse(device, None, Refusal.NOT_GBCS)
            return
        if message.cra is not Cra.COMMAND:
            self._answer(device, message, octets)
        elif self._devices[device] not in _BRINGERS:
            self._note(str(device), message, Refusal.NO_RELAY)
        elif self._is_ppmids_own(device, message):
            refusal = self._deliver(message.target, octets, self._settings.mailbox_life_s)
            if refusal is not None:
                self._refuse(device, message, refusal)
        else:
            self._relay(device, message, octets)

    def _is_ppmids_own(self, ppmid: Eui, message: Message) -> bool:
        """Whether this is what every hub carries for a PPMID: its own top-ups and emergency credit for the GSME."""
        to_gas_meter = self._devices.get(message.target) == roles.GSME
        return message.originator == ppmid and to_gas_meter and message.message_code in _PPMID_TO_GSME

    def _relay(self, bringer: Eui, message: Message, octets: bytes) -> None:
        """Carry a Command: of a PPMID by the rules of the proposals, of a Hand-Held Terminal as every hub does."""
        of_ppmid = self._devices[bringer] == roles.PPMID
        life_s = min(self._settings.relay_age_s, self._settings.mailbox_life_s)
        refusal = self._why_not(message, octets) if of_ppmid else None
        refusal = refusal or self._deliver(message.target, octets, life_s)
        if refusal is not None:
            self._refuse(bringer, message, refusal)
            return
        self._relaying.carried(message, bringer, counts=of_ppmid)

    def _why_not(self, message: Message, octets: bytes) -> Refusal | None:
        """Why a Command that a PPMID brought is not relayed; None when it is."""
        return self._relaying.why_not(message, len(octets))

    def _refuse(self, device: Eui, message: Message | None, reason: Refusal) -> None:
        self._note(str(device), message, reason)
        manner = self._settings.on_unknown if self._settings.relay == "none" else self._settings.on_refused
        if manner == "error":
            self._tunnels.refuse(device)

    def _note(self, party: str, message: Message | Transaction | None, reason: Refusal) -> None:
        code = None if message is None else message.message_code
        self._refusals.append(Refused(self._clock.now(), party, code, reason))

    def _from_function(self, function: Eui, octets: bytes) -> None:
        self._answer(function, decode(octets), octets)

    def _answer(self, device: Eui, message: Message, octets: bytes) -> None:
        """Pass a Response or Alert on: to the PPMID that it is for, to whoever brought its Command, or to the DCC."""
        if self._devices.get(message.target) == roles.PPMID:
            self._deliver(message.target, octets, self._settings.mailbox_life_s)
            return
        bringer = self._route_of(message)
        if bringer is not None:
            self._deliver(bringer, octets, self._settings.mailbox_life_s)
        if bringer is None or self._settings.also_over_wan:
            self._wan.send(device, octets)

    def _route_of(self, message: Message) -> Eui | None:
        """Who brought the Command which this Response answers."""
        return self._relaying.bringer(message) if message.cra is Cra.RESPONSE else None
