"""scapy's view and our codec's view of each frame agree, field by field: all frames of a run, and of every kind."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from frame_views import agree, our_frame, their_frame
from waiting_wall import LONG_S

from ppmid_protocols.captures.captured import IEEE802_15_4_WITH_FCS, Capture, Frame
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import (
    aps_commands,
    keep_alive,
    key_establishment,
    metering,
    prepayment,
    sub_ghz,
    tunneling,
)
from ppmid_protocols.zigbee.frames import ApsHeader, MacFrame, NwkHeader, fcs
from ppmid_protocols.zigbee.han import KeyNotHeld, OpenedFrame, build_ack, build_frames, open_frame
from ppmid_protocols.zigbee.mac_poll import asked_by
from ppmid_protocols.zigbee.outside import is_outside
from ppmid_protocols.zigbee.security import KeyId, secure_aps, secure_nwk
from ppmid_protocols.zigbee.sniffer import LabelledKey, Sniffer, read_keys
from ppmid_protocols.zigbee.values import Typed, ZclType
from ppmid_protocols.zigbee.zcl import (
    DefaultResponse,
    Direction,
    ReadAttributes,
    ReportAttributes,
    ZclFrame,
    general_frame,
)

if TYPE_CHECKING:
    from han_home import Home


REPOSITORY = Path(__file__).parents[3]
MAIN = "from ppmid_harness.cli import main; main()"
TO_SERVER, TO_CLIENT = Direction.TO_SERVER, Direction.TO_CLIENT


@pytest.fixture(scope="module")
def view_of() -> Any:
    """Makes scapy's view. scapy is imported here, and in no plain run."""
    from ppmid_protocols.captures.scapy_view import View

    return View


def opens(octets: bytes, sniffer: Sniffer) -> bool:
    """Whether the keys beside a capture open a frame."""
    try:
        sniffer.open(octets, with_fcs=True)
    except KeyNotHeld:
        return False
    return True


def test_every_frame_of_a_run(sample_run: Path, view_of: Any) -> None:
    frames = messages = sealed = 0
    for path in sorted((sample_run / "captures").glob("*.pcapng")):
        keys = read_keys((path.parent / f"keys.{path.stem}.zigbee_pc_keys").read_text())
        heard = [
            frame.octets for frame in Capture().feed(path.read_bytes()) if frame.link_type == IEEE802_15_4_WITH_FCS
        ]
        sniffer = Sniffer(keys)
        # What outsiders say is Wireshark's to judge (test_zigbee_tshark_joining); who asks its parent says no more.
        inside = [octets for octets in heard if not is_outside(octets) and asked_by(octets) is None]
        han = [octets for octets in inside if opens(octets, sniffer)]
        frames += len(han)
        sealed += len(inside) - len(han)
        messages += agree(han, keys, view_of([held.key for held in keys]))
    assert frames > 2000, "the run has a HAN"
    assert messages > 1000
    assert sealed == 0, "the keys beside each capture open all of it, those that were handed out on the air too"


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
    yield prepayment.CLUSTER, manufacturer._replace(header=replace(manufacturer.header, manufacturer=0x1234))


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
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=LONG_S).returncode == 0
