"""Our codec's view of a frame and scapy's, in the same names, so that they can be compared field by field."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from ppmid_protocols.errors import Malformed
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import gbt
from ppmid_protocols.gbcs import message as gbcs
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import (
    gb_hrgp,
    key_establishment,
    metering,
    prepayment,
    sub_ghz,
    tunneling,
)
from ppmid_protocols.zigbee.frames import fcs
from ppmid_protocols.zigbee.han import AppMessage, Dissector, HanKeys
from ppmid_protocols.zigbee.security import Aux
from ppmid_protocols.zigbee.sniffer import LabelledKey, Overheard, Sniffer
from ppmid_protocols.zigbee.zcl import (
    DefaultResponse,
    General,
    ReadAttributes,
    ReadAttributesResponse,
    Scope,
    read_general,
)

if TYPE_CHECKING:
    from ppmid_protocols.captures.scapy_view import Reading, View

Fields = dict[str, Any]


def number(value: Any) -> Any:
    """A value as scapy holds it."""
    if isinstance(value, Eui):
        return int.from_bytes(value, "big")
    return int(value) if isinstance(value, int) else value


# Our codec's view.


def our_aux(aux: Aux | None, layer: str) -> Fields:
    if aux is None:
        return {}
    return {
        f"{layer}.key": int(aux.key_id),
        f"{layer}.counter": aux.counter,
        f"{layer}.source": number(aux.source),
        f"{layer}.key_sequence": aux.key_sequence,
    }


def our_frame(heard: Overheard, octets: bytes) -> Fields:
    frame, aps = heard.frame, heard.frame.aps
    mac, nwk = frame.mac, frame.nwk
    found = {
        "mac.sequence": mac.sequence,
        "mac.pan": mac.pan,
        "mac.destination": mac.destination,
        "mac.source": mac.source,
        "mac.ack_request": int(mac.ack_request),
        "mac.pending": int(mac.pending),
        "mac.version": mac.version,
        "mac.compressed": int(mac.source_pan is None),
        "mac.fcs": int.from_bytes(fcs(octets[:-2]), "little"),
        "nwk.destination": nwk.destination,
        "nwk.source": nwk.source,
        "nwk.radius": nwk.radius,
        "nwk.sequence": nwk.sequence,
        "nwk.type": int(nwk.type),
        "nwk.discover_route": nwk.discover_route,
        "nwk.secured": nwk.secured,
        "nwk.destination_eui": number(nwk.destination_eui),
        "nwk.source_eui": number(nwk.source_eui),
        "nwk.route": nwk.route,
        **our_aux(frame.nwk_aux, "nwk aux"),
    }
    if aps is not None:
        found |= {
            "aps.type": int(aps.type),
            "aps.delivery": int(aps.delivery),
            "aps.secured": aps.secured,
            "aps.ack_request": aps.ack_request,
            "aps.cluster": aps.cluster,
            "aps.profile": aps.profile,
            "aps.destination_endpoint": aps.destination_endpoint,
            "aps.source_endpoint": aps.source_endpoint,
            "aps.counter": aps.counter,
            "aps.fragment": None if aps.block is None else int(aps.block.fragment),
            "aps.block": None if aps.block is None else aps.block.number,
            "aps.received": None if aps.block is None else aps.block.received,
            **our_aux(frame.aps_aux, "aps aux"),
        }
    if heard.command is not None:
        found |= our_aux(frame.aps_aux, "aps aux")
        found["command"] = frame.octets[0]
        found |= {one.name: number(getattr(heard.command, one.name)) for one in fields(heard.command)}
    return found


READERS = {
    tunneling.CLUSTER: tunneling.read,
    prepayment.CLUSTER: prepayment.read,
    metering.CLUSTER: metering.read,
    key_establishment.CLUSTER: key_establishment.COMMANDS.read,
    sub_ghz.CLUSTER: sub_ghz.COMMANDS.read,
}


def our_message(message: AppMessage) -> Fields:
    header = message.zcl.header
    found: Fields = {
        "zcl.scope": int(header.scope),
        "zcl.direction": int(header.direction),
        "zcl.command": header.command,
        "zcl.sequence": header.sequence,
        "zcl.disable_default_response": int(header.disable_default_response),
        "zcl.manufacturer": header.manufacturer,
        "zcl.payload": message.zcl.payload,
    }
    if header.scope is Scope.GENERAL:
        return found | our_general(read_general(message.zcl))
    if message.cluster not in READERS:
        return found
    command: Any = READERS[message.cluster](message.zcl)
    found |= {one.name: number(getattr(command, one.name)) for one in fields(command) if one.name not in _INNER}
    if isinstance(command, tunneling.TransferData):
        found |= our_transfer(command.data)
    if isinstance(command, prepayment.ConsumerTopUpResponse):
        found |= {name: -1 for name in ("value", "credit_remaining") if found[name] is None}
    if isinstance(command, key_establishment.Initiate):
        certificate = command.certificate
        found["suite"] = int(command.suite)
        found |= {f"cert.{one.name}": number(getattr(certificate, one.name)) for one in fields(certificate)}
        if found.get("cert.valid_for", 0) is None:
            found["cert.valid_for"] = 0xFFFFFFFF
    return found


_INNER = ("data", "certificate")


def our_general(command: General) -> Fields:
    match command:
        case ReadAttributes(attributes):
            return {"attributes": list(attributes)}
        case ReadAttributesResponse(records):
            return {"records": [(one.attribute, one.status, one.value.encode()) for one in records if one.value]}
        case DefaultResponse(number, status):
            return {"answered": (number, status)}
    return {}


def our_transfer(data: bytes) -> Fields:
    found: Fields = {"hrgp": data[0] if data[:1] in gb_hrgp.HEADERS else None}
    if found["hrgp"] is not None:
        exchange = gb_hrgp.decode(data)
        found["remaining"] = getattr(exchange, "remaining", None)
        data = getattr(exchange, "message", b"")
    return found | our_gbcs(data) if data else found


def our_gbcs(data: bytes) -> Fields:
    if gbt.is_block(data):
        return {"gbcs.block": data}
    message = gbcs.decode(data)
    length = b"" if message.pre_command else bytes((len(message.signature),))
    return {
        "gbcs.cra": int(message.cra),
        "gbcs.counter": message.counter,
        "gbcs.originator": number(message.originator),
        "gbcs.target": number(message.target),
        "gbcs.date_time": message.date_time,
        "gbcs.message_code": message.message_code,
        "gbcs.supplementary": message.other_information[2:],
        "gbcs.content": message.payload,
        "gbcs.signature": length + message.signature,
        "gbcs.mac": message.mac,
    }


# scapy's view.


def their_aux(security: Any, layer: str) -> Fields:
    return {
        f"{layer}.key": security.key_type,
        f"{layer}.counter": security.fc,
        f"{layer}.source": security.source if security.extended_nonce else None,
        f"{layer}.key_sequence": security.key_seqnum if security.key_type == 1 else None,
    }


def their_frame(reading: "Reading") -> Fields:
    from scapy.layers import zigbee

    mac: Any = reading.mac
    data, nwk = mac["Dot15d4Data"], mac[zigbee.ZigbeeNWK]
    found = {
        "mac.sequence": mac.seqnum,
        "mac.pan": data.dest_panid,
        "mac.destination": data.dest_addr,
        "mac.source": data.src_addr,
        "mac.ack_request": int(mac.fcf_ackreq),
        "mac.pending": int(mac.fcf_pending),
        "mac.version": mac.fcf_framever,
        "mac.compressed": int(mac.fcf_panidcompress),
        "mac.fcs": mac.fcs,
        "nwk.destination": nwk.destination,
        "nwk.source": nwk.source,
        "nwk.radius": nwk.radius,
        "nwk.sequence": nwk.seqnum,
        "nwk.type": nwk.frametype,
        "nwk.discover_route": nwk.discover_route,
        "nwk.secured": bool(nwk.flags.security),
        "nwk.destination_eui": nwk.ext_dst if nwk.flags.extended_dst else None,
        "nwk.source_eui": nwk.ext_src if nwk.flags.extended_src else None,
        "nwk.route": (nwk.relay_index, tuple(nwk.relays)) if nwk.flags.source_route else None,
    }
    if nwk.flags.security:
        found |= their_aux(nwk[zigbee.ZigbeeSecurityHeader], "nwk aux")
    aps: Any = reading.aps
    if aps is None:
        return found
    if aps.aps_frametype == 1:
        return found | their_command(aps, reading.zcl)
    extended = aps.frame_control.extended_hdr
    found |= {
        "aps.type": aps.aps_frametype,
        "aps.delivery": aps.delivery_mode,
        "aps.secured": bool(aps.frame_control.security),
        "aps.ack_request": bool(aps.frame_control.ack_req),
        "aps.cluster": aps.cluster,
        "aps.profile": aps.profile,
        "aps.destination_endpoint": aps.dst_endpoint,
        "aps.source_endpoint": aps.src_endpoint,
        "aps.counter": aps.counter,
        "aps.fragment": aps.fragmentation if extended else None,
        "aps.block": aps.block_number if extended else None,
        "aps.received": aps.ack_bitfield if extended and aps.aps_frametype == 2 else None,
    }
    if aps.frame_control.security:
        found |= their_aux(aps[zigbee.ZigbeeSecurityHeader], "aps aux")
    return found


COMMAND_NAMES: Mapping[int, Mapping[str, str]] = {
    0x05: {"key": "key", "destination": "dest_addr", "source": "src_addr"},
    0x06: {"device": "address", "short": "short_address", "status": "update_status"},
    0x07: {"device": "address"},
    0x0F: {"source": "address", "proof": "key_hash", "key_type": "key_type"},
    0x10: {"destination": "address", "status": "status", "key_type": "key_type"},
}
"""Our names and scapy's. (scapy reads the one octet of Switch Key as eight.)"""


