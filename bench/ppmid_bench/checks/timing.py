"""Times: each against a limit, with what was measured, how sure the clock is, and the margin.

What the bench sees has the bench's time (``t``). The times in the User's record are the User's own, and nobody but it
can say by which clock: they are used only where they enclose what the bench has seen of the request.
"""

from itertools import pairwise

from ppmid_bench.checks.check import Finding, Measurement, check, failed, inconclusive, limit, passed
from ppmid_bench.checks.relaying import han_commands, han_responses, same_exchange
from ppmid_bench.evidence import Entry, Log
from ppmid_bench.response_times import RESPONSE_TIMES
from ppmid_bench.sentences import counted, lasted
from ppmid_devices import roles
from ppmid_devices.ports import MINUTE, SECOND
from ppmid_protocols.duis.variants import VARIANTS, Output


def against(
    log: Log,
    name: str,
    seconds: float,
    remark: str,
    entries: tuple[Entry, ...],
    measured: tuple[Measurement, ...],
) -> Finding:
    """Hold a time against the limit ``name``, as surely as the clock allows; ``remark`` ends the sentence."""
    bound, unsure = limit(log, name), log.home["uncertainty"] / SECOND
    if not seconds >= -unsure:  # nor is what is no number
        return inconclusive("clocks-differ", f"{seconds:.3f} s is no time that passed: another clock{remark}", *entries)
    margin = bound.value - seconds
    sentence = f"{lasted(seconds)} of {_bound(bound.value)}, margin {lasted(margin)}, clock ±{unsure:g} s{remark}"
    if margin < -unsure:
        return failed("late", sentence, *entries, measurements=measured)
    if margin < unsure:
        return inconclusive("within-uncertainty", sentence, *entries, measurements=measured)
    return passed(sentence, *entries, measurements=measured)


def _bound(seconds: float) -> str:
    return f"{seconds:g} s" if seconds < MINUTE / SECOND else lasted(seconds)


@check(
    "response-in-time",
    judges="route",
    needs=("user", "duis", "han"),
    reasons=("late", "no-response"),
    requirements=("REQ-059",),
    purposes=("PP-025",),
    limits=("response-on-demand",),
    version=4,
)
def response_in_time(log: Log, request: str, meter: str) -> Finding:
    """The verified Response came within the target of its Service Request, by the DCC-equivalent time.

    Deducted is only quarantine, and what lies between the hub and the meter, there and back; what avenue and PPMID hold
    counts. Four times are measured and kept apart: at the User, from the User's systems to the meter, by the DCC's
    reckoning, and what the customer waits until the meter has acted.
    """
    records = log.of("user", "record", request=request)
    if not records or records[-1].fields["settled_at"] is None:
        return failed("no-response", "there is no verified Response", *records[-1:])
    record = records[-1]
    exchange = _exchange(log, request, meter)
    if exchange is None:
        return inconclusive("no-exchange", f"the exchange of hub and {meter} was not seen", record)
    command, response = exchange
    asked, settled, srv = (record.fields[name] for name in ("asked_at", "settled_at", "srv"))
    in_order = (asked, command.t), (response.t, settled), (settled, record.t)
    if any(earlier - later > log.home["uncertainty"] for earlier, later in in_order):
        sentence = f"the times of the User's record do not enclose the exchange of hub and {meter}: another clock"
        return inconclusive("clocks-differ", sentence, record, command, response)
    held = _quarantine(log, request, command)
    if len(held) == 1:
        return inconclusive(
            "quarantine-unseen", "nobody saw when the DCC released it", record, *held, command, response
        )
    whole, beyond_hub = settled - asked, response.t - command.t
    quarantine = held[1].t - held[0].t if held else 0
    equivalent = (whole - beyond_hub - quarantine) / SECOND
    measured = (
        Measurement("user-time", whole / SECOND, "s"),
        *(Measurement("path-time", (command.t - left.t) / SECOND, "s") for left in _submissions(log, command)[:1]),
        Measurement("beyond-hub-time", beyond_hub / SECOND, "s"),
        *(Measurement("quarantine-time", quarantine / SECOND, "s") for _ in held[:1]),
        Measurement("dcc-equivalent-time", equivalent, "s"),
        Measurement("customer-time", (response.t - asked) / SECOND, "s"),
    )
    target = RESPONSE_TIMES.get(srv)
    if target is None:
        sentence = f"{lasted(equivalent)}; no public text gives a target response time for SRV {srv}"
        return inconclusive("no-target", sentence, record, *held, command, response, measurements=measured)
    in_quarantine = f" and {lasted(quarantine / SECOND)} in quarantine" if held else ""
    deducted = f" ({lasted(beyond_hub / SECOND)} beyond the hub{in_quarantine} deducted)"
    return against(log, target, equivalent, deducted, (record, *held, command, response), measured)


