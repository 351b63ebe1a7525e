"""A rehearsal judges as the bench in memory does, shared out among workers."""

import json
from pathlib import Path
from typing import Any

import pytest

from ppmid_bench.bench_file import read_bench
from ppmid_bench.kinds import own_benches
from ppmid_harness.cli import execute
from ppmid_harness.same_verdicts import differences, judged
from ppmid_harness.selection import Planned
from ppmid_harness.workers import shares

FEATURE = """@SECMP0038
Feature: Soon

  @REQ-004 @REQ-012 @REQ-013 @REQ-014 @takes-10s
  Scenario: A top-up Command by TLS
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the SM WAN has been down for 10 milliseconds
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the PPMID passed the Command on unaltered
    And the hub passed the Command on to the electricity meter unaltered
    And the Supplier holds the meter's own Response

  @REQ-004 @takes-30s
  Scenario: The Hand-Held Terminal is let in
    Given a prepayment home with an electricity meter
    And an engineer with a Hand-Held Terminal
    When the Hand-Held Terminal asks the hub to let it in
    Then the hub has let the Hand-Held Terminal in
"""


def recorded(folder: Path, *options: str) -> dict[str, Any]:
    """The record of a run of the feature."""
    (folder / "soon.feature").write_text(FEATURE, encoding="utf-8")
    out = folder / f"run-{len(list(folder.iterdir()))}"
    execute(["run", str(folder / "soon.feature"), "--out", str(out), *options])
    record: dict[str, Any] = json.loads((out / "record.json").read_text(encoding="utf-8"))
    return record


def test_a_rehearsal_shared_by_workers_judges_as_the_bench_in_memory(tmp_path: Path) -> None:
    memory, rehearsal = recorded(tmp_path), recorded(tmp_path, "--bench", "rehearsal", "-n", "2")
    assert {verdict for verdict, _ in judged(memory).values()} == {"pass"}
    assert differences(memory, rehearsal) == (2, {})
    assert [one["id"] for one in memory["scenarios"]] == [one["id"] for one in rehearsal["scenarios"]]
    assert rehearsal["run"]["kind"] == "rehearsal"
    assert {party["kind"] for party in rehearsal["parties"]} == {"process"}


def test_what_differs_is_found() -> None:
    def record(verdict: str, code: str) -> dict[str, Any]:
        check = {"id": "c", "verdict": verdict, "reason_code": code}
        return {"scenarios": [{"id": "a", "verdict": verdict, "checks": [check]}, {"id": "b", "verdict": "not_run"}]}

    assert differences(record("pass", ""), record("pass", "")) == (1, {})
    assert list(differences(record("fail", "one"), record("fail", "other"))[1]) == ["a"]


def test_workers_have_equal_loads_and_every_scenario_once() -> None:
    planned = [
        Planned(str(number), "", "", (f"@takes-{seconds}s",), Path(), 1, None, {}, ())
        for number, seconds in enumerate((10, 60, 10, 30, 10))
    ]
    assert shares(planned, 2) == [["1"], ["0", "2", "3", "4"]]
    assert shares(planned[:1], 8) == [["0"]]


@pytest.mark.parametrize("bench", sorted(path.stem for path in own_benches().glob("*.toml")))
def test_every_bench_of_ours_is_found_by_its_name_and_says_what_it_can_judge(
    bench: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert read_bench(Path(bench)) == read_bench(Path(f"benches/{bench}.toml"))
    assert execute(["checks", "--bench", bench, "--json"]) == 0
    checks = json.loads(capsys.readouterr().out)["checks"]
    judgeable = [check["id"] for check in checks if check["judgeable"]]
    assert len(judgeable) > 30
    assert ("no-utrn-shown" in judgeable) is (bench == "rehearsal"), "it is read off the PPMID's screen"


def test_a_bench_of_which_there_is_one_is_not_shared(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "b.toml").write_text('[bench]\ntime = "wall"\ncontrol = "127.0.0.1:7465"\n', encoding="utf-8")
    assert execute(["run", "--bench", str(tmp_path / "b.toml"), "-n", "2"]) == 2
    assert "[bench] control: expected nothing that is there but once" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("bench", "line"),
    [
        ('[bench]\nkind = "radio"', "[bench] kind: expected as real parties ppmid, hub, esme on a radio, found none"),
        ('[bench]\nkind = "garden"', "[bench] kind: expected one of rehearsal, host build, radio, coordinator"),
        (
            '[bench]\ntime="wall"\npoints=["user"]\nkind="rehearsal"\n[parties]\nppmid.adapter="ppmid_devices.elsewhere:RealPpmid"',
            "[bench] kind: expected no real party on a rehearsal, found ppmid",
        ),
        ('[links.avenue]\nadapter = "rehearsal"', '[links.avenue] adapter: expected time = "wall" with rehearsal'),
        (
            '[bench]\ntime = "wall"\n[links.avenue]\nadapter = "rehearsal"',
            '[links.avenue] adapter: expected [parties.ppmid] adapter = "process" with it',
        ),
    ],
)
def test_a_bench_that_is_not_what_it_says_is_refused(
    bench: str, line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "b.toml").write_text(bench, encoding="utf-8")
    assert execute(["run", "--bench", str(tmp_path / "b.toml")]) == 2
    assert line in capsys.readouterr().err
