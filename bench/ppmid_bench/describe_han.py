"""What an observer with the keys of the HAN reads from the frames there (see ``describe``)."""

from collections.abc import Callable, Mapping

from ppmid_bench.describe import Description, kebab, named
from ppmid_bench.describe_gbcs import Fields, gbcs_inside
from ppmid_bench.evidence import Redactor
from ppmid_bench.han_ear import HanEar
from ppmid_protocols.eui import Eui
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
from ppmid_protocols.zigbee.values import Typed


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
            fields["exchange"] = kebab(type(exchange).__name__)
            if isinstance(exchange, gb_hrgp.GetResponse):
                fields["remaining"] = exchange.remaining
            content = getattr(exchange, "message", b"")
        secret = False
        if content:
            fields["gbcs"], secret = gbcs_inside(content, self._redactor)
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
                fields["gbcs"], _ = gbcs_inside(command.data, self._redactor)
        return Description("inter-pan", fields, not stub.secured)

    def _prepayment(self, message: AppMessage) -> Description:
        command = prepayment.read(message.zcl)
        fields: Fields = {"sequence": message.zcl.header.sequence}
        if isinstance(command, prepayment.ConsumerTopUp):
            fields["utrn"] = self._redactor.utrn(command.code)
        elif isinstance(command, prepayment.ConsumerTopUpResponse):
            fields |= {"result": command.result, "accepted": command.accepted, "value": command.value}
        return Description(kebab(type(command).__name__), fields)

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
    return Description(kebab(type(command).__name__), fields)


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
        "zcl", {"cluster": f"{message.cluster:04X}", "command": header.command, "scope": named(header.scope)}
    )
