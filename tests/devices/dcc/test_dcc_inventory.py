"""The Smart Metering Inventory: what SRV 8.2 finds, and what 8.3, 8.4, 8.14 and 12.2 change; other CV 8 by name."""

from typing import Any

import pytest
from dcc_bench import Bench, top_up
from home_parts import BROKER, ESME, FOREIGN, GSME, HUB, OTHER_SUPPLIER, PPMID, SUPPLIER

from ppmid_devices.dcc.inventory import InventoryEntry
from ppmid_devices.dcc.settings import DccSettings
from ppmid_devices.dcc.users import Registration
from ppmid_protocols.duis.answers import Inventory, ListedDevice
from ppmid_protocols.duis.documents import Request, Response
from ppmid_protocols.duis.kinds import Date
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.duis.service_body import ServiceBody
from ppmid_protocols.duis.services import SERVICE_REQUESTS

MPAN = "1312345678111"
ADDRESS = {"PostCode": "AB1 2CD", "AddressIdentifier": "1"}
ENTRY = InventoryEntry(eui=str(ESME), type="ESME", mpxn=MPAN, post_code="AB1 2CD", address="1", firmware="00010203")


class Asking(Bench):
    """Requests that the DCC answers by itself, each with a counter of its own."""

    counter = 0

    def of_dcc(self, srv: str, plain: dict[str, Any]) -> Response:
        self.counter += 1
        body = ServiceBody.of(SERVICE_REQUESTS[srv].body_name, plain)
        answer = self.ask(Request(RequestId(SUPPLIER, BROKER, self.counter), 8, srv, body))
        assert answer is not None
        assert answer.srv == srv
        return answer

    def found(self, **by: Any) -> list[ListedDevice]:
        answer = self.of_dcc("8.2", by)
        assert answer.code == "I0"
        assert isinstance(answer.body, Inventory)
        return list(answer.body.devices)


def test_the_homes_devices_are_on_file_and_commissioned() -> None:
    bench = Asking()
    kinds = {ESME: "ESME", GSME: "GSME", HUB: "CHF", PPMID: "PPMID"}
    for device, kind in kinds.items():
        (one,) = bench.found(DeviceID=device)
        assert (one.device, one.type, one.status) == (device, kind, "Commissioned")
    assert bench.commands == []
    assert bench.dcc.services() == []


@pytest.mark.parametrize("by", [{"MPxN": MPAN}, {"PropertyFilter": ADDRESS}, {"DeviceID": ESME}])
def test_a_device_is_found_by_what_is_known_of_it(by: dict[str, Any]) -> None:
    (one,) = Asking(settings=DccSettings(inventory=(ENTRY,))).found(**by)
    assert (one.device, one.import_mpxn, one.firmware) == (ESME, MPAN, "00010203")


@pytest.mark.parametrize("by", [{"MPxN": "1"}, {"UPRN": 7}, {"PropertyFilter": ADDRESS | {"AddressIdentifier": "2"}}])
def test_what_is_not_on_file_is_answered_with_the_code_of_the_setting(by: dict[str, Any]) -> None:
    answer = Asking(settings=DccSettings(inventory=(ENTRY,), inventory_code="E080202")).of_dcc("8.2", by)
    assert (answer.code, answer.body) == ("E080202", None)


def test_seventeen_devices_are_the_most_that_are_listed() -> None:
    entries = tuple(
        InventoryEntry(eui=f"00-DB-12-34-56-78-91-{place:02X}", type="HCALCS", post_code="AB1 2CD", address="1")
        for place in range(18)
    )
    assert len(Asking(settings=DccSettings(inventory=entries)).found(PropertyFilter=ADDRESS)) == 17


def test_a_decommissioned_device_takes_no_command_any_more() -> None:
    bench = Asking()
    assert bench.of_dcc("8.3", {"DeviceID": ESME}).code == "I0"
    assert bench.found(DeviceID=ESME)[0].status == "Decommissioned"
    assert bench.code_of(top_up(1)) == "E5"
    assert bench.code_of(top_up(1, GSME)) == "I99"
    assert len(bench.commands) == 1


@pytest.mark.parametrize(("srv", "more"), [("8.3", {}), ("8.4", {"DeleteDevice": None})])
def test_a_device_is_its_responsible_users_to_change(srv: str, more: dict[str, Any]) -> None:
    to_another = Registration(device=str(ESME), user=str(OTHER_SUPPLIER), role="IS")
    bench = Asking(settings=DccSettings(registrations=(to_another,)))
    bench.dcc.users.register(ESME, next(iter(SERVICE_REQUESTS["14.1"].roles)), OTHER_SUPPLIER, 0)
    assert bench.of_dcc(srv, {"DeviceID": ESME} | more).code == "E4"
    assert bench.found(DeviceID=ESME)[0].status == "Commissioned"


