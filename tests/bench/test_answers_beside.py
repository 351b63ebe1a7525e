"""What is given beside runs: that it is read, and that the answers which rest on it move, both ways, or do not."""

import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from ppmid_bench import input_files
from ppmid_bench.answers import RULES, answers
from ppmid_bench.beside_runs import NOTHING, Beside, read
from ppmid_bench.business_case import NAMES
from ppmid_bench.errors import BadInput

Write = Callable[..., Path]
SIMULATED = [{"role": "ppmid", "kind": "simulated"}]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(content: Any, name: str) -> Path:
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    return written


def answered(pair: tuple[str, str], beside: Beside = NOTHING, *scenarios: Any, parties: Any = SIMULATED) -> Any:
    found = answers(scenarios, parties, beside)
    return next(one for one in found if (one["modification"], one["requirement"]) == pair)


def holding(pair: tuple[str, str], verdict: str = "pass") -> list[dict[str, Any]]:
    """A scenario in each kind of home in which every check of a rule came to this verdict."""
    rule = RULES[pair]
    checks = [
        {"id": id, "verdict": verdict, "requirements": sorted(rule.counts_as), "threats": [], "assumed": []}
        for id in rule.checks
    ]
    return [
        {
            "id": f"in a home of {wan}",
            "name": wan,
            "tags": list(pair),
            "home": {"wan": wan, "hub": "can relay"},
            "verdict": verdict,
            "checks": checks,
            "measurements": [],
        }
        for wan in rule.wan or ("intermittent",)
    ]


def cell(level: str, scope: str, kind: str = "credit") -> dict[str, str]:
    return {"level": level, "scope": scope, "class": kind, "attacker": "network"}


def flood(rate: float, *, kept: bool = True) -> dict[str, Any]:
    limits = dict.fromkeys(("latency_within_limit", "mailbox_within_limit", "recovery_within_limit"), True)
    return {"flood": "one", "each_minute": rate, "lost": 0, "recovery_s": 1.0, "within_limit": kept, **limits}


def risk(**changes: Any) -> dict[str, Any]:
    cells = [cell("harm", "route"), cell("delay", "generic Wi-Fi", "read"), cell("nothing", "", "supply off")]
    worst = {"level": "harm", "attacker": "carrier", "by": "holds it back"}
    return {
        "schema": 1,
        "seed": 7,
        "trials": 9,
        "floods": 3,
        "configurations": [{"id": "today", "cells": []}, {"id": "relay all", "cells": cells}],
        "differences": [{"id": "relay all", "against": "today", "route": {"harm": 1, "nothing": 0}, "generic": 1}],
        "avenues": [{"avenue": way, "worst": worst} for way in ("internet", "usb-stick", "usb-serial", "nfc")],
        "service": [flood(0), flood(3), flood(12, kept=False)],
    } | changes


@pytest.mark.parametrize(
    ("requirement", "changes", "answer", "because"),
    [
        ("REQ-002", {}, "shown", "of 2 exposures 1 are the route's and alone are counted, 1 are any Wi-Fi PPMID's"),
        ("REQ-002", {"differences": []}, "refuted", "what is counted for the route is not"),
        (
            "REQ-002",
            {"configurations": [{"id": "relay all", "cells": [cell("harm", "somebody's")]}]},
            "refuted",
            "whose they are is not told of: relay all, credit, network",
        ),
        ("REQ-002", {"configurations": [], "differences": []}, "open", "no exposure by a relay"),
        ("REQ-003", {}, "shown", "relay all: 1 harm"),
        ("REQ-003", {"differences": []}, "open", "holds nothing against today's home"),
        ("REQ-005", {}, "shown", "one: beyond a limit from 12 a minute"),
        ("REQ-005", {"service": [flood(0), flood(1), flood(3)]}, "shown", "one: within every limit"),
        ("REQ-005", {"service": [flood(1), flood(3), flood(12)]}, "open", "not measured without a flood"),
        ("REQ-005", {"service": []}, "open", "not measured without a flood and at two rates: nothing"),
        ("REQ-010", {}, "shown", "internet: harm (carrier holds it back)"),
        ("REQ-010", {"avenues": []}, "open", "no level for the Internet, USB, NFC"),
    ],
)
def test_the_document_of_risk_answers_what_is_about_it(
    write: Write, requirement: str, changes: Mapping[str, Any], answer: str, because: str
) -> None:
    pair = "SECMP0038", requirement
    held = holding(pair)
    assert answered(pair, NOTHING, *held)["answer"] == "open"
    found = answered(pair, read([write(risk(**changes), "risk.json")]), *held)
    assert (found["answer"], because in found["because"]) == (answer, True), found["because"]


