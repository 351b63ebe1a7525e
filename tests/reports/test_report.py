"""``report.html``: what its pages say of a run."""

import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from lxml import etree

from ppmid_bench.checks import CHECKS
from ppmid_reports import write_report
from ppmid_reports.page import kind_of_bench
from ppmid_reports.record import Party
from ppmid_reports.times import LIMITS_OF, WITHOUT_BAR

Make = Callable[..., Path]


def source(folder: Path) -> str:
    return write_report(folder).read_text(encoding="utf-8")


def parsed(folder: Path) -> Any:
    return etree.HTML(source(folder))


def page_of(folder: Path, name: str) -> Any:
    """A page of the report's folder, written anew."""
    write_report(folder)
    return etree.HTML((folder / "report" / f"{name}.html").read_text(encoding="utf-8"))


def said(node: Any) -> str:
    """The text of an element, spaces made one."""
    return " ".join("".join(node.itertext()).split())


def row_of(top: Any, section: str, heading: str) -> list[str]:
    """The cells of the table row that begins with this heading."""
    rows = [[said(cell) for cell in row] for row in top.xpath(f"//section[@id='{section}']//tbody/tr")]
    (found,) = [cells for cells in rows if cells[0].startswith(heading)]
    return found


def test_the_counts_add_up_to_what_was_planned(make_run: Make) -> None:
    counts = [said(one) for one in parsed(make_run()).xpath("//ul[@class='counts']/li")]
    assert counts == [
        "6 planned =",
        "1 ✓ pass",
        "1 ✗ fail",
        "1 ? inconclusive",
        "1 ! error",
        "1 – not applicable",
        "1 ○ not run on this bench",
    ]
    assert sum(int(count.split()[0]) for count in counts[1:]) == 6


def test_what_did_not_pass_stands_apart_from_faults_of_the_harness_each_with_its_reason(make_run: Make) -> None:
    top = parsed(make_run())
    headings = [said(one) for one in top.xpath("//section[@id='details']/h3")][:3]
    assert headings[1] == "Faults of the harness, the bench or a simulated party"
    found = [[said(line) for line in one] for one in top.xpath("//section[@id='details']/ul[@class='lines']")]
    rests_on = "forwarded-unaltered (altered) rests on entries 7, 8 (frame 31)"
    assert found[0] == [
        "✗ fail Fails: forwarded-unaltered: other octets came out" + rests_on,
        "? inconclusive Does not tell: credited-once: not observable",
    ]
    assert found[1] == ["! error Breaks: HarnessFault: a step broke"]
    assert found[2] == [
        "– not applicable Not for us: the ICS declares no support of gas",
        "○ not run on this bench Too long: it takes 90 s, and the limit is 60 s",
    ]


@pytest.mark.parametrize(
    ("ran", "verdict"), [((0, 1, 2, 3), "error"), ((0, 1, 2), "fail"), ((0, 2), "inconclusive"), ((0, 4, 5), "pass")]
)
def test_the_run_bears_its_worst_verdict(make_run: Make, build: ModuleType, ran: tuple[int, ...], verdict: str) -> None:
    scenarios = tuple(build.SCENARIOS[place] for place in ran)
    (box,) = parsed(make_run(scenarios=scenarios)).xpath("//div[contains(@class, 'verdict')]/strong")
    assert said(box).split()[1] == verdict


@pytest.mark.parametrize(
    ("kinds", "sentence"),
    [
        ({}, "it says nothing of any device"),
        ({"hub": "simulated", "ppmid": "simulated"}, "it certifies no device"),
        ({"hub": "simulated", "ppmid": "process"}, "a rehearsal, it certifies no device"),
        ({"hub": "simulated", "ppmid": "real"}, "relate only to the items tested (simulated: hub; real: ppmid)"),
    ],
)
def test_the_kind_of_bench_is_said_honestly(kinds: dict[str, str], sentence: str) -> None:
    assert sentence in kind_of_bench([Party(role, "some:Adapter", kind, []) for role, kind in kinds.items()])


def test_verdicts_on_parties_and_answers_stand_apart(make_run: Make) -> None:
    top = parsed(make_run())
    assert row_of(top, "parties", "PPMID") == ["PPMID, under test", "0", "1", "0", "0", "0", "forwarded-unaltered"]
    assert row_of(top, "parties", "ESME") == ["ESME", "1", "0", "1", "0", "0", "–"]
    assert row_of(top, "parties", "The route") == ["The route as a whole", "1", "0", "0", "0", "1", "–"]
    assert not top.xpath("//section[@id='parties']//td[contains(., 'REQ-')]")


