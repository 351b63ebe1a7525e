"""What an end of a real line is given, and the ways in which a line can be of no use."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Self

from ppmid_devices.ports import Clock, Random, Tap
from ppmid_protocols.eui import Eui


class LineFault(Exception):
    """The bench's side of a real line is of no use: says what is wrong, since when, and what to look at."""


class NotUsable(Exception):
    """A setting of a line that it cannot work with: which, what was expected there, what was found."""

    def __init__(self, setting: str, expected: str, found: str) -> None:
        self.setting, self.expected, self.found = setting, expected, found
        super().__init__(f"{setting}: expected {expected}, found {found}")


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """One end. ``here`` is who speaks and hears at it unless others do, ``there`` is who is at the other one.

    ``ppmid``: the device at the home's end, a PPMID or a hub in its place.
    """

    name: str
    here: str
    there: str
    ppmid: Eui
    clock: Clock
    tap: Tap
    random: Random


class Unheard:
    """The tap of a line that is heard at another end, or carries nothing."""

    def crossed(self, link: str, sender: str, receiver: str, frame: bytes, lost: str = "") -> None:
        """Nobody listens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSettings:
    """What every line can be told. ``patience_s``: how long the other end may take to come, or to come back."""

    paths: ClassVar[tuple[str, ...]] = ()
    """The settings that name files or folders."""

    patience_s: int = 60

    def beside(self, folder: Path) -> Self:
        """The same settings, with relative paths taken from ``folder``."""
        named = [name for name in self.paths if getattr(self, name)]
        found: Mapping[str, Any] = {name: str(folder / getattr(self, name)) for name in named}
        return replace(self, **found)

    def require(self) -> None:
        """Raise NotUsable when nothing can come of these settings."""
