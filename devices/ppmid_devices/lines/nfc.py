"""NFC: the harness is the reader, by nfcpy, and the PPMID the card, which our simulated one emulates over UDP.

Each has one thread for as long as the line lives, since a reader that looks for cards cannot be interrupted. While a
tap lasts it takes one APDU at a time. What belongs to an earlier stay at the reader changes nothing.
"""

import queue
import socket
import threading
import time
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from ppmid_devices.lines.ends import End, LineFault, LineSettings, NotUsable
from ppmid_devices.lines.real_line import RealLine
from ppmid_protocols.errors import Malformed
from ppmid_protocols.local_interface.iso_dep import Asked, Ended, IsoDepCard

_IDLE_S = 0.05
_PRESENT_S = 0.3
"""How often a reader looks whether the card is still there while nobody speaks."""

_MOST_EXTENSIONS = 20
_LONGEST_APDU = 261


@dataclass(frozen=True, slots=True, kw_only=True)
class NfcSettings(LineSettings):
    """``reader``: as nfcpy has it: ``usb``, ``usb:054c:06c3``, ``tty:USB0:pn532``, or ``udp:host:port`` of a rehearsal.

    ``answer_s``: how long a card may take for one APDU, with every extension that it asks for.
    """

    reader: str = "usb"
    answer_s: int = 5

    def require(self) -> None:
        """As every line."""
        if self.reader.partition(":")[0] not in ("usb", "tty", "udp"):
            raise NotUsable("reader", "usb…, tty:port:driver or udp:host:port", repr(self.reader))


@dataclass(frozen=True, slots=True, kw_only=True)
class NfcCardSettings(LineSettings):
    """The PPMID's end: the UDP port at which it is a card. Its patience has no end."""

    port: int = 54321
    patience_s: int = 0


class _NfcLine(RealLine):
    """A thread and the stays at the reader, each with a number."""

    def __init__(self, end: End, settings: LineSettings) -> None:
        self._stay: int | None = None
        self._stays = 0
        self._said: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        super().__init__(end, settings)

    def close(self) -> None:
        super().close()
        if self._thread is not None:
            self._thread.join()

    def _open(self) -> None:
        self._stays += 1
        self._said = queue.SimpleQueue()
        self._stay = self._stays
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=f"{self.name} NFC", daemon=True)
            self._thread.start()

    def _shut(self) -> None:
        self._stay = None

    def _put(self, frame: bytes) -> None:
        self._said.put(frame)

    def _left(self, why: str) -> None:
        super()._left(why)
        self._expect()

    def _of(self, stay: int, run: Callable[[], None]) -> None:
        """From the thread: do this, unless the stay is over by then."""
        self._post(lambda: run() if stay == self._stay else None)

    # In the thread.

    def _run(self) -> None:
        frontend: Any = None
        while not self._closed:
            stay = self._stay
            if stay is None:
                time.sleep(_IDLE_S)
                continue
            try:
                frontend = frontend or self._frontend()
                self._look_for(frontend, stay)
            except OSError as problem:
                self._of(stay, partial(self._broken, str(problem)))
                _close(frontend)
                frontend = None
                time.sleep(_IDLE_S)
        _close(frontend)

    @abstractmethod
    def _frontend(self) -> Any:
        """The reader, or what emulates the card. Raises OSError."""

    @abstractmethod
    def _look_for(self, frontend: Any, stay: int) -> None:
        """Look for the other side once, and stay with it for as long as it stays. Raises OSError."""

    def _next(self, stay: int, patience_s: float) -> bytes | None:
        """The next octets to say; None when there are none within that time, or the stay is over."""
        deadline = time.monotonic() + patience_s
        while self._is_on(stay) and (left := deadline - time.monotonic()) > 0:
            try:
                return self._said.get(timeout=min(left, _IDLE_S))
            except queue.Empty:
                continue
        return None

    def _is_on(self, stay: int) -> bool:
        return stay == self._stay and not self._closed

    # Where the clock runs its calls.

    @abstractmethod
    def _broken(self, why: str) -> None:
        """The reader is gone, or there is none."""