def test_answers_stand_by_modification_with_what_they_lean_on(make_run: Make) -> None:
    top = parsed(make_run())
    refuted = row_of(top, "answers", "REQ-004")
    assert refuted == [
        "REQ-004A hub forwards it.",
        "✗ refuted",
        "forwarded-unaltered failed",
        "simulated",
        "Fails",
        "–",
    ]
    shown = row_of(top, "answers", "REQ-059")
    assert shown == [
        "REQ-059",
        "✓ shown on simulated parties",
        "it holds in “Passes”",
        "simulated",
        "–",
        "limit response-on-demand",
    ]
    assert [said(one) for one in top.xpath("//section[@id='answers']/h3")] == ["SECMP0038", "SEC0009"]
    assert row_of(top, "details", "SECMP0038") == [
        "SECMP0038",
        "1 of 3:REQ-059",
        "1 of 3:REQ-004",
        "1 of 3:REQ-049",
        "–",
    ]
    assert row_of(top, "details", "SEC0009") == ["SEC0009", "–", "–", "–", "1 of 1:REQ-018"]


def test_scenarios_are_called_by_their_names_in_an_answer(make_run: Make, build: ModuleType) -> None:
    scenarios = tuple(
        build.scenario(id, "pass", "1 check(s) hold", build.CREDITED) for id in ("a/once", "a/once-again")
    )
    answers = [build.answer("REQ-004", "shown", "it holds in a/once-again, a/once (credited-once)")]
    top = parsed(make_run(scenarios=scenarios, record={"answers": answers}))
    assert row_of(top, "answers", "REQ-004")[2] == "it holds in “Once again”, “Once” (credited-once)"


def test_a_time_stands_with_its_limit_its_margin_and_the_limits_status(make_run: Make) -> None:
    folder = make_run()
    for top in (page_of(folder, "first__passes"), page_of(folder, "times")):
        rows = [[said(cell) for cell in row] for row in top.xpath("//section[@id='times']//tbody/tr")]
        (row,) = [row[-7:] for row in rows if "dcc-equivalent-time" in row]
        assert row[:4] == ["dcc-equivalent-time", "29.250 s", "30.000 s", "0.750 s"]
        assert row[4] == "29.250 s of 30.000 s, margin 0.750 s"  # the bar, in words
        assert row[5] == "within"
        assert row[6].startswith("assumed: ")


def test_the_front_has_each_measurement_once_with_the_one_nearest_to_its_limit(
    make_run: Make, build: ModuleType
) -> None:
    scenarios = tuple(
        build.scenario(
            f"a/{name}",
            "pass",
            "1 check(s) hold",
            build.IN_TIME,
            measurements=[{"id": "dcc-equivalent-time", "value": value, "unit": "s", "n": 1, "of": ""}],
        )
        for name, value in (("quick", 4.0), ("slow", 30.5), ("middling", 29.0))
    )
    found = row_of(parsed(make_run(scenarios=scenarios)), "times", "dcc-equivalent-time")
    assert found[1:3] == ["3", "4.000 to 30.500 s"]
    assert found[3].startswith("30.000 sassumed: ")
    assert found[4] == "-0.500 s"
    assert found[5] == "Slow 30.500 s of 30.000 s, margin -0.500 s"  # the bar, in words
    assert found[6] == "1 over, 2 within"


@pytest.mark.parametrize(
    ("limit", "uncertainty", "margin", "standing"),
    [
        (29.0, 0, "-0.250 s", "1 over"),
        (29.3, 50_000_000, "0.050 s", "1 within"),
        (29.3, 60_000_000, "0.050 s", "1 too near to tell"),
    ],
)
def test_a_margin_is_held_against_the_benchs_limit_and_clock(
    make_run: Make, limit: float, uncertainty: int, margin: str, standing: str
) -> None:
    home = {"limits": {"response-on-demand": limit}, "uncertainty": uncertainty}
    row = row_of(parsed(make_run(home=home)), "times", "dcc-equivalent-time")
    assert (row[4], row[6]) == (margin, standing)
    assert row[3].endswith("assumed: bench file")


def test_every_limit_that_a_check_uses_stands_for_a_measurement() -> None:
    shown = {limit for by_meter in LIMITS_OF.values() for limit in by_meter.values()}
    assert {limit for check in CHECKS.values() for limit in check.limits} == shown | WITHOUT_BAR


def test_what_is_assumed_is_listed_once_with_its_value_and_where_it_is_used(make_run: Make) -> None:
    text, checks, scenarios, answers = row_of(parsed(make_run()), "assumptions", "limit response-on-demand")
    assert text.startswith("limit response-on-demand = 30 s (")
    assert (checks, scenarios, answers) == ("response-in-time", "1", "SECMP0038 REQ-059")


