"""How a device gets a link key of its own from the hub once it has the network key (ZigBee R22 4.4.7 to 4.4.9).

It asks (Request Key, under the key by which it came in), is given one (Transport Key, under the key-load key), shows
that it has it (Verify Key), and is told that this holds (Confirm Key, under the new key). In the field CBKE is in this
place, which cannot be computed here; so whoever could come in gets a link key, certificate or not.
"""

from collections.abc import Callable

from ppmid_devices.links.han_node import HanNode
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import mmo
from ppmid_protocols.zigbee.aps_commands import ConfirmKey, RequestKey, TransportTrustCentreKey, VerifyKey
from ppmid_protocols.zigbee.han import OpenedFrame
from ppmid_protocols.zigbee.outside import HUB_SHORT
from ppmid_protocols.zigbee.security import KeyId

CONFIRMED = 0
"""Status of a Confirm Key: the proof holds."""


class OwnLinkKey:
    """The device's side; ``done`` is called with the key each time that the hub has confirmed one."""

    def __init__(self, node: HanNode, done: Callable[[Secret], None]) -> None:
        self._node, self._done = node, done
        self._asked = False
        self._shown: Secret | None = None
        node.on_command(self._hear)

    @property
    def shown(self) -> tuple[Secret, ...]:
        """The key that it was given last and has shown; whether the hub has confirmed it, it may not have heard."""
        return () if self._shown is None else (self._shown,)

    def begin(self) -> None:
        """Ask for a key."""
        self._asked, self._shown = True, None
        self._node.send_command(self._node.hub, RequestKey(), KeyId.LINK)

    def _hear(self, frame: OpenedFrame) -> None:
        sealed = None if frame.aps_aux is None else frame.aps_aux.key_id
        if frame.source != self._node.hub or not self._asked:
            return
        match frame.command:
            case TransportTrustCentreKey(key) if sealed is KeyId.KEY_LOAD:
                self._shown = key
                self._node.send_command(frame.source, VerifyKey(self._node.eui, mmo.verification(key)), None)
                self._node.meet(frame.source, HUB_SHORT, key)
            case ConfirmKey(status=status) if sealed is KeyId.LINK and self._shown is not None:
                self._asked = status != CONFIRMED
                if status == CONFIRMED:
                    self._done(self._shown)