@pytest.mark.parametrize("requirement", ["REQ-003", "REQ-005", "REQ-010"])
def test_a_document_makes_no_failed_check_good(write: Write, requirement: str) -> None:
    pair = "SECMP0038", requirement
    beside = read([write(risk(), "risk.json")])
    assert answered(pair, beside, *holding(pair, "fail"))["answer"] == "refuted"
    assert answered(pair, beside)["answer"] == "open"  # nothing was judged


@pytest.mark.parametrize(
    ("documents", "answer"),
    [
        ([risk()], "open"),
        ([risk(), risk(seed=8)], "open"),
        ([risk(), risk()], "shown"),
        ([risk(), risk(trials=10)], "refuted"),
        ([risk(seed=8), risk(), risk(), risk(trials=10)], "refuted"),
    ],
)
def test_two_documents_of_one_seed_tell_whether_risk_can_be_repeated(
    write: Write, documents: list[dict[str, Any]], answer: str
) -> None:
    paths = [write(one, f"{number}.json") for number, one in enumerate(documents)]
    assert answered(("SECMP0038", "REQ-001"), read(paths))["answer"] == answer


def test_one_file_given_twice_is_no_second_document(write: Write) -> None:
    path = write(risk(), "risk.json")
    with pytest.raises(BadInput, match="each document once"):
        read([path, path])