def their_command(aps: Any, layer: Any) -> Fields:
    from scapy.layers import zigbee

    found: Fields = {"command": layer.cmd_identifier}
    if aps.frame_control.security:
        found |= their_aux(aps[zigbee.ZigbeeSecurityHeader], "aps aux")
    names = dict(COMMAND_NAMES.get(layer.cmd_identifier, {}))
    if layer.cmd_identifier == 0x05 and layer.key_type == 1:
        names["sequence"] = "key_seqnum"
    if layer.cmd_identifier == 0x05 and layer.key_type == 3:
        names = {"key": "key", "partner": "partner_addr", "initiator": "initiator_flag"}
    if layer.cmd_identifier == 0x08:
        return found | {"partner": layer.partner_addr if layer.key_type == 2 else None}
    return found | {ours: layer.getfieldval(theirs) for ours, theirs in names.items()}


def their_message(layer: Any) -> Fields:
    found: Fields = {
        "zcl.scope": layer.zcl_frametype,
        "zcl.direction": layer.command_direction,
        "zcl.command": layer.command_identifier,
        "zcl.sequence": layer.transaction_sequence,
        "zcl.disable_default_response": layer.disable_default_response,
        "zcl.manufacturer": layer.manufacturer_code if layer.manufacturer_specific else None,
        "zcl.payload": bytes(layer.payload),
    }
    if layer.zcl_frametype == 0:
        return found | their_general(layer.payload)
    if layer.underlayer.cluster not in READERS:  # no layer of scapy's or ours: its octets are compared, not its fields
        return found
    command = layer.payload
    hidden = {"code_length"}
    found |= {name: value for name, value in command.fields.items() if name not in hidden}
    inner = command.payload
    if inner.name.startswith("Certificate"):
        found |= {f"cert.{name}": value for name, value in inner.fields.items()}
        if "cert.valid_from_high" in found:
            found["cert.valid_from"] = found.pop("cert.valid_from_high") << 32 | found.pop("cert.valid_from_low")
    if type(command).__name__ == "TransferData":
        found["hrgp"] = None
        if type(inner).__name__ == "GbHrgp":
            found |= {"hrgp": inner.exchange, "remaining": inner.remaining if inner.exchange == 2 else None}
            inner = inner.payload
        if type(inner).__name__ == "Raw":
            found["gbcs.block"] = inner.load
        elif inner:
            found |= their_gbcs(inner)
    return found


