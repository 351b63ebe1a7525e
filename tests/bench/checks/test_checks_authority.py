"""What the checks of altered, old and repeated Commands come to; and of what the SM WAN carries."""

from typing import Any

import pytest
from check_cases import ALTERED, BACK, COMMAND, EIGHTH, OUT, RESPONSE, Case, Cases, MakeLog, asked, gbcs, on_wan, tunnel

from ppmid_bench.checks import CHECKS, evaluate

CASES = Cases("authority")

altered = CASES.of("altered-refused", meter="esme")
altered.passes(asked(), tunnel(OUT, ALTERED))
altered.passes(asked(), tunnel(OUT, ALTERED), tunnel(BACK, gbcs("response", success=False)))
altered.passes(asked(), tunnel(BACK, RESPONSE), tunnel(OUT, ALTERED))
altered.fails("altered-executed", asked(), tunnel(OUT, ALTERED), tunnel(BACK, RESPONSE))
altered.passes(asked(), tunnel(OUT, ALTERED), tunnel(OUT, COMMAND), tunnel(BACK, RESPONSE))
altered.passes(asked(), tunnel(OUT, COMMAND), tunnel(BACK, RESPONSE), tunnel(OUT, ALTERED))
altered.fails("altered-executed", asked(), tunnel(OUT, ALTERED), tunnel(BACK, RESPONSE), tunnel(OUT, COMMAND))
altered.fails("genuine-refused", asked(), tunnel(OUT, ALTERED), tunnel(OUT, COMMAND))
altered.fails(
    "genuine-refused",
    asked(),
    tunnel(OUT, ALTERED),
    tunnel(OUT, COMMAND),
    tunnel(BACK, gbcs("response", success=False)),
)
altered.cannot_tell("nothing-altered", asked(), tunnel(OUT, COMMAND))
altered.cannot_tell("nothing-altered", tunnel(OUT, ALTERED))

second = CASES.of("second-copy-refused", meter="esme")
second.passes(tunnel(OUT, COMMAND), tunnel(BACK, RESPONSE), tunnel(OUT, COMMAND))
second.passes(
    tunnel(OUT, COMMAND), tunnel(BACK, RESPONSE), tunnel(OUT, COMMAND), tunnel(BACK, gbcs("response", success=False))
)
second.passes(tunnel(OUT, COMMAND), tunnel(OUT, COMMAND))
second.passes(tunnel(OUT, COMMAND), tunnel(OUT, COMMAND), tunnel(OUT, COMMAND), tunnel(BACK, RESPONSE))
second.fails(
    "second-success", tunnel(OUT, COMMAND), tunnel(BACK, RESPONSE), tunnel(OUT, COMMAND), tunnel(BACK, RESPONSE)
)
second.cannot_tell("no-second-copy", tunnel(OUT, COMMAND), tunnel(BACK, RESPONSE), tunnel(OUT, ALTERED))


def signed(cra: str, counter: int, **more: Any) -> dict[str, Any]:
    return gbcs(cra, counter=counter, tag=f"gbcs:{cra}{counter}", signed=True, **more)


LATER = (tunnel(OUT, signed("command", 9)), tunnel(BACK, signed("response", 9)))
stale = CASES.of("stale-refused", meter="esme")
stale.passes(*LATER, tunnel(OUT, signed("command", 8)))
stale.passes(*LATER, tunnel(OUT, signed("command", 8)), tunnel(BACK, signed("response", 8, success=False)))
stale.fails("stale-executed", *LATER, tunnel(OUT, signed("command", 8)), tunnel(BACK, signed("response", 8)))
stale.fails(
    "stale-executed",
    tunnel(OUT, COMMAND),
    *LATER,
    tunnel(OUT, signed("command", 8)),
    tunnel(BACK, signed("response", 8)),
)
stale.cannot_tell("nothing-stale", *LATER, tunnel(OUT, signed("command", 9)))
stale.cannot_tell("nothing-stale", tunnel(OUT, signed("command", 0)), tunnel(BACK, signed("response", 0)))
stale.cannot_tell("nothing-stale", tunnel(OUT, signed("command", 8)), tunnel(BACK, signed("response", 8)), *LATER)
stale.cannot_tell("nothing-stale", *LATER, tunnel(OUT, gbcs(counter=8)), tunnel(BACK, gbcs("response", counter=8)))

both_ways = CASES.of("same-command-both-ways")
both_ways.passes(asked(), on_wan())
both_ways.fails("different-octets", asked(), on_wan(ALTERED))
both_ways.passes(asked(gbcs(request="broker's"), request="r9"), on_wan(gbcs(request="broker's")))
both_ways.fails("different-octets", asked(), on_wan(gbcs(request="another")))  # nobody asked for that one
both_ways.cannot_tell(
    "no-pair", asked(), asked(request="another", kind="acknowledgement"), on_wan(gbcs(request="another"))
)
both_ways.cannot_tell("no-pair", asked(), on_wan(gbcs(request="another", code="0069")))
both_ways.cannot_tell("no-pair", asked(), on_wan(lost="line down"))

carried = CASES.of("wan-carried", request="r7")
carried.passes(on_wan())
carried.passes(on_wan(way="dcc>neighbour-hub"), on_wan(way="neighbour-hub>hub"))
carried.fails("not-carried", on_wan(way="dcc>neighbour-hub"))
carried.fails("not-carried", on_wan(lost="line down"))
carried.fails("not-carried", on_wan(gbcs(request="another")))
carried.needs("wan")

uncarried = CASES.of("wan-did-not-carry", request="r7")
uncarried.passes(asked(), on_wan(lost="line down"))
uncarried.fails("carried-nevertheless", asked(), on_wan())
uncarried.cannot_tell("not-asked", asked(request="another"))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()


def test_of_several_the_evidence_names_the_one_that_was_judged(make_log: MakeLog) -> None:
    log = make_log([asked(), on_wan(), asked(EIGHTH, request="r8"), on_wan(EIGHTH)])
    assert evaluate(CHECKS["same-command-both-ways"], log, {})["evidence"] == [1, 2]
