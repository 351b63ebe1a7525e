"""A run on GitHub Actions: what failed is marked in its feature, and no text of a device becomes a command."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppmid_bench.errors import BadInput
from ppmid_bench.ics import read_ics
from ppmid_harness.cli import execute
from ppmid_harness.features import own_features, read_feature
from ppmid_harness.github import Commands, annotations, command, is_github, summary, write_summary
from ppmid_harness.selection import Choice, Planned, select
from ppmid_reports.text import shown

Capture = pytest.CaptureFixture[str]
FEATURE = """@SECMP0038 @REQ-004
Feature: F
  Scenario: One, 100 %: as it is
    Given a prepayment home with an electricity meter
    Then the balance of the electricity meter has not moved
    And the balance of the electricity meter has not moved
"""
TOP_UP = "Feature: Commands through the PPMID"
NAME = "One, 100 %: as it is"


@pytest.fixture(name="planned")
def one_scenario(tmp_path: Path) -> Planned:
    (tmp_path / "f, 1.feature").write_text(FEATURE)
    (found,) = select([read_feature(tmp_path / "f, 1.feature")], Choice(read_ics(None)))
    return found


def record(planned: Planned, verdict: str, *checks: str, because: str = "it is so") -> dict[str, Any]:
    """A record with this scenario alone; ``checks``: their verdicts."""
    entry = {"id": planned.id, "name": planned.name, "verdict": verdict, "because": because}
    judged = [{"id": "balance-unmoved", "verdict": one} for one in checks]
    counts = dict.fromkeys(("planned", "pass", "fail", "inconclusive", "error", "not_applicable", "not_run"), 0)
    answers = [
        {"modification": "SECMP0038", "answer": word, "from": "simulated"} for word in ("shown", "open", "shown")
    ]
    parties = [{"role": "hub", "adapter": "simulated", "kind": "simulated", "points": []}]
    return {
        "run": {},
        "parties": parties,
        "summary": counts | {"planned": 1, verdict: 1},
        "scenarios": [entry | {"checks": judged}],
        "answers": answers,
    }


def told(planned: Planned, workspace: Path, *arguments: str, **more: str) -> list[str]:
    return list(annotations(record(planned, *arguments, **more), {planned.id: planned}, workspace))


@pytest.mark.parametrize(
    ("checks", "line"),
    [(("fail", "not_reached"), 5), (("pass", "fail"), 6), (("pass", "pass", "fail"), 3), ((), 3)],
)
def test_a_fail_is_marked_at_the_step_whose_check_failed(
    planned: Planned, tmp_path: Path, checks: tuple[str, ...], line: int
) -> None:
    title = "title=One%2C 100 %25%3A as it is"
    assert told(planned, tmp_path, "fail", *checks) == [f"::error file=f%2C 1.feature,line={line},{title}::it is so"]


def test_the_line_is_that_of_the_step(planned: Planned) -> None:
    lines = FEATURE.splitlines()
    assert [lines[step.line - 1].split()[0] for step in planned.steps] == ["Given", "Then", "And"]
    assert lines[planned.line - 1] == f"  Scenario: {NAME}"


@pytest.mark.parametrize(
    ("verdict", "level"), [("error", "error"), ("inconclusive", "warning"), ("pass", None), ("not_run", None)]
)
def test_verdicts_have_their_level(planned: Planned, tmp_path: Path, verdict: str, level: str | None) -> None:
    found = told(planned, tmp_path, verdict)
    assert [line.split()[0] for line in found] == ([f"::{level}"] if level else [])


def test_a_feature_outside_the_workspace_has_no_file(planned: Planned, tmp_path: Path) -> None:
    (line,) = told(planned, tmp_path / "elsewhere", "fail", "fail")
    assert line == "::error title=One%2C 100 %25%3A as it is::it is so"


def test_a_stale_tolerance_is_marked(planned: Planned, tmp_path: Path) -> None:
    tolerances = [{"id": "T1", "state": "stale"}, {"id": "T2", "state": "in force"}]
    found = record(planned, "pass") | {"tolerances": tolerances}
    assert [line.partition("::it")[0] for line in annotations(found, {}, tmp_path)] == ["::error title=tolerance T1"]


def test_no_text_ends_a_command_or_begins_one() -> None:
    hostile = "a\n::error::b\r\n::set-output name=x::y %0A \x1b[31m,:"
    line = command("error", {"title": hostile}, hostile)
    assert re.findall("[\r\n\x1b]", line) == []
    properties, message = line.removeprefix("::error ").split("::", 1)
    assert properties == "title=a%0A%3A%3Aerror%3A%3Ab\\x0d%0A%3A%3Aset-output name=x%3A%3Ay %250A \\x1b[31m%2C%3A"
    assert message == "a%0A::error::b\\x0d%0A::set-output name=x::y %250A \\x1b[31m,:"


@given(st.text(), st.text())
def test_what_github_reads_back_is_what_was_said(title: str, message: str) -> None:
    line = command("error", {"title": title}, message)
    assert len(line.splitlines()) == 1 or not re.search("[\r\n]", line)
    properties, _, said = line.removeprefix("::error ").partition("::")
    assert unescaped(properties.removeprefix("title=")) == shown(title)
    assert unescaped(said) == shown(message)


def unescaped(text: str) -> str:
    """What GitHub makes of an escaped text: the percent sign last."""
    for sign in "\r\n:,%":
        text = text.replace(f"%{ord(sign):02X}", sign)
    return text


def test_the_summary_says_what_failed_and_never_shown_without_the_parties(planned: Planned) -> None:
    text = summary(record(planned, "fail", because="<b>|[x](http://x)\nnext"))
    assert "**All parties are simulated" in text
    assert "1 planned: 1 fail" in text
    assert "- fail: One, 100 %: as it is: \\<b\\>\\|\\[x\\](http://x) next\n" in text
    assert "| SECMP0038 | 2 on simulated parties | 0 | 1 | 0 |" in text


def test_a_long_list_is_cut_and_says_so(planned: Planned) -> None:
    found = record(planned, "fail")
    found["scenarios"] *= 60
    text = summary(found)
    assert text.count("- fail: ") == 50
    assert "- and 10 more scenarios: see the report" in text


def test_a_summary_that_cannot_be_written_is_named(planned: Planned, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"absent.summary: expected a summary that can be written"):
        write_summary(tmp_path / "absent" / "summary", record(planned, "pass"))


def test_only_github_is_github() -> None:
    assert is_github({"GITHUB_ACTIONS": "true"})
    assert not is_github({"CI": "true", "GITHUB_ACTIONS": ""})


def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture, *more: str) -> tuple[int, list[str], Path]:
    """A run of a faulty hub as GitHub would start it: exit code, lines of output, file of the summary."""
    (tmp_path / "f, 1.feature").write_text(FEATURE)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    capsys.readouterr()
    code = execute(["run", str(tmp_path / "f, 1.feature"), "--out", str(tmp_path / "out"), *more])
    printed = capsys.readouterr()
    return code, [*printed.out.splitlines(), *printed.err.splitlines()], tmp_path / "summary.md"


def test_a_run_on_github_takes_no_command_from_its_texts_until_it_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    code, lines, summary_file = run(tmp_path, monkeypatch, capsys)
    assert code == 0
    stopped = re.fullmatch("::stop-commands::([0-9a-f]{32})", lines[0])
    assert stopped is not None
    assert lines[-1] == f"::{stopped[1]}::"
    assert "1 planned: 1 pass" in summary_file.read_text()


def test_without_github_nothing_of_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    code, lines, summary_file = run(tmp_path, monkeypatch, capsys, "--no-github")
    assert code == 0
    assert not [line for line in lines if line.startswith("::")]
    assert not summary_file.exists()


def test_json_stays_one_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    (tmp_path / "f.feature").write_text(FEATURE)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    assert execute(["run", str(tmp_path / "f.feature"), "--out", str(tmp_path / "out"), "--github", "--json"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["summary"]["pass"] == 1
    assert printed.err.startswith("::stop-commands::")


def test_a_failing_run_marks_its_feature_and_ends_with_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    (source,) = (path for path in own_features().rglob("*.feature") if TOP_UP in path.read_text())
    feature = tmp_path / "features" / "top_up.feature"
    feature.parent.mkdir()
    feature.write_text(source.read_text())
    bench = tmp_path / "bench.toml"
    bench.write_text('[parties.ppmid]\nadapter = "ppmid_devices.ppmid.faulty:AltersCommands"\n')
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    only = "commands-through-the-ppmid/a-top-up-command-and-the-meters-response"
    command = ["run", str(feature), "--bench", str(bench), "--only", only, "--out", str(tmp_path / "out"), "--github"]
    capsys.readouterr()
    assert execute(command) == 1
    marked = re.search(
        "^::error file=features/top_up.feature,line=(\\d+),title=.*::forwarded-unaltered: ", _out(capsys), re.M
    )
    assert marked is not None
    lines = feature.read_text().splitlines()
    scenario = next(number for number, line in enumerate(lines) if "A top-up Command, and" in line)
    first = next(number for number, line in enumerate(lines) if number > scenario and line.strip().startswith("Then"))
    assert int(marked[1]) == first + 1


def _out(capsys: Capture) -> str:
    return capsys.readouterr().out


def test_a_run_that_broke_is_no_result(planned: Planned, tmp_path: Path) -> None:
    said: list[str] = []
    Commands(said.append).annotate(record(planned, "pass"), {}, tmp_path, "the run was interrupted")
    assert said == ["::error title=the run itself::the run was interrupted"]
    text = summary(record(planned, "pass"), "the run was interrupted")
    assert "**The run itself broke, so nothing here is a result: the run was interrupted**" in text
    assert "broke" not in summary(record(planned, "pass"))


def test_an_interrupted_run_says_so_to_github(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    def pressed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ppmid_harness.runners.run", pressed)
    code, lines, summary_file = run(tmp_path, monkeypatch, capsys)
    assert code == 3
    assert "::error title=the run itself::the run was interrupted" in lines
    assert "the run was interrupted" in summary_file.read_text()


def test_a_row_of_an_outline_is_marked_at_its_step(planned: Planned, tmp_path: Path) -> None:
    row = replace(planned, row_line=99, row={"a": "b"})
    assert "line=99," in told(row, tmp_path, "error")[0]
