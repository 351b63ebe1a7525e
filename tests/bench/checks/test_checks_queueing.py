"""What the checks of a hub's queues and transfers come to."""

import pytest
from check_cases import COMMAND, IN, OUT, Case, Cases, Line, MakeLog, gbcs, on_wan, tunnel

CASES = Cases("queueing")

TO_GAS = "hub>gsme"
DAY = 86_400
JUNK = gbcs(tag="gbcs:junk", counter=1, request="r1")


def later(seconds: float) -> Line:
    return "wan", "hub>harness", "coverage", seconds, {"up": True}


old = CASES.of("nothing-old-handed-out", meter="gsme")
old.passes(tunnel(IN, COMMAND), later(DAY + 1))
old.passes(tunnel(IN, COMMAND), tunnel("hub>esme", COMMAND, DAY + 5), later(DAY + 5))
old.fails("handed-out-late", tunnel(IN, COMMAND), tunnel(TO_GAS, COMMAND, DAY + 1), later(DAY + 2))
old.cannot_tell("nothing-old", tunnel(IN, COMMAND), tunnel(TO_GAS, COMMAND, DAY), later(DAY + 1))
old.cannot_tell("nothing-old", tunnel(IN, COMMAND), later(DAY))
old.fails("handed-out-late", tunnel(IN, COMMAND), tunnel(TO_GAS, COMMAND, 11), limits={"relay-age": 10})

crowd = CASES.of("not-crowded-out", meter="gsme", request="r7")
crowd.passes(on_wan(), tunnel(IN, JUNK, 10), tunnel(TO_GAS, COMMAND, 900), tunnel(TO_GAS, JUNK, 901))
crowd.passes(on_wan(), tunnel(IN, JUNK, 10), tunnel(TO_GAS, JUNK, 900), tunnel(TO_GAS, COMMAND, 901))
crowd.fails("crowded-out", on_wan(), tunnel(IN, JUNK, 10), tunnel(TO_GAS, JUNK, 900))
crowd.fails("crowded-out", on_wan(), tunnel(IN, JUNK, 10), tunnel(TO_GAS, JUNK, 900), tunnel(TO_GAS, COMMAND, 2700))
crowd.cannot_tell("no-crowd", on_wan(), tunnel(TO_GAS, COMMAND, 900))
crowd.cannot_tell("no-crowd", tunnel(IN, JUNK), on_wan(), tunnel(TO_GAS, COMMAND, 900))
crowd.cannot_tell("no-wake", on_wan(), tunnel(IN, JUNK, 10))

PIECE: Line = ("han", IN, "frame", 30, {})
ODD: Line = ("han", IN, "unreadable", 30, {"problem": "too large"})

broken = CASES.of("broken-transfer-given-up", meter="esme")
broken.passes(PIECE, tunnel(IN, COMMAND, 60), tunnel(OUT, COMMAND, 60))
broken.passes(ODD, tunnel(IN, COMMAND, 60), tunnel(OUT, COMMAND, 60))
broken.fails("stuck", PIECE, tunnel(IN, COMMAND, 60))
broken.fails("passed-on", PIECE, tunnel(OUT, JUNK, 1), tunnel(IN, COMMAND, 60), tunnel(OUT, COMMAND, 60))
broken.cannot_tell("nothing-broken", PIECE, tunnel(IN, COMMAND, 31), tunnel(OUT, COMMAND, 31))
broken.cannot_tell("nothing-whole", PIECE)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()
