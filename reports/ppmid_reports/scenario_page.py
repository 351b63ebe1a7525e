"""What the page of one scenario says, before it is laid out. The run's front page takes from it what it needs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup

from ppmid_bench.bench_file import POINTS
from ppmid_bench.checks import CHECKS
from ppmid_bench.evidence import digest
from ppmid_bench.scenario import file_stem
from ppmid_reports.ladder import ladder
from ppmid_reports.listing import Listing, listing
from ppmid_reports.opened import keys_of
from ppmid_reports.record import Check, Scenario
from ppmid_reports.rows import folded_away, rows
from ppmid_reports.run import Evidence, Run
from ppmid_reports.text import cut
from ppmid_reports.times import Timing, timings
from ppmid_reports.trace import Traced, trace

PAGES = "report"
"""The folder of the pages, beside ``report.html``."""

_MOST_DETAIL = 400
_MOST_REASON = 2000
_WORSE = ("fail", "inconclusive", "error")


@dataclass(frozen=True, slots=True)
class Step:
    """A step as it ran; a Then bears the verdict of its check."""

    keyword: str
    text: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Cited:
    """An entry of the evidence that a check rests on. ``frame``: its number in the capture, if it crossed a link.

    ``there``: whether the page's listing has it; ``traced``: whether the page shows its layers.
    """

    number: int
    frame: int | None
    there: bool
    traced: bool


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A check with what it expects, and the entries that show what was seen.

    ``given``: what the scenario has named for it. ``needs``: the observation points it judges from, with whether the
    bench has each. ``could_fail``: the reasons for which it fails.
    """

    check: Check
    says: str
    given: str
    needs: tuple[tuple[str, bool], ...]
    could_fail: tuple[str, ...]
    reason: str
    cited: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of the scenario in the run folder: its link from the page, its size in octets and its SHA-256."""

    what: str
    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ScenarioPage:
    """Everything that the report says of one scenario. ``not_reached``: how many checks were not come to.

    ``points``: every observation point, its name, what it is, and whether the bench had it. ``traced``: the entries
    that checks rest on, by their layers; ``untraced``: how many more there are; ``sealed``: why frames of the HAN among
    them are not opened, in a sentence, empty where they are; ``decisive``: those of checks that did not pass.
    """

    scenario: Scenario
    because: str
    steps: tuple[Step, ...]
    not_reached: int
    points: tuple[tuple[str, str, bool], ...]
    checks: tuple[CheckLine, ...]
    timings: tuple[Timing, ...]
    ladder: Markup
    listing: Listing
    traced: tuple[Traced, ...]
    untraced: int
    sealed: str
    decisive: frozenset[int]
    files: tuple[Attached, ...]


def page_path(scenario_id: str) -> str:
    """Where the page of a scenario stands in the run folder."""
    return f"{PAGES}/{file_stem(scenario_id)}.html"


def link_to(scenario_id: str) -> str:
    """The same, as a link from ``report.html``."""
    return quote(page_path(scenario_id))


def scenario_page(run: Run, scenario: Scenario, evidence: Evidence | None) -> ScenarioPage:
    """The page of one scenario. Raises BadInput when a limit in the evidence is not known."""
    found = rows(evidence.log) if evidence else []
    listed = listing(evidence, scenario, folded_away(found)) if evidence else Listing()
    worst_first = sorted(scenario.checks, key=lambda check: check.verdict not in _WORSE)
    home = keys_of(run, _keys_path(scenario))
    traced, untraced = (
        trace(evidence.log, (n for check in worst_first for n in check.evidence), home) if evidence else ([], 0)
    )
    points = frozenset(evidence.home.points if evidence else ())
    told = {one.entry.n for one in traced}
    return ScenarioPage(
        scenario=scenario,
        because=cut(scenario.because, _MOST_REASON, "record.json"),
        steps=_steps(evidence, scenario) if evidence else (),
        not_reached=sum(check.verdict == "not_reached" for check in scenario.checks),
        points=tuple((name, says, name in points) for name, says in POINTS.items()) if points else (),
        checks=tuple(_check_line(check, listed.frames, told, points) for check in scenario.checks),
        timings=timings(scenario, evidence),
        ladder=Markup(ladder(evidence.log, found)) if evidence else Markup(),  # escaped where it is drawn
        listing=listed,
        traced=tuple(traced),
        untraced=untraced,
        sealed=home.why if any(one.entry.link == "han" for one in traced) else "",
        decisive=frozenset(n for check in scenario.checks if check.verdict in _WORSE for n in check.evidence) & told,
        files=tuple(_files(run, scenario)),
    )


def _check_line(check: Check, there: Mapping[int, int | None], traced: set[int], points: frozenset[str]) -> CheckLine:
    known = CHECKS.get(check.id)
    return CheckLine(
        check=check,
        says=known.says if known else "(this version of the harness does not know this check)",
        given=cut(
            ", ".join(f"{name} {value}" for name, value in check.args.items() if value != []),
            _MOST_DETAIL,
            "record.json",
        ),
        needs=tuple((name, name in points) for name in check.needs),
        could_fail=known.reasons if known else (),
        reason=cut(check.reason, _MOST_REASON, "record.json"),
        cited=tuple(Cited(one, there.get(one), one in there, one in traced) for one in check.evidence),
    )


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


def _keys_path(scenario: Scenario) -> str:
    return f"captures/keys.{file_stem(scenario.id)}.zigbee_pc_keys"


def _files(run: Run, scenario: Scenario) -> Iterator[Attached]:
    """The scenario's files in the run folder, those that are there."""
    stem = file_stem(scenario.id)
    files = {
        "evidence": scenario.evidence_path,
        "capture": f"captures/{stem}.pcapng",
        "keys of the HAN": _keys_path(scenario),
    }
    for what, name in files.items():
        path = run.folder / name
        if path.is_file():
            yield Attached(what, f"../{quote(name)}", path.stat().st_size, digest(path))
