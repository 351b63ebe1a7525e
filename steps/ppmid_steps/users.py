"""Users beside the home's Supplier: Givens and Whens about who asks, Thens about what the DCC lets them have."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ppmid_bench.credentials_update import UPDATE_CREDENTIALS
from ppmid_bench.home_keys import EXPORT_SUPPLIER, NETWORK_OPERATOR, OTHER_SUPPLIER, OTHER_USER
from ppmid_bench.other_user import CREATE_SCHEDULE
from ppmid_bench.scenario import ScenarioRun
from ppmid_devices import roles
from ppmid_devices.dcc_user.contract import Way
from ppmid_devices.ports import MINUTE, SECOND
from ppmid_protocols.duis import response_code
from ppmid_protocols.duis.documents import service_reference
from ppmid_protocols.duis.kinds import Date, Time
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.duis.service_body import ServiceBody
from ppmid_protocols.duis.services import SERVICE_REQUESTS, UserRole
from ppmid_steps import hand_held
from ppmid_steps.delivery import PATIENCE, ask_with, unsealed_command
from ppmid_steps.local_set import PACE, service_named
from ppmid_steps.one_of import OneOf
from ppmid_steps.parts import let_change
from ppmid_steps.registry import Table, given, then, when
from ppmid_steps.services import DCC_SERVICES, Service

_SUPPLIER = (UserRole.IMPORT_SUPPLIER, UserRole.GAS_SUPPLIER)
_ROLES = {
    OTHER_SUPPLIER: _SUPPLIER,
    NETWORK_OPERATOR: (UserRole.ELECTRICITY_DISTRIBUTOR, UserRole.GAS_TRANSPORTER),
    EXPORT_SUPPLIER: (UserRole.EXPORT_SUPPLIER,),
    OTHER_USER: (UserRole.OTHER_USER,),
}
_RESPONSIBLE: Mapping[str, UserRole] = {roles.ESME: UserRole.IMPORT_SUPPLIER, roles.GSME: UserRole.GAS_SUPPLIER}
_REASONS = OneOf(
    {
        "its role may not ask it": response_code.ROLE_NOT_ALLOWED,
        "it is not responsible for the meter": response_code.NOT_RESPONSIBLE,
        "it is not given for local delivery": response_code.NOT_AVAILABLE_LOCALLY,
    }
)
_NEWS = OneOf(DCC_SERVICES)
_COMMISSION, _IMPORT_PROFILE = "8.1.1", "4.8.1"
_SOME_COUNTER = 9_000
_A_MOMENT = 10 * SECOND
"""Long enough for what should have been refused to be on its way."""


@given("the Users of the DCC are the Supplier and {user:User}")
def users(world: ScenarioRun, user: str) -> None:
    world.home.other_users.append(user)
    world.bed.dcc.admit(world.bed.dcc_user.eui, _SUPPLIER)
    world.bed.dcc.admit(world.bed.other_users[user].eui, _ROLES[user])


@given("the Supplier is responsible for the {meter:Meter}")
def responsible(world: ScenarioRun, meter: str) -> None:
    world.bed.dcc.register(world.bed.eui(meter), world.bed.dcc_user.eui, _RESPONSIBLE[meter])


@when("the Supplier tells the DCC that {news:Words}")
def tell_dcc(world: ScenarioRun, news: str) -> None:
    bed, service = world.bed, _NEWS[news]
    world.requests.append(bed.dcc_user.tell_dcc(service.srv, service.body_for(roles.HUB, bed.clock.now(), bed.eui)))


@when("the {meter:Meter} changes to {user:User}")
def change_of_supplier(world: ScenarioRun, meter: str, user: str) -> None:
    world.bed.dcc.register(world.bed.eui(meter), world.bed.other_users[user].eui, _RESPONSIBLE[meter])


@when("the Supplier hands the {meter:Meter} over to {user:User} {way:Way}")
def hand_over(world: ScenarioRun, meter: str, user: str, way: Way) -> None:
    let_change(world, meter, ["Supplier"])
    body = world.bed.other_users[user].credentials_update()
    ask_with(world, UPDATE_CREDENTIALS, meter, way, body)


@when("{user:User} has the {meter:Meter}'s {service:Service} {way:Way}")
def other_asks(world: ScenarioRun, user: str, meter: str, service: Service, way: Way) -> None:
    bed = world.bed
    body = service.body_for(meter, bed.clock.now(), bed.eui)
    world.requests.append(bed.other_users[user].ask(service.srv, bed.eui(meter), way, body))


@when("{user:User} has each of these done at the {meter:Meter}, with the Hand-Held Terminal and through the PPMID:")
def others_each_by_both(world: ScenarioRun, user: str, meter: str, table: Table) -> None:
    """What comes back stays with who brought the Command: no other User has it returned to the DCC."""
    for (name,) in table[1:]:
        service = service_named(name)
        let_change(world, meter, service.changes)
        for way in (Way.HHT, Way.LOCAL):
            other_asks(world, user, meter, service, way)
            if way is Way.HHT:
                _answered(world)
                hand_held.put_in(world, world.bed.other_users[user].command(world.request))
            else:
                given_to_service(world, user)
            world.bed.wait(PATIENCE if meter == roles.GSME else PACE)


@when("{user:User} gives it to the Supplier's delivery service")
def given_to_service(world: ScenarioRun, user: str) -> None:
    _answered(world)
    target, command = RequestId.parse(world.request).target, world.bed.other_users[user].command(world.request)
    world.bed.delivery_service.submit_command(target, command)


@then("the {meter:Meter} has done it, and its Response has come back", judges="others-command-done")
def others_command_done(world: ScenarioRun, meter: str) -> dict[str, Any]:
    world.bed.wait(PATIENCE if meter == roles.GSME else MINUTE)
    return {"request": world.request}


@when("{user:User} returns a Response of the {meter:Meter} to the DCC")
def gives_back(world: ScenarioRun, user: str, meter: str) -> None:
    """By its role alone the DCC takes it or not; what is returned is no device's, since nothing was delivered."""
    _answered(world)
    octets = unsealed_command(world, "esme", world.bed.eui(meter), _SOME_COUNTER).encode()
    world.requests.append(world.bed.other_users[user].give_back(world.bed.dcc.eui, world.request, octets))


