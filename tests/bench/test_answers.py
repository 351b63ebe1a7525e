"""Answers: each rule both ways, homes that count and homes that do not, and what is never called shown."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from gherkin.parser import Parser
from gherkin.pickles.compiler import Compiler

from ppmid_bench import answer_rules
from ppmid_bench import answers as module
from ppmid_bench.answers import RULES, SCOPE, Measure, Rule, answers, cited_by, without_rule
from ppmid_bench.answers_beside import READERS
from ppmid_bench.checks import CHECKS
from ppmid_bench.errors import BadInput
from ppmid_bench.requirements import REQUIREMENTS, THREATS
from ppmid_bench.typed import convert
from ppmid_devices import roles

FEATURES = Path(__file__).parents[2] / "features"
SIMULATED = [{"role": "ppmid", "kind": "simulated"}, {"role": "hub", "kind": "simulated"}]


def check(id: str, verdict: str = "pass", requirement: str = "REQ-004", **more: Any) -> dict[str, Any]:
    reached = verdict != "not_reached"
    entry = {"requirements": [requirement] if reached else [], "threats": [], "assumed": []}
    return {"id": id, "verdict": verdict} | entry | more


def scenario(
    id: str,
    *checks: dict[str, Any],
    tags: Iterable[str] = ("SECMP0038", "REQ-004"),
    wan: str = "intermittent",
    hub: str = "can relay",
    verdict: str = "pass",
    **measured: float,
) -> dict[str, Any]:
    return {
        "id": id,
        "name": id,
        "tags": list(tags),
        "home": {"meters": ["esme"], "wan": wan, "wan_variant": "cellular", "hub": hub},
        "verdict": verdict,
        "checks": list(checks),
        "measurements": [
            {"id": name.replace("_", "-"), "value": value, "unit": "", "of": ""} for name, value in measured.items()
        ],
    }


Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Asks for the answer of one rule about REQ-004 of SECMP0038, which no scope limits."""

    def asked(*scenarios: dict[str, Any], scope: tuple[str, ...] = (), parties: Any = SIMULATED, **rule: Any) -> Any:
        made = Rule(modification="SECMP0038", requirement="REQ-004", **rule)
        monkeypatch.setattr(module, "RULES", {("SECMP0038", "REQ-004"): made})
        monkeypatch.setattr(answer_rules, "SCOPE", {"SECMP0038": scope} if scope else {})
        return _answer("SECMP0038", "REQ-004", *scenarios, parties=parties)

    return asked


def test_shown_when_each_check_has_passed_somewhere_and_it_says_by_whom(ask: Ask) -> None:
    first = check("a", assumed=["limit x", "a guess"])
    answer = ask(scenario("s1", first), scenario("s2", check("b", assumed=["limit x"])), checks=("a", "b"))
    assert answer == {
        "modification": "SECMP0038",
        "requirement": "REQ-004",
        "text": REQUIREMENTS["REQ-004"].text,
        "answer": "shown",
        "because": "it holds in “s1” (a), “s2” (b); all parties were simulated",
        "closes": "",
        "from": "simulated",
        "evidence": ["s1", "s2"],
        "assumed": ["limit x", "a guess"],
    }


def test_refuted_when_one_check_failed_however_often_it_passed(ask: Ask) -> None:
    failing = scenario("s2", check("a", "fail", assumed=["a guess"]), verdict="fail")
    answer = ask(scenario("s1", check("a", assumed=["other"])), failing, checks=("a",))
    assert answer["answer"] == "refuted"
    assert answer["because"] == "it does not hold in “s2” (a); elsewhere it holds in “s1” (a)"
    assert (answer["evidence"], answer["assumed"]) == (["s2"], ["a guess"])


@pytest.mark.parametrize("verdict", ["inconclusive", "error", "not_reached"])
def test_open_while_a_check_is_unsettled_even_if_it_passed_elsewhere(ask: Ask, verdict: str) -> None:
    answer = ask(scenario("s1", check("a")), scenario("s2", check("a", verdict)), checks=("a",))
    assert answer["answer"] == "open"
    assert answer["because"] == "not settled in “s2” (a); so far it holds in “s1” (a)"


