"""The two ends of a tunnel on the HAN (ZigBee Tunneling cluster): GBCS messages of up to 1500 octets cross in it.

The Communications Hub is the client of the tunnels to ESME and PPMID; the sleepy GSME is the client of its tunnel to
the hub. What the data mean is no matter here. Several ends may share one node: each listens to its own peer and
direction.
"""

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Mapping
from typing import ClassVar

from ppmid_devices.links.han_node import HanNode
from ppmid_devices.links.tunnel_states import Action, Event, State, after
from ppmid_devices.ports import SECOND, Clock, Timer
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee import tunneling
from ppmid_protocols.zigbee.han import AppMessage
from ppmid_protocols.zigbee.tunneling import (
    CLUSTER,
    LARGEST_TRANSFER,
    CloseTunnel,
    OpenStatus,
    RequestTunnel,
    RequestTunnelResponse,
    TransferData,
    TransferDataError,
    TransferStatus,
    TunnelCommand,
)
from ppmid_protocols.zigbee.zcl import Direction

Heard = Callable[[bytes], None]
"""Called with the data of each transfer."""
Refused = Callable[[int], None]
"""Called with the status of each TransferDataError from the other end."""

RETRY = 180 * SECOND
"""Busy servers are asked again after three minutes (public hub code quoting GBCS 10.2.2)."""
RENEWAL = 0xFFFF * SECOND
"""A hub asks for its tunnels anew this long after the last answer (the same)."""
PATIENCE = 10 * SECOND
"""How long a RequestTunnel waits for its answer (assumed)."""
KEPT = 16
"""Messages that a client keeps while it opens its tunnel; the oldest goes first (assumed)."""

_PROTOCOL = RequestTunnel()


class _End(ABC):
    """What both ends have in common: the node, the peer, and how data that cannot be taken are refused."""

    outgoing: Direction
    incoming: Direction

    def __init__(self, node: HanNode, peer: Eui, heard: Heard, refused: Refused | None) -> None:
        self._node, self._peer, self._heard, self._refused = node, peer, heard, refused
        self._tunnel: int | None = None
        self._largest = LARGEST_TRANSFER
        node.on(CLUSTER, self._hear)

    @property
    def is_open(self) -> bool:
        """Whether this end holds the tunnel for open."""
        return self._tunnel is not None

    @property
    def largest(self) -> int:
        """Octets of the largest transfer that the other end takes: 1500, or less where it said so."""
        return self._largest

    def lose(self) -> None:
        """Forget the tunnel, as a device without power does."""
        self._tunnel = None

    def move(self, peer: Eui) -> None:
        """Be the end of tunnels with ``peer`` from now on: another hub has taken the place of the one before."""
        self.lose()
        self._peer = peer

    def _take_tunnel(self, tunnel: int, largest: int) -> None:
        """The other end takes transfers of ``largest`` octets in this tunnel."""
        self._tunnel, self._largest = tunnel, min(largest, LARGEST_TRANSFER)

    def refuse(self, status: TransferStatus) -> None:
        """Answer the last transfer with an error."""
        if self._tunnel is not None:
            self._send(TransferDataError(self._tunnel, status))

    def _transfer(self, message: bytes) -> bool:
        if self._tunnel is None or len(message) > self._largest:
            return False
        self._send(TransferData(self._tunnel, message))
        return True

    def _send(self, command: TunnelCommand, sequence: int | None = None) -> None:
        number = self._node.next_sequence() if sequence is None else sequence
        self._node.send_frame(self._peer, CLUSTER, tunneling.frame(command, self.outgoing, number))

    def _hear(self, sender: Eui, message: AppMessage) -> None:
        if sender != self._peer or message.zcl.header.direction is not self.incoming:
            return
        try:
            command = tunneling.read(message.zcl)
        except ProtocolError:
            return  # what no tunnel knows has no answer in the sources
        if isinstance(command, TransferData):
            self._take(command)
        elif isinstance(command, TransferDataError):
            self._hear_refusal(command)
        else:
            self._control(command, message.zcl.header.sequence)

    def _take(self, transfer: TransferData) -> None:
        if transfer.tunnel != self._tunnel:
            self._send(TransferDataError(transfer.tunnel, TransferStatus.NO_SUCH_TUNNEL))
        elif len(transfer.data) > LARGEST_TRANSFER:
            self._send(TransferDataError(transfer.tunnel, TransferStatus.DATA_OVERFLOW))
        else:
            self._heard(transfer.data)

    def _hear_refusal(self, error: TransferDataError) -> None:
        if error.tunnel != self._tunnel:
            return
        if error.status == TransferStatus.NO_SUCH_TUNNEL:
            self.lose()
        if self._refused is not None:
            self._refused(error.status)

    @abstractmethod
    def _control(self, command: TunnelCommand, sequence: int) -> None:
        """Handle a command that opens or closes."""


