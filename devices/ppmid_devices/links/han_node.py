"""A device's place on the HAN: it seals and sends ZCL messages, opens what it hears, and gives it to its clusters.

APS acknowledgements and APS retries are not modelled: what is lost in spite of the radio's own retries stays lost, and
is for the parties' time-outs to notice. Frames that are damaged, sealed under other keys, not sealed under a link key,
or older than the last one (ZigBee R22 4.3.1.2, 4.4.1.2) are dropped without an answer, and counted by reason.
"""

from collections import Counter
from collections.abc import Callable, Mapping

from ppmid_devices.links.han import Han, HanMembership
from ppmid_devices.ports import SECOND, Clock
from ppmid_protocols.errors import Malformed, NotAuthentic, ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee.aps_commands import ApsCommand
from ppmid_protocols.zigbee.han import (
    AppMessage,
    Dissector,
    HanKeys,
    KeyNotHeld,
    MessageKey,
    OpenedFrame,
    Radio,
    build_command,
    build_frames,
    build_nwk_command,
)
from ppmid_protocols.zigbee.nwk_commands import Leave
from ppmid_protocols.zigbee.outside import HUB_SHORT, is_outside
from ppmid_protocols.zigbee.security import Aux, FrameCounterGuard, KeyId
from ppmid_protocols.zigbee.usual_frame import Usual
from ppmid_protocols.zigbee.zcl import ZclFrame

Handle = Callable[[Eui, AppMessage], None]
"""Called with the sender and its message."""
Commanded = Callable[[OpenedFrame], None]
"""Called with a frame that carries a NWK or APS command."""

_Seal = tuple[Eui | None, int]
"""Who has sealed a layer of a frame, and the layer's frame counter."""

COUNTER_STORE_INTERVAL = 4096
"""Frames between two writes of the outgoing frame counters to lasting memory (assumed)."""
REASSEMBLY_TIME = 10 * SECOND
"""How long a message waits for blocks that stay out (assumed)."""


