"""What the check of the order in a hub's mailbox comes to."""

from collections.abc import Mapping
from typing import Any

import pytest
from check_cases import IN, Case, Cases, Line, MakeLog, gbcs, tunnel

CASES = Cases("mailbox")

TO_GAS = "hub>gsme"
DAY = 86_400


def letter(name: str) -> dict[str, Any]:
    """A Command for the gas meter G."""
    return gbcs(tag=f"gbcs:{name}", target="G")


A, B, C = letter("A"), letter("B"), letter("C")


def by_wan(content: Mapping[str, Any], seconds: float) -> Line:
    return "wan", "dcc>hub", "gbcs", seconds, content


def out(content: Mapping[str, Any], remaining: int, seconds: float) -> Line:
    """The hub's GET-RESPONSE with a Command."""
    return tunnel(TO_GAS, content, seconds, exchange="get-response", remaining=remaining)


def empty(seconds: float) -> Line:
    return out({}, 0, seconds)


THREE = tunnel(IN, A, 0), by_wan(B, 60), tunnel("hht>hub", C, 120)
GIVEN_UP: Line = ("wan", "hub>dcc", "gbcs", DAY, gbcs("alert", alert="819D", tag="gbcs:819D", target="ACB"))
CUT: Line = ("hub-power", "hub>harness", "cut", 200, {})

order = CASES.of("mailbox-in-order", meter="gsme", device="G")
order.passes(*THREE, out(A, 2, 1_800), out(B, 1, 1_801), out(C, 0, 1_802), empty(3_600))
order.passes(tunnel(IN, A), by_wan(A, 1), by_wan(B, 60), out(A, 2, 900), out(A, 1, 901), out(B, 0, 902))
order.passes(tunnel(IN, A), by_wan(A, 1), by_wan(B, 60), out(A, 1, 900), out(B, 0, 902))
order.passes(tunnel(IN, A), by_wan(B, 5), by_wan(C, 60), out(B, 2, 900), out(A, 1, 901), out(C, 0, 902))
order.passes(tunnel(IN, A), by_wan(B, DAY - 60), out(B, 0, DAY + 1))
order.passes(tunnel(IN, A), by_wan(B, 60), CUT, empty(900))
order.passes(tunnel(IN, A), by_wan(B, 60), out(A, 0, 65), out(B, 0, 900))
order.fails("out-of-order", *THREE, out(C, 2, 1_800), out(A, 1, 1_801), out(B, 0, 1_802))
order.fails("out-of-order", tunnel(IN, A), by_wan(B, 10), out(B, 1, 900), out(A, 0, 901))
order.fails("handed-out-twice", tunnel(IN, A), by_wan(B, 60), out(A, 2, 900), out(B, 1, 901), out(A, 0, 902))
order.passes(tunnel(IN, A), by_wan(B, DAY - 60), GIVEN_UP, out(B, 0, DAY + 1))
order.passes(tunnel(IN, A), by_wan(A, 1), by_wan(B, 60), out(A, 1, 900), out(B, 0, 901), GIVEN_UP)
order.fails(
    "given-up-and-handed-out", tunnel(IN, A), by_wan(B, DAY - 60), GIVEN_UP, out(A, 1, DAY + 1), out(B, 0, DAY + 2)
)
order.fails("given-up-and-handed-out", *THREE, GIVEN_UP, GIVEN_UP, out(B, 1, DAY + 1), out(C, 0, DAY + 2))
order.fails("left-behind", tunnel(IN, A), by_wan(B, 60), out(A, 0, 900))
order.fails("left-behind", tunnel(IN, A), by_wan(B, 60), out(B, 0, 900))
order.fails("left-behind", tunnel(IN, A), by_wan(B, 60), empty(900))
order.fails("left-behind", tunnel(IN, A), by_wan(B, 60), out(A, 0, 900), out(B, 0, 2_700))
order.fails("left-behind", CUT, tunnel(IN, A, 300), by_wan(B, 360), empty(900))
order.fails("left-behind", tunnel(IN, A), by_wan(B, 60), out(A, 0, DAY))
order.cannot_tell("none-together", tunnel(IN, A), out(A, 0, 900), by_wan(B, 960), out(B, 0, 2_700))
order.cannot_tell("none-together", tunnel(IN, A), by_wan(gbcs(target="E"), 60), out(A, 0, 900))
order.cannot_tell("none-together", tunnel(IN, A), by_wan(B, 60))
order.cannot_tell("perhaps-repeated", tunnel(IN, A), by_wan(B, 60), out(A, 1, 900), out(A, 0, 901), disturbed=["han"])


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()
