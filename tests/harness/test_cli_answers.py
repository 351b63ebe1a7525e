"""``ppmid-harness answers``: the answers of one run are its record's; those of two are of both."""

import json
from pathlib import Path

import pytest

from ppmid_harness.cli import execute

Capture = pytest.CaptureFixture[str]
UTRN = "utrns-through-the-ppmid/"
IN_NO_WAN = UTRN + "a-home-that-coverage/has-no-sm-wan-yet"
IN_NEVER_WAN = UTRN + "a-home-that-coverage/is-beyond-the-sm-wans-reach-for-good"


def answer(capsys: Capture, *runs: Path) -> dict[str, str]:
    capsys.readouterr()
    assert execute(["answers", *map(str, runs), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["answers"]
    (of_it,) = [one for one in found if (one["modification"], one["requirement"]) == ("UTRN-INTERNET", "REQ-027")]
    return dict(of_it)


def test_two_runs_answer_what_neither_does_alone(tmp_path: Path, capsys: Capture) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    assert execute(["run", "--only", IN_NO_WAN, "--out", str(one)]) == 0
    assert execute(["run", "--only", IN_NEVER_WAN, "--out", str(other)]) == 0
    record = json.loads((one / "record.json").read_text())
    assert answer(capsys, one)["answer"] == "open"
    assert answer(capsys, one) in record["answers"]
    assert answer(capsys, other / "bundle.zip")["answer"] == "open"
    both = answer(capsys, one, other / "bundle.zip")
    assert (both["answer"], both["from"]) == ("shown", "simulated")
    assert both["because"].endswith("; all parties were simulated")
    assert execute(["answers", str(one)]) == 0
    assert "  REQ-027 open, from simulated parties: " in capsys.readouterr().out


def test_what_is_no_run_is_one_line(tmp_path: Path, capsys: Capture) -> None:
    assert execute(["answers", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
