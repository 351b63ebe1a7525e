"""The contract of each role, and what of it can be called from another process."""

import inspect
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, get_type_hints

from ppmid_devices import roles
from ppmid_devices.carrier.contract import Carrier
from ppmid_devices.coverage_desk.contract import CoverageDesk
from ppmid_devices.dcc.contract import Dcc
from ppmid_devices.dcc_user.contract import DccUser
from ppmid_devices.delivery_service.contract import DeliveryService
from ppmid_devices.hcalcs.contract import Hcalcs
from ppmid_devices.hht.contract import Hht
from ppmid_devices.hub.contract import Hub
from ppmid_devices.meter.contract import Meter
from ppmid_devices.neighbour_hub.contract import NeighbourHub
from ppmid_devices.ppmid.contract import Ppmid

CONTRACTS: Mapping[str, type] = MappingProxyType(
    {
        roles.DCC_USER: DccUser,
        roles.DCC: Dcc,
        roles.DELIVERY_SERVICE: DeliveryService,
        roles.PPMID: Ppmid,
        roles.HUB: Hub,
        roles.ESME: Meter,
        roles.GSME: Meter,
        roles.CARRIER: Carrier,
        roles.HHT: Hht,
        roles.NEIGHBOUR_HUB: NeighbourHub,
        roles.COVERAGE_DESK: CoverageDesk,
        roles.HCALCS: Hcalcs,
    }
)

VERBS = frozenset(name for contract in CONTRACTS.values() for name in vars(contract) if not name.startswith("_"))
"""The verbs and properties of all contracts."""

CALLED_BACK = "listen"
"""The one verb that takes a function; see ``delivery``."""


def verbs(role: str) -> dict[str, Any]:
    """The type of what each verb or property of the contract gives, by name."""
    members = {name: one for name, one in vars(CONTRACTS[role]).items() if not name.startswith("_")}
    members.pop(CALLED_BACK, None)
    return {name: get_type_hints(_function(one))["return"] for name, one in members.items()}


def readings(role: str) -> dict[str, Any]:
    """The type of what each name of the contract gives that takes no argument and gives something."""
    return {
        name: shape
        for name, shape in verbs(role).items()
        if shape is not type(None) and not _arguments(getattr(CONTRACTS[role], name))
    }


def _arguments(member: Any) -> list[str]:
    return [name for name in inspect.signature(_function(member)).parameters if name != "self"]


def is_property(role: str, name: str) -> bool:
    """Whether a name of the contract is a property."""
    return isinstance(inspect.getattr_static(CONTRACTS[role], name), property)


def callables(role: str, party: Any) -> dict[str, Callable[..., Any]]:
    """The verbs and properties of ``party`` as functions."""

    def function(name: str) -> Callable[..., Any]:
        if is_property(role, name):
            return lambda: getattr(party, name)
        bound: Callable[..., Any] = getattr(party, name)
        return bound

    return {name: function(name) for name in verbs(role)}


def _function(member: Any) -> Any:
    return member.fget if isinstance(member, property) else member
