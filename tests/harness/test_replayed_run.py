"""A capture of one run judged by another: what a lab does with what its sniffer wrote."""

import json
from pathlib import Path
from typing import Any

import pytest

from ppmid_harness.cli import execute

FEATURES = Path(__file__).parents[2] / "features"
SENT_TWICE = "ill-will-on-the-way/a-command-is-sent-twice-inside-the-delivery-service"

LAB = """
@SECMP0038
Feature: What a lab has captured

  @REQ-013
  Scenario: A Command came twice
    Given a prepayment home with an electricity meter
    When all that was captured on the HAN has been heard
    Then the electricity meter did not act on a second copy
"""

BENCH = """
[bench]
iut = "esme"
points = ["han"]

[parties]
ppmid = { adapter = "replay" }
hub = { adapter = "replay" }
esme = { adapter = "replay" }

[links.han]
adapter = "replay"
capture = "captured.pcapng"
keys = "captured.zigbee_pc_keys"
"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a bench file, a feature, a capture and its keys."""
    folder = tmp_path_factory.mktemp("lab")
    run = folder / "captured"
    feature = str(FEATURES / "secmp0038" / "attacks.feature")
    assert execute(["run", feature, "--only", SENT_TWICE, "--out", str(run)]) == 0
    for source, target in (("*.pcapng", "captured.pcapng"), ("keys.*", "captured.zigbee_pc_keys")):
        (found,) = (run / "captures").glob(source)
        (folder / target).write_bytes(found.read_bytes())
    (folder / "bench.toml").write_text(BENCH)
    (folder / "lab.feature").write_text(LAB)
    return folder


def judged(lab: Path, out: Path) -> tuple[int, dict[str, Any]]:
    code = execute(["run", str(lab / "lab.feature"), "--bench", str(lab / "bench.toml"), "--out", str(out)])
    return code, json.loads((out / "record.json").read_text())


def test_a_captured_run_is_judged_by_what_its_devices_said(lab: Path, tmp_path: Path) -> None:
    code, record = judged(lab, tmp_path / "run")
    (scenario,) = record["scenarios"]
    (check,) = scenario["checks"]
    assert (code, scenario["verdict"], check["id"]) == (0, "pass", "second-copy-refused"), scenario["because"]
    assert check["reason"].startswith("2 copies")
    kinds = {party["role"]: party["kind"] for party in record["parties"]}
    assert (kinds["esme"], kinds["hub"], kinds["dcc"]) == ("replay", "replay", "simulated")
    assert execute(["rejudge", str(tmp_path / "run")]) == 0


def test_a_capture_that_breaks_off_gives_no_verdict(lab: Path, tmp_path: Path) -> None:
    for name in ("bench.toml", "lab.feature", "captured.zigbee_pc_keys"):
        (tmp_path / name).write_bytes((lab / name).read_bytes())
    (tmp_path / "captured.pcapng").write_bytes((lab / "captured.pcapng").read_bytes()[:-7])
    code, record = judged(tmp_path, tmp_path / "run")
    (check,) = record["scenarios"][0]["checks"]
    assert (code, check["verdict"], check["reason_code"]) == (4, "inconclusive", "point-lost")
