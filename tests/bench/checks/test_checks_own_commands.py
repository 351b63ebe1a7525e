"""What the checks of the PPMID's own commands come to."""

import pytest
from check_cases import (
    COMMAND,
    IN,
    TOP_UP,
    Case,
    Cases,
    Line,
    MakeLog,
    gbcs,
    pcs01,
    submitted,
    tunnel,
    utrn_submitted,
)

CASES = Cases("own_commands")

FIRST = pcs01("command", counter=10_000, tag="gbcs:a")
SECOND = pcs01("command", counter=10_001, tag="gbcs:b", utrn="utrn:2")
CREDIT: Line = ("han", "ppmid>esme", "select-available-emergency-credit", 0, {})
TYPED: Line = ("keypad", "ppmid>harness", "typed", 0, {"utrn": "utrn:1"})


def zcl(cluster: str, command: int, scope: str = "cluster") -> Line:
    return "han", "ppmid>esme", "zcl", 0, {"cluster": cluster, "command": command, "scope": scope}


once = CASES.of("own-counters-used-once")
once.passes(tunnel(IN, FIRST), tunnel(IN, SECOND))
once.passes(tunnel(IN, FIRST), tunnel(IN, FIRST))
once.passes(tunnel(IN, FIRST), tunnel(IN, pcs01("command", counter=10_000, tag="gbcs:b", target="N")))
once.fails("used-again", tunnel(IN, FIRST), tunnel(IN, pcs01("command", counter=10_000, tag="gbcs:b")))
once.fails("used-again", tunnel(IN, FIRST, lost="lost"), tunnel(IN, pcs01("command", counter=10_000, tag="gbcs:b")))
once.cannot_tell("one-command", tunnel(IN, FIRST), tunnel(IN, COMMAND), tunnel(IN, gbcs(tag="gbcs:b")))

electricity = CASES.of("utrn-by-its-command", meter="esme")
electricity.passes(utrn_submitted(), TOP_UP)
electricity.passes(TYPED, TOP_UP)
electricity.fails("not-sent", utrn_submitted())
electricity.fails("not-sent", TOP_UP, TYPED)
electricity.fails("other-digits", TYPED, ("han", "ppmid>esme", "consumer-top-up", 0, {"utrn": "utrn:2"}))
electricity.fails(  # what went is the second one's, so the first has not gone at all
    "not-sent",
    *(utrn_submitted(), utrn_submitted(utrn="utrn:2", request="02")),
    ("han", "ppmid>esme", "consumer-top-up", 0, {"utrn": "utrn:2"}),
)
electricity.fails("other-command", utrn_submitted(), tunnel(IN, FIRST))
electricity.cannot_tell("nothing-asked", TOP_UP)

gas = CASES.of("utrn-by-its-command", meter="gsme")
gas.passes(utrn_submitted(), tunnel(IN, FIRST))
gas.fails("other-command", utrn_submitted(), TOP_UP)
gas.fails("other-digits", utrn_submitted(), tunnel(IN, SECOND))
gas.fails("not-sent", utrn_submitted(), tunnel(IN, COMMAND))

CHOSE_CREDIT: Line = ("keypad", "ppmid>harness", "chosen", 0, {"choice": "emergency-credit"})
CHOSE_SUPPLY: Line = ("keypad", "ppmid>harness", "chosen", 0, {"choice": "supply"})
allowed = CASES.of("asks-what-meters-allow")
allowed.passes(CHOSE_CREDIT, CHOSE_SUPPLY, TOP_UP, CREDIT, zcl("0702", 0x0C), tunnel(IN, FIRST))
allowed.fails("unasked", TOP_UP, CREDIT, CHOSE_CREDIT)
allowed.fails("unasked", CHOSE_CREDIT, TOP_UP, zcl("0702", 0x0C))
allowed.fails("unasked", CHOSE_SUPPLY, tunnel(IN, {"gbcs": {**FIRST["gbcs"], "use_case": "PCS02"}}))
allowed.passes(TOP_UP, zcl("0704", 2), zcl("0702", 0, "general"), zcl("0019", 1))
allowed.passes(submitted(), tunnel(IN, COMMAND), tunnel(IN, FIRST))
allowed.fails("other-command", TOP_UP, zcl("0702", 0x0D))
allowed.fails("other-command", TOP_UP, zcl("0705", 5))
allowed.fails("other-command", tunnel(IN, FIRST), tunnel(IN, gbcs(tag="gbcs:its own")))
allowed.cannot_tell("nothing-asked", submitted(), tunnel(IN, COMMAND))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()
