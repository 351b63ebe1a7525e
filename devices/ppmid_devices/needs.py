"""What the constructor of an adapter is called with, by its role: everything by name, beside its ``settings``.

    class AcmePpmid:
        def __init__(self, *, settings: AcmeSettings, **needs: Unpack[PpmidNeeds]) -> None: …

A party is handed what its real counterpart holds, and no more: keys of its own, certificates of others, the lines that
it is on. ``settings`` is a dataclass of the adapter's own. ``situation`` is what the scenario asks the device to be;
None where any will do. An EUI-64 names a device or party; a mapping by EUI-64 gives roles (``ppmid_devices.roles``).
``simulations`` holds our own parties to this.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NotRequired, TypedDict

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ppmid_devices import roles
from ppmid_devices.credentials import Credentials, Directory, Held
from ppmid_devices.dcc_user.contract import UserSituation
from ppmid_devices.delivery_service.contract import Deliveries
from ppmid_devices.hub.contract import HubSituation
from ppmid_devices.links.contract import HubPort, Port
from ppmid_devices.links.han import Han, HanMembership
from ppmid_devices.links.link import Link
from ppmid_devices.links.wan import Wan
from ppmid_devices.meter.contract import MeterSituation
from ppmid_devices.neighbour_hub.contract import NeighbourSituation
from ppmid_devices.ports import Clock
from ppmid_devices.ppmid.contract import PpmidSituation
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee.joining import InstallCode


class DccNeeds(TypedDict):
    """``credentials``: the Access Control Broker's. ``directory``: the whole SMKI repository."""

    clock: Clock
    credentials: Credentials
    directory: Directory
    duis: Link
    wan: Link
    devices: Mapping[Eui, str]


class DccUserNeeds(TypedDict):
    """``credentials``: the Supplier's. ``directory``: the whole SMKI repository. ``dcc``: the Broker's identifier."""

    clock: Clock
    credentials: Credentials
    directory: Directory
    duis: Link
    delivery: Deliveries
    dcc: Eui
    devices: Mapping[Eui, str]
    situation: UserSituation | None


class DeliveryServiceNeeds(TypedDict):
    """``key``: its own of the local command interface. ``home``: the home's name on the avenue.

    ``homes``: the meters of every home that has a PPMID, and customers with the Supplier's app; messages go to ``home``
    alone, and nowhere where it is none of these. ``there``: who takes them in the home in the PPMID's place; then
    ``ppmid`` and ``ppmid_key`` are its.
    """

    clock: Clock
    key: Ed25519PrivateKey
    ppmid_key: Ed25519PublicKey
    homes: Mapping[str, tuple[Eui, ...]]
    home: str
    ppmid: Eui
    avenue: Link
    there: NotRequired[str]


class PpmidNeeds(TypedDict):
    """``key``: its own of the local command interface. ``senders``: those it trusts there, by key id.

    ``switches``: the HCALCSs of the home, whose Commands it carries too; given where there is one.
    """

    clock: Clock
    credentials: Credentials
    directory: Directory
    key: Ed25519PrivateKey
    senders: Mapping[str, Ed25519PublicKey]
    home: str
    avenue: Link
    han: Han
    membership: HanMembership
    hub: Eui
    gpf: Eui
    supplier: Eui
    access_control_broker: Eui
    meters: Mapping[Eui, str]
    situation: PpmidSituation | None
    switches: NotRequired[tuple[Eui, ...]]


class HubNeeds(TypedDict):
    """``credentials`` and ``directory``: of its CHF; ``gas_proxy``: of its GPF. ``devices``: all others of the home.

    ``supplier`` and ``access_control_broker``: the Known Remote Parties of the two. ``hhts``: the Hand-Held Terminals
    that it may let in, with the keys in the place of what CBKE gives over Inter-PAN. ``key``, ``senders``, ``home`` and
    ``avenue``: as a PPMID has them, of a hub that takes Commands by a port of its own; else not given.
    """

    clock: Clock
    credentials: Credentials
    directory: Directory
    gas_proxy: Held
    supplier: Eui
    access_control_broker: Eui
    wan: Link
    han: Han
    membership: HanMembership
    devices: Mapping[Eui, str]
    hhts: Mapping[Eui, Secret]
    situation: HubSituation | None
    key: NotRequired[Ed25519PrivateKey]
    senders: NotRequired[Mapping[str, Ed25519PublicKey]]
    home: NotRequired[str]
    avenue: NotRequired[Link]


class CarrierNeeds(TypedDict):
    """``port``: what it fits into. ``handover``: its line to the delivery service. ``avenue``: to the PPMID.

    ``there``: who takes messages in the home in the PPMID's place; then ``ppmid`` is its.
    """

    clock: Clock
    port: Port | HubPort
    ppmid: Eui
    handover: Link
    avenue: Link
    there: NotRequired[str]


class HhtNeeds(TypedDict):
    """``agreed``: the key that it shares with the home's hub over Inter-PAN, in the place of what CBKE gives."""

    clock: Clock
    eui: Eui
    install_code: InstallCode
    agreed: Secret
    han: Han


class NeighbourHubNeeds(TypedDict):
    """``eui``: of its CHF. ``wan``: the line of the hub next door, for which it may carry."""

    clock: Clock
    eui: Eui
    wan: Wan
    situation: NeighbourSituation | None


class CoverageDeskNeeds(TypedDict):
    """``home``: the name of the premise whose line ``wan`` is."""

    clock: Clock
    home: str
    wan: Wan


class HcalcsNeeds(TypedDict):
    """``supplier`` and ``access_control_broker``: the Known Remote Parties whose certificates it holds.

    ``devices``: those of the home that it has been joined with, by their roles.
    """

    clock: Clock
    credentials: Credentials
    directory: Directory
    han: Han
    membership: HanMembership
    hub: Eui
    supplier: Eui
    access_control_broker: Eui
    devices: Mapping[Eui, str]


class MeterNeeds(TypedDict):
    """``supplier`` and ``access_control_broker``: the Known Remote Parties whose certificates it holds.

    ``ppmid``: the one that it has been joined with, if any. ``network_operator``: a Known Remote Party too, given where
    one is among the Users.
    """

    clock: Clock
    credentials: Credentials
    directory: Directory
    han: Han
    membership: HanMembership
    hub: Eui
    supplier: Eui
    access_control_broker: Eui
    ppmid: Eui | None
    situation: MeterSituation | None
    network_operator: NotRequired[Eui]


SHAPES: Mapping[str, Any] = MappingProxyType(
    {
        roles.DCC_USER: DccUserNeeds,
        roles.DCC: DccNeeds,
        roles.DELIVERY_SERVICE: DeliveryServiceNeeds,
        roles.PPMID: PpmidNeeds,
        roles.HUB: HubNeeds,
        roles.ESME: MeterNeeds,
        roles.GSME: MeterNeeds,
        roles.CARRIER: CarrierNeeds,
        roles.HHT: HhtNeeds,
        roles.NEIGHBOUR_HUB: NeighbourHubNeeds,
        roles.COVERAGE_DESK: CoverageDeskNeeds,
        roles.HCALCS: HcalcsNeeds,
    }
)
"""What is needed with its types, by role."""

NEEDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {role: shape.__required_keys__ for role, shape in SHAPES.items()}
)
"""The names of what is needed, by role."""
