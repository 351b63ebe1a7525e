"""The inventory follows what the devices of a home answer, where the broker can tell that they did."""

from dataclasses import replace
from typing import Any

import pytest
from dcc_bench import Bench, local_command, returned
from desk import Desk
from home_parts import BROKER, ESME, HUB, PPMID, SUPPLIER, answer_to, signed_by, with_mac_of

from ppmid_devices import roles
from ppmid_devices.dcc.inventory import InventoryEntry, Status
from ppmid_devices.dcc.settings import DccSettings
from ppmid_devices.ports import SECOND
from ppmid_protocols.duis import bodies
from ppmid_protocols.duis.documents import Request
from ppmid_protocols.duis.kinds import Date
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.duis.service_body import ServiceBody
from ppmid_protocols.duis.services import SERVICE_REQUESTS
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import dlms
from ppmid_protocols.gbcs.dlms import AccessResponse, AccessResult, Choice
from ppmid_protocols.gbcs.message import Message, decode
from ppmid_protocols.secret import Secret


def status_of(desk: Desk, role: str) -> str:
    found = desk.bed.dcc.inventory.find(desk.keys.eui(role))
    return str(found.status)


@pytest.mark.parametrize("meter", [roles.ESME, roles.GSME])
def test_a_meter_that_sets_its_clock_is_commissioned(desk: Desk, meter: str) -> None:
    desk.bed.dcc.inventory.set_status(desk.keys.eui(meter), "InstalledNotCommissioned", 0)
    top_up = ServiceBody.of("ReadMeterBalance")
    assert desk.send(meter, 1, 1, "4.18", top_up).code == "E5"
    body = ServiceBody.of("CommissionDeviceSynchroniseClock", {"CurrentDateTime": desk.now, "TolerancePeriod": 86_400})
    assert desk.send_critical(meter, 900_000, 5, "8.1.1", body).code == "I99"
    desk.wait(3_600 * SECOND)
    assert status_of(desk, meter) == "Commissioned"
    assert desk.send(meter, 900_001, 1, "4.18", top_up).code == "I99"


DONE, NOT_DONE = 0, 250


def hub_says(command: bytes, result: int) -> Message:
    """What a hub answers to CCS01 or CCS02: three accesses, the last of which is the method."""
    answer = answer_to(decode(command))
    results = (AccessResult(Choice.SET, DONE), AccessResult(Choice.SET, DONE), AccessResult(Choice.ACTION, result))
    return replace(answer, payload=AccessResponse(0x20000000 | answer.counter, (dlms.NULL,) * 3, results).encode())


def device_says(command: bytes, result: int) -> Message:
    """What a device answers to a join or unjoin: a DER INTEGER."""
    return replace(answer_to(decode(command)), payload=bytes((0x02, 0x01, result)), mac=None)


class Site(Bench):
    """A DCC that has a PPMID on file in some status."""

    def __init__(self, status: Status, **settings: Any) -> None:
        entry = InventoryEntry(eui=str(PPMID), type="PPMID", status=status)
        super().__init__(settings=DccSettings(inventory=(entry,), **settings))

    def command(self, target: Eui, srv: str, plain: dict[str, Any]) -> bytes:
        """Ask over the SM WAN; the Command."""
        body = ServiceBody.of(SERVICE_REQUESTS[srv].body_name, plain)
        assert self.code_of(Request(RequestId(SUPPLIER, target, len(self.commands)), 1, srv, body)) == "I99"
        return self.commands[-1]

    def in_log(self, kind: str, result: int = DONE, sender: Eui = HUB) -> str | None:
        plain = {"DeviceID": PPMID, "RequestType": kind} | (ADDED if kind == "Add" else {})
        answer = hub_says(self.command(HUB, "8.11", plain), result)
        self.from_hub(with_mac_of(answer, sender, BROKER).encode())
        return self.status

    def join(self, result: int = DONE, signer: Eui = PPMID, srv: str = "8.7.2") -> str | None:
        answer = device_says(self.command(PPMID, srv, {"OtherDeviceID": ESME}), result)
        self.from_hub(signed_by(answer, signer).encode())
        return self.status

    @property
    def status(self) -> str | None:
        return self.dcc.inventory.status_of(PPMID)


ADDED = {"AddDeviceToCHFWhitelist": {"JoinTimePeriod": 60, "InstallCode": Secret(bytes(16))}}


def test_a_ppmid_is_whitelisted_by_the_hubs_log_and_commissioned_by_its_own_join() -> None:
    site = Site("Pending")
    assert site.in_log("Add") == "Whitelisted"
    assert site.in_log("Remove") == "Pending"
    assert site.in_log("Add") == "Whitelisted"
    assert site.join() == "Commissioned"
    listed = site.dcc.inventory.find(PPMID)
    assert listed is not None
    assert listed.commissioned == Date(2026, 1, 1)


@pytest.mark.parametrize("status", ["Commissioned", "Decommissioned", "Withdrawn", "Suspended", "Recovery"])
def test_a_log_changes_nothing_of_what_is_past_it(status: Status) -> None:
    for kind in ("Add", "Remove"):
        assert Site(status).in_log(kind) == status


def test_an_unjoin_changes_nothing_since_the_device_may_be_joined_to_others() -> None:
    site = Site("Commissioned")
    assert site.join(srv="8.8.2") == "Commissioned"
    assert site.answers[-1].code == "I0"


def test_what_a_device_did_not_do_changes_nothing() -> None:
    assert Site("Pending").in_log("Add", NOT_DONE) == "Pending"
    assert Site("Pending").in_log("Add", DONE) == "Whitelisted"
    assert Site("Whitelisted").in_log("Remove", NOT_DONE) == "Whitelisted"
    assert Site("Whitelisted").join(1) == "Whitelisted"


def test_what_the_broker_cannot_verify_changes_nothing() -> None:
    """A MAC of another's is refused; a signature of another's is passed on, for the User to refuse."""
    site = Site("Pending")
    assert site.in_log("Add", sender=ESME) == "Pending"
    assert "mac: " in site.dcc.refused[-1]
    site = Site("Whitelisted")
    assert site.join(signer=ESME) == "Whitelisted"
    assert isinstance(site.answers[-1].body, bodies.GbcsPayload)


def test_what_was_delivered_locally_changes_it_once_it_is_returned() -> None:
    site = Site("Whitelisted")
    body = ServiceBody.of("JoinServiceNonCritical", {"OtherDeviceID": ESME})
    request = Request(RequestId(SUPPLIER, PPMID, 7), 2, "8.7.2", body)
    answer = device_says(local_command(site.ask(request)), DONE)
    assert site.status == "Whitelisted"
    assert site.code_of(returned(signed_by(answer, ESME).encode(), request.request_id, 1)) == "I0"
    assert site.status == "Whitelisted"
    assert site.code_of(returned(signed_by(answer, PPMID).encode(), request.request_id, 2)) == "I0"
    assert site.status == "Commissioned"


def test_whether_the_inventory_follows_is_a_setting() -> None:
    site = Site("Pending", inventory_follows=False)
    assert site.in_log("Add") == "Pending"
    assert site.join() == "Pending"


def test_a_device_that_was_decommissioned_is_not_commissioned_by_an_answer_that_comes_late() -> None:
    site = Site("Whitelisted")
    answer = device_says(site.command(PPMID, "8.7.2", {"OtherDeviceID": ESME}), DONE)
    site.dcc.inventory.set_status(PPMID, "Decommissioned", 0)
    site.from_hub(signed_by(answer, PPMID).encode())
    assert site.status == "Decommissioned"