def their_general(layer: Any) -> Fields:
    match type(layer).__name__:
        case "ZCLGeneralReadAttributes":
            return {"attributes": layer.attribute_identifiers}
        case "ZCLGeneralReadAttributesResponse":
            records = [
                (one.attribute_identifier, one.status, bytes((one.attribute_data_type,)) + one.attribute_value)
                for one in layer.read_attribute_status_record
                if one.status == 0
            ]
            return {"records": records}
        case "ZCLGeneralDefaultResponse":
            return {"answered": (layer.response_command_identifier, layer.status)}
    return {}


def their_gbcs(layer: Any) -> Fields:
    names = ("cra", "counter", "originator", "target", "date_time", "message_code", "supplementary", "content")
    found = {f"gbcs.{name}": layer.getfieldval(name) for name in names}
    return found | {"gbcs.signature": layer.signature, "gbcs.mac": layer.fields.get("mac")}


def agree(frames: Iterable[bytes], keys: Iterable[LabelledKey], view: "View") -> int:
    """Compare both views of each frame; gives the number of whole messages that were compared too."""
    sniffer = Sniffer(keys)
    dissector = Dissector(HanKeys(Secret(bytes(16)), Eui(bytes(8))), {})
    messages = 0
    for index, octets in enumerate(frames):
        heard, reading = sniffer.open(octets, with_fcs=True), view.read(octets)
        assert their_frame(reading) == our_frame(heard, octets), f"frame {index}"
        try:
            message = dissector.take(heard.frame, index)
        except Malformed as refused:
            if "of at most" not in str(refused):  # which a scenario sends: more than a device takes
                raise
            continue
        if heard.command is not None:
            continue
        assert (message is None) is (reading.zcl is None), f"frame {index}"
        if message is not None:
            messages += 1
            assert their_message(reading.zcl) == our_message(message), f"message of frame {index}"
    return messages
