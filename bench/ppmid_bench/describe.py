"""What an observer reads from the octets that cross a link: the ``what`` and ``fields`` of an evidence entry.

One reader for each kind of link. An observer holds what a lab's observer would: the keys of the HAN where the bench
has that point, and nobody's signing or key agreement keys; it reads signatures, it does not check them. What it cannot
read it says so. A UTRN stands in the fields only as its tag.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ppmid_bench.evidence import Redactor
from ppmid_bench.han_ear import HanEar
from ppmid_devices.dcc.alerts import alert_code, channel_told, scan_assessment
from ppmid_devices.meter.times import UNRELIABLE, nanoseconds
from ppmid_devices.ports import SECOND
from ppmid_protocols import distribution, local_interface
from ppmid_protocols.duis import bodies, documents
from ppmid_protocols.duis.answers import DccBody
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import gbt
from ppmid_protocols.gbcs import prepayment as use_cases
from ppmid_protocols.gbcs.message import Cra, Message
from ppmid_protocols.gbcs.message import decode as decode_gbcs
from ppmid_protocols.gbcs.payload import DerPayload, read_payload, sealed_parts
from ppmid_protocols.gbcs.prepayment.requests import CS01B, PCS01
from ppmid_protocols.gbcs.responses import success_of
from ppmid_protocols.gbcs.skim import reads_in_clear
from ppmid_protocols.gbcs.use_cases import USE_CASES
from ppmid_protocols.local_interface import addressed_to, open_sealed
from ppmid_protocols.zigbee import (
    gb_hrgp,
    joining,
    mac_poll,
    metering,
    nwk_commands,
    outside,
    prepayment,
    sub_ghz,
    tunneling,
    zcl,
)
from ppmid_protocols.zigbee.aps_commands import ConfirmKey, TransportTrustCentreKey
from ppmid_protocols.zigbee.han import AppMessage, OpenedFrame
from ppmid_protocols.zigbee.nwk_commands import Leave, RejoinResponse
from ppmid_protocols.zigbee.ota import read_head
from ppmid_protocols.zigbee.values import Typed

Fields = dict[str, Any]
_TOP_UPS_OF_GAS = frozenset({CS01B, PCS01})


@dataclass(frozen=True, slots=True)
class Description:
    """What was read. ``secret``: the octets hold a UTRN in clear, so they may not stand in the evidence.

    ``sealed_by``: the device whose frame counter ``fields`` gives as ``counter``; empty where there is none.
    ``inside``: whole messages that the frame completes, each with its own octets and description.
    """

    what: str
    fields: Fields = field(default_factory=dict)
    secret: bool = False
    sealed_by: str = ""
    inside: tuple[tuple[bytes, "Description"], ...] = ()


def gbcs_fields(message: Message, octets: bytes, redactor: Redactor) -> Fields:
    """What can be read from a GBCS message without any key. ``request`` is the DUIS RequestID that it belongs to."""
    use_case = USE_CASES.get(message.message_code)
    fields: Fields = {
        "code": f"{message.message_code:04X}",
        "use_case": use_case.name if use_case else "unknown",
        "cra": message.cra.name.lower(),
        "originator": str(message.originator),
        "target": str(message.target),
        "counter": message.counter,
        "signed": bool(message.signature),
        "tag": redactor.tag("gbcs", octets),
    }
    if message.date_time:
        fields["clock"] = "unreliable" if message.date_time[-1] == UNRELIABLE else "no doubt said"
        dated = nanoseconds(message.date_time)
        fields |= {} if dated is None else {"dated": dated // SECOND}
    if message.cra is Cra.ALERT:
        fields["alert"] = _alert(message)
        assessed = scan_assessment(message)
        if assessed is not None:
            fields["scan"] = assessed
        channel = channel_told(message)
        if channel is not None:
            fields["channel"] = str(channel)
    else:
        fields["request"] = str(RequestId(*message.command_key))
    if message.cra is Cra.COMMAND and message.message_code in _JOINS:
        fields["peer"] = _peer(message)
    if message.cra is Cra.RESPONSE:
        fields["success"] = success_of(message)
        fields["encrypted"] = _encrypted(message)
        if message.message_code in _TOP_UPS_OF_GAS:
            fields |= _top_up(message)
    return fields


_JOINS = {0x00AB, 0x00AF, 0x000F}
"""Joins by methods A and C (CS03A2, CS03C), and what undoes both (CS04AC)."""


def _peer(message: Message) -> str | None:
    """The device that a join or unjoin names as the other end; None where it is no such Command."""
    try:
        payload = read_payload(message)
    except ProtocolError:
        return None
    if not isinstance(payload, DerPayload):
        return None
    named = payload.element.children[1] if payload.element.children else payload.element
    return str(Eui(named.contents))


def _top_up(message: Message) -> Fields:
    """What the Consumer Top Up Response inside a GSME's Response says; nothing where that cannot be read."""
    try:
        outcome = use_cases.outcome_of(message)
    except ProtocolError:
        return {}
    if "credited" not in outcome.values:
        return {}  # a Default Response, which has neither result type nor value
    return {"top_up": {"result": outcome.code, "value": outcome.values["credited"]}}


