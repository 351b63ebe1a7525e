"""What the DCC itself has to tell: contents of a ResponseMessage that carry its own records (DUIS schema 5.4).

Those that the simulated parties make or read have a dataclass here; all others, and most alerts of the DCC, are a
``DccBody``, a tree of named values shaped by the table ``data/answers.txt``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated

from lxml.etree import _Element

from ppmid_protocols.duis.content import ANSWERS, BODIES
from ppmid_protocols.duis.kinds import Date, kind_of
from ppmid_protocols.duis.service_body import Node, Plain, make_as, read_as, write_node
from ppmid_protocols.duis.shapes import BASE64, EUI, Element, Shape, leaf, record, text_record
from ppmid_protocols.errors import Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret

CARRIED_OUT, NOT_CARRIED_OUT = 0x8F66, 0x8F67
"""Codes of the Alerts that tell what became of a Command which a device has kept for later."""

SCHEDULE_DETAILS = "DSPScheduleDetails"


def _kind(notation: str) -> Shape:
    kind = kind_of(notation)
    return leaf(kind.read, kind.write)


_SCHEDULE_ID = _kind("0..1000000000000")
_U16 = _kind("u16")
_DATED_CODE = leaf(
    lambda text: int(kind_of("one(8F66|8F67)").read(text.upper()), 16),  # type: ignore[arg-type]  # a text
    lambda code: f"{code:04X}",
)


@dataclass(frozen=True, slots=True)
class FutureDatedAlert:
    """What became of one instruction of a Command that the device kept for later: 0x8F66 done, 0x8F67 not done.

    ``gbcs``: the device's Alert. ``instruction`` counts from 1 to ``instructions``, those of the Command.
    """

    alert_code: Annotated[int, Element("FutureDatedAlertCode", _DATED_CODE)]
    gbcs: Annotated[bytes, Element("GBCSPayload", BASE64)] = field(repr=False)
    instruction: Annotated[int, Element("InstructionNumber", _U16)]
    instructions: Annotated[int, Element("TotalCommandInstructions", _U16)]


@dataclass(frozen=True, slots=True)
class ScheduleId:
    """Answer to SRV 5.1: the number of the schedule that was made."""

    schedule_id: Annotated[int, Element("DSPScheduleID", _SCHEDULE_ID)]


@dataclass(frozen=True, slots=True)
class ScheduledMessage:
    """A device's Response to a Command that the DCC sent by a schedule."""

    gbcs: Annotated[bytes, Element("GBCSPayload", BASE64)] = field(repr=False)
    schedule_id: Annotated[int, Element("DSPScheduleID", _SCHEDULE_ID)]


def _read_details(element: _Element) -> Node:
    return read_as(element, BODIES["CreateSchedule"])


