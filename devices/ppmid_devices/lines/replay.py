"""A HAN that was captured earlier (``adapter = "replay"``): its frames become evidence again, in their own intervals.

They are told from when the home is wired, in whichever time the bench has; the first comes then. Drives do nothing to
what has been: parties of the kind ``replay`` refuse them (``replayed_party``).
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from ppmid_devices.lines.ends import LineFault, NotUsable
from ppmid_devices.lines.overheard import OverheardHan, Overhearing
from ppmid_devices.ports import Nature
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

    def __init__(self, *given: Any, settings: ReplaySettings, **more: Any) -> None:
        """Raises LineFault when the file cannot be read, NotUsable for keys that are none."""
        super().__init__(*given, settings=settings, **more)
        frames, broken = _read(settings.capture)
        start, first, last = self._clock.now(), frames[0].time if frames else 0, 0
        for frame in frames:
            self._learn_names(frame)
        for frame in frames:
            last = max(last, frame.time - first)
            self._clock.call_at(start + max(0, frame.time - first), partial(self._tell, frame))
        self._clock.call_at(start + last, partial(self._end, broken))

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
