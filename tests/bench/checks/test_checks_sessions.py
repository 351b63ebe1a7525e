"""What the check of sessions of the Supplier's app comes to."""

import pytest
from check_cases import Case, Cases, Line, MakeLog, utrn_submitted

CASES = Cases("sessions")


def entered(utrn: str = "utrn:1") -> Line:
    return "app", "delivery-service>harness", "entered", 0, {"utrn": utrn, "refused": "one that is over"}


refused = CASES.of("session-refused")
refused.passes(entered())
refused.passes(entered("utrn:2"), utrn_submitted())
refused.fails("sent-on", entered(), utrn_submitted())
refused.fails("sent-on", entered(), utrn_submitted(lost="lost"))
refused.cannot_tell("nothing-entered", utrn_submitted())


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()
