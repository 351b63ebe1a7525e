"""scapy's view and our codec's view of each frame agree, field by field: all frames of a run, and of every kind."""

import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ppmid_protocols.captures.captured import IEEE802_15_4_WITH_FCS, Capture, Frame
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import message as gbcs
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import (
    aps_commands,
    gb_hrgp,
    keep_alive,
    key_establishment,
    metering,
    prepayment,
    sub_ghz,
    tunneling,
)
from ppmid_protocols.zigbee.frames import ApsHeader, MacFrame, NwkHeader, fcs
from ppmid_protocols.zigbee.han import AppMessage, Dissector, HanKeys, OpenedFrame, build_ack, build_frames, open_frame
from ppmid_protocols.zigbee.security import Aux, KeyId, secure_aps, secure_nwk
from ppmid_protocols.zigbee.sniffer import LabelledKey, Overheard, Sniffer, read_keys
from ppmid_protocols.zigbee.values import Typed, ZclType
from ppmid_protocols.zigbee.zcl import (
    DefaultResponse,
    Direction,
    General,
    ReadAttributes,
    ReadAttributesResponse,
    ReportAttributes,
    Scope,
    ZclFrame,
    general_frame,
    read_general,
)

if TYPE_CHECKING:
    from tests.protocols.conftest import Home

    from ppmid_protocols.captures.scapy_view import Reading, View

REPOSITORY = Path(__file__).parents[3]
MAIN = "from ppmid_harness.cli import main; main()"
TO_SERVER, TO_CLIENT = Direction.TO_SERVER, Direction.TO_CLIENT
Fields = dict[str, Any]


