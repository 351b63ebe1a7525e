"""NFC: the harness is the reader, by nfcpy."""

import queue
import time
from collections import deque
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ppmid_devices.lines.ends import End, LineFault, LineSettings, NotUsable
from ppmid_devices.lines.greeted import fault, own_greeting, require_bench
from ppmid_devices.lines.nfc_line import IDLE_S, NfcLine, named
from ppmid_devices.lines.proxy.fault_proxy import Spoiler
from ppmid_devices.lines.tap_spoiler import TapSpoiler
from ppmid_devices.links.contract import Impairments
from ppmid_protocols.errors import Malformed
from ppmid_protocols.local_interface.apdu import Class, Command, Instruction, Response, StatusWord
from ppmid_protocols.local_interface.greeting import Greeting

if TYPE_CHECKING:
    from ppmid_devices.lines.nfc_udp import Lock

_TOLD = "udp:/"
_PRESENT_S = 0.3
"""How often a reader looks whether the card is still there while nobody speaks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NfcSettings(LineSettings):
    """``reader``: as nfcpy has it: ``usb``, ``usb:054c:06c3``, ``tty:USB0:pn532``, or ``udp:host:port`` of a rehearsal;
    ``udp:`` and the path of a file in which a card of this machine has written its port.

    ``answer_s``: how long a card may take for one APDU, with every extension that it asks for. ``proxy``: what is done
    to each APDU, as a fault proxy does it to other lines; without it nothing can spoil a tap. ``bench``: the id that it
    greets a card with, if any.
    """

    reader: str = "usb"
    answer_s: int = 5
    proxy: Impairments | None = None
    bench: str = ""

    def require(self) -> None:
        """As every line."""
        require_bench(self.bench)
        if self.proxy is not None and self.proxy.reset_after:
            raise NotUsable("proxy", "no reset_after: a tap has no connection", str(self.proxy.reset_after))
        if self.reader.partition(":")[0] not in ("usb", "tty", "udp"):
            raise NotUsable("reader", "usb…, tty:port:driver or udp:host:port", repr(self.reader))


class NfcHarnessEnd(NfcLine):
    """The reader. A card that leaves may come back; a reader that is gone ends the scenario."""

    def __init__(self, end: End, settings: NfcSettings) -> None:
        self._settings = settings
        self._speakers: deque[str] = deque()
        self._spoils = None if settings.proxy is None else TapSpoiler(settings.proxy, end.random)
        self._lock: Lock | None = None
        self._greeting = own_greeting(end.ppmid, settings.bench)
        super().__init__(end, settings)

    def _spoiler(self) -> Spoiler:
        return super()._spoiler() if self._spoils is None else self._spoils

    def _look(self) -> str:
        return f"Look whether the PPMID lies on the reader {self._settings.reader}"

    def _open(self) -> None:
        self._speakers.clear()
        super()._open()

    def _put(self, frame: bytes) -> None:
        self._speakers.append(self._last_speaker)
        super()._put(frame)

    def _left(self, why: str) -> None:
        self._said = queue.SimpleQueue()  # what nobody has said yet is of the tap that is over
        self._speakers.clear()
        super()._left(why)

    def _hears(self) -> str:
        """Whoever said the APDU that is answered: two phones may be held to one PPMID, and each hears its own."""
        return self._speakers.popleft() if self._speakers else self._last_speaker

    def _broken(self, why: str) -> None:
        self._stay, name = None, self._settings.reader
        look = "Look at its plug, at who may use it, and whether another program has it"
        raise LineFault(f"{self.name}: no reader {name}: {why}. {look}")

    # In the thread.

    def _frontend(self) -> Any:
        import nfc

        name = _told(self._settings.reader)
        if name is None:
            return None
        frontend = nfc.ContactlessFrontend()
        try:
            found = frontend.open(name)
        except ValueError as problem:  # nfcpy reads the name itself
            raise OSError(str(problem)) from problem
        if not found:
            raise OSError("none was found")
        if name.startswith("udp:"):
            self._lock = _locked(frontend)
        return frontend

    def _give_back(self, frontend: Any) -> None:
        super()._give_back(frontend)
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.close()

    def _look_for(self, frontend: Any, stay: int) -> None:
        import nfc.clf
        import nfc.tag

        if self._is_dark():
            time.sleep(IDLE_S)
            return
        try:
            found = frontend.sense(nfc.clf.RemoteTarget("106A"), nfc.clf.RemoteTarget("106B"))
            tag = None if found is None else nfc.tag.activate(frontend, found)
        except Exception as problem:  # noqa: BLE001 (nfcpy raises whatever comes of octets that it cannot read)
            _reraise_lost_reader(problem)
            self._of(stay, partial(self._note, f"what lies on the reader cannot be read: {named(problem)}"))
            return
        if found is None:
            time.sleep(IDLE_S)
        elif getattr(tag, "type", "") != "Type4Tag":
            self._of(stay, partial(self._note, f"what lies on the reader speaks no ISO-DEP: {found}"))
            time.sleep(IDLE_S)
        else:
            with _Limited(frontend) as limited:
                self._speak_with(tag, limited, stay)
            frontend.device.mute()

    def _speak_with(self, tag: Any, limited: "_Limited", stay: int) -> None:
        if self._greeting is not None and not self._is_of_this_bench(tag, limited, self._greeting, stay):
            return
        self._of(stay, self._came)
        while self._is_on(stay):
            command = self._next(stay, _PRESENT_S)
            if not self._is_on(stay):
                return
            limited.until(time.monotonic() + self._settings.answer_s)
            try:
                if command is None:
                    if self._is_dark() or not tag.is_present:
                        self._of(stay, partial(self._left, "it was taken off the reader"))
                        return
                    continue
                if not self._holds(command, stay):
                    self._of(stay, partial(self._left, "what was said to it is lost, or the field was switched off"))
                    return
                response = bytes(tag.transceive(command))
            except Exception as problem:  # noqa: BLE001 (as above)
                _reraise_lost_reader(problem)
                self._of(stay, partial(self._left, f"it was taken away, or fell silent, in an APDU: {named(problem)}"))
                return
            if not self._holds(response, stay):
                self._of(stay, partial(self._left, "what it said is lost, or the field was switched off"))
                return
            self._of(stay, partial(self._heard, response))

    def _is_of_this_bench(self, tag: Any, limited: "_Limited", own: Greeting, stay: int) -> bool:
        """Greet; a card that knows of no greeting is taken. False for one of another bench, which is a fault."""
        limited.until(time.monotonic() + self._settings.answer_s)
        try:
            said = bytes(tag.transceive(Command(Class.OWN, Instruction.GREET, 0, own.encode(), 256).encode()))
        except Exception as problem:  # noqa: BLE001 (as below)
            _reraise_lost_reader(problem)
            self._of(stay, partial(self._note, f"it was taken away, or fell silent, in the greeting: {named(problem)}"))
            return False
        theirs = greeting_in(said)
        if theirs is not None and theirs != own:
            self._of(stay, partial(self._other_bench, own, theirs))
            return False
        return True

    def _other_bench(self, own: Greeting, theirs: Greeting) -> None:
        self._stay = None
        raise fault(self.name, own, theirs, self._look())

    def _is_dark(self) -> bool:
        return self._spoils is not None and self._spoils.dark

    def _holds(self, octets: bytes, stay: int) -> bool:
        """Let an APDU take its time; gives whether it goes on."""
        if self._spoils is None:
            return True
        until = time.monotonic() + self._spoils.holds_s(len(octets))
        while self._is_on(stay) and not self._spoils.dark and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, IDLE_S))
        return not self._spoils.dark and not self._spoils.loses()


def greeting_in(said: bytes) -> Greeting | None:
    """What a card has greeted with; None where it knows of no greeting."""
    try:
        response = Response.decode(said)
        return Greeting.decode(response.data) if response.status == StatusWord.OK else None
    except Malformed:
        return None


def _told(reader: str) -> str | None:
    """The reader as nfcpy has it; None while the card has not yet said its port."""
    if not reader.startswith(_TOLD):
        return reader
    try:
        return f"udp:127.0.0.1:{Path(reader.removeprefix('udp:')).read_text(encoding='ascii')}"
    except FileNotFoundError:
        return None


def _locked(frontend: Any) -> "Lock":
    """What keeps other readers from the card of this one. Raises OSError, and gives the reader back then."""
    from ppmid_devices.lines.nfc_udp import Lock

    try:
        return Lock(frontend.device.addr)
    except OSError:
        frontend.close()
        raise


class _Limited:
    """Gives the exchanges of one tap a deadline in common: else a card could ask for more time for ever.

    Once it is over the reader has none again: the next card may come much later.
    """

    def __init__(self, frontend: Any) -> None:
        import nfc.clf

        self._frontend, self._deadline = frontend, 0.0
        exchange = type(frontend).exchange

        def limited(octets: bytes, timeout: float) -> Any:
            if time.monotonic() > self._deadline:
                raise nfc.clf.TimeoutError("the card has taken too long for one APDU")
            return exchange(frontend, octets, timeout)

        frontend.exchange = limited

    def __enter__(self) -> "_Limited":
        return self

    def __exit__(self, *_: object) -> None:
        del self._frontend.exchange  # its class's own is left

    def until(self, deadline: float) -> None:
        """From now on nothing is begun after this moment."""
        self._deadline = deadline


def _reraise_lost_reader(problem: Exception) -> None:
    """Raise what says that the reader itself is gone: an OSError of the system's, and none of nfcpy's."""
    if isinstance(problem, OSError):
        raise problem
