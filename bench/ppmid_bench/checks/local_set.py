"""Whether the route can do what a Hand-Held Terminal can: by what each has been seen to have executed."""

from collections.abc import Mapping

from ppmid_bench.checks.check import Finding, Measurement, check, failed, inconclusive, passed
from ppmid_bench.checks.relaying import brought, han_commands, han_responses, same_exchange
from ppmid_bench.evidence import Entry, Log
from ppmid_devices import roles


@check(
    "same-set-by-both",
    judges="route",
    needs=("duis", "avenue", "han"),
    reasons=("missing",),
    requirements=("REQ-051",),
    version=2,
)
def same_set_by_both(log: Log) -> Finding:
    """Every Service Reference Variant that a device executed for a Hand-Held Terminal it executed by the route too."""
    by_hht = _executed(log, han_commands(log, roles.HHT, roles.HUB), han_responses(log, roles.HUB, roles.HHT))
    by_route = _executed(log, brought(log, "submit-command"), log.arrived("avenue", "command-response"))
    if not by_hht:
        return inconclusive("nothing-executed", "no device has executed anything for a Hand-Held Terminal")
    shown = [entry for found in (*by_hht.values(), *by_route.values()) for entry in found]
    missing, more = sorted(set(by_hht) - set(by_route)), sorted(set(by_route) - set(by_hht))
    neither = sorted(_asked(log) - set(by_hht) - set(by_route))
    counts = (
        Measurement("srvs-by-hht", len(by_hht), "SRVs"),
        Measurement("srvs-by-route", len(by_route), "SRVs"),
        Measurement("srvs-by-neither", len(neither), "SRVs"),
    )
    if missing:
        return failed("missing", f"the route has not: {', '.join(missing)}", *shown, measurements=counts)
    sentence = f"{len(by_hht)} Service Reference Variants by both"
    if more:
        sentence += f"; by the route alone: {', '.join(more)}"
    if neither:
        sentence += f"; asked and executed by neither: {', '.join(neither)}"
    return passed(sentence, *shown, measurements=counts)


def _asked(log: Log) -> set[str]:
    """The variants of which the DCC has given a Command for local delivery."""
    return {srv for srv, _ in _given(log)}


def _given(log: Log) -> list[tuple[str, tuple[Entry, Entry]]]:
    """What the DCC gave for local delivery: the variant, and the request and answer that show it."""
    asked = {entry.fields["request"]: entry for entry in log.of("duis", "request")}
    answers = [entry for entry in log.arrived("duis", "response") if "code" in entry.fields.get("gbcs", {})]
    return [
        (asked[name].fields["srv"], (asked[name], answer))
        for answer in answers
        if answer.fields["kind"] == "local-command" and (name := answer.fields["request"]) in asked
    ]


def _executed(log: Log, commands: list[Entry], responses: list[Entry]) -> Mapping[str, list[Entry]]:
    """What was executed of what was brought: by variant, the entries from the request to the Response."""
    found: dict[str, list[Entry]] = {}
    for srv, given in _given(log):
        sent = [one for one in commands if same_exchange(one, given[1])]
        back = [one for one in responses if sent and same_exchange(one, given[1]) and _done(one)]
        if back:
            found.setdefault(srv, [*given, sent[0], back[0]])
    return found


def _done(response: Entry) -> bool:
    """Whether the device says that it did it, or gives what was asked for without saying so."""
    return response.fields["gbcs"].get("success") is not False
