"""``record.json`` as the reports read it: what a run was asked for, who played, what was judged, what that answers."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from ppmid_bench.record import VERDICTS
from ppmid_bench.scenario import file_stem
from ppmid_bench.tolerances import STALE

ScenarioVerdict = Literal["pass", "fail", "inconclusive", "error", "not_applicable", "not_run"]
CheckVerdict = Literal["pass", "fail", "inconclusive", "error", "not_reached"]
OURS = ("simulated", "process")
"""The kinds of party that are our own simulations."""
AnswerWord = Literal["shown", "refuted", "open", "out of scope"]


class RunFacts(msgspec.Struct, frozen=True):
    """What the run was asked for."""

    seed: int
    mode: str
    iut: str
    suite: str
    time: str
    profile: str = ""
    kind: str = ""
    device: str = ""
    lab: str = ""


class Party(msgspec.Struct, frozen=True):
    """A party, and by what it was played."""

    role: str
    adapter: str
    kind: str
    points: list[str]


class Summary(msgspec.Struct, frozen=True):
    """The counts of the record."""

    planned: int
    passed: int = msgspec.field(name="pass")
    fail: int
    inconclusive: int
    error: int
    not_applicable: int
    not_run: int

    def by_verdict(self) -> dict[str, int]:
        """The counts that add up to ``planned``."""
        counts: dict[str, int] = msgspec.to_builtins(self)
        return {name: number for name, number in counts.items() if name != "planned"}


def counts_line(summary: Mapping[str, int]) -> str:
    """The counts of a record's summary in one line, for machines that read a report's head."""
    return " ".join(f"{name}={summary[name]}" for name in ("planned", *VERDICTS))


def claim_word(certificate: Mapping[str, Any] | None) -> str:
    """What a record claims by its certificate section; ``none`` where nobody asked for a certificate."""
    if certificate is None:
        return "none"
    return "claimed" if certificate["claimed"] else "not claimed"


class Check(msgspec.Struct, frozen=True):
    """A check as it was judged."""

    id: str
    version: int
    args: dict[str, Any]
    judges: str
    verdict: CheckVerdict
    reason_code: str
    reason: str
    requirements: list[str]
    threats: list[str]
    purposes: list[str]
    limits: list[str]
    assumed: list[str]
    evidence: list[int]
    needs: list[str] = []

    @property
    def judged(self) -> str:
        """What it judges; of a meter, which one."""
        return str(self.args.get("meter", self.judges)) if self.judges == "meter" else self.judges


class Measurement(msgspec.Struct, frozen=True):
    """A measured value; ``of``: the request that it was measured of, where a later one takes its place."""

    id: str
    value: float
    unit: str
    of: str = ""


class Scenario(msgspec.Struct, frozen=True):
    """A planned scenario and what came of it. Its ``id`` begins with the slug of its feature."""

    id: str
    name: str
    tags: list[str]
    verdict: ScenarioVerdict
    because: str
    checks: list[Check]
    measurements: list[Measurement]
    feature: str = ""
    evidence_sha256: str = ""

    @property
    def feature_slug(self) -> str:
        """The part of the id that names the feature."""
        return self.id.partition("/")[0]

    @property
    def evidence_path(self) -> str:
        """Where its evidence stands in the run folder."""
        return f"evidence/{file_stem(self.id)}.jsonl"


class Answer(msgspec.Struct, frozen=True):
    """The answer to one requirement of one modification."""

    modification: str
    requirement: str
    answer: AnswerWord
    because: str
    parties: str = msgspec.field(name="from")
    evidence: list[str]
    assumed: list[str]
    text: str = ""
    closes: str = ""


class BenchAssumption(msgspec.Struct, frozen=True):
    """Something that the bench assumes, whether or not a check leans on it."""

    where: str
    value: Any
    why: str


class Declared(msgspec.Struct, frozen=True):
    """What the PPMID's maker declares of it, and what was observed; ``agrees`` is None where nothing was."""

    item: str
    declared: bool | float | str
    observed: list[bool | float | str]
    agrees: bool | None
    evidence: list[str]

    @property
    def verdict(self) -> str:
        """In one word."""
        return {True: "agrees", False: "contradicts", None: "not observed"}[self.agrees]


class CheckedParty(msgspec.Struct, frozen=True):
    """A party whose adapter was checked against its contract."""

    role: str
    verdict: str


class AdapterCheck(msgspec.Struct, frozen=True):
    """What came of the last check of the bench's adapters, and whose adapter or settings have changed since."""

    sha256: str
    parties: list[CheckedParty]
    changed_since: list[str]


class Tolerance(msgspec.Struct, frozen=True):
    """Fails that somebody answers for; ``tolerated``: the scenarios that have one."""

    id: str
    requirement: str
    check: str
    owner: str
    reason: str
    expires: str
    rectification: str
    state: str
    tolerated: list[str]

    def covers(self, scenario: str, check: "Check") -> bool:
        """Whether it stands beside the verdict of a check."""
        same = self.check == check.id and self.requirement in check.requirements
        return same and check.verdict == "fail" and scenario in self.tolerated


class HarnessVersion(msgspec.Struct, frozen=True):
    """Which harness it was."""

    version: str
    sha256: str


class Certificate(msgspec.Struct, frozen=True):
    """What a certification run claims of the party under test, or why it claims nothing."""

    claimed: bool
    reasons: list[str]
    iut: str
    kind: str
    verdict: str
    checks: dict[str, int]
    watched: list[str]
    suite: str
    own_suite: str
    harness: HarnessVersion
    by_maker: bool


class Record(msgspec.Struct, frozen=True):
    """``record.json``."""

    schema: Literal[1]
    run: RunFacts
    parties: list[Party]
    summary: Summary
    scenarios: list[Scenario]
    answers: list[Answer]
    assumptions: list[BenchAssumption] = []
    declared: list[Declared] = []
    adapter_check: AdapterCheck | None = None
    certificate: Certificate | None = None
    tolerances: list[Tolerance] = []

    @property
    def are_parties_ours(self) -> bool:
        """Whether all parties are our own simulations: then captures and their keys are worth nothing outside."""
        return all(party.kind in OURS for party in self.parties)

    @property
    def stale(self) -> list[Tolerance]:
        """The tolerances that tolerate nothing any more: they fail the run."""
        return [one for one in self.tolerances if one.state == STALE]

    def tolerated_by(self, scenario: str, check: Check) -> str:
        """The tolerances beside the verdict of a check, in a sentence; empty without any."""
        found = (one for one in self.tolerances if one.covers(scenario, check))
        return "; ".join(f"tolerated by {one.id} until {one.expires} ({one.owner}): {one.reason}" for one in found)

    @property
    def claim(self) -> str:
        """Whether a certificate is claimed."""
        return claim_word(msgspec.to_builtins(self.certificate))
