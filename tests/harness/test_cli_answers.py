"""``ppmid-harness answers``: the answers of one run are its record's; those of two are of both."""

import json
import re
from importlib import resources
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


def test_what_is_given_beside_a_run_moves_its_answers(tmp_path: Path, capsys: Capture) -> None:
    run, case, said = tmp_path / "run", tmp_path / "case.json", tmp_path / "said.toml"
    assert execute(["run", "--only", IN_NO_WAN, "--out", str(run)]) == 0
    inputs = (resources.files("ppmid_bench") / "data" / "business_case.toml").read_text(encoding="utf-8")
    mine = tmp_path / "mine.toml"
    mine.write_text(
        re.sub(r'status = "\w+"', 'status = "known"', inputs.replace('status = "open"', 'status = "open"\nvalue = 0.5'))
    )
    capsys.readouterr()
    assert execute(["business-case", "--inputs", str(mine), "--json"]) == 0
    case.write_text(capsys.readouterr().out)
    said.write_text(
        '[[said]]\nmodification = "UTRN-INTERNET"\nrequirement = "REQ-033"\nanswer = "refuted"\nwords = "not now"\n'
        'by = "the working group"\nsource = "its minutes"\ndate = 2027-01-31\n'
    )
    wanted = ("REQ-033", "REQ-036", "REQ-057")

    def found(*given: Path) -> dict[str, str]:
        assert execute(["answers", str(run), *(one for path in given for one in ("--with", str(path))), "--json"]) == 0
        listed = json.loads(capsys.readouterr().out)["answers"]
        return {one["requirement"]: one["answer"] for one in listed if one["requirement"] in wanted}

    assert found() == {"REQ-033": "open", "REQ-036": "open", "REQ-057": "open"}
    assert found(case) == {"REQ-033": "open", "REQ-036": "shown", "REQ-057": "shown"}
    assert found(said) == {"REQ-033": "refuted", "REQ-036": "open", "REQ-057": "open"}
    assert execute(["answers", str(run), "--with", str(run / "record.json")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
