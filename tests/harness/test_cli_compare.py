"""``ppmid-harness compare``: a conformant and a faulty device, and its exit codes."""

import json
from pathlib import Path

import pytest

from ppmid_harness.cli import execute

FAULTY = '[parties.ppmid]\nadapter = "ppmid_devices.ppmid.faulty:ReportsAcceptedEarly"\n'

Capture = pytest.CaptureFixture[str]


def test_a_conformant_and_a_faulty_device(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "faulty.toml").write_text(FAULTY)
    only = "utrns-through-the-ppmid/a-utrn-tops-up-an-electricity-meter-while-the-sm-wan-is-down"
    good, bad = str(tmp_path / "good"), str(tmp_path / "bad")
    assert execute(["run", "--only", only, "--out", good]) == 0
    assert execute(["run", "--only", only, "--out", bad, "--bench", str(tmp_path / "faulty.toml")]) == 1
    capsys.readouterr()
    assert execute(["compare", good, bad]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("new failures count against REQ-026")
    assert lines[1] == f"pass -> fail: {only}"
    at = next(n for n, line in enumerate(lines) if line.startswith("the runs differ in"))
    assert "    ppmid: simulated -> ppmid_devices.ppmid.faulty:ReportsAcceptedEarly" in lines[at:]
    assert "verdicts changed" in lines[-1]
    assert execute(["compare", f"{bad}/bundle.zip", f"{good}/bundle.zip", "--worse", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["same"], result["worse"]) == (False, False)
    assert execute(["compare", good, good]) == 0
    assert execute(["compare", good, bad, "--worse"]) == 1


def test_what_is_no_run_is_one_line(tmp_path: Path, capsys: Capture) -> None:
    assert execute(["compare", str(tmp_path), str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
