"""Robot's acceptance suite: what is shown passes and says on what, what is refuted fails, all else is skipped.

Robot runs in processes of its own.
"""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from ppmid_bench.answers import RULES
from ppmid_bench.requirements import REQUIREMENTS
from ppmid_harness.acceptance.suite import suite
from ppmid_harness.cli import execute
from ppmid_reports.signoff.approvals import Decision, approvals_of, approvals_path, with_decision, write_approvals

Capture = pytest.CaptureFixture[str]
Outcome = tuple[str, str]
SCENARIOS = (
    "utrns-through-the-ppmid/a-home-that-coverage/has-no-sm-wan-yet",
    "utrns-through-the-ppmid/a-home-that-coverage/is-beyond-the-sm-wans-reach-for-good",
    "a-home-that-the-sm-wan-never-reaches/with-todays-hub-a-utrn-still-tops-up-and-no-proof-of-it-ever-comes",
)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that shows one requirement and refutes another."""
    folder = tmp_path_factory.mktemp("acceptance") / "run"
    only = [word for id in SCENARIOS for word in ("--only", id)]
    assert execute(["run", *only, "--out", str(folder)]) == 0
    return folder


@pytest.fixture(scope="module")
def accepted(ran: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``signoff --robot`` leaves of that run."""
    folder = tmp_path_factory.mktemp("acceptance") / "suite"
    assert execute(["signoff", str(ran), "--robot", str(folder)]) == 0, "answers never change the exit code"
    return folder


def outcomes(output: Path) -> dict[str, Outcome]:
    """The status and the message of every test in Robot's output, by its name."""
    found = {}
    for test in ET.parse(output).iter("test"):
        status = test.find("status")
        assert status is not None
        found[test.get("name", "")] = status.get("status", ""), status.text or ""
    return found


def robot(folder: Path, **variables: str) -> tuple[int, dict[str, Outcome]]:
    """Run the suite as anybody can; gives Robot's exit code and the outcomes."""
    given = [word for name, value in variables.items() for word in ("--variable", f"{name}:{value}")]
    command = [sys.executable, "-m", "robot", "--log", "NONE", "--report", "NONE", "--outputdir", str(folder), *given]
    (folder / "acceptance.robot").write_text(suite(), encoding="utf-8")
    done = subprocess.run([*command, folder / "acceptance.robot"], capture_output=True, timeout=300, check=False)
    return done.returncode, outcomes(folder / "output.xml")


def test_every_requirement_is_a_test_with_its_text_and_tags(accepted: Path) -> None:
    tests = {test.get("name"): test for test in ET.parse(accepted / "output.xml").iter("test")}
    assert sorted(tests) == sorted(f"{modification} {requirement}" for modification, requirement in RULES)
    for modification, requirement in RULES:
        test = tests[f"{modification} {requirement}"]
        assert test.findtext("doc") == REQUIREMENTS[requirement].text
        assert {modification, requirement} <= {tag.text for tag in test.findall("tag")}


def test_what_is_shown_passes_and_says_on_which_parties(accepted: Path) -> None:
    status, message = outcomes(accepted / "output.xml")["UTRN-INTERNET REQ-027"]
    assert status == "PASS"
    assert message.startswith("shown on simulated parties: it holds in “")
    assert message.endswith("; undecided by people")
    passed = [said for status, said in outcomes(accepted / "output.xml").values() if status == "PASS"]
    assert all(said.startswith("shown on simulated parties: ") for said in passed)


def test_what_is_refuted_fails_and_what_is_open_is_skipped(accepted: Path) -> None:
    found = outcomes(accepted / "output.xml")
    status, message = found["SEC0009 REQ-050"]
    assert (status, message.partition(":")[0]) == ("FAIL", "refuted")
    status, message = found["SECMP0038 REQ-024"]
    assert (status, message.partition(":")[0]) == ("SKIP", "open")
    assert {status for status, _ in found.values()} == {"PASS", "FAIL", "SKIP"}


def test_robots_own_log_and_report_are_there_and_say_so(accepted: Path) -> None:
    names = {path.name for path in accepted.iterdir()}
    assert {"acceptance.robot", "log.html", "report.html", "output.xml", "robot.log"} == names
    assert "All parties were simulated" in (accepted / "output.xml").read_text(encoding="utf-8")


def test_what_people_rejected_is_not_accepted(ran: Path, tmp_path: Path) -> None:
    bundle = ran / "bundle.zip"
    one = Decision("UTRN-INTERNET", "REQ-027", "shown", "rejected", "*HTML* B", datetime(2026, 11, 25, tzinfo=UTC))
    write_approvals(approvals_path(bundle), with_decision(approvals_of(bundle), one))
    try:
        _, found = robot(tmp_path, BUNDLES=str(bundle))
    finally:
        approvals_path(bundle).unlink()
    status, message = found["UTRN-INTERNET REQ-027"]
    assert (status, message.partition(":")[0]) == ("FAIL", "shown on simulated parties, and rejected by *HTML* B")


def test_a_bundle_that_was_altered_accepts_nothing(ran: Path, tmp_path: Path) -> None:
    octets = bytearray((ran / "bundle.zip").read_bytes())
    octets[len(octets) // 2] ^= 1
    (tmp_path / "altered.zip").write_bytes(octets)
    code, found = robot(tmp_path, BUNDLES=os.pathsep.join([str(ran), str(tmp_path / "altered.zip")]))
    assert code > 0
    assert {status for status, _ in found.values()} == {"FAIL"}
    assert all("refused:" in message and "altered.zip: altered: " in message for _, message in found.values())


def test_without_a_bundle_it_says_what_to_give(tmp_path: Path) -> None:
    _, found = robot(tmp_path)
    assert all("no bundle is named: give --variable BUNDLES:bundle.zip" in said for _, said in found.values())


def test_scapy_is_not_in_the_process_of_robot(ran: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from ppmid_harness.acceptance import keywords, handing_in;"
        f"assert not handing_in.hand_in([Path({str(ran)!r})]).refused;"
        "assert 'robot' in sys.modules and 'scapy' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=300, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_path_that_robot_could_not_tell_from_two_is_named(ran: Path, tmp_path: Path, capsys: Capture) -> None:
    odd = tmp_path / f"a{os.pathsep}b.zip"
    odd.write_bytes((ran / "bundle.zip").read_bytes())
    capsys.readouterr()
    assert execute(["signoff", str(odd), "--robot", str(tmp_path / "suite")]) == 2
    assert f"expected a path without “{os.pathsep}”" in capsys.readouterr().err