def test_a_document_is_read_once_so_that_its_digest_is_of_what_was_read(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    octets, opened = input_files.octets, list[Path]()

    def counted(path: Path, *what: str) -> bytes:
        opened.append(path)
        return octets(path, *what)

    monkeypatch.setattr(input_files, "octets", counted)
    path = write(risk(), "risk.json")
    ((digest, _),) = read([path]).risks
    assert (opened, digest) == ([path], sha256(path.read_bytes()).hexdigest())


def test_what_an_assessment_took_is_told(write: Write) -> None:
    took = {"assessment": "risk", "seed": 1, "trials": 925, "floods": 15, "seconds": 214.2, "pounds": 0}
    pair = "SECMP0038", "REQ-035"
    assert answered(pair)["answer"] == "open"
    found = answered(pair, read([write(took, "took.json")]))
    assert found["answer"] == "shown"
    assert found["because"].endswith("925 trials and 15 floods took 214 s, and £0.00 was paid for it")


KNOWN = {"homes": 1000, "share_never_wan": 0.5, "share_with_avenue": 0.8, "share_prepaying": 0.5} | {
    "central_cost": 20_000, "home_cost": 30, "visit_cost": 70, "visits": 2, "share_intermittent": 0.1,
    "share_cured_by_aerials": 0.25,
}  # fmt: skip


def case(**changes: Any) -> dict[str, Any]:
    """Inputs that are known, but for those with another status, or another value."""
    rows = {}
    for name in NAMES:
        change = changes.get(name, "known")
        status = change if isinstance(change, str) else "known"
        value = None if status == "open" else KNOWN[name] if isinstance(change, str) else change
        rows[name] = {"value": value, "status": status, "why": "a test"}
    return {"pays_from": None, "inputs": rows}


@pytest.mark.parametrize(
    ("pair", "changes", "answer", "because"),
    [
        (("SEC0009", "REQ-057"), {}, "shown", "it helps 200 homes at £130.00 each, and pays from 182 homes on"),
        (("SEC0009", "REQ-057"), {"home_cost": 500}, "shown", "pays at no number of homes"),
        (("SEC0009", "REQ-057"), {"visits": "assumed"}, "open", "visits is assumed"),
        (("SEC0009", "REQ-057"), {"visit_cost": "open", "homes": "assumed"}, "open", "homes is assumed, visit_cost is"),
        (("SEC0009", "REQ-058"), {}, "shown", "it costs £130.00 for each home that it helps; visits instead £140.00"),
        (("SEC0009", "REQ-058"), {"visit_cost": 60}, "refuted", "£130.00 for each home that it helps; visits instead"),
        (("SEC0009", "REQ-058"), {"visit_cost": "assumed"}, "open", "visit_cost is assumed"),
        (("SEC0009", "REQ-065"), {"visits": "assumed"}, "shown", "would cover 25 % of these homes"),
        (("SEC0009", "REQ-065"), {"share_cured_by_aerials": "open"}, "open", "share_cured_by_aerials is open"),
        (("SECMP0038", "REQ-036"), {}, "shown", "share never wan 0.5 (a test); share intermittent 0.1"),
        (("SECMP0038", "REQ-036"), {"homes": "assumed"}, "open", "homes is assumed"),
    ],
)
def test_a_business_case_answers_once_its_inputs_are_known(
    write: Write, pair: tuple[str, str], changes: Mapping[str, Any], answer: str, because: str
) -> None:
    held = holding(pair)
    assert answered(pair, NOTHING, *held)["answer"] == "open"
    found = answered(pair, read([write(case(**changes), "case.json")]), *held)
    assert (found["answer"], because in found["because"]) == (answer, True), found["because"]


WORD = """
[[said]]
modification = "{0}"
requirement = "{1}"
answer = "{2}"
words = "so it is"
by = "the DCC"
source = "a letter"
date = 2027-01-31
"""
SAYS = "the DCC says: so it is (a letter; 2027-01-31)"
_BY_WORD = [pair for pair, rule in RULES.items() if (rule.recorded and not rule.fact) or rule.lacks]


@pytest.mark.parametrize("answer", ["shown", "refuted"])
@pytest.mark.parametrize("pair", _BY_WORD, ids=" ".join)
def test_a_word_of_those_who_know_settles_what_no_scenario_tells(
    write: Write, pair: tuple[str, str], answer: str
) -> None:
    held = holding(pair)
    measured = [one.id for one in RULES[pair].measures]
    values = [{"id": id, "value": 0, "unit": "", "of": "", "n": 1} for id in measured]
    for one in held:
        one["measurements"] = values
    found = answered(pair, read([write(WORD.format(*pair, answer), "said.toml")]), *held)
    assert found["answer"] == answer
    assert SAYS in found["because"]


def test_a_word_settles_nothing_that_scenarios_or_documents_tell(write: Write) -> None:
    for pair in (("SEC0009", "REQ-049"), ("SECMP0038", "REQ-001"), ("SECMP0038", "REQ-019")):
        beside = read([write(WORD.format(*pair, "refuted"), "said.toml")])
        assert answered(pair, beside)["answer"] == answered(pair)["answer"]
    pair = "SECMP0038", "REQ-016"
    beside = read([write(WORD.format(*pair, "shown"), "said.toml")])
    assert answered(pair, beside, *holding(pair, "fail"))["answer"] == "refuted"
    assert answered(pair, beside)["answer"] == "open"


@pytest.mark.parametrize(
    ("pair", "enough", "short"),
    [
        (("SECMP0038", "REQ-009"), [("carrier", "a"), ("carrier", "b"), ("carrier", "c")], [("carrier", "a")] * 3),
        (("SECMP0038", "REQ-016"), [("dcc", "boxed")], [("ppmid", "boxed")]),
        (("SECMP0038", "REQ-021"), [("ppmid", "a")], [("hub", "a")]),
        (
            ("SECMP0038", "REQ-022"),
            [("hub", "a"), ("hub", "b"), ("esme", "a"), ("esme", "b")],
            [("hub", "a"), ("hub", "b"), ("esme", "a")],
        ),
    ],
)
def test_real_devices_settle_what_our_own_cannot(
    pair: tuple[str, str], enough: list[tuple[str, str]], short: list[tuple[str, str]]
) -> None:
    def there(found: list[tuple[str, str]], kind: str = "real") -> list[dict[str, str]]:
        return [*SIMULATED, *({"role": role, "adapter": adapter, "kind": kind} for role, adapter in found)]

    held = holding(pair)
    assert answered(pair, NOTHING, *held, parties=there(enough))["answer"] == "shown"
    assert answered(pair, NOTHING, *held, parties=there(short))["answer"] == "open"
    assert answered(pair, NOTHING, *held, parties=there(enough, "process"))["answer"] == "open"
    failing = holding(pair, "fail")
    assert answered(pair, NOTHING, *failing, parties=there(enough))["answer"] == "refuted"


def run_of(relays: bool, *verdicts: str) -> dict[str, Any]:
    return {"declared": [{"item": "relay", "declared": relays}], "scenarios": [{"verdict": one} for one in verdicts]}


@pytest.mark.parametrize(
    ("runs", "answer"),
    [
        ([run_of(True, "pass", "pass"), run_of(False, "pass", "not_applicable")], "shown"),
        ([run_of(True, "pass", "fail"), run_of(False, "pass", "not_applicable")], "refuted"),
        ([run_of(True, "pass", "pass"), run_of(False, "pass")], "open"),
        ([run_of(True, "pass", "pass")], "open"),
        ([], "open"),
    ],
)
def test_two_runs_show_what_an_update_is_worth(runs: list[dict[str, Any]], answer: str) -> None:
    pair = "SECMP0038", "REQ-025"
    assert answered(pair, Beside(runs=tuple(runs)), *holding(pair))["answer"] == answer


def test_the_scope_is_kept_whatever_the_verdicts_in_other_homes() -> None:
    pair = "SECMP0038", "REQ-018"
    (one,) = holding(("SECMP0038", "REQ-023"))
    beyond = one | {"home": {"wan": "never-wan", "hub": "can relay"}}
    assert answered(pair)["answer"] == "open"
    assert answered(pair, NOTHING, one)["answer"] == "open"  # in a home of its own kind
    found = answered(pair, NOTHING, one, beyond)
    assert found["answer"] == "shown"
    assert "in never-wan homes: 1 requirement of it would be out of scope by these alone" in found["because"]


def test_a_rule_that_counts_other_homes_breaks_the_scope(monkeypatch: pytest.MonkeyPatch) -> None:
    from ppmid_bench import answers as module

    (one,) = holding(("SECMP0038", "REQ-023"))
    beyond = one | {"home": {"wan": "never-wan", "hub": "can relay"}}
    monkeypatch.setattr(module, "beyond", lambda *_: False)
    found = answered(("SECMP0038", "REQ-018"), NOTHING, beyond)
    assert found["answer"] == "refuted"
    assert "REQ-023 is open by homes of another kind, were each verdict there pass" in found["because"]


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("x.json", "{}", "expected the JSON of risk"),
        ("x.json", "[]", "expected the JSON of risk"),
        ("x.json", "{", "JSON"),
        ("x.json", {"trials": 1, "configurations": []}, "schema"),
        ("x.json", {"assessment": "risk"}, "seed"),
        ("x.json", {"pays_from": 1, "inputs": {}}, "a difference in"),
        (
            "x.json",
            case(homes="open") | {"inputs": case()["inputs"] | {"visits": {"status": "known", "why": "x"}}},
            "open",
        ),
        ("x.toml", "", "said"),
        ("x.toml", WORD.format("SECMP0038", "REQ-999", "shown"), "REQ-999"),
        ("x.toml", WORD.format("SECMP0038", "REQ-016", "open"), "answer"),
        ("x.toml", WORD.format("SECMP0038", "REQ-016", "shown").replace("the DCC", " "), "that say something"),
        ("x.toml", 2 * WORD.format("SECMP0038", "REQ-016", "shown"), "once"),
    ],
)
def test_what_is_none_of_them_is_refused(write: Write, name: str, content: Any, problem: str) -> None:
    with pytest.raises(BadInput, match=problem):
        read([write(content, name)])


def test_one_business_case_is_enough(write: Write) -> None:
    with pytest.raises(BadInput, match="one business case"):
        read([write(case(), "a.json"), write(case(), "b.json")])
