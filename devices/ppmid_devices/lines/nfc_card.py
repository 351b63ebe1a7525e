"""NFC: our simulated PPMID is the card, which nfcpy emulates over UDP, on every interface of this machine.

For rehearsals alone.
"""

import socket
from dataclasses import dataclass
from functools import partial
from typing import Any

from ppmid_devices.lines.ends import End, LineSettings
from ppmid_devices.lines.nfc_line import NfcLine, named
from ppmid_protocols.errors import Malformed
from ppmid_protocols.local_interface.iso_dep import Asked, Ended, IsoDepCard

_MOST_EXTENSIONS = 20
_LONGEST_APDU = 261


@dataclass(frozen=True, slots=True, kw_only=True)
class NfcCardSettings(LineSettings):
    """The PPMID's end: the UDP port at which it is a card. Its patience has no end."""

    port: int = 54321
    patience_s: int = 0


class NfcPpmidEnd(NfcLine):
    """The card, over nfcpy's UDP, which listens on every interface of this machine: for rehearsals alone."""

    def __init__(self, end: End, settings: NfcCardSettings) -> None:
        self._port = settings.port
        super().__init__(end, settings)

    def _broken(self, why: str) -> None:
        self._note(f"no card on UDP port {self._port}: {why}")

    # In the thread.

    def _frontend(self) -> Any:
        import nfc

        with socket.socket(type=socket.SOCK_DGRAM) as probe:
            probe.bind(("", self._port))  # nfcpy says nothing of a port that is taken
        frontend = nfc.ContactlessFrontend()
        frontend.open(f"udp:127.0.0.1:{self._port}")
        return frontend

    def _look_for(self, frontend: Any, stay: int) -> None:
        import nfc.clf

        card = nfc.clf.LocalTarget("106A")
        card.sens_res, card.sel_res = bytearray.fromhex("0101"), bytearray.fromhex("20")
        card.sdd_res = bytearray(b"\x08" + bytes(self._end.ppmid)[-3:])
        try:
            target = frontend.listen(card, 1.0)
            if target is not None and target.tt4_cmd:
                self._answer(frontend, bytes(target.tt4_cmd), stay)
        except (nfc.clf.CommunicationError, Malformed, ValueError) as problem:
            self._of(stay, partial(self._note, f"a reader breaks off: {named(problem)}"))
        self._of(stay, partial(self._gone, "the reader is gone"))

    def _answer(self, frontend: Any, rats: bytes, stay: int) -> None:
        """Be a card until the reader leaves. Raises CommunicationError, Malformed, ValueError."""
        card = IsoDepCard()
        says: bytes | None = card.start(rats)
        self._of(stay, self._came)
        while self._is_on(stay):
            block = bytes(frontend.exchange(says, None if says is None else 5.0) or b"")
            wanted = card.take(block)
            if isinstance(wanted, Ended):
                frontend.exchange(wanted.block, 0)
                return
            if isinstance(wanted, Asked):
                if len(wanted.apdu) > _LONGEST_APDU:
                    raise Malformed("APDU", f"expected at most {_LONGEST_APDU} octets, found {len(wanted.apdu)}")
                self._of(stay, partial(self._heard, wanted.apdu))
                response = self._response(frontend, card, stay)
                if response is None:
                    return
                wanted = card.answer(response)
            says = wanted

    def _response(self, frontend: Any, card: IsoDepCard, stay: int) -> bytes | None:
        """What the PPMID answers, asking the reader for more time meanwhile."""
        for _ in range(_MOST_EXTENSIONS):
            response = self._next(stay, card.waiting_s / 2)
            if response is not None or not self._is_on(stay):
                return response
            if not card.is_more_time(bytes(frontend.exchange(card.more_time(), 5.0) or b"")):
                return None
        return None

    def _gone(self, why: str) -> None:
        if self._there:
            self._left(why)
