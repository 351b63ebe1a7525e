"""What the checks of what the PPMID tells come to."""

import pytest
from check_cases import (
    COMMAND,
    HOME,
    IN,
    RESPONSE,
    SECOND,
    TOP_UP,
    Case,
    Cases,
    Line,
    MakeLog,
    gbcs,
    pcs01,
    said,
    submitted,
    top_up_answer,
    tunnel,
    utrn_submitted,
)

from ppmid_bench.checks import CHECKS, evaluate

CASES = Cases("reporting")

early = CASES.of("no-success-before-the-meter")
early.passes(utrn_submitted(), TOP_UP, top_up_answer(), said("utrn-result", result="accepted"))
early.passes(utrn_submitted(), tunnel(HOME, pcs01("response")), said("utrn-result", result="accepted"))
early.passes(utrn_submitted(), top_up_answer(), utrn_submitted(), said("utrn-result", result="accepted"))
early.fails("accepted-before-meter", utrn_submitted(), said("utrn-result", result="accepted"), top_up_answer())
early.fails("accepted-before-meter", top_up_answer(), utrn_submitted(), said("utrn-result", result="accepted"))
early.fails("accepted-before-meter", utrn_submitted(), top_up_answer(False), said("utrn-result", result="accepted"))
early.cannot_tell("nothing-claimed", utrn_submitted(), top_up_answer(), said("utrn-result", result="refused"))

result = CASES.of("result-passed-on")
BY_ESME, BY_GSME = (utrn_submitted(), TOP_UP), (utrn_submitted(), tunnel(IN, pcs01("command")))
ACCEPTED, REFUSED = said("utrn-result", result="accepted"), said("utrn-result", result="refused")
result.passes(*BY_ESME, top_up_answer(), ACCEPTED)
result.passes(*BY_GSME, tunnel(HOME, pcs01("response", success=False)), REFUSED)
result.fails("other-result", *BY_ESME, top_up_answer(False), ACCEPTED)
result.fails("no-result", *BY_ESME, top_up_answer())
result.fails("no-result", *BY_ESME, ACCEPTED, top_up_answer())
result.passes(*BY_ESME, top_up_answer(False), REFUSED, *BY_ESME, top_up_answer(), ACCEPTED)
result.fails("other-result", *BY_ESME, top_up_answer(), ACCEPTED, *BY_ESME, top_up_answer(False), ACCEPTED)
FULL: Line = ("han", "esme>ppmid", "consumer-top-up-response", 0, {"accepted": False, "result": 4, "value": None})
WORTH: Line = ("han", "esme>ppmid", "consumer-top-up-response", 0, {"accepted": True, "result": 0, "value": 500})
FULL_OF_GAS = tunnel(HOME, pcs01("response", success=False, top_up={"result": 4, "value": None}))
for begun, answer in ((BY_ESME, FULL), (BY_GSME, FULL_OF_GAS)):
    result.passes(*begun, answer, said("utrn-result", result="refused", meter_result=4, value=None))
    for code in (3, None):
        other = said("utrn-result", result="refused", meter_result=code, value=None)
        result.fails("other-meter-result", *begun, answer, other)
    result.fails("other-value", *begun, answer, said("utrn-result", result="refused", meter_result=4, value=0))
result.passes(*BY_ESME, WORTH, said("utrn-result", result="accepted", meter_result=0, value=500))
result.fails("other-value", *BY_ESME, WORTH, said("utrn-result", result="accepted", meter_result=0, value=1500))
for use_case in ("CS01a", "PCS59"):
    result.cannot_tell("no-answer", *BY_GSME, tunnel(HOME, gbcs("response", use_case=use_case)))
result.cannot_tell("no-answer", said("utrn-result", result="unknown"))

# Each answer belongs to its own request: what a meter did not answer, or nobody waits for, is held against nobody.
SECOND_ONE = utrn_submitted(request="02", utrn="utrn:2")
SECOND_TOP_UP: Line = ("han", "ppmid>esme", "consumer-top-up", 0, {"utrn": "utrn:2"})
NO_ANSWER = said("utrn-result", 60, result="unknown", request="02")
result.passes(*BY_ESME, top_up_answer(), ACCEPTED, SECOND_ONE, SECOND_TOP_UP, NO_ANSWER)
result.fails("no-result", *BY_ESME, SECOND_ONE, top_up_answer(), said("utrn-result", result="accepted", request="02"))
result.cannot_tell("no-answer", top_up_answer(), SECOND_ONE, SECOND_TOP_UP, NO_ANSWER)
result.cannot_tell("no-answer", TOP_UP, top_up_answer())  # typed in
result.cannot_tell("no-answer", *BY_GSME, tunnel(HOME, pcs01("response", counter=8)))


def numbered(line: Line, sequence: int) -> Line:
    link, way, what, seconds, fields = line
    return link, way, what, seconds, {**fields, "sequence": sequence}


