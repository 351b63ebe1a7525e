"""The simulated gas meter: asleep, but for a look into the hub every half hour and when somebody presses a button."""

from collections.abc import Callable
from typing import Unpack

from ppmid_devices.links.channel_follower import ChannelFollower
from ppmid_devices.links.han import Han, HanMembership
from ppmid_devices.links.han_node import HanNode
from ppmid_devices.links.keep_alive_watch import HubWatch
from ppmid_devices.links.rejoining import Rejoining
from ppmid_devices.links.silence import Silence
from ppmid_devices.links.tunnel import TunnelClient
from ppmid_devices.meter.han_meter import HanMeter
from ppmid_devices.meter.settings import MeterSettings
from ppmid_devices.meter.zcl.figures import CLUSTERS, figures
from ppmid_devices.needs import MeterNeeds
from ppmid_devices.ports import MILLISECOND, SECOND, Clock, Timer
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.zigbee import gb_hrgp, zcl
from ppmid_protocols.zigbee.gb_hrgp import Get, GetResponse, Put


class SimulatedGsme(HanMeter):
    """A GSME in prepayment mode.

    Whether its hub is still there it asks at its regular wakes; while it is off the HAN it is awake whenever it asks to
    be let in (assumed). While its hub wants it silent it sleeps through those wakes; it says what it owes somebody.

    ``exchanges`` counts the messages that it sent or heard in its tunnel: what its battery pays for.
    """

    kind = "gsme"
    follower: type[ChannelFollower] = ChannelFollower

    def __init__(self, *, settings: MeterSettings, **needs: Unpack[MeterNeeds]) -> None:
        super().__init__(settings=settings, **needs)
        self._wake_timer: Timer | None = None
        self._sleep_timer: Timer | None = None
        self.exchanges = 0

    def _listen(self) -> None:
        self._tunnel = TunnelClient(
            self._node, self._hub, self._clock, self._hear_hub, refused=self._tunnel_gone, opened=self._fetch
        )
        self._rejoining = _WakingRejoining(
            self._clock, self._han, self._membership, self._node, self._moved, wake=self._wake_to_listen
        )
        self._watch = HubWatch(self._node, self._rejoining) if self._membership.watches else None
        self._silence = Silence(self._clock, self._node)
        self._follower: ChannelFollower | None = None
        if self._membership.eui in self._membership.sub_ghz:
            self._follower = self.follower(
                self._clock, self._han, self._membership, self._node, busy=self._stay_awake, found=self._wake
            )

    def _moved(self) -> None:
        """It is off the HAN, or on one again, perhaps that of another hub."""
        self._hub = self._node.hub
        self._tunnel.move(self._hub)
        self._images.move(self._hub)
        if self._node.on_network:
            self._tunnel.open()

    def _hang_up(self) -> None:
        for timer in (self._wake_timer, self._sleep_timer):
            if timer is not None:
                timer.cancel()
        self._tunnel.stop()

    def _power_on(self) -> None:
        """It begins asleep, the first time and after every cut."""
        super()._power_on()
        self._plan_wakes()

    def _plan_wakes(self) -> None:
        self._node.sleep()
        self._wake_timer = self._clock.call_later(self._settings.wake_offset_s * SECOND, self._wake_and_plan)

    def press_enable(self) -> None:
        """Press its button: that wakes it, and switches an armed supply on (its test for a flow always passes)."""
        super().press_enable()
        self._wake()

    def enter_utrn(self, digits: str) -> str:
        """Type digits on its keypad, which wakes it; gives the text that its display answers."""
        self._wake()
        return super().enter_utrn(digits)

    def transmit(self, message: bytes) -> None:
        """PUT it into the hub; without a tunnel it waits for the next one."""
        self._stay_awake()
        self._send(Put(message))

    def _wake_and_plan(self) -> None:
        self._wake_timer = self._clock.call_later(self._settings.wake_s * SECOND, self._wake_and_plan)
        if self._silence.holds:
            return
        self._report()
        self._hub_time.ask()
        self._wake()
        if self._watch is not None:
            self._watch.ask()
        if self._follower is not None:
            self._follower.miss()

    def _report(self) -> None:
        """Tell the hub's gas mirror the figures that displays show: at every regular wake, first of all (assumed)."""
        for cluster in CLUSTERS:
            report = zcl.ReportAttributes(tuple(figures(self._registers, cluster).items()))
            frame = zcl.general_frame(report, zcl.Direction.TO_CLIENT, self._node.next_sequence())
            self._node.send_frame(self._hub, cluster, frame)

    def _wake(self) -> None:
        if not self._powered:
            return
        self._wake_to_listen()
        if not self._node.on_network:
            return
        if self._tunnel.is_open:
            self._fetch()
        else:
            self._tunnel.open()

    def _wake_to_listen(self) -> None:
        self._node.wake()
        self._stay_awake()

    def _stay_awake(self) -> None:
        """Go to sleep a while after the last message."""
        if self._sleep_timer is not None:
            self._sleep_timer.cancel()
        linger = self._settings.linger_s * SECOND + self._settings.processing_ms * MILLISECOND
        self._sleep_timer = self._clock.call_later(linger, self._node.sleep)

    def _fetch(self) -> None:
        self._send(Get())

    def _send(self, exchange: Get | Put) -> None:
        self.exchanges += 1
        self._tunnel.send(exchange.encode())

    def _tunnel_gone(self, _status: int) -> None:
        """The hub knows no such tunnel any more: a new one, after which the GET is repeated."""
        if not self._tunnel.is_open:
            self._tunnel.open()

    def _hear_hub(self, data: bytes) -> None:
        self.exchanges += 1
        try:
            exchange = gb_hrgp.decode(data)
        except ProtocolError:
            return  # what a hub must not send has no answer in the sources
        if not isinstance(exchange, GetResponse) or not exchange.message:
            return
        self._stay_awake()
        self.hear(exchange.message)
        if exchange.remaining:
            self._fetch()


class _WakingRejoining(Rejoining):
    """``wake`` is called before each question: who sleeps hears no answer."""

    def __init__(
        self,
        clock: Clock,
        han: Han,
        membership: HanMembership,
        node: HanNode,
        moved: Callable[[], None],
        *,
        wake: Callable[[], None],
    ) -> None:
        super().__init__(clock, han, membership, node, moved)
        self._wake = wake

    def _ask(self) -> None:
        if self._node.powered:
            self._wake()
        super()._ask()
