"""A simulated PPMID: tops meters up for a person or a sender on the avenue, and carries Commands to the hub."""

from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ppmid_devices import roles
from ppmid_devices.credentials import Credentials, Directory, Held
from ppmid_devices.ihd.reader import FigureReader
from ppmid_devices.lines.tls_settings import TlsCaller
from ppmid_devices.links.asking import Asker
from ppmid_devices.links.avenue_end import AvenueEnd
from ppmid_devices.links.avenues import AVENUES, Avenue
from ppmid_devices.links.channel_follower import WakefulFollower
from ppmid_devices.links.han import Han, HanMembership
from ppmid_devices.links.han_node import HanNode
from ppmid_devices.links.keep_alive_watch import KeepAliveWatch
from ppmid_devices.links.link import Link
from ppmid_devices.links.polling import Polling
from ppmid_devices.links.power import WhilePowered
from ppmid_devices.links.rejoining import Rejoining
from ppmid_devices.links.tunnel import TunnelServer
from ppmid_devices.meter.trust import parties_of
from ppmid_devices.ports import MILLISECOND, SECOND, Clock
from ppmid_devices.ppmid import maker
from ppmid_devices.ppmid.carrier import CommandCarrier
from ppmid_devices.ppmid.contract import Image, PpmidSituation, Screen
from ppmid_devices.ppmid.functions import OwnFunction
from ppmid_devices.ppmid.gas import GasLine
from ppmid_devices.ppmid.home import Home
from ppmid_devices.ppmid.pending import Choice, Task
from ppmid_devices.ppmid.settings import PpmidSettings
from ppmid_devices.ppmid.task_desk import TaskDesk
from ppmid_devices.ppmid.tenancy import TenancyWatch
from ppmid_devices.ppmid.updater import Updater
from ppmid_devices.ppmid.voice import Voice
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import CommandKey, Cra, decode
from ppmid_protocols.local_interface import Capabilities, Message, Meter, SubmitCommand, SubmitUtrn
from ppmid_protocols.secret import Secret


