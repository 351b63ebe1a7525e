"""``adapter list``, ``adapter check``, and what a run takes along of it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ppmid_harness.cli import execute

BROKEN = '[parties.ppmid]\nadapter = "ppmid_devices.ppmid.faulty:SilentAfterTimeout"\n'


@pytest.fixture
def bench(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        (tmp_path / "lab.toml").write_text(text, encoding="utf-8")
        return tmp_path / "lab.toml"

    return write


def test_a_broken_clause_is_told_with_what_was_expected_and_found(
    bench: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    lab = bench(BROKEN)
    assert execute(["adapter", "check", "--bench", str(lab)]) == 1
    told = capsys.readouterr().out.splitlines()
    place = told.index("fail          ppmid             time-out")
    assert told[place + 1 : place + 3] == [
        "              expected: where nobody answers, it says so by itself",
        "              found: expected it to say that it does not know, and in a day it has said nothing",
    ]
    assert told[-2:] == ["12 pass, 1 fail", f"written to {lab.with_name('lab.adapter-check.json')}"]


def test_the_document_is_that_which_is_written(
    bench: Callable[[str], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "result.json"
    lab = bench('[parties.ppmid]\nadapter = "simulated"\n[parties.hub]\nadapter = "simulated"')
    assert execute(["adapter", "check", "--bench", str(lab), "--role", "hub", "--json", "--out", str(out)]) == 0
    printed, written = json.loads(capsys.readouterr().out), json.loads(out.read_text())
    assert [party["role"] for party in printed["parties"]] == ["hub"]
    assert {name: value for name, value in written.items() if name not in ("of", "made")} == printed
    assert set(written["of"]) == {"hub"}


def test_the_next_run_takes_the_result_along(
    bench: Callable[[str], Path], play: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    lab = bench(BROKEN)
    assert play(BROKEN, only=(HELD,))["adapter_check"] is None
    execute(["adapter", "check", "--bench", str(lab), "--out", str(tmp_path / "bench.adapter-check.json")])
    again = play(BROKEN, only=(HELD,), folder="again")["adapter_check"]
    assert again["parties"] == [{"role": "ppmid", "verdict": "fail"}]
    assert again["changed_since"] == []
    taken = (tmp_path / "again" / "adapter-check.json").read_bytes()
    assert taken == (tmp_path / "bench.adapter-check.json").read_bytes()
    changed = play(f"{BROKEN}esme_answer_s = 70\n", only=(HELD,), folder="changed")["adapter_check"]
    assert changed["changed_since"] == ["ppmid"]


HELD = "commands-through-the-ppmid/a-top-up-command-and-the-meters-response"


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (["--role", "hub"], "--role: hub: expected one of ppmid"),
        (["--out", "no/such/folder.json"], "no/such/folder.json: expected a file that can be written"),
    ],
)
def test_bad_input_is_one_line(
    options: list[str], line: str, bench: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    lab = bench('[parties.ppmid]\nadapter = "simulated"')
    assert execute(["adapter", "check", "--bench", str(lab), *options]) == 2
    assert capsys.readouterr().err.startswith(f"ppmid-harness: {line}")


def test_a_name_that_nobody_offers_is_bad_input(
    bench: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert execute(["adapter", "check", "--bench", str(bench('[parties.ppmid]\nadapter = "acme"'))]) == 2
    told = capsys.readouterr().err
    assert "[parties.ppmid] adapter: expected module:Class, or one of simulated, process" in told
    assert told.count("\n") == 1


def test_what_is_installed_is_listed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert execute(["adapter", "list"]) == 0
    assert capsys.readouterr().out == (
        "no installed distribution offers an adapter (entry point group ppmid_harness.adapters)\n"
    )
    from ppmid_bench import installed

    monkeypatch.setattr(installed, "installed", lambda: [installed.Installed("acme", "acme:Ppmid", "acme-ppmid", "1")])
    assert execute(["adapter", "list"]) == 0
    assert capsys.readouterr().out == "acme                 acme:Ppmid (acme-ppmid 1)\n"
    assert execute(["adapter", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["adapters"][0]["distribution"] == "acme-ppmid"
