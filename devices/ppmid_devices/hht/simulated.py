"""A simulated Hand-Held Terminal: it comes into a HAN over Inter-PAN, and carries GBCS messages that it cannot read.

It holds its install code, what stands in the place of CBKE over Inter-PAN, and no key of any message.
"""

from collections import deque

from ppmid_devices import roles
from ppmid_devices.hht.contract import HhtState
from ppmid_devices.hht.joining import ON_THE_WAY, Event, after
from ppmid_devices.hht.settings import HhtSettings
from ppmid_devices.links.han import Han, HanMembership
from ppmid_devices.links.han_node import HanNode
from ppmid_devices.links.own_link_key import OwnLinkKey
from ppmid_devices.links.tunnel import TunnelServer
from ppmid_devices.ports import SECOND, Clock, Timer
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import hand_held, joining, outside, zcl
from ppmid_protocols.zigbee.han import OpenedFrame
from ppmid_protocols.zigbee.joining import InstallCode
from ppmid_protocols.zigbee.outside import AssociationRequest, AssociationResponse, AssociationStatus, InterPan
from ppmid_protocols.zigbee.tunneling import LARGEST_TRANSFER
from ppmid_protocols.zigbee.zcl import Direction


class SimulatedHht:
    """A Hand-Held Terminal (``hht.contract.Hht``), for the home of one hub, and of the one that takes its place."""

    def __init__(
        self,
        *,
        clock: Clock,
        eui: Eui,
        install_code: InstallCode,
        agreed: Secret,
        han: Han,
        settings: HhtSettings,
    ) -> None:
        self._clock, self._eui, self._code, self._agreed = clock, eui, install_code, agreed
        self._han, self._settings = han, settings
        self._state = HhtState.IDLE
        self._patience: Timer | None = None
        self._sequence = self._sealed = 0
        self._short: int | None = None
        self._node: HanNode | None = None
        self._tunnel: TunnelServer | None = None
        self._waiting: deque[bytes] = deque()
        self._responses: list[bytes] = []

    @property
    def eui(self) -> Eui:
        return self._eui

    @property
    def state(self) -> HhtState:
        return self._state

    @property
    def responses(self) -> tuple[bytes, ...]:
        return tuple(self._responses)

    def start(self) -> None:
        self._han.join(int.from_bytes(self._eui, "big"), roles.HHT, self._hear_outside)

    def connect(self, gpf: Eui) -> None:
        self._leave_air()
        self._happened(Event.NAMED)
        introduction = hand_held.Introduction(gpf, self._eui, self._code)
        zcl_frame = hand_held.COMMANDS.frame(introduction, Direction.TO_SERVER, self._next())
        self._sealed += 1
        aps = outside.sealed_stub(hand_held.CLUSTER, zcl_frame.encode(), self._agreed, self._eui, self._sealed)
        self._send(InterPan(source=self._eui, destination=None, sequence=self._sequence, aps=aps))

    def load(self, command: bytes) -> bool:
        """It cuts nothing into blocks (assumed)."""
        if not 1 <= len(command) <= LARGEST_TRANSFER:
            return False
        self._waiting.append(command)
        if self._state is HhtState.CONNECTED:
            self._send_waiting()
        return True

    def disconnect(self) -> None:
        if self._node is not None:
            self._node.send_leave(self._node.hub, requested=False)
        self._leave()

    def _leave(self) -> None:
        self._leave_air()
        self._happened(Event.LEFT)

    def _happened(self, event: Event) -> None:
        """Go on by the table; while an answer is waited for, its staying out is planned."""
        before, self._state = self._state, after(self._state, event)
        if self._state is before and event is not Event.NAMED:
            return
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
        if self._state in ON_THE_WAY:
            wait = self._settings.answer_s * SECOND
            self._patience = self._clock.call_later(wait, lambda: self._happened(Event.SILENCE))

    # On the way in

    def _hear_outside(self, frame: bytes) -> None:
        try:
            message = outside.decode(frame)
            if isinstance(message, InterPan):
                self._hear_inter_pan(message)
            elif isinstance(message, AssociationResponse):
                self._hear_association(message)
        except ProtocolError:
            return  # not for it, or not of a hub that has agreed a key with it

    def _hear_inter_pan(self, frame: InterPan) -> None:
        """Raises ProtocolError."""
        _, plain = outside.open_stub(frame.aps, self._agreed, frame.source)
        listed = hand_held.COMMANDS.read(zcl.decode_frame(plain))
        if self._state is HhtState.INTRODUCED and isinstance(listed, hand_held.Listed) and listed.terminal == self._eui:
            self._happened(Event.LISTED)
            self._send(AssociationRequest(source=self._eui, pan=listed.pan, sequence=self._next()))

    def _hear_association(self, answer: AssociationResponse) -> None:
        if self._state is not HhtState.LISTED:
            return
        if answer.status != AssociationStatus.SUCCESS:
            self._happened(Event.DENIED)
            return
        self._happened(Event.ADDRESS_GIVEN)
        self._short = answer.short
        self._han.join(answer.short, roles.HHT, self._hear_key)

    def _hear_key(self, frame: bytes) -> None:
        """The hub gives the network key: the terminal is a member, and asks for a link key of its own."""
        try:
            given = joining.accept(frame, self._code.link_key)
        except ProtocolError:
            return
        if self._state is not HhtState.ADDRESSED or self._short is None or given.destination != self._eui:
            return
        link_key = self._code.link_key
        if self._node is None or self._node.hub != given.source:  # a hub that has taken another's place stays
            membership = HanMembership(
                name=roles.HHT,
                eui=self._eui,
                short=self._short,
                network_key=given.key,
                link_keys={given.source: link_key},
                addresses={given.source: outside.HUB_SHORT, self._eui: self._short},
            )
            self._node = HanNode(self._clock, self._han, membership)
            self._node.on_command(self._hear_command)
            self._own_link_key = OwnLinkKey(self._node, lambda _: None)
            self._tunnel = TunnelServer(self._node, given.source, self._from_hub, opened=self._opened)
        else:
            self._node.switch_on()
            self._node.enter(given.key, given.source, link_key)
        self._happened(Event.KEY_GIVEN)
        self._own_link_key.begin()

    def _hear_command(self, frame: OpenedFrame) -> None:
        """The hub has it leave."""
        if self._node is not None and self._node.told_to_leave(frame):
            self._leave()

    def _leave_air(self) -> None:
        if self._tunnel is not None:
            self._tunnel.lose()
        if self._node is not None:
            self._node.switch_off()

    def _send(self, message: outside.Outside) -> None:
        self._han.transmit(roles.HHT, outside.encode(message))

    def _next(self) -> int:
        self._sequence = (self._sequence + 1) & 0xFF
        return self._sequence

    # On the HAN

    def _opened(self) -> None:
        self._happened(Event.TUNNEL_OPENED)
        self._send_waiting()

    def _send_waiting(self) -> None:
        while self._waiting:
            self._transfer(self._waiting.popleft())

    def _transfer(self, command: bytes) -> None:
        if self._tunnel is not None:
            self._tunnel.send(command)

    def _from_hub(self, message: bytes) -> None:
        if message:  # else there is nothing to bring back
            self._responses.append(message)
