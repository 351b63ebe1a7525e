"""Ends of the avenue with one fault each, for faulty PPMIDs and hubs."""

import cbor2

from ppmid_devices.links.avenue_end import AvenueEnd
from ppmid_protocols.errors import Malformed
from ppmid_protocols.local_interface import Opened, ReplayGuard, messages

_KEY_ID, _REPLAY = 4, -65537  # labels of the protected header (local command interface)


class TrustingEnd(AvenueEnd):
    """Opens every message, whoever signed it and for whichever home."""

    def _open(self, frame: bytes) -> Opened:
        try:
            protected, _, payload, _ = cbor2.loads(frame).value
            header = cbor2.loads(protected)
            sender, replay = header[_KEY_ID], header[_REPLAY]
        except (cbor2.CBORError, AttributeError, LookupError, TypeError, ValueError) as problem:
            raise Malformed("COSE_Sign1", "expected a sealed message") from problem
        if type(sender) is not bytes or type(replay) is not int or type(payload) is not bytes:
            raise Malformed("COSE_Sign1", "expected a key id, a replay number and a payload")
        return Opened(messages.decode(payload), sender, replay)


class ForgetfulEnd(AvenueEnd):
    """Knows no message again."""

    def take(self, frame: bytes) -> Opened | None:
        self._guard = ReplayGuard()
        return super().take(frame)
