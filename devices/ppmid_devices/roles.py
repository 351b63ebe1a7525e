"""The names of the parties, as bench files, evidence and reports write them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from ppmid_protocols.duis.services import Target
from ppmid_protocols.errors import Malformed

MeterKind = Literal["esme", "gsme"]

DCC_USER = "dcc-user"
DCC = "dcc"
DELIVERY_SERVICE = "delivery-service"
PPMID = "ppmid"
HUB = "hub"
ESME: MeterKind = "esme"
GSME: MeterKind = "gsme"
CARRIER = "carrier"
"""What takes messages between the Supplier and a home by hand: a stick, a phone, an engineer."""
HHT = "hht"
"""A Hand-Held Terminal, in homes that an engineer visits with one."""
HCALCS = "hcalcs"
"""A HAN Connected Auxiliary Load Control Switch, in homes that have one."""
NEIGHBOUR_HUB = "neighbour-hub"
"""The hub of another home, which may lend its way to the SM WAN."""
COVERAGE_DESK = "coverage-desk"
"""DCC, Communications Service Provider and the Supplier's engineers, where a home has no SM WAN yet."""
GPF = "gpf"
"""The Gas Proxy Function, a device of its own inside the hub: known to DCC and Users, and no party here."""

PARTIES = (DCC_USER, DCC, DELIVERY_SERVICE, PPMID, HUB, ESME, GSME, CARRIER, HHT, NEIGHBOUR_HUB, COVERAGE_DESK, HCALCS)
METERS = (ESME, GSME)
NOT_EVERYWHERE = (*METERS, CARRIER, HHT, NEIGHBOUR_HUB, COVERAGE_DESK, HCALCS)
"""Parties that a home may do without."""

TARGETS: Mapping[str, Target] = MappingProxyType(
    {ESME: Target.ESME, GSME: Target.GSME, HUB: Target.CHF, GPF: Target.GPF, PPMID: Target.PPMID, HCALCS: Target.HCALCS}
)
"""What a Service Request calls the devices; the hub stands for its CHF."""


def meter_kind(role: str) -> MeterKind:
    """The kind of meter that has this role. Raises Malformed for the role of anything else."""
    if role == ESME:
        return ESME
    if role == GSME:
        return GSME
    raise Malformed("meter", f"expected the role {ESME} or {GSME}, found {role!r}")
