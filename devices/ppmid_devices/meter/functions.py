"""What a device can be asked by Commands: its objects, clusters and documents, and the Message Codes that follow."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from ppmid_devices.meter import documents, use_case_rules
from ppmid_devices.meter.asked import Asked
from ppmid_devices.meter.contract import Edition
from ppmid_devices.meter.cosem import objects, protected
from ppmid_devices.meter.cosem.activation import Activations, Announce
from ppmid_devices.meter.cosem.objects import Place
from ppmid_devices.meter.cosem.refusals import OTHER_REASON, REFUSED, AccessRefused
from ppmid_devices.meter.cosem.store import Method, ObjectStore, View
from ppmid_devices.meter.documents import Documents
from ppmid_devices.meter.use_case_rules import Allowed
from ppmid_devices.meter.variants import absent, variants
from ppmid_devices.meter.zcl import gsme, store
from ppmid_devices.meter.zcl.attributes import AttributeId, attributes
from ppmid_devices.meter.zcl.dating import Dating
from ppmid_devices.meter.zcl.publications import PUBLISHED, Publications
from ppmid_devices.meter.zcl.refusals import FAILURE
from ppmid_devices.meter.zcl.store import ClusterStore, CommandId
from ppmid_devices.ports import Clock
from ppmid_protocols.gbcs import dlms
from ppmid_protocols.gbcs.axdr import Data
from ppmid_protocols.gbcs.dlms import AccessRequest, Choice
from ppmid_protocols.gbcs.names.tables import requests
from ppmid_protocols.gbcs.payload import DerPayload, GbzPayload, Payload
from ppmid_protocols.gbcs.use_cases import USE_CASES, Kind, PayloadKind

_TARGETS = {
    "esme": ("esme", "device"),
    "gsme": ("gsme", "device"),
    "gpf": ("gpf", "gsme", "device"),
    "chf": ("chf", "device"),
    "ppmid": ("ppmid", "device"),
    "hcalcs": ("hcalcs", "device"),
}
"""For whom use cases are that each kind of device executes; the GPF answers reads for the GSME (RTDS 4.5.0)."""
_ALSO = {"hcalcs": frozenset({0x0129})}
"""Use cases for one kind that another has too: CS08 reads the firmware of both (public table of use cases)."""
_OBJECTS, _CLUSTERS = ("esme", "chf"), ("gsme", "gpf")


@cache
def codes(kind: str, variant: str = "", edition: Edition = "every") -> frozenset[int]:
    """The Message Codes that a kind of device executes: those whose every part it has.

    ``variant``: of an ESME; without one it has what every ESME has. ``edition``: of a meter.
    """
    has = {code for code in use_case_rules.rules() if _is_for(kind, code) and _has_all(kind, variant or kind, code)}
    return frozenset(has - absent(edition))


@cache
def executed() -> frozenset[int]:
    """The Message Codes that some simulated device executes."""
    return frozenset().union(*map(codes, _TARGETS), *(codes("esme", variant) for variant in variants()))


def _is_for(kind: str, code: int) -> bool:
    use_case = USE_CASES[code]
    is_for = use_case.target in _TARGETS[kind] or code in _ALSO.get(kind, ())
    return is_for and (use_case.kind is Kind.COMMAND or kind == "gsme")


def _has_all(kind: str, device: str, code: int) -> bool:
    match USE_CASES[code].payload:
        case PayloadKind.DLMS if kind in _OBJECTS:
            accesses = requests(code)
            return bool(accesses) and all(Place.of(one.specification) in objects.members(device) for one in accesses)
        case PayloadKind.GBZ if kind in _CLUSTERS:
            components = use_case_rules.rules()[code].components
            return bool(components) and all(_has(kind, one) for one in components)
        case PayloadKind.DER:
            return documents.executes(code)
    return False


def _has(kind: str, wanted: Allowed) -> bool:
    if wanted.attributes:
        return all(AttributeId(wanted.cluster, one) in attributes() for one in wanted.attributes)
    handled = gsme.HANDLED if kind == "gsme" else _MIRROR
    return CommandId(wanted.cluster, wanted.to_client, wanted.command) in handled


_MIRROR = frozenset({*gsme.MIRRORED, *store.effects(), *PUBLISHED})


@dataclass(frozen=True, slots=True)
class Functions:
    """One device's. ``codes``: what it executes."""

    codes: frozenset[int]
    documents: Documents
    objects: ObjectStore | None = None
    clusters: ClusterStore | None = None

    def execute(self, asked: Asked) -> bytes:
        """Do what a Command asks; gives the payload of its Response. Raises Unanswered where there is to be none."""
        match asked.payload:
            case AccessRequest() as request if self.objects is not None:
                return self.objects.answer(request, asked)
            case GbzPayload(components) if self.clusters is not None:
                return self.clusters.answer(components, asked)
            case DerPayload() as payload:
                return self.documents.answer(payload, asked)
        raise ValueError(f"{USE_CASES[asked.message.message_code].name}: expected a payload of this device's codes")


def refusal(counter: int, payload: Payload) -> bytes | None:
    """The payload of a Response to a Command that is not executed at all; None where its use case has none."""
    match payload:
        case AccessRequest(_, specifications):
            choices = (Choice.GET if one.choice is Choice.GET_WITH_SELECTION else one.choice for one in specifications)
            return dlms.response(counter, *((choice, REFUSED, dlms.NULL) for choice in choices)).encode()
        case GbzPayload(components):
            return store.refusal(components, FAILURE)
    return None


def object_store(
    device: str,
    views: Mapping[Place, View],
    methods: Mapping[Place, Method],
    clock: Clock,
    announce: Announce,
) -> ObjectStore:
    """The objects of a device with what all objects of a class can do."""

    def read_protected(_place: Place, argument: Data, asked: Asked) -> Data:
        return protected.read(made, asked, argument)

    def reset(place: Place, _argument: Data, _asked: Asked) -> None:
        made.reset(Place(place.class_id, place.obis, 2))

    def activate(place: Place, argument: Data, asked: Asked) -> None:
        if place not in objects.activations():
            raise AccessRefused(OTHER_REASON)
        activations.at_once(place, argument, asked)

    class_methods = {(3, 1): reset, (4, 1): reset, (7, 1): reset, (30, 1): read_protected, (113, 2): activate}
    made = ObjectStore(device, views, methods, class_methods)
    activations = Activations(made, clock, announce)
    return made


def mirror(dating: Dating) -> ClusterStore:
    """The clusters of a GPF: what was published or set there, and nothing of its own."""
    return ClusterStore({}, {**gsme.MIRRORED, **Publications(dating).handlers()}, dating)
