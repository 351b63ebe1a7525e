"""What the checks of PPMID and hub as carriers come to."""

import pytest
from check_cases import (
    ALTERED,
    ALTERED_RESPONSE,
    BACK,
    COMMAND,
    HOME,
    IN,
    OUT,
    RESPONSE,
    TOP_UP,
    Case,
    Cases,
    MakeLog,
    gbcs,
    said,
    submitted,
    tunnel,
    utrn_submitted,
)

CASES = Cases("relaying")

forwarded = CASES.of("forwarded-unaltered")
forwarded.passes(submitted(), tunnel(IN, COMMAND))
forwarded.fails("altered", submitted(), tunnel(IN, ALTERED))
forwarded.fails("not-forwarded", submitted())
forwarded.fails("not-forwarded", tunnel(IN, COMMAND), submitted())
forwarded.fails("not-forwarded", submitted(), submitted(gbcs(counter=9, tag="gbcs:9")), tunnel(IN, COMMAND))
for other in ({"counter": 8}, {"counter": 8 << 32}, {"code": "0001"}, {"code": "0071"}, {"originator": "T"}):
    forwarded.fails("not-forwarded", submitted(), tunnel(IN, gbcs(tag="gbcs:other", **other)))
forwarded.fails("forwarded-twice", submitted(), tunnel(IN, COMMAND), tunnel(IN, COMMAND))
forwarded.passes(submitted(), submitted(request="02"), tunnel(IN, COMMAND), tunnel(IN, COMMAND))
forwarded.passes(submitted(), tunnel(IN, COMMAND), tunnel(IN, COMMAND), disturbed=["han"])
forwarded.cannot_tell("nothing-submitted", submitted(lost="line down"))
forwarded.cannot_tell("perhaps-lost", submitted(), disturbed=["han"])
forwarded.fails("altered", submitted(), tunnel(IN, ALTERED), disturbed=["han"])

passed_back = CASES.of("response-passed-unaltered")
passed_back.passes(submitted(), tunnel(HOME, RESPONSE), said("command-response", **RESPONSE))
passed_back.fails("altered", submitted(), tunnel(HOME, RESPONSE), said("command-response", **ALTERED_RESPONSE))
passed_back.fails("not-passed-on", submitted(), tunnel(HOME, RESPONSE))
AGAIN = tunnel(HOME, RESPONSE)  # which the PPMID has passed on already
passed_back.passes(submitted(), tunnel(HOME, RESPONSE), said("command-response", **RESPONSE), AGAIN)
passed_back.fails("not-passed-on", submitted(), tunnel(HOME, RESPONSE), AGAIN)
passed_back.cannot_tell("no-response", submitted(), tunnel(HOME, gbcs("response", counter=8)))

EIGHTH = {"gbcs": gbcs(counter=8, tag="gbcs:8")["gbcs"]}
OF_EIGHTH = {"gbcs": gbcs("response", counter=8, tag="gbcs:r8")["gbcs"]}
TWO = (submitted(), submitted(EIGHTH, request="02"), tunnel(HOME, RESPONSE))
own = CASES.of("each-response-to-its-request")
own.passes(*TWO, said("command-response", **RESPONSE))
own.passes(
    *TWO,
    tunnel(HOME, OF_EIGHTH),
    said("command-response", **RESPONSE),
    said("command-response", **OF_EIGHTH | {"request": "02"}),
)
own.passes(submitted(), submitted(request="02"), tunnel(HOME, RESPONSE), said("command-response", **RESPONSE))
own.passes(*TWO, said("command-response", **RESPONSE), AGAIN)
own.fails("not-passed-on", *TWO, AGAIN)
own.fails("not-passed-on", *TWO, said("command-response", **ALTERED_RESPONSE))
own.fails("other-request", *TWO, said("command-response", **RESPONSE | {"request": "02"}))
own.fails("passed-twice", *TWO, *[said("command-response", **RESPONSE)] * 2)
own.passes(*TWO, said("command-response", **RESPONSE), tunnel(HOME, RESPONSE))  # repeated by meter or hub
own.cannot_tell("no-response", submitted(), said("command-response", **RESPONSE))

relayed = CASES.of("relayed-unaltered", meter="esme")
relayed.passes(tunnel(IN, COMMAND), tunnel(OUT, COMMAND))
relayed.fails("altered", tunnel(IN, COMMAND), tunnel(OUT, ALTERED))
relayed.fails("not-relayed", tunnel(IN, COMMAND), tunnel(OUT, COMMAND, lost="asleep"))
relayed.fails("not-relayed", tunnel(IN, COMMAND), tunnel("hub>gsme", COMMAND))
relayed.cannot_tell("nothing-forwarded", tunnel(OUT, COMMAND))

routed = CASES.of("response-routed-back", meter="esme")
routed.passes(tunnel(IN, COMMAND), tunnel(BACK, RESPONSE), tunnel(HOME, RESPONSE))
routed.passes(tunnel(IN, COMMAND), tunnel(BACK, RESPONSE), tunnel(HOME, RESPONSE), tunnel(BACK, ALTERED_RESPONSE))
routed.fails("altered", tunnel(IN, COMMAND), tunnel(BACK, RESPONSE), tunnel(HOME, ALTERED_RESPONSE))
routed.fails("not-routed-back", tunnel(IN, COMMAND), tunnel(BACK, RESPONSE))
routed.cannot_tell("no-response", tunnel(IN, COMMAND))

old_hub = CASES.of("not-relayed", meter="esme")
old_hub.passes(tunnel(IN, COMMAND))
old_hub.passes(tunnel(IN, COMMAND), tunnel(OUT, gbcs(counter=8)))
old_hub.fails("relayed-by-old-hub", tunnel(IN, COMMAND), tunnel(OUT, ALTERED))
old_hub.cannot_tell("nothing-forwarded")

listed = CASES.of("kept-to-its-list", meter="esme", codes=["0007"])
listed.passes(tunnel(IN, gbcs(code="0069")))
listed.passes(tunnel(IN, gbcs(code="0007")), tunnel(OUT, gbcs(code="0007")), tunnel(IN, gbcs(code="0069", counter=8)))
listed.fails("relayed-off-list", tunnel(IN, gbcs(code="0069")), tunnel(OUT, gbcs(code="0069")))
listed.cannot_tell("nothing-forwarded", tunnel(IN, gbcs(code="0007")), tunnel(OUT, gbcs(code="0069")))

kept_out = CASES.of("nothing-reaches-han")
kept_out.passes(("avenue", "delivery-service>ppmid", "unreadable", 0, {}), ("han", "ppmid>esme", "zcl", 0, {}))
kept_out.passes(("keypad", "ppmid>harness", "typed", 0, {}))
kept_out.passes(submitted(), tunnel(OUT, COMMAND))
kept_out.fails("sent-to-han", utrn_submitted(), TOP_UP)
kept_out.fails("sent-to-han", submitted(), tunnel(IN, COMMAND, lost="lost"))
kept_out.cannot_tell("nothing-asked", TOP_UP)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()
