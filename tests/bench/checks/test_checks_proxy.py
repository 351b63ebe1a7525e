"""What the checks of the gas proxy, and of a balance read there, come to."""

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

_ZIGBEE_EPOCH = 946_684_800


def told(balance: int | None, stamp: int | None, seconds: float = 900) -> Line:
    values = {"0001": balance} | ({} if stamp is None else {"0004": stamp - _ZIGBEE_EPOCH})
    return "han", "hub>ppmid", "figures-told", seconds, {"cluster": "0705", "values": values}


mirror = CASES.of("mirror-as-reported")
mirror.passes(reported(120_000), told(120_000, 0))
mirror.passes(reported(120_000), told(120_000, None))
mirror.passes(reported(120_000), reported(137_000, 60), told(137_000, 61))
mirror.fails("misdated", reported(120_000), told(120_000, 900))
mirror.fails("misdated", reported(120_000), reported(120_000, 60), told(120_000, 0))
mirror.fails("other-balance", reported(120_000), reported(137_000, 60), told(120_000, 0))
mirror.cannot_tell("nothing-told", reported(120_000), told(None, 0))
mirror.cannot_tell("nothing-told", told(120_000, 0))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()