class TunnelServer(_End):
    """The end that is asked for tunnels, by one peer: a new tunnel takes the place of the one before."""

    outgoing, incoming = Direction.TO_CLIENT, Direction.TO_SERVER

    def __init__(
        self,
        node: HanNode,
        peer: Eui,
        heard: Heard,
        *,
        refused: Refused | None = None,
        opened: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(node, peer, heard, refused)
        self._opened, self._last_id = opened, 0

    def send(self, message: bytes) -> bool:
        """Send ``message`` to the client; False when no tunnel is open or the message is too large for it."""
        return self._transfer(message)

    def _control(self, command: TunnelCommand, sequence: int) -> None:
        if isinstance(command, RequestTunnel):
            answer = self._answer(command)
            self._send(answer, sequence)
            if answer.status == OpenStatus.SUCCESS and self._opened is not None:
                self._opened()
        elif isinstance(command, CloseTunnel) and command.tunnel == self._tunnel:
            self.lose()

    def _answer(self, request: RequestTunnel) -> RequestTunnelResponse:
        if (request.protocol, request.manufacturer) != (_PROTOCOL.protocol, _PROTOCOL.manufacturer):
            return RequestTunnelResponse(0xFFFF, OpenStatus.PROTOCOL_NOT_SUPPORTED)
        if request.flow_control:
            return RequestTunnelResponse(0xFFFF, OpenStatus.FLOW_CONTROL_NOT_SUPPORTED)
        self._last_id = self._last_id % 0xFFFE + 1
        self._take_tunnel(self._last_id, request.largest_incoming)
        return RequestTunnelResponse(self._last_id)


class TunnelClient(_End):
    """The end that asks for the tunnel, and asks again when it is refused, not answered or lost: see ``tunnel_states``.

    What is to be sent while there is no tunnel, it keeps and sends then. Asleep it asks nothing.
    """

    outgoing, incoming = Direction.TO_SERVER, Direction.TO_CLIENT

    def __init__(
        self,
        node: HanNode,
        peer: Eui,
        clock: Clock,
        heard: Heard,
        *,
        refused: Refused | None = None,
        opened: Callable[[], None] | None = None,
        renewal: int | None = None,
    ) -> None:
        super().__init__(node, peer, heard, refused)
        self._clock, self._opened, self._renewal = clock, opened, renewal
        self._state = State.CLOSED
        self._waiting: deque[bytes] = deque(maxlen=KEPT)
        self._asked: int | None = None
        self._timer: Timer | None = None

    def open(self) -> None:
        """Ask for a tunnel, unless a request is under way."""
        self._happens(Event.WANTED)

    def lose(self) -> None:
        self._happens(Event.LOST)

    def send(self, message: bytes) -> bool:
        """Send ``message`` to the server. False: it goes when the tunnel is open, which is asked for now if need be.

        Also False when it is too large for a tunnel: then it never goes.
        """
        if len(message) > self.largest:
            return False
        if self._tunnel is None:
            self._waiting.append(message)
            self.open()
            return False
        return self._transfer(message)

    def move(self, peer: Eui) -> None:
        """As of every end; what was to be sent is forgotten."""
        self.stop()
        self._peer = peer

    def stop(self) -> None:
        """Forget tunnel, messages and plans, as a device without power does."""
        super().lose()
        self._waiting.clear()
        self._plan(None, 0)
        self._state, self._asked = State.CLOSED, None

    def _happens(self, event: Event) -> None:
        if event in (Event.WANTED, Event.DUE) and not self._node.awake:
            return
        self._state, actions = after(self._state, event)
        for action in actions:
            self._does[action](self)

    def _ask(self) -> None:
        self._asked = self._node.next_sequence()
        self._plan(Event.SILENT, PATIENCE)
        self._send(RequestTunnel(), self._asked)

    def _close_old(self) -> None:
        if self._tunnel is not None:
            self._send(CloseTunnel(self._tunnel))
        super().lose()

    def _begin(self) -> None:
        self._plan(Event.DUE if self._renewal else None, self._renewal or 0)
        if self._opened is not None:
            self._opened()
        while self._waiting:
            self._transfer(self._waiting.popleft())

    def _retry(self) -> None:
        self._plan(Event.DUE, RETRY)

    def _forget(self) -> None:
        super().lose()

    _does: ClassVar[Mapping[Action, Callable[["TunnelClient"], None]]] = {
        Action.ASK: _ask,
        Action.CLOSE_OLD: _close_old,
        Action.BEGIN: _begin,
        Action.RETRY: _retry,
        Action.FORGET: _forget,
    }

    def _control(self, command: TunnelCommand, sequence: int) -> None:
        if not isinstance(command, RequestTunnelResponse) or sequence != self._asked:
            return
        self._asked = None
        if command.status == OpenStatus.SUCCESS:
            self._take_tunnel(command.tunnel, command.largest_incoming)
        self._happens(_ANSWERS.get(command.status, Event.REFUSED))

    def _plan(self, event: Event | None, delay: int) -> None:
        """Only one thing is ever planned: giving up on an answer, asking again, or renewing."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None if event is None else self._clock.call_later(delay, lambda: self._happens(event))


_ANSWERS: Mapping[int, Event] = {
    OpenStatus.SUCCESS: Event.SUCCESS,
    OpenStatus.NO_MORE_TUNNEL_IDS: Event.NO_MORE_TUNNEL_IDS,
}
