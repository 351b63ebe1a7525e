"""How a device of the home comes back onto a HAN that it was taken off, or whose hub was replaced.

Told by its hub to leave, it is off the network. It asks the hub of the network in clear to let it in again, at the
address that it had, and goes on asking (ZigBee R22 3.6.1.4). The network key comes sealed under a key that both hold:
its link key, which a hub keeps of devices that it struck off; the hash of that key, which a replaced hub was restored
with (CCS03); or the key made of its install code (CCS01). Then it gets a link key of its own; where that is lost on the
way, it asks for everything again.
"""

from collections.abc import Callable

from ppmid_devices.links.han import Han, HanMembership
from ppmid_devices.links.han_node import HanNode
from ppmid_devices.links.own_link_key import OwnLinkKey
from ppmid_devices.ports import MINUTE, Clock, Timer
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import joining, mmo, nwk_commands
from ppmid_protocols.zigbee.han import OpenedFrame, Radio
from ppmid_protocols.zigbee.nwk_commands import InClear, RejoinRequest
from ppmid_protocols.zigbee.outside import HUB_SHORT

RETRY = 2 * MINUTE
"""Between two times that a device off the network asks to be let in (assumed)."""


class Rejoining:
    """``moved`` is called whenever the device is off its network, or on one again.

    Whether it is on one, and its keys, outlive a loss of power; it asks again once it has power.
    """

    def __init__(
        self, clock: Clock, han: Han, membership: HanMembership, node: HanNode, moved: Callable[[], None]
    ) -> None:
        self._clock, self._han, self._membership, self._node, self._moved = clock, han, membership, node, moved
        self._own_link_key = OwnLinkKey(node, self._settled)
        self._hub_key: Secret = node.link_keys[node.hub]
        self._pan = Radio(eui=membership.eui, short=membership.short).pan
        self._sequence = 0
        self._timer: Timer | None = None
        node.on_command(self._hear)

    def seek(self) -> None:
        """Be off the network, and ask to be let in, now and again."""
        if self._node.on_network:
            self._node.leave(self._hear_off)
            self._moved()
        self._ask()

    def _hear(self, frame: OpenedFrame) -> None:
        """The hub has it leave; what another says, or nothing seals, is not heeded."""
        if self._node.told_to_leave(frame):
            self.seek()

    def _ask(self) -> None:
        self._node.leave(self._hear_off)  # it may be half in: a key of its own was lost
        self._sequence = (self._sequence + 1) & 0xFF
        request = InClear(
            device=self._membership.eui,
            source=self._membership.short,
            destination=HUB_SHORT,
            pan=self._pan,
            sequence=self._sequence,
            command=RejoinRequest(),
        )
        if self._node.powered:
            self._han.transmit(self._membership.name, nwk_commands.encode_in_clear(request))
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._clock.call_later(RETRY, self._ask)

    def _hear_off(self, octets: bytes) -> None:
        """Of all that is said, the network key alone is for it: under a key that it holds."""
        if not joining.is_admission(octets):
            return
        for key in self._keys():
            try:
                given = joining.accept(octets, key)
            except ProtocolError:
                continue
            if given.destination == self._membership.eui:
                self._node.enter(given.key, given.source, key, unsettled=True)
                self._own_link_key.begin()
                return

    def _keys(self) -> tuple[Secret, ...]:
        code = self._membership.install_code
        by_code = () if code is None else (code.link_key,)
        return (self._hub_key, Secret(mmo.hash_of(self._hub_key)), *by_code, *self._own_link_key.shown)

    def _settled(self, key: Secret) -> None:
        self._hub_key = key
        self._node.settle()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._moved()
