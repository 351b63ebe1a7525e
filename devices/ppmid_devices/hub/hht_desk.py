"""The hub's side of Hand-Held Terminals: it lets them in while the window is open, and says who is on the HAN.

Over Inter-PAN a terminal names this hub by its GPF and gives its install code, sealed under a key that only one with a
certificate could have agreed (``links.han.AgreedKeys``). The hub enters it in its device log; then it may associate, is
given the network key under its install code's link key, and is a member under the link key that CBKE would give.
Whoever asks to come in otherwise is refused. What a loss of power ends is assumed: all of it.
"""

from collections.abc import Callable, Mapping

from ppmid_devices.hub.device_log import DeviceLog
from ppmid_devices.hub.joining import JoinWindow
from ppmid_devices.hub.relay import Refusal
from ppmid_devices.links.han import AgreedKeys, Han, HanMembership
from ppmid_devices.links.han_node import HanNode
from ppmid_devices.ports import MILLISECOND, Clock
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee import hand_held, joining, outside, zcl
from ppmid_protocols.zigbee.han import Radio
from ppmid_protocols.zigbee.joining import LinkKeyEvent
from ppmid_protocols.zigbee.outside import AssociationRequest, AssociationResponse, AssociationStatus, InterPan
from ppmid_protocols.zigbee.security import FrameCounterGuard
from ppmid_protocols.zigbee.zcl import Direction

_NO_ADDRESS = 0xFFFF

KEY_AFTER = 100 * MILLISECOND
"""From the answer to an association to the network key: the device must hear at its new address first (assumed)."""


