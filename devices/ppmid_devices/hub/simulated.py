"""A simulated Communications Hub: its parts, its power, and whom it serves.

It serves the devices of its device log and no others: what enters a device there lets it onto the HAN, and what
strikes it off sends it away. It holds keys for its own two functions, and none of any message that it carries.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import ClassVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ppmid_devices import roles
from ppmid_devices.credentials import Credentials, Directory, Held
from ppmid_devices.hub.alerts import Alerts
from ppmid_devices.hub.avenue_desk import AvenueDesk, HubAvenue
from ppmid_devices.hub.capacity import Capacity
from ppmid_devices.hub.carrying import Carrying, Refused
from ppmid_devices.hub.channel_desk import ChannelDesk
from ppmid_devices.hub.contract import HubSituation
from ppmid_devices.hub.door import Door
from ppmid_devices.hub.duty_cycle import DutyCycle
from ppmid_devices.hub.firmware_desk import FirmwareDesk
from ppmid_devices.hub.fleet import version_of
from ppmid_devices.hub.functions import HubFunctions, Others
from ppmid_devices.hub.hht_desk import HhtDesk
from ppmid_devices.hub.joining import JoinWindow
from ppmid_devices.hub.keep_alive_desk import KeepAliveDesk
from ppmid_devices.hub.key_maker import KeyMaker
from ppmid_devices.hub.mirror import Mirror
from ppmid_devices.hub.mirror_desk import MirrorDesk
from ppmid_devices.hub.own_frames import OwnFrames
from ppmid_devices.hub.relay import Refusal
from ppmid_devices.hub.settings import HubSettings
from ppmid_devices.hub.sub_ghz import SubGhz
from ppmid_devices.hub.sub_ghz_desk import CONFIGURATION, SubGhzDesk
from ppmid_devices.hub.time_desk import TimeDesk
from ppmid_devices.hub.voice import HubVoice
from ppmid_devices.hub.wan_side import WanSide
from ppmid_devices.links.han import Han, HanMembership
from ppmid_devices.links.han_node import HanNode
from ppmid_devices.links.link import Link
from ppmid_devices.meter.settings import MeterSettings
from ppmid_devices.ports import MILLISECOND, SECOND, Clock
from ppmid_protocols.distribution import is_distribution
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee.sub_ghz import CLUSTER, COMMANDS, SuspendZclMessages
from ppmid_protocols.zigbee.zcl import Direction, ReportAttributes


class SimulatedHub:
    """A hub (``hub.contract.Hub``): client of the tunnels of its devices, server of the GSME's, mailbox for all.

    ``gas_proxy``: what its Gas Proxy Function holds, whose identifier is printed on it. ``devices``: what each device
    of the home is, which a hub learns of the device itself (not modelled). ``hhts``: Hand-Held Terminals whose
    certificates would hold, with the keys that stand in the place of what CBKE gives over Inter-PAN. ``key``,
    ``senders``, ``home``, ``avenue``: of a hub with a port of its own for Commands.
    """

    node: ClassVar[type[HanNode]] = HanNode
    carrying: ClassVar[type[Carrying]] = Carrying
    sub_ghz: ClassVar[type[SubGhz]] = SubGhz
    hht_desk: ClassVar[type[HhtDesk]] = HhtDesk
    door: ClassVar[type[Door]] = Door
    capacity: ClassVar[type[Capacity]] = Capacity
    sub_ghz_desk: ClassVar[type[SubGhzDesk]] = SubGhzDesk
    channel_desk: ClassVar[type[ChannelDesk]] = ChannelDesk
    avenue_desk: ClassVar[type[AvenueDesk]] = AvenueDesk
    mirror_desk: ClassVar[type[MirrorDesk]] = MirrorDesk

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
        hhts: Mapping[Eui, Secret],
        settings: HubSettings,
        situation: HubSituation | None = None,
        key: Ed25519PrivateKey | None = None,
        senders: Mapping[str, Ed25519PublicKey] = MappingProxyType({}),
        home: str = "",
        avenue: Link | None = None,
    ) -> None:
        settings = settings.under(situation)
        self._clock, self._eui, self._han, self._membership = clock, credentials.eui, han, membership
        self._kinds = {**dict.fromkeys(hhts, roles.HHT), **devices}
        there = {} if situation is not None and situation.new else devices
        self._served, self._settings = dict(there), settings
        self._wan, self._wan_link = WanSide(clock, wan, settings), wan
        chf = Held(credentials=credentials, directory=directory)
        others = Others(supplier=supplier, broker=access_control_broker, devices=there)
        commanded = MeterSettings(alert_counter_start=settings.alert_counter_start)
        self._functions = HubFunctions(clock, chf, gas_proxy, others, commanded, self._from_function)
        voice = HubVoice(credentials, directory, access_control_broker, self._functions.chf.next_counter)
        self._alerts = Alerts(clock, self._wan, voice, settings, credentials.eui)
        duty = DutyCycle(settings.duty_limited_ms * MILLISECOND, settings.duty_critical_ms * MILLISECOND)
        self._sub_ghz = self.sub_ghz(clock, duty, membership.sub_ghz, self._alerts.tell, self._suspend)
        self._carrying = self.carrying(
            clock, settings, self._served, self._functions, self._wan, self._sub_ghz, self._alerts
        )
        self._desk: AvenueDesk | None = None
        if situation is not None and situation.port is not None:
            assert key is not None  # who asks for a port gives what it needs
            assert avenue is not None  # as above
            own = HubAvenue(port=situation.port, key=key, senders=senders, home=home, line=avenue)
            self._desk = self._made_desk(own)
        self._book = self._functions.chf.log_book
        for device, short in membership.addresses.items() if there else ():
            self._book.settle(device, membership.link_keys.get(device), short)
        self._book.watch(self._log_changed)
        keys = KeyMaker(credentials)
        room = self.capacity(settings.sub_ghz_devices, membership.sub_ghz, self._book, self._alerts)
        self._door = self.door(clock, han, membership, self._book, keys, self._admitted, self._kept_out, room.admits)
        window = JoinWindow(settings.join_window_s * SECOND)
        gpf = gas_proxy.credentials.eui
        self._hhts = self.hht_desk(clock, han, membership, gpf, hhts, window, self._book, self._door, self._hht_refused)
        objects = self._functions.chf.functions.objects
        assert objects is not None  # a CHF has objects
        self._channels = self.channel_desk(
            clock,
            han,
            membership,
            self._functions.chf.channels,
            self._alerts,
            settings,
            configuration=partial(objects.value, CONFIGURATION),
            served=lambda: self._served,
        )
        self._sub_ghz_desk = self.sub_ghz_desk(
            self._alerts,
            lambda: self._hhts.connected,
            lambda: self._door.is_open,
            lambda: self._sub_ghz.level,
            self._channels.scan,
        )
        objects.on_set |= self._sub_ghz_desk.on_set()
        self._powered = False

    def _made_desk(self, own: HubAvenue) -> AvenueDesk:
        desk = self.avenue_desk(
            self._clock, self._settings, own, self._eui, self._served, self._carrying.from_port, self._version
        )
        self._carrying.have_port(self._eui, desk.take, desk.lost)
        return desk

    @property
    def eui(self) -> Eui:
        return self._eui

    @property
    def refusals(self) -> tuple[Refused, ...]:
        """What it did not carry, oldest first."""
        return tuple(self._carrying.refusals)

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
        gas_meters = frozenset(device for device, role in self._kinds.items() if role == roles.GSME)
        mirror = Mirror(self._settings.mirror_dated)

        def told(cluster: int, report: ReportAttributes) -> None:
            """A gas meter that reports is awake, so is told of a firmware image that waits for it (assumed)."""
            self._functions.gpf.mirror(cluster, report)
            for meter in gas_meters:
                self._firmware.remind(meter)

        self._channels.attach(self._node, gas_meters, self._sub_ghz_desk.ask)
        self._mirror = self.mirror_desk(self._clock, self._node, gas_meters, mirror, told)
        self._firmware = FirmwareDesk(self._node, self._served, self._version, self._image_ended)
        self._tunnels = self._carrying.attach(self._node)
        KeepAliveDesk(self._node)
        TimeDesk(self._clock, self._node, self._wan_link)
        self._door.attach(self._node)
        self._hhts.attach(self._node)
        awake = lambda: self._tunnels.awake  # noqa: E731
        self._own_frames = OwnFrames(self._clock, self._node, awake, self._settings.own_frame_s)
        self._wan.attach(self._from_wan)
        if self._desk is not None:
            self._desk.attach()
        self._power_on()

    def _image_ended(self, device: Eui, version: int, good: bool) -> None:
        """A meter tells its Supplier itself (8F72); of others the hub tells the DCC, by CCS08 (assumed)."""
        if self._kinds.get(device) not in roles.METERS:
            self._alerts.image_ended(device, version, good)

    # Power

    def update(self) -> None:
        """It runs the firmware that relays once it has power again."""
        self._settings = replace(self._settings, relay="commands")
        self._carrying.update(self._settings)
        if self._desk is not None:
            self._desk.update(self._settings)
        self.power_cycle()

    def _version(self) -> int:
        return version_of(self._settings.relay)

    def power_cycle(self) -> None:
        if self._powered:
            self._switch_off()
            self._clock.call_later(self._settings.power_off_s * SECOND, self._power_back)

    def take_away(self) -> None:
        self._switch_off()

    def _switch_off(self) -> None:
        self._power(False)
        self._node.switch_off()
        self._door.power_off()
        self._hhts.power_off()
        self._carrying.power_off()

    def _power_back(self) -> None:
        self._node.switch_on()
        self._power_on()

    def _power_on(self) -> None:
        self._power(True)
        self._hhts.power_on()
        self._clock.call_later(self._settings.tunnels_after_s * SECOND, self._open_tunnels)

    def _power(self, on: bool) -> None:
        self._powered = on
        for part in (self._alerts, self._own_frames, self._functions, self._wan, self._channels):
            part.power(on)
        if self._desk is not None:
            self._desk.power(on)

    def _open_tunnels(self) -> None:
        for device in self._tunnels.awake:
            self._open_tunnel(device)

    def _open_tunnel(self, device: Eui) -> None:
        if self._powered:
            self._tunnels.open(device)

    # Whom it serves

    def _log_changed(self, device: Eui, there: bool) -> None:
        """The device log has changed: who is struck off is sent away; the DCC is told either way (CS14)."""
        self._alerts.log_changed(self._book.present())
        if not there and device in self._served:
            self._send_away(device)

    def _send_away(self, device: Eui) -> None:
        """Have a device leave; from now on nothing of it is taken, and nothing for it."""
        self._node.send_leave(device, requested=True)
        self._node.part_from(device)
        self._carrying.part_from(device)
        del self._served[device]

    def _admitted(self, device: Eui) -> None:
        """A device has a link key of its own: the DCC is told (CS14); from now on it has a tunnel and a mailbox."""
        self._alerts.log_changed(self._book.present())
        if device not in self._served:
            self._served[device] = self._kinds.get(device, "")
            self._carrying.serve(device)
        self._clock.call_later(self._settings.tunnels_after_s * SECOND, partial(self._open_tunnel, device))

    def _kept_out(self, device: Eui) -> None:
        self._carrying.note(str(device), None, Refusal.NOT_JOINED)

    def _hht_refused(self, terminal: Eui, reason: Refusal, said: bytes) -> None:  # noqa: ARG002 - it is for nobody
        self._carrying.note(str(terminal), None, reason)

    def _suspend(self, device: Eui) -> None:
        """Tell a device at 868 MHz to be silent for a while."""
        if device in self._served:
            said = SuspendZclMessages(self._settings.suspend_minutes)
            frame = COMMANDS.frame(said, Direction.TO_CLIENT, self._node.next_sequence())
            self._node.send_frame(device, CLUSTER, frame)

    # What it carries

    def _from_wan(self, octets: bytes) -> None:
        if not is_distribution(octets):
            self._carrying.from_wan(octets)
            return
        refusal = self._firmware.take(octets)
        if refusal is not None:
            self._carrying.note(roles.DCC, None, refusal)

    def _from_function(self, function: Eui, octets: bytes) -> None:
        self._carrying.from_function(function, octets)
