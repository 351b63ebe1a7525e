"""What the checks of Hand-Held Terminals, and of whom a hub lets in, come to."""

from typing import Any

import pytest
from check_cases import (
    ALTERED,
    ALTERED_RESPONSE,
    COMMAND,
    EIGHTH,
    IN,
    OUT,
    RESPONSE,
    Case,
    Cases,
    Line,
    MakeLog,
    asked,
    gbcs,
    record,
    tunnel,
)

CASES = Cases("hand_held")

HOUR = 3_600
FROM_HHT, TO_HHT = "hht>hub", "hub>hht"


def on(seconds: float = 0) -> Line:
    """The hub's first frame with power."""
    return "han", "hub>esme", "zcl", seconds, {}


def cut(seconds: float) -> Line:
    return "hub-power", "hub>harness", "cut", seconds, {}


def called(seconds: float, **more: Any) -> Line:
    return "han", FROM_HHT, "inter-pan", seconds, {"sealed": True, **more}


def answered(seconds: float, accepted: bool = True, **more: Any) -> Line:
    return "han", TO_HHT, "association", seconds, {"accepted": accepted, **more}


def in_clear(content: dict[str, Any], **more: Any) -> Line:
    return "han", FROM_HHT, "inter-pan", 0, {"sealed": False, **content, **more}


def of_file(what: str, content: dict[str, Any]) -> Line:
    return "hht", "hht>harness", what, 0, content


let_in = CASES.of("hht-let-in")
let_in.passes(on(), called(HOUR), answered(HOUR))
let_in.passes(on(), called(2 * HOUR), cut(2 * HOUR), on(2 * HOUR), called(2 * HOUR + 9), answered(2 * HOUR + 9))
let_in.fails("kept-out", on(), called(HOUR))
let_in.fails("kept-out", on(), called(HOUR), answered(HOUR, accepted=False))
let_in.fails("kept-out", on(), called(HOUR), answered(HOUR, lost="lost"))
let_in.cannot_tell("perhaps-lost", on(), called(HOUR), disturbed=["han"])
let_in.cannot_tell("not-asked", on(), called(HOUR + 2), answered(HOUR + 2))
let_in.cannot_tell("not-asked", on(), called(HOUR, sealed=False))

closed = CASES.of("joining-closed")
closed.passes(on(), called(HOUR + 2))
closed.passes(on(), called(HOUR + 2), answered(HOUR + 2, accepted=False))
closed.passes(on(), called(HOUR + 2), cut(HOUR + 3), on(HOUR + 4), called(HOUR + 5), answered(HOUR + 5))
closed.fails("let-in-late", on(), called(HOUR + 2), answered(HOUR + 2))
closed.fails("let-in-late", on(), called(HOUR + 2), answered(HOUR + 2), cut(HOUR + 3), on(HOUR + 4), called(HOUR + 5))
closed.fails("let-in-late", cut(0), on(2), called(HOUR + 3), answered(HOUR + 3, lost="lost"))
closed.cannot_tell("not-asked", on(), called(HOUR), answered(HOUR))
closed.cannot_tell("not-asked", on(), cut(HOUR), on(HOUR + 1), called(HOUR + 9), answered(HOUR + 9))
closed.cannot_tell("not-asked", on(), called(HOUR + 2, lost="lost"), answered(HOUR + 2))

unjoined = CASES.of("nothing-for-the-unjoined", meter="esme")
unjoined.passes(in_clear(COMMAND))
unjoined.passes(tunnel(FROM_HHT, COMMAND), tunnel(OUT, gbcs(counter=8)))
unjoined.fails("carried", in_clear(COMMAND), tunnel(OUT, COMMAND))
unjoined.fails("carried", tunnel(FROM_HHT, COMMAND), tunnel(OUT, COMMAND))
unjoined.cannot_tell("nothing-sent", in_clear(COMMAND, lost="lost"), tunnel(OUT, COMMAND))
unjoined.cannot_tell("nothing-sent", answered(0), tunnel(FROM_HHT, COMMAND), tunnel(OUT, COMMAND))

passed_on = CASES.of("hht-passed-on-unaltered")
passed_on.passes(of_file("loaded", COMMAND), tunnel(FROM_HHT, COMMAND))
passed_on.fails("altered", of_file("loaded", COMMAND), tunnel(FROM_HHT, ALTERED))
passed_on.fails("not-passed-on", of_file("loaded", COMMAND), tunnel(FROM_HHT, COMMAND, lost="lost"))
passed_on.cannot_tell("nothing-loaded", of_file("loaded", {"gbcs": {"tag": "gbcs:none"}}))

brought = CASES.of("hht-brought-back-unaltered")
brought.passes(tunnel(TO_HHT, RESPONSE), of_file("brought-back", RESPONSE))
brought.fails("altered", tunnel(TO_HHT, RESPONSE), of_file("brought-back", ALTERED_RESPONSE))
brought.fails("not-brought-back", tunnel(TO_HHT, RESPONSE), of_file("brought-back", {"gbcs": {"tag": "gbcs:none"}}))
brought.cannot_tell("no-response", of_file("brought-back", RESPONSE))

same = CASES.of("same-by-hht-and-ppmid", meter="esme")
same.passes(tunnel(FROM_HHT, COMMAND), tunnel(OUT, COMMAND), tunnel(IN, COMMAND), tunnel(OUT, COMMAND))
same.fails("different-octets", tunnel(FROM_HHT, ALTERED), tunnel(IN, COMMAND))
same.fails("different-octets", tunnel(FROM_HHT, COMMAND), tunnel(IN, ALTERED))
same.fails("different-octets", tunnel(FROM_HHT, COMMAND), tunnel(OUT, ALTERED), tunnel(IN, COMMAND))
same.cannot_tell("no-pair", tunnel(FROM_HHT, COMMAND), tunnel(OUT, COMMAND))
same.cannot_tell("no-pair", tunnel(FROM_HHT, COMMAND), tunnel(IN, gbcs(counter=8)))

other_home = CASES.of("hht-other-home-ignored", device="M")
other_home.passes(tunnel(FROM_HHT, COMMAND))
other_home.passes(tunnel(FROM_HHT, COMMAND), tunnel(TO_HHT, RESPONSE), tunnel(OUT, EIGHTH))
other_home.fails("passed-on", tunnel(FROM_HHT, COMMAND), tunnel(OUT, COMMAND))
other_home.fails("passed-on", tunnel(FROM_HHT, COMMAND), tunnel("hub>gsme", ALTERED, lost="lost"))
other_home.cannot_tell("nothing-brought", tunnel(FROM_HHT, COMMAND, lost="lost"))
other_home.cannot_tell("nothing-brought", tunnel(FROM_HHT, gbcs(target="N")))

AN_EARLIER = of_file("brought-back", gbcs("response", counter=6, tag="gbcs:6"))
earlier = CASES.of("earlier-answer-not-believed", request="r7")
earlier.passes(asked(), AN_EARLIER, record("unknown"))
earlier.fails("earlier-believed", asked(), AN_EARLIER, record("delivered-verified"))
earlier.fails("earlier-believed", asked(), AN_EARLIER, record("refused-verified"))
earlier.cannot_tell("no-earlier-answer", AN_EARLIER, asked(), record("unknown"))
earlier.cannot_tell("no-earlier-answer", asked(), record("unknown"), AN_EARLIER)
earlier.cannot_tell("no-earlier-answer", asked(), AN_EARLIER, of_file("brought-back", RESPONSE), record("unknown"))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()
