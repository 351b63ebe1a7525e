"""What the history answers with: values without a database behind them, made to be shown or printed as JSON."""

import msgspec


class Device(msgspec.Struct, frozen=True):
    """A device. ``role``: its class. ``named``: the bench file names it; else ``name`` is the adapter's."""

    id: int
    role: str
    named: bool
    name: str

    def __str__(self) -> str:
        return self.name if self.named else f"{self.name} (not named)"


class Version(msgspec.Struct, frozen=True):
    """A firmware version as it is declared, and what the device told where that is something else."""

    declared: str
    told: str

    def __str__(self) -> str:
        return (self.declared or "not declared") + (f" (told {self.told})" if self.told else "")


class Run(msgspec.Struct, frozen=True):
    """A run. ``counts``: of its scenarios by verdict, which add up to ``planned``. Times: UTC in ISO 8601, or empty."""

    id: int
    sha256: str
    device: Device
    firmware: Version
    kind: str
    adapter: str
    started: str
    ended: str
    added: str
    seed: str
    mode: str
    suite: str
    profile: str
    time: str
    lab: str
    harness: str
    runner: str
    verdict: str
    claim: str
    fault: str
    planned: int
    counts: dict[str, int]
    integrity: str
    fingerprint: str
    source: str


class Outcome(msgspec.Struct, frozen=True):
    """What a scenario came to in one run."""

    scenario: str
    run: int
    started: str
    device: Device
    firmware: Version
    kind: str
    suite: str
    profile: str
    seed: str
    verdict: str
    because: str
