"""``junit.xml``: the counts of the record, whatever stands in the texts; and never green for a broken run."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from lxml import etree

from ppmid_bench.errors import BadInput
from ppmid_reports import write_junit, write_report

Make = Callable[..., Path]
NONE = dict.fromkeys(("pass", "fail", "inconclusive", "error", "not_applicable", "not_run"), 0)


def parsed(folder: Path) -> Any:
    return etree.fromstring(write_junit(folder).read_bytes())


def outcome(top: Any, name: str) -> Any:
    """What stands in the test case of this name; None when it passed."""
    (case,) = top.xpath("//testcase[@name=$name]", name=name)
    return case[0] if len(case) else None


def test_one_case_a_scenario_and_the_counts_of_the_record(make_run: Make) -> None:
    top = parsed(make_run())
    found = {name: top.get(name) for name in ("tests", "failures", "errors")}
    assert found == {"tests": "6", "failures": "2", "errors": "1"}
    suites = [(suite.get("name"), suite.get("tests"), suite.get("skipped")) for suite in top]
    assert suites == [("first", "3", "0"), ("second", "3", "2")]


@pytest.mark.parametrize(
    ("name", "element", "kind", "message"),
    [
        ("Fails", "failure", "fail", "forwarded-unaltered: other octets came out"),
        ("Does not tell", "failure", "inconclusive", "credited-once: not observable"),
        ("Breaks", "error", "error", "HarnessFault: a step broke"),
        ("Not for us", "skipped", "not applicable", "the ICS declares no support of gas"),
        ("Too long", "skipped", "not run on this bench", "it takes 90 s, and the limit is 60 s"),
    ],
)
def test_what_did_not_pass_says_why(make_run: Make, name: str, element: str, kind: str, message: str) -> None:
    found = outcome(parsed(make_run()), name)
    assert found is not None
    assert (found.tag, found.get("type"), found.get("message")) == (element, kind, message)


def test_a_pass_has_nothing_to_say_and_a_fail_names_its_checks(make_run: Make) -> None:
    top = parsed(make_run())
    assert outcome(top, "Passes") is None
    failure = outcome(top, "Fails")
    assert failure is not None
    assert "forwarded-unaltered: fail (altered): other octets came out [entries 7, 8]" in str(failure.text)
    assert "see evidence/first__fails.jsonl" in str(failure.text)


def test_every_suite_names_its_run(make_run: Make) -> None:
    for suite in parsed(make_run()):
        facts = {one.get("name"): one.get("value") for one in suite.findall("properties/property")}
        assert facts.pop("run")
        versions = {"suite": "ab" * 8, "harness": "0.1.0"}
        assert facts == {"seed": "5", "mode": "regular", **versions, "certificate": "none"}
        assert suite.get("timestamp") == "2026-11-25T15:16:10.136083+00:00"


def test_two_runs_of_the_same_scenarios_have_ids_of_their_own(make_run: Make) -> None:
    first = parsed(make_run()).xpath("string(//property[@name='run']/@value)")
    second = parsed(make_run(environment={"started": "2026-11-26T00:00:00+00:00"})).xpath(
        "string(//property[@name='run']/@value)"
    )
    assert first != second


def test_no_text_makes_the_file_unreadable(make_run: Make, build: ModuleType) -> None:
    hostile = "bytes \x00\x1b\xdd, \ud800 and \ufffe, ]]>, \x1b[31m red, £5, \u202eturned\r\n<b>&amp;"
    top = parsed(make_run(scenarios=(build.scenario("a/hostile", "error", hostile),)))
    found = outcome(top, "Hostile")
    assert found is not None
    wanted = "bytes \\x00\\x1b\xdd, \\ud800 and \\ufffe, ]]>, \\x1b[31m red, £5, \\u202eturned\\x0d\n<b>&amp;"
    assert found.get("message") == wanted
    assert str(found.text).startswith(wanted)
    assert top.get("errors") == "1"


def test_a_long_text_is_cut_and_says_where_the_whole_stands(make_run: Make, build: ModuleType) -> None:
    folder = make_run(scenarios=(build.scenario("a/long", "fail", "0af" * 1_000_000, build.CREDITED),))
    found = outcome(parsed(folder), "Long")
    assert found is not None
    assert str(found.get("message")).endswith("… (cut: 3000000 characters, all of them in evidence/a__long.jsonl)")
    assert (folder / "junit.xml").stat().st_size < 50_000


@pytest.mark.parametrize("code", ["73951773847901038897", "7395 1773 8479 0103 8897", "7395-1773-8479-0103-8897"])
def test_a_utrn_in_the_message_of_a_crash_is_withheld(make_run: Make, build: ModuleType, code: str) -> None:
    folder = make_run(scenarios=(build.scenario("a/crash", "error", f"ValueError: {code} is no UTRN"),))
    for file in (write_junit(folder), write_report(folder)):
        assert "ValueError: [20 digits withheld] is no UTRN" in file.read_text(encoding="utf-8")
        assert code not in file.read_text(encoding="utf-8")


def _one_pass(build: ModuleType) -> tuple[dict[str, Any], ...]:
    return (build.scenario("a/passes", "pass", "1 check(s) hold", build.CREDITED),)


def test_a_sound_run_that_passes_is_green(make_run: Make, build: ModuleType) -> None:
    top = parsed(make_run(scenarios=_one_pass(build)))
    assert (top.get("tests"), top.get("failures"), top.get("errors")) == ("1", "0", "0")


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"record": {"scenarios": []}}, "the run has no scenarios"),
        ({"environment": {"fault": "HarnessFault: the bench did not start"}}, "HarnessFault: the bench did not start"),
        (
            {"record": {"summary": NONE | {"planned": 3, "pass": 1}}},
            "3 scenarios were planned, and the counts add up to 1",
        ),
        (
            {"record": {"summary": NONE | {"planned": 2, "pass": 2}}},
            "the record's counts are not those of its scenarios",
        ),
    ],
)
def test_a_run_that_broke_is_never_green(
    make_run: Make, build: ModuleType, changes: dict[str, Any], fault: str
) -> None:
    folder = make_run(scenarios=_one_pass(build), **changes)
    top = parsed(folder)
    assert outcome(top, fault) is not None
    assert top.get("errors") == "1"
    page: Any = etree.HTML(write_report(folder).read_text(encoding="utf-8"))
    assert page.xpath("//div[contains(@class, 'verdict') and contains(@class, 'is-error')]")


def test_a_run_that_judged_nothing_is_never_green(make_run: Make, build: ModuleType) -> None:
    top = parsed(make_run(scenarios=(build.scenario("a/later", "not_run", "interrupted"),)))
    assert outcome(top, "nothing was judged") is not None


def test_evidence_that_is_not_what_was_recorded_is_a_fault(make_run: Make, build: ModuleType) -> None:
    folder = make_run(scenarios=_one_pass(build))
    evidence = folder / "evidence" / "a__passes.jsonl"
    evidence.write_text(evidence.read_text(encoding="utf-8").replace("1500000", "1600000"), encoding="utf-8")
    assert outcome(parsed(folder), "evidence/a__passes.jsonl is not the file that was recorded") is not None


def test_a_scenario_that_stands_twice_is_a_fault(make_run: Make, build: ModuleType) -> None:
    top = parsed(make_run(scenarios=_one_pass(build) * 2))
    assert outcome(top, "the record has a/passes more than once") is not None


def test_evidence_that_is_gone_is_a_fault_in_every_report(make_run: Make, build: ModuleType) -> None:
    folder = make_run(scenarios=_one_pass(build))
    (folder / "evidence" / "a__passes.jsonl").unlink()
    assert outcome(parsed(folder), "evidence/a__passes.jsonl is not there") is not None
    report = write_report(folder).read_text(encoding="utf-8")
    assert "evidence/a__passes.jsonl is not there" in report
    assert '<div class="verdict is-error">' in report


def _told(write: Callable[[Path], Path], folder: Path, file: str, content: str) -> str:
    (folder / file).write_text(content, encoding="utf-8")
    with pytest.raises(BadInput) as told:
        write(folder)
    assert str(told.value).startswith(str(folder / file))
    assert "\n" not in str(told.value)
    return str(told.value)


@pytest.mark.parametrize("write", [write_junit, write_report])
@pytest.mark.parametrize(
    ("file", "content", "sentence"),
    [
        ("record.json", "{", "expected JSON"),
        ("record.json", '{"scenarios": [{}]}', "scenarios[0]"),
        ("record.json", "[]", "expected"),
        ("environment.json", "{", "expected JSON"),
        ("environment.json", '{"versions": 5}', "versions: expected `object`, found `int`"),
    ],
)
def test_what_cannot_be_read_is_named_in_one_line(
    make_run: Make, write: Callable[[Path], Path], file: str, content: str, sentence: str
) -> None:
    assert sentence in _told(write, make_run(), file, content)


HOMELESS = '{"n":0,"t":0,"link":"","from":"","to":"","what":"home","fields":{}}\n'


@pytest.mark.parametrize(
    ("content", "sentence"), [("", "found an empty file"), ("{}\n", "line 1"), (HOMELESS, "line 1, fields")]
)
def test_evidence_that_cannot_be_read_is_named_in_one_line(make_run: Make, content: str, sentence: str) -> None:
    assert sentence in _told(write_report, make_run(), "evidence/first__passes.jsonl", content)


def test_an_entry_without_the_fields_of_its_kind_is_bad_input(make_run: Make, build: ModuleType) -> None:
    line = (1, "han", "ppmid", "hub", "tunnel", {"gbcs": {"cra": "command"}})
    with pytest.raises(BadInput, match=r"line 2: expected the fields of a tunnel"):
        write_report(make_run(scenarios=_one_pass(build), lines=(line,)))


def test_a_missing_file_is_bad_input(make_run: Make) -> None:
    folder = make_run()
    (folder / "environment.json").unlink()
    with pytest.raises(BadInput, match="No such file"):
        write_junit(folder)
