"""What the check of what a hub tells the PPMID comes to."""

import pytest
from check_cases import COMMAND, EIGHTH, HOME, IN, RESPONSE, Case, Cases, MakeLog, gbcs, on_wan, tunnel

CASES = Cases("confidence")

ANSWERED = gbcs("response", counter=8, tag="gbcs:8r", request="r8")
ALERT = gbcs("alert", originator="M", target="S", tag="gbcs:alert")
ITS_OWN = gbcs(target="P", tag="gbcs:own"), gbcs("response", originator="G", target="P", tag="gbcs:pcs01")
OVER_WAN = on_wan(EIGHTH), on_wan(ANSWERED, "hub>dcc")
BY_PPMID = tunnel(IN, COMMAND), tunnel(HOME, RESPONSE)

kept = CASES.of("wan-kept-from-ppmid", device="P")
kept.passes(*OVER_WAN)
kept.passes(*OVER_WAN, *BY_PPMID, *(tunnel(HOME, one) for one in ITS_OWN))
kept.passes(*OVER_WAN, tunnel(IN, EIGHTH), tunnel(HOME, ANSWERED))  # the same Command both ways
kept.fails("command-copied", *OVER_WAN, *BY_PPMID, tunnel(HOME, EIGHTH))
kept.fails("answer-copied", *OVER_WAN, *BY_PPMID, tunnel(HOME, ANSWERED))
kept.fails("answer-copied", *OVER_WAN, tunnel(HOME, ALERT))
kept.fails("answer-copied", *OVER_WAN, *BY_PPMID, tunnel(HOME, ANSWERED, lost="lost"))
kept.cannot_tell("nothing-to-copy", *BY_PPMID, on_wan(ITS_OWN[0]), on_wan(gbcs("response", originator="P"), "hub>dcc"))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()
