"""The Smart Metering Inventory: which devices the DCC knows, what each is, where it is, and in which status."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from ppmid_protocols.duis.answers import Address, Inventory, ListedDevice
from ppmid_protocols.duis.kinds import Date
from ppmid_protocols.duis.service_body import Node
from ppmid_protocols.duis.services import Target
from ppmid_protocols.errors import Malformed
from ppmid_protocols.eui import Eui
from ppmid_protocols.transforms import KnownDevice

DeviceType = Literal["ESME", "GSME", "GPF", "CHF", "HCALCS", "PPMID", "IHD", "CAD"]
Status = Literal[
    "Pending",
    "Whitelisted",
    "InstalledNotCommissioned",
    "Commissioned",
    "Decommissioned",
    "Withdrawn",
    "Suspended",
    "Recovery",
    "Recovered",
]
COMMISSIONED, DECOMMISSIONED, PENDING = "Commissioned", "Decommissioned", "Pending"

_MOST = 17
"""Devices that one answer to SRV 8.2 can list (DUIS schema 5.4)."""

_DETAILS = {
    "DeviceManufacturer": "manufacturer",
    "DeviceModel": "model",
    "SMETSCHTSVersion": "smets_chts",
    "FirmwareVersion": "firmware",
    "ESMEVariant": "esme_variant",
}
_MPXNS = {
    "ImportMPxN": "import_mpxn",
    "SecondaryImportMPAN": "secondary_import_mpan",
    "ExportMPAN": "export_mpan",
}
"""Elements of SRV 8.4 and 12.2, and where their text stands in the inventory."""

_TARGETS = {target.value: target for target in Target}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryEntry:
    """A device that a bench adds to the inventory, or says more of (raises Malformed); what is empty is not known."""

    eui: str
    type: DeviceType
    status: Status = "Commissioned"
    manufacturer: str = ""
    model: str = ""
    firmware: str = ""
    mpxn: str = ""
    post_code: str = ""
    address: str = ""

    def __post_init__(self) -> None:
        Eui.parse(self.eui)

    def listed(self) -> ListedDevice:
        """As the inventory keeps it."""
        return ListedDevice(
            device=Eui.parse(self.eui),
            type=self.type,
            status=self.status,
            manufacturer=self.manufacturer,
            model=self.model,
            firmware=self.firmware or None,
            import_mpxn=self.mpxn or None,
            address=Address(self.post_code, self.address) if self.post_code else None,
        )


class SmartMeteringInventory:
    """``known``: the home's devices, which are commissioned unless an entry says otherwise."""

    def __init__(self, known: Mapping[Eui, KnownDevice], entries: Iterable[InventoryEntry] = ()) -> None:
        self._agreements = {device: one.agreement for device, one in known.items()}
        self._devices = {
            device: ListedDevice(device=device, type=one.type.value, status=COMMISSIONED)
            for device, one in known.items()
        }
        for entry in entries:
            self.add(entry.listed())

    def find(self, device: Eui) -> ListedDevice | None:
        """What is known of a device."""
        return self._devices.get(device)

    def target_of(self, device: Eui) -> Target | None:
        """What a Service Request to a device is addressed to; None where there is no such device, or it takes none."""
        found = self._devices.get(device)
        return None if found is None else _TARGETS.get(found.type)

    def status_of(self, device: Eui) -> str | None:
        """The status of a device; None where it is not known or has none."""
        found = self._devices.get(device)
        return None if found is None else found.status

    def known(self) -> dict[Eui, KnownDevice]:
        """The devices as transforms ask for them."""
        return {
            device: KnownDevice(_TARGETS[one.type], self._agreements.get(device, bytes))
            for device, one in self._devices.items()
            if one.type in _TARGETS
        }

    def search(self, wanted: Node) -> Inventory | None:
        """The devices that SRV 8.2 asks for, 17 at most; None where there is none.

        An identifier finds that device alone (assumed: no public text says whether its neighbours come along).
        """
        (by,) = wanted.children
        found = [one for one in self._devices.values() if _matches(one, by)]
        return Inventory(tuple(found[:_MOST])) if found else None

    def add(self, device: ListedDevice) -> None:
        """Enter a device, in place of what was known of it."""
        self._devices[device.device] = device

    def set_status(self, device: Eui, status: str, now: int) -> None:
        """Change the status; ``now`` (ns) is the day of commissioning, if it is that. Raises Malformed."""
        changed = {"status": status}
        if status == COMMISSIONED:
            day = _EPOCH + timedelta(microseconds=now // 1000)
            self._change(device, **changed, commissioned=Date(day.year, day.month, day.day))
        else:
            self._change(device, **changed)

    def update(self, body: Node, now: int) -> None:
        """Do what SRV 8.4 says. Raises Malformed for a device that is not known or does not have such a status."""
        device, change = body.children
        eui = device.value
        assert isinstance(eui, Eui)  # by the definition of the body
        match change.name:
            case "UpdateDeviceStatusExceptCH" | "UpdateDeviceStatusCH":
                hub = self._required(eui).type == Target.CHF
                if hub != (change.name == "UpdateDeviceStatusCH"):
                    raise Malformed(f"UpdateInventory/{change.name}", f"expected another element for {eui}")
                self.set_status(eui, change.text, now)
            case "DeleteDevice":
                del self._devices[self._required(eui).device]
            case _:
                self._change(eui, **_texts(change, _DETAILS | _MPXNS))

    def prenotify(self, body: Node) -> None:
        """Enter the device of SRV 12.2, pending until more is heard. Raises Malformed for one that is known."""
        eui = body.at("DeviceID").value
        assert isinstance(eui, Eui)  # by the definition of the body
        if eui in self._devices:
            raise Malformed("DevicePrenotification/DeviceID", f"expected a new device, found {eui}")
        kind = body.at("DeviceType").text
        self.add(ListedDevice(device=eui, type=kind, status=PENDING, **_texts(body, _DETAILS)))

    def _change(self, device: Eui, **changed: Any) -> None:
        self._devices[device] = replace(self._required(device), **changed)

    def _required(self, device: Eui) -> ListedDevice:
        found = self._devices.get(device)
        if found is None:
            raise Malformed("inventory", f"expected a device that is known, found {device}")
        return found


def _texts(body: Node, names: Mapping[str, str]) -> dict[str, Any]:
    return {names[node.name]: node.text for node in body.children if node.name in names}


def _matches(device: ListedDevice, by: Node) -> bool:
    match by.name:
        case "DeviceID":
            return device.device == by.value
        case "UPRN":
            return device.uprn == by.value
        case "MPxN":
            return by.text in (device.import_mpxn, device.secondary_import_mpan, device.export_mpan)
        case _:
            wanted = Address(by.at("PostCode").text, by.at("AddressIdentifier").text)
            return device.address == wanted
