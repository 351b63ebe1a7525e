"""What the checks of a hub that takes Commands by a port of its own come to."""

from collections.abc import Mapping
from typing import Any

import pytest
from check_cases import (
    ALTERED,
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
)

CASES = Cases("hub_port")

BROUGHT, SAID = "carrier>hub", "hub>carrier"


def command(content: Mapping[str, Any] = COMMAND, **more: Any) -> Line:
    return "avenue", BROUGHT, "submit-command", 0, {"request": "01", "tag": "frame:1", **content, **more}


def answer(content: Mapping[str, Any] = RESPONSE, way: str = SAID, **more: Any) -> Line:
    return "avenue", way, "command-response", 0, {"request": "01", "tag": "frame:9", **content, **more}


def piece(what: str = "chunk") -> Line:
    return "avenue", BROUGHT, what, 0, {"half": True, "tag": "frame:piece"}


READING = gbcs(code="001D", tag="gbcs:read", counter=9, request="r9")
UNREADABLE: Line = ("avenue", BROUGHT, "unreadable", 0, {"tag": "frame:x"})
FOREIGN: Line = ("avenue", BROUGHT, "for-another-home", 0, {"request": "f0", "tag": "frame:f"})
TO_PPMID: Line = ("avenue", "carrier>ppmid", "unreadable", 0, {"tag": "frame:x"})

passed_on = CASES.of("port-passed-on-unaltered", meter="esme")
passed_on.passes(command(), tunnel(OUT, COMMAND))
passed_on.fails("altered", command(), tunnel(OUT, ALTERED))
passed_on.fails("not-passed-on", command())
passed_on.fails("not-passed-on", command(EIGHTH), tunnel(IN, EIGHTH))
passed_on.cannot_tell("perhaps-lost", command(), disturbed=["han"])
passed_on.cannot_tell("nothing-brought", tunnel(OUT, COMMAND))

passed_back = CASES.of("port-passed-back-unaltered", meter="esme")
passed_back.passes(command(EIGHTH), tunnel(BACK, gbcs("response", counter=8)), answer(gbcs("response", counter=8)))
passed_back.fails(
    "altered",
    command(EIGHTH),
    tunnel(BACK, gbcs("response", counter=8)),
    answer(gbcs("response", counter=8, tag="gbcs:other")),
)
passed_back.fails("not-passed-back", command(EIGHTH), tunnel(BACK, gbcs("response", counter=8)))
passed_back.fails(  # what the carrier hands in is not what the hub said
    "not-passed-back",
    command(EIGHTH),
    tunnel(BACK, gbcs("response", counter=8)),
    answer(gbcs("response", counter=8), "carrier>delivery-service"),
)
passed_back.cannot_tell("no-response", command(EIGHTH))

kept = CASES.of("port-kept-to-its-list", meter="esme", codes=["0007"])
kept.passes(command(READING))
kept.passes(command(), tunnel(OUT, COMMAND), command(READING))
kept.fails("passed-on-off-list", command(READING), tunnel(OUT, READING))
kept.cannot_tell("nothing-brought", command(), tunnel(OUT, COMMAND))

strangers = CASES.of("port-refused-strangers")
strangers.passes(UNREADABLE)
strangers.passes(on_wan(EIGHTH), UNREADABLE, tunnel(OUT, EIGHTH))  # it came over the SM WAN
strangers.fails("passed-on", UNREADABLE, tunnel(OUT, EIGHTH))
strangers.fails("answered", UNREADABLE, ("avenue", SAID, "status", 0, {"request": "01", "state": "refused"}))
strangers.cannot_tell("nothing-brought", TO_PPMID, tunnel(OUT, EIGHTH))

half = CASES.of("port-half-not-acted-on")
half.passes(piece(), piece("apdu"))
half.passes(piece(), command(EIGHTH), tunnel(OUT, EIGHTH), piece())
half.fails("half-acted-on", piece(), tunnel(OUT, EIGHTH))
half.cannot_tell("nothing-brought", tunnel(OUT, EIGHTH))
half.cannot_tell("nothing-half", piece(), command(EIGHTH), tunnel(OUT, EIGHTH))

copy = CASES.of("port-copy-not-acted-on")
copy.passes(command(EIGHTH), tunnel(OUT, EIGHTH), command(EIGHTH))
copy.fails("acted-twice", command(EIGHTH), tunnel(OUT, EIGHTH), command(EIGHTH), tunnel(OUT, EIGHTH))
copy.cannot_tell("no-copy", command(EIGHTH), tunnel(OUT, EIGHTH))

other_home = CASES.of("port-other-home-ignored")
other_home.passes(FOREIGN)
other_home.passes(FOREIGN, command(EIGHTH), tunnel(OUT, EIGHTH))
other_home.fails("sent-to-han", FOREIGN, tunnel(OUT, EIGHTH))
other_home.fails("answered", FOREIGN, ("avenue", SAID, "status", 0, {"request": "f0", "state": "refused"}))
other_home.cannot_tell("nothing-brought", command(EIGHTH), tunnel(OUT, EIGHTH))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_and_every_check_of_the_module_has_its_cases() -> None:
    CASES.are_complete()