def _encrypted(message: Message) -> int | None:
    """How many parts of a message are encrypted; None where its layout is not known here."""
    if reads_in_clear(message):
        return 0
    try:
        return len(sealed_parts(read_payload(message)))
    except ProtocolError:
        return None


def _alert(message: Message) -> str | None:
    try:
        return f"{alert_code(message):04X}"
    except ProtocolError:  # its layout is not known here
        return None


@lru_cache(maxsize=64)
def _gbcs(octets: bytes, redactor: Redactor) -> tuple[Fields, bool]:
    """The fields of a GBCS message that stands inside something else, and whether it may hold a UTRN.

    The same octets cross one link after the other: each scenario reads them once. Nobody changes these fields.
    """
    if gbt.is_block(octets):
        return _block(gbt.decode_block(octets), redactor.tag("gbcs", octets)), True
    message = decode_gbcs(octets)
    digits = use_cases.read_top_up_digits(message)
    fields = gbcs_fields(message, octets, redactor)
    if digits is not None:
        fields["utrn"] = redactor.utrn(digits)
    return fields, digits is not None


def _block(block: gbt.Block, tag: str) -> Fields:
    """What every block of a message says of it, and which block this is."""
    one = block.transaction
    use_case = USE_CASES.get(one.message_code)
    fields: Fields = {
        "code": f"{one.message_code:04X}",
        "use_case": use_case.name if use_case else "unknown",
        "cra": one.cra.name.lower(),
        "originator": str(one.originator),
        "target": str(one.target),
        "counter": one.counter,
        "block": block.number,
        "last": block.last,
        "tag": tag,
    }
    if one.cra is Cra.COMMAND:
        fields["request"] = str(RequestId(one.originator, one.target, one.counter))
    return fields


def readable(octets: bytes, redactor: Redactor) -> Fields:
    """The fields of what should be a GBCS message; of what is none its ``tag`` alone."""
    try:
        return _gbcs(octets, redactor)[0]
    except ProtocolError:
        return {"tag": redactor.tag("gbcs", octets)}


class WanReader:
    """Bare GBCS messages, and firmware images."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor

    def read(self, frame: bytes) -> Description:
        """Read one GBCS message, or a firmware image."""
        if distribution.is_distribution(frame):
            image = distribution.decode(frame)
            return Description(
                "firmware-image", {"device": str(image.device), "version": read_head(image.file).file_version}
            )
        fields, secret = _gbcs(frame, self._redactor)
        return Description("gbcs", {"gbcs": fields, "octets": len(frame)}, secret)


class DuisReader:
    """DUIS documents."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor

    def read(self, frame: bytes) -> Description:
        """Read one DUIS Request or Response."""
        document = documents.from_xml(frame)
        if isinstance(document, documents.Request):
            fields: Fields = {
                "request": str(document.request_id),
                "srv": document.srv,
                "cv": document.command_variant,
            }
            what = "request"
        else:
            fields = {"request": str(document.request_id) if document.request_id else None, "code": str(document.code)}
            what = "response"
        secret = self._body(document.body, fields)
        return Description(what, fields, secret)

    def _body(self, body: object, fields: Fields) -> bool:
        fields["kind"] = _kebab(type(body).__name__) if body is not None else "acknowledgement"
        if isinstance(body, bodies.TopUpDevice):
            fields["utrn"] = self._redactor.utrn(body.utrn.digits)
            return True
        if isinstance(body, bodies.DccAlert):
            fields |= _event_fields(body.event)
        octets = getattr(body, "gbcs", None)
        if isinstance(body, bodies.ReturnLocalCommandResponse):
            fields["original"] = str(body.original_request_id) if body.original_request_id else None
            octets = body.device_gbcs
        if octets is None:
            return False
        fields["gbcs"], secret = _gbcs(octets, self._redactor)
        return secret


