"""Whens about certificates: of a device's new key (SRVs 6.17, 6.15.2), and of the Supplier (SRV 6.15.1)."""

from ppmid_bench.credentials_update import UPDATE_CREDENTIALS
from ppmid_bench.scenario import ScenarioRun
from ppmid_devices.dcc_user.contract import Way
from ppmid_protocols.duis.service_body import ServiceBody
from ppmid_protocols.duis.services import SERVICE_REQUESTS
from ppmid_steps.delivery import ask, ask_with, settle
from ppmid_steps.local_set import PACE, service_named
from ppmid_steps.registry import when

_STORE = "6.15.2"

STEPS = {"signing key renewed": _STORE, "certificate for top-ups set": UPDATE_CREDENTIALS}
"""The Service Reference Variants that no table of services has: what a step that asks for them says."""


@when("the Supplier has the {meter:Meter}'s signing key renewed {way:Way}")
def renew_signing_key(world: ScenarioRun, meter: str, way: Way) -> None:
    ask(world, service_named("new signing key made"), meter, way)
    settle(world)
    world.bed.wait(PACE)
    certificate = world.bed.issue_certificate(world.request)
    body = ServiceBody.of(SERVICE_REQUESTS[_STORE].body_name, {"DeviceCertificate": certificate})
    ask_with(world, _STORE, meter, way, body)
    settle(world)
    world.bed.wait(PACE)


@when("the Supplier has its own certificate for top-ups set on the {meter:Meter} {way:Way}")
def set_top_up_certificate(world: ScenarioRun, meter: str, way: Way) -> None:
    """One certificate and its path: about 1,000 octets, where three are more than a tunnel carries."""
    ask_with(world, UPDATE_CREDENTIALS, meter, way, world.bed.top_up_certificate_update())
    settle(world)
    world.bed.wait(PACE)
