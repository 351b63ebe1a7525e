"""The record of a run: its counts add up, and it does not depend on where it was made."""

import json
from pathlib import Path

import pytest

from ppmid_bench.bench_file import BenchFile, PartyEntry
from ppmid_bench.errors import HarnessFault
from ppmid_bench.record import VERDICTS, parties, run_record, summary, unrun_entry, verdicts, write
from ppmid_bench.verdict import Verdict


def _entries(*found: str) -> list[dict[str, object]]:
    return [unrun_entry(f"f/{n}", "S", ["SEC0009"], verdict, "…") for n, verdict in enumerate(found)]


def test_the_counts_add_up_to_what_was_planned() -> None:
    assert summary(_entries("pass", "pass", *VERDICTS), planned=8) == {
        "planned": 8,
        "pass": 3,
        "fail": 1,
        "inconclusive": 1,
        "error": 1,
        "not_applicable": 1,
        "not_run": 1,
    }


@pytest.mark.parametrize(
    ("found", "planned"), [(("pass",), 2), (("pass", "pass"), 1), (("none",), 1), (("pass", "not_reached"), 1)]
)
def test_counts_that_do_not_add_up_are_a_fault_of_the_harness(found: tuple[str, ...], planned: int) -> None:
    with pytest.raises(HarnessFault, match="do not add up"):
        summary(_entries(*found), planned)


def test_only_what_was_judged_has_a_verdict() -> None:
    record = {"scenarios": _entries("pass", "not_run", "fail", "not_applicable")}
    assert verdicts(record) == [Verdict.PASS, Verdict.FAIL]


def test_parties_are_those_of_the_homes_with_what_can_be_observed_at_them() -> None:
    bench = BenchFile(points=frozenset({"user", "han"}), parties={"ppmid": PartyEntry("lab:Ppmid")})
    listed = {one["role"]: one for one in parties(bench, [{"home": {"meters": ["gsme"]}}, {"home": {}}])}
    assert "esme" not in listed
    assert listed["gsme"]["points"] == ["han"]
    assert listed["dcc-user"] == {"role": "dcc-user", "adapter": "simulated", "kind": "simulated", "points": ["user"]}
    assert (listed["ppmid"]["adapter"], listed["ppmid"]["kind"]) == ("lab:Ppmid", "real")


def test_a_hub_with_a_port_of_its_own_can_be_observed_there() -> None:
    bench = BenchFile(points=frozenset({"avenue", "han"}))
    for end, points in (("ppmid", ["han"]), ("hub", ["avenue", "han"])):
        listed = {one["role"]: one for one in parties(bench, [{"home": {"avenue_end": end}}])}
        assert listed["hub"]["points"] == points


def test_a_record_is_written_whole_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    path.write_text("an older one")
    entries = _entries("pass")
    plan = [{"id": entries[0]["id"], "status": "run", "because": ""}]
    made = run_record(
        BenchFile(), seed=3, mode="regular", suite="ab", profile="cd", plan=plan, entries=entries, answers=[{"a": "£"}]
    )
    write(path, made)
    assert json.loads(path.read_text(encoding="utf-8")) == made
    bench = {"time": "virtual", "kind": "", "device": "", "lab": ""}
    assert (made["schema"], made["run"]) == (
        1,
        {"seed": 3, "mode": "regular", "iut": "ppmid", "suite": "ab", "profile": "cd", **bench},
    )
    assert made["plan"] == plan
    assert list(tmp_path.iterdir()) == [path]
