"""What a scenario may do with a PPMID as a person in the home, and what its screen shows.

What others send it comes over the avenue and the HAN.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from ppmid_devices.ihd.contract import ShownFigures
from ppmid_devices.lines.tls_settings import TlsCaller
from ppmid_devices.links.contract import Port
from ppmid_protocols.eui import Eui


@dataclass(frozen=True, slots=True, kw_only=True)
class PpmidSituation:
    """What a scenario asks a PPMID to be. ``can_relay``: it carries Commands, or was never updated to; None: either.

    ``port``: the avenue that it has. ``sleepy``: its receiver on the HAN is off most of the time; None: its own matter.
    ``joined``: False of one that has been joined to no meter yet.
    """

    can_relay: bool | None = None
    port: Port = "internet"
    sleepy: bool | None = None
    joined: bool = True


class Image(StrEnum):
    """A firmware image that a PPMID's maker could hand to a Supplier, or somebody has tampered with."""

    NEWER = "newer"
    OLDER = "older"
    ALTERED = "altered"


@dataclass(frozen=True, slots=True)
class Screen:
    """What stands on the screen: the lines of its message list, newest last, and the figures of the meters."""

    lines: tuple[str, ...]
    figures: tuple[ShownFigures, ...] = ()


@runtime_checkable
class Listens(Protocol):
    """Something that can say itself what answers on its Internet side; a real device is scanned from outside."""

    @property
    def listens_on(self) -> frozenset[int]:
        """The TCP ports that would take a connection there."""


@runtime_checkable
class CallsByTls(Protocol):
    """Something whose calls by TLS can be rehearsed in memory; a real device calls over its own line."""

    tls: type[TlsCaller]
    """How its end of a TLS line is set up."""


class Ppmid(Protocol):
    """A Prepayment Meter Interface Device."""

    @property
    def eui(self) -> Eui:
        """Its device identifier."""

    def start(self) -> None:
        """Switch it on: join what it is joined to, connect its avenue."""

    def restart(self) -> None:
        """Cut its power and give it back."""

    def factory_reset(self) -> None:
        """Hold its reset button: it is as it came from its maker, but for what it must never use again."""

    def touch(self) -> None:
        """Touch it, so that its screen is on and shows the meters' figures."""

    def image(self, kind: Image) -> bytes:
        """The file of a firmware image of this kind, as its maker hands it out. Raises CannotArrange without one."""

    def enter_utrn(self, meter: Eui, digits: str) -> None:
        """Type digits for ``meter`` on its keypad and confirm."""

    def select_emergency_credit(self, meter: Eui) -> None:
        """Choose emergency credit for ``meter`` in its menu."""

    def enable_supply(self, meter: Eui) -> None:
        """Choose to switch the supply of an armed electricity meter on."""

    def screen(self) -> Screen:
        """What a person reads on it now."""