@pytest.fixture(scope="module")
def view_of() -> Any:
    """Makes scapy's view. scapy is imported here, and in no plain run."""
    from ppmid_protocols.captures.scapy_view import View

    return View


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
        if inner:
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
        message = dissector.take(heard.frame, index)
        if heard.command is not None:
            continue
        assert (message is None) is (reading.zcl is None), f"frame {index}"
        if message is not None:
            messages += 1
            assert their_message(reading.zcl) == our_message(message), f"message of frame {index}"
    return messages


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of every feature."""
    folder = tmp_path_factory.mktemp("run") / "all"
    command = [sys.executable, "-c", MAIN, "run", str(REPOSITORY / "features"), "--out", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (folder / "captures").is_dir(), done.stderr
    return folder


def test_every_frame_of_a_run(run_folder: Path, view_of: Any) -> None:
    frames = messages = 0
    for path in sorted((run_folder / "captures").glob("*.pcapng")):
        keys = read_keys((path.parent / f"keys.{path.stem}.zigbee_pc_keys").read_text())
        han = [frame.octets for frame in Capture().feed(path.read_bytes()) if frame.link_type == IEEE802_15_4_WITH_FCS]
        frames += len(han)
        messages += agree(han, keys, view_of([held.key for held in keys]))
    assert frames > 500, "the run has a HAN"
    assert messages > 200


def k283(subject: Eui) -> key_establishment.K283Certificate:
    return key_establishment.K283Certificate(
        serial=1, issuer=b"issuer!!", valid_from=1_700_000_000, valid_for=None, subject=subject, public_key=bytes(37)
    )


def zcl_messages(home: "Home", rtds: Mapping[str, bytes]) -> Iterator[tuple[int, ZclFrame]]:
    """A message of every kind."""
    command, answer = rtds["CS01a_2.2_SUCCESS_COMMAND"], rtds["PCS01_NA_SUCCESS_RESPONSE"]
    signed, pre_command = rtds["ECS08_2.1_IMMEDIATE_SUCCESS_RESPONSE"], rtds["ECS08_2.1_IMMEDIATE_SUCCESS_PRECOMMAND"]
    for way in (TO_SERVER, TO_CLIENT):
        for data in (
            command,
            answer,
            signed,
            pre_command,
            b"\x01",
            b"\x02\x00",
            b"\x02\x01" + command,
            b"\x03" + answer,
        ):
            yield tunneling.CLUSTER, tunneling.frame(tunneling.TransferData(7, data), way, 1)
        yield tunneling.CLUSTER, tunneling.frame(tunneling.TransferDataError(7, 2), way, 2)
        yield tunneling.CLUSTER, tunneling.frame(tunneling.AckTransferData(7, 100), way, 3)
    yield tunneling.CLUSTER, tunneling.frame(tunneling.RequestTunnel(), TO_SERVER, 4)
    yield tunneling.CLUSTER, tunneling.frame(tunneling.RequestTunnelResponse(7, 1), TO_CLIENT, 4)
    yield tunneling.CLUSTER, tunneling.frame(tunneling.CloseTunnel(7), TO_SERVER, 5)
    code = Secret(b"73946144332040217315")
    for prepaid in (
        prepayment.ConsumerTopUp(code),
        prepayment.ConsumerTopUpResponse(0x12, 1_000_000, credit_remaining=-500_000),
        prepayment.ConsumerTopUpResponse(3),
        prepayment.SelectAvailableEmergencyCredit(issue_time=5),
    ):
        yield prepayment.CLUSTER, prepayment.frame(prepaid, 6)
    yield metering.CLUSTER, metering.frame(metering.LocalChangeSupply(), 7)
    k163 = key_establishment.K163Certificate(bytes(22), home.gsme, b"issuer!!", bytes(10))
    for agreed in (
        key_establishment.Initiate(k163),
        key_establishment.Initiate(k283(home.gsme)),
        key_establishment.EphemeralData(bytes(range(37))),
        key_establishment.ConfirmKey(bytes(range(16))),
        key_establishment.Terminate(2, 10),
    ):
        for way in (TO_SERVER, TO_CLIENT):
            yield key_establishment.CLUSTER, key_establishment.COMMANDS.frame(agreed, way, 8)
    yield sub_ghz.CLUSTER, sub_ghz.COMMANDS.frame(sub_ghz.SuspendZclMessages(15), TO_CLIENT, 9)
    yield sub_ghz.CLUSTER, sub_ghz.COMMANDS.frame(sub_ghz.GetSuspendStatus(), TO_SERVER, 9)
    yield keep_alive.CLUSTER, general_frame(keep_alive.READ, TO_SERVER, 10)
    yield keep_alive.CLUSTER, general_frame(keep_alive.KeepAlive().answer(), TO_CLIENT, 10)
    yield prepayment.CLUSTER, general_frame(DefaultResponse(0, 0), TO_CLIENT, 11)
    report = ReportAttributes(((1, Typed(ZclType.INT32, -500_000)),))
    yield prepayment.CLUSTER, general_frame(report, TO_CLIENT, 12)
    manufacturer = general_frame(ReadAttributes((1, 2)), TO_SERVER, 13)
    yield prepayment.CLUSTER, replace(manufacturer, header=replace(manufacturer.header, manufacturer=0x1234))


@pytest.mark.parametrize("extended_nonce", [True, False])
def test_messages_of_every_kind(home: "Home", rtds: Mapping[str, bytes], view_of: Any, extended_nonce: bool) -> None:
    radio, frames, wanted = home.radio(home.ppmid), [], 0
    for cluster, frame in zcl_messages(home, rtds):
        sent, radio = build_frames(
            radio, home.chf, 0, cluster, frame.encode(), home.keys, extended_nonce=extended_nonce
        )
        frames += sent
        wanted += 1
    keys = home.all_keys()
    assert agree(frames, map(LabelledKey, keys), view_of(keys)) == wanted


def hop(home: "Home", nwk: NwkHeader, inside: bytes, counter: int = 5) -> bytes:
    body = nwk.encode() + inside
    if nwk.secured:
        body = secure_nwk(nwk.encode(), inside, home.keys.network_key, home.ppmid, counter)
    return MacFrame(sequence=0, pan=1, destination=nwk.destination, source=2, payload=body).encode()


def other_frames(home: "Home") -> Iterator[bytes]:
    """Frames that are no Smart Energy message, and headers with all that they may hold."""
    opened = Opened(home)
    yield from opened.frames
    yield from opened.acknowledgements()
    plain = ApsHeader(cluster=1, counter=1, secured=False).encode() + b"\x00\x01\x00\x01\x00"
    for more in (
        {},
        {"secured": False},
        {"source_eui": home.ppmid},
        {"source_eui": home.ppmid, "destination_eui": home.chf},
        {"route": (1, (0x0010, 0x0011)), "end_device_initiator": True},
    ):
        yield hop(home, NwkHeader(destination=0, source=2, sequence=1, radius=3, **more), plain)  # type: ignore[arg-type]
    link_key = home.keys.link_key(home.ppmid, home.chf)
    key = Secret(bytes(range(16)))
    for key_id, command in (
        (KeyId.KEY_TRANSPORT, aps_commands.TransportNetworkKey(key, home.ppmid, home.chf, 3)),
        (KeyId.KEY_LOAD, aps_commands.TransportApplicationKey(key, home.esme, True)),
        (KeyId.KEY_LOAD, aps_commands.TransportTrustCentreKey(key, home.ppmid, home.chf)),
        (KeyId.LINK, aps_commands.UpdateDevice(home.gsme, 0x1003, 1)),
        (KeyId.LINK, aps_commands.RemoveDevice(home.gsme)),
        (KeyId.LINK, aps_commands.RequestKey(home.esme)),
        (KeyId.LINK, aps_commands.RequestKey()),
        (KeyId.LINK, aps_commands.VerifyKey(home.ppmid, bytes(range(16)))),
        (KeyId.LINK, aps_commands.ConfirmKey(home.ppmid)),
    ):
        header = aps_commands.CommandHeader(9).encode()
        sealed = secure_aps(header, aps_commands.encode(command), link_key, home.ppmid, 6, key_id=key_id)
        yield hop(home, NwkHeader(destination=0, source=2, sequence=1), sealed)
    open_command = aps_commands.CommandHeader(9, secured=False).encode()
    yield hop(
        home,
        NwkHeader(destination=0, source=2, sequence=1),
        open_command + aps_commands.encode(aps_commands.RemoveDevice(home.gsme)),
    )


class Opened:
    """A fragmented message, and the acknowledgements of its blocks."""

    def __init__(self, home: "Home") -> None:
        self._home = home
        self.frames, _ = build_frames(home.radio(home.ppmid), home.chf, 0, 0x0700, bytes(100), home.keys)

    def acknowledgements(self) -> Iterator[bytes]:
        radio = self._home.radio(self._home.chf)
        for frame in self.frames:
            heard: OpenedFrame = open_frame(frame, self._home.keys, self._home.addresses)
            acknowledgement, radio = build_ack(radio, heard, self._home.keys, received=0xFE)
            yield acknowledgement


def test_other_frames(home: "Home", view_of: Any) -> None:
    sniffer, view = Sniffer(map(LabelledKey, home.all_keys())), view_of(home.all_keys())
    frames = list(other_frames(home))
    for index, octets in enumerate(frames):
        assert their_frame(view.read(octets)) == our_frame(sniffer.open(octets, True), octets), f"frame {index}"
    assert len(frames) == 3 + 3 + 5 + 9 + 1


def test_a_difference_would_be_seen(home: "Home", view_of: Any) -> None:
    (frame,), _ = build_frames(home.radio(home.ppmid), home.chf, 0, 0x0704, b"\x11\x01\x09", home.keys)
    heard = Sniffer(map(LabelledKey, home.all_keys())).open(frame, True)
    other = view_of(home.all_keys()).read(frame[:2] + b"\x07" + frame[3:])
    assert their_frame(other) | {"mac.sequence": 1, "mac.fcs": 0} == our_frame(heard, frame) | {"mac.fcs": 0}
    assert their_frame(other) != our_frame(heard, frame)


def test_without_the_keys_scapy_reads_the_outside_only(home: "Home", view_of: Any) -> None:
    (frame,), _ = build_frames(home.radio(home.ppmid), home.esme, 1, 0x0704, b"\x11\x01\x02\x01\x00", home.keys)
    assert view_of([]).read(frame).aps is None
    reading = view_of([home.keys.network_key]).read(frame)
    assert (reading.aps.cluster, reading.zcl) == (0x0704, None)
    damaged = frame[:-3] + bytes((frame[-3] ^ 1,))
    assert view_of(home.all_keys()).read(damaged + fcs(damaged)).aps is None


def test_scapy_gives_up_on_a_damaged_frame_in_a_word(home: "Home", view_of: Any) -> None:
    (frame,), _ = build_frames(home.radio(home.ppmid), home.chf, 0, 0x0704, b"\x11\x01\x02\x01\x00", home.keys)
    view = view_of(home.all_keys())
    for size in range(len(frame) - 2):
        octets = frame[:size] + fcs(frame[:size])
        assert view.show(Frame(1, 0, IEEE802_15_4_WITH_FCS, octets))
    assert view.show(Frame(7, 0, 283, b"")).startswith("frame 7 is damaged: radio header")
    assert view.show(Frame(8, 0, 147, b"")) == "frame 8 is of link type 147: no HAN frame"


def test_scapy_builds_what_we_build(home: "Home", rtds: Mapping[str, bytes], view_of: Any) -> None:
    from ppmid_protocols.captures import scapy_layers

    top_up = scapy_layers.ConsumerTopUp(code=b"73946144332040217315")
    assert bytes(top_up) == prepayment.ConsumerTopUp(Secret(b"73946144332040217315")).encode()
    transfer = scapy_layers.TransferData(tunnel=7) / scapy_layers.GbHrgp(exchange=2, remaining=1)
    assert bytes(transfer) == tunneling.TransferData(7, b"\x02\x01").encode()
    for octets in rtds.values():
        again = scapy_layers.GbcsMessage(octets)
        again.clear_cache()
        assert bytes(again) == octets


def test_scapy_stays_out_of_a_plain_run(home: "Home") -> None:
    code = (
        "import sys, ppmid_protocols.captures.conversation, ppmid_protocols.zigbee.joining, ppmid_harness.cli.capture;"
        "sys.exit('scapy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
