"""Bundles that were cut short, and disks that are full: one clear line whatever the command, and nothing is lost."""

import json
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ppmid_harness.cli import execute

ONLY = "utrns-through-the-ppmid/the-same-utrn-twice"
Capture = pytest.CaptureFixture[str]
READING = (
    "verify",
    "rejudge",
    "replay",
    "compare {0}",
    "answers",
    "coverage",
    "outcomes",
    "timings",
    "signoff",
    "history add --db h.db",
    "allure --out allure",
)
"""What takes a bundle; ``{0}``: the bundle once more."""
SMALL = 8192
"""Octets that a file may have where a disk is full."""


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ran") / "run"
    assert execute(["run", "--only", ONLY, "--out", str(folder)]) == 0
    return folder


@pytest.fixture(name="here")
def go_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_command_that_takes_a_bundle_takes_a_sound_one(ran: Path, here: Path, capsys: Capture) -> None:
    for command in READING:
        name, *more = (word.format(ran / "bundle.zip") for word in command.split())
        words = [*([name, more.pop(0)] if name == "history" else [name]), str(ran / "bundle.zip"), *more]
        assert execute(words) in (0, 1), command  # 1: not all is covered
    assert capsys.readouterr().err.count("expected") == 0


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.99])
def test_a_bundle_that_was_cut_short_is_one_clear_line(ran: Path, here: Path, capsys: Capture, share: float) -> None:
    whole = (ran / "bundle.zip").read_bytes()
    (here / "cut.zip").write_bytes(whole[: int(len(whole) * share)])
    for command in READING:
        name, *more = command.format("cut.zip").split()
        words = [*([name, more.pop(0)] if name == "history" else [name]), "cut.zip", *more]
        capsys.readouterr()
        assert execute(words) == 2, command
        printed = capsys.readouterr()
        assert printed.out == ""
        assert printed.err.startswith("ppmid-harness: cut.zip: expected "), command
        assert printed.err.count("\n") == 1, command


@pytest.mark.parametrize("schema", [0, 2, "1"])
def test_an_environment_of_another_schema_is_refused_by_name(
    ran: Path, here: Path, capsys: Capture, schema: object
) -> None:
    folder = Path(shutil.copytree(ran, here / "run"))
    path = folder / "environment.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"schema": schema}))
    for command in (["report", "run"], ["history", "add", "run", "--db", "h.db"]):
        capsys.readouterr()
        assert execute(command) == 2
        printed = capsys.readouterr().err
        assert printed.startswith("ppmid-harness: run/environment.json: schema: expected ")
        assert printed.count("\n") == 1


def on_a_full_disk(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "ppmid_harness", *arguments],
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL, SMALL)),
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["bundle", "make", "run"], "run: expected a folder that can be written"),
        (["report", "run"], "run: expected a folder that can be written"),
        (["signoff", "run", "--out", "stated"], "run/bundle.zip: {}: expected room for what it holds, in "),
        (["rejudge", "run/bundle.zip"], "run/bundle.zip: {}: expected room for what it holds, in "),
    ],
)
def test_a_disk_that_is_full_is_one_clear_line_and_leaves_what_there_was(
    ran: Path, here: Path, arguments: list[str], line: str
) -> None:
    folder = Path(shutil.copytree(ran, here / "run"))
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    done = on_a_full_disk(*arguments)
    assert done.returncode == 2, done.stderr
    begins, _, ends = line.partition("{}")
    assert done.stderr.startswith(f"ppmid-harness: {begins}")
    assert f"{ends}" in done.stderr
    assert done.stderr.endswith("found File too large\n")
    assert done.stderr.count("\n") == 1
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert not (here / "stated").exists()
    assert json.loads((folder / "record.json").read_text())["schema"] == 1
