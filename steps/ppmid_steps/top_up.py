"""Whens about UTRNs, and Thens about credit, supply and what the PPMID says of them."""

from collections.abc import Callable, Mapping
from typing import Any

from ppmid_bench.scenario import ScenarioRun
from ppmid_devices import roles
from ppmid_devices.ports import MINUTE, SECOND
from ppmid_protocols.secret import Secret
from ppmid_protocols.utrn import Utrn, check_digit
from ppmid_steps.delivery import PATIENCE, settle
from ppmid_steps.one_of import OneOf
from ppmid_steps.registry import then, when

_A_POUND = 100_000

_MOMENT = 10 * SECOND
"""Long enough for a second credit, if there is to be one, to follow the first."""

_LONGEST_ANSWER: dict[str, int] = {roles.ESME: 3 * MINUTE, roles.GSME: PATIENCE}


def _wrong(digits: str) -> str:
    """The 13th digit is another one, as the check digit shows."""
    return digits[:12] + str((int(digits[12]) + 1) % 10) + digits[13:]


def _out_of_range(digits: str) -> str:
    """The check digit fits, but the first 19 digits are above the PPTD of every PTUT (GBCS 14)."""
    return "9" + digits[1:19] + check_digit("9" + digits[1:19])


_SLIPS: Mapping[str, Callable[[str], str]] = OneOf(
    {
        "one digit wrong": _wrong,
        "one digit missing": lambda digits: digits[:-1],
        "first digits that no UTRN has": _out_of_range,
    }
)


def _send(world: ScenarioRun, meter: str, utrn: Utrn) -> None:
    world.notes["utrn"] = meter, utrn
    world.requests.append(world.bed.dcc_user.send_utrn(world.bed.eui(meter), utrn))


@when("the Supplier sends a UTRN of {amount:Money} for the {meter:Meter} to the PPMID")
def send_utrn(world: ScenarioRun, amount: int, meter: str) -> None:
    _send(world, meter, world.bed.dcc_user.vend(world.bed.eui(meter), amount))


@when("the Supplier sends a UTRN of {amount:Money} for the {meter:Meter} to the PPMID, {times:Times}")
def send_utrns(world: ScenarioRun, amount: int, meter: str, times: int) -> None:
    """All at once, each another one."""
    for _ in range(times):
        send_utrn(world, amount, meter)


@when("the same UTRN is sent to the PPMID again")
def send_again(world: ScenarioRun) -> None:
    _send(world, *world.notes["utrn"])


@when("the {owner:Meter}'s UTRN of {amount:Money} is sent for the {meter:Meter} to the PPMID")
def send_foreign(world: ScenarioRun, owner: str, amount: int, meter: str) -> None:
    _send(world, meter, world.bed.dcc_user.vend(world.bed.eui(owner), amount))


@when("a stranger sends a UTRN of {amount:Money} for the {meter:Meter} to the PPMID")
def send_as_stranger(world: ScenarioRun, amount: int, meter: str) -> None:
    target = world.bed.eui(meter)
    world.bed.stranger.send_utrn(target, world.bed.dcc_user.vend(target, amount))


def _mistyped(world: ScenarioRun, meter: str, amount: int, slip: str) -> str:
    return _SLIPS[slip](world.bed.dcc_user.vend(world.bed.eui(meter), amount).digits.decode("ascii"))


@when("the customer types a UTRN of {amount:Money} for the {meter:Meter} with {slip:Words}")
def type_wrongly(world: ScenarioRun, amount: int, meter: str, slip: str) -> None:
    digits = _mistyped(world, meter, amount, slip)
    world.bed.note_typed(digits)
    world.bed.ppmid.enter_utrn(world.bed.eui(meter), digits)


@when("the customer enters a UTRN of {amount:Money} for the {meter:Meter} in the Supplier's app with {slip:Words}")
def enter_wrongly(world: ScenarioRun, amount: int, meter: str, slip: str) -> None:
    digits = _mistyped(world, meter, amount, slip)
    world.bed.delivery_service.submit_utrn(world.bed.eui(meter), Secret(digits.encode("ascii")))


@when("the customer is given a UTRN of {amount:Money} for the {meter:Meter} by the Supplier")
def printed(world: ScenarioRun, amount: int, meter: str) -> None:
    world.notes["Supplier"] = world.bed.dcc_user.vend(world.bed.eui(meter), amount)


@when("the customer is given a UTRN of {amount:Money} for the {meter:Meter} by {user:User}")
def printed_by_other(world: ScenarioRun, amount: int, meter: str, user: str) -> None:
    world.notes[user] = world.bed.other_users[user].vend(world.bed.eui(meter), amount)


@when("the customer types the UTRN of the Supplier into the {meter:Meter}'s own keypad")
def type_printed_at_the_meter(world: ScenarioRun, meter: str) -> None:
    world.bed.meter(meter).enter_utrn(world.notes["Supplier"].digits.decode("ascii"))


