"""What the checks of what a delivery takes come to."""

from typing import Any

import pytest
from check_cases import (
    ALTERED,
    COMMAND,
    EIGHTH,
    IN,
    OUT,
    RESPONSE,
    TOP_UP,
    Case,
    Cases,
    Line,
    MakeLog,
    asked,
    on_wan,
    pcs01,
    submitted,
    tunnel,
    utrn_submitted,
    wanted,
)

from ppmid_bench.checks import CHECKS, evaluate

CASES = Cases("footprint")

RELAYED = (asked(), submitted(), tunnel(IN, COMMAND), tunnel(OUT, COMMAND))
BY_TERMINAL = (asked(), tunnel("hht>hub", COMMAND), tunnel(OUT, COMMAND))
BY_HAND: Line = ("avenue", "carrier>ppmid", "submit-command", 0, {"request": "01", **COMMAND})
INTO_HUB: Line = ("avenue", "carrier>hub", "submit-command", 0, {"request": "01", **COMMAND})

services = CASES.of("made-by-todays-services", meter="esme")
services.passes(*RELAYED)
services.passes(*BY_TERMINAL)
services.passes(on_wan(), tunnel(OUT, COMMAND))
services.passes(utrn_submitted(), TOP_UP)
services.fails("of-no-service", asked(), tunnel(OUT, ALTERED))
services.fails("of-no-service", asked(), tunnel(OUT, COMMAND), tunnel("ppmid>esme", ALTERED))
services.fails("of-no-service", on_wan(way="dcc>neighbour-hub"), tunnel(OUT, COMMAND))
services.cannot_tell("nothing-reached", asked(), submitted(), tunnel(IN, COMMAND))
services.cannot_tell("nothing-reached", tunnel(OUT, COMMAND, lost="line down"))
services.cannot_tell("nothing-reached", tunnel(OUT, pcs01("command")))

alone = CASES.of("utrn-travels-alone")
alone.passes(utrn_submitted(), TOP_UP)
alone.passes(utrn_submitted(), tunnel(IN, pcs01("command")))
alone.fails("command-travelled", submitted(), tunnel(IN, COMMAND))
alone.fails("command-travelled", utrn_submitted(), submitted())
alone.fails("command-travelled", utrn_submitted(), TOP_UP, tunnel(IN, COMMAND))
alone.cannot_tell("nothing-came", TOP_UP)

spared = CASES.of("wan-spared", request="r7")
spared.passes(wanted(), asked())
spared.passes(wanted(), asked(), on_wan(RESPONSE, "hub>dcc", octets=90))
spared.passes(wanted(6), asked(), on_wan(EIGHTH))
spared.fails("sent-over-wan", wanted(), asked(), on_wan(octets=80))
spared.fails("sent-over-wan", wanted(), asked(), on_wan(octets=80, lost="line down"))
spared.cannot_tell("not-given", wanted())
spared.cannot_tell("not-given", asked())
spared.cannot_tell("asked-for-both", wanted(3), asked(), on_wan())


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        (BY_TERMINAL, 0),
        ((TOP_UP,), 0),
        ((utrn_submitted(), TOP_UP), 1),  # a delivery service
        (RELAYED, 2),  # and a hub that relays
        ((*RELAYED, BY_HAND), 3),  # and who carries
        ((asked(), submitted(), INTO_HUB, tunnel(OUT, COMMAND)), 3),  # a service, who carries, a hub with a port
    ],
)
def test_new_components_are_counted(lines: tuple[Line, ...], count: int, make_log: MakeLog) -> None:
    assert measured("made-by-todays-services", {"meter": "esme"}, lines, make_log) == {"new-components": count}


def test_octets_on_the_sm_wan_are_counted_unless_they_were_lost(make_log: MakeLog) -> None:
    lines = (wanted(), asked(), on_wan(RESPONSE, "hub>dcc", octets=90), on_wan(RESPONSE, "hub>dcc", octets=7, lost="x"))
    assert measured("wan-spared", {"request": "r7"}, lines, make_log) == {"wan-octets": 90}


def measured(check: str, arguments: dict[str, Any], lines: tuple[Line, ...], make_log: MakeLog) -> dict[str, float]:
    entry = evaluate(CHECKS[check], make_log(list(lines)), arguments)
    return {one["id"]: one["value"] for one in entry["measurements"]}
