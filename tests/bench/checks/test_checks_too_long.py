"""What the checks of Commands that no tunnel carries come to."""

import pytest
from check_cases import COMMAND, EIGHTH, IN, RESPONSE, Case, Cases, Line, MakeLog, said, submitted, tunnel

CASES = Cases("too_long")
LONG = submitted(octets=1_501)
REFUSED = said("status", 1, state="refused", reason="command-too-large")
UNREADABLE: Line = ("han", IN, "unreadable", 1, {"problem": "cut"})

refused = CASES.of("too-long-refused")
refused.passes(LONG, REFUSED)
refused.passes(tunnel(IN, COMMAND), submitted(octets=1_500, request="00"), LONG, REFUSED)
refused.passes(LONG, REFUSED, tunnel(IN, RESPONSE, 2))  # what it answers itself
refused.fails("sent-in-part", LONG, UNREADABLE)
refused.fails("sent-in-part", LONG, UNREADABLE, REFUSED)
refused.fails("sent-in-part", LONG, tunnel(IN, EIGHTH, 1), REFUSED)
refused.fails("not-said", LONG)
refused.fails("not-said", LONG, said("status", 1, state="unknown", reason=None))
refused.fails("not-said", LONG, said("status", 1, state="refused", reason="command-too-large", request="02"))
refused.fails("other-reason", LONG, said("status", 1, state="refused", reason="han-unreachable"))
refused.cannot_tell("nothing-too-long", submitted(octets=1_500), REFUSED)
refused.cannot_tell("nothing-too-long", submitted())


def put_in(octets: int, what: str = "loaded") -> Line:
    return "hht", "hht>harness", what, 0, {"gbcs": {"tag": "gbcs:1"}, "octets": octets}


not_taken = CASES.of("too-long-not-taken")
not_taken.passes(put_in(1_501), put_in(1_501, "not-taken"))
not_taken.passes(put_in(900), tunnel("hht>hub", COMMAND), put_in(1_501), put_in(1_501, "not-taken"))
not_taken.fails("taken", put_in(1_501))
not_taken.fails("taken", put_in(1_501), ("han", "hht>hub", "unreadable", 1, {"problem": "cut"}))
not_taken.fails("taken", put_in(1_501), put_in(1_501, "not-taken"), tunnel("hht>hub", COMMAND, 1))
not_taken.cannot_tell("nothing-too-long", put_in(1_500))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()