def _event_fields(event: bodies.Event) -> Fields:
    """What a DCC alert tells; ``about`` is the RequestID that it speaks of, where it speaks of a request."""
    fields: Fields = {"event": _kebab(event.name if isinstance(event, DccBody) else type(event).__name__)}
    if isinstance(event, bodies.CommandFailure):
        fields["about"] = str(event.command_request_id)
    elif isinstance(event, bodies.Breach):
        fields["about"] = str(event.request_id)
    return fields


class AvenueReader:
    """Messages of the local command interface. Their signatures are verified by those who receive them."""

    def __init__(self, redactor: Redactor, keys: Mapping[bytes, Ed25519PublicKey], home: str, ppmid: Eui) -> None:
        self._redactor, self._keys, self._home, self._ppmid = redactor, keys, home, ppmid

    def read(self, frame: bytes) -> Description:
        """Read one sealed message; of one that says that it is for another home, that alone."""
        home, ppmid = addressed_to(frame)
        if (home, ppmid) != (self._home, self._ppmid):
            opened = open_sealed(frame, keys=self._keys, home=home, ppmid=ppmid)
            return Description("for-another-home", {"request": opened.message.request_id.hex()}, secret=True)
        opened = open_sealed(frame, keys=self._keys, home=self._home, ppmid=self._ppmid)
        message = opened.message
        fields: Fields = {"request": message.request_id.hex(), "replay": opened.replay}
        secret = False
        if isinstance(message, local_interface.SubmitCommand):
            fields["gbcs"], secret = _gbcs(message.command, self._redactor)
            fields["octets"] = len(message.command)
        elif isinstance(message, local_interface.CommandResponse):
            fields["gbcs"], secret = _gbcs(message.response, self._redactor)
        elif isinstance(message, local_interface.SubmitUtrn):
            fields |= {
                "meter": str(message.meter),
                "utrn": self._redactor.utrn(message.utrn),
            }
            secret = True
        elif isinstance(message, local_interface.Capabilities):
            fields |= {"firmware": message.firmware, "can_relay": message.can_relay}
            fields["meters"] = [[str(one.eui), _name(one.fuel)] for one in message.meters]
        elif isinstance(message, local_interface.UtrnResult):
            fields |= {"result": _name(message.outcome), "value": message.value, "meter_result": message.meter_result}
        elif isinstance(message, local_interface.Status):
            fields |= {
                "state": _name(message.state),
                "reason": None if message.reason is None else _name(message.reason),
            }
        text = getattr(message, "text", None)
        if text is not None:
            fields["text"] = self._redactor.text(text)
            secret = secret or fields["text"] != text
        return Description(_kebab(type(message).__name__), fields, secret)


class HanReader:
    """HAN frames, with the keys of the home. Frames before the last of a message are read as ``frame``."""

    def __init__(self, redactor: Redactor, ear: HanEar) -> None:
        self._redactor, self._ear = redactor, ear

    def read(self, frame: bytes) -> Description:
        """Read one MAC frame, and the application message that it completes. What is sealed is never secret."""
        if outside.is_outside(frame):
            return self._outside(frame)
        if mac_poll.asked_by(frame) is not None:
            return Description("data-request")
        if joining.is_admission(frame):
            device = self._ear.admitted(frame)
            return Description("network-key", {} if device is None else {"device": str(device)})
        usual = self._ear.open_usual(frame)
        if usual is not None:
            return _sealed(self._message(self._ear.take_usual(usual)), usual.network_counter, usual.source)
        opened = self._ear.open(frame)
        description = _command(opened) if opened.command is not None else self._message(self._ear.take(opened))
        if opened.nwk_aux is None:
            return description
        return _sealed(description, opened.nwk_aux.counter, opened.nwk_aux.source or opened.source)

    def _message(self, message: AppMessage | None) -> Description:
        if message is None:
            return Description("frame")
        for cluster, read in self._BY_CLUSTER.items():
            if message.cluster == cluster and message.zcl.header.scope is zcl.Scope.CLUSTER:
                return read(self, message)
        return _figures(message) or _channel(message) or _zcl(message)

    def _tunnel(self, message: AppMessage) -> Description:
        command = tunneling.read(message.zcl)
        if not isinstance(command, tunneling.TransferData):
            return _zcl(message)
        content = command.data
        fields: Fields = {"tunnel": command.tunnel}
        if content[:1] in _HRGP:
            exchange = gb_hrgp.decode(content)
            fields["exchange"] = _kebab(type(exchange).__name__)
            if isinstance(exchange, gb_hrgp.GetResponse):
                fields["remaining"] = exchange.remaining
            content = getattr(exchange, "message", b"")
        secret = False
        if content:
            fields["gbcs"], secret = _gbcs(content, self._redactor)
        return Description("tunnel", fields, secret and not message.secured)

    def _outside(self, frame: bytes) -> Description:
        """What a device that has not joined says, or the hub to it. What is said in clear is secret."""
        message = outside.decode(frame)
        match message:
            case outside.AssociationRequest():
                return Description("association-request", {"device": str(message.source)})
            case outside.AssociationResponse():
                accepted = message.status == outside.AssociationStatus.SUCCESS
                if accepted:
                    self._ear.met(message.destination, message.short)
                return Description("association", {"device": str(message.destination), "accepted": accepted})
        stub, octets = outside.decode_stub(message.aps)
        fields: Fields = {"device": str(message.source), "sealed": stub.secured}
        if not stub.secured and stub.cluster == tunneling.CLUSTER:
            command = tunneling.read(zcl.decode_frame(octets))
            if isinstance(command, tunneling.TransferData):
                fields["gbcs"], _ = _gbcs(command.data, self._redactor)
        return Description("inter-pan", fields, not stub.secured)

    def _prepayment(self, message: AppMessage) -> Description:
        command = prepayment.read(message.zcl)
        fields: Fields = {"sequence": message.zcl.header.sequence}
        if isinstance(command, prepayment.ConsumerTopUp):
            fields["utrn"] = self._redactor.utrn(command.code)
        elif isinstance(command, prepayment.ConsumerTopUpResponse):
            fields |= {"result": command.result, "accepted": command.accepted, "value": command.value}
        return Description(_kebab(type(command).__name__), fields)

    _BY_CLUSTER: Mapping[int, Callable[["HanReader", AppMessage], Description]] = {
        tunneling.CLUSTER: _tunnel,
        prepayment.CLUSTER: _prepayment,
    }