@when("the Supplier sends its UTRN for the {meter:Meter} to the PPMID too")
def send_printed(world: ScenarioRun, meter: str) -> None:
    _send(world, meter, world.notes["Supplier"])


@when("the customer types the UTRN of the Supplier for the {meter:Meter} into the PPMID")
def type_printed(world: ScenarioRun, meter: str) -> None:
    _type(world, meter, world.notes["Supplier"])


@when("the customer types the UTRN of {user:User} for the {meter:Meter} into the PPMID")
def type_printed_by_other(world: ScenarioRun, meter: str, user: str) -> None:
    _type(world, meter, world.notes[user])


def _type(world: ScenarioRun, meter: str, utrn: Utrn) -> None:
    digits = utrn.digits.decode("ascii")
    world.bed.note_typed(digits)
    world.bed.ppmid.enter_utrn(world.bed.eui(meter), digits)


@when("a stranger floods the PPMID with {count:Count} messages")
def flood(world: ScenarioRun, count: int) -> None:
    target = world.bed.eui(roles.ESME)
    utrn = world.bed.dcc_user.vend(target, _A_POUND)
    for _ in range(count):
        world.bed.stranger.send_utrn(target, utrn)
    world.bed.wait(_MOMENT)


@when("a person holds the button of the {meter:Meter}")
def hold_button(world: ScenarioRun, meter: str) -> None:
    world.bed.meter(meter).press_enable()


@when("the customer switches the supply of the {meter:Meter} on at the PPMID")
def switch_on(world: ScenarioRun, meter: str) -> None:
    world.bed.note_chosen("supply")
    world.bed.ppmid.enable_supply(world.bed.eui(meter))


@when("the customer chooses emergency credit for the {meter:Meter} at the PPMID")
def choose_emergency_credit(world: ScenarioRun, meter: str) -> None:
    world.bed.note_chosen("emergency-credit")
    world.bed.ppmid.select_emergency_credit(world.bed.eui(meter))


@then("the balance of the {meter:Meter} has risen by {amount:Money}, once", judges="credited-once")
def risen_once(world: ScenarioRun, meter: str, amount: int) -> dict[str, Any]:
    _wait_for_a_change(world, meter)
    world.bed.read_meter(meter)
    return {"meter": meter, "amount": amount}


@then("the balance of the {meter:Meter} has not moved", judges="balance-unmoved")
def balance_unmoved(world: ScenarioRun, meter: str) -> dict[str, Any]:
    world.bed.wait(_LONGEST_ANSWER[meter])
    world.bed.read_meter(meter)
    return {"meter": meter}


@then("the supply of the {meter:Meter} is {state:Words}", judges="supply-is")
def supply_is(world: ScenarioRun, meter: str, state: str) -> dict[str, Any]:
    world.bed.wait(_LONGEST_ANSWER[meter], lambda: str(world.bed.meter(meter).display().supply) == state)
    world.bed.wait(_MOMENT)
    world.bed.read_meter(meter)
    return {"meter": meter, "state": state}


@then("the emergency credit of the {meter:Meter} is in force", judges="emergency-credit-selected")
def emergency_credit(world: ScenarioRun, meter: str) -> dict[str, Any]:
    world.bed.wait(_LONGEST_ANSWER[meter], lambda: world.bed.meter(meter).display().emergency_credit is not None)
    world.bed.read_meter(meter)
    return {"meter": meter}


@then("the PPMID reported the meter's own result", judges="result-passed-on")
def result_passed_on(world: ScenarioRun) -> dict[str, Any]:
    settle(world)
    world.bed.wait(_MOMENT)
    return {}


@then("the PPMID did not call it accepted before the meter had", judges="no-success-before-the-meter")
def no_early_success(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(PATIENCE, lambda: world.bed.seen("avenue", "utrn-result"))
    return {}


@then("the PPMID said that it is no UTRN", judges="says-it-is-no-utrn")
def says_it_is_no_utrn(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(MINUTE, lambda: world.bed.seen("avenue", "status", state="refused"))
    return {}


@then("the PPMID said that it is not joined with the {meter:Meter}", judges="says-it-is-not-joined")
def says_it_is_not_joined(world: ScenarioRun, meter: str) -> dict[str, Any]:  # noqa: ARG001 - the request says which
    world.bed.wait(MINUTE, lambda: world.bed.seen("avenue", "status", state="refused"))
    return {}


@then("no text of the PPMID shows a UTRN", judges="no-utrn-shown")
def no_utrn_shown(world: ScenarioRun) -> dict[str, Any]:
    world.bed.read_screen()
    return {}


@then("the gas meter paid few radio exchanges for it", judges="few-gas-exchanges")
def few_gas_exchanges(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(_LONGEST_ANSWER[roles.GSME])
    return {}


def _wait_for_a_change(world: ScenarioRun, meter: str) -> None:
    """Wait until the meter's display shows another balance than now, then a moment more."""
    before = world.bed.first_balance(meter)
    world.bed.wait(_LONGEST_ANSWER[meter], lambda: world.bed.meter(meter).display().balance != before)
    world.bed.wait(_MOMENT)
