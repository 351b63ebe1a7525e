"""What the report says, before it is laid out: the run, turned to the questions that its readers have."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote

from markupsafe import Markup

from ppmid_bench.checks import CHECKS
from ppmid_bench.evidence import Entry
from ppmid_bench.kinds import KINDS
from ppmid_bench.scenario import file_stem
from ppmid_bench.verdict import UNJUDGED
from ppmid_reports.assumptions import Assumption, assumptions
from ppmid_reports.knowledge import Table, knowledge
from ppmid_reports.ladder import ladder
from ppmid_reports.rows import folded_away
from ppmid_reports.run import Answer, Check, Evidence, Party, Record, Run, Scenario
from ppmid_reports.text import cut
from ppmid_reports.times import Timing, timings
from ppmid_reports.words import PARTIES, detail, label, since

_MOST_DETAIL = 400
_MOST_REASON = 2000
_WORST_FIRST = ("error", "fail", "inconclusive", "pass")


@dataclass(frozen=True, slots=True)
class Step:
    """A step as it ran; a Then bears the verdict of its check."""

    keyword: str
    text: str
    verdict: str


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A check with what it says, and the entries that show it."""

    check: Check
    says: str
    reason: str


@dataclass(frozen=True, slots=True)
class EntryLine:
    """A line of the evidence listing."""

    number: int
    time: str
    entry: Entry
    label: str
    detail: str


@dataclass(frozen=True, slots=True)
class ScenarioPart:
    """Everything that the report says of one scenario. ``anchor`` begins the ids of its elements."""

    anchor: str
    scenario: Scenario
    because: str
    steps: tuple[Step, ...]
    checks: tuple[CheckLine, ...]
    timings: tuple[Timing, ...]
    ladder: Markup
    entries: tuple[EntryLine, ...]
    left_out: int
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PartyVerdicts:
    """The checks that judged one party; ``failures`` are those that it failed, each with its scenario's anchor."""

    judged: str
    counts: Mapping[str, int]
    failures: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """The whole report. ``verdict`` is that of the run."""

    run: Run
    verdict: str
    bench: str
    features: tuple[tuple[str, tuple[ScenarioPart, ...]], ...]
    parties: tuple[PartyVerdicts, ...]
    answers: Mapping[str, tuple[Answer, ...]]
    knowledge: Table
    assumptions: Mapping[str, Assumption]

    @property
    def scenarios(self) -> list[ScenarioPart]:
        """All scenarios in their order."""
        return [part for _, parts in self.features for part in parts]

    @property
    def by_id(self) -> dict[str, ScenarioPart]:
        """The scenarios by their ids."""
        return {part.scenario.id: part for part in self.scenarios}

    def named(self, text: str) -> str:
        """``text`` with the names of scenarios in the place of their ids."""
        for id, part in sorted(self.by_id.items(), key=lambda item: -len(item[0])):
            text = text.replace(id, f"“{part.scenario.name}”")
        return text

    @property
    def not_passed(self) -> list[ScenarioPart]:
        """The scenarios that were judged and did not pass, the worst first."""
        return [part for word in _WORST_FIRST[:-1] for part in self.scenarios if part.scenario.verdict == word]

    @property
    def timed(self) -> list[tuple[ScenarioPart, tuple[Timing, ...]]]:
        """The scenarios with times, or with other values that have a limit; without other measurements."""
        found = [
            (part, tuple(one for one in part.timings if one.limit or one.measurement.unit == "s"))
            for part in self.scenarios
        ]
        return [(part, timings) for part, timings in found if timings]

    @property
    def not_judged(self) -> list[ScenarioPart]:
        """The scenarios that were planned and not run."""
        return [part for part in self.scenarios if part.scenario.verdict in UNJUDGED]


def page(run: Run) -> Page:
    """The report of a run. Raises BadInput when a limit in the evidence is not known."""
    record = run.record
    anchors = {scenario.id: f"s{number}" for number, scenario in enumerate(record.scenarios, start=1)}
    parts = [_scenario(run, scenario, anchors[scenario.id]) for scenario in record.scenarios]
    by_feature = groupby(parts, key=lambda part: part.scenario.feature_slug)
    features = [(slug, tuple(group)) for slug, group in by_feature]
    return Page(
        run=run,
        verdict=_verdict(run),
        bench=kind_of_bench(record.parties, record.run.kind),
        features=tuple(
            (group[0].scenario.feature or slug.replace("-", " ").capitalize(), group) for slug, group in features
        ),
        parties=_parties(record, anchors),
        answers=_answers(record),
        knowledge=knowledge(one.log for one in run.evidence.values()),
        assumptions=assumptions(run),
    )


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


