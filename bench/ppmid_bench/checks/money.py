"""Credit and supply, as the meter's own display shows them."""

from itertools import pairwise

from ppmid_bench.checks.as_given import as_given
from ppmid_bench.checks.check import Finding, check, failed, inconclusive, passed
from ppmid_bench.checks.reporting import PCS01
from ppmid_bench.evidence import Entry, Log
from ppmid_bench.sentences import pounds


def _top_ups_at(log: Log, meter: str) -> list[Entry]:
    """What the HAN shows of top-ups that reached the meter: by a Command, a PCS01 or a Consumer Top Up.

    What was altered on its way is none, Command or code: the meter is right to refuse it.
    """
    at_the_meter = [entry for entry in log.arrived("han") if entry.receiver == meter]
    return [one for one in at_the_meter if _code(one) is not None and _as_given(log, one)]


def _code(entry: Entry) -> str | None:
    """The tag of the UTRN that an entry brings; None where it brings none."""
    found: str | None = entry.fields.get("utrn") or entry.fields.get("gbcs", {}).get("utrn")
    return found


def _as_given(log: Log, top_up: Entry) -> bool:
    """Whether a top-up is what was sent to this home, or typed in here, as far as the bench can see that."""
    if "gbcs" in top_up.fields and top_up.fields["gbcs"]["use_case"] != PCS01:
        return as_given(log, top_up)
    return "avenue" not in log.home["points"] or bool(_sources(log, [top_up]))


def _sources(log: Log, top_ups: list[Entry]) -> list[Entry]:
    """Where the codes of these top-ups came from: the avenue, or the PPMID's keypad."""
    codes = {_code(one) for one in top_ups}
    given = [*log.arrived("avenue", "submit-utrn"), *log.of("keypad", "typed")]
    return [one for one in given if _code(one) in codes and any(one.n < other.n for other in top_ups)]


def _readings(log: Log, meter: str) -> list[Entry]:
    return log.of("meter-display", "reading", meter=meter)


@check(
    "credited-once",
    judges="meter",
    needs=("meter-display",),
    reasons=("not-credited", "credited-twice", "wrong-amount"),
    requirements=("REQ-004", "REQ-026", "REQ-049"),
    threats=("I3a", "I3b"),
    version=3,
)
def credited_once(log: Log, meter: str, amount: int) -> Finding:
    """The balance has risen by the amount, once, since the scenario began."""
    readings = _readings(log, meter)
    if len(readings) < 2:
        return inconclusive("no-reading", "the display was not read before and after", *readings)
    first, last = readings[0], readings[-1]
    rise = last.fields["balance"] - first.fields["balance"]
    if rise == amount:
        return passed(f"the balance rose by {pounds(rise)}", first, last)
    sentence = f"the balance rose by {pounds(rise)}, not by {pounds(amount)}"
    if rise == 0:
        top_ups = _top_ups_at(log, meter)
        if top_ups:
            return failed("not-credited", "the balance has not moved", first, *_sources(log, top_ups), *top_ups, last)
        sentence = "the balance has not moved, and no top-up was seen to reach the meter as it was given"
        return inconclusive("no-top-up-seen", sentence, first, last)
    if rise > amount and rise % amount == 0:
        return failed("credited-twice", sentence, first, last)
    return failed("wrong-amount", sentence, first, last)


@check(
    "balance-unmoved",
    judges="meter",
    needs=("meter-display",),
    reasons=("balance-moved",),
    requirements=("REQ-029",),
    threats=("I1a", "I1c", "I3a"),
    purposes=("PP-021",),
)
def balance_unmoved(log: Log, meter: str) -> Finding:
    """The balance has not moved between the last two readings."""
    readings = _readings(log, meter)
    if len(readings) < 2:
        return inconclusive("no-reading", "the display was not read twice", *readings)
    before, after = readings[-2:]
    change = after.fields["balance"] - before.fields["balance"]
    if change:
        return failed("balance-moved", f"the balance moved by {pounds(change)}", before, after)
    return passed(f"the balance stands at {pounds(after.fields['balance'])} as before", before, after)


@check(
    "meter-holds",
    judges="meter",
    needs=("meter-display",),
    reasons=("other-balance",),
    requirements=("REQ-004",),
)
def meter_holds(log: Log, meter: str, amount: int) -> Finding:
    """The meter's display shows the balance that the Supplier has set, and not only its Response says so."""
    readings = _readings(log, meter)
    if len(readings) < 2:
        return inconclusive("no-reading", "the display was not read before and after", *readings)
    held = readings[-1].fields["balance"]
    if held != amount:
        return failed("other-balance", f"it holds {pounds(held)}, not {pounds(amount)}", readings[0], readings[-1])
    return passed(f"it holds {pounds(held)}", readings[0], readings[-1])


