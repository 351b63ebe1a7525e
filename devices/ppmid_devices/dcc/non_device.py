"""Service Requests that the DCC answers by itself: Command Variant 8, but for SRV 8.13.

Those that a prepayment home does not need are refused by name, with the code for refusals.
"""

from collections.abc import Callable, Container, Mapping
from types import MappingProxyType
from typing import NamedTuple

from ppmid_devices.dcc.authority import Grant
from ppmid_devices.dcc.inventory import DECOMMISSIONED, SmartMeteringInventory
from ppmid_devices.dcc.later import Later
from ppmid_devices.dcc.ppmid_firmware import PpmidFirmware
from ppmid_devices.dcc.schedules import Planned, read
from ppmid_devices.dcc.users import Users
from ppmid_devices.ports import Clock
from ppmid_protocols.duis import response_code
from ppmid_protocols.duis.answers import Answer, ScheduleId
from ppmid_protocols.duis.bodies import content_of
from ppmid_protocols.duis.documents import Request
from ppmid_protocols.duis.response_code import ResponseCode
from ppmid_protocols.duis.service_body import Node
from ppmid_protocols.duis.services import Target
from ppmid_protocols.duis.variants import Refused
from ppmid_protocols.errors import Malformed, Unsupported
from ppmid_protocols.eui import Eui


class _Ask(NamedTuple):
    """A Request, the name on the line of who asks, and what it asks."""

    request: Request
    user: str
    node: Node


class NonDevice:
    """``nothing_found``: the code for SRV 8.2 that finds nothing."""

    def __init__(
        self,
        clock: Clock,
        users: Users,
        inventory: SmartMeteringInventory,
        later: Later,
        firmware: PpmidFirmware,
        nothing_found: ResponseCode,
    ) -> None:
        self._firmware = firmware
        self._clock, self._users, self._inventory, self._later = clock, users, inventory, later
        self._nothing_found = nothing_found

    def answer(self, request: Request, user: str, grant: Grant) -> Answer | None:
        """Do what is asked; gives what the Response is to hold beside I0.

        Raises Refused, Malformed for what cannot be done, and Unsupported for a Service Request that is not played.
        """
        answer = _ANSWERS.get(request.srv)
        if answer is None:
            raise Unsupported(f"SRV {request.srv} ({grant.service.name}): this simulated DCC does not play it")
        return answer(self, _Ask(request, user, content_of(request.body)))

    # Schedules

    def _create_schedule(self, ask: _Ask) -> ScheduleId:
        details = ask.node
        self._require_responsible(ask, self._device(details))
        planned = self._later.schedules.plan(ask.request.request_id, ask.user, details)
        return ScheduleId(planned.number)

    def _read_schedule(self, ask: _Ask) -> Answer:
        return read(self._wanted(ask))

    def _delete_schedule(self, ask: _Ask) -> None:
        for planned in self._wanted(ask):
            self._later.schedules.drop(planned)

    def _wanted(self, ask: _Ask) -> list[Planned]:
        found = self._later.schedules.planned.wanted(ask.request.request_id.originator, ask.node)
        if not found:
            raise Malformed(f"{ask.node.name}", "expected a schedule of this User")
        return found

    # The inventory

    def _read_inventory(self, ask: _Ask) -> Answer:
        found = self._inventory.search(ask.node)
        if found is None:
            raise Refused(self._nothing_found, "the inventory has nothing of the kind")
        return found

    def _decommission(self, ask: _Ask) -> None:
        device = self._device(ask.node)
        self._require_responsible(ask, device)
        self._inventory.set_status(device, DECOMMISSIONED, self._clock.now())
        for planned in self._later.schedules.planned.of_device(device):
            self._later.end(planned)

    def _update_inventory(self, ask: _Ask) -> None:
        self._require_responsible(ask, self._device(ask.node))
        self._inventory.update(ask.node, self._clock.now())

    def _prenotify(self, ask: _Ask) -> None:
        self._inventory.prenotify(ask.node)

    def _note_hub_status(self, ask: _Ask) -> None:
        """The home's hub is on file already, and nothing that is played here depends on how it was installed."""
        self._device(ask.node)

    def _update_ppmids(self, ask: _Ask) -> None:
        self._update(ask, (Target.PPMID,), "PPMID")

    def _update_meters(self, ask: _Ask) -> None:
        self._update(ask, (Target.ESME, Target.GSME), "meter")

    def _update(self, ask: _Ask, targets: Container[Target], what: str) -> None:
        """Every device must be one of these that the User is responsible for, or none gets the image."""
        listed, file = ask.node.at("DeviceIDList").value, ask.node.at("FirmwareImage").value
        assert isinstance(listed, tuple)  # by the definition of the body
        assert isinstance(file, bytes)
        devices = [one for one in listed if isinstance(one, Eui)]
        for device in devices:
            if self._inventory.target_of(device) not in targets:
                raise Refused(response_code.DEVICE_UNKNOWN, f"{device} is no {what} that is known here")
            self._require_responsible(ask, device)
        for device in devices:
            self._firmware.distribute(device, file, ask.user)

    def _device(self, body: Node) -> Eui:
        """The device that a body is about, which must be known. Raises Refused."""
        device = body.at("DeviceID").value
        assert isinstance(device, Eui)  # by the definition of the body
        if self._inventory.find(device) is None:
            raise Refused(response_code.DEVICE_UNKNOWN, f"{device} is no device that is known here")
        return device

    def _require_responsible(self, ask: _Ask, device: Eui) -> None:
        user, target = ask.request.request_id.originator, self._inventory.target_of(device)
        if target is None or not any(
            self._users.is_responsible(user, role, device, target, self._clock.now())
            for role in self._users.roles_of(user)
        ):
            raise Refused(response_code.NOT_RESPONSIBLE, f"{user} is not responsible for {device}")


_ANSWERS: Mapping[str, Callable[[NonDevice, _Ask], Answer | None]] = MappingProxyType(
    {
        "5.1": NonDevice._create_schedule,
        "5.2": NonDevice._read_schedule,
        "5.3": NonDevice._delete_schedule,
        "8.2": NonDevice._read_inventory,
        "8.3": NonDevice._decommission,
        "8.4": NonDevice._update_inventory,
        "8.14.1": NonDevice._note_hub_status,
        "8.14.2": NonDevice._note_hub_status,
        "8.14.3": NonDevice._note_hub_status,
        "8.14.4": NonDevice._note_hub_status,
        "11.1": NonDevice._update_meters,
        "11.4": NonDevice._update_ppmids,
        "12.2": NonDevice._prenotify,
    }
)
