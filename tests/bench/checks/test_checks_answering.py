"""What the checks of those come to who answer Commands themselves."""

import pytest
from check_cases import (
    ALTERED,
    BACK,
    COMMAND,
    HOME,
    IN,
    OUT,
    RESPONSE,
    Case,
    Cases,
    MakeLog,
    gbcs,
    on_wan,
    submitted,
    tunnel,
)

CASES = Cases("answering")

TO_SWITCH, FROM_SWITCH = "hub>hcalcs", "hcalcs>hub"
answered = CASES.of("hcalcs-answers")
answered.passes(tunnel(TO_SWITCH, COMMAND), tunnel(FROM_SWITCH, RESPONSE))
answered.fails("silent", tunnel(TO_SWITCH, COMMAND))
answered.fails("silent", tunnel(TO_SWITCH, COMMAND), tunnel(BACK, RESPONSE))
answered.fails(
    "silent",
    tunnel(TO_SWITCH, COMMAND),
    tunnel(TO_SWITCH, gbcs(counter=9, tag="gbcs:9")),
    tunnel(FROM_SWITCH, RESPONSE),
)
answered.cannot_tell("perhaps-lost", tunnel(TO_SWITCH, COMMAND), disturbed=["han"])
answered.cannot_tell("nothing-relayed", tunnel(OUT, COMMAND), tunnel(BACK, RESPONSE))

for given in (on_wan(), submitted(), tunnel(IN, COMMAND)):
    answered.cannot_tell("nothing-relayed", given, tunnel(TO_SWITCH, ALTERED))
    answered.fails("silent", given, tunnel(TO_SWITCH, COMMAND))

FOR_THE_HUB, BY_THE_HUB = gbcs(target="H"), gbcs("response", originator="H")
own = CASES.of("answered-by-the-hub", function="H")
own.passes(tunnel(IN, FOR_THE_HUB), tunnel(HOME, BY_THE_HUB))
own.fails("no-answer", tunnel(IN, FOR_THE_HUB), tunnel(HOME, RESPONSE))
own.fails("passed-on", tunnel(IN, FOR_THE_HUB), tunnel(OUT, FOR_THE_HUB), tunnel(HOME, BY_THE_HUB))
own.cannot_tell("nothing-forwarded", tunnel(IN, COMMAND))
own.fails("no-answer", on_wan(FOR_THE_HUB), tunnel(IN, FOR_THE_HUB))
own.cannot_tell("nothing-forwarded", on_wan(FOR_THE_HUB), tunnel(IN, gbcs(target="H", tag="gbcs:other")))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()
