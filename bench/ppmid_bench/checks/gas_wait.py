"""What a gas customer waits: a gas meter sleeps, and acts at its wakes."""

from ppmid_bench.checks.check import Finding, Measurement, check, failed, inconclusive, limit, passed
from ppmid_bench.checks.relaying import han_responses, same_exchange
from ppmid_bench.evidence import Log
from ppmid_devices import roles
from ppmid_devices.ports import SECOND


@check(
    "gas-acted-at-a-wake",
    judges="route",
    needs=("duis", "han"),
    reasons=("not-acted", "late"),
    purposes=("PP-025",),
    limits=("ppmid-answer-gas",),
)
def gas_acted_at_a_wake(log: Log, request: str) -> Finding:
    """A gas meter has acted on a Command at one of its next wakes; what its customer waits until then is measured."""
    asked = log.arrived("duis", "request", request=request)[:1]
    given = log.arrived("duis", "response", request=request, kind="local-command")[:1]
    if not asked or not given:
        return inconclusive("not-given", "the DCC has given no Command for local delivery", *asked, *given)
    acted = [
        one
        for one in han_responses(log, roles.GSME, roles.HUB)
        if same_exchange(given[0], one) and one.fields["gbcs"]["success"]
    ][:1]
    if not acted:
        return failed("not-acted", "the gas meter has not acted on it", *asked, *given)
    waited = (acted[0].t - asked[0].t) / SECOND
    measured = (Measurement("gas-customer-wait", waited, "s"),)
    sentence = f"the customer waited for {waited:.1f} s"
    if waited > limit(log, "ppmid-answer-gas").value:
        return failed("late", sentence, *asked, *given, *acted, measurements=measured)
    return passed(sentence, *asked, *given, *acted, measurements=measured)