def test_open_when_a_scenario_broke_before_it_judged_anything(ask: Ask) -> None:
    broken = scenario("s2", verdict="error") | {"home": {}}
    answer = ask(scenario("s1", check("a")), broken, checks=("a",), wan=("intermittent",))
    assert (answer["answer"], answer["evidence"]) == ("open", ["s2", "s1"])
    assert "not settled in “s2” (an error)" in answer["because"]


def test_open_when_a_check_was_never_judged_and_it_says_which(ask: Ask) -> None:
    answer = ask(scenario("s1", check("a")), checks=("a", "b", "c"))
    assert answer["answer"] == "open"
    assert answer["because"] == "nothing was judged by b, c; so far it holds in “s1” (a)"
    assert ask(checks=("a",))["because"] == "nothing was judged by a; so far nothing has shown it"


@pytest.mark.parametrize(
    "other",
    [
        scenario("s1", check("a"), tags=("SEC0009", "REQ-004")),
        scenario("s1", check("a"), tags=("SECMP0038", "REQ-008")),
        scenario("s1", check("a", requirement="REQ-008")),
        scenario("s1", check("b")),
        scenario("s1", check("a"), verdict="not_run"),
        scenario("s1", check("a"), verdict="not_applicable"),
    ],
    ids=[
        "of another modification",
        "cites another",
        "counts for another",
        "another check",
        "not run",
        "not applicable",
    ],
)
def test_nothing_else_counts(ask: Ask, other: dict[str, Any]) -> None:
    assert ask(other, checks=("a",))["because"].startswith("nothing was judged by a")


def test_tags_count_with_and_without_their_sign(ask: Ask) -> None:
    assert ask(scenario("s1", check("a"), tags=("@SECMP0038", "@REQ-004")), checks=("a",))["answer"] == "shown"
    assert list(cited_by(["@SEC0009", "REQ-050", "@REQ-049", "@I5", "@ics-relay"])) == [
        ("SEC0009", "REQ-049"),
        ("SEC0009", "REQ-050"),
    ]


def test_a_requirement_may_count_what_counts_for_another(ask: Ask) -> None:
    one = scenario("s1", check("a", requirement="REQ-026"))
    assert ask(one, checks=("a",), counted_for="REQ-026")["answer"] == "shown"
    assert ask(one, checks=("a",))["answer"] == "open"


def test_every_kind_of_home_that_a_rule_speaks_of_must_have_been_tried(ask: Ask) -> None:
    never, none = scenario("s1", check("a"), wan="never-wan"), scenario("s2", check("a"), wan="no-wan")
    rule: dict[str, Any] = {"checks": ("a",), "wan": ("no-wan", "never-wan")}
    assert ask(never, none, **rule)["answer"] == "shown"
    lacking = ask(never, scenario("s3", check("a")), **rule)
    assert lacking["answer"] == "open"
    assert "homes of this kind: no-wan" in lacking["because"]


def test_a_rule_may_speak_of_one_kind_of_hub(ask: Ask) -> None:
    assert ask(scenario("s1", check("a"), hub="today's"), checks=("a",), hub="today's")["answer"] == "shown"
    for rule, home in (("today's", "can relay"), ("can relay", "today's")):
        assert ask(scenario("s1", check("a"), hub=home), checks=("a",), hub=rule)["answer"] == "open"


def test_what_a_modification_does_not_claim_is_out_of_scope_whatever_the_verdicts(ask: Ask) -> None:
    for verdict in ("pass", "fail"):
        never = scenario("s1", check("a", verdict), wan="never-wan")
        assert ask(never, checks=("a",), scope=("intermittent",))["answer"] == "out of scope"
        fitting = scenario("s2", check("a"))
        mixed = ask(never, fitting, checks=("a",), scope=("intermittent",))
        assert (mixed["answer"], mixed["evidence"]) == ("shown", ["s2"])
    beyond = ask(scenario("s1", check("a")), checks=("a",), wan=("never-wan",), scope=("intermittent",))
    assert beyond["answer"] == "out of scope"