def test_everything_that_the_bench_assumes_reaches_the_report(make_run: Make) -> None:
    found = row_of(parsed(make_run()), "assumptions", "hub.relay_age_s")
    assert found == ["hub.relay_age_s", "86400", "assumed: nothing public says so"]


def test_a_scenario_is_told_as_it_ran(make_run: Make) -> None:
    part = page_of(make_run(), "first__passes")
    assert [said(step) for step in part.xpath(".//ol[@class='gherkin']/li")] == [
        "Given a home",
        "When the Supplier has the meter topped up by £10.00 through the PPMID",
        "Then the balance has risen by £10.00, once ✓ pass",
        "And the Response came within the target response time ✓ pass",
    ]
    (credited, *_) = [[said(cell) for cell in row] for row in part.xpath("//section[@id='checks']//tbody/tr")]
    assert credited[0] == f"credited-once{CHECKS['credited-once'].says}here: meter esme"
    could_fail = ", ".join(CHECKS["credited-once"].reasons)
    assert credited[1:] == ["ESME", "✓ pass", f"so it is (holds)would fail for {could_fail}", "–", "2, 10"]
    assert part.xpath(".//*[local-name()='svg']")


def test_only_features_that_need_a_reader_are_open(make_run: Make, build: ModuleType) -> None:
    scenarios = (
        *build.SCENARIOS,
        build.scenario("third/passes", "pass", "1 check(s) hold", build.CREDITED),
        build.scenario("third/not-for-us", "not_applicable", "the ICS declares no support of gas"),
    )
    found = parsed(make_run(scenarios=scenarios)).xpath("//details[@class='feature']")
    assert [part.get("open") is not None for part in found] == [True, True, False]
    assert said(found[2].xpath("summary")[0]) == "Third 1 pass, 1 not applicable"


def test_no_run_of_twenty_digits_stands_in_it(make_run: Make) -> None:
    assert not re.search(r"(?<![0-9])(?:[0-9][ -]?){19}[0-9](?![0-9])", source(make_run()))


def test_the_same_folder_gives_the_same_page(make_run: Make) -> None:
    folder = make_run()
    assert source(folder) == source(folder)


def _luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_colour_of_text_has_the_contrast_of_wcag_aa(make_run: Make) -> None:
    palettes = re.findall(r":root \{(.*?)\}", source(make_run()), re.DOTALL)
    assert len(palettes) == 3  # light, dark, print
    for palette in palettes:
        colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", palette))
        for ground in ("paper", "raised"):
            for ink in ("ink", "quiet", "link", "good", "bad", "doubt", "fault"):
                light, dark = sorted((_luminance(colours[ground]), _luminance(colours[ink])), reverse=True)
                assert (light + 0.05) / (dark + 0.05) >= 4.5, (ink, ground)


def test_what_is_declared_stands_beside_what_was_observed(make_run: Make) -> None:
    table = [
        {"item": "relay", "declared": True, "observed": [False], "agrees": False, "evidence": ["f/breaks#3"]},
        {"item": "esme-answer-s", "declared": 90.0, "observed": [12.5], "agrees": True, "evidence": ["f/x#4"]},
        {"item": "gas", "declared": True, "observed": [], "agrees": None, "evidence": []},
    ]
    top = parsed(make_run(record={"declared": table}))
    assert row_of(top, "declared", "relay")[1:4] == ["yes", "no", "contradicts"]
    assert row_of(top, "declared", "esme-answer-s")[1:] == ["90", "12.5", "agrees", "f/x#4"]
    assert row_of(top, "declared", "gas")[1:] == ["yes", "–", "not observed", "–"]
    assert "Nothing is declared of this PPMID." in said(parsed(make_run()).xpath("//section[@id='declared']")[0])


def test_a_check_of_the_adapters_is_named_or_said_to_be_missing(make_run: Make) -> None:
    check = {
        "sha256": "ab12",
        "parties": [{"role": "ppmid", "verdict": "fail"}, {"role": "hub", "verdict": "pass"}],
        "changed_since": ["hub"],
    }
    annex = said(parsed(make_run(record={"adapter_check": check})).xpath("//section[@id='setup']")[0])
    assert "before this run: PPMID (fail), Hub (pass, changed since)." in annex
    assert "SHA-256 ab12" in annex
    annex = said(parsed(make_run()).xpath("//section[@id='setup']")[0])
    assert "were not checked against their contracts before this run" in annex
