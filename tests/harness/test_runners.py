"""The same features under three runners, each in a process of its own: one record, and nothing green that is not."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
RUNNERS = ("pytest", "behave", "robot")

EXPECTED = {
    "it-passes": ("pass", ["pass", "pass"]),
    "it-fails": ("fail", ["fail", "not_reached"]),
    "it-is-not-clear": ("inconclusive", ["inconclusive"]),
    "it-crashes": ("error", ["not_reached"]),
    "it-is-skipped-by-pytest": ("error", ["not_reached"]),
    "it-is-skipped-by-robot": ("error", ["not_reached"]),
    "it-leaves-the-program": ("error", ["not_reached"]),
    "its-then-says-nothing": ("error", ["not_reached"]),
    "it-has-no-bench": ("error", []),
    "it-carries-what/apples": ("pass", ["pass"]),
    "it-carries-what/2-pears": ("pass", ["pass"]),
    "it-carries-what/quinces": ("not_run", []),
    "it-is-interrupted": ("error", ["not_reached"]),
    "it-comes-after": ("not_run", []),
}

NATIVE = {"pytest": "pytest.xml", "behave": "behave.json", "robot": "output.xml"}


Run = tuple[str, Path, int]


def _run(runner: str, place: Path) -> Run:
    folder = place / "run"
    command = [sys.executable, HERE / "small_bench.py", runner, place]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (folder / "record.json").is_file(), done.stderr
    return runner, folder, done.returncode


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    """A run of the small features under each runner: the runner, its folder and its exit code."""
    return {runner: _run(runner, tmp_path_factory.mktemp(runner)) for runner in RUNNERS}


@pytest.fixture(params=RUNNERS)
def run(request: pytest.FixtureRequest, runs: dict[str, Run]) -> Run:
    """One of them."""
    return runs[request.param]


def scenarios(folder: Path) -> dict[str, dict[str, Any]]:
    record = json.loads((folder / "record.json").read_text())
    return {entry["id"].removeprefix("small-things/"): entry for entry in record["scenarios"]}


def test_verdicts(run: Run) -> None:
    _, folder, code = run
    found = {
        id: (entry["verdict"], [check["verdict"] for check in entry["checks"]])
        for id, entry in scenarios(folder).items()
    }
    assert found == EXPECTED
    assert list(found) == list(EXPECTED)
    assert code == 3


def test_reasons(run: Run) -> None:
    entries = scenarios(run[1])
    assert entries["it-fails"]["checks"][0]["reason_code"] == "bad"
    assert entries["it-crashes"]["because"] == "KeyError: 'no such party'"
    assert entries["it-is-skipped-by-pytest"]["because"] == "Skipped: not now"
    assert entries["it-is-skipped-by-robot"]["because"] == "SkipExecution: not now"
    assert entries["it-leaves-the-program"]["because"] == "SystemExit: 0"
    assert "must return the arguments of its check, found None" in entries["its-then-says-nothing"]["because"]
    assert entries["it-has-no-bench"]["because"] == "RuntimeError: the bench is not there"
    assert entries["it-carries-what/quinces"]["because"] == "it needs a bench in wall-clock time"
    assert entries["it-comes-after"]["because"] == "the run was interrupted before it"


def test_what_a_step_carries_arrives_verbatim(run: Run) -> None:
    seen = scenarios(run[1])["it-carries-what/2-pears"]["checks"][0]["args"]["seen"]
    assert seen[3:6] == [["kind", "note"], ["esme", "a | b"], ["${X}", ""]]
    assert seen[7:9] == ["2 pears ${HOME} \\n", "one line of 2 pears\n  ${HOME} \\ two"]


def test_typed_arguments(run: Run) -> None:
    seen = scenarios(run[1])["it-passes"]["checks"][0]["args"]["seen"]
    assert seen == [
        "Given a home with an ESME",
        "an ESME",
        "When the Supplier tops up by £10.00",
        1_000_000,
        "Then what was seen is pass for good",
    ]


def test_the_runner_itself_calls_only_passes_passed(run: Run) -> None:
    runner, folder, _ = run
    text = (folder / "native" / NATIVE[runner]).read_text()
    passed = sum(verdict == "pass" for verdict, _ in EXPECTED.values())
    if runner == "pytest":
        counts = {name: int(number) for name, number in re.findall(r'(tests|failures|errors|skipped)="(\d+)"', text)}
        assert counts["skipped"] == 0
        # An interrupted test is in no JUnit file of pytest's.
        assert counts["tests"] - counts["failures"] - counts["errors"] == passed
    elif runner == "robot":
        assert text.count('status="PASS"') > 0
        # The interrupt leaves output.xml without its end, and with nothing but what had ended.
        tests = re.findall(r"<test .*?</test>", text, re.DOTALL)
        last = [re.findall(r'<status status="(\w+)"', test)[-1] for test in tests]
        assert last.count("PASS") == passed
        assert "SKIP" not in last
    else:
        log = (folder / "native" / "behave.log").read_text()
        assert re.search(rf"^{passed} scenarios passed, 2 failed, \d error, 0 skipped", log, re.MULTILINE), log


def test_an_interrupted_run_keeps_what_it_has(run: Run) -> None:
    kept = {path.stem.removeprefix("small-things__") for path in (run[1] / "partial").glob("small*.json")}
    finished = set(EXPECTED) - {"it-carries-what/quinces", "it-is-interrupted", "it-comes-after"}
    assert kept == {id.replace("/", "__") for id in finished}


def test_one_record_whatever_runner(runs: dict[str, Run]) -> None:
    first, *others = [(folder / "record.json").read_bytes() for _, folder, _ in runs.values()]
    assert others == [first, first]
