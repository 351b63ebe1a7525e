"""What the checks of two ways set side by side come to."""

from typing import Any

import pytest
from check_cases import RESPONSE, Case, Cases, Line, MakeLog, asked, gbcs, record, returned, said, wanted

from ppmid_bench.checks import CHECKS, evaluate

CASES = Cases("bypass")

ACKNOWLEDGED: Line = ("duis", "dcc>dcc-user", "response", 0, {"request": "r8", "code": "I0", "kind": "acknowledgement"})


def by_wan(request: str = "r7", seconds: float = 0, **more: Any) -> Line:
    link, way, what, _, fields = asked(gbcs("response", request=request), request=request, kind="gbcs-payload", **more)
    return link, way, what, seconds, fields


def later(line: Line, seconds: float) -> Line:
    link, way, what, _, fields = line
    return link, way, what, seconds, fields


def services(over_wan: bool, locally: bool, request: str = "r7") -> Line:
    other = {"request": "other", "delivered_over_wan": True, "delivered_locally": True}
    mine = {"request": request, "delivered_over_wan": over_wan, "delivered_locally": locally}
    return "dcc", "dcc>harness", "services", 0, {"services": [other, mine]}


on_record = CASES.of("delivery-on-record", request="r7")
on_record.passes(by_wan(), services(True, False))
on_record.passes(returned(), ACKNOWLEDGED, services(False, True))
on_record.passes(by_wan(), returned(), ACKNOWLEDGED, services(True, True))
on_record.passes(services(False, False), by_wan(), services(True, False))
on_record.fails("other-way", by_wan(), services(False, False))
on_record.fails("other-way", by_wan(), services(True, True))
on_record.fails("other-way", returned(), ACKNOWLEDGED, services(False, False))
on_record.fails("other-way", returned(), ACKNOWLEDGED, services(True, True))
on_record.fails("no-record", by_wan(), services(True, False, request="r9"))
on_record.cannot_tell("not-told", services(False, False))
on_record.cannot_tell("not-told", returned(), services(False, True))
on_record.cannot_tell("not-told", by_wan(lost="line down"), services(True, False))
on_record.cannot_tell("not-told", asked(), services(True, False))
on_record.cannot_tell("no-reading", by_wan())

WAN_STEPS = (wanted(1, request="r6"), by_wan("r6", 2), record("delivered-verified", request="r6"))
CAME = said("command-response", 5, **RESPONSE)
LOCAL_STEPS = (later(wanted(), 3), CAME, later(returned(), 5.25), ACKNOWLEDGED, record("delivered-verified"))

alike = CASES.of("same-outcome-both-ways", over_wan="r6", locally="r7")
alike.passes(*WAN_STEPS, *LOCAL_STEPS)
alike.passes(*WAN_STEPS, record("unknown"), *LOCAL_STEPS)
alike.fails("other-outcome", *WAN_STEPS, *LOCAL_STEPS, record("unknown"))
alike.fails("other-outcome", *WAN_STEPS, *LOCAL_STEPS, record("refused-verified", request="r6"))
alike.cannot_tell("no-record", *WAN_STEPS)
alike.cannot_tell("no-record", *LOCAL_STEPS)
for missing in (0, 1):
    alike.cannot_tell("not-seen", *WAN_STEPS[:missing], *WAN_STEPS[missing + 1 :], *LOCAL_STEPS)
for missing in range(4):
    alike.cannot_tell("not-seen", *WAN_STEPS, *LOCAL_STEPS[:missing], *LOCAL_STEPS[missing + 1 :])


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()


def test_three_times_are_measured(make_log: MakeLog) -> None:
    """Asked at 0 and answered at 2 over the SM WAN; asked at 3, there at 5, told at 5.25 round it: by hand."""
    log = make_log([*WAN_STEPS, *LOCAL_STEPS])
    entry = evaluate(CHECKS["same-outcome-both-ways"], log, {"over_wan": "r6", "locally": "r7"})
    assert {one["id"]: one["value"] for one in entry["measurements"]} == {
        "time-over-wan": 2,
        "time-through-ppmid": 2,
        "dcc-told-after": 0.25,
    }