@pytest.mark.parametrize("srv", ["8.3", "8.14.4"])
def test_a_device_that_is_not_on_file_is_unknown(srv: str) -> None:
    more = {"CHFNoFaultReturnType": "Unused"} if srv == "8.14.4" else {}
    assert Asking().of_dcc(srv, {"DeviceID": FOREIGN} | more).code == "E19"


def test_a_status_is_updated_and_the_day_of_commissioning_kept() -> None:
    bench = Asking()
    for status in ("InstalledNotCommissioned", "Commissioned"):
        assert bench.of_dcc("8.4", {"DeviceID": HUB, "UpdateDeviceStatusCH": status}).code == "I0"
        assert bench.found(DeviceID=HUB)[0].status == status
    assert bench.found(DeviceID=HUB)[0].commissioned == Date(2026, 1, 1)


def test_a_status_of_a_hub_is_no_other_devices() -> None:
    bench = Asking()
    assert bench.of_dcc("8.4", {"DeviceID": ESME, "UpdateDeviceStatusCH": "Withdrawn"}).code == "E100"
    assert bench.of_dcc("8.4", {"DeviceID": HUB, "UpdateDeviceStatusExceptCH": "Pending"}).code == "E100"
    assert [bench.found(DeviceID=one)[0].status for one in (ESME, HUB)] == ["Commissioned"] * 2


def test_details_and_numbers_are_updated() -> None:
    bench = Asking()
    for change in ({"UpdateDeviceDetails": {"DeviceModel": "B"}}, {"UpdateMPxN": {"ImportMPxN": MPAN}}):
        assert bench.of_dcc("8.4", {"DeviceID": ESME} | change).code == "I0"
    (one,) = bench.found(MPxN=MPAN)
    assert (one.device, one.model, one.status) == (ESME, "B", "Commissioned")


def test_a_deleted_device_is_unknown() -> None:
    bench = Asking()
    assert bench.of_dcc("8.4", {"DeviceID": ESME, "DeleteDevice": None}).code == "I0"
    assert bench.code_of(top_up(1)) == "E19"
    assert bench.commands == []


NEW = {"DeviceID": FOREIGN, "DeviceManufacturer": "M", "DeviceModel": "1", "DeviceType": "PPMID"}


def test_a_new_device_is_pending_until_more_is_heard() -> None:
    bench = Asking()
    assert bench.of_dcc("12.2", NEW).code == "I0"
    (one,) = bench.found(DeviceID=FOREIGN)
    assert (one.type, one.status, one.manufacturer) == ("PPMID", "Pending", "M")
    assert bench.of_dcc("12.2", NEW).code == "E100"  # it is known by now
    assert bench.of_dcc("12.2", NEW | {"DeviceID": ESME, "DeviceType": "GSME"}).code == "E100"
    assert bench.found(DeviceID=ESME)[0].type == "ESME"


def test_a_device_that_takes_no_service_request_can_be_on_file() -> None:
    bench = Asking(settings=DccSettings(inventory=(InventoryEntry(eui=str(FOREIGN), type="IHD"),)))
    assert bench.found(DeviceID=FOREIGN)[0].type == "IHD"
    assert bench.code_of(top_up(1, FOREIGN)) == "E19"


def test_a_hubs_installation_is_acknowledged() -> None:
    hub = {
        "DeviceID": HUB,
        "CHFInstallType": "New",
        "MPxN": MPAN,
        "AerialInstall": False,
        "CHFLocation": "Indoors",
        "PremiseType": "House",
        "MetalObstructionCheck": True,
        "ConnectivityObstructionCheck": True,
        "SharedObstructionCheck": True,
    }
    assert Asking().of_dcc("8.14.2", hub).code == "I0"


@pytest.mark.parametrize(
    ("srv", "plain"),
    [
        ("12.1", {"UPRN": 1}),
    ],
)
def test_what_is_not_played_is_refused_by_name(srv: str, plain: dict[str, Any]) -> None:
    bench = Asking()
    assert bench.of_dcc(srv, plain).code == "E100"
    name = SERVICE_REQUESTS[srv].name
    assert f"SRV {srv} ({name}): this simulated DCC does not play it" in bench.dcc.refused[-1]
    assert len(bench.sent_on) == 1
