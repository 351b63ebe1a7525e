"""What a proof comes to, and its exit code."""

from ppmid_bench.checks import CHECKS
from ppmid_bench.requirements import PURPOSES, THREATS
from ppmid_harness.proof.blame import Accused
from ppmid_harness.proof.faults import Fault
from ppmid_harness.proof.tally import exit_code, tally
from ppmid_harness.proof.trials import Caught, Hunted, Repeated

A = Fault("x:A", "one-outcome", "settled-twice", role="dcc-user")
B = Fault("x:B", "credited-once", "not-credited", role="esme")
KILLED = Hunted(A, (Caught("f/one", ("REQ-015",), ("I4e",), ("PP-002",)),), runs=2)


def test_a_killed_fault_counts_for_what_it_was_caught_by() -> None:
    document = tally([KILLED], [Repeated("f/one", 1, "pass", "")], 1)
    assert (document["faulty"], document["killed"], document["detection_power"]) == (1, 1, 1.0)
    assert document["checks"] == len(CHECKS)
    assert "one-outcome" not in document["checks_without_killer"]
    assert len(document["checks_without_killer"]) == len(CHECKS) - 1
    assert "REQ-015" not in document["requirements_without_killer"]
    assert "REQ-004" in document["requirements_without_killer"]
    assert set(document["threats_without_killer"]) == set(THREATS) - {"I4e"}
    assert set(document["purposes_without_killer"]) == set(PURPOSES) - {"PP-002"}
    assert (document["faulty_scenario_runs"], document["conformant_scenario_runs"]) == (2, 1)
    assert exit_code(document) == 1


def test_recorded_answers_need_no_killer() -> None:
    missing = tally([], [], 0)["requirements_without_killer"]
    assert "REQ-033" not in missing  # R: recorded
    assert "REQ-032" not in missing  # M: measured
    assert "REQ-007" in missing  # T/R


def test_what_speaks_of_the_harness_stands_apart_with_what_does_it() -> None:
    document = tally([], [], 0)
    assert set(document["requirements_of_the_harness"]) == {"REQ-001", "REQ-002", "REQ-018"}
    assert not set(document["requirements_of_the_harness"]) & set(document["requirements_without_killer"])
    assert all(document["requirements_of_the_harness"].values())


def test_whoever_is_not_killed_is_named_with_what_came_instead() -> None:
    document = tally([Hunted(A, (), ("another",)), Hunted(B), Hunted(B, unseen=True)], [], 0)
    assert document["wrong_reason"] == ["A by one-outcome: another instead of settled-twice"]
    assert document["survived"] == ["B by credited-once"]
    assert document["not_observable"] == ["B by credited-once"]
    assert document["detection_power"] == 0.0


def test_a_conformant_run_that_is_blamed_is_a_false_alarm() -> None:
    runs = [
        Repeated("f/one", 1, "fail", "one-outcome: twice"),
        Repeated("f/one", 2, "error", "crash"),
        Repeated("f/one", 3, "inconclusive", "fog"),
        Repeated("f/one", 4, "pass", ""),
    ]
    document = tally([KILLED], runs, 4, {"one-outcome"})
    assert document["false_alarms"] == ["f/one, seed 1: fail: one-outcome: twice", "f/one, seed 2: error: crash"]
    assert document["undecided"] == ["f/one, seed 3: inconclusive: fog"]
    assert exit_code(document) == 3


def test_whoever_is_accused_of_anothers_fault_is_named_once_with_where() -> None:
    wrongly = Accused("f/one", "result-passed-on", "ppmid", "other-result")
    elsewhere = Accused("f/two", "result-passed-on", "ppmid", "other-result")
    hunted = Hunted(A, (Caught("f/one", (), (), ()),), accused=(wrongly, elsewhere))
    document = tally([hunted, hunted], [], 0, {"one-outcome"})
    assert document["accused_wrongly"] == [
        "A is at fault, and result-passed-on names the ppmid: other-result, in f/one"
    ]
    assert exit_code(document) == 3
    assert tally([KILLED], [], 0)["accused_wrongly"] == []


def test_a_proof_of_some_checks_is_about_what_they_declare() -> None:
    check = CHECKS["one-outcome"]
    caught = Caught("f/one", check.requirements, check.threats, check.purposes)
    document = tally([Hunted(A, (caught,))], [], 0, {"one-outcome"})
    assert document["checks"] == 1
    assert exit_code(document) == 0
    fewer = tally([Hunted(A, (Caught("f/one", check.requirements, (), ()),))], [], 0, {"one-outcome"})
    assert fewer["threats_without_killer"] == sorted(check.threats)
    assert exit_code(fewer) == 1