def _verdict(run: Run) -> str:
    if run.faults:
        return "error"
    found = {scenario.verdict for scenario in run.record.scenarios}
    return next(verdict for verdict in _WORST_FIRST if verdict in found)


def _scenario(run: Run, scenario: Scenario, anchor: str) -> ScenarioPart:
    evidence = run.evidence.get(scenario.id)
    entries, left_out = _listing(evidence, scenario) if evidence else ((), 0)
    return ScenarioPart(
        anchor=anchor,
        scenario=scenario,
        because=cut(scenario.because, _MOST_REASON, "record.json"),
        steps=_steps(evidence, scenario) if evidence else (),
        checks=tuple(_check_line(check) for check in scenario.checks),
        timings=timings(scenario, evidence),
        ladder=Markup(ladder(evidence.log)) if evidence else Markup(),  # escaped where it is drawn
        entries=entries,
        left_out=left_out,
        files=_files(run, scenario),
    )


def _check_line(check: Check) -> CheckLine:
    known = CHECKS.get(check.id)
    says = known.says if known else "(this version of the harness does not know this check)"
    return CheckLine(check, says, cut(check.reason, _MOST_REASON, "record.json"))


def _steps(evidence: Evidence, scenario: Scenario) -> tuple[Step, ...]:
    verdicts = iter(check.verdict for check in scenario.checks)
    found: list[Step] = []
    before = ""
    for entry in evidence.log.of("harness", "step"):
        keyword, _, text = str(entry.fields["text"]).partition(" ")
        verdict = next(verdicts, "not_reached") if keyword == "Then" else ""
        found.append(Step("And" if keyword == before else keyword, text, verdict))
        before = keyword
    return tuple(found)


def _listing(evidence: Evidence, scenario: Scenario) -> tuple[tuple[EntryLine, ...], int]:
    """The entries that the diagram shows or a check cites, and how many there are besides."""
    log = evidence.log
    cited = {number for check in scenario.checks for number in check.evidence}
    away = folded_away(log) - cited
    begin = log.entries[0].t
    lines = [
        EntryLine(
            entry.n,
            since(entry.t - begin),
            entry,
            label(entry),
            cut(detail(entry), _MOST_DETAIL, scenario.evidence_path),
        )
        for entry in log
        if entry.n not in away
    ]
    return tuple(lines), len(away)


def _files(run: Run, scenario: Scenario) -> dict[str, str]:
    """Links to the scenario's files in the run folder, by what they are; those that are there."""
    stem = file_stem(scenario.id)
    files = {
        "evidence": scenario.evidence_path,
        "capture": f"captures/{stem}.pcapng",
        "keys of the HAN": f"captures/keys.{stem}.zigbee_pc_keys",
    }
    return {what: quote(path) for what, path in files.items() if (run.folder / path).is_file()}


def _parties(record: Record, anchors: Mapping[str, str]) -> tuple[PartyVerdicts, ...]:
    counts: dict[str, Counter[str]] = {}
    failures: dict[str, list[tuple[str, str]]] = {}
    for scenario in record.scenarios:
        for check in scenario.checks:
            counts.setdefault(check.judged, Counter())[check.verdict] += 1
            if check.verdict == "fail":
                failures.setdefault(check.judged, []).append((check.id, anchors[scenario.id]))
    order = sorted(counts, key=[*PARTIES, *sorted(counts)].index)
    return tuple(PartyVerdicts(one, counts[one], tuple(failures.get(one, ()))) for one in order)


def _answers(record: Record) -> dict[str, tuple[Answer, ...]]:
    found: dict[str, list[Answer]] = {}
    for answer in record.answers:
        found.setdefault(answer.modification, []).append(answer)
    return {modification: tuple(answers) for modification, answers in found.items()}