def test_every_threat_of_a_rule_must_have_been_met_wherever_it_was_cited(ask: Ask) -> None:
    rule: dict[str, Any] = {"threats": ("I1a", "I1b")}
    met = scenario("s1", check("x", threats=["I1a"]), tags=("SECMP0038", "REQ-013"))
    answer = ask(met, **rule)
    assert answer["answer"] == "open"
    assert answer["because"] == "nothing was judged against I1b; so far it holds in “s1” (x against I1a)"
    assert ask(met, scenario("s2", check("y", threats=["I1b"])), **rule)["answer"] == "shown"
    refuted = ask(met, scenario("s2", check("y", "fail", threats=["I1b"])), **rule)
    assert refuted["because"].startswith("it does not hold in “s2” (y against I1b)")


def test_what_is_about_homes_counts_beyond_the_scope_of_its_modification(ask: Ask) -> None:
    never = scenario("s1", check("a"), wan="never-wan")
    assert ask(never, checks=("a",), everywhere=True, scope=("intermittent",))["answer"] == "shown"
    failing = scenario("s1", check("a", "fail"), wan="never-wan")
    assert ask(failing, checks=("a",), everywhere=True, scope=("intermittent",))["answer"] == "refuted"


def test_each_of_several_measurements_decides(ask: Ask) -> None:
    two = (Measure(id="a", at_least=1, final_in=("never-wan",)), Measure(id="b", at_most=0, final_in=("never-wan",)))
    assert ask(scenario("s1", wan="never-wan", a=1, b=0), measure=two)["answer"] == "shown"
    assert ask(scenario("s1", wan="never-wan", a=1, b=1), measure=two)["answer"] == "refuted"
    assert "nothing was measured of b" in ask(scenario("s1", wan="never-wan", a=1), measure=two)["because"]


PROVEN = Measure(id="outcome-proven", at_least=1, final_in=("never-wan",))


@pytest.mark.parametrize(
    ("values", "wan", "expected"),
    [
        ((1.0, 1.0), "never-wan", "shown"),
        ((1.0, 0.0), "never-wan", "refuted"),
        ((1.0, 0.0), "intermittent", "open"),
        ((), "never-wan", "open"),
    ],
)
def test_a_measure_holds_when_every_value_does_and_a_short_one_is_final_only_in_some_homes(
    ask: Ask, values: tuple[float, ...], wan: str, expected: str
) -> None:
    scenarios = [scenario(f"s{n}", wan=wan, outcome_proven=value) for n, value in enumerate(values)]
    answer = ask(*scenarios, measure=PROVEN)
    assert answer["answer"] == expected
    assert ("outcome-proven = 0" in answer["because"]) is (0.0 in values)


def proven(value: float, request: str) -> dict[str, Any]:
    return {"id": "outcome-proven", "value": value, "unit": "", "of": request}


@pytest.mark.parametrize(
    ("measured", "expected"),
    [
        ([proven(0, "r7"), proven(1, "r7")], "shown"),
        ([proven(1, "r7"), proven(0, "r7")], "refuted"),
        ([proven(0, "r7"), proven(1, "r8")], "refuted"),
        ([proven(0, ""), proven(1, "")], "refuted"),
    ],
)
def test_a_later_measurement_of_one_request_takes_the_place_of_an_earlier_one(
    ask: Ask, measured: list[dict[str, Any]], expected: str
) -> None:
    one = scenario("s1", wan="never-wan") | {"measurements": measured}
    assert ask(one, measure=PROVEN)["answer"] == expected


@pytest.mark.parametrize(("value", "expected"), [(-0.5, "shown"), (30.0, "shown"), (30.5, "refuted")])
def test_a_measure_may_have_an_upper_bound(ask: Ask, value: float, expected: str) -> None:
    measure = Measure(id="time", at_most=30, final_in=("intermittent",))
    assert ask(scenario("s1", a_size=99, time=value, way=99), measure=measure)["answer"] == expected


@pytest.mark.parametrize(
    ("number", "listed"),
    [
        (1, "“s0” (a)"),
        (3, "“s0” (a), “s1” (a), “s2” (a)"),
        (4, "“s0” (a), “s1” (a), “s2” (a) and 1 more"),
        (6, "“s0” (a), “s1” (a), “s2” (a) and 3 more"),
    ],
)
def test_of_many_scenarios_three_are_named_and_the_rest_counted(ask: Ask, number: int, listed: str) -> None:
    answer = ask(*(scenario(f"s{n}", check("a")) for n in range(number)), checks=("a",))
    assert answer["because"] == f"it holds in {listed}; all parties were simulated"