def _write_content(node: Node) -> str:
    return "".join(map(write_node, node.children))


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule with its number; ``details`` are those of its SRV 5.1 (the node ``CreateSchedule``)."""

    schedule_id: Annotated[int, Element("DSPScheduleID", _SCHEDULE_ID)]
    details: Annotated[Node, Element(SCHEDULE_DETAILS, Shape(_read_details, _write_content))]


@dataclass(frozen=True, slots=True)
class SchedulesRead:
    """Answer to SRV 5.2: 1 to 99 schedules."""

    schedules: Annotated[tuple[Schedule, ...], Element("DSPSchedules", record(Schedule), most=99)]


_MPAN = _kind("text(13)")
_TEXT = _kind("text")


@dataclass(frozen=True, slots=True)
class Address:
    """A home by its post code and the part of its address that tells it from its neighbours."""

    post_code: Annotated[str, Element("PostCode", _kind("text(6..8)"))]
    identifier: Annotated[str, Element("AddressIdentifier", _kind("text(0..30)"))]


_STATUSES = (
    "Pending|Whitelisted|InstalledNotCommissioned|Commissioned|Decommissioned|Withdrawn|Suspended|Recovery|Recovered"
)
_LISTED = _kind("one(Active|Cancelled|Expired|Withdrawn)")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedDevice:
    """A device as the Smart Metering Inventory has it; None where it has nothing."""

    device: Annotated[Eui, Element("DeviceID", EUI)]
    type: Annotated[str, Element("DeviceType", _kind("one(ESME|GSME|GPF|CHF|HCALCS|PPMID|IHD|CAD)"))]
    status: Annotated[str | None, Element("DeviceStatus", _kind(f"one({_STATUSES})"), optional=True)] = None
    manufacturer: Annotated[str, Element("DeviceManufacturer", _kind("text(0..30)"))] = ""
    model: Annotated[str, Element("DeviceModel", _kind("text(0..30)"))] = ""
    smets_chts: Annotated[str | None, Element("SMETSCHTSVersion", _kind("text(1..20)"), optional=True)] = None
    firmware: Annotated[str | None, Element("DeviceFirmwareVersion", _kind("text(1..8)"), optional=True)] = None
    firmware_status: Annotated[str | None, Element("DeviceFirmwareVersionStatus", _LISTED, optional=True)] = None
    cpl_status: Annotated[str | None, Element("CPLStatus", _LISTED, optional=True)] = None
    commissioned: Annotated[Date | None, Element("DateCommissioned", _kind("date"), optional=True)] = None
    import_mpxn: Annotated[str | None, Element("ImportMPxN", _kind("text(1..13)"), optional=True)] = None
    secondary_import_mpan: Annotated[str | None, Element("SecondaryImportMPAN", _MPAN, optional=True)] = None
    export_mpan: Annotated[str | None, Element("ExportMPAN", _MPAN, optional=True)] = None
    esme_variant: Annotated[str | None, Element("ESMEVariant", _kind("text(1..4)"), optional=True)] = None
    uprn: Annotated[int | None, Element("UPRN", _kind("1..999999999999"), optional=True)] = None
    address: Annotated[Address | None, Element("PropertyFilter", record(Address), optional=True)] = None
    region: Annotated[str | None, Element("CSPRegion", _TEXT, optional=True)] = None
    gbcs_version: Annotated[str | None, Element("DeviceGBCSVersion", _TEXT, optional=True)] = None
    han_variant: Annotated[str | None, Element("HANVariant", _TEXT, optional=True)] = None
    s1sp: Annotated[str | None, Element("S1SP", _TEXT, optional=True)] = None
    connectivity: Annotated[str | None, Element("Connectivity", _TEXT, optional=True)] = None


@dataclass(frozen=True, slots=True)
class Inventory:
    """Answer to SRV 8.2: 1 to 17 devices."""

    devices: Annotated[tuple[ListedDevice, ...], Element("Device", record(ListedDevice), most=17)]


@dataclass(frozen=True, slots=True)
class CinMessage:
    """Answer to SRV 9.1: the device's Response, and the Customer Identification Number that the device shows."""

    gbcs: Annotated[bytes, Element("GBCSPayload", BASE64)] = field(repr=False)
    number: Annotated[
        Secret,
        Element(
            "CustomerIdentificationNumber",
            leaf(
                lambda text: Secret(str(kind_of("digits(4)").read(text)).encode()),
                lambda number: bytes(number).decode(),
            ),
        ),
    ]


@dataclass(frozen=True, slots=True)
class DccBody:
    """What the DCC tells, where it has no dataclass of its own."""

    node: Node

    @classmethod
    def of(cls, name: str, plain: Plain = None) -> "DccBody":
        """The element ``name`` from plain values, as ``service_body.make``. Raises Malformed or Unsupported."""
        if name not in ANSWERS:
            raise Unsupported(f"Response/Body/{name}: this version does not write this element")
        return cls(make_as(ANSWERS[name], plain))

    @property
    def name(self) -> str:
        """The name of its element."""
        return self.node.name


def _tree(name: str) -> Shape:
    def read(element: _Element) -> DccBody:
        return DccBody(read_as(element, ANSWERS[name]))

    return Shape(read, lambda body: _write_content(body.node))


_TOLD = ("DSPOptIn", "DSPUpdateFirmwareWarning", "DSPUpdatePPMIDFirmwareWarning", "DSPWANMatrix")

ANSWER_BODIES: Mapping[str, Shape] = MappingProxyType(
    {
        "FutureDatedDeviceAlertMessage": record(FutureDatedAlert),
        "DSPScheduleID": text_record(ScheduleId, _SCHEDULE_ID),
        "DSPScheduledMessage": record(ScheduledMessage),
        "DSPSchedulesRead": record(SchedulesRead),
        "DSPInventory": record(Inventory),
        "CINMessage": record(CinMessage),
        **{name: _tree(name) for name in _TOLD},
    }
)
"""Contents of a ResponseMessage, by the name of their element."""

EVENT_BODIES: Mapping[str, Shape] = MappingProxyType({name: _tree(name) for name in ANSWERS if name not in _TOLD})
"""Events that the DCC alerts Users to, by the name of their element, but for those of ``bodies``."""

Answer = FutureDatedAlert | ScheduleId | ScheduledMessage | SchedulesRead | Inventory | CinMessage | DccBody
