"""What is left to those who mean ill where a hub relays: old Commands that are on its list, and floods."""

from ppmid_bench.checks.check import Finding, Measurement, check, failed, inconclusive, limit, passed
from ppmid_bench.checks.relaying import han_commands, han_responses, same_exchange
from ppmid_bench.checks.serving import busiest_hour
from ppmid_bench.evidence import Entry, Log
from ppmid_bench.sentences import counted
from ppmid_devices import roles

_OVER_WAN = 1
"""The Command Variant of a Request that is not critical, for the SM WAN alone."""
FLOOD = 30
"""How many Commands of a PPMID for one device are a flood."""


@check(
    "reaches-by-its-list",
    judges="hub",
    needs=("han",),
    reasons=("off-list-reached",),
    requirements=("REQ-003", "REQ-010", "REQ-020"),
)
def reaches_by_its_list(log: Log, meter: str, codes: list[str] | None) -> Finding:
    """Of the PPMID's Commands only what is on the hub's list reaches the meter, however old; what is done is measured.

    ``codes``: Message Codes of four hex digits; None: every one is on the list.
    """
    given = han_commands(log, roles.PPMID, roles.HUB)
    if not given:
        return inconclusive("nothing-forwarded", "the PPMID has given the hub no Command")
    reached = [one for one in han_commands(log, roles.HUB, meter) if any(same_exchange(one, other) for other in given)]
    leaked = [one for one in reached if codes is not None and one.fields["gbcs"]["code"] not in codes]
    if leaked:
        return failed("off-list-reached", "the hub passed on what is not on its list", *given, *leaked)
    done = [
        answer
        for answer in han_responses(log, meter, roles.HUB)
        if answer.fields["gbcs"]["success"] and any(same_exchange(one, answer) for one in reached)
    ]
    measured = (Measurement("old-commands-done", float(len(done)), "Commands"),)
    sentence = f"of {counted(len(given), 'Command')} {len(reached)} reached the meter, by the list; it did {len(done)}"
    return passed(sentence, *given, *reached, *done, measurements=measured)


@check(
    "hub-kept-its-rate",
    judges="hub",
    needs=("han",),
    reasons=("over-rate",),
    requirements=("REQ-005", "REQ-012"),
    threats=("I2a",),
    limits=("hub-relay-rate",),
)
def hub_kept_its_rate(log: Log, meter: str) -> Finding:
    """Of a PPMID's Commands a hub passes no more on to a meter in an hour than it may, however many it is brought."""
    most = int(limit(log, "hub-relay-rate").value)
    given = han_commands(log, roles.PPMID, roles.HUB)
    if len(given) <= most:
        return inconclusive("no-flood", f"the PPMID has given the hub no more than {most} Commands", *given)
    tags = {one.fields["gbcs"]["tag"] for one in given}
    passed_on = [one for one in han_commands(log, roles.HUB, meter) if one.fields["gbcs"]["tag"] in tags]
    busiest = busiest_hour(passed_on)
    measured = (Measurement("passed-on-in-an-hour", float(len(busiest)), "Commands"),)
    sentence = f"{counted(len(busiest), 'Command')} of a PPMID in the busiest hour; the limit is {most}"
    if len(busiest) > most:
        return failed("over-rate", sentence, *given, *busiest, measurements=measured)
    return passed(sentence, *given, *passed_on, measurements=measured)


@check(
    "served-under-flood",
    judges="hub",
    needs=("duis", "wan", "han"),
    reasons=("not-served",),
    requirements=("REQ-005",),
    threats=("I2a",),
    limits=("service-kept-under-flood",),
)
def served_under_flood(log: Log, meter: str) -> Finding:
    """While a PPMID brings Commands by the dozen, what the SM WAN brings in the same name is answered as ever."""
    given = han_commands(log, roles.PPMID, roles.HUB)
    ends = [_ends(one) for one in given]
    flooded = max(ends, key=ends.count, default=None)
    flood = [one for one in given if _ends(one) == flooded][:FLOOD]
    if len(flood) < FLOOD:
        return inconclusive(
            "no-flood", f"the PPMID has given the hub fewer than {FLOOD} Commands for one device", *flood
        )
    wanted = log.of("duis", "request", cv=_OVER_WAN)
    carried = [one for one in log.arrived("wan", "gbcs") if one.n > flood[-1].n and _ends(one) == flooded]
    asked = [
        (one, other)
        for one in carried
        for other in wanted
        if one.fields["gbcs"]["cra"] == "command" and one.fields["gbcs"]["request"] == other.fields["request"]
    ]
    if not asked:
        return inconclusive("nothing-asked", "the SM WAN has brought nothing like it since", *flood)
    answers = [one for one in han_responses(log, meter, roles.HUB) if one.fields["gbcs"]["success"]]
    served = [
        (one, answer) for one, _ in asked for answer in answers if answer.n > one.n and same_exchange(one, answer)
    ]
    share = 100 * len({one.n for one, _ in served}) / len(asked)
    measured = (Measurement("service-kept", share, "%"),)
    sentence = f"{share:g} % of {counted(len(asked), 'Command')} over the SM WAN answered under the flood"
    shown = [*flood, *(one for pair in asked for one in pair), *(answer for _, answer in served)]
    if share < limit(log, "service-kept-under-flood").value:
        return failed("not-served", sentence, *shown, measurements=measured)
    return passed(sentence, *shown, measurements=measured)


def _ends(command: Entry) -> tuple[str, str]:
    """In whose name a Command is, and for which device."""
    gbcs = command.fields["gbcs"]
    return gbcs["originator"], gbcs["target"]
