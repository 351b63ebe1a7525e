"""What the checks of the hub's device log come to."""

from typing import Any

import pytest
from check_cases import COMMAND, IN, OUT, RESPONSE, Case, Cases, Line, MakeLog, gbcs, tunnel

CASES = Cases("device_log")

ASKS, AWAY = "ppmid>hub", "hub>ppmid"


def said(code: str, **more: Any) -> Line:
    """The hub's own Response to a Command."""
    return "wan", "hub>dcc", "gbcs", 0, gbcs(code=code, cra="response", success=True, **more)


def leave(way: str = AWAY, **more: Any) -> Line:
    return "han", way, "leave", 1, more


def rejoin(**more: Any) -> Line:
    return "han", ASKS, "rejoin-request", 2, more


def confirmed(accepted: bool = True) -> Line:
    return "han", AWAY, "confirm-key", 3, {"accepted": accepted}


def key() -> Line:
    return "han", AWAY, "network-key", 3, {}


def scan() -> Line:
    return "wan", "dcc>hub", "gbcs", 0, gbcs(code="010E")


def assessed(status: int) -> Line:
    return "wan", "hub>dcc", "gbcs", 1, gbcs(code="0112", cra="alert", alert="8F28", scan=status)


STRUCK, LISTED = said("0002"), said("0001")

away = CASES.of("sent-away", device="ppmid")
away.passes(STRUCK, leave())
away.passes(leave(), STRUCK)
away.fails("not-sent-away", STRUCK)
away.fails("not-sent-away", STRUCK, leave("hub>hht"))
away.cannot_tell("not-struck-off", leave())
away.cannot_tell("not-struck-off", ("wan", "hub>dcc", "gbcs", 0, gbcs(code="0002", cra="response", success=False)))

gone = CASES.of("gone-when-sent-away")
gone.passes(leave(), rejoin())
gone.passes(leave(), rejoin(), key(), tunnel(IN, COMMAND))
gone.fails("stayed", leave(), tunnel(IN, COMMAND))
gone.fails("stayed", leave(), tunnel(IN, COMMAND), key())
gone.cannot_tell("not-sent-away", tunnel(IN, COMMAND))
gone.cannot_tell("not-sent-away", leave(lost="lost"), tunnel(IN, COMMAND))

nothing = CASES.of("nothing-for-the-struck-off", meter="esme")
nothing.passes(tunnel(IN, COMMAND), tunnel(OUT, COMMAND), leave(), tunnel(IN, gbcs(counter=8)))
nothing.fails("carried", leave(), tunnel(IN, COMMAND), tunnel(OUT, COMMAND))
nothing.cannot_tell("nothing-sent", tunnel(IN, COMMAND), tunnel(OUT, COMMAND), leave())

again = CASES.of("let-in-again")
again.passes(LISTED, rejoin(), confirmed())
again.fails("kept-out", LISTED, rejoin())
again.fails("kept-out", LISTED, rejoin(), confirmed(False))
again.cannot_tell("perhaps-lost", LISTED, rejoin(), disturbed=["han"])
again.cannot_tell("not-asked", rejoin(), LISTED, confirmed())

RESTORED, EXCHANGED = said("0003"), ("hub-power", "", "exchanged", 0, {})

restored = CASES.of("restored-let-in")
restored.passes(RESTORED, rejoin(), confirmed())
restored.fails("kept-out", RESTORED, rejoin())
restored.fails("kept-out", RESTORED, rejoin(), confirmed(False))
restored.fails("kept-out", RESTORED, rejoin(), ("han", "esme>hub", "rejoin-request", 2, {}), confirmed())
restored.fails("kept-out", RESTORED, confirmed(), rejoin())
restored.cannot_tell("perhaps-lost", RESTORED, rejoin(), disturbed=["han"])
restored.cannot_tell("not-asked", rejoin(), RESTORED, confirmed())
restored.cannot_tell("not-restored", rejoin(), confirmed())

finds = CASES.of("finds-the-new-hub")
finds.passes(EXCHANGED, rejoin())
finds.fails("never-asked", rejoin(), EXCHANGED)
finds.fails("never-asked", EXCHANGED, ("han", "esme>hub", "rejoin-request", 2, {}))
finds.cannot_tell("not-exchanged", rejoin())

asks = CASES.of("asks-to-come-back")
asks.passes(leave(), rejoin())
asks.fails("never-asked", rejoin(), leave())
asks.cannot_tell("not-sent-away", rejoin())

left = CASES.of("hht-said-that-it-left")
left.passes(("hht", "hht>harness", "left", 0, {}), leave("hht>hub"))
left.fails("left-silently", leave("hht>hub"), ("hht", "hht>harness", "left", 0, {}))
left.cannot_tell("not-left", leave("hht>hub"))

scanned = CASES.of("scan-assessed", status=1)
scanned.passes(scan(), assessed(1))
scanned.fails("assessed-otherwise", scan(), assessed(0))
scanned.fails("not-told", assessed(1), scan())
scanned.cannot_tell("not-asked", assessed(1))

fetched = CASES.of("kept-frames-fetched")
POLL: Line = ("han", ASKS, "data-request", 0, {})
AT_HUB: Line = ("han", "esme>hub", "tunnel", 1, RESPONSE)
AT_PPMID: Line = ("han", AWAY, "tunnel", 4, RESPONSE)
fetched.passes(POLL, AT_HUB, AT_PPMID)
fetched.fails("overslept", POLL, AT_HUB, ("han", AWAY, "tunnel", 9, {**RESPONSE, "lost": "not fetched in time"}))
fetched.cannot_tell("not-asleep", AT_HUB, AT_PPMID)
fetched.cannot_tell("nothing-fetched", POLL, AT_PPMID, AT_HUB)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()
