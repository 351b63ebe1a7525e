"""What the front page says, before it is laid out: the run, turned to the questions that its readers have.

It is gathered scenario by scenario, so that the evidence of one at a time is in memory.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from ppmid_bench.kinds import KINDS
from ppmid_bench.verdict import UNJUDGED
from ppmid_reports import attached
from ppmid_reports.answered import with_its_risk
from ppmid_reports.assumptions import Assumption, assumptions
from ppmid_reports.attached import Given, Proof, Risk
from ppmid_reports.coverage import Row, matrix
from ppmid_reports.knowledge import Table, learn
from ppmid_reports.limitations import Limitation, limitations, played_by
from ppmid_reports.record import Answer, Party, Record, Scenario
from ppmid_reports.run import Evidence, Run
from ppmid_reports.scenario_page import CheckLine, ScenarioPage, link_to
from ppmid_reports.text import cut
from ppmid_reports.times import Measured, Timing, by_measurement
from ppmid_reports.undecided import undecided
from ppmid_reports.words import PARTIES

_MOST_BECAUSE = 400
_WORST_FIRST = ("error", "fail", "inconclusive", "pass")
_ID = re.compile(r"[^\s,;/#()]+(?:/[^\s,;/#()]+)+")
"""What can be the id of a scenario."""


@dataclass(frozen=True, slots=True)
class Line:
    """What the front page says of one scenario. ``decided``: its checks that did not pass, and were reached.

    ``name``: one by which it is told from the others.
    """

    scenario: Scenario
    name: str
    because: str
    decided: tuple[CheckLine, ...]
    timings: tuple[Timing, ...]

    @property
    def page(self) -> str:
        """The link to its page."""
        return link_to(self.scenario.id)


@dataclass(frozen=True, slots=True)
class FeatureLines:
    """The scenarios of one feature, with their counts."""

    title: str
    lines: tuple[Line, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many scenarios had which verdict."""
        return dict(Counter(line.scenario.verdict for line in self.lines))


@dataclass(frozen=True, slots=True)
class PartyVerdicts:
    """The checks that judged one party; ``failures`` are those that it failed, each with its scenario's id."""

    judged: str
    counts: Mapping[str, int]
    failures: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """The whole front page. ``verdict`` is that of the run; ``matrix``: rows of requirements, threats and purposes.

    ``risk``, ``proof``: what the lab gave with the run.
    """

    run: Run
    verdict: str
    bench: str
    features: tuple[FeatureLines, ...]
    parties: tuple[PartyVerdicts, ...]
    answers: Mapping[str, tuple[Answer, ...]]
    undecided: Mapping[str, tuple[Answer, ...]]
    matrix: Mapping[str, list[Row]]
    measured: tuple[Measured, ...]
    knowledge: Table
    assumptions: Mapping[str, Assumption]
    limitations: Sequence[Limitation]
    played_by: Mapping[str, list[str]]
    names: Mapping[str, str]
    risk: Given[Risk] | None
    proof: Given[Proof] | None

    @property
    def lines(self) -> list[Line]:
        """All scenarios in their order."""
        return [line for feature in self.features for line in feature.lines]

    @property
    def not_passed(self) -> list[Line]:
        """The scenarios that speak against a party, or do not tell; the worst first."""
        return [line for word in ("fail", "inconclusive") for line in self.lines if line.scenario.verdict == word]

    @property
    def faults(self) -> list[Line]:
        """The scenarios in which the harness, the bench or a simulated party is at fault."""
        return [line for line in self.lines if line.scenario.verdict == "error"]

    @property
    def not_judged(self) -> list[Line]:
        """The scenarios that were planned and not run."""
        return [line for line in self.lines if line.scenario.verdict in UNJUDGED]

    @property
    def timed(self) -> Iterator[tuple[Line, tuple[Timing, ...]]]:
        """The scenarios with times, or with other values that have a limit; without other measurements."""
        for line in self.lines:
            found = tuple(one for one in line.timings if one.limit or one.measurement.unit == "s")
            if found:
                yield line, found

    def answers_to(self, requirement: str) -> list[Answer]:
        """The answers to one requirement, of each modification."""
        return [one for one in self.run.record.answers if one.requirement == requirement]

    def named(self, text: str) -> str:
        """``text`` with the names of scenarios in the place of their ids."""
        return _ID.sub(lambda found: self._name(found.group()), text)

    def _name(self, id: str) -> str:
        return f"“{self.names[id]}”" if id in self.names else id


