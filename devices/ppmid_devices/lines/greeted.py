"""The greeting on lines whose other end may be a device that knows of none: a wire, a tap.

An end that was told its bench's id says it first. What the other end says is compared where it says one; a real device
that was set up for no bench is taken as it is, and found by its seals.
"""

from ppmid_devices.lines.ends import LineFault, NotUsable
from ppmid_protocols.errors import Malformed
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface import cobs
from ppmid_protocols.local_interface.greeting import MOST_OCTETS, Greeting

_LONGEST = len(cobs.frame(bytes(17 + MOST_OCTETS)))


def require_bench(bench: str) -> None:
    """Raise NotUsable unless a bench's id, empty for none, can be said in a greeting."""
    if len(bench.encode()) > MOST_OCTETS:
        raise NotUsable("bench", f"at most {MOST_OCTETS} octets", str(len(bench.encode())))


def fault(line: str, own: Greeting, theirs: Greeting, look: str) -> LineFault:
    """Two ends of different benches."""
    return LineFault(f"{line}: another bench: expected {own}, found {theirs}. {look}")


def own_greeting(ppmid: Eui, bench: str) -> Greeting | None:
    """What an end says of itself; None without an id."""
    return Greeting(ppmid, bench) if bench else None


class FirstFrame:
    """What comes on a serial line until its first frame is whole: a greeting is taken out, all else passes."""

    def __init__(self) -> None:
        self.greeting: Greeting | None = None
        self._held: bytes | None = b""

    def sift(self, octets: bytes) -> bytes:
        """What of it goes on, with what was held back before."""
        if self._held is None:
            return octets
        held = self._held + octets
        start = len(held) - len(held.lstrip(b"\0"))
        end = held.find(b"\0", start)
        if end < 0 and len(held) - start < _LONGEST:
            self._held = held
            return b""
        self._held = None
        if end < 0:
            return held
        for message in cobs.CobsDeframer().feed(held[start : end + 1]):
            try:
                self.greeting = Greeting.decode(message) if isinstance(message, bytes) else None
            except Malformed:
                self.greeting = None
        return held if self.greeting is None else held[end + 1 :]