class HanNode:
    """One device's MAC, NWK and APS layers. It joins as soon as it is made."""

    def __init__(
        self,
        clock: Clock,
        han: Han,
        membership: HanMembership,
        *,
        counter_store_interval: int = COUNTER_STORE_INTERVAL,
        counters: tuple[int, int] = (0, 0),
    ) -> None:
        """``counters``: the next outgoing frame counter, and the last one that was stored; both 0 of a new device."""
        self._clock, self._han, self._membership = clock, han, membership
        self._store_interval, self._first_stored = counter_store_interval, counters[1]
        # Every pair of devices that this one has a key for has this one on one side.
        self._link_keys, self._addresses = dict(membership.link_keys), dict(membership.addresses)
        self._keys = HanKeys(membership.network_key, trust_centre=membership.eui, device_keys=self._link_keys)
        self._euis = {short: eui for eui, short in membership.addresses.items()}
        self._radio = Radio(
            eui=membership.eui, short=membership.short, nwk_counter=counters[0], aps_counter=counters[0]
        )
        self._dissector = Dissector(self._keys, self._euis)
        self._network_guard, self._link_guard = FrameCounterGuard(), FrameCounterGuard()
        self._handlers: dict[int, list[Handle]] = {}
        self._from_outside: Callable[[bytes], None] | None = None
        self._while_off: Callable[[bytes], None] = lambda _: None
        self._commanded: list[Commanded] = []
        self._provisional: set[Eui] = set()
        self._on_network, self._unsettled = True, False
        self._told_of_sent: list[Callable[[Eui, list[bytes]], None]] = []
        self._sequence = 0
        self._heard = 0
        self._powered = True
        self.awake = True
        self.dropped: Counter[str] = Counter()
        han.join(membership.short, membership.name, self._receive)

    @property
    def eui(self) -> Eui:
        """The device's own identifier."""
        return self._membership.eui

    def on(self, cluster: int, handle: Handle) -> None:
        """Give the messages of ``cluster`` to ``handle`` too; nobody answers for clusters that nobody handles."""
        self._handlers.setdefault(cluster, []).append(handle)

    def on_outside(self, handle: Callable[[bytes], None]) -> None:
        """Give MAC frames of devices that are not on the HAN to ``handle``; without one they are dropped."""
        self._from_outside = handle

    def on_command(self, handle: Commanded) -> None:
        """Give frames with NWK or APS commands to ``handle`` too, also those that nothing seals."""
        self._commanded.append(handle)

    def meet(self, peer: Eui, short: int, link_key: Secret, *, provisional: bool = False) -> None:
        """From now on ``peer`` is a member of the HAN at this address, with this link key.

        ``provisional``: until it has a link key of its own, nothing but commands is taken from it.
        """
        self._link_keys[peer], self._addresses[peer], self._euis[short] = link_key, short, peer
        (self._provisional.add if provisional else self._provisional.discard)(peer)

    def part_from(self, peer: Eui) -> None:
        """``peer`` is no member any more; its frame counters stay remembered, so that no old frame comes back."""
        self._link_keys.pop(peer, None)
        short = self._addresses.pop(peer, None)
        if short is not None:
            del self._euis[short]

    @property
    def powered(self) -> bool:
        """Whether it has power."""
        return self._powered

    @property
    def heard(self) -> int:
        """How many frames its receiver has taken in."""
        return self._heard

    @property
    def on_network(self) -> bool:
        """Whether it is on a HAN: it holds the network key, and a link key of its own."""
        return self._on_network and not self._unsettled

    @property
    def hub(self) -> Eui:
        """The hub whose HAN it is on, or was on last."""
        return self._euis[HUB_SHORT]

    @property
    def link_keys(self) -> Mapping[Eui, Secret]:
        """Its link keys by the devices that it shares them with."""
        return self._link_keys

    def told_to_leave(self, frame: OpenedFrame) -> bool:
        """Whether a frame has this device leave: its own hub must say so, under the network key."""
        sealer = None if frame.nwk_aux is None else frame.nwk_aux.source
        return sealer == self.hub and isinstance(frame.command, Leave) and frame.command.requested

    def leave(self, while_off: Callable[[bytes], None]) -> None:
        """Be off the network: nothing is sent any more, and all that is heard goes to ``while_off``."""
        self._on_network, self._unsettled, self._while_off = False, False, while_off

    def settle(self) -> None:
        """It has a link key of its own."""
        self._unsettled = False

    def enter(self, network_key: Secret, hub: Eui, link_key: Secret, *, unsettled: bool = False) -> None:
        """Be on the network of ``hub``, with this key shared with it; link keys with others stay as they were.

        Under another network key the others' frame counters begin anew. ``unsettled``: until it has a link key of its
        own it sends nothing but commands.
        """
        if hub != self.hub:
            self.part_from(self.hub)
        self.meet(hub, HUB_SHORT, link_key)
        if network_key != self._keys.network_key:
            self._network_guard = FrameCounterGuard()
        self._keys = HanKeys(network_key, trust_centre=self.eui, device_keys=self._link_keys)
        self._dissector = Dissector(self._keys, self._euis)
        self._on_network, self._unsettled = True, unsettled

    def send_command(self, to: Eui, command: ApsCommand, key_id: KeyId | None) -> None:
        """Send an APS command, sealed as ``build_command`` says; without power nothing goes. Raises KeyNotHeld."""
        if self._powered and self._on_network:
            frame, self._radio = build_command(self._radio, to, self._short(to), command, self._keys, key_id)
            self._han.transmit(self._membership.name, frame)

    def send_leave(self, to: Eui, *, requested: bool) -> None:
        """Have a device leave, or tell it of one's own leaving; without power nothing goes."""
        if self._powered and self._on_network:
            frame, self._radio = build_nwk_command(self._radio, self._short(to), Leave(requested), self._keys)
            self._han.transmit(self._membership.name, frame)

    def _short(self, peer: Eui) -> int:
        if peer not in self._addresses:
            raise KeyNotHeld(f"{peer} is no member of the HAN")
        return self._addresses[peer]

    def on_sent(self, tell: Callable[[Eui, list[bytes]], None]) -> None:
        """Tell of the frames of each message that goes out, and whom they are for; the radio's repeats are not told."""
        self._told_of_sent.append(tell)

    def next_sequence(self) -> int:
        """A new ZCL transaction sequence number; wraps at one octet."""
        self._sequence = (self._sequence + 1) & 0xFF
        return self._sequence

    def send_frame(self, to: Eui, cluster: int, frame: ZclFrame) -> None:
        """Send a ZCL frame; without power or network nothing goes. Raises KeyNotHeld without a link key for ``to``."""
        if not self._powered or not self.on_network:
            return
        short = self._short(to)
        sealed, self._radio = build_frames(self._radio, to, short, cluster, frame.encode(), self._keys)
        for octets in sealed:
            self._han.transmit(self._membership.name, octets)
        for tell in self._told_of_sent:
            tell(to, sealed)

    def sleep(self) -> None:
        """Switch the receiver off; sending goes on being possible."""
        self._set_awake(False)

    def wake(self) -> None:
        """Switch the receiver on."""
        self._set_awake(True)

    def _set_awake(self, awake: bool) -> None:
        self.awake = awake
        self._han.set_awake(self._membership.short, awake)

    def switch_off(self) -> None:
        """Lose power: leave the air, and forget what was being put together."""
        self._powered = False
        self._han.leave(self._membership.short)
        self._dissector = Dissector(self._keys, self._euis)

    def switch_on(self) -> None:
        """Come back after a loss of power.

        The outgoing frame counters are stored once in an interval only, so they go on a whole interval behind the
        stored value: never below one that was used, or the others would drop every frame until it is passed.
        """
        self._powered = self.awake = True
        self._han.join(self._membership.short, self._membership.name, self._receive)
        self._radio = self._radio._replace(
            nwk_counter=self._after_power_loss(self._radio.nwk_counter),
            aps_counter=self._after_power_loss(self._radio.aps_counter),
        )

    def _after_power_loss(self, counter: int) -> int:
        stored = counter - (counter - self._first_stored) % self._store_interval
        return stored + self._store_interval

    def _receive(self, octets: bytes) -> None:
        self._heard += 1
        if self._from_outside is not None and is_outside(octets):
            self._from_outside(octets)
            return
        if not self._on_network:
            self._while_off(octets)
            return
        opened = None
        try:
            usual = self._dissector.open_usual(octets)
            if usual is None:
                opened, message = self._take(octets)
            else:
                message = self._take_usual(usual)
        except ProtocolError as error:
            self.dropped[_reason(error)] += 1
            return
        if message is not None:
            self._dispatch(message)
        elif opened is not None:
            self._follow(opened)

    def _take_usual(self, usual: Usual) -> AppMessage | None:
        """The message that a frame of the usual kind completes; None of an old one. Raises Malformed."""
        if not self._fresh((usual.source, usual.network_counter), (usual.source, usual.link_counter)):
            return None
        message = self._dissector.take_usual(usual, self._heard)
        if message is None:
            self._wait_for_the_rest((*usual.shorts, usual.aps_counter))
        return message

    def _take(self, octets: bytes) -> tuple[OpenedFrame | None, AppMessage | None]:
        """A frame of whatever kind, and the message that it completes; None of an old one. Raises ProtocolError."""
        opened = self._dissector.open(octets)
        if not self._fresh(_seal(opened.nwk_aux, opened.source), _seal(opened.aps_aux, opened.source)):
            return None, None
        return opened, self._dissector.take(opened, self._heard)

    def _follow(self, opened: OpenedFrame) -> None:
        """A frame that completes no message: a command is for whoever asked; for the other blocks one waits a while."""
        if opened.command is not None:
            for commanded in self._commanded:
                commanded(opened)
        elif opened.aps is not None and opened.aps.block is not None:
            self._wait_for_the_rest((opened.nwk.source, opened.nwk.destination, opened.aps.counter))

    def _wait_for_the_rest(self, key: MessageKey) -> None:
        self._clock.call_later(REASSEMBLY_TIME, lambda: self._abandon(key))

    def _abandon(self, key: MessageKey) -> None:
        self._dissector.reassembly.abandon(key)

    def _fresh(self, network: _Seal | None, link: _Seal | None) -> bool:
        """Whether each counter of a frame is above the last one; then they are remembered, and else none is."""
        fresh = (network is None or self._network_guard.fresh(*network)) and (
            link is None or self._link_guard.accept(*link)
        )
        if not fresh:
            self.dropped["old frame counter"] += 1
        elif network is not None:
            self._network_guard.accept(*network)
        return fresh

    def _dispatch(self, message: AppMessage) -> None:
        if message.source is None or not message.secured:
            self.dropped["no link key"] += 1
            return
        if message.source in self._provisional:
            self.dropped["no link key of its own"] += 1
            return
        for handle in self._handlers.get(message.cluster, ()):
            handle(message.source, message)


def _seal(aux: Aux | None, source: Eui | None) -> _Seal | None:
    return None if aux is None else (aux.source or source, aux.counter)


def _reason(error: ProtocolError) -> str:
    if isinstance(error, Malformed):
        return "damaged" if error.field == "FCS" else "malformed"
    if isinstance(error, KeyNotHeld):
        return "no link key"
    return "MIC" if isinstance(error, NotAuthentic) else "unsupported"
