"""What the checks of times come to."""

from collections.abc import Mapping
from typing import Any

import pytest
from check_cases import (
    BACK,
    COMMAND,
    OUT,
    RESPONSE,
    SECOND,
    Case,
    Cases,
    Line,
    MakeLog,
    asked,
    gbcs,
    quarantine_alert,
    record,
    submitted,
    tunnel,
)

from ppmid_bench.checks import CHECKS, evaluate
from ppmid_bench.checks.timing import against
from ppmid_bench.verdict import Verdict

CASES = Cases("timing")

ASKED = 100  # seconds after the beginning


def timed(beyond_hub: float, whole: float, ahead: float = 0) -> tuple[Line, ...]:
    """An exchange that takes so many seconds beyond the hub, of a request that takes so many in all.

    It is settled two seconds after the Response, and read a second later. The User's clock is ``ahead`` (seconds).
    """
    response = ASKED + whole - 2
    times = {"asked_at": int((ASKED + ahead) * SECOND), "settled_at": int((ASKED + whole + ahead) * SECOND)}
    return (
        tunnel(OUT, COMMAND, response - beyond_hub),
        tunnel(BACK, RESPONSE, response),
        record("delivered-verified", response + 3, **times),
    )


in_time = CASES.of("response-in-time", request="r7", meter="esme")
in_time.passes(*timed(0, 30))
in_time.passes(*timed(1800, 1830))
in_time.fails("late", *timed(0, 31))
in_time.fails("late", *timed(5, 36))
in_time.fails("late", *timed(1800, 1831))
in_time.fails("late", *timed(0, 26), limits={"response-on-demand": 25})
in_time.passes(tunnel(BACK, RESPONSE), *timed(1800, 1830))
in_time.passes(record("pending"), record("pending"), *timed(0, 30))
late = timed(0, 31)
for request in ("another", "r8"):
    stray = gbcs(counter=8, request=request), gbcs("response", counter=8)
    in_time.passes(tunnel(OUT, stray[0]), tunnel(BACK, stray[1]), *timed(1800, 1830))
    in_time.fails("late", late[0], tunnel(BACK, stray[1], 1900), *late[1:])
