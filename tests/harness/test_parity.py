"""The real features under the three runners: one record on a conformant bench, and on benches of each kind of verdict.

Each run is a process of its own, as a user starts it. What may differ between runs stands in ``environment.json`` and
``native/``; everything else must be equal to the octet.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
RUNNERS = ("pytest", "behave", "robot")
EQUAL = ("record.json", "evidence", "captures")
TOP_UP = "commands-through-the-ppmid/a-top-up-command-and-the-meters-response"
UTRN = "utrns-through-the-ppmid/a-utrn-tops-up-an-electricity-meter-while-the-sm-wan-is-down"
TODAY = "devices-of-today/todays-hub-drops-what-it-cannot-relay"

DECLARED = "utrn-internet = true\nown-commands = true\ngas = true\nkeypad = true"

BENCHES = {
    "a party fails": ('[parties.ppmid]\nadapter = "ppmid_devices.ppmid.faulty:AltersResponses"', "", 1),
    "another party fails": ('[parties.hub]\nadapter = "ppmid_devices.hub.faulty:RelaysThoughOld"', "", 1),
    "a point is missing": ('[bench]\npoints = ["user", "duis", "wan", "avenue"]', "", 4),
    "a party crashes": ('[parties.hub]\nadapter = "crashing_hub:CrashingHub"', "", 3),
    "an item is not declared": ("", f"[ics]\nrelay = false\n{DECLARED}", 0),
    "the HAN loses frames": ("[links.han]\nlost = 0.05", "", 0),
}
"""A bench file, a statement, and the exit code to be expected."""

Run = Callable[..., tuple[Path, int]]


def start(folder: Path, *options: str | Path, hash_seed: str = "0") -> tuple[Path, int]:
    """``ppmid-harness run`` in a process of its own; gives the run folder and the exit code."""
    command = [sys.executable, "-m", "ppmid_harness", "run", "--out", folder, *options]
    path = os.pathsep.join([str(HERE), *sys.path])  # the modules that this process would import, and no others
    surroundings = os.environ | {"PYTHONPATH": path, "PYTHONHASHSEED": hash_seed}
    done = subprocess.run(command, capture_output=True, text=True, env=surroundings, timeout=600, check=False)
    assert (folder / "record.json").is_file(), done.stderr
    return folder, done.returncode


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs in a folder of this test."""
    return lambda name, *options, **more: start(tmp_path / name, *options, **more)


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run of every scenario under pytest, with another hash seed than all other runs."""
    folder, code = start(tmp_path_factory.mktemp("suite") / "run", hash_seed="1")
    assert code == 0
    return folder


def content(folder: Path) -> dict[str, bytes]:
    """Every file that must be equal, by its path."""
    files = [path for name in EQUAL for path in (folder / name, *(folder / name).rglob("*")) if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def judgements(folder: Path) -> list[tuple[str, str, str, str]]:
    """(scenario, check, verdict, reason code) of all checks."""
    record: dict[str, Any] = json.loads((folder / "record.json").read_text())
    return [
        (scenario["id"], check["id"], check["verdict"], check["reason_code"])
        for scenario in record["scenarios"]
        for check in scenario["checks"]
    ]


def test_all_scenarios_give_one_record_under_each_runner(run: Run, suite: Path) -> None:
    assert RUNNERS[0] == "pytest"
    folders = [run(runner, "--runner", runner) for runner in RUNNERS[1:]]
    assert [code for _, code in folders] == [0, 0]
    first, *others = [content(folder) for folder in (suite, *(folder for folder, _ in folders))]
    assert len(first) > 80
    assert [found == first for found in others] == [True, True]


@pytest.mark.parametrize("name", BENCHES)
def test_the_runners_agree_on_a_bench_where(name: str, run: Run, tmp_path: Path) -> None:
    bench, statement, expected = BENCHES[name]
    options: list[str | Path] = ["--only", TOP_UP, "--only", UTRN, "--only", TODAY, "--bench", tmp_path / "bench.toml"]
    (tmp_path / "bench.toml").write_text(bench)
    if statement:
        (tmp_path / "ics.toml").write_text(statement)
        options += ["--ics", tmp_path / "ics.toml"]
    folders = [run(runner, "--runner", runner, *options) for runner in RUNNERS]
    assert [code for _, code in folders] == [expected] * 3
    first, *others = [judgements(folder) for folder, _ in folders]
    assert first
    assert others == [first, first]
    contents = [content(folder) for folder, _ in folders]
    assert [found == contents[0] for found in contents] == [True] * 3


def test_a_scenario_alone_in_another_folder_under_another_hash_seed_gives_the_same_octets(
    run: Run, suite: Path
) -> None:
    alone, _ = run("elsewhere/alone", "--only", TOP_UP, "--runner", "behave", hash_seed="2")
    of_suite, of_alone = content(suite), content(alone)
    stem = TOP_UP.replace("/", "__")
    files = [name for name in of_alone if stem in name]
    assert len(files) == 3
    assert [of_suite[name] == of_alone[name] for name in files] == [True] * 3

    def entry(folder: Path) -> list[Any]:
        scenarios = json.loads((folder / "record.json").read_text())["scenarios"]
        return [one for one in scenarios if one["id"] == TOP_UP]

    assert entry(suite) == entry(alone)


def test_another_seed_gives_other_octets_and_the_same_verdicts(run: Run) -> None:
    one, _ = run("one", "--only", TOP_UP)
    other, _ = run("other", "--only", TOP_UP, "--seed", "2")
    assert (
        content(one)["evidence/" + TOP_UP.replace("/", "__") + ".jsonl"]
        != (content(other)["evidence/" + TOP_UP.replace("/", "__") + ".jsonl"])
    )
    assert judgements(one) == judgements(other)


def test_rejudge_agrees_until_a_line_of_evidence_is_changed(run: Run) -> None:
    folder, _ = run("judged", "--only", TOP_UP)

    def rejudge() -> tuple[int, dict[str, Any]]:
        command = [sys.executable, "-m", "ppmid_harness", "rejudge", folder, "--json"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, json.loads(done.stdout)

    code, found = rejudge()
    judged = len(judgements(folder))
    assert judged > 5
    assert (code, found["same"], found["different"]) == (0, judged, [])
    (evidence,) = (folder / "evidence").iterdir()
    lines = evidence.read_text().splitlines(keepends=True)
    place = next(number for number, line in enumerate(lines) if '"balance":1500000' in line)  # what it rests on
    lines[place] = lines[place].replace('"balance":1500000', '"balance":2500000')
    evidence.write_text("".join(lines))
    code, found = rejudge()
    assert code == 1
    assert [one["check"] for one in found["different"] if "check" in one] == ["credited-once"]
