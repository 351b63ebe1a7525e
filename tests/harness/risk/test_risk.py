"""Trials on the bench: what the risk report is made of, on a few of its trials, and that it is the same every time."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from ppmid_bench.bench_file import read_bench
from ppmid_bench.errors import HarnessFault
from ppmid_bench.requirements import THREATS
from ppmid_bench.risk.exposure import Outcome, cells, counts, worse
from ppmid_bench.risk.levels import Level
from ppmid_harness.risk import plan, service
from ppmid_harness.risk.report import document
from ppmid_harness.risk.trial import evidence, outcome
from ppmid_steps.load import all_steps

TABLE = plan.read_trials()
TRIALS = list(plan.trials(TABLE))
HOLDS = "holds it back for nine days"


def run(
    *configurations: str, kind: str, acts: Sequence[str], avenue: str = "usb-stick", seed: int = 1
) -> list[Outcome]:
    chosen = [
        one
        for one in TRIALS
        if one.configuration.id in configurations
        and one.kind.name == kind
        and one.avenue == avenue
        and one.attack.act in ("nothing", *acts)
    ]
    assert chosen
    return [outcome(one, all_steps(), read_bench(None), seed) for one in chosen]


def test_a_list_with_supply_off_comes_out_worse_than_one_with_top_ups_only() -> None:
    wide = cells(run("relay top-ups and supply off", kind="supply off", acts=[HOLDS]))
    narrow = cells(run("relay top-ups only", kind="supply off", acts=[HOLDS]))
    assert worse(wide, narrow)
    assert counts(wide)[Level.OFF_SUPPLY] == 1
    (cell,) = narrow
    assert (cell.level, cell.absent) == (Level.NOTHING, "it ended at the hub")


@pytest.mark.parametrize("configuration", ["today", "UTRN only"])
def test_a_home_without_the_route_has_nothing_to_hold_back(configuration: str) -> None:
    (cell,) = cells(run(configuration, kind="supply off", acts=[HOLDS]))
    assert (cell.level, cell.absent) == (Level.NOTHING, "it ended at the PPMID")


def test_an_engineer_can_hold_back_what_a_carrier_can() -> None:
    (cell,) = cells(run("Hand-Held Terminal", kind="supply off", acts=[HOLDS], avenue="hand-held-terminal"))
    assert cell.level is Level.OFF_SUPPLY


def test_a_counter_that_has_moved_on_stops_what_was_held_back() -> None:
    acts = ["holds it back, and the counter moves on", HOLDS]
    levels = {one.act: one.level for one in run("relay every Command", kind="supply off", acts=acts)}
    assert levels[acts[0]] is Level.DELAY
    assert levels[HOLDS] is Level.OFF_SUPPLY


def test_a_mac_that_nobody_could_make_is_refused_by_the_meter() -> None:
    acts = ["makes it out to be a new one", "alters its MAC"]
    for one in run("relay every Command", kind="supply off", acts=acts, avenue="internet"):
        if one.act in acts:
            assert one.effects.stop == "the meter refused it"


def test_a_read_is_answered_twice_and_supply_is_not_switched_twice() -> None:
    levels = {
        kind: run("relay every Command", kind=kind, acts=["sends it twice"], avenue="internet")[-1].level
        for kind in ("read", "supply off")
    }
    assert levels == {"read": Level.REPEAT, "supply off": Level.NOTHING}


def test_every_attack_names_a_threat_and_every_configuration_is_tried_without_one() -> None:
    assert all(one.threat in THREATS for one in TABLE.attack if one.attacker != "nobody")
    assert {one.configuration.id for one in TRIALS if one.attack.attacker == "nobody"} == {
        one.id for one in TABLE.configuration
    }
    assert len({one.id for one in TRIALS}) == len(TRIALS)


def _document(seed: int) -> str:
    widest = [
        one
        for one in TRIALS
        if one.kind.name == "credit" and one.attack.act in ("nothing", "holds it back for nine days")
    ]
    outcomes = [outcome(one, all_steps(), read_bench(None), seed) for one in widest]
    floods = [service.measured(one, all_steps(), read_bench(None), seed) for one in list(service.read_floods())[:2]]
    return json.dumps(document(TABLE, outcomes, floods, seed))


def test_one_seed_gives_the_same_document_to_the_byte() -> None:
    first = _document(3)
    assert first == _document(3)
    found: dict[str, Any] = json.loads(first)
    assert found["seed"] == 3
    assert [one["each_minute"] for one in found["service"]] == [0, 1]
    limits = ("within_limit", "latency_within_limit", "mailbox_within_limit", "recovery_within_limit")
    assert all(one[name] for one in found["service"] for name in limits)
    assert found["threats"]["tried"] == ["I2a", "I3c"]
    assert found["inputs"]["share_prepaying"]["status"] == "assumed"


def _flood(threat: str, rate: int) -> dict[str, Any]:
    floods = {(one.flood.threat, one.each_minute): one for one in service.read_floods()}
    return service.measured(floods[threat, rate], all_steps(), read_bench(None), 1)


def test_a_gas_meters_mailbox_is_filled_by_a_flood() -> None:
    calm, loud = _flood("I2b", 0), _flood("I2b", 12)
    assert (calm["gsme"], calm["lost"]) == (1.0, 0)
    assert calm["times"]["gsme"]["n"] == loud["times"]["gsme"]["n"] == 20
    assert loud["lost"] == 20 - loud["times"]["gsme"]["answered"] > 16
    assert loud["esme"] == 1.0
    calm_row, loud_row = document(TABLE, run("relay every Command", kind="read", acts=[]), [calm, loud], 1)["service"]
    assert (calm_row["mailbox_within_limit"], calm_row["recovery_within_limit"]) == (True, True)
    assert (loud_row["mailbox_within_limit"], loud_row["within_limit"]) == (False, False)


def test_a_flood_has_percentiles_with_their_counts_against_those_of_the_home_without_one() -> None:
    calm, loud = _flood("I2a", 0), _flood("I2a", 12)
    for row in (calm, loud):
        times = row["times"]
        assert (times["esme"]["n"], times["esme"]["answered"]) == (20, 20)
        assert 1.0 < times["esme"]["p50"] <= times["esme"]["p95"] < 30  # both ways over the SM WAN take a second
        assert times["display"]["n"] >= 20
        assert times["gsme"]["p50"] < times["gsme"]["p95"] <= 1800 + 30  # it wakes every half hour
    assert loud["times"]["local"]["n"] == 20
    assert loud["times"]["local"]["answered"] < 19
    assert loud["times"]["local"]["p95"] is None
    outcomes = run("relay every Command", kind="read", acts=[])
    assert [row["latency_within_limit"] for row in document(TABLE, outcomes, [calm, loud], 1)["service"]] == [True] * 2
    slow = loud | {"times": loud["times"] | {"esme": calm["times"]["esme"] | {"p95": 3 * calm["times"]["esme"]["p95"]}}}
    rows = document(TABLE, outcomes, [calm, slow], 1)["service"]
    assert [row["latency_within_limit"] for row in rows] == [True, False]


def test_a_trial_that_breaks_is_a_fault_of_the_bench() -> None:
    steps = [("given", "a prepayment home with a SMETS1 meter")]
    with pytest.raises(HarnessFault, match="the trial broken broke"):
        evidence("broken", steps, [], all_steps(), read_bench(None), 1)
