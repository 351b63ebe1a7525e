"""NFC: our simulated PPMID is the card, which nfcpy emulates over UDP, on every interface of this machine.

For rehearsals alone.
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from ppmid_devices.lines.ends import End, LineFault, LineSettings
from ppmid_devices.lines.greeted import fault, own_greeting
from ppmid_devices.lines.nfc_line import NfcLine, named
from ppmid_protocols.errors import Malformed
from ppmid_protocols.local_interface.apdu import Class, Command, Instruction, Response, StatusWord
from ppmid_protocols.local_interface.greeting import Greeting
from ppmid_protocols.local_interface.iso_dep import Asked, Ended, IsoDepCard

_MOST_EXTENSIONS = 20
_LONGEST_APDU = 261


@dataclass(frozen=True, slots=True, kw_only=True)
class NfcCardSettings(LineSettings):
    """The PPMID's end: the UDP port at which it is a card, 0 for any that is free. Its patience has no end.

    ``place``: a file into which it writes which port that is, and which goes with it. ``bench``: the id that it
    answers a greeting with, if any.
    """

    paths: ClassVar[tuple[str, ...]] = ("place",)

    port: int = 54321
    place: str = ""
    bench: str = ""
    patience_s: int = 0


class NfcPpmidEnd(NfcLine):
    """The card, over nfcpy's UDP, which listens on every interface of this machine: for rehearsals alone."""

    def __init__(self, end: End, settings: NfcCardSettings) -> None:
        self._settings = settings
        self._greeting = own_greeting(end.ppmid, settings.bench)
        self._known: int | None = None  # the stay at which it was last
        super().__init__(end, settings)

    def _broken(self, why: str) -> None:
        self._stay = None
        look = "Look which other program, or PPMID of another run, has that port"
        raise LineFault(f"{self.name}: no card on UDP port {self._settings.port}: {why}. {look}")

    # In the thread.

    def _frontend(self) -> Any:
        import nfc

        from ppmid_devices.lines.nfc_udp import CardDevice

        frontend = nfc.ContactlessFrontend()
        frontend.device = CardDevice(self._settings.port)
        if self._settings.place:
            whole = Path(self._settings.place + ".part")
            whole.write_text(str(frontend.device.port), encoding="ascii")
            whole.rename(self._settings.place)
        return frontend

    def _give_back(self, frontend: Any) -> None:
        if self._settings.place:
            Path(self._settings.place).unlink(missing_ok=True)
        super()._give_back(frontend)

    def _look_for(self, frontend: Any, stay: int) -> None:
        import nfc.clf

        if stay != self._known:
            self._known = stay
            frontend.device.forget()
        card = nfc.clf.LocalTarget("106A")
        card.sens_res, card.sel_res = bytearray.fromhex("0101"), bytearray.fromhex("20")
        card.sdd_res = bytearray(b"\x08" + bytes(self._end.ppmid)[-3:])
        try:
            target = frontend.listen(card, 1.0)
            if target is not None and target.tt4_cmd:
                frontend.device.partner = target._addr
                self._answer(frontend, bytes(target.tt4_cmd), stay)
        except (nfc.clf.CommunicationError, Malformed, ValueError) as problem:
            self._of(stay, partial(self._note, f"a reader breaks off: {named(problem)}"))
        finally:
            frontend.device.partner = None
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
                response = self._greeted(wanted.apdu, stay)
                if response is None:
                    self._of(stay, partial(self._heard, wanted.apdu))
                    response = self._response(frontend, card, stay)
                if response is None:
                    return
                wanted = card.answer(response)
            says = wanted

    def _greeted(self, apdu: bytes, stay: int) -> bytes | None:
        """The answer to a reader's greeting; None where it says something else, or this card has no bench's id."""
        own = self._greeting
        try:
            command = Command.decode(apdu)
            if own is None or (command.kind, command.instruction) != (Class.OWN, Instruction.GREET):
                return None
            theirs = Greeting.decode(command.data)
        except Malformed:
            return None
        if theirs != own:
            self._of(stay, partial(self._other_bench, own, theirs))
        return Response(StatusWord.OK, own.encode()).encode()

    def _other_bench(self, own: Greeting, theirs: Greeting) -> None:
        self._stay = None
        raise fault(self.name, own, theirs, f"Look which reader speaks with UDP port {self._settings.port}")

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
