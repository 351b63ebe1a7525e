"""What the Responses of devices change in the inventory.

The schema 5.4 has the statuses. Which Response leads to which of them is in no public text and is assumed: SRV 8.1.1
commissions; the addition to a hub's device log whitelists what was pending, and its removal makes it pending again; a
join commissions a device that has no SRV 8.1.1 of its own. An unjoin changes nothing, since the device may be joined to
others.
"""

from ppmid_devices.dcc.inventory import COMMISSIONED, PENDING, SmartMeteringInventory
from ppmid_devices.dcc.service import Service
from ppmid_protocols.duis.documents import Request
from ppmid_protocols.duis.service_body import Node
from ppmid_protocols.duis.services import SERVICE_REQUESTS
from ppmid_protocols.eui import Eui

_COMMISSION, _DEVICE_LOG, _JOINS = "8.1.1", "8.11", ("8.7.1", "8.7.2")
_WHITELISTED, _INSTALLED = "Whitelisted", "InstalledNotCommissioned"
_TO_COMMISSION = frozenset({PENDING, _WHITELISTED, _INSTALLED})
_IN_LOG = frozenset({_WHITELISTED, _INSTALLED})

Change = tuple[Eui, frozenset[str], str]
"""A device, the statuses that it may have before, and that which it has then."""


def follow(inventory: SmartMeteringInventory, service: Service, now: int) -> None:
    """A device has done what a service asks of it."""
    change = None if service.content is None else _change(inventory, service.request, service.content)
    if change is not None:
        device, before, status = change
        if inventory.status_of(device) in before:
            inventory.set_status(device, status, now)


def _change(inventory: SmartMeteringInventory, request: Request, content: Node) -> Change | None:
    answering = request.request_id.target
    if request.srv == _DEVICE_LOG:
        listed = content.at("DeviceID").value
        assert isinstance(listed, Eui)  # by the definition of the body
        adds = content.at("RequestType").text == "Add"
        return (listed, frozenset({PENDING}), _WHITELISTED) if adds else (listed, _IN_LOG, PENDING)
    if request.srv in _JOINS and inventory.target_of(answering) in SERVICE_REQUESTS[_COMMISSION].targets:
        return None
    return (answering, _TO_COMMISSION, COMMISSIONED) if request.srv in (_COMMISSION, *_JOINS) else None
