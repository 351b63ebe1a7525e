"""A HAN of real devices, heard by a sniffer (``adapter = "sniffer"``): whatever writes pcap or pcapng, as it comes.

Frames stand in the evidence at the sniffer's time. A sniffer whose clock is not the bench's would spoil every timing:
where the two are further apart than ``clock_apart_ms``, a frame has the time at which it came, and a finding says so.
What a sniffer misses nobody knows; what breaks the stream is noticed, and takes the observation point from then on.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from ppmid_devices.lines.capture_source import COMMAND, STDIN, TCP, give_back, source_of
from ppmid_devices.lines.overheard import OverheardHan, Overhearing
from ppmid_devices.ports import MILLISECOND, SECOND, Nature
from ppmid_protocols.captures.captured import Frame


@dataclass(frozen=True, slots=True)
class SnifferSettings(Overhearing):
    """``source``: ``command:`` and a program that is started for each scenario and writes to its standard output,
    ``tcp:HOST:PORT``, ``-`` for standard input, or the path of a FIFO. ``patience_s``: until its first octet.
    """

    source: str = STDIN
    patience_s: int = 30
    clock_apart_ms: int = 2_000

    @property
    def paths(self) -> tuple[str, ...]:
        """The settings that name files."""
        program_or_line = self.source == STDIN or self.source.startswith((COMMAND, TCP))
        return ("keys",) if program_or_line else ("keys", "source")

    def __post_init__(self) -> None:
        """Raises ValueError for an empty source."""
        if not self.source.removeprefix(COMMAND).removeprefix(TCP).strip():
            raise ValueError(f"expected command:…, tcp:HOST:PORT, - or a path, found {self.source!r}")


class SniffedHan(OverheardHan):
    """Listens until ``close``."""

    nature: ClassVar[Nature] = Nature(real=True, wall_clock_only=True)

    def __init__(self, *given: Any, settings: SnifferSettings, **more: Any) -> None:
        """Raises LineFault when the source cannot be opened, NotUsable for keys that are none."""
        super().__init__(*given, settings=settings, **more)
        self._apart = settings.clock_apart_ms * MILLISECOND
        self._furthest = 0
        self._closed = False
        self._source = source_of(settings.source, settings.patience_s)
        self._source.listen(self._from_thread, self._ended_in_thread)

    def close(self) -> None:
        """Listen no more."""
        self._closed = True
        give_back(self._source)

    @property
    def findings(self) -> tuple[str, ...]:
        """What was passed over, and a clock that is not the bench's."""
        apart = f"the sniffer's clock is {self._furthest / SECOND:.3g} s from the bench's: frames stand as they came"
        return (*super().findings, *((apart,) if abs(self._furthest) > self._apart else ()))

    def _from_thread(self, frame: Frame) -> None:
        self._clock.call_at(self._clock.now(), partial(self._take, frame))

    def _ended_in_thread(self, why: str) -> None:
        self._clock.call_at(self._clock.now(), partial(self._end, why))

    def _take(self, frame: Frame) -> None:
        if self._closed:
            return
        now = self._clock.now()
        apart = frame.time - now
        self._furthest = max(self._furthest, apart, key=abs)
        self._overhear(frame, now if abs(apart) > self._apart else frame.time)

    def _end(self, why: str) -> None:
        if not self._closed:
            self.ended = True
            self._lose_sight(why)
