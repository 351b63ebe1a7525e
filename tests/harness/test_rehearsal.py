"""A rehearsal judges as the bench in memory does, shared out among workers."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ppmid_bench.bench_file import read_bench
from ppmid_bench.kinds import own_benches
from ppmid_harness import runners, workers
from ppmid_harness.cli import execute
from ppmid_harness.plan import Options, make_plan
from ppmid_harness.run_folder import open_run_folder
from ppmid_harness.same_verdicts import differences, judged
from ppmid_harness.same_verdicts import main as same_verdicts
from ppmid_harness.selection import Planned
from ppmid_harness.session import Session
from ppmid_harness.workers import longest_share_s, shares

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


MOVED_BY_TIME = {"value", "observed", "reason", "evidence", "evidence_sha256", "window"}
"""In what two runs in wall-clock time differ: times, what a meter has counted, and at which line it stands."""


def apart_from_time(said: Any) -> Any:
    if isinstance(said, dict):
        return {name: apart_from_time(value) for name, value in said.items() if name not in MOVED_BY_TIME}
    return list(map(apart_from_time, said)) if isinstance(said, list) else said


def test_a_rehearsal_shared_by_workers_judges_as_one_alone_and_as_the_bench_in_memory(tmp_path: Path) -> None:
    memory = recorded(tmp_path)
    alone, rehearsal = (recorded(tmp_path, "--bench", "rehearsal", "-n", number) for number in ("1", "8"))
    assert apart_from_time(alone) == apart_from_time(rehearsal)
    assert {one.verdict for one in judged(memory).values()} == {"pass"}
    assert differences(memory, rehearsal) == (2, {})
    assert [one["id"] for one in memory["scenarios"]] == [one["id"] for one in rehearsal["scenarios"]]
    assert rehearsal["run"]["kind"] == "rehearsal"
    assert {party["kind"] for party in rehearsal["parties"]} == {"process"}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (FEATURE.replace("£10.00", "£20.00"), "a file of the run was changed after it had been planned"),
        (FEATURE.replace("is let in", "is lit in").replace("has let", "has lit"), "no step definition fits"),
    ],
)
def test_workers_run_nothing_but_what_was_planned(
    changed: str, told: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "soon.feature").write_text(FEATURE, encoding="utf-8")
    options = Options(paths=(tmp_path / "soon.feature",), bench=Path("rehearsal"))
    plan = make_plan(options)
    session = Session(plan, open_run_folder(tmp_path / "run", plan, resume=False), runner="pytest")
    (tmp_path / "soon.feature").write_text(changed, encoding="utf-8")
    workers.run(session, options, "pytest", 2)
    session.finish()
    fault = json.loads((tmp_path / "run/environment.json").read_text(encoding="utf-8"))["fault"]
    assert session.exit_code == 3
    assert fault.count("cannot begin: ") == 2, fault
    assert told in fault
    assert {one["verdict"] for one in session.record["scenarios"]} == {"error"}
    assert "Traceback" not in capfd.readouterr().err


def test_a_worker_that_comes_to_grief_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "soon.feature").write_text(FEATURE, encoding="utf-8")
    options = Options(paths=(tmp_path / "soon.feature",), bench=Path("rehearsal"))
    plan = make_plan(options)
    session = Session(plan, open_run_folder(tmp_path / "run", plan, resume=False), runner="pytest")
    monkeypatch.setattr(workers, "_work", len)  # it takes no seven arguments
    workers.run(session, options, "pytest", 1)
    session.finish()
    assert session.exit_code == 3
    assert "worker 1 ended by exit code 1" in (tmp_path / "run/environment.json").read_text(encoding="utf-8")


def record_of(**verdicts: tuple[str, str]) -> dict[str, Any]:
    """A record: of each scenario its verdict, and the verdict and code of its checks, such as ``pass holds``."""
    home = {"avenue": "nfc", "avenue_end": "hub"}

    def checks(said: str) -> list[dict[str, str]]:
        return [
            dict(zip(("id", "verdict", "reason_code"), ("c", *one.split()), strict=True)) for one in said.split(",")
        ]

    return {
        "scenarios": [
            {"id": id, "verdict": verdict, "because": said, "home": home, "checks": checks(said) if " " in said else []}
            for id, (verdict, said) in verdicts.items()
        ]
    }


def test_what_differs_is_found() -> None:
    good = record_of(a=("pass", "pass holds,pass holds"), b=("not_run", ""))
    assert differences(good, good) == (1, {})
    assert list(differences(good, record_of(a=("fail", "pass holds,fail altered")))[1]) == ["a"]
    assert list(differences(record_of(a=("fail", "fail one")), record_of(a=("fail", "fail other")))[1]) == ["a"]


def test_what_a_bench_cannot_observe_or_bring_about_it_has_not_judged() -> None:
    good = record_of(a=("pass", "pass holds,pass holds"))
    blind = record_of(a=("inconclusive", "pass holds,inconclusive not-observable"))
    assert differences(good, blind) == (1, {})
    assert list(differences(good, record_of(a=("fail", "fail altered,inconclusive not-observable")))[1]) == ["a"]
    for unjudged in (
        record_of(a=("inconclusive", "inconclusive not-observable")),
        record_of(a=("inconclusive", "the-bench")),
    ):
        if not unjudged["scenarios"][0]["checks"]:
            unjudged["scenarios"][0]["because"] = "the bench cannot bring it about: nobody is there"
        assert differences(good, unjudged) == (0, {})


def test_the_table_has_a_column_for_each_run_and_marks_what_differs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = {
        "memory": record_of(a=("pass", "pass holds"), b=("pass", "pass holds"), c=("pass", "pass holds")),
        "rehearsal": record_of(a=("pass", "pass holds"), b=("fail", "fail altered")),
        "example": record_of(a=("pass", "pass holds")),
    }
    for name, record in runs.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "record.json").write_text(json.dumps(record), encoding="utf-8")
    named = [f"{name}={tmp_path / name}" for name in runs]
    out = tmp_path / "deep" / "table.md"
    assert same_verdicts(["--out", str(out), *named]) == 1
    assert "2 scenarios were judged by memory and rehearsal, 1 differ" in capsys.readouterr().out
    rows = [line for line in out.read_text(encoding="utf-8").splitlines() if line.startswith("|")][2:]
    assert rows == ["| a | nfc, hub | pass | pass | pass | 1 |", "| b | nfc, hub | pass | **fail** |  | 1 |"]
    assert same_verdicts([named[0], named[2]]) == 0
    assert same_verdicts(["--least", "2", named[0], named[2]]) == 1
    again = tmp_path / "again"
    assert same_verdicts(["--differing", str(again), "--least", "3", *named]) == 1
    assert not again.exists(), "too few were judged: no other run of those that differ makes them more"
    assert same_verdicts(["--differing", str(again), *named]) == 1
    assert {one.name: one.read_text() for one in again.iterdir()} == {"rehearsal": "--only\nb\n"}


def test_workers_have_equal_loads_and_every_scenario_once() -> None:
    planned = [
        Planned(str(number), "", "", (f"@takes-{seconds}s",), Path(), 1, None, {}, ())
        for number, seconds in enumerate((10, 60, 10, 30, 10))
    ]
    assert shares(planned, 2) == [["1"], ["0", "2", "3", "4"]]
    assert shares(planned[:1], 8) == [["0"]]
    assert [longest_share_s(planned, count) for count in (1, 2, 3, 99)] == [120, 60, 60, 60]
    assert longest_share_s([replace(planned[0], tags=())], 1) is None, "it declares nothing"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["-n", "1"], "40 s of wall-clock time, the longest 30 s; --max-wall leaves out what is longer than you have "),
        (["-n", "2"], "30 s of wall-clock time with 2 workers, the longest 30 s; --max-wall leaves out what is longer"),
        (["-n", "2", "--max-wall", "60"], "30 s of wall-clock time with 2 workers, the longest 30 s\n"),
    ],
)
def test_how_long_a_run_takes_is_said_before_anybody_waits(
    options: list[str],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(workers, "run", lambda *_: None)
    monkeypatch.setattr(runners, "run", lambda *_: None)
    record = recorded(tmp_path, "--bench", "rehearsal", "--mode", "certification", *options)
    assert f"2 scenarios, by what they declare {told}" in capsys.readouterr().err
    assert {one["because"] for one in record["scenarios"]} == {"pytest never ran it"}
    (first, *_) = next(tmp_path.glob("run-*/progress.jsonl")).read_text(encoding="utf-8").splitlines()
    assert json.loads(first)["left_s"] == (40 if options == ["-n", "1"] else 30)


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
    assert execute(["checks", "--bench", bench]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == f"{len(judgeable)} of {len(checks)} checks can be judged on this bench"


def test_a_bench_of_which_there_is_one_is_not_shared(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "b.toml").write_text('[bench]\ntime = "wall"\ncontrol = "127.0.0.1:7465"\n', encoding="utf-8")
    assert execute(["run", "--bench", str(tmp_path / "b.toml"), "-n", "2"]) == 2
    assert "[bench] control: expected nothing that is there but once" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("links", "line"),
    [
        (
            "[links.han]\nadapter = 'zep'\nport = 0\n[links.avenue]\nadapter = 'tls'\nlisten = '127.0.0.1:7466'",
            "[links.avenue] listen: expected port 0, with --workers: each has one that is free, found 7466",
        ),
    ],
)
def test_workers_do_not_share_a_port(links: str, line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bench = (
        "[bench]\ntime = 'wall'\npoints = ['user', 'avenue']\n[parties.ppmid]\nfolder = 'sheets'\ncommand = 'sleep 1'\n"
    )
    sheet = "adapter = 'ppmid_devices.on_sheet:PpmidOnSheet'\n"
    files = "bench = 'b'\ncertificate = 'tls/harness.pem'\nkey = 'tls/harness.key'\ntrust = 'tls/trust.pem'\n"
    more = files if "avenue" in links else ""
    (tmp_path / "b.toml").write_text(f"{bench}{sheet}{links}\n{more}", encoding="utf-8")
    assert execute(["certificates", str(tmp_path / "tls"), "--bench-id", "b"]) == 0
    assert execute(["run", "--bench", str(tmp_path / "b.toml"), "-n", "8"]) == 2
    assert line in capsys.readouterr().err


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
