"""What the checks of old Commands by a hub's list, and of service under a flood, come to."""

import pytest
from check_cases import (
    BACK,
    COMMAND,
    EIGHTH,
    IN,
    OUT,
    RESPONSE,
    Case,
    Cases,
    Line,
    MakeLog,
    gbcs,
    on_wan,
    tunnel,
    wanted,
)

from ppmid_bench.checks import CHECKS, evaluate
from ppmid_bench.checks.exposure import FLOOD

CASES = Cases("exposure")

listed = CASES.of("reaches-by-its-list", meter="esme", codes=["0007"])
SUPPLY_OFF = gbcs(code="0050", use_case="ECS43", tag="gbcs:off", request="r9", counter=9)
listed.passes(tunnel(IN, COMMAND), tunnel(OUT, COMMAND), tunnel(BACK, RESPONSE))
listed.passes(tunnel(IN, SUPPLY_OFF))
listed.passes(tunnel(IN, SUPPLY_OFF), tunnel(OUT, EIGHTH))
listed.fails("off-list-reached", tunnel(IN, SUPPLY_OFF), tunnel(OUT, SUPPLY_OFF))
listed.cannot_tell("nothing-forwarded", tunnel(OUT, COMMAND))

every = CASES.of("reaches-by-its-list", meter="esme", codes=None)
every.passes(tunnel(IN, SUPPLY_OFF), tunnel(OUT, SUPPLY_OFF))


def brought(count: int) -> list[Line]:
    return [tunnel(IN, gbcs(counter=number, tag=f"gbcs:{number}", request=f"f{number}")) for number in range(count)]


def over_wan(number: int) -> tuple[Line, Line]:
    content = gbcs(counter=number, tag=f"gbcs:{number}", request=f"w{number}")
    return wanted(1, request=f"w{number}"), on_wan(content)


def answered(number: int, success: bool = True) -> Line:
    return tunnel(BACK, gbcs("response", counter=number, tag=f"gbcs:a{number}", success=success))


def relayed(count: int, every: float = 60) -> list[Line]:
    sent = [gbcs(counter=number, tag=f"gbcs:{number}", request=f"f{number}") for number in range(count)]
    return [tunnel(OUT, one, every * number) for number, one in enumerate(sent)]


rated = CASES.of("hub-kept-its-rate", meter="esme")
rated.passes(*brought(61), *relayed(60))
rated.passes(*brought(61), *relayed(61, every=60.1))
rated.fails("over-rate", *brought(61), *relayed(61, every=59))
rated.passes(*brought(3), *relayed(2), limits={"hub-relay-rate": 2})
rated.fails("over-rate", *brought(3), *relayed(3), limits={"hub-relay-rate": 2})
rated.cannot_tell("no-flood", *brought(60), *relayed(60))

GENUINE = [*over_wan(1000), *over_wan(1001)]
served = CASES.of("served-under-flood", meter="esme")
served.passes(*brought(FLOOD), *GENUINE, answered(1000), answered(1001))
served.fails("not-served", *brought(FLOOD), *GENUINE, answered(1000))
served.fails("not-served", *brought(FLOOD), *GENUINE, answered(1000), answered(1001, success=False))
served.cannot_tell("no-flood", *brought(FLOOD - 1), *GENUINE, answered(1000), answered(1001))
served.cannot_tell("nothing-asked", *brought(FLOOD))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_all_reasons_are_tried() -> None:
    CASES.are_complete()


def test_what_was_done_of_it_is_measured(make_log: MakeLog) -> None:
    log = make_log([tunnel(IN, COMMAND), tunnel(OUT, COMMAND), tunnel(BACK, RESPONSE)])
    entry = evaluate(CHECKS["reaches-by-its-list"], log, {"meter": "esme", "codes": None})
    assert [(one["id"], one["value"]) for one in entry["measurements"]] == [("old-commands-done", 1.0)]
