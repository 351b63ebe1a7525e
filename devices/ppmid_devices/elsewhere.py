"""Devices that are elsewhere: real ones, which a bench reaches by its links alone.

Nobody here can press their keys, read their displays or put them into a situation: whatever asks for that ends the
scenario inconclusive. A lab that has somebody or something for it writes an adapter.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Unpack

from ppmid_devices import mains
from ppmid_devices.hub.contract import HubSituation
from ppmid_devices.needs import PpmidNeeds
from ppmid_devices.operator.questions import Answered
from ppmid_devices.ports import CannotArrange, Nature
from ppmid_devices.remote.contracts import VERBS


@dataclass(frozen=True, slots=True)
class ElsewhereSettings:
    """There is nothing to set."""


class Elsewhere:
    """What all of them are. Raises CannotArrange for a situation that a scenario asks for."""

    what: ClassVar[str] = "the device"

    def __init__(self, *, settings: ElsewhereSettings, **needs: Any) -> None:  # noqa: ARG002 (it has its own)
        if needs.get("situation") is not None:
            raise CannotArrange(f"nobody here can bring {self.what} into the situation {needs['situation']}")

    def start(self) -> None:
        """It is on, or somebody switches it on."""

    def __getattr__(self, verb: str) -> Callable[..., Any]:
        if verb not in VERBS:  # what else a bench looks for, such as findings, it has not
            raise AttributeError(verb)

        def ask(*arguments: Any) -> Any:  # noqa: ARG001 (whatever is asked)
            raise CannotArrange(f"nobody here can do {verb.replace('_', ' ')} at {self.what}")

        return ask


@dataclass(frozen=True, slots=True, kw_only=True)
class RealPpmidSettings:
    """``can_relay``: whether the device carries Commands; without it no scenario that asks for either can be arranged.

    ``power``: a command line that cuts its power and gives it back; ``place`` for that of ``[lab]``. ``power_s``: how
    long it may take.
    """

    can_relay: bool | None = None
    power: str = ""
    power_s: int = 60


class PpmidElsewhere(Elsewhere):
    """A PPMID that is reached by its avenue and the HAN."""

    what = "the PPMID"
    nature: ClassVar[Nature] = Nature(real=True, wall_clock_only=True, hides=frozenset({"ppmid-display"}))


class RealPpmid(PpmidElsewhere):
    """Such a PPMID, whose power may have a switch."""

    def __init__(self, *, settings: RealPpmidSettings, **needs: Unpack[PpmidNeeds]) -> None:
        """Raises CannotArrange for a situation that asks for more than the device is; its port is its line's matter."""
        asked = needs["situation"]
        if asked is not None and asked.can_relay in (None, settings.can_relay) and not asked.sleepy:
            needs["situation"] = None
        super().__init__(settings=ElsewhereSettings(), **needs)
        self._settings, self._clock = settings, needs["clock"]
        self._answered: list[Answered] = []

    def take_answers(self) -> list[Answered]:
        """What has been done to its power since this was asked last: it takes a while, in which the home lives on."""
        taken, self._answered = self._answered, []
        return taken

    def restart(self) -> None:
        """Cut its power and give it back. Raises CannotArrange."""
        if not self._settings.power:
            raise CannotArrange("nobody here can do restart at the PPMID")
        mains.cycle_noted(self._settings.power, self._settings.power_s, self._clock, self._answered.append)


@dataclass(frozen=True, slots=True, kw_only=True)
class RealHubSettings:
    """What the device is: ``can_relay``, and ``port``, by which it takes Commands itself; empty: by none."""

    can_relay: bool = False
    port: Literal["", "serial", "nfc"] = ""


class RealHub(Elsewhere):
    """A Communications Hub that is reached by the SM WAN and the HAN, and by a port of its own if it has one."""

    what = "the hub"
    nature: ClassVar[Nature] = Nature(real=True, wall_clock_only=True)

    def __init__(self, *, settings: RealHubSettings, **needs: Any) -> None:
        """Raises CannotArrange for a situation that asks for more than the device is."""
        asked: HubSituation | None = needs.pop("situation", None)
        if asked in [HubSituation(can_relay=settings.can_relay, port=port) for port in (None, settings.port or None)]:
            asked = None
        super().__init__(settings=ElsewhereSettings(), situation=asked, **needs)


class RealMeter(Elsewhere):
    """A meter that is reached by the HAN."""

    what = "the meter"
    hides = frozenset({"meter-display", "meter-configuration"})
    nature: ClassVar[Nature] = Nature(real=True, wall_clock_only=True, hides=hides)
