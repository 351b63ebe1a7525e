"""A HAN that was captured earlier (``adapter = "replay"``): its frames become evidence again, in their own intervals.

They are told from when the home is wired, in whichever time the bench has; the first comes then. Drives do nothing to
what has been: parties of the kind ``replay`` refuse them (``replayed_party``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar

from ppmid_devices.lines.ends import LineFault, NotUsable
from ppmid_devices.lines.overheard import OverheardHan, Overhearing
from ppmid_devices.links.bands import Bands
from ppmid_devices.links.han import NO_PLACES, Place
from ppmid_devices.links.link import Conditions
from ppmid_devices.ports import Clock, Ear, Nature, Random
from ppmid_protocols.captures.captured import Capture, Frame
from ppmid_protocols.errors import ProtocolError


@dataclass(frozen=True, slots=True)
class ReplaySettings(Overhearing):
    """``capture``: the path of a pcap or pcapng file; its frames of other links are passed over."""

    capture: str = ""

    @property
    def paths(self) -> tuple[str, ...]:
        """The settings that name files."""
        return "keys", "capture"

    def require(self) -> None:
        """Raise NotUsable when nothing can come of these settings."""
        super(ReplaySettings, self).require()
        if not Path(self.capture).is_file():
            raise NotUsable("capture", "a pcap or pcapng file", self.capture or "none")


class ReplayedHan(OverheardHan):
    """Tells what is in the file. A file that is cut short loses the bench its sight of the HAN at its end."""

    nature: ClassVar[Nature] = Nature(real=True)

    def __init__(
        self,
        name: str,
        clock: Clock,
        tap: Ear,
        random: Random,
        conditions: Conditions,
        *,
        settings: ReplaySettings,
        bands: Bands = Bands(),  # noqa: B008 (it is frozen)
        places: Mapping[str, Place] = NO_PLACES,
    ) -> None:
        """Raises LineFault when the file cannot be read, NotUsable for keys that are none."""
        super().__init__(name, clock, tap, random, conditions, bands=bands, places=places, settings=settings, ear=tap)
        frames, broken = _read(settings.capture)
        start, first, last = clock.now(), frames[0].time if frames else 0, 0
        for frame in frames:
            self._learn_names(frame)
        for frame in frames:
            last = max(last, frame.time - first)
            clock.call_at(start + max(0, frame.time - first), partial(self._tell, frame))
        clock.call_at(start + last, partial(self._end, broken))

    def _tell(self, frame: Frame) -> None:
        self._overhear(frame, self._clock.now())

    def _end(self, broken: str) -> None:
        self.ended = True
        if broken:
            self._lose_sight(broken)


def _read(path: str) -> tuple[list[Frame], str]:
    """The frames of a capture, and what broke it off; empty where it is whole. Raises LineFault."""
    frames: list[Frame] = []
    capture = Capture()
    try:
        octets = Path(path).read_bytes()
    except OSError as problem:
        raise LineFault(f"the capture to be replayed cannot be read: {problem}") from problem
    try:
        frames.extend(capture.feed(octets))
        capture.end()
    except ProtocolError as problem:
        if not frames:
            raise LineFault(f"{path} cannot be replayed: {problem}") from problem
        return frames, f"the capture breaks off: {problem}"
    return frames, ""
