"""What a gas customer waits: a gas meter sleeps, and acts at its wakes."""

from ppmid_bench.checks.check import Finding, Measurement, check, failed, inconclusive, limit, passed
from ppmid_bench.checks.relaying import han_commands, han_responses, same_exchange
from ppmid_bench.evidence import Entry, Log
from ppmid_bench.sentences import lasted
from ppmid_devices import roles
from ppmid_devices.ports import SECOND


@check(
    "gas-acted-at-a-wake",
    judges="route",
    needs=("duis", "han"),
    reasons=("not-acted", "late"),
    requirements=("REQ-059",),
    purposes=("PP-025",),
    limits=("ppmid-answer-gas",),
    version=2,
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
    measured = (Measurement("gas-customer-wait", waited, "s"), *_equivalent(log, asked[0], given[0], acted[0]))
    sentence = f"the customer waited for {lasted(waited)}"
    if waited > limit(log, "ppmid-answer-gas").value:
        return failed("late", sentence, *asked, *given, *acted, measurements=measured)
    return passed(sentence, *asked, *given, *acted, measurements=measured)


def _equivalent(log: Log, asked: Entry, given: Entry, acted: Entry) -> tuple[Measurement, ...]:
    """The time by the DCC's reckoning, where the Response came back to the User's systems over the avenue.

    Deducted is what lies between hub and meter, there and back; that the hub waits for a meter to wake is not.
    """
    handed = [one for one in han_commands(log, roles.HUB, roles.GSME) if same_exchange(one, given) and one.n < acted.n]
    back = [
        one for one in log.arrived("avenue", "command-response") if one.receiver != roles.CARRIER and one.n > acted.n
    ]
    back = [one for one in back if same_exchange(one, given)]
    if not handed or not back:
        return ()
    seconds = (back[0].t - asked.t - (acted.t - handed[-1].t)) / SECOND
    return (Measurement("gas-equivalent-time", seconds, "s"),)