@when("the Supplier has the {meter:Meter} commissioned through the PPMID")
def commission(world: ScenarioRun, meter: str) -> None:
    times = {"CurrentDateTime": world.bed.clock.now(), "TolerancePeriod": 60}
    body = ServiceBody.of(SERVICE_REQUESTS[_COMMISSION].body_name, times)
    world.requests.append(world.bed.dcc_user.request(_COMMISSION, world.bed.eui(meter), Way.LOCAL, body))


@when("{user:User} has the {meter:Meter}'s import profile read each day by a schedule")
def schedule(world: ScenarioRun, user: str, meter: str) -> None:
    bed = world.bed
    today = datetime.fromtimestamp(bed.clock.now() / SECOND, UTC)
    srv, midnight = _IMPORT_PROFILE, Time(0, 0)
    details = {
        "ScheduleFrequency": "Daily",
        "ScheduleStartDate": Date(today.year, today.month, today.day),  # its first day is the next: this one has begun
        "DSPScheduledServiceReference": service_reference(srv),
        "DSPScheduledServiceReferenceVariant": srv,
        "DeviceID": bed.eui(meter),
        "DSPReadActiveImportProfileData": {
            "StartDateOffset": -1,
            "StartTime": midnight,
            "EndDateOffset": 0,
            "EndTime": midnight,
        },
    }
    body = ServiceBody.of(SERVICE_REQUESTS[CREATE_SCHEDULE].body_name, details)
    world.requests.append(bed.other_users[user].schedule(bed.dcc.eui, body))
    _answered(world)


def _answered(world: ScenarioRun) -> None:
    """Wait until the DCC has answered the last request, and whatever else is on its way has come."""
    world.bed.wait(MINUTE, lambda: world.bed.seen("duis", "response", request=world.request))
    world.bed.wait(_A_MOMENT)


@then("the DCC refuses it, since {why:Words}", judges="refused-with-code")
def refused(world: ScenarioRun, why: str) -> dict[str, Any]:
    _answered(world)
    return {"request": world.request, "code": str(_REASONS[why])}


@then("the DCC has taken it", judges="dcc-took-it")
def dcc_took_it(world: ScenarioRun) -> dict[str, Any]:
    _answered(world)
    return {"request": world.request}


@then("the DCC gives the Command for local delivery", judges="command-given")
def command_given(world: ScenarioRun) -> dict[str, Any]:
    _answered(world)
    return {"request": world.request}


@then("the DCC has given {user:User} nothing of the schedule, and told it so", judges="scheduled-over-wan-alone")
def scheduled_over_wan_alone(world: ScenarioRun, user: str) -> dict[str, Any]:
    return {"request": world.request, "user": user}