class HhtDesk:
    """``joined`` is called with each terminal that comes onto the HAN, ``refused`` with each that is kept out.

    The latter also with why, and with what it said in clear, if anything. ``listed``: with each that is in the CHF
    Device Log, or is no more.
    """

    def __init__(
        self,
        clock: Clock,
        han: Han,
        membership: HanMembership,
        gpf: Eui,
        agreed: Mapping[Eui, AgreedKeys],
        window: JoinWindow,
        joined: Callable[[Eui], None],
        refused: Callable[[Eui, Refusal, bytes], None],
        listed: Callable[[Eui, bool], None],
    ) -> None:
        self._clock, self._han, self._membership, self._gpf, self._agreed = clock, han, membership, gpf, agreed
        self._window, self._joined, self._refused, self._tell_log = window, joined, refused, listed
        self._log = self._empty_log()
        self._pan = Radio(eui=membership.eui, short=membership.short).pan
        self._guard = FrameCounterGuard()
        self._sequence = self._sealed = 0

    @property
    def connected(self) -> frozenset[Eui]:
        """The terminals on the HAN."""
        return frozenset(one for one in self._log.entries if self._log.authorised(one))

    def attach(self, node: HanNode) -> None:
        """Hear what devices outside say to the hub's radio."""
        self._node = node
        node.on_outside(self._hear)

    def power_on(self) -> None:
        """Power has come: the time for joining begins."""
        self._window = self._window.powered(self._clock.now())

    def power_off(self) -> None:
        """Power has gone: every terminal is forgotten."""
        for terminal in self.connected:
            self._node.part_from(terminal)
        for terminal in self._log.entries:
            self._tell_log(terminal, False)
        self._window, self._log = self._window.unpowered(), self._empty_log()

    def _empty_log(self) -> DeviceLog:
        return DeviceLog(frozenset(self._membership.addresses.values()))

    def _hear(self, frame: bytes) -> None:
        try:
            message = outside.decode(frame)
            if isinstance(message, InterPan):
                self._hear_inter_pan(message)
            elif isinstance(message, AssociationRequest):
                self._associate(message)
        except ProtocolError:
            return  # damaged, sealed under another key, or nothing that is said here: no answer helps but whoever tries

    def _hear_inter_pan(self, frame: InterPan) -> None:
        """Raises ProtocolError."""
        if not self._window.is_open(self._clock.now()):
            self._refused(frame.source, Refusal.JOINING_CLOSED, b"")
            return
        stub, octets = outside.decode_stub(frame.aps)
        if not stub.secured:
            self._take_in_clear(frame.source, octets)
            return
        keys = self._agreed.get(frame.source)
        if keys is None:
            self._refused(frame.source, Refusal.NOT_JOINED, b"")
            return
        aux, plain = outside.open_stub(frame.aps, keys.inter_pan, frame.source)
        guard = self._guard.accept(frame.source, aux.counter)
        if guard is None:
            return
        self._guard = guard
        command = hand_held.COMMANDS.read(zcl.decode_frame(plain))
        named = isinstance(command, hand_held.Introduction) and command.gpf == self._gpf
        if isinstance(command, hand_held.Introduction) and named and command.terminal == frame.source:
            self._list(command, keys)

    def _take_in_clear(self, source: Eui, octets: bytes) -> None:
        """What a device that has not joined says without a seal is for nobody."""
        self._refused(source, Refusal.NOT_JOINED, octets)

    def _list(self, introduction: hand_held.Introduction, keys: AgreedKeys) -> None:
        """Enter a terminal in the device log, and tell it so. One that was here before begins anew."""
        terminal = introduction.terminal
        if self._log.authorised(terminal):
            self._log = self._log.after(terminal, LinkKeyEvent.REMOVED)
            self._node.part_from(terminal)
        self._log = self._log.list(terminal, introduction.install_code.link_key)
        self._tell_log(terminal, True)
        answer = hand_held.COMMANDS.frame(hand_held.Listed(terminal, self._pan), Direction.TO_CLIENT, self._next())
        own, self._sealed = self._membership.eui, self._sealed + 1
        aps = outside.sealed_stub(hand_held.CLUSTER, answer.encode(), keys.inter_pan, own, self._sealed)
        self._send(InterPan(source=own, destination=terminal, sequence=self._sequence, aps=aps))

    def _associate(self, request: AssociationRequest) -> None:
        device = request.source
        allowed = self._window.is_open(self._clock.now()) and self._log.may_join(device) and device in self._agreed
        short, status = _NO_ADDRESS, AssociationStatus.ACCESS_DENIED
        if allowed and request.pan == self._pan:
            self._log = self._log.address(device)
            short, status = self._log.entries[device].short or _NO_ADDRESS, AssociationStatus.SUCCESS
        answer = AssociationResponse(
            source=self._membership.eui,
            destination=device,
            pan=self._pan,
            sequence=self._next(),
            short=short,
            status=status,
        )
        self._send(answer)
        if status is AssociationStatus.SUCCESS:
            self._clock.call_later(KEY_AFTER, lambda: self._admit(device, short))
        else:
            self._refused(device, Refusal.NOT_JOINED, b"")

    def _admit(self, device: Eui, short: int) -> None:
        """Give the network key to a device; then the link key that both hold stands in the place of CBKE's."""
        if not self._log.may_join(device):
            return  # power has gone meanwhile
        self._sealed += 1
        frame = joining.admit(
            self._membership.network_key,
            self._log.entries[device].first_key,
            device=device,
            device_short=short,
            hub=self._membership.eui,
            pan=self._pan,
            aps_counter=self._next(),
            frame_counter=self._sealed,
        )
        self._han.transmit(self._membership.name, frame)
        for event in (LinkKeyEvent.NETWORK_KEY_TAKEN, LinkKeyEvent.KEY_SHARED):
            self._log = self._log.after(device, event)
        self._node.meet(device, short, self._agreed[device].link)
        self._joined(device)

    def _send(self, message: outside.Outside) -> None:
        self._han.transmit(self._membership.name, outside.encode(message))

    def _next(self) -> int:
        self._sequence = (self._sequence + 1) & 0xFF
        return self._sequence
