"""Givens about what a meter holds, owes and is owed, and Thens about where the money of a top-up has gone."""

from typing import Any

from ppmid_bench.scenario import ScenarioRun
from ppmid_devices import roles
from ppmid_devices.meter.contract import DailyDebt, MeterDisplay, Recovery, Supply
from ppmid_devices.ports import DAY, HOUR, MINUTE, SECOND
from ppmid_steps.delivery import PATIENCE
from ppmid_steps.registry import given, then, when

_HUNDREDTHS = 100
_NOON = 12 * HOUR
_MOMENT = 10 * SECOND
_LONGEST_ANSWER: dict[str, int] = {roles.ESME: 3 * MINUTE, roles.GSME: PATIENCE}


@given("the {meter:Meter} holds {amount:Money} of at most {maximum:Money}")
def holds_of_at_most(world: ScenarioRun, meter: str, amount: int, maximum: int) -> None:
    world.home.ask(meter, balance=amount, maximum_balance=maximum)


@given("the {meter:Meter} takes at most {amount:Money} at a time")
def largest_credit(world: ScenarioRun, meter: str, amount: int) -> None:
    world.home.ask(meter, maximum_credit=amount)


@given("the {meter:Meter} has used {used:Money} of {limit:Money} of emergency credit")
def emergency_credit_used(world: ScenarioRun, meter: str, used: int, limit: int) -> None:
    supply = Supply.ENABLED if used < limit else Supply.DISABLED
    world.home.ask(meter, balance=0, emergency_used=used, emergency_limit=limit, supply=supply)


@given("{share:Count}% of each top-up of the {meter:Meter} repays a debt of {debt:Money}, up to {cap:Money} a week")
def repaid_by_top_ups(world: ScenarioRun, share: int, meter: str, debt: int, cap: int) -> None:
    world.home.ask(meter, recovery=Recovery(debt=debt, share=share * _HUNDREDTHS, cap=cap))


@given("the {meter:Meter} takes {charge:Money} standing charge and {a_day:Money} of a debt of {debt:Money} a day")
def charged_by_the_day(world: ScenarioRun, meter: str, charge: int, a_day: int, debt: int) -> None:
    world.home.ask(meter, standing_charge=charge, daily_debt=DailyDebt(debt=debt, a_day=a_day))


@when("{count:Count} midnights pass")
def midnights_pass(world: ScenarioRun, count: int) -> None:
    """Till noon, UTC, so that nothing falls due while somebody tops up or looks."""
    now = world.bed.clock.now()
    world.bed.wait((now // DAY + count) * DAY + _NOON - now)


def _money_of(display: MeterDisplay) -> tuple[int, int | None, int | None]:
    return display.balance, display.emergency_owed, display.debt


@then(
    "{debt:Money} of it has repaid debt, {emergency_credit:Money} emergency credit, and the {meter:Meter} holds "
    "{balance:Money} more",
    judges="money-goes-where-it-belongs",
)
def shared_out(world: ScenarioRun, debt: int, emergency_credit: int, meter: str, balance: int) -> dict[str, Any]:
    before = _money_of(world.bed.last_display(meter))
    world.bed.wait(_LONGEST_ANSWER[meter], lambda: _money_of(world.bed.meter(meter).display()) != before)
    world.bed.wait(_MOMENT)
    world.bed.read_meter(meter)
    return {"meter": meter, "debt": debt, "emergency_credit": emergency_credit, "balance": balance}


@then("the {meter:Meter} holds {amount:Money} now", judges="meter-holds")
def holds_now(world: ScenarioRun, meter: str, amount: int) -> dict[str, Any]:
    world.bed.wait(_MOMENT)
    world.bed.read_meter(meter)
    return {"meter": meter, "amount": amount}


@then(
    "the {meter:Meter} has added {debt:Money} to the debt, and touched neither balance nor emergency credit",
    judges="money-goes-where-it-belongs",
)
def added_to_the_debt(world: ScenarioRun, meter: str, debt: int) -> dict[str, Any]:
    world.bed.read_meter(meter)
    return {"meter": meter, "debt": -debt, "emergency_credit": 0, "balance": 0}
