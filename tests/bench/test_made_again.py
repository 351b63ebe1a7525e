"""What follows from the rest of a record, made again: a record as it is made holds; what says otherwise is told."""

from collections.abc import Callable
from typing import Any

import pytest

from ppmid_bench import record as records
from ppmid_bench.answers import answers
from ppmid_bench.bench_file import POINTS, BenchFile, PartyEntry
from ppmid_bench.certificate import certificate
from ppmid_bench.declared import against
from ppmid_bench.made_again import not_following
from ppmid_bench.tolerances import state_of

BENCH = BenchFile(parties={"hub": PartyEntry("lab:Hub"), "dcc": PartyEntry("process")})
DECLARED = {"relay": True, "first-word-s": 5.0}
HOME = {"points": sorted(POINTS), "declared": DECLARED, "limits": {}}
Edit = Callable[[dict[str, Any]], object]


def scenario(verdict: str = "pass") -> dict[str, Any]:
    check = {"id": "credited-once", "verdict": verdict, "judges": "meter", "args": {"meter": "esme"}, "assumed": []}
    return {
        "id": f"f/{verdict}",
        "name": verdict,
        "tags": ["UTRN-INTERNET", "REQ-026"],
        "verdict": verdict,
        "home": {"meters": ["esme"], "wan": "no-wan", "hub": "can relay", "avenue_end": "ppmid"},
        "checks": [check | {"requirements": ["REQ-026"], "threats": []}],
        "measurements": [],
        "observed": [{"item": "relay", "value": True, "evidence": 4}],
    }


@pytest.fixture(name="record")
def as_it_is_made() -> dict[str, Any]:
    entries = [scenario("pass"), scenario("fail")]
    listed = [one | ({"kind": "real"} if one["role"] == "hub" else {}) for one in records.parties(BENCH, entries)]
    tolerated = {"id": "T-1", "check": "credited-once", "requirement": "REQ-026"}
    made = {
        "run": {"mode": "certification", "iut": "ppmid", "time": "virtual", "suite": "a"},
        "parties": listed,
        "summary": records.summary(entries, 2),
        "plan": [{"id": one["id"]} for one in entries],
        "scenarios": entries,
        "answers": answers(entries, listed),
        "declared": against(DECLARED, entries, 0.0),
        "tolerances": [tolerated | state_of("credited-once", "REQ-026", entries)],
    }
    return made | {"certificate": certificate(made, own_suite="b", harness={"version": "1"}, by_maker=False)}


def test_a_record_follows_from_itself(record: dict[str, Any]) -> None:
    assert list(not_following(record, HOME)) == []
    assert list(not_following(record, {})) == [], "without evidence its own word stands for points and declarations"


@pytest.mark.parametrize(
    ("edit", "place"),
    [
        (lambda one: one["summary"].update({"fail": 0, "pass": 2}), "summary"),
        (lambda one: one["parties"][0].update(points=[]), "parties, dcc-user, points"),
        (lambda one: one["parties"].pop(), "parties, esme"),
        (lambda one: one["parties"][1].update(kind="real"), "parties, dcc, kind"),
        (lambda one: one.pop("answers"), "answers, SECMP0038 REQ-004"),
        (lambda one: one["declared"][0].update(agrees=None), "declared, relay, agrees"),
        (lambda one: one["declared"].pop(), "declared, first-word-s"),
        (lambda one: one["tolerances"][0].update(state="stale"), "tolerances, T-1, state"),
        (lambda one: one["certificate"].update(claimed=True), "certificate, claimed"),
        (lambda one: one["run"].update(mode="regular"), "certificate"),
    ],
)
def test_a_part_that_says_otherwise_is_told_with_its_place(record: dict[str, Any], edit: Edit, place: str) -> None:
    edit(record)
    assert place in [where for _, where, _ in not_following(record, HOME)]


def test_what_a_class_of_somebody_elses_is_stays_the_records_word(record: dict[str, Any]) -> None:
    """To be asked, its module would have to be run."""
    (hub,) = (one for one in record["parties"] if one["role"] == "hub")
    hub.update(kind="manual")
    record["answers"] = answers(record["scenarios"], record["parties"])
    assert list(not_following(record, HOME)) == []


def test_a_record_that_is_none_cannot_be_made_again(record: dict[str, Any]) -> None:
    with pytest.raises(LookupError):
        list(not_following({"scenarios": record["scenarios"]}, HOME))
