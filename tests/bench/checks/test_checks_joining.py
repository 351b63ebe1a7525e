"""What the check of a PPMID's join comes to."""

import pytest
from check_cases import Case, Cases, MakeLog, gbcs, tunnel, utrn_submitted

CASES = Cases("joining")

JOINED = tunnel("ppmid>hub", gbcs("response", code="00AF"))
REFUSED = tunnel("ppmid>hub", gbcs("response", code="00AF", success=False))
BY_METER = tunnel("gsme>hub", gbcs("response", code="00AF"))
SENT = tunnel("ppmid>hub", gbcs(code="009B"))

used = CASES.of("join-put-to-use")
used.passes(JOINED, utrn_submitted(), SENT)
used.fails("not-sent", JOINED, utrn_submitted())
used.fails("not-sent", SENT, JOINED, utrn_submitted())
used.cannot_tell("not-joined", utrn_submitted(), SENT)
used.cannot_tell("not-joined", REFUSED, BY_METER, utrn_submitted(), SENT)
used.cannot_tell("nothing-asked", utrn_submitted(), JOINED)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()
