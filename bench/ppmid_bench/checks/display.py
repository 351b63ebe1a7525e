"""What the PPMID's screen shows of the meters."""

import re
from typing import Any

from ppmid_bench.checks.check import Finding, check, failed, inconclusive, passed
from ppmid_bench.checks.reporting import meter_answers, top_up_result
from ppmid_bench.evidence import Entry, Log
from ppmid_bench.sentences import counted, pounds
from ppmid_devices import roles
from ppmid_devices.meter.times import from_zigbee_time
from ppmid_devices.ports import SECOND

_PREPAYMENT, _BALANCE, _STAMP = "0705", "0001", "0004"
_AMOUNT = re.compile(r"£[\d.,]+")
_PENNY = 1_000
"""In millipence: a display that shows pounds and pence shows no part of one."""
_NOTHING_YET = -1
"""In the place of a result type, of which a gas meter's refusal may have none."""
_SLACK = 2 * SECOND
"""The mirror counts whole seconds (UTC time of the ZigBee Cluster Library), and a report takes its time on the air."""

_IN_PENCE = "a screen may leave out what is less than a penny"


def _same_amount(own: int, shown: int) -> bool:
    """Whether a screen shows the amount that the meter has, in millipence or in whole pence."""
    return abs(own - shown) < _PENNY


def _last_screen(log: Log) -> Entry | None:
    screens = log.of("ppmid-display", "screen")
    return screens[-1] if screens else None


def _figures(screen: Entry, meter: str) -> dict[str, Any] | None:
    """What a screen shows of the meter."""
    shown: list[dict[str, Any]] = screen.fields.get("figures", [])
    return next((one for one in shown if one["meter"] == meter and one["balance"] is not None), None)


@check(
    "gas-figures-dated",
    judges="ppmid",
    needs=("ppmid-display", "han"),
    reasons=("stale-as-fresh", "other-balance", "undated"),
    requirements=("REQ-034",),
    threats=("I4b",),
    purposes=("PP-012",),
    assumed=(_IN_PENCE,),
    version=2,
)
def gas_figures_dated(log: Log) -> Finding:
    """The PPMID shows the gas balance as the gas meter last reported it, with the time of that report."""
    screen = _last_screen(log)
    if screen is None:
        return inconclusive("no-reading", "the screen was not read")
    told = [one for one in _balances(log, "figures-told", roles.HUB) if one.n < screen.n]
    reports = [one for one in _balances(log, "figures-reported", roles.GSME) if one.n < screen.n]
    if not told or not reports:
        return inconclusive("nothing-told", "the PPMID was told no gas balance", *reports, *told, screen)
    shown = _figures(screen, roles.GSME)
    if shown is None:
        sentence = "the screen shows no gas balance, which nobody asks of it"
        return inconclusive("not-shown", sentence, reports[-1], told[-1], screen)
    if shown["as_of"] is None:
        return _without_time(told[-1], reports[-1], screen)
    dated = [one for one in reports if abs(one.t - shown["as_of"]) <= _SLACK]
    if not dated and _misdated(told[-1], shown["as_of"]):
        sentence = "the mirror itself has told a time that is none of a report"
        return inconclusive("mirror-misdated", sentence, reports[-1], told[-1], screen)
    if not dated:
        sentence = "the time that the screen gives the gas balance is not that of a report of the gas meter"
        return failed("stale-as-fresh", sentence, reports[-1], told[-1], screen)
    reported = dated[-1].fields["values"][_BALANCE]
    if not _same_amount(reported, shown["balance"]):
        sentence = f"the meter reported {pounds(reported)}, the screen shows {pounds(shown['balance'])}"
        return failed("other-balance", sentence, dated[-1], told[-1], screen)
    return passed(f"it shows {pounds(reported)} with the time of its report", dated[-1], told[-1], screen)


def _balances(log: Log, what: str, sender: str) -> list[Entry]:
    """What the HAN shows of a balance that ``sender`` tells."""
    return [
        one
        for one in log.arrived("han", what, cluster=_PREPAYMENT)
        if one.sender == sender and one.fields["values"].get(_BALANCE) is not None
    ]


def _misdated(told: Entry, shown: int) -> bool:
    """Whether the time that the screen shows is the one that the mirror told."""
    stamp = told.fields["values"].get(_STAMP)
    return stamp is not None and abs(from_zigbee_time(stamp) - shown) <= _SLACK


def _without_time(told: Entry, report: Entry, screen: Entry) -> Finding:
    if told.fields["values"].get(_STAMP) is not None:
        return failed("undated", "the screen gives no time, which the mirror had told", report, told, screen)
    sentence = "the mirror tells no time, so the screen can give none: nobody knows how old the balance is"
    return inconclusive("mirror-without-time", sentence, report, told, screen)


