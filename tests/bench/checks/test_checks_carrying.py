"""What the checks of messages that are brought by hand come to."""

from collections.abc import Mapping
from typing import Any

import pytest
from check_cases import ALTERED, COMMAND, EIGHTH, IN, OUT, RESPONSE, TOP_UP, Case, Cases, Line, MakeLog, tunnel

CASES = Cases("carrying")

GIVEN, BROUGHT, SAID, RETURNED = (
    "delivery-service>carrier",
    "carrier>ppmid",
    "ppmid>carrier",
    "carrier>delivery-service",
)


def command(way: str, seconds: float = 0, content: Mapping[str, Any] = COMMAND, **more: Any) -> Line:
    return "avenue", way, "submit-command", seconds, {"request": "01", "tag": "frame:1", **content, **more}


def utrn(way: str, **more: Any) -> Line:
    return "avenue", way, "submit-utrn", 0, {"request": "02", "tag": "frame:2", "utrn": "utrn:1", **more}


def answer(way: str, seconds: float = 0, **more: Any) -> Line:
    return "avenue", way, "command-response", seconds, {"request": "01", "tag": "frame:9", **RESPONSE, **more}


def piece(what: str = "block", **more: Any) -> Line:
    return "avenue", BROUGHT, what, 0, {"half": True, "tag": "frame:piece", **more}


UNREADABLE: Line = ("avenue", BROUGHT, "unreadable", 0, {"tag": "frame:x"})
UNREADABLE_BACK: Line = ("avenue", RETURNED, "unreadable", 0, {"tag": "frame:x"})
FOREIGN: Line = ("avenue", BROUGHT, "for-another-home", 0, {"request": "f0", "tag": "frame:f"})

to_home = CASES.of("carried-as-given", back=False)
to_home.passes(command(GIVEN), piece(), command(BROUGHT, 60))
to_home.passes(command(GIVEN), utrn(GIVEN), command(BROUGHT), utrn(BROUGHT))
to_home.passes(command(GIVEN), command(BROUGHT), answer(SAID))  # what comes back is not asked for yet
to_home.fails("altered", command(GIVEN), UNREADABLE)
to_home.fails("altered", command(GIVEN), utrn(GIVEN), command(BROUGHT), UNREADABLE)
to_home.cannot_tell("nothing-carried", command(GIVEN))
to_home.cannot_tell("nothing-carried", command(GIVEN), piece())
to_home.cannot_tell("nothing-carried", command(BROUGHT))

there_and_back = CASES.of("carried-as-given", back=True)
there_and_back.passes(command(GIVEN), command(BROUGHT, 60), answer(SAID, 61), answer(RETURNED, 120))
there_and_back.fails("lost", command(GIVEN), command(BROUGHT), answer(SAID))
there_and_back.fails("lost", command(GIVEN), command(BROUGHT), answer(SAID), answer(RETURNED, tag="frame:other"))
there_and_back.fails("altered", command(GIVEN), command(BROUGHT), answer(SAID), UNREADABLE_BACK)
there_and_back.cannot_tell("nothing-said", command(GIVEN), command(BROUGHT))

half = CASES.of("half-not-acted-on")
half.passes(piece(), piece())
half.passes(piece("apdu"), tunnel(OUT, COMMAND))
half.passes(piece(), command(BROUGHT), tunnel(IN, COMMAND), piece("chunk"))
half.fails("half-acted-on", piece(), tunnel(IN, COMMAND))
half.fails("half-acted-on", piece("chunk"), TOP_UP)
half.fails(
    "half-acted-on", piece(), command(BROUGHT), piece(), tunnel(IN, EIGHTH | {"gbcs": {**EIGHTH["gbcs"], "utrn": "u"}})
)
half.cannot_tell("nothing-brought", tunnel(IN, COMMAND))
half.cannot_tell("nothing-half", piece(), command(BROUGHT), tunnel(IN, COMMAND))

copy = CASES.of("copy-not-acted-on")
copy.passes(command(BROUGHT), tunnel(IN, COMMAND), command(BROUGHT))
copy.passes(command(BROUGHT), command(BROUGHT))
copy.passes(utrn(BROUGHT), TOP_UP, utrn(BROUGHT))
copy.fails("acted-twice", command(BROUGHT), tunnel(IN, COMMAND), command(BROUGHT), tunnel(IN, COMMAND))
copy.fails("acted-twice", utrn(BROUGHT), TOP_UP, utrn(BROUGHT), TOP_UP)
copy.cannot_tell("no-copy", command(BROUGHT), tunnel(IN, COMMAND))
copy.cannot_tell("no-copy", command(BROUGHT), command(BROUGHT, tag="frame:3", request="03"), tunnel(IN, COMMAND))
ASKED_ANEW = command(BROUGHT, tag="frame:3")  # the same request, sealed under another replay number
copy.passes(command(BROUGHT), ASKED_ANEW, tunnel(IN, COMMAND))
copy.fails("acted-twice", command(BROUGHT), ASKED_ANEW, tunnel(IN, COMMAND), tunnel(IN, COMMAND))
copy.cannot_tell("no-copy", utrn(BROUGHT), utrn(BROUGHT, tag="frame:3", utrn="utrn:2"))
copy.cannot_tell("no-copy", command(GIVEN), command(BROUGHT))

other_home = CASES.of("other-home-ignored")
other_home.passes(FOREIGN)
other_home.passes(FOREIGN, command(BROUGHT), tunnel(IN, COMMAND), answer(SAID))
other_home.fails("sent-to-han", FOREIGN, tunnel(IN, ALTERED | {"gbcs": {**ALTERED["gbcs"], "utrn": "u"}}))
other_home.fails("sent-to-han", FOREIGN, TOP_UP)
other_home.fails("answered", FOREIGN, ("avenue", SAID, "status", 0, {"request": "f0", "state": "refused"}))
other_home.cannot_tell("nothing-brought", command(BROUGHT), tunnel(IN, COMMAND))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()
