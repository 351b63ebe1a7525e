"""How many Commands may pass for each target within an hour: a rule of hubs and PPMIDs that carry them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ppmid_devices.ports import HOUR
from ppmid_protocols.eui import Eui


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most ``limit`` within any hour for each target; ``passed`` are the times of those that did pass."""

    limit: int
    passed: Mapping[Eui, tuple[int, ...]] = field(default_factory=dict)

    def admits(self, target: Eui, now: int) -> bool:
        """Whether one more for ``target`` may pass now."""
        return len(self._recent(target, now)) < self.limit

    def after(self, target: Eui, now: int) -> "RateLimit":
        """The limit after one that passed now."""
        return replace(self, passed={**self.passed, target: (*self._recent(target, now), now)})

    def _recent(self, target: Eui, now: int) -> tuple[int, ...]:
        return tuple(time for time in self.passed.get(target, ()) if time > now - HOUR)