TWO_AT_ONCE = (utrn_submitted(), SECOND_ONE, numbered(TOP_UP, 1), numbered(SECOND_TOP_UP, 2))
result.passes(*TWO_AT_ONCE, numbered(top_up_answer(), 1), ACCEPTED)
result.fails("no-result", *TWO_AT_ONCE, numbered(top_up_answer(), 2), ACCEPTED)
result.cannot_tell("no-answer", *TWO_AT_ONCE, numbered(top_up_answer(), 3), ACCEPTED)

for meter, seconds in (("esme", 120), ("gsme", 7200)):
    ignorant = CASES.of("says-it-does-not-know", meter=meter)
    ignorant.passes(submitted(), tunnel(IN, COMMAND), said("status", seconds, state="unknown"))
    ignorant.passes(utrn_submitted(), TOP_UP, said("utrn-result", seconds, result="unknown"))
    ignorant.fails("late", submitted(), said("status", seconds + 1, state="unknown"))
ignorant.passes(submitted(), said("status", 3, state="unknown"), limits={"ppmid-answer-gas": 3})
ignorant.fails("late", submitted(), said("status", 4, state="unknown"), limits={"ppmid-answer-gas": 3})
ignorant.passes(submitted(), said("status", 7199, state="unknown"), uncertainty=SECOND)
ignorant.cannot_tell("within-uncertainty", submitted(), said("status", 7200, state="unknown"), uncertainty=SECOND)
ignorant.cannot_tell("within-uncertainty", submitted(), said("status", 7201, state="unknown"), uncertainty=SECOND)
ignorant.fails("late", submitted(), said("status", 7202, state="unknown"), uncertainty=SECOND)
ignorant.passes(submitted(), said("status", 3, state="unknown"), said("status", 9000, state="unknown"))
for earlier in (top_up_answer(), tunnel(IN, COMMAND), said("command-response", **RESPONSE)):
    ignorant.passes(earlier, submitted(), tunnel(IN, COMMAND), said("status", state="unknown"))
LONG_AFTER = said("status", 7201, state="forwarded", request="02")
ignorant.fails("silent", said("status", state="unknown"), submitted(), LONG_AFTER)
ignorant.fails("silent", submitted(), tunnel(IN, COMMAND), said("status", state="forwarded"), LONG_AFTER)
ignorant.fails("silent", submitted(), said("status", 7201, state="unknown", request="02"))
ignorant.cannot_tell("too-early", submitted(), said("status", 7200, state="unknown", request="02"))
ignorant.cannot_tell("too-early", submitted(), LONG_AFTER, uncertainty=SECOND)
ignorant.cannot_tell(
    "too-early", submitted(), said("status", 7200, state="unknown"), submitted(seconds=7200, request="02")
)
REFUSED = said("status", state="refused")
ERROR: Line = ("han", "hub>ppmid", "zcl", 0, {"cluster": "0704", "command": 3, "scope": "cluster"})
ignorant.passes(submitted(), tunnel(IN, COMMAND), ERROR, REFUSED)
ignorant.fails("silent", submitted(), tunnel(IN, COMMAND), REFUSED, LONG_AFTER)  # nobody but the PPMID has refused it
ignorant.fails("silent", ERROR, submitted(), tunnel(IN, COMMAND), REFUSED, LONG_AFTER)
ignorant.cannot_tell("not-sent", submitted(), REFUSED)
ignorant.fails("resent", submitted(), tunnel(IN, COMMAND), tunnel(IN, COMMAND), said("status", state="unknown"))
ignorant.fails("claims-a-result", utrn_submitted(), TOP_UP, said("utrn-result", result="accepted"))
ignorant.fails("claims-a-result", submitted(), said("command-response", **RESPONSE))
FORGED = tunnel(HOME, pcs01("response"))  # by a hub, of a gas meter that is heard to say nothing of the kind
HEARD: Line = ("han", "gsme>hub", "zcl", 0, {})
UNKNOWN = said("utrn-result", result="unknown")
ignorant.passes(utrn_submitted(), TOP_UP, FORGED, HEARD, UNKNOWN)
ignorant.fails("claims-a-result", utrn_submitted(), TOP_UP, FORGED, HEARD, said("utrn-result", result="accepted"))
ignorant.cannot_tell("meter-answered", utrn_submitted(), TOP_UP, FORGED, UNKNOWN)  # it may be out of hearing
ignorant.cannot_tell("meter-answered", utrn_submitted(), TOP_UP, tunnel("gsme>hub", pcs01("response")), FORGED, UNKNOWN)
early.fails("accepted-before-meter", utrn_submitted(), FORGED, HEARD, said("utrn-result", result="accepted"))
ignorant.cannot_tell("nothing-asked", said("status", state="unknown"))
ignorant.cannot_tell("meter-answered", utrn_submitted(), top_up_answer(), said("utrn-result", result="accepted"))

