"""What the check of a balance read at the gas proxy comes to."""

import pytest
from check_cases import Case, Cases, Line, MakeLog, record

CASES = Cases("proxy")


def reported(balance: int, seconds: float = 0, **more: object) -> Line:
    return "han", "gsme>hub", "figures-reported", seconds, {"cluster": "0705", "values": {"0001": balance}, **more}


def read_at_the_proxy(balance: int | None = 120_000) -> Line:
    return record("delivered-verified", 300, request="read", srv="4.18", balance=balance, verified_by="wan")


def left(outcome: str, verified_by: str = "", **more: object) -> Line:
    return record(outcome, 310, request="utrn", srv="", balance=None, verified_by=verified_by, **more)


OPEN = left("pending")
AGAIN: Line = ("avenue", "delivery-service>ppmid", "submit-utrn", 305, {"request": "02", "utrn": "utrn:2"})

nothing = CASES.of("proxy-not-proof", top_up="utrn", read="read")
nothing.passes(reported(120_000), read_at_the_proxy(), OPEN)
nothing.passes(reported(120_000), read_at_the_proxy(), left("unknown"))
nothing.passes(reported(120_000), read_at_the_proxy(), left("delivered-verified", "log"))
nothing.passes(reported(120_000), read_at_the_proxy(), left("reported-unverified", "avenue"))
nothing.fails("taken-for-proof", reported(120_000), read_at_the_proxy(), left("refused-verified", "proxy"))
nothing.fails("taken-for-proof", reported(120_000), read_at_the_proxy(), left("delivered-verified", "proxy"))
nothing.fails("sent-again", reported(120_000), read_at_the_proxy(), AGAIN, OPEN)
nothing.cannot_tell("not-read", reported(120_000), read_at_the_proxy(None), OPEN)
nothing.cannot_tell("not-read", reported(120_000), OPEN)
nothing.cannot_tell("no-source", reported(130_000), read_at_the_proxy(), OPEN)
nothing.cannot_tell("no-source", reported(120_000, lost="lost"), read_at_the_proxy(), OPEN)
nothing.cannot_tell("no-record", reported(120_000), read_at_the_proxy())


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()