class SimulatedPpmid:
    """A PPMID (``ppmid.contract.Ppmid``): an end of the avenue, a carrier of Commands, a desk for its own tasks.

    Over a loss of power it keeps its counters, replay numbers, tunnel and everything that is under way (assumed), and
    sends none of it again; its screen is empty then.
    """

    avenue_end: type[AvenueEnd] = AvenueEnd
    tls: type[TlsCaller] = TlsCaller
    avenues: Mapping[str, type[Avenue]] = AVENUES
    node: type[HanNode] = HanNode
    carrier: type[CommandCarrier] = CommandCarrier
    desk: type[TaskDesk] = TaskDesk
    gas_line: type[GasLine] = GasLine
    function: type[OwnFunction] = OwnFunction
    figure_reader: type[FigureReader] = FigureReader
    updater: type[Updater] = Updater
    rejoining: type[Rejoining] = Rejoining
    polling: type[Polling] = Polling
    tenancy_watch: type[TenancyWatch] = TenancyWatch

    def __init__(
        self,
        *,
        clock: Clock,
        credentials: Credentials,
        directory: Directory,
        key: Ed25519PrivateKey,
        senders: Mapping[str, Ed25519PublicKey],
        home: str,
        avenue: Link,
        han: Han,
        membership: HanMembership,
        hub: Eui,
        gpf: Eui,
        supplier: Eui,
        access_control_broker: Eui,
        meters: Mapping[Eui, str],
        settings: PpmidSettings,
        situation: PpmidSituation | None = None,
        switches: tuple[Eui, ...] = (),
    ) -> None:
        settings = settings.under(situation)
        self._clock, self._eui, self._settings = clock, credentials.eui, settings
        self._han, self._membership, self._hub = han, membership, hub
        self._others = {credentials.eui, hub, gpf, *switches}
        self._home = Home(meters, settings, self._others, lambda: self._function.joined)
        joined = {} if situation is not None and not situation.joined else meters
        devices = {**joined, hub: roles.HUB, gpf: roles.GPF}
        parties = parties_of(credentials.eui, supplier, access_control_broker, devices)
        self._function = self.function(
            clock, Held(credentials=credentials, directory=directory), parties, settings.firmware, self._from_self
        )
        self._gas = self.gas_line(credentials, self._function.peer_key, settings.originator_counter_start)
        self._avenue = self.avenue_end(
            name=roles.PPMID,
            key=key,
            key_id=settings.key_id,
            senders=senders,
            home=home,
            ppmid=credentials.eui,
            avenue=self.avenues["internet" if situation is None else situation.port](clock, avenue, credentials.eui),
            heard=self._from_avenue,
            connected=self._say_capabilities,
        )
        self._voice = Voice(self._avenue.tell, settings.screen_lines)
        self._last_transfer: CommandKey | None = None
        self._powered = False

    @property
    def eui(self) -> Eui:
        return self._eui

    @property
    def listens_on(self) -> frozenset[int]:
        """No port: it calls the delivery service, and nobody calls it (local command interface, the Internet)."""
        return frozenset()

    @property
    def dropped(self) -> Mapping[str, int]:
        """How many messages of the avenue it dropped, by reason."""
        return self._avenue.dropped

    def start(self) -> None:
        self._node = self.node(self._clock, self._han, self._membership)
        self._tunnel = TunnelServer(self._node, self._hub, self._from_hub, refused=self._hub_refused)
        interval = self._settings.poll_ms * MILLISECOND
        self._polling = self.polling(self._clock, self._han, self._membership, self._node, interval)
        self._rejoining = self.rejoining(self._clock, self._han, self._membership, self._node, self._moved)
        if self._membership.watches:
            KeepAliveWatch(self._clock, self._node, self._rejoining)
        if self._membership.eui in self._membership.sub_ghz:
            WakefulFollower(self._clock, self._han, self._membership, self._node)
        clock = WhilePowered(self._clock, lambda: self._powered)
        shared = (clock, self._settings, self._home, self._voice, self._to_hub)
        self._carrier = self.carrier(*shared)
        self._desk = self.desk(*shared, self._node, self._gas)
        self._reader = self.figure_reader(clock, self._node, self._hub, self._home.meters, self._settings.rate)
        self._updater = self.updater(clock, self._node, self._hub, self._settings, self._activate)
        esme = next((meter for meter, role in self._home.meters.items() if role == roles.ESME), None)
        self._tenancy = self.tenancy_watch(clock, self._node, esme, self._forget)
        self._avenue.attach()
        self._power_on()

    def _moved(self) -> None:
        """It was taken off the HAN, or is on one again, perhaps that of another hub."""
        self._others.add(self._node.hub)
        self._tunnel.move(self._node.hub)
        self._reader.move(self._node.hub)
        self._updater.move(self._node.hub)

    def restart(self) -> None:
        if self._powered:
            self._powered = False
            self._polling.power(False)
            self._function.power(False)
            self._node.switch_off()
            self._avenue.power(False)
            self._voice.clear()
            self._reader.stop()
            self._clock.call_later(self._settings.restart_s * SECOND, self._power_back)

    def _power_back(self) -> None:
        self._node.switch_on()
        self._power_on()

    def _power_on(self) -> None:
        self._powered = True
        if self._settings.sleepy:
            self._polling.power(True)
        self._function.power(True)
        self._avenue.power(True)
        self._carrier.expire()
        self._desk.resume()
        self._updater.resume()

    def image(self, kind: Image) -> bytes:
        return maker.image(kind, self._settings.firmware)

    def _activate(self, firmware: int) -> None:
        """Run other firmware: it restarts, and tells the DCC (CS09)."""
        self._settings = self._settings.running(firmware)
        self._carrier.become(self._settings)
        self._function.run(firmware)
        self._tell_activation()
        self.restart()

    def _tell_activation(self) -> None:
        self._function.tell_activation(self._settings.firmware)

    def enter_utrn(self, meter: Eui, digits: str) -> None:
        self._choose(Task(choice=Choice.TOP_UP, meter=meter, digits=Secret(digits.encode())))

    def select_emergency_credit(self, meter: Eui) -> None:
        self._choose(Task(choice=Choice.EMERGENCY_CREDIT, meter=meter))

    def enable_supply(self, meter: Eui) -> None:
        self._choose(Task(choice=Choice.ENABLE_SUPPLY, meter=meter))

    def _choose(self, task: Task) -> None:
        if self._powered:
            self._desk.ask(task)

    def factory_reset(self) -> None:
        """Its Originator Counter and replay numbers go on (PP-009), and it stays in the HAN (assumed)."""
        if self._powered:
            self._forget()
            self._avenue.trust_nobody()
            self.restart()

    def _forget(self) -> None:
        """Wipe what belongs to the occupier: texts, figures, requests, and what is under way."""
        for part in (self._voice, self._reader, self._carrier, self._desk, self._avenue):
            part.forget()

    def touch(self) -> None:
        if self._powered:
            self._tenancy.ask()
            self._reader.touch()

    def screen(self) -> Screen:
        return Screen(self._voice.lines, self._reader.shown)

    def _say_capabilities(self) -> None:
        can_relay, firmware = self._settings.can_relay, str(self._settings.firmware)
        self._avenue.tell_all(Capabilities(b"capabilities", firmware, can_relay, self._listed()))

    def _listed(self) -> tuple[Meter, ...]:
        return self._home.listed(self._function.joined)

    def _from_avenue(self, sender: str, message: Message) -> None:
        """A message of an authentic sender; what is no request of a User is ignored."""
        if not isinstance(message, SubmitCommand | SubmitUtrn):
            return
        asker = Asker(sender, message.request_id)
        if not self._voice.take_up(asker, message):
            return
        if isinstance(message, SubmitCommand):
            self._carrier.submit(asker, message)
        else:
            self._desk.ask(Task(choice=Choice.TOP_UP, meter=message.meter, asker=asker, digits=message.utrn))

    def _to_hub(self, octets: bytes) -> bool:
        """Put a GBCS message into the tunnel as it is; False when there is no tunnel. What is for itself it hears."""
        key = _key_in(octets)
        if key is not None and key.target == self._eui:
            self._function.hear(octets)
            return True
        self._last_transfer = key
        return self._tunnel.send(octets)

    def _from_self(self, octets: bytes) -> None:
        """What it has to say to a Command for itself goes back the way that the Command came."""
        if not self._carrier.take(decode(octets), octets):
            self._tunnel.send(octets)

    def _from_hub(self, octets: bytes) -> None:
        """A Command for it through the tunnel, or a Response: to a message of its own, or to a Command it carried."""
        try:
            message = decode(octets)
        except ProtocolError:
            return  # the hub brought what is no GBCS message
        if message.cra is Cra.COMMAND:
            self._function.hear(octets)
        elif message.cra is not Cra.RESPONSE:
            return
        elif message.target == self._eui:
            self._desk.take(message)
        else:
            self._carrier.take(message, octets)

    def _hub_refused(self, _status: int) -> None:
        """The hub did not take the last transfer; its error does not tell which message that was."""
        key, self._last_transfer = self._last_transfer, None
        if key is not None:
            self._carrier.hub_refused(key)
            self._desk.hub_refused(key)


def _key_in(octets: bytes) -> CommandKey | None:
    try:
        return decode(octets).command_key
    except ProtocolError:
        return None