TIMES = {"first-word-s": 5, "esme-answer-s": 90}
LATER = said("status", 200, state="forwarded", request="02")
timely = CASES.of("answers-in-declared-times", meter="esme")
timely.passes(submitted(), said("status", 5, state="forwarded"), said("status", 90, state="unknown"), declared=TIMES)
timely.passes(submitted(), said("command-response", 4, **RESPONSE), declared=TIMES)
timely.passes(utrn_submitted(), said("utrn-result", 3, result="refused"), LATER, declared=TIMES)
timely.passes(submitted(), said("status", 5.9, state="refused"), declared=TIMES, uncertainty=SECOND)
timely.fails("first-word-late", submitted(), said("status", 5.1, state="refused"), declared=TIMES)
timely.fails(
    "last-word-late",
    *(submitted(), said("status", 1, state="forwarded"), said("command-response", 91, **RESPONSE)),
    declared=TIMES,
)
timely.fails("silent", submitted(), said("status", 1, state="forwarded"), LATER, declared=TIMES)
timely.fails("silent", submitted(), LATER, declared=TIMES)
timely.fails("silent", submitted(), said("status", 1, state="refused", request="02"), LATER, declared=TIMES)
timely.cannot_tell("too-early", submitted(), said("status", 1, state="forwarded"), declared=TIMES)
timely.cannot_tell("nothing-asked", said("status", state="unknown"), declared=TIMES)
timely.cannot_tell("not-declared", submitted(), said("status", 1, state="refused"))
timely.cannot_tell("not-declared", submitted(), said("status", 1, state="refused"), declared={"first-word-s": 5})
of_gas = CASES.of("answers-in-declared-times", meter="gsme")
of_gas.cannot_tell("not-declared", submitted(), said("status", 1, state="refused"), declared=TIMES)
of_gas.passes(submitted(), said("status", 1, state="refused"), declared={"first-word-s": 5, "gsme-answer-s": 7200})

discreet = CASES.of("no-utrn-shown")
discreet.passes(
    said("status", text="topped up"), ("ppmid-display", "ppmid>harness", "screen", 0, {"lines": ["£10.00"]})
)
discreet.fails("utrn-in-text", said("status", text="code [utrn:6f1c02] refused"))
discreet.fails("utrn-in-text", ("ppmid-display", "ppmid>harness", "screen", 0, {"lines": ["ok", "[utrn:6f1c02]"]}))
discreet.cannot_tell("no-text", utrn_submitted(text="[utrn:6f1c02]"))

no_utrn = CASES.of("says-it-is-no-utrn")
no_utrn.passes(utrn_submitted(), said("status", state="refused", reason="utrn-not-well-formed"))
no_utrn.fails("no-refusal", utrn_submitted(), said("status", state="received", reason=None))
no_utrn.fails(
    "no-refusal", utrn_submitted(), said("status", state="refused", reason="utrn-not-well-formed", request="02")
)
no_utrn.fails("other-reason", utrn_submitted(), said("status", state="refused", reason="unknown-meter"))
no_utrn.cannot_tell("nothing-asked", submitted())


not_joined = CASES.of("says-it-is-not-joined")
not_joined.passes(utrn_submitted(), said("status", state="refused", reason="unknown-meter"))
not_joined.fails("no-refusal", utrn_submitted(), said("status", state="forwarded", reason=None))
not_joined.fails("no-refusal", utrn_submitted(), said("status", state="refused", reason="unknown-meter", request="02"))
not_joined.fails("other-reason", utrn_submitted(), said("status", state="refused", reason="han-unreachable"))
not_joined.cannot_tell("nothing-asked", submitted())


def told_capable(capable: bool) -> Line:
    return "avenue", "ppmid>delivery-service", "capabilities", 0, {"request": "c0", "can_relay": capable}


cannot_relay = CASES.of("says-it-cannot-relay")
cannot_relay.passes(submitted(), said("status", state="refused"))
cannot_relay.fails("no-refusal", submitted(), said("status", state="refused", request="02"))
cannot_relay.fails("no-refusal", submitted())
cannot_relay.fails("no-refusal", submitted(), said("status", state="refused"), submitted(request="02"))
cannot_relay.passes(submitted(), submitted(request="02"), said("status", state="refused", request="02"))
cannot_relay.passes(told_capable(False), submitted(), said("status", 1, state="refused"))
cannot_relay.fails("claims-to-relay", told_capable(True), submitted(), said("status", 1, state="refused"))
cannot_relay.passes(told_capable(True), told_capable(False), submitted(), said("status", 1, state="refused"))
cannot_relay.cannot_tell("nothing-asked")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()


@pytest.mark.parametrize(
    ("lines", "evidence"),
    [
        ([submitted(), said("status", state="refused"), submitted(request="02")], [3]),
        ([submitted(), *[said("status", state="refused")] * 2], [1, 2]),
    ],
)
def test_of_several_the_evidence_names_the_one_that_was_judged(
    make_log: MakeLog, lines: list[Line], evidence: list[int]
) -> None:
    assert evaluate(CHECKS["says-it-cannot-relay"], make_log(lines), {})["evidence"] == evidence
