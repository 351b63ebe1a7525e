"""``init``: what it writes is a package that installs, whose adapter keeps its contract and whose tests pass."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from waiting_wall import LONG_S

from ppmid_bench.adapter_check.check import check_bench
from ppmid_bench.adapters import kind, require_adapters
from ppmid_bench.bench_file import read_bench
from ppmid_bench.ics import DECLARABLE, read_ics
from ppmid_harness.cli import execute
from ppmid_harness.init_folder import SCENARIOS, declaration, skeleton

Begin = Callable[..., Path]


@pytest.fixture
def begin(tmp_path: Path, install: Callable[[Path], None]) -> Begin:
    """Begins an adapter, and installs it."""

    def run(*options: str) -> Path:
        folder = tmp_path / "mine"
        assert execute(["init", str(folder), *options]) == 0
        install(folder)
        return folder

    return run


@pytest.mark.parametrize("role", SCENARIOS)
def test_the_adapter_of_each_role_is_found_by_its_name_and_keeps_its_contract(
    role: str, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = begin("--role", role, "--name", f"acme-{role}")
    monkeypatch.syspath_prepend(str(folder))
    bench = read_bench(folder / "bench.toml")
    require_adapters(bench)
    assert kind(role, bench) == "simulated", "until it says that a device stands behind it"
    assert bench.iut == role
    (party,) = check_bench(bench, [role])["parties"]
    assert [(clause["id"], clause["cause"]) for clause in party["clauses"] if clause["verdict"] != "pass"] == []


def test_once_it_says_so_a_device_stands_behind_it(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = begin("--name", "real")
    adapter = folder / "real_ppmid" / "adapter.py"
    adapter.write_text(adapter.read_text().replace("Nature(real=False)", "Nature(real=True)"), encoding="utf-8")
    monkeypatch.syspath_prepend(str(folder))
    assert kind("ppmid", read_bench(folder / "bench.toml")) == "real"


def test_a_scenario_that_puts_another_in_its_place_does_not_give_it_the_settings_of_a_device_that_is_not_there(
    begin: Begin, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = begin()
    monkeypatch.syspath_prepend(str(folder))
    text = (folder / "bench.toml").read_text()
    assert 'device_label = "no. 1"' in text
    command = ["run", "--bench", str(folder / "bench.toml"), "--out", str(tmp_path / "run")]
    assert execute([*command, *(word for id in PUT_THERE for word in ("--only", id))]) == 0
    assert capsys.readouterr().out.splitlines()[-2] == f"{len(PUT_THERE)} planned, {len(PUT_THERE)} pass"
    (folder / "bench.toml").write_text(text.replace("device_label", "device_lable"))
    assert execute([*command[:-1], str(tmp_path / "other")]) == 2
    assert "device_lable" in capsys.readouterr().err


PUT_THERE = (
    "a-home-with-an-in-home-display-and-no-ppmid/an-engineer-brings-the-command",
    "ill-will-on-the-way/a-ppmid-whose-first-transfer-to-the-hub-breaks/lacks-a-block",
    SCENARIOS["ppmid"],
)
"""Scenarios that bring a PPMID, or none, of their own; and one that has the bench's."""


def test_the_tests_that_it_writes_pass_and_run_adapter_and_declaration(begin: Begin) -> None:
    folder = begin()
    path = os.pathsep.join([str(folder), *sys.path])
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"]
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=LONG_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "14 passed" in done.stdout


def test_an_adapter_that_is_broken_afterwards_fails_them(begin: Begin) -> None:
    folder = begin()
    adapter = folder / "acme_ppmid" / "adapter.py"
    adapter.write_text(adapter.read_text() + "\n    def screen(self):\n        return 'nothing'\n", encoding="utf-8")
    path = os.pathsep.join([str(folder), *sys.path])
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests", "-k", "readings or own"]
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=LONG_S,
        check=False,
    )
    assert done.returncode == 1
    assert "screen: expected Screen, found 'nothing'" in done.stdout
    assert "1 failed, 1 passed" in done.stdout


def test_the_declaration_has_every_line_and_is_that_of_our_own_ppmid(tmp_path: Path) -> None:
    (tmp_path / "ics.toml").write_text(declaration(), encoding="utf-8")
    assert read_ics(tmp_path / "ics.toml").declared() == {item.id: item.default for item in DECLARABLE.values()}


def test_no_template_leaves_a_word_open() -> None:
    for role in SCENARIOS:
        for path, text in skeleton(role, "acme").items():
            assert "$" not in text, path


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (["--role", "kettle"], "--role: expected one of ppmid, hub, "),
        (["--name", "Acme"], "--name: expected small letters and digits"),
        (["--name", "a b"], "--name: expected small letters and digits"),
    ],
)
def test_what_cannot_be_begun_is_one_line(
    options: list[str], line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert execute(["init", str(tmp_path / "new"), *options]) == 2
    assert capsys.readouterr().err.startswith(f"ppmid-harness: {line}")
    assert not (tmp_path / "new").exists()


def test_nothing_is_written_where_something_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "here.txt").touch()
    for place in (tmp_path, tmp_path / "here.txt", tmp_path / "here.txt" / "below"):
        assert execute(["init", str(place)]) == 2
        assert capsys.readouterr().err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["here.txt"]