@pytest.mark.parametrize(
    ("kind", "fields"),
    [(Rule, {"modification": "M", "requirement": "R"}), (Measure, {"id": "time", "final_in": []})],
    ids=["rule", "measure"],
)
def test_a_misspelt_field_of_a_rule_is_refused(kind: type[Rule] | type[Measure], fields: dict[str, Any]) -> None:
    assert convert(fields, kind, "answers.toml", "")
    with pytest.raises(BadInput, match=r"answers\.toml.*chekcs"):
        convert(fields | {"chekcs": []}, kind, "answers.toml", "")


def test_what_this_version_does_not_try_keeps_a_requirement_open(ask: Ask) -> None:
    answer = ask(scenario("s1", check("a")), checks=("a",), lacks="gas")
    assert answer["answer"] == "open"
    assert answer["because"] == "this version does not try gas; so far it holds in “s1” (a)"
    assert ask(scenario("s1", check("a", "fail")), checks=("a",), lacks="gas")["answer"] == "refuted"


def test_an_open_answer_says_what_would_close_it(ask: Ask) -> None:
    held = scenario("s1", check("a"))
    assert ask(held, checks=("a",), lacks="gas", closes="a gas meter")["closes"] == "a gas meter"
    assert ask(checks=("a",))["closes"] == "a run in which that is judged"
    assert ask(held, checks=("a",))["closes"] == ""
    assert ask(scenario("s1", check("a", "fail")), checks=("a",), lacks="gas", closes="a gas meter")["closes"] == ""


@pytest.mark.parametrize(("fact", "expected"), [(False, "open"), (True, "shown")])
def test_a_recorded_answer_has_its_sentence_with_source_and_date(ask: Ask, fact: bool, expected: str) -> None:
    recorded = {"recorded": "for others to say", "source": "a paper", "date": date(2026, 11, 26), "fact": fact}
    answer = ask(scenario("s1", check("a")), **recorded)
    sentence = "for others to say (a paper; recorded 2026-11-26)"
    assert (answer["answer"], answer["because"], answer["evidence"]) == (expected, sentence, [])


@pytest.mark.parametrize(
    ("kinds", "origin"),
    [
        (["simulated", "simulated"], "simulated"),
        (["simulated", "process"], "simulated"),
        (["simulated", "real"], "mixed"),
        (["real", "manual"], "real"),
        ([], "simulated"),
    ],
)
def test_answers_say_whether_the_parties_were_real(ask: Ask, kinds: list[str], origin: str) -> None:
    answer = ask(scenario("s1", check("a")), checks=("a",), parties=[{"role": "hub", "kind": kind} for kind in kinds])
    assert answer["from"] == origin
    assert answer["because"].endswith("all parties were simulated") is (origin == "simulated")


def test_answers_come_by_modification_then_requirement_whatever_the_order_of_scenarios() -> None:
    run = [
        scenario("s1", tags=("UTRN-INTERNET", "REQ-028")),
        scenario("s2", tags=("UTRN-INTERNET", "SECMP0038", "REQ-062")),
    ]
    found = answers(run, SIMULATED)
    pairs = [(answer["modification"], answer["requirement"]) for answer in found]
    assert pairs == sorted({*RULES, ("UTRN-INTERNET", "REQ-062"), ("SECMP0038", "REQ-062")})
    assert answers(run[::-1], SIMULATED) == found
    unruled = found[pairs.index(("UTRN-INTERNET", "REQ-062"))]
    assert (unruled["answer"], unruled["because"]) == ("open", "no rule of this version answers it")


# The rules themselves.


def _answer(
    modification: str, requirement: str, *scenarios: dict[str, Any], parties: Any = SIMULATED
) -> dict[str, Any]:
    found = answers(scenarios, parties)
    return next(one for one in found if (one["modification"], one["requirement"]) == (modification, requirement))


