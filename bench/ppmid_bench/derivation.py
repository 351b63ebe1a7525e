"""Everything of a scenario that looks like chance comes from here: keys, random streams, the moment it begins.

All of it is a function of (seed, scenario id), so a scenario gives the same bytes alone or in a suite, in any order
and under any runner. Only for benches on which all parties are simulated: such keys are as public as the seed.
"""

import hashlib
import random
from dataclasses import dataclass
from datetime import UTC, datetime

from ppmid_devices.ports import DAY, SECOND

_FIRST_DAY = int(datetime(2026, 1, 1, 9, tzinfo=UTC).timestamp()) * SECOND


@dataclass(frozen=True, slots=True)
class Derivation:
    """The source of a scenario's keys and chances."""

    seed: int
    scenario_id: str

    def octets(self, label: str, length: int = 32) -> bytes:
        """``length`` octets (at most 64) that belong to ``label``."""
        text = f"ppmid-harness/1\0{self.seed}\0{self.scenario_id}\0{label}"
        return hashlib.sha512(text.encode()).digest()[:length]

    def random(self, label: str) -> random.Random:
        """A stream of chance that belongs to ``label``."""
        return random.Random(int.from_bytes(self.octets(label)))

    def epoch(self) -> int:
        """When the scenario begins: a day of 2026, at 9 o'clock and some seconds UTC; nanoseconds since 1970."""
        number = int.from_bytes(self.octets("epoch", 8))
        return _FIRST_DAY + number % 365 * DAY + number // 365 % 3600 * SECOND