in_time.fails("no-response", record("unknown"))
in_time.fails("no-response")
in_time.cannot_tell("no-exchange", tunnel(OUT, COMMAND), record("delivered-verified", settled_at=SECOND))
in_time.cannot_tell("within-uncertainty", *timed(0, 30), uncertainty=SECOND)
in_time.passes(*timed(0, 29), uncertainty=SECOND)
in_time.cannot_tell("within-uncertainty", *timed(0, 31), uncertainty=SECOND)
in_time.fails("late", *timed(0, 32), uncertainty=SECOND)
in_time.fails("late", *timed(0, 30.75), uncertainty=SECOND // 2)
in_time.cannot_tell(
    "no-target", *timed(0, 3)[:2], record("delivered-verified", 104, srv="4.4.5", settled_at=102 * SECOND)
)
in_time.cannot_tell("within-uncertainty", *timed(0, 29.75), uncertainty=SECOND // 2)
# The User's clock is another: its times come after what they should enclose, or before.
in_time.passes(*timed(1800, 1830, ahead=1))
in_time.passes(*timed(1800, 1830, ahead=-2))
in_time.cannot_tell("clocks-differ", *timed(1800, 1830, ahead=1.5))
in_time.cannot_tell("clocks-differ", *timed(1800, 1830, ahead=-2.5))
in_time.cannot_tell("clocks-differ", *timed(1800, 1801, ahead=1))
in_time.cannot_tell("clocks-differ", *timed(1800, 1700))
in_time.passes(*timed(1800, 1827, ahead=1.5), uncertainty=SECOND)
in_time.cannot_tell("clocks-differ", *timed(1800, 1827, ahead=3), uncertainty=SECOND)


def released(at: float, **more: Any) -> Line:
    return "dcc", "dcc>harness", "released", at, {"request": "r7", "reference": 1, **more}


def alerted(at: float, **more: Any) -> Line:
    link, way, what, _, fields = quarantine_alert(**more)
    return link, way, what, at, fields


def given(at: float, **more: Any) -> Line:
    link, way, what, _, fields = asked(**more)
    return link, way, what, at, fields


HOUR = 3600
hour_late = timed(0, HOUR + 30)
in_time.passes(alerted(ASKED + 1), released(ASKED + 1 + HOUR), *hour_late)
in_time.passes(alerted(ASKED + 1), given(ASKED + 1 + HOUR), *hour_late)
in_time.passes(alerted(ASKED), released(ASKED + HOUR), given(ASKED + 9), *hour_late)
in_time.fails("late", alerted(ASKED + 1), released(ASKED + HOUR), *hour_late)
in_time.fails("late", alerted(ASKED + 1), given(ASKED + HOUR), *hour_late)
in_time.fails("late", *hour_late)
in_time.fails("late", alerted(ASKED, event="command-failure"), released(ASKED + HOUR), *hour_late)
in_time.fails("late", alerted(ASKED, about="r8"), released(ASKED + HOUR), *hour_late)
in_time.cannot_tell("quarantine-unseen", alerted(ASKED), *hour_late)
in_time.cannot_tell("quarantine-unseen", alerted(ASKED), released(ASKED + HOUR, request="r8"), *hour_late)
in_time.cannot_tell("quarantine-unseen", given(ASKED), alerted(ASKED), *hour_late)
in_time.cannot_tell("quarantine-unseen", alerted(ASKED), *hour_late[:1], released(ASKED + HOUR + 28), *hour_late[1:])
in_time.cannot_tell("not-observable", points=["user", "han"])


def pre_command_asked(**more: Any) -> Line:
    return "duis", "dcc-user>dcc", "request", ASKED, {"request": "r7", "srv": "7.1", "cv": 4, **more}


def pre_command(after: float, **more: Any) -> Line:
    return "duis", "dcc>dcc-user", "response", ASKED + after, {"request": "r7", "kind": "pre-command", **more}


transform = CASES.of("pre-command-in-time", request="r7")
transform.passes(pre_command_asked(), pre_command(3))
transform.passes(pre_command_asked(cv=6), pre_command_asked(), pre_command(1), pre_command(9))
transform.fails("late", pre_command_asked(), pre_command(3.25))
transform.fails("late", pre_command_asked(), pre_command(2.5), limits={"pre-command": 2})
transform.fails("no-pre-command", pre_command_asked(), pre_command(1, kind="acknowledgement"))
transform.fails("no-pre-command", pre_command_asked(), pre_command(1, request="r8"))
transform.fails("no-pre-command", pre_command_asked(), pre_command(1, lost="line down"))
transform.cannot_tell("not-asked", pre_command_asked(cv=2), pre_command_asked(request="r8"), pre_command(1))
transform.cannot_tell("within-uncertainty", pre_command_asked(), pre_command(3.25), uncertainty=SECOND // 2)


def wake(seconds: int, exchanges: int = 1) -> tuple[Line, ...]:
    return tuple(tunnel("gsme>hub", {"exchange": "get"}, seconds + number) for number in range(exchanges))


battery = CASES.of("few-gas-exchanges")
battery.passes(*wake(0), *wake(1800), *wake(3600, 5))
battery.passes(*wake(0), *wake(1800), *wake(3600, 4))
battery.fails("too-many-exchanges", *wake(0), *wake(1800, 6))
battery.passes(*wake(0), *wake(1800, 6), limits={"gas-extra-exchanges": 5})
battery.cannot_tell("no-wake", tunnel("hub>gsme", {"exchange": "get-response"}))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()


def measured(entry: Mapping[str, Any]) -> dict[str, float]:
    return {one["id"]: one["value"] for one in entry["measurements"]}


def test_of_several_the_evidence_names_the_one_that_was_judged(make_log: MakeLog) -> None:
    log = make_log([record("pending")] * 3)
    assert evaluate(CHECKS["response-in-time"], log, {"request": "r7", "meter": "esme"})["evidence"] == [3]


def test_four_times_are_kept_apart(make_log: MakeLog) -> None:
    """36.25 s at the User, 5.5 s of them beyond the hub: 30.75 s by the DCC's reckoning, by hand.

    The Command is at the meter 28.75 s after it was asked for, and 0.25 s after it left the User's systems; the meter
    has acted 34.25 s after it was asked for.
    """
    log = make_log([submitted(seconds=ASKED + 28.5), *timed(5.5, 36.25)], uncertainty=SECOND // 2)
    entry = evaluate(CHECKS["response-in-time"], log, {"request": "r7", "meter": "esme"})
    assert measured(entry) == {
        "user-time": 36.25,
        "path-time": 0.25,
        "beyond-hub-time": 5.5,
        "dcc-equivalent-time": 30.75,
        "customer-time": 34.25,
    }
    assert entry["reason"] == "30.750 s of 30 s, margin -0.750 s, clock ±0.5 s (5.500 s beyond the hub deducted)"


def test_an_hour_in_quarantine_is_a_time_of_its_own(make_log: MakeLog) -> None:
    """By hand: of 3640 s at the User 3600 s are quarantine and 20 s lie beyond the hub, so 20 s are the DCC's to answer
    for. The customer waits 3638 s all the same.
    """
    log = make_log([alerted(ASKED + 0.5), released(ASKED + HOUR + 0.5), *timed(20, HOUR + 40)])
    entry = evaluate(CHECKS["response-in-time"], log, {"request": "r7", "meter": "esme"})
    assert measured(entry) == {
        "user-time": 3640,
        "beyond-hub-time": 20,
        "quarantine-time": 3600,
        "dcc-equivalent-time": 20,
        "customer-time": 3638,
    }
    assert entry["reason"].endswith("(20.000 s beyond the hub and 1 h in quarantine deducted)")


@pytest.mark.parametrize(
    ("seconds", "extra"),
    [((0,), 0), ((0, 1), 1), ((0, 60), 1), ((0, 61), 0), ((0, 61, 122, 183), 0), ((100, 160, 220, 281), 2)],
)
def test_exchanges_a_minute_apart_are_of_one_wake(make_log: MakeLog, seconds: tuple[int, ...], extra: int) -> None:
    log = make_log([line for second in seconds for line in wake(second)], iut="hub")
    entry = evaluate(CHECKS["few-gas-exchanges"], log, {})
    share = 100 * extra / (336 + extra)  # of those of a week with one top-up: 48 wakes a day
    assert measured(entry) == {"gas-extra-exchanges": extra, "battery-life-spent": pytest.approx(share)}


@pytest.mark.parametrize("seconds", [-3.0, float("nan")])
def test_a_time_that_cannot_have_passed_keeps_no_limit(make_log: MakeLog, seconds: float) -> None:
    found = against(make_log([]), "pre-command", seconds, "", (), ())
    assert (found.verdict, found.reason_code) == (Verdict.INCONCLUSIVE, "clocks-differ")
    assert against(make_log([]), "pre-command", 0.0, "", (), ()).verdict == Verdict.PASS