def _quarantine(log: Log, request: str, command: Entry) -> tuple[Entry, ...]:
    """The DCC's alert that it holds the request, and its release where that was seen; nothing where it held it not.

    Where nobody says when it was released, its Command for local delivery does. One for the SM WAN may have waited for
    that, which is no quarantine.
    """
    alerts = [entry for entry in log.of("duis", "response", about=request) if "breach" in entry.fields["event"]]
    released = log.of("dcc", "released", request=request)
    given = log.of("duis", "response", request=request, kind="local-command")
    ends = [entry for entry in released or given if alerts and alerts[0].n < entry.n < command.n]
    return (*alerts[:1], *ends[:1])


def _submissions(log: Log, command: Entry) -> list[Entry]:
    """The entries by which this Command left the User's systems for the PPMID, earliest first."""
    return [entry for entry in log.of("avenue", "submit-command") if same_exchange(entry, command)]


def _exchange(log: Log, request: str, meter: str) -> tuple[Entry, Entry] | None:
    """The first Command of the request at the meter, and the first Response to it at the hub."""
    for command in han_commands(log, roles.HUB, meter):
        if command.fields["gbcs"].get("request") == request:
            for response in han_responses(log, meter, roles.HUB):
                if response.n > command.n and same_exchange(command, response):
                    return command, response
    return None


@check(
    "pre-command-in-time",
    judges="dcc",
    needs=("duis",),
    reasons=("late", "no-pre-command"),
    requirements=("REQ-059",),
    limits=("pre-command",),
    version=2,
)
def pre_command_in_time(log: Log, request: str) -> Finding:
    """The DCC gave the Pre-Command of a critical Service Request within its target for transforms."""
    asked = [
        entry
        for entry in log.of("duis", "request", request=request)
        if Output.PRE_COMMAND in VARIANTS[entry.fields["cv"]].gives
    ]
    if not asked:
        return inconclusive("not-asked", "no Pre-Command was asked for by this request")
    given = log.arrived("duis", "response", request=request, kind="pre-command")
    if not given:
        return failed("no-pre-command", "there is no Pre-Command", *asked)
    seconds = (given[0].t - asked[0].t) / SECOND
    measured = (Measurement("pre-command-time", seconds, "s"),)
    return against(log, "pre-command", seconds, "", (asked[0], given[0]), measured)


_ONE_WAKE = 60 * SECOND  # exchanges less than this apart belong to one wake
_WAKES_A_WEEK = 7 * 48


@check(
    "few-gas-exchanges",
    judges="ppmid",
    needs=("han",),
    reasons=("too-many-exchanges",),
    requirements=("REQ-032",),
    threats=("I3d",),
    limits=("gas-extra-exchanges",),
    assumed=(
        "a gas meter's battery pays by the exchange: one at each of its 48 wakes a day, and those of its top-ups",
    ),
    version=2,
)
def few_gas_exchanges(log: Log) -> Finding:
    """The gas meter's battery pays few radio exchanges for a top-up, beyond its regular wakes.

    What a top-up in every week of its life would take of that life is measured.
    """
    exchanges = [entry for entry in log.arrived("han", "tunnel") if entry.sender == roles.GSME]
    if not exchanges:
        return inconclusive("no-wake", "the gas meter has not been heard")
    wakes = 1 + sum(later.t - earlier.t > _ONE_WAKE for earlier, later in pairwise(exchanges))
    extra = len(exchanges) - wakes
    bound = limit(log, "gas-extra-exchanges")
    spent = 100 * extra / (_WAKES_A_WEEK + extra)
    measured = (Measurement("gas-extra-exchanges", extra, "exchanges"), Measurement("battery-life-spent", spent, "%"))
    sentence = f"{counted(extra, 'exchange')} beyond {counted(wakes, 'wake')}; the limit is {bound.value:g}"
    if extra > bound.value:
        return failed("too-many-exchanges", sentence, *exchanges, measurements=measured)
    return passed(sentence, *exchanges, measurements=measured)
