"""Sessions of customers in the Supplier's app: who logs in, and what is entered under which session."""

from typing import Any

from ppmid_bench import other_home
from ppmid_bench.scenario import ScenarioRun
from ppmid_bench.wired_needs import HOME
from ppmid_devices import roles
from ppmid_devices.ports import MINUTE
from ppmid_steps.registry import then, when


@when("the customer logs in to the Supplier's app")
def log_in(world: ScenarioRun) -> None:
    world.notes["token"] = world.bed.delivery_service.log_in(HOME)


@when("a customer of another home logs in to the Supplier's app")
def log_in_elsewhere(world: ScenarioRun) -> None:
    world.notes["token"] = world.bed.delivery_service.log_in(other_home.HOME)


@when("the customer logs out")
def log_out(world: ScenarioRun) -> None:
    world.bed.delivery_service.log_out(world.notes["token"])


@when("a UTRN of {amount:Money} for the {meter:Meter} is entered under that session")
def enter(world: ScenarioRun, amount: int, meter: str) -> None:
    target = world.bed.eui(meter)
    world.bed.enter_in_app(world.notes["token"], target, world.bed.dcc_user.vend(target, amount).digits)


@when("a UTRN of {amount:Money} for an electricity meter of another home is entered under that session")
def enter_for_another_home(world: ScenarioRun, amount: int) -> None:
    digits = world.bed.dcc_user.vend(world.bed.eui(roles.ESME), amount).digits
    world.bed.enter_in_app(world.notes["token"], other_home.METER, digits)


@then("the delivery service sent it to no PPMID", judges="session-refused")
def session_refused(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {}