class Gathered:
    """What the pages of a run's scenarios leave for its front page."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._names = told_apart(run.record.scenarios)
        self._lines: list[Line] = []
        self._table: Table = {}
        self._limits: dict[str, Mapping[str, float]] = {}

    def add(self, page: ScenarioPage, evidence: Evidence | None) -> None:
        """Take what the front page says of one scenario."""
        decided = tuple(line for line in page.checks if line.check.verdict in _WORST_FIRST[:-1])
        because = cut(page.scenario.because, _MOST_BECAUSE, "its page")
        self._lines.append(Line(page.scenario, self._names[page.scenario.id], because, decided, page.timings))
        if evidence is not None:
            learn(self._table, evidence.log)
            self._limits[page.scenario.id] = evidence.home.limits

    def page(self) -> Page:
        """The front page. Raises BadInput when a limit in the evidence is not known."""
        run = with_its_risk(self._run)
        record = run.record
        rows, leaned_on = matrix(run.content["scenarios"]), assumptions(record, self._limits)
        return Page(
            run=run,
            verdict=verdict_of(run),
            bench=kind_of_bench(record.parties, record.run.kind),
            features=tuple(_features(self._lines)),
            parties=_parties(record),
            answers=_answers(record),
            undecided=undecided(record.answers),
            matrix=rows,
            measured=by_measurement((line.scenario.id, one) for line in self._lines for one in line.timings),
            knowledge=dict(sorted(self._table.items())),
            assumptions=leaned_on,
            limitations=limitations(record, rows, len(leaned_on)),
            played_by=played_by(record.parties),
            names=self._names,
            risk=attached.given(run.folder, attached.RISK, Risk),
            proof=attached.given(run.folder, attached.PROOF, Proof),
        )


def told_apart(scenarios: Iterable[Scenario]) -> dict[str, str]:
    """The names of scenarios by their ids; behind one that several bear stands the row of its outline, or its feature.

    The row, where the name stands more than once in its feature.
    """
    found = tuple(scenarios)
    borne, in_feature = Counter(one.name for one in found), Counter((one.feature_slug, one.name) for one in found)
    names = {}
    for one in found:
        of_outline = in_feature[one.feature_slug, one.name] > 1
        part = one.id.rpartition("/")[2].replace("-", " ") if of_outline else feature_of(one)
        names[one.id] = one.name if borne[one.name] == 1 else f"{one.name} [{part}]"
    return names


def feature_of(scenario: Scenario) -> str:
    """The name of its feature."""
    return scenario.feature or scenario.feature_slug.replace("-", " ").capitalize()


def _features(lines: Iterable[Line]) -> Iterator[FeatureLines]:
    for _, group in groupby(lines, key=lambda line: line.scenario.feature_slug):
        found = tuple(group)
        yield FeatureLines(feature_of(found[0].scenario), found)


def kind_of_bench(parties: list[Party], kind: str = "") -> str:
    """What kind of bench it was, as its file says and by its parties, and so what the results can be said of."""
    said = f"{KINDS[kind].says} " if kind in KINDS else ""
    return said + _by_parties(parties)


def _by_parties(parties: list[Party]) -> str:
    kinds: dict[str, list[str]] = {}
    for one in parties:
        kinds.setdefault(one.kind, []).append(one.role)
    if not kinds:
        return "The record names no party: it says nothing of any device."
    if set(kinds) == {"simulated"}:
        return "All parties are simulated: this shows how the harness's models behave, it certifies no device."
    listed = "; ".join(f"{kind}: {', '.join(roles)}" for kind, roles in kinds.items())
    if not {"real", "manual"} & set(kinds):
        return f"No party is a real device ({listed}): this is a rehearsal, it certifies no device."
    return f"The results relate only to the items tested ({listed}), and to no other device."


def verdict_of(run: Run) -> str:
    """The verdict of a run: error when it broke, else the worst of its scenarios; a stale tolerance fails it."""
    if run.faults:
        return "error"
    found: set[str] = {scenario.verdict for scenario in run.record.scenarios}
    if run.record.stale:
        found.add("fail")
    return next(verdict for verdict in _WORST_FIRST if verdict in found)


def _parties(record: Record) -> tuple[PartyVerdicts, ...]:
    counts: dict[str, Counter[str]] = {}
    failures: dict[str, list[tuple[str, str]]] = {}
    for scenario in record.scenarios:
        for check in scenario.checks:
            counts.setdefault(check.judged, Counter())[check.verdict] += 1
            if check.verdict == "fail":
                failures.setdefault(check.judged, []).append((check.id, scenario.id))
    order = sorted(counts, key=[*PARTIES, *sorted(counts)].index)
    return tuple(PartyVerdicts(one, counts[one], tuple(failures.get(one, ()))) for one in order)


def _answers(record: Record) -> dict[str, tuple[Answer, ...]]:
    found: dict[str, list[Answer]] = {}
    for answer in record.answers:
        found.setdefault(answer.modification, []).append(answer)
    return {modification: tuple(answers) for modification, answers in found.items()}