@check(
    "figures-of-the-meter",
    judges="ppmid",
    needs=("ppmid-display", "meter-display"),
    reasons=("other-balance", "other-supply"),
    requirements=("REQ-034",),
    purposes=("PP-012",),
    assumed=(_IN_PENCE,),
    version=3,
)
def figures_of_the_meter(log: Log, meter: str) -> Finding:
    """The PPMID shows the balance that the meter's own display shows, and its supply where it shows any."""
    screen, readings = _last_screen(log), log.of("meter-display", "reading", meter=meter)
    shown = None if screen is None else _figures(screen, meter)
    if screen is None or not readings or shown is None:
        found = [*readings[-1:], *([screen] if screen else [])]
        return inconclusive("no-reading", f"no balance of the {meter} was read on both displays", *found)
    own, on_screen = readings[-1].fields["balance"], shown["balance"]
    if not _same_amount(own, on_screen):
        sentence = f"the meter shows {pounds(own)}, the PPMID {pounds(on_screen)}"
        return failed("other-balance", sentence, readings[-1], screen)
    supply, supply_shown = readings[-1].fields["supply"], shown.get("supply")
    if supply_shown not in (None, supply):
        sentence = f"the meter shows its supply {supply}, the PPMID {supply_shown}"
        return failed("other-supply", sentence, readings[-1], screen)
    return passed(f"both show {pounds(own)}", readings[-1], screen)


@check(
    "outcomes-told-apart",
    judges="ppmid",
    needs=("ppmid-display", "han"),
    reasons=("not-told", "told-alike"),
    requirements=("REQ-026",),
    purposes=("PP-004",),
    assumed=("texts that differ in an amount alone tell the same",),
    version=2,
)
def outcomes_told_apart(log: Log) -> Finding:
    """The PPMID's screen says something of each result of the meter, and of another result something else."""
    told = [(answer, *_new_lines(log, answer)) for answer in meter_answers(log)]
    seen = [(answer, top_up_result(answer), lines, screens) for answer, lines, screens in told if screens]
    shown = [entry for answer, _, _, screens in seen for entry in (answer, *screens)]
    results = {result for _, result, _, _ in seen}
    if len(results) < 2:
        return inconclusive("one-outcome", "no two results of the meter were seen with the screen after each", *shown)
    by_text: dict[tuple[str, ...], int | None] = {}
    before: int | None = _NOTHING_YET
    for _, result, lines, _ in seen:
        if not lines and result != before:
            return failed("not-told", "the meter answered, and the screen shows nothing new", *shown)
        if lines and by_text.setdefault(lines, result) != result:
            return failed("told-alike", f"results {by_text[lines]} and {result} have one text: {lines[-1]}", *shown)
        before = result
    return passed(f"{counted(len(results), 'result')} of the meter, each with a text of its own", *shown)


def _new_lines(log: Log, answer: Entry) -> tuple[tuple[str, ...], tuple[Entry, ...]]:
    """The texts that the screen had new when it was read after an answer, without amounts, and those readings.

    No readings where it was not read before the meter's next answer.
    """
    screens = log.of("ppmid-display", "screen")
    before, after = ([one for one in screens if (one.n < answer.n) is earlier] for earlier in (True, False))
    later = [one for one in meter_answers(log) if one.n > answer.n]
    if not after or (later and later[0].n < after[0].n):
        return (), ()
    known: list[str] = before[-1].fields["lines"] if before else []
    lines: list[str] = after[0].fields["lines"]
    most = min(len(known), len(lines))
    kept = next(size for size in range(most, -1, -1) if known[len(known) - size :] == lines[:size])
    return tuple(_AMOUNT.sub("£", line) for line in lines[kept:]), (*before[-1:], after[0])


@check(
    "nothing-of-before",
    judges="ppmid",
    needs=("ppmid-display",),
    reasons=("old-texts",),
    requirements=("REQ-011",),
    purposes=("PP-020",),
)
def nothing_of_before(log: Log) -> Finding:
    """No text stands on the PPMID's screen that stood there when the screen was first read."""
    screens = log.of("ppmid-display", "screen")
    if len(screens) < 2 or not screens[0].fields["lines"]:
        return inconclusive("nothing-to-forget", "no texts were read on the screen before", *screens[:1])
    first, last = screens[0], screens[-1]
    kept = [line for line in last.fields["lines"] if line in first.fields["lines"]]
    if kept:
        return failed("old-texts", f"{len(kept)} of the texts of before still stand there", first, last)
    return passed("none of the texts of before stands there", first, last)
