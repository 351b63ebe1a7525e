"""Thens about what a PPMID owes customer and meters by itself: its own commands and counters, pending work, keypad."""

from typing import Any

from ppmid_bench.scenario import ScenarioRun
from ppmid_devices.dcc_user.contract import Way
from ppmid_devices.ports import MINUTE, SECOND
from ppmid_steps.delivery import PATIENCE, ask
from ppmid_steps.registry import then, when
from ppmid_steps.services import Service


@when("the Supplier has the {device:Device}'s {service:Service} {way:Way}, {times:Times}")
def ask_often(world: ScenarioRun, device: str, service: Service, way: Way, times: int) -> None:
    for _ in range(times):
        ask(world, service, device, way)
        world.bed.wait(SECOND)


@when("the PPMID's Internet side is scanned")
def scan(world: ScenarioRun) -> None:
    world.bed.scan_ppmid()


@when("the PPMID calls, and the delivery service answers")
def call_service(world: ScenarioRun) -> None:
    world.bed.have_ppmid_call()


@when("the PPMID calls, and somebody answers with {flaw:Words}")
def call_impostor(world: ScenarioRun, flaw: str) -> None:
    world.bed.have_ppmid_call(flaw)


@when("the PPMID calls in vain, {times:Times}")
def call_in_vain(world: ScenarioRun, times: int) -> None:
    world.bed.have_ppmid_call_in_vain(times)


@then("the PPMID did not call again on the same beat", judges="calls-again-spread")
def calls_again_spread(world: ScenarioRun) -> dict[str, Any]:  # noqa: ARG001 - the evidence has it all
    return {}


@then("the PPMID spoke to the delivery service and to nobody else", judges="speaks-to-its-service-alone")
def speaks_to_its_service_alone(world: ScenarioRun) -> dict[str, Any]:  # noqa: ARG001 - the evidence has it all
    return {}


@then("nothing answers there but what its maker declares", judges="no-other-port-open")
def no_other_port_open(world: ScenarioRun) -> dict[str, Any]:  # noqa: ARG001 - the evidence has it all
    return {}


@then("the PPMID gave each Response to the request that it answers, once", judges="each-response-to-its-request")
def each_response_to_its_request(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(PATIENCE)
    return {}


@then("the PPMID used no Originator Counter of its own a second time", judges="own-counters-used-once")
def own_counters_used_once(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {}


@then(
    "the PPMID sent the {meter:Meter} its codes digit for digit, by that meter's own command",
    judges="utrn-by-its-command",
)
def utrn_by_its_command(world: ScenarioRun, meter: str) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {"meter": meter}


@then("the hub passed what the PPMID asked of the {meter:Meter} on unaltered", judges="relayed-unaltered")
def own_passed_on(world: ScenarioRun, meter: str) -> dict[str, Any]:  # noqa: ARG001 - the evidence has it all
    return {"meter": meter}


@then("the PPMID asked nothing of the meters but what they take from a PPMID", judges="asks-what-meters-allow")
def asks_what_meters_allow(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {}


@then("the PPMID lost none of its work by the power cut, and did none of it twice", judges="pending-work-kept")
def pending_work_kept(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(PATIENCE)
    return {}


@then("the PPMID served the customer at its keypad and display all the same", judges="keypad-served")
def keypad_served(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    world.bed.read_screen()
    return {}


@then("the PPMID relayed no more than it may in an hour, and said so of the rest", judges="relayed-within-its-rate")
def relayed_within_its_rate(world: ScenarioRun) -> dict[str, Any]:
    world.bed.wait(MINUTE)
    return {}