class NfcHarnessEnd(_NfcLine):
    """The reader. A card that leaves may come back; a reader that is gone ends the scenario."""

    def __init__(self, end: End, settings: NfcSettings) -> None:
        self._settings = settings
        super().__init__(end, settings)

    def _look(self) -> str:
        return f"Look whether the PPMID lies on the reader {self._settings.reader}"

    def _hears(self) -> str:
        return self._last_speaker

    def _broken(self, why: str) -> None:
        self._stay, name = None, self._settings.reader
        look = "Look at its plug, at who may use it, and whether another program has it"
        raise LineFault(f"{self.name}: no reader {name}: {why}. {look}")

    # In the thread.

    def _frontend(self) -> Any:
        import nfc

        frontend = nfc.ContactlessFrontend()
        if not frontend.open(self._settings.reader):
            raise OSError("none was found")
        return frontend

    def _look_for(self, frontend: Any, stay: int) -> None:
        import nfc.clf
        import nfc.tag

        try:
            found = frontend.sense(nfc.clf.RemoteTarget("106A"), nfc.clf.RemoteTarget("106B"))
            tag = None if found is None else nfc.tag.activate(frontend, found)
        except Exception as problem:  # noqa: BLE001 (nfcpy raises whatever comes of octets that it cannot read)
            _reraise_lost_reader(problem)
            self._of(stay, partial(self._note, f"what lies on the reader cannot be read: {_named(problem)}"))
            return
        if found is None:
            time.sleep(_IDLE_S)
        elif getattr(tag, "type", "") != "Type4Tag":
            self._of(stay, partial(self._note, f"what lies on the reader speaks no ISO-DEP: {found}"))
            time.sleep(_IDLE_S)
        else:
            self._of(stay, self._came)
            self._speak_with(tag, frontend, stay)
            frontend.device.mute()

    def _speak_with(self, tag: Any, frontend: Any, stay: int) -> None:
        limited = _Limited(frontend)
        while self._is_on(stay):
            command = self._next(stay, _PRESENT_S)
            if not self._is_on(stay):
                return
            limited.until(time.monotonic() + self._settings.answer_s)
            try:
                if command is None:
                    if not tag.is_present:
                        self._of(stay, partial(self._left, "it was taken off the reader"))
                        return
                    continue
                response = bytes(tag.transceive(command))
            except Exception as problem:  # noqa: BLE001 (as above)
                _reraise_lost_reader(problem)
                self._of(stay, partial(self._left, f"it was taken away, or fell silent, in an APDU: {_named(problem)}"))
                return
            self._of(stay, partial(self._heard, response))


class NfcPpmidEnd(_NfcLine):
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
            self._of(stay, partial(self._note, f"a reader breaks off: {_named(problem)}"))
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


class _Limited:
    """Gives the exchanges of a reader a deadline in common: else a card could ask for more time for ever."""

    def __init__(self, frontend: Any) -> None:
        import nfc.clf

        self._deadline = 0.0
        exchange = type(frontend).exchange

        def limited(octets: bytes, timeout: float) -> Any:
            if time.monotonic() > self._deadline:
                raise nfc.clf.TimeoutError("the card has taken too long for one APDU")
            return exchange(frontend, octets, timeout)

        frontend.exchange = limited

    def until(self, deadline: float) -> None:
        """From now on nothing is begun after this moment."""
        self._deadline = deadline


def _reraise_lost_reader(problem: Exception) -> None:
    """Raise what says that the reader itself is gone: an OSError of the system's, and none of nfcpy's."""
    if isinstance(problem, OSError):
        raise problem


def _named(problem: Exception) -> str:
    return f"{type(problem).__name__}: {problem}"


def _close(frontend: Any) -> None:
    if frontend is not None:
        frontend.close()
