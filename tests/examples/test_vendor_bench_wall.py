"""The same feature files with the vendor's PPMID in place, in wall-clock time, and with ours: the verdicts are equal.

Six lanes run beside one another, each with a bench, a run and a PPMID of its own, so that all take about a minute.
"""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from lanes import EXAMPLE, Lane

from ppmid_bench.evidence import read_log
from ppmid_devices import roles
from ppmid_devices.lines.certificates import TestPki
from ppmid_harness.features import own_features
from ppmid_protocols.eui import Eui

_MOST_S = 400
"""For a machine that is busy; on an idle one it takes about a minute."""

EVERY, NEVER = "every-type-of-meter", "a-home-that-the-sm-wan-never-reaches"
LANES = (
    (
        f"{EVERY}/a-top-up-command-for-a-variant/single-element-esme",
        "utrns-through-the-ppmid/a-home-that-coverage/has-no-sm-wan-yet",
    ),
    (
        f"{EVERY}/a-top-up-command-for-a-variant/twin-element-esme",
        "utrns-through-the-ppmid/a-home-that-coverage/is-beyond-the-sm-wans-reach-for-good",
    ),
    (
        f"{EVERY}/a-top-up-command-for-a-variant/polyphase-esme",
        f"{EVERY}/a-utrn-for-a-variant/twin-element-esme",
    ),
    (f"{EVERY}/a-utrn-for-a-variant/polyphase-esme",),
    (
        f"{NEVER}/a-top-up-command-and-its-response-returned-to-the-dcc-by-the-supplier",
        f"{NEVER}/only-the-way-of-delivery-differs",
    ),
    (
        f"{NEVER}/emergency-credit-by-a-signed-command",
        f"{EVERY}/a-utrn-for-a-variant/polyphase-esme-with-load-switches",
    ),
)
ALL = [scenario for lane in LANES for scenario in lane]
FEATURES = [
    own_features() / place
    for place in ("sec0009/every_meter.feature", "sec0009/never_wan.feature", "utrn_internet/utrn_to_ppmid.feature")
]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Lane]]:
    lanes: list[Lane] = []
    try:
        for number, only in enumerate(LANES):
            lanes.append(Lane(tmp_path_factory.mktemp(f"lane{number}") / "lab", only, FEATURES))
        for lane in lanes:
            lane.wait(_MOST_S)
        yield lanes
    finally:
        for lane in lanes:
            lane.close()


@pytest.fixture(scope="module")
def vendors(runs: list[Lane]) -> dict[str, Any]:
    return {one["id"]: one for lane in runs for one in lane.record["scenarios"]}


def test_eleven_scenarios_are_judged_as_with_our_ppmid(
    vendors: dict[str, Any], play: Callable[..., dict[str, Any]]
) -> None:
    points = json.dumps(sorted({"user", "duis", "dcc", "wan", "avenue", "han", "meter-display", "meter-configuration"}))
    ours = play(f"[bench]\npoints = {points}\n", only=tuple(ALL))
    table = {one["id"]: (one["verdict"], vendors[one["id"]]["verdict"]) for one in ours["scenarios"]}
    assert len(table) == len(ALL) == 11
    assert table == dict.fromkeys(ALL, ("pass", "pass")), [one["because"] for one in vendors.values()]
    for scenario in ours["scenarios"]:
        checks = [(check["id"], check["verdict"]) for check in scenario["checks"]]
        assert checks == [(check["id"], check["verdict"]) for check in vendors[scenario["id"]]["checks"]]


def test_where_no_ppmid_comes_the_scenario_is_an_error_that_says_what_to_look_at(
    tmp_path: Path, play: Callable[..., dict[str, Any]]
) -> None:
    (tmp_path / "tls").mkdir()
    pki = TestPki(b"seed", "vendor-example", datetime.now(UTC) - timedelta(hours=1))
    pki.write(tmp_path / "tls", Eui.parse("00-DB-12-34-56-78-90-A4"))
    bench = (EXAMPLE / "bench.toml").read_text(encoding="utf-8").replace('"sheets"', '"sheets"\npatience_s = 1')
    (scenario,) = play(bench, only=(LANES[0][1],))["scenarios"]
    assert scenario["verdict"] == "error"
    expected = f"LineFault: after 1 s no PPMID has come by the sheet {tmp_path / 'sheets' / 'ppmid.json'}: look whether"
    assert scenario["because"].startswith(expected)
    assert not list((tmp_path / "sheets").iterdir())


def test_the_record_says_that_the_ppmid_is_real(runs: list[Lane]) -> None:
    for lane in runs:
        kinds = {party["role"]: party["kind"] for party in lane.record["parties"]}
        assert {role for role, kind in kinds.items() if kind == "real"} == {roles.PPMID}


def test_what_it_did_stands_in_the_evidence_under_its_name(runs: list[Lane]) -> None:
    (utrn,) = (runs[0].folder / "run" / "evidence").glob("utrns-*.jsonl")
    log = read_log(utrn)
    (top_up,) = log.arrived("han", "consumer-top-up")
    assert (top_up.sender, top_up.receiver) == (roles.PPMID, roles.ESME)
    (result,) = log.arrived("avenue", "utrn-result")
    assert (result.sender, result.fields["result"]) == (roles.PPMID, "accepted")
    (told,) = log.arrived("avenue", "capabilities")
    assert told.sender == roles.PPMID


def test_each_scenario_had_a_sheet_of_its_own_and_none_is_left(runs: list[Lane]) -> None:
    for lane, wanted in zip(runs, LANES, strict=True):
        said = lane.said.read_text(encoding="utf-8").splitlines()
        assert len({line for line in said if line.startswith("sheet ")}) == len(wanted)
        assert not list((lane.folder / "sheets").iterdir())


def test_what_the_example_declares_is_what_it_shows(runs: list[Lane]) -> None:
    for lane in runs:
        agrees = {one["item"]: one["agrees"] for one in lane.record["declared"]}
        assert agrees["firmware"]
        assert agrees["relay"]
        assert False not in agrees.values()
