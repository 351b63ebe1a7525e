"""The hub's side of Hand-Held Terminals: it enters them in its device log while the window is open, and lets them in.

Over Inter-PAN a terminal names this hub by its GPF and gives its install code, sealed under a key that only one with a
certificate could have agreed. The hub enters it in its device log; then it may associate, and is let in by the door
(``hub.door``) under its install code's link key. Whoever asks to come in otherwise is refused. A terminal that leaves,
or that is on the HAN when power goes, is struck off (assumed).
"""

from collections.abc import Callable, Mapping

from ppmid_devices.hub.door import KEY_AFTER, Door
from ppmid_devices.hub.joining import JoinWindow
from ppmid_devices.hub.log_book import LogBook
from ppmid_devices.hub.relay import Refusal
from ppmid_devices.links.han import Han, HanMembership
from ppmid_devices.links.han_node import HanNode
from ppmid_devices.ports import Clock
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import hand_held, outside, zcl
from ppmid_protocols.zigbee.han import OpenedFrame, Radio
from ppmid_protocols.zigbee.nwk_commands import Leave
from ppmid_protocols.zigbee.outside import AssociationRequest, AssociationResponse, AssociationStatus, InterPan
from ppmid_protocols.zigbee.security import FrameCounterGuard
from ppmid_protocols.zigbee.zcl import Direction

_NO_ADDRESS = 0xFFFF


class HhtDesk:
    """``agreed``: the key of the Inter-PAN link with each terminal whose certificate holds, in the place of CBKE.

    ``refused`` is called with each device that is kept out, why, and what it said in clear, if anything.
    """

    def __init__(
        self,
        clock: Clock,
        han: Han,
        membership: HanMembership,
        gpf: Eui,
        agreed: Mapping[Eui, Secret],
        window: JoinWindow,
        book: LogBook,
        door: Door,
        refused: Callable[[Eui, Refusal, bytes], None],
    ) -> None:
        self._clock, self._han, self._membership, self._gpf, self._agreed = clock, han, membership, gpf, agreed
        self._window, self._book, self._door, self._refused = window, book, door, refused
        self._pan = Radio(eui=membership.eui, short=membership.short).pan
        self._guard = FrameCounterGuard()
        self._sequence = self._sealed = 0

    @property
    def visitors(self) -> frozenset[Eui]:
        """The terminals in the device log."""
        return frozenset(one for one, entry in self._book.log.entries.items() if entry.visitor)

    @property
    def connected(self) -> bool:
        """Whether a terminal is on the HAN."""
        return any(self._book.log.authorised(one) for one in self.visitors)

    def attach(self, node: HanNode) -> None:
        """Hear what devices outside say to the hub's radio."""
        self._node = node
        node.on_outside(self._hear)
        node.on_command(self._hear_command)

    def power_on(self) -> None:
        """Power has come: the time for joining begins."""
        self._window = self._window.powered(self._clock.now())

    def power_off(self) -> None:
        """Power has gone: every terminal is forgotten."""
        self._window = self._window.unpowered()
        for terminal in self.visitors:
            self._book.remove(terminal)

    def _is_open(self) -> bool:
        return self._window.is_open(self._clock.now())

    def _hear_command(self, frame: OpenedFrame) -> None:
        """A terminal says that it leaves: its place in the device log is free again."""
        leaves = isinstance(frame.command, Leave) and not frame.command.requested
        if leaves and frame.nwk_aux is not None and frame.source in self.visitors:
            self._book.remove(frame.source)

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
        if not self._is_open():
            self._refused(frame.source, Refusal.JOINING_CLOSED, b"")
            return
        stub, octets = outside.decode_stub(frame.aps)
        if not stub.secured:
            self._take_in_clear(frame.source, octets)
            return
        key = self._agreed.get(frame.source)
        if key is None:
            self._refused(frame.source, Refusal.NOT_JOINED, b"")
            return
        aux, plain = outside.open_stub(frame.aps, key, frame.source)
        if not self._guard.accept(frame.source, aux.counter):
            return
        command = hand_held.COMMANDS.read(zcl.decode_frame(plain))
        named = isinstance(command, hand_held.Introduction) and command.gpf == self._gpf
        if isinstance(command, hand_held.Introduction) and named and command.terminal == frame.source:
            self._list(command, key)

    def _take_in_clear(self, source: Eui, octets: bytes) -> None:
        """What a device that has not joined says without a seal is for nobody."""
        self._refused(source, Refusal.NOT_JOINED, octets)

    def _list(self, introduction: hand_held.Introduction, key: Secret) -> None:
        """Enter a terminal in the device log, and tell it so. One that was here before begins anew."""
        terminal = introduction.terminal
        if self._book.log.authorised(terminal):
            self._book.remove(terminal)
        if not self._book.add(terminal, introduction.install_code.link_key, visitor=True):
            self._refused(terminal, Refusal.LOG_FULL, b"")
            return
        answer = hand_held.COMMANDS.frame(hand_held.Listed(terminal, self._pan), Direction.TO_CLIENT, self._next())
        own, self._sealed = self._membership.eui, self._sealed + 1
        aps = outside.sealed_stub(hand_held.CLUSTER, answer.encode(), key, own, self._sealed)
        self._send(InterPan(source=own, destination=terminal, sequence=self._sequence, aps=aps))

    def _associate(self, request: AssociationRequest) -> None:
        device = request.source
        allowed = self._is_open() and self._book.log.may_join(device) and device in self._agreed
        short, status = _NO_ADDRESS, AssociationStatus.ACCESS_DENIED
        if allowed and request.pan == self._pan:
            short, status = self._book.address(device), AssociationStatus.SUCCESS
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
        entry = self._book.log.entries.get(device)
        if entry is not None and entry.first_key is not None:  # else power has gone meanwhile
            self._door.admit(device, short, entry.first_key)

    def _send(self, message: outside.Outside) -> None:
        self._han.transmit(self._membership.name, outside.encode(message))

    def _next(self) -> int:
        self._sequence = (self._sequence + 1) & 0xFF
        return self._sequence
