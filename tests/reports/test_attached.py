"""What a lab gives with a run stands in its report, says what it is about, and is refused when it is something else."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from ppmid_harness.cli import execute
from ppmid_reports.bundle.verifying import verify
from ppmid_reports.bundle.writing import write_bundle

Make = Callable[..., Path]
Capture = pytest.CaptureFixture[str]
LEVELS = {"off supply": 1, "harm": 2, "repeat": 0, "delay": 3, "nothing": 4}
RISK: dict[str, Any] = {
    "schema": 1,
    "seed": 7,
    "trials": 925,
    "floods": 15,
    "from": "simulated",
    "configurations": [
        {"id": "today", "name": "no relay", "counts": dict.fromkeys(LEVELS, 0), "threats": [], "cells": []},
        {"id": "every Command", "name": "relays all", "counts": LEVELS, "threats": ["I3c"], "cells": []},
    ],
    "differences": [{"id": "every Command", "against": "today", "route": LEVELS, "generic": 0, "cells": []}],
    "residual": [
        {"act": "cuts", "attackers": ["network"], "level": "off supply", "why": "it waits", "mitigation": "drop it"}
    ],
}
PROOF: dict[str, Any] = {
    "faulty": 93,
    "killed": 91,
    "survived": ["ppmid Sleeper"],
    "wrong_reason": [],
    "checks": 65,
    "checks_without_killer": ["one", "two"],
    "requirements_without_killer": [],
    "threats_without_killer": [],
    "purposes_without_killer": [],
    "conformant_scenario_runs": 3730,
    "seeds_per_scenario": 10,
    "false_alarms": [],
    "accused_wrongly": ["Sleeper is at fault, and credited-once names the esme"],
}


def said(node: Any) -> str:
    return " ".join("".join(node.itertext()).split())


def section(folder: Path, name: str) -> Any:
    (found,) = etree.HTML((folder / "report.html").read_text(encoding="utf-8")).xpath(f"//section[@id='{name}']")
    return found


def files(folder: Path, risk: object = RISK, proof: object = PROOF) -> list[str]:
    """The options that give these documents."""
    (folder / "r.json").write_text(json.dumps(risk))
    (folder / "p.json").write_text(json.dumps(proof))
    return ["--risk", str(folder / "r.json"), "--proof", str(folder / "p.json")]


def test_what_is_not_given_is_said_to_be_missing(make_run: Make) -> None:
    folder = make_run()
    assert execute(["report", str(folder)]) == 0
    assert said(section(folder, "risk").find("p")) == "No trials of risk are given with this run."
    assert said(section(folder, "proof").find("p")) == "No proof of the suite is given with this run."


def test_they_stand_in_the_report_with_what_they_are_about(make_run: Make, tmp_path: Path) -> None:
    folder = make_run()
    assert execute(["report", str(folder), *files(tmp_path)]) == 0
    risk = section(folder, "risk")
    assert "by trials on simulated parties: 925 trials and 15 floods, seed 7" in said(risk)
    assert "says nothing of the device that was tested" in said(risk)
    rows = [[said(cell) for cell in row] for row in risk.xpath(".//tbody/tr")]
    assert rows == [
        ["todayno relay", "0", "0", "0", "0", "0", "–", "–"],
        ["every Commandrelays all", "1", "2", "0", "3", "4", "I3c", "1 off supply, 2 harm, 3 delay, 4 nothing"],
    ]
    assert "off supply: cuts (network): it waits. What helps: drop it." in said(risk)
    assert sha256((folder / "risk.json").read_bytes()).hexdigest() in said(risk)
    proof = section(folder, "proof")
    assert "91 of 93 parties with a known fault were caught for their own reason, by 65 checks" in said(proof)
    assert "0 false alarms in 3730 scenario runs without a fault (10 seeds each)" in said(proof)
    assert [said(line) for line in proof.xpath("ul/li")] == [
        "Faulty parties that survived (1): ppmid Sleeper",
        "Checks that no faulty party fails (2): one; two",
        "Parties accused of another's fault (1): Sleeper is at fault, and credited-once names the esme",
    ]
    assert sha256((folder / "proof.json").read_bytes()).hexdigest() in said(proof)


def test_they_stay_with_the_run_and_go_into_its_bundle(make_run: Make, tmp_path: Path) -> None:
    folder = make_run()
    assert execute(["report", str(folder), *files(tmp_path)]) == 0
    assert execute(["report", str(folder)]) == 0
    assert "925 trials" in said(section(folder, "risk"))
    listed = verify(write_bundle(folder))
    assert [one for one in listed["problems"] if one["what"] != "inconsistent"] == []
    (folder / "proof.json").write_text("{}")
    assert execute(["report", str(folder)]) == 2


def test_a_run_takes_them_along(tmp_path: Path) -> None:
    only = "utrns-through-the-ppmid/the-same-utrn-twice"
    folder = tmp_path / "run"
    assert execute(["run", "--only", only, "--out", str(folder), *files(tmp_path)]) == 0
    assert "91 of 93" in said(section(folder, "proof"))
    assert verify(folder / "bundle.zip")["problems"] == []


@pytest.mark.parametrize(
    ("risk", "proof", "complaint"),
    [
        ({"schema": 1}, PROOF, "r.json"),
        (RISK | {"schema": 2}, PROOF, "r.json"),
        (RISK | {"configurations": [{"id": 1}]}, PROOF, "r.json"),
        (PROOF, PROOF, "r.json"),
        (RISK, RISK, "p.json"),
        (RISK, [1], "p.json"),
        (RISK, PROOF | {"killed": "all"}, "p.json"),
    ],
)
def test_what_is_no_such_document_is_one_line_and_changes_nothing(
    make_run: Make, tmp_path: Path, capsys: Capture, risk: object, proof: object, complaint: str
) -> None:
    folder = make_run()
    out = tmp_path / "out"
    for command in (["report", str(folder)], ["run", "--out", str(out)]):
        assert execute([*command, *files(tmp_path, risk, proof)]) == 2
        printed = capsys.readouterr()
        assert complaint in printed.err
        assert printed.err.count("\n") == 1
    assert not (folder / "risk.json").exists()
    assert not (folder / "report.html").exists()
    assert not out.exists()


def test_no_text_in_them_can_break_the_page(make_run: Make, tmp_path: Path) -> None:
    hostile = "</td><script>alert(1)</script>\x1b[31m"
    risk = json.loads(json.dumps(RISK).replace("cuts", "CUTS").replace("I3c", "T3c"))
    risk["residual"][0]["act"] = risk["configurations"][1]["name"] = hostile
    risk["configurations"][1]["threats"] = [hostile]
    risk["configurations"][1]["counts"] = {hostile: 1}
    folder = make_run()
    assert execute(["report", str(folder), *files(tmp_path, risk, PROOF | {"survived": [hostile]})]) == 0
    text = (folder / "report.html").read_text(encoding="utf-8")
    assert "<script" not in text
    assert said(section(folder, "risk")).count("<script>alert(1)</script>\\x1b[31m") == 4
    assert said(section(folder, "proof")).count("<script>alert(1)</script>\\x1b[31m") == 1
