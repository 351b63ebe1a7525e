"""The vendor's guide, word for word: each command is good input where it stands, and each file on it is read.

Running every scenario takes minutes, so what runs them is left out, or runs one (``.ci/run`` walks them whole).
"""

import json
import re
import shlex
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ppmid_bench.bench_file import read_bench
from ppmid_bench.ics import DECLARABLE, read_ics
from ppmid_bench.tolerances import read_tolerances
from ppmid_harness import runners, workers
from ppmid_harness.cli import execute

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "vendor.md").read_text(encoding="utf-8")
STEPS = dict(re.findall(r"^## (\d)\. .*?\n(.*?)(?=^## |\Z)", GUIDE, re.M | re.S))
"""The text of each step, by its number."""
BAD_INPUT = 2


def blocks(step: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", STEPS[step], re.S)


def commands(step: str) -> list[list[str]]:
    lines = (line for block in blocks(step, "sh") for line in block.splitlines())
    return [words[1:] for words in (shlex.split(line, comments=True) for line in lines) if words[0] == "ppmid-harness"]


def tolerated() -> str:
    """The tolerance of the guide, which has not expired whenever this runs."""
    (table,) = blocks("7", "toml")
    return re.sub(r"expires = \d{4}", "expires = 2999", table)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, install: Callable[[Path], None]) -> Path:
    """The folder of step 0, which then is the working folder."""
    monkeypatch.chdir(tmp_path)
    ((first, *_),) = [commands("0")]
    assert execute(first) == 0
    monkeypatch.chdir(tmp_path / "my-ppmid")
    install(tmp_path / "my-ppmid")
    monkeypatch.syspath_prepend(str(tmp_path / "my-ppmid"))
    return tmp_path / "my-ppmid"


@pytest.fixture
def begun(package: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same; no scenario is run."""
    monkeypatch.setattr(runners, "run", lambda *_: None)
    monkeypatch.setattr(workers, "run", lambda *_: None)
    return package


def test_every_step_has_what_it_needs_and_is_good_input(begun: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (begun / "tolerances.toml").write_text(tolerated(), encoding="utf-8")
    done = []
    for step in STEPS:
        if step == "0":
            continue
        if step == "6":
            shutil.copytree(ROOT / "examples" / "vendor_ppmid", begun / "example")
        with monkeypatch.context() as there:
            there.chdir(begun / "example" if step == "6" else begun)
            for command in commands(step):
                code = execute(command)
                assert code != BAD_INPUT, (step, command)
                done.append(command[:2])
    assert ["adapter", "check"] in done
    assert ["verify", "today/bundle.zip"] in done


def test_every_table_on_it_is_read(begun: Path) -> None:
    tables: list[tuple[str, str, Any]] = [
        ("1", blocks("1", "toml")[1], read_bench),
        ("3", blocks("3", "toml")[0], read_ics),
        ("4", blocks("4", "toml")[0], read_bench),
        ("7", tolerated(), lambda path: read_tolerances(path, date(2999, 1, 1))),
    ]
    for step, text, read in tables:
        (begun / "table.toml").write_text(text, encoding="utf-8")
        assert read(begun / "table.toml"), step


ONE = "--only=commands-through-the-ppmid/the-command-that-came-through-the-ppmid-comes-again-over-the-sm-wan"


def test_step_3_passes_with_what_init_wrote_and_says_what_was_compared(package: Path) -> None:
    (command,) = commands("3")
    assert execute([*command, ONE, "--out", "run"]) == 0
    (package / "ics.toml").write_text(blocks("3", "toml")[0], encoding="utf-8")
    assert execute([*command, ONE, "--out", "again"]) == 0
    for folder in ("run", "again"):
        record = json.loads((package / folder / "record.json").read_text(encoding="utf-8"))
        assert {one["agrees"] for one in record["declared"]} == {True, None}
        assert next(one for one in record["declared"] if one["item"] == "relay")["agrees"] is True


@pytest.mark.parametrize("faulty", [False, True])
def test_step_7_is_stale_with_what_init_wrote_and_answers_for_a_fail_where_there_is_one(
    faulty: bool, package: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (package / "tolerances.toml").write_text(tolerated(), encoding="utf-8")
    if faulty:
        of_the_meter = '[bench]\niut = "esme"\n[parties.esme]\nadapter = "ppmid_devices.meter.faulty:WrongAmount"\n'
        (package / "bench.toml").write_text(of_the_meter, encoding="utf-8")
    (command,) = commands("7")
    code = execute([*command, ONE, "--out", "run"])
    said = capsys.readouterr().out
    (row,) = json.loads((package / "run" / "record.json").read_text(encoding="utf-8"))["tolerances"]
    if faulty:
        assert (code, row["state"], row["tolerated"]) == (0, "applied", [ONE.removeprefix("--only=")])
        assert f"failed and tolerated, so not counted in the exit code: {ONE.removeprefix('--only=')}" in said
    else:
        assert (code, row["state"], row["tolerated"]) == (1, "stale", [])
        assert "credited-once was judged for REQ-004 and has not failed: take it out" in said


def test_every_declaration_stands_in_its_table() -> None:
    rows = re.findall(r"^\| (`.*?) \| \w+ \| .*? \| (.*?) \|$", STEPS["3"], re.M)
    told = {item: says for items, says in rows for item in re.findall(r"`(\S+?)`", items)}
    assert list(told) == list(DECLARABLE)
    unseen = {item for item, says in told.items() if says == "nothing yet"}
    assert unseen == {name for name, one in DECLARABLE.items() if not one.observed} - {"open-ports"}, "a scan tells"


def test_who_has_no_limit_for_wall_clock_time_is_told_what_it_takes(
    begun: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A step of the guide that a stranger would wait ten days for."""
    said = "; --max-wall leaves out what is longer than you have time for"
    for time, limit, told in (("wall", (), True), ("wall", ("--max-wall", "60"), False), ("virtual", (), False)):
        (begun / "wall.toml").write_text(f'[bench]\ntime = "{time}"\n', encoding="utf-8")
        execute(["run", "--bench", "wall.toml", "--tags", "@SECMP0032", *limit])
        assert (said in capsys.readouterr().err) is told
