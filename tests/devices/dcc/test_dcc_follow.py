"""The inventory follows what the devices of a home answer, where the broker can tell that they did."""

from dataclasses import replace

import pytest
from dcc_bench import Bench, local_command, returned
from desk import Desk
from home_parts import BROKER, ESME, FOREIGN, HUB, PPMID, SUPPLIER, answer_to, signed_by, with_mac_of

from ppmid_devices import roles
from ppmid_devices.ports import SECOND
from ppmid_devices.dcc.inventory import InventoryEntry, Status
from ppmid_devices.dcc.settings import DccSettings
from ppmid_protocols.duis import bodies
from ppmid_protocols.duis.documents import Request
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.duis.service_body import ServiceBody
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import decode


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
    desk.wait(3_600 * 10**9)
    assert status_of(desk, meter) == "Commissioned"
    assert desk.send(meter, 900_001, 1, "4.18", top_up).code == "I99"


def in_log(desk: Desk, kind: str, counter: int) -> None:
    body = ServiceBody.of("UpdateHANDeviceLog", {"DeviceID": desk.keys.eui(roles.PPMID), "RequestType": kind})
    code = desk.send(roles.HUB, counter, 1, "8.11", body).code
    assert code == "I99", desk.bed.dcc.refused
    desk.wait(60 * SECOND)


def join(desk: Desk, counter: int) -> None:
    body = ServiceBody.of("JoinServiceNonCritical", {"OtherDeviceID": desk.keys.eui(roles.ESME)})
    assert desk.send(roles.PPMID, counter, 1, "8.7.2", body).code == "I99"
    desk.wait(60 * SECOND)


def test_a_ppmid_is_whitelisted_by_the_hub_and_commissioned_by_its_own_join(desk: Desk) -> None:
    desk.bed.dcc.inventory.set_status(desk.keys.eui(roles.PPMID), "Pending", 0)
    in_log(desk, "Add", 1)
    assert status_of(desk, roles.PPMID) == "Whitelisted"
    in_log(desk, "Remove", 2)
    assert status_of(desk, roles.PPMID) == "Pending"
    join(desk, 3)
    assert status_of(desk, roles.PPMID) == "Commissioned"
