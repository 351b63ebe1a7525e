"""How a finding becomes a verdict: what the bench lacks, whose fault it is, what it counts for; what is refused."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ppmid_bench.bench_file import POINTS
from ppmid_bench.checks import CHECKS, Check, evaluate, unreached
from ppmid_bench.checks.check import MOST_REQUIREMENTS, Finding, check, failed, inconclusive, limit, passed
from ppmid_bench.evidence import Log
from ppmid_bench.limits import LIMITS
from ppmid_bench.requirements import PURPOSES, REQUIREMENTS, THREATS
from ppmid_bench.verdict import Verdict
from ppmid_devices import roles

MakeLog = Callable[..., Log]


def _check(judge: Callable[..., Finding], **declaration: Any) -> Check:
    """A check that is declared for this test alone."""
    name = "a-check-of-this-test"
    given: dict[str, Any] = {"judges": "hub", "needs": ("han",), "reasons": ("broken",)}
    check(name, **(given | declaration))(judge)
    return CHECKS.pop(name)


def _fails(log: Log) -> Finding:
    """It fails."""
    return failed("broken", "it is broken", log.entries[0])


def _passes(log: Log, meter: str = "") -> Finding:
    """It passes.

    And says more below.
    """
    return passed("it is whole", *log)


def test_the_entry_says_what_was_judged_by_what_and_on_which_stretch(make_log: MakeLog) -> None:
    log = make_log([("han", "a>b", "x", 1, {})] * 3)
    entry = evaluate(_check(_passes, version=4, threats=("I1a",)), log, {"meter": "esme"})
    assert entry == {
        "id": "a-check-of-this-test",
        "version": 4,
        "args": {"meter": "esme"},
        "judges": "hub",
        "needs": ["han"],
        "window": [0, 3],
        "verdict": "pass",
        "reason_code": "holds",
        "reason": "it is whole",
        "requirements": [],
        "threats": [],
        "purposes": [],
        "limits": [],
        "assumed": [],
        "evidence": [0, 1, 2, 3],
        "measurements": [],
    }


def test_a_check_that_was_not_come_to_counts_for_nothing_and_says_so() -> None:
    declared = _check(_passes, requirements=("REQ-026",), threats=("I3a",), purposes=("PP-001",))
    entry = unreached(declared)
    assert (entry["verdict"], entry["reason_code"], entry["window"]) == ("not_reached", "not-reached", [0, 0])
    assert (entry["requirements"], entry["threats"], entry["purposes"], entry["evidence"]) == ([], [], [], [])


def test_the_first_line_of_the_docstring_says_what_is_judged() -> None:
    assert (_check(_passes).says, _check(_passes).version) == ("It passes.", 1)


def test_a_point_that_the_bench_lacks_makes_it_inconclusive_and_is_named(make_log: MakeLog) -> None:
    judged: list[Log] = []

    def judge(log: Log) -> Finding:
        """Never asked."""
        judged.append(log)
        return passed("")

    entry = evaluate(_check(judge, needs=("user", "han", "duis")), make_log([], points=["user"]), {})
    assert (entry["verdict"], entry["reason_code"]) == ("inconclusive", "not-observable")
    assert entry["reason"].endswith("han, duis")
    assert judged == []


@pytest.mark.parametrize(("needs", "verdict"), [(("user", "han"), "inconclusive"), (("user",), "fail")])
def test_a_point_that_was_lost_on_the_way_tells_nothing_more(
    make_log: MakeLog, needs: tuple[str, ...], verdict: str
) -> None:
    """What was seen before may look like a fail: what was not seen may have put it right."""
    lost = ("harness", "harness>harness", "point-lost", 1.0, {"point": "han", "why": "the capture has ended"})

    def judge(log: Log) -> Finding:
        """It fails."""
        return failed("wrong", "it is wrong")

    entry = evaluate(_check(judge, needs=needs, reasons=("wrong",)), make_log([lost]), {})
    assert entry["verdict"] == verdict
    if verdict == "inconclusive":
        assert (entry["reason_code"], entry["evidence"]) == ("point-lost", [1])
        assert entry["reason"] == "the observation point han was lost: the capture has ended"


@pytest.mark.parametrize(
    ("adapter", "iut", "verdict"),
    [
        ("simulated", roles.PPMID, "error"),
        ("simulated", roles.HUB, "fail"),
        ("ppmid_devices.hub.faulty:DropsResponses", roles.PPMID, "fail"),
        ("lab:Hub", roles.PPMID, "fail"),
    ],
)
def test_a_fail_of_our_own_plain_simulation_is_our_error_unless_it_is_the_one_under_test(
    make_log: MakeLog, adapter: str, iut: str, verdict: str
) -> None:
    home = json.loads(json.dumps({"iut": iut, "parties": {roles.HUB: adapter}}))  # as read from a file
    log = make_log([("han", "hub>ppmid", "tunnel", 1, {"tag": "t"})], **home)
    entry = evaluate(_check(_fails), log, {})
    assert (entry["verdict"], entry["reason_code"], entry["evidence"]) == (verdict, "broken", [0])


def test_one_that_answered_and_falls_silent_has_failed_and_one_that_never_answered_is_an_error(
    make_log: MakeLog,
) -> None:
    home = {"iut": roles.HUB, "parties": {roles.HUB: "lab:Hub"}}
    word = ("han", "hub>ppmid", "tunnel", 1, {"tag": "t"})
    assert evaluate(_check(_fails), make_log([word], **home), {})["verdict"] == "fail"
    never = evaluate(_check(_fails), make_log([], **home), {})
    assert (never["verdict"], never["reason_code"]) == ("error", "nothing-authored")
    assert never["reason"] == "nothing that was observed comes from the hub"


@pytest.mark.parametrize("judges", ["ppmid", "hub", "dcc", "user"])
def test_whoever_is_judged_a_fail_of_our_own_is_never_its_fail(make_log: MakeLog, judges: str) -> None:
    role = {"user": roles.DCC_USER}.get(judges, judges)
    for iut in set(roles.PARTIES) - {role}:
        log = make_log([], iut=iut, parties=dict.fromkeys(roles.PARTIES, "simulated"))
        assert evaluate(_check(_fails, judges=judges), log, {})["verdict"] == "error"


def test_what_is_no_fail_stays_what_it_is_whoever_is_judged(make_log: MakeLog) -> None:
    def judge(log: Log) -> Finding:
        """It cannot tell."""
        return inconclusive("nothing-seen", "nothing was seen")

    log = make_log([], parties=dict.fromkeys(roles.PARTIES, "simulated"))
    assert evaluate(_check(_passes), log, {})["verdict"] == "pass"
    assert evaluate(_check(judge), log, {})["verdict"] == "inconclusive"


def test_whose_fault_a_meters_fail_is_goes_by_the_meter_that_is_named(make_log: MakeLog) -> None:
    def judge(log: Log, meter: str) -> Finding:
        """It fails."""
        return failed("broken", "it is broken")

    log = make_log([], parties={roles.ESME: "simulated", roles.GSME: "lab:Meter"})
    verdicts = [evaluate(_check(judge, judges="meter"), log, {"meter": meter})["verdict"] for meter in roles.METERS]
    assert verdicts == ["inconclusive", "fail"]


@pytest.mark.parametrize("adapter", ["lab:Ppmid", "test_bench:Ppmid"])
def test_where_another_party_is_not_ours_a_fail_of_our_own_simulation_is_inconclusive_and_names_it(
    make_log: MakeLog, adapter: str
) -> None:
    log = make_log([], parties={roles.HUB: "simulated", roles.PPMID: adapter}, disturbed=["han"])
    entry = evaluate(_check(_fails), log, {})
    assert (entry["verdict"], entry["reason_code"], entry["evidence"]) == ("inconclusive", "broken", [0])
    assert entry["reason"] == "our simulated hub: it is broken; the cause may lie with ppmid, the han link"


def test_a_route_is_nobodys_own(make_log: MakeLog) -> None:
    log = make_log([], parties=dict.fromkeys(roles.PARTIES, "simulated"))
    assert evaluate(_check(_fails, judges="route"), log, {})["verdict"] == "fail"


def test_it_counts_only_for_what_the_scenario_cites(make_log: MakeLog) -> None:
    declared = _check(
        _passes, requirements=("REQ-004", "REQ-026"), threats=("I3a", "I3b"), purposes=("PP-001", "PP-002")
    )
    entry = evaluate(declared, make_log([], tags=["SECMP0038", "REQ-026", "REQ-049", "I3b", "PP-001"]), {})
    assert (entry["requirements"], entry["threats"], entry["purposes"]) == (["REQ-026"], ["I3b"], ["PP-001"])


def test_what_it_leans_on_reaches_the_entry(make_log: MakeLog, monkeypatch: pytest.MonkeyPatch) -> None:
    statuses = {"pre-command": "assumed", "gas-extra-exchanges": "known", "ppmid-answer": "a guess"}
    known = {name: replace(LIMITS[name], status=status) for name, status in statuses.items()}
    monkeypatch.setattr("ppmid_bench.limits.LIMITS", known)
    declared = _check(_passes, assumed=("the meter's reason code",), limits=tuple(statuses))
    entry = evaluate(declared, make_log([]), {})
    assert entry["limits"] == list(statuses)
    assert entry["assumed"] == ["the meter's reason code", "limit pre-command"]


def test_a_fail_for_an_undeclared_reason_is_refused(make_log: MakeLog) -> None:
    with pytest.raises(ValueError, match="undeclared reason: broken"):
        evaluate(_check(_fails, reasons=("bent",)), make_log([]), {})


def test_a_check_that_judges_too_much_is_refused() -> None:
    too_many = tuple(f"REQ-{number:03}" for number in range(MOST_REQUIREMENTS + 1))
    assert len(too_many) == 4
    with pytest.raises(ValueError, match="at most 3 requirements"):
        _check(_passes, requirements=too_many)


def test_two_checks_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two checks are called credited-once"):
        check("credited-once", judges="meter", needs=(), reasons=())(_passes)


@pytest.mark.parametrize("one", CHECKS.values(), ids=CHECKS)
def test_every_check_says_what_it_judges_and_names_what_there_is(one: Check) -> None:
    assert one.says.endswith(".")
    assert one.reasons
    assert set(one.needs) <= set(POINTS)
    assert set(one.limits) <= set(LIMITS)
    assert set(one.requirements) <= set(REQUIREMENTS)
    assert set(one.threats) <= set(THREATS)
    assert set(one.purposes) <= set(PURPOSES)
    assert one.requirements or one.threats or one.purposes
    assert Verdict.PASS not in one.reasons


def test_every_module_of_checks_has_its_cases() -> None:
    """They hold that none of its checks and reasons is forgotten."""
    subjects = {one.judge.__module__.removeprefix("ppmid_bench.checks.") for one in CHECKS.values()}
    files = Path(__file__).parent.joinpath("checks").glob("test_checks_*.py")
    assert {file.stem.removeprefix("test_checks_") for file in files} == subjects


SENT = ("avenue", "delivery-service>ppmid", "submit-utrn", 1, {"tag": "frame:1"})
BACK = ("avenue", "ppmid>delivery-service", "submit-utrn", 2, {"tag": "frame:1"})
ANSWERED = ("avenue", "ppmid>delivery-service", "utrn-result", 3, {"tag": "frame:2"})


def _quiet(log: Log) -> Finding:
    """It passes by what others did."""
    return passed("nothing went wrong", *log.of("avenue", "submit-utrn", tag="frame:1")[:1])


def test_a_pass_of_the_party_under_test_rests_on_something_that_it_has_said(make_log: MakeLog) -> None:
    judged = _check(_quiet, judges="ppmid", needs=())
    entry = evaluate(judged, make_log([SENT, BACK, ANSWERED]), {})
    assert (entry["verdict"], entry["evidence"]) == ("pass", [1, 3])
    shown = ("ppmid-display", "ppmid>harness", "screen", 4, {"lines": []})
    assert evaluate(judged, make_log([SENT, shown]), {})["evidence"] == [1, 2]
    cites_it = _check(_passes, judges="ppmid", needs=())
    assert evaluate(cites_it, make_log([ANSWERED, SENT, ANSWERED]), {})["evidence"] == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (BACK, "what seems to come from the ppmid is what was sent to it: our own frames come back, and no device"),
        (("avenue", "ppmid>delivery-service", "unreadable", 2, {"tag": "x"}), "nothing that was observed comes"),
        (("avenue", "ppmid>carrier", "chunk", 2, {"tag": "x"}), "nothing that was observed comes"),
        (("ppmid-power", "ppmid>harness", "cut", 2, {}), "nothing that was observed comes"),
        (("han", "hub>esme", "tunnel", 2, {"tag": "x"}), "nothing that was observed comes"),
    ],
)
def test_where_nothing_comes_from_it_no_device_was_there(make_log: MakeLog, line: Any, reason: str) -> None:
    log = make_log([SENT, line])
    entry = evaluate(_check(_quiet, judges="ppmid", needs=()), log, {})
    assert (entry["verdict"], entry["reason_code"]) == ("error", "nothing-authored")
    assert entry["reason"].startswith(reason)
    assert evaluate(_check(_quiet, judges="hub", needs=()), log, {})["verdict"] == "pass"
    assert (
        evaluate(_check(_quiet, judges="ppmid", needs=()), make_log([SENT, line], iut="hub"), {})["verdict"] == "pass"
    )


def test_what_is_passed_on_is_no_echo(make_log: MakeLog) -> None:
    """A carrier gives the PPMID, octet for octet, what the delivery service gave it."""
    given = ("avenue", "delivery-service>carrier", "submit-utrn", 1, {"tag": "frame:1"})
    brought = ("avenue", "carrier>ppmid", "submit-utrn", 2, {"tag": "frame:1"})
    entry = evaluate(_check(_quiet, judges="carrier", needs=()), make_log([given, brought], iut="carrier"), {})
    assert (entry["verdict"], entry["evidence"]) == ("pass", [1, 2])


def test_a_limit_without_a_row_leaves_it_open(make_log: MakeLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever was measured, nobody has said what it must keep within."""

    def in_time(log: Log) -> Finding:
        """It is in time."""
        return passed("in time", *log) if limit(log, "join-window").value else failed("broken", "late", *log)

    one = _check(in_time, limits=("join-window",))
    log = make_log([("han", "hub>esme", "x", 1, {})])
    assert evaluate(one, log, {})["verdict"] == "pass"
    monkeypatch.setattr("ppmid_bench.limits.LIMITS", {id: row for id, row in LIMITS.items() if id != "join-window"})
    entry = evaluate(one, log, {})
    assert (entry["verdict"], entry["reason_code"]) == ("inconclusive", "no-limit")
    assert "join-window" in entry["reason"]
