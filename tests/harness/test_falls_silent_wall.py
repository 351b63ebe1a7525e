"""A device that falls silent in mid-scenario has failed, one that never spoke is an error; and the run goes on."""

import json
import os
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest

from ppmid_harness.cli import execute

HERE = Path(__file__).parent
EXAMPLE = HERE.parents[1] / "examples" / "vendor_ppmid"
SCENARIO = """
  @REQ-056 @ics-relay @takes-30s
  Scenario: {name}
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the PPMID passed the Command on unaltered
"""
FEATURE = "@SEC0009\nFeature: Silence\n" + "".join(SCENARIO.format(name=name) for name in ("It hangs", "It is sound"))


def record_of(folder: Path, when: str) -> tuple[int, dict[str, Any]]:
    """The exit code and record of two scenarios; in the first the PPMID falls silent."""
    command = [sys.executable, HERE / "silent_ppmid_wall.py", when, folder / "starts", "--sheets", "{sheets}", "--tls"]
    words = shlex.join(map(str, [*command, folder / "tls", "--state", "{sheets}/state.json"]))
    bench = (EXAMPLE / "bench.toml").read_text(encoding="utf-8")
    bench = bench.replace('folder = "sheets"\n', f'folder = "sheets"\ncommand = {json.dumps(words)}\n')
    (folder / "bench.toml").write_text(f"{bench}\n[parties.dcc-user]\nesme_give_up_s = 8\n", encoding="utf-8")
    (folder / "silence.feature").write_text(FEATURE, encoding="utf-8")
    assert execute(["certificates", str(folder / "tls"), "--bench-id", "vendor-example"]) == 0
    words = ["run", str(folder / "silence.feature"), "--bench", str(folder / "bench.toml")]
    code = execute([*words, "--ics", str(EXAMPLE / "ics.toml"), "--out", str(folder / "run")])
    return code, json.loads((folder / "run" / "record.json").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(EXAMPLE), *sys.path]))


def test_one_that_answered_and_falls_silent_fails_after_its_limit_and_the_run_goes_on(tmp_path: Path) -> None:
    code, record = record_of(tmp_path, "first-word")
    hangs, sound = record["scenarios"]
    assert (hangs["verdict"], sound["verdict"]) == ("fail", "pass"), (hangs["because"], sound["because"])
    assert hangs["because"].startswith("forwarded-unaltered: it went in and did not come out")
    assert code == 1
    (log,) = (tmp_path / "run" / "evidence").glob("*it-hangs.jsonl")
    said = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [one["what"] for one in said if one["from"] == "ppmid" and one["link"] == "avenue"] == [
        "capabilities",
        "status",
    ]


def test_one_that_never_spoke_is_an_error_and_the_run_goes_on(tmp_path: Path) -> None:
    code, record = record_of(tmp_path, "never-spoke")
    mute, sound = record["scenarios"]
    assert (mute["verdict"], sound["verdict"]) == ("error", "pass"), (mute["because"], sound["because"])
    assert "nothing that was observed comes from the ppmid" in mute["because"]
    assert code == 3