def test_where_no_wan_ever_comes_the_relay_brings_responses_and_the_utrn_refutes_that_they_always_come() -> None:
    tags = ("SEC0009", "REQ-050")
    verified, returned = (check(id, requirement="REQ-050") for id in ("response-verified", "response-returned"))
    relay = scenario("relay", verified, returned, tags=tags, wan="never-wan", outcome_proven=1.0)
    utrn = scenario("utrn", check("outcome-is", requirement="REQ-050"), tags=tags, wan="never-wan", outcome_proven=0.0)
    assert _answer("SEC0009", "REQ-050", relay)["answer"] == "shown"
    both = _answer("SEC0009", "REQ-050", relay, utrn)
    assert (both["answer"], both["evidence"]) == ("refuted", ["utrn"])
    assert both["because"] == (
        "it does not hold in “utrn” (outcome-proven = 0); "
        "elsewhere it holds in “relay” (response-verified, response-returned, outcome-proven = 1)"
    )


def test_a_win_for_secmp0038_counts_in_an_intermittent_home_only() -> None:
    assert SCOPE == {"SECMP0038": ("intermittent",)}
    for wan in ("no-wan", "never-wan"):
        checks = [check(id, requirement="REQ-029") for id in ("altered-refused", "balance-unmoved")]
        won = scenario("s1", *checks, tags=("SECMP0038", "REQ-029"), wan=wan)
        assert _answer("SECMP0038", "REQ-029", won)["answer"] == "out of scope"


def _cited_in_features() -> Iterator[tuple[str, str]]:
    for path in sorted(FEATURES.rglob("*.feature")):
        document = Parser().parse(path.read_text(encoding="utf-8")) | {"uri": str(path)}
        for pickle in Compiler().compile(document):
            yield from cited_by(tag["name"] for tag in pickle["tags"])


def test_every_requirement_that_a_scenario_cites_has_a_rule() -> None:
    cited = list(_cited_in_features())
    assert cited
    assert without_rule(cited) == []


def test_a_cited_requirement_without_a_rule_is_named() -> None:
    assert without_rule([("SECMP0032", "REQ-062"), ("SEC0009", "REQ-049")]) == [
        "SECMP0032 cites REQ-062, which no rule of answers.toml answers"
    ]


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: f"{rule.modification} {rule.requirement}")
def test_a_rule_names_what_there_is_and_can_be_met(rule: Rule) -> None:
    assert rule.requirement in REQUIREMENTS
    assert set(rule.threats) <= set(THREATS)
    for name in rule.checks:
        assert rule.counts_as & set(CHECKS[name].requirements), f"{name} never counts for {rule.requirement}"
    deciding = bool(rule.checks or rule.threats or rule.measure)
    assert deciding is not bool(rule.recorded or rule.itself)
    assert not (rule.recorded and rule.itself)
    assert bool(rule.recorded) is (REQUIREMENTS[rule.requirement].kind == "R")
    assert bool(rule.closes) is bool(rule.lacks or (rule.recorded and not rule.fact) or rule.itself)
    assert not (rule.by or rule.real) or rule.lacks or rule.itself
    assert rule.by in {"", "scope", *READERS}
    assert set(rule.real) <= set(roles.PARTIES)
    assert bool(rule.recorded) is bool(rule.source) is bool(rule.date)
    assert rule.recorded or not rule.fact


def test_what_speaks_of_the_harness_itself_is_left_open_with_what_does_it() -> None:
    themselves = {rule.requirement for rule in RULES.values() if rule.itself}
    assert themselves == {f"REQ-0{number}" for number in ("01", "02", "18", "35", "36", "57", "65")}
    (found,) = [one for one in answers([], []) if one["requirement"] == "REQ-001"]
    assert found["answer"] == "open"
    assert found["because"].startswith("no device shows it: ppmid-harness risk")


@pytest.mark.parametrize("modification", ["SECMP0038", "UTRN-INTERNET"])
def test_what_an_answer_has_to_say_it_says_whatever_it_is(modification: str) -> None:
    (found,) = [
        one for one in answers([], []) if (one["modification"], one["requirement"]) == (modification, "REQ-029")
    ]
    assert found["answer"] == "open"
    assert ". Commands are authentic end to end, and not secret: " in found["because"]


def test_every_requirement_has_a_rule() -> None:
    assert {rule.requirement for rule in RULES.values()} == set(REQUIREMENTS)


def test_every_recorded_requirement_has_its_sentence() -> None:
    recorded = {one.id for one in REQUIREMENTS.values() if one.kind == "R"}
    assert recorded == {rule.requirement for rule in RULES.values() if rule.recorded}
