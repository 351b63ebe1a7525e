"""Where a hub lets devices onto its HAN: those of its device log, each under a key that it holds of that device.

A device that was struck off and is listed again may come back under its former link key for the joining time of the
Command, and for as long again by its install code's (use case CCS01); one that a restored log names, under the hash of
the link key that it had with the hub before (CCS03). It has the network key then, and may do nothing but get a link key
of its own (``links.own_link_key``); with that it takes part. Who is not to come in is told so.
"""

from collections.abc import Callable

from ppmid_devices.hub.key_maker import KeyMaker
from ppmid_devices.hub.log_book import LogBook
from ppmid_devices.links.han import Han, HanMembership
from ppmid_devices.links.han_node import HanNode
from ppmid_devices.links.own_link_key import CONFIRMED
from ppmid_devices.ports import MILLISECOND, SECOND, Clock
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import joining, mmo, nwk_commands
from ppmid_protocols.zigbee.aps_commands import ConfirmKey, RequestKey, TransportTrustCentreKey, VerifyKey
from ppmid_protocols.zigbee.han import OpenedFrame, Radio
from ppmid_protocols.zigbee.joining import LinkKeyEvent, LinkKeyState
from ppmid_protocols.zigbee.nwk_commands import REFUSED, SUCCESS, InClear, RejoinRequest, RejoinResponse
from ppmid_protocols.zigbee.outside import HUB_SHORT
from ppmid_protocols.zigbee.security import KeyId

KEY_AFTER = 100 * MILLISECOND
"""From the answer to a device to the network key: it must hear at its new address first (assumed)."""
_NO_ADDRESS = 0xFFFF
_BAD_PROOF = 0xAD
"""Status of a Confirm Key whose proof did not hold (SECURITY_FAILURE, R22 2.2.9)."""


class Door:
    """``admitted`` is called with each device that takes part from now on; ``refused`` with each that is kept out.

    ``has_room`` is asked before a device that has a key is let in.
    """

    def __init__(
        self,
        clock: Clock,
        han: Han,
        membership: HanMembership,
        book: LogBook,
        keys: KeyMaker,
        admitted: Callable[[Eui], None],
        refused: Callable[[Eui], None],
        has_room: Callable[[Eui], bool],
    ) -> None:
        self._clock, self._han, self._membership, self._book, self._keys = clock, han, membership, book, keys
        self._admitted, self._refused, self._has_room = admitted, refused, has_room
        self._pan = Radio(eui=membership.eui, short=membership.short).pan
        self._opened: tuple[int, int] | None = None
        self._given: dict[Eui, Secret] = {}
        self._sealed = self._sequence = 0
        book.on_permit(self._open)

    def attach(self, node: HanNode) -> None:
        """Hear what devices say to the hub's radio."""
        self._node = node
        node.on_command(self._hear)

    def power_off(self) -> None:
        """Power has gone: joining is over (assumed)."""
        self._opened = None
        self._given.clear()

    @property
    def is_open(self) -> bool:
        """Whether a Command's joining time has not passed yet."""
        return self._opened is not None and self._clock.now() - self._opened[0] <= 2 * self._opened[1]

    def _open(self, seconds: int) -> None:
        self._opened = self._clock.now(), seconds * SECOND

    def _hear(self, frame: OpenedFrame) -> None:
        sealed = None if frame.aps_aux is None else frame.aps_aux.key_id
        match frame.command:
            case RejoinRequest() if frame.nwk_aux is None and frame.source is not None:
                self._rejoin(frame.source, frame.nwk.source)
            case RequestKey(None) if sealed is KeyId.LINK and frame.source is not None:
                self._hand_out(frame.source)
            case VerifyKey(source, proof) if source == frame.source:
                self._verify(source, proof)

    # In again, at the address that it had

    def _rejoin(self, device: Eui, asked: int) -> None:
        key = self._key_of(device)
        if key is not None and not self._has_room(device):
            key = None
        short = _NO_ADDRESS if key is None else self._address(device, asked)
        answer = InClear(
            device=device,
            source=HUB_SHORT,
            destination=asked,
            pan=self._pan,
            sequence=self._next(),
            command=RejoinResponse(short, REFUSED if key is None else SUCCESS),
        )
        self._han.transmit(self._membership.name, nwk_commands.encode_in_clear(answer))
        if key is None:
            self._refused(device)
        else:
            self._clock.call_later(KEY_AFTER, lambda: self.admit(device, short, key))

    def _key_of(self, device: Eui) -> Secret | None:
        """Under which key a device may come in now; None: it may not."""
        entry = self._book.log.entries.get(device)
        if entry is None or entry.visitor:
            return None
        if entry.state is LinkKeyState.AUTHORISED:
            return entry.own_key
        if entry.restored:
            return entry.first_key
        if self._opened is None:
            return None
        opened, length = self._opened
        since, former = self._clock.now() - opened, self._book.log.former.get(device)
        if former is not None and since <= length:
            return former
        return entry.first_key if since <= length * (1 if former is None else 2) else None

    def _address(self, device: Eui, asked: int) -> int:
        others = {entry.short for one, entry in self._book.log.entries.items() if one != device}
        if asked in others or asked == HUB_SHORT:
            return self._book.address(device)
        self._book.settle(device, self._book.log.entries[device].own_key, asked)
        return asked

    def admit(self, device: Eui, short: int, key: Secret) -> None:
        """Give the network key to a listed device, sealed under ``key``; it may then get a link key of its own."""
        if device not in self._book.log.entries:
            return  # it was struck off meanwhile
        self._sealed += 1
        frame = joining.admit(
            self._membership.network_key,
            key,
            device=device,
            device_short=short,
            hub=self._membership.eui,
            pan=self._pan,
            aps_counter=self._next(),
            frame_counter=self._sealed,
        )
        self._han.transmit(self._membership.name, frame)
        self._book.happened(device, LinkKeyEvent.NETWORK_KEY_TAKEN)
        self._node.meet(device, short, key, provisional=True)

    # A link key of its own

    def _hand_out(self, device: Eui) -> None:
        key = self._given[device] = self._keys.link_key(device)
        said = TransportTrustCentreKey(key, device, self._membership.eui)
        self._node.send_command(device, said, KeyId.KEY_LOAD)

    def _verify(self, device: Eui, proof: bytes) -> None:
        key = self._given.get(device)
        if key is None:
            return
        holds = proof == mmo.verification(key)
        short = self._book.log.entries[device].short
        if holds and short is not None:
            del self._given[device]
            self._node.meet(device, short, key)
            self._book.happened(device, LinkKeyEvent.KEY_SHARED, key)
        self._node.send_command(device, ConfirmKey(device, CONFIRMED if holds else _BAD_PROOF), KeyId.LINK)
        if holds:
            self._admitted(device)

    def _next(self) -> int:
        self._sequence = (self._sequence + 1) & 0xFF
        return self._sequence