def _sealed(description: Description, counter: int, by: Eui | None) -> Description:
    return Description(description.what, {**description.fields, "counter": counter}, description.secret, str(by))


def _command(opened: OpenedFrame) -> Description:
    """A NWK or APS command: what it is, and which device it speaks of. The keys in it stay out."""
    command = opened.command
    fields: Fields = {"device": str(opened.source)}
    match command:
        case Leave(requested):
            return Description("leave", {"device": str(opened.destination if requested else opened.source)})
        case RejoinResponse(status=status):
            fields = {"device": str(opened.destination), "accepted": status == nwk_commands.SUCCESS}
        case ConfirmKey(destination, status):
            fields = {"device": str(destination), "accepted": status == 0}
        case TransportTrustCentreKey(destination=destination):
            fields = {"device": str(destination)}
    return Description(_kebab(type(command).__name__), fields)


_FIGURES = {prepayment.CLUSTER, metering.CLUSTER}


def _figures(message: AppMessage) -> Description | None:
    """Figures of a meter that are read, told or reported; None for anything else. They hold no secret."""
    if message.cluster not in _FIGURES or message.zcl.header.scope is not zcl.Scope.GENERAL:
        return None
    command = zcl.read_general(message.zcl)
    fields: Fields = {"cluster": f"{message.cluster:04X}"}
    if isinstance(command, zcl.ReadAttributes):
        return Description("figures-asked", fields)
    if isinstance(command, zcl.ReadAttributesResponse):
        told = {one.attribute: one.value for one in command.records if one.value is not None}
        return Description("figures-told", {**fields, "values": _values(told)})
    if isinstance(command, zcl.ReportAttributes):
        return Description("figures-reported", {**fields, "values": _values(dict(command.reports))})
    return None


def _channel(message: AppMessage) -> Description | None:
    """A hub's word of the channel at 868 MHz that it goes to; None for anything else."""
    channel = sub_ghz.announced(message.zcl) if message.cluster == sub_ghz.CLUSTER else None
    return None if channel is None else Description("channel-announced", {"channel": str(channel)})


def _values(values: Mapping[int, Typed]) -> Fields:
    return {f"{attribute:04X}": one.value for attribute, one in values.items() if not isinstance(one.value, bytes)}


_HRGP = (b"\x01", b"\x02", b"\x03")


def _zcl(message: AppMessage) -> Description:
    header = message.zcl.header
    return Description(
        "zcl", {"cluster": f"{message.cluster:04X}", "command": header.command, "scope": _name(header.scope)}
    )


def unreadable(problem: ProtocolError) -> Description:
    """The description of octets that nobody can read; they may hold anything, so they stand as secret."""
    return Description("unreadable", {"problem": str(problem)}, secret=True)


def _kebab(name: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")


def _name(value: Any) -> str:
    return str(value.name).lower().replace("_", "-")