@check(
    "money-goes-where-it-belongs",
    judges="meter",
    needs=("meter-display",),
    reasons=("other-debt", "other-emergency-credit", "other-balance"),
    requirements=("REQ-004", "REQ-026"),
    version=2,
)
def money_goes_where_it_belongs(log: Log, meter: str, debt: int, emergency_credit: int, balance: int) -> Finding:
    """Between the last two readings the meter has paid so much of debt and of emergency credit, and of its balance.

    What was paid is above 0, what was charged below. The order and the shares are the Supplier's terms (SMETS2 4.5.3.3
    and 5.6.3.3, Add Credit).
    """
    readings = _readings(log, meter)[-2:]
    read = [one.fields.get(name) for one in readings for name in ("debt", "emergency_owed")]
    if len(readings) < 2 or None in read:
        return inconclusive("no-reading", "the display was not read twice, with what is owed", *readings)
    before, after = readings
    moved = {
        "debt": before.fields["debt"] - after.fields["debt"],
        "emergency credit": before.fields["emergency_owed"] - after.fields["emergency_owed"],
        "balance": after.fields["balance"] - before.fields["balance"],
    }
    due = {"debt": debt, "emergency credit": emergency_credit, "balance": balance}
    top_ups = [one for one in _top_ups_at(log, meter) if before.n < one.n < after.n]
    if sum(due.values()) > 0 and not any(moved.values()) and not top_ups:
        return inconclusive(
            "no-top-up-seen", "nothing has moved, and no top-up was seen to reach the meter as it was given", *readings
        )
    for name, amount in due.items():
        if moved[name] != amount:
            sentence = f"{pounds(moved[name])} went to the {name}, and {pounds(amount)} should have"
            return failed(f"other-{name.replace(' ', '-')}", sentence, *_sources(log, top_ups), before, *top_ups, after)
    sentence = ", ".join(f"{pounds(amount)} to the {name}" for name, amount in moved.items())
    return passed(sentence, *_sources(log, top_ups), before, *top_ups, after)


@check(
    "register-never-falls",
    judges="meter",
    needs=("meter-display",),
    reasons=("register-fell",),
    requirements=("REQ-055",),
    standing=True,
)
def register_never_falls(log: Log, meter: str) -> Finding:
    """The consumption register on the meter's own display has not fallen between any two readings."""
    readings = [one for one in _readings(log, meter) if one.fields.get("consumption") is not None]
    if len(readings) < 2:
        return inconclusive("no-reading", "the consumption was not read twice", *readings)
    for before, after in pairwise(readings):
        if after.fields["consumption"] < before.fields["consumption"]:
            sentence = f"it stood at {before.fields['consumption']}, and then at {after.fields['consumption']}"
            return failed("register-fell", sentence, before, after)
    first, last = readings[0], readings[-1]
    return passed(f"it went from {first.fields['consumption']} to {last.fields['consumption']}", *readings)


@check(
    "supply-is",
    judges="meter",
    needs=("meter-display",),
    reasons=("wrong-supply-state",),
    requirements=("REQ-004", "REQ-049"),
)
def supply_is(log: Log, meter: str, state: str) -> Finding:
    """The supply is in this state, by the meter's own display."""
    readings = _readings(log, meter)
    if not readings:
        return inconclusive("no-reading", "the display was not read")
    found = readings[-1].fields["supply"]
    if found != state:
        return failed("wrong-supply-state", f"the supply is {found}, not {state}", readings[-1])
    return passed(f"the supply is {state}", readings[-1])


_ASKS_FOR_EMERGENCY_CREDIT = ("ECS09", "GCS06", "PCS02")
"""The use cases that activate it; a PPMID asks an ESME by a ZCL command of its own."""


def _asked_for_emergency_credit(log: Log, meter: str) -> list[Entry]:
    """What reached the meter, as it was given, and asked it to select emergency credit."""
    return [
        one
        for one in log.arrived("han")
        if one.receiver == meter
        and (
            one.what == "select-available-emergency-credit"
            or (one.fields.get("gbcs", {}).get("use_case") in _ASKS_FOR_EMERGENCY_CREDIT and as_given(log, one))
        )
    ]


@check(
    "emergency-credit-selected",
    judges="meter",
    needs=("meter-display",),
    reasons=("not-selected",),
    requirements=("REQ-049",),
    version=2,
)
def emergency_credit_selected(log: Log, meter: str) -> Finding:
    """Emergency credit is in force, by the meter's own display."""
    readings = _readings(log, meter)
    if not readings:
        return inconclusive("no-reading", "the display was not read")
    credit = readings[-1].fields["emergency_credit"]
    if credit is None:
        asked = _asked_for_emergency_credit(log, meter)
        if not asked and "han" in log.home["points"]:
            return inconclusive("nothing-asked", "nothing that reached the meter asked for it", readings[-1])
        return failed("not-selected", "emergency credit is not selected", *asked, readings[-1])
    return passed(f"emergency credit of {pounds(credit)} is in force", readings[-1])
