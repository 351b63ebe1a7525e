"""Times: each against a limit, with what was measured, how sure the clock is, and the margin."""

from itertools import pairwise

from ppmid_bench.checks.check import Finding, Measurement, check, counted, failed, inconclusive, limit, passed
from ppmid_bench.checks.relaying import han_commands, han_responses, same_exchange
from ppmid_bench.evidence import Entry, Log
from ppmid_devices import roles
from ppmid_devices.ports import SECOND


@check(
    "response-in-time",
    judges="route",
    needs=("user", "han"),
    reasons=("late", "no-response"),
    requirements=("REQ-059",),
    purposes=("PP-025",),
    limits=("response-on-demand",),
)
def response_in_time(log: Log, request: str, meter: str) -> Finding:
    """The verified Response came within the DCC's target, by the DCC-equivalent time.

    Deducted is only what lies between the hub and the meter, there and back; what avenue and PPMID hold counts.
    """
    records = log.of("user", "record", request=request)
    if not records or records[-1].fields["settled_at"] is None:
        return failed("no-response", "there is no verified Response", *records[-1:])
    record = records[-1]
    exchange = _exchange(log, request, meter)
    if exchange is None:
        return inconclusive("no-exchange", f"the exchange of hub and {meter} was not seen", record)
    command, response = exchange
    whole = record.fields["settled_at"] - record.fields["asked_at"]
    beyond_hub = response.t - command.t
    bound, unsure = limit(log, "response-on-demand"), log.home["uncertainty"]
    equivalent = (whole - beyond_hub) / SECOND
    margin = bound.value - equivalent
    measured = (
        Measurement("user-time", whole / SECOND, "s"),
        Measurement("beyond-hub-time", beyond_hub / SECOND, "s"),
        Measurement("dcc-equivalent-time", equivalent, "s"),
    )
    sentence = (
        f"{equivalent:.3f} s of {bound.value:g} s, margin {margin:.3f} s, clock ±{unsure / SECOND:g} s"
        f" ({beyond_hub / SECOND:.3f} s beyond the hub deducted)"
    )
    if margin < -unsure / SECOND:
        return failed("late", sentence, record, command, response, measurements=measured)
    if margin < unsure / SECOND:
        return inconclusive("within-uncertainty", sentence, record, command, response)
    return passed(sentence, record, command, response, measurements=measured)


def _exchange(log: Log, request: str, meter: str) -> tuple[Entry, Entry] | None:
    """The first Command of the request at the meter, and the first Response to it at the hub."""
    for command in han_commands(log, roles.HUB, meter):
        if command.fields["gbcs"].get("request") == request:
            for response in han_responses(log, meter, roles.HUB):
                if response.n > command.n and same_exchange(command, response):
                    return command, response
    return None


_ONE_WAKE = 60 * SECOND  # exchanges less than this apart belong to one wake


@check(
    "few-gas-exchanges",
    judges="ppmid",
    needs=("han",),
    reasons=("too-many-exchanges",),
    requirements=("REQ-032",),
    threats=("I3d",),
    limits=("gas-extra-exchanges",),
)
def few_gas_exchanges(log: Log) -> Finding:
    """The gas meter's battery pays few radio exchanges for a top-up, beyond its regular wakes."""
    exchanges = [entry for entry in log.arrived("han", "tunnel") if entry.sender == roles.GSME]
    if not exchanges:
        return inconclusive("no-wake", "the gas meter has not been heard")
    wakes = 1 + sum(later.t - earlier.t > _ONE_WAKE for earlier, later in pairwise(exchanges))
    extra = len(exchanges) - wakes
    bound = limit(log, "gas-extra-exchanges")
    measured = (Measurement("gas-extra-exchanges", extra, "exchanges"),)
    sentence = f"{counted(extra, 'exchange')} beyond {counted(wakes, 'wake')}; the limit is {bound.value:g}"
    if extra > bound.value:
        return failed("too-many-exchanges", sentence, *exchanges, measurements=measured)
    return passed(sentence, *exchanges, measurements=measured)
