"""Wireshark's dissectors judge the frames: keys, addresses, tunnels, GBCS messages, top-ups, damage."""

import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ppmid_protocols.captures.pcapng import Link, LinkType, Writer
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import Message, decode
from ppmid_protocols.gbcs.payload import GbzPayload, read_payload
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import aps_commands, keep_alive, key_establishment, metering, prepayment, sub_ghz, tunneling
from ppmid_protocols.zigbee.frames import MacFrame, NwkHeader, fcs
from ppmid_protocols.zigbee.gb_hrgp import Get, GetResponse, Put
from ppmid_protocols.zigbee.han import build_ack, build_frames, open_frame
from ppmid_protocols.zigbee.joining import InstallCode, admit
from ppmid_protocols.zigbee.metering import LocalChangeSupply
from ppmid_protocols.zigbee.prepayment import (
    ConsumerTopUp,
    ConsumerTopUpResponse,
    SelectAvailableEmergencyCredit,
    TopUpResult,
)
from ppmid_protocols.zigbee.security import KeyId, secure_aps, secure_nwk
from ppmid_protocols.zigbee.tunneling import RequestTunnel, RequestTunnelResponse, TransferData
from ppmid_protocols.zigbee.zcl import DefaultResponse, Direction, ZclFrame, general_frame

if TYPE_CHECKING:
    from tests.protocols.conftest import Home

pytestmark = pytest.mark.skipif(
    shutil.which("tshark") is None, reason="tshark (Wireshark's dissectors) is not installed"
)

TO_SERVER, TO_CLIENT = Direction.TO_SERVER, Direction.TO_CLIENT
EPOCH = 1_700_000_000_000_000_000
UTRN = "73946144332040217315"
HEADER = "gbcs_message.grouping_header"

HAN = Link("han", LinkType.IEEE802_15_4_WITH_FCS)
Dissect = Callable[..., list[dict[str, str]]]


@dataclass(frozen=True)
class Said:
    """One message of a conversation, with the comment that its frames carry."""

    comment: str
    source: Eui
    target: Eui
    cluster: int
    zcl: ZclFrame


def frames_of(home: "Home", conversation: Sequence[Said], extended_nonce: bool = True) -> list[tuple[bytes, str]]:
    radios = {eui: home.radio(eui) for eui in home.addresses.values()}
    frames: list[tuple[bytes, str]] = []
    for said in conversation:
        sent, radios[said.source] = build_frames(
            radios[said.source],
            said.target,
            home.short(said.target),
            said.cluster,
            said.zcl.encode(),
            home.keys,
            extended_nonce=extended_nonce,
        )
        frames += [(frame, said.comment) for frame in sent]
    return frames


@pytest.fixture
def dissect(home: "Home", tmp_path: Path) -> Dissect:
    """Run tshark over frames; gives the asked fields of each frame that the filter lets through."""

    def run(
        frames: Sequence[tuple[bytes, str]],
        *fields: str,
        only: str = "wpan",
        keys: Sequence[Secret] | None = None,
        link: Link = HAN,
        options: Sequence[str] = (),
    ) -> list[dict[str, str]]:
        path = tmp_path / "han.pcapng"
        with path.open("wb") as file:
            writer = Writer(file)
            index = writer.add_link(link)
            for number, (frame, comment) in enumerate(frames):
                writer.write(index, EPOCH + number * 10_000_000 + 1, frame, *filter(None, (comment,)))
        held = keys
        if held is None:
            held = [home.keys.network_key, *home.keys.device_keys.values(), *home.keys.pair_keys.values()]
        command = ["tshark", "-n", "-r", str(path), "-Y", only, "-T", "fields", "-E", "separator=|"]
        command += [word for key in held for word in ("-o", f'uat:zigbee_pc_keys:"{key.hex(":")}","Normal","key"')]
        command += [word for option in options for word in ("-o", option)]
        command += [word for field in fields for word in ("-e", field)]
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
        # Versions of tshark differ in colons between octets, and in True for 1.
        lines = done.stdout.replace(":", "").replace("True", "1").splitlines()
        return [dict(zip(fields, line.split("|"), strict=True)) for line in lines]

    return run


def tunnel(
    home: "Home", comment: str, source: Eui, target: Eui, command: tunneling.TunnelCommand, way: Direction
) -> Said:
    return Said(comment, source, target, tunneling.CLUSTER, tunneling.frame(command, way, 1))


def gas_top_up(home: "Home", rtds: Mapping[str, bytes]) -> list[Said]:
    """PPMID to hub, hub to the sleepy GSME, and back; and an ESME's command from the hub."""
    asks, answers = rtds["PCS01_NA_SUCCESS_COMMAND"], rtds["PCS01_NA_SUCCESS_RESPONSE"]
    electric = rtds["CS01a_2.2_SUCCESS_COMMAND"]
    chf, ppmid, gsme, esme = home.chf, home.ppmid, home.gsme, home.esme
    return [
        tunnel(home, "CHF opens tunnel to PPMID", chf, ppmid, RequestTunnel(), TO_SERVER),
        tunnel(home, "PPMID accepts", ppmid, chf, RequestTunnelResponse(1), TO_CLIENT),
        tunnel(home, "PPMID sends PCS01", ppmid, chf, TransferData(1, asks), TO_CLIENT),
        tunnel(home, "GSME opens tunnel to CHF", gsme, chf, RequestTunnel(), TO_SERVER),
        tunnel(home, "CHF accepts", chf, gsme, RequestTunnelResponse(2), TO_CLIENT),
        tunnel(home, "GSME GET", gsme, chf, TransferData(2, Get().encode()), TO_SERVER),
        tunnel(home, "CHF hands over", chf, gsme, TransferData(2, GetResponse(0, asks).encode()), TO_CLIENT),
        tunnel(home, "GSME PUT", gsme, chf, TransferData(2, Put(answers).encode()), TO_SERVER),
        tunnel(home, "CHF passes on", chf, ppmid, TransferData(1, answers), TO_SERVER),
        tunnel(home, "CHF sends CS01a", chf, esme, TransferData(3, electric), TO_SERVER),
    ]


def test_tunnels_and_gbcs_messages(home: "Home", rtds: Mapping[str, bytes], dissect: Dissect) -> None:
    frames = frames_of(home, gas_top_up(home, rtds))
    fields = (
        "frame.comment",
        "zbee_nwk.src",
        "zbee_nwk.dst",
        "zbee_zcl_se.tun.tunnel_id",
        "gbcs_tunnel.command",
        "gbcs_tunnel.remaining",
        f"{HEADER}.message_code",
        f"{HEADER}.cra_flag",
        f"{HEADER}.originator_counter",
        f"{HEADER}.business_originator_id",
        f"{HEADER}.business_target_id",
    )
    ppmid, gsme = "00db1234567890a4", "00db1234567890a1"
    command = ("0x009b", "0x01", "10000", ppmid, gsme)
    response = ("0x009b", "0x02", "10000", gsme, ppmid)
    electric = ("0x0007", "0x01", "12884901888", "90b3d51f30010000", "00db1234567890a0")
    nothing = ("", "", "", "", "")
    assert [tuple(row.values()) for row in dissect(frames, *fields, only="zbee_zcl")] == [
        ("CHF opens tunnel to PPMID", "0x0000", "0x0002", "", "", "", *nothing),
        ("PPMID accepts", "0x0002", "0x0000", "0x0001", "", "", *nothing),
        ("PPMID sends PCS01", "0x0002", "0x0000", "0x0001", "", "", *command),
        ("GSME opens tunnel to CHF", "0x0003", "0x0000", "", "", "", *nothing),
        ("CHF accepts", "0x0000", "0x0003", "0x0002", "", "", *nothing),
        ("GSME GET", "0x0003", "0x0000", "0x0002", "0x01", "", *nothing),
        ("CHF hands over", "0x0000", "0x0003", "0x0002", "0x02", "0", *command),
        ("GSME PUT", "0x0003", "0x0000", "0x0002", "0x03", "", *response),
        ("CHF passes on", "0x0000", "0x0002", "0x0001", "", "", *response),
        ("CHF sends CS01a", "0x0000", "0x0001", "0x0003", "", "", *electric),
    ]


def test_what_the_tunnels_carry(home: "Home", rtds: Mapping[str, bytes], dissect: Dissect) -> None:
    fields = (
        "zbee_zcl.dir",
        "gbcs_message.mac",
        "zbee_zcl_se.pp.consumer_top_up.top_up_code",
        "zbee_zcl_se.pp.consumer_top_up_response.result_type",
        "zbee_zcl_se.pp.consumer_top_up_response.top_up_value",
        "zbee_aps.reassembled.length",
    )
    rows = dissect(frames_of(home, gas_top_up(home, rtds)), *fields, only="gbcs_message")
    sent, passed, put, told, electric = (tuple(row.values()) for row in rows)
    asks, answers, other = (
        rtds[name] for name in ("PCS01_NA_SUCCESS_COMMAND", "PCS01_NA_SUCCESS_RESPONSE", "CS01a_2.2_SUCCESS_COMMAND")
    )
    digits = asks[-33:-13].hex()
    assert sent == ("1,0", asks[-12:].hex(), digits, "", "", str(5 + len(asks)))
    assert passed == ("1,0", asks[-12:].hex(), digits, "", "", str(7 + len(asks)))
    assert put == ("0,1", answers[-12:].hex(), "", "0", "2025000", str(6 + len(answers)))
    assert told == ("0,1", answers[-12:].hex(), "", "0", "2025000", str(5 + len(answers)))
    assert electric == ("0", other[-12:].hex(), "", "", "", str(5 + len(other)))


@pytest.mark.parametrize("extended_nonce", [True, False])
def test_an_electricity_top_up_between_ppmid_and_esme(home: "Home", dissect: Dissect, extended_nonce: bool) -> None:
    ppmid, esme = home.ppmid, home.esme
    response = ConsumerTopUpResponse(TopUpResult.ACCEPTED_SUPPLY_ARMED, 1_000_000, credit_remaining=-500_000)
    conversation = [
        Said("top up", ppmid, esme, prepayment.CLUSTER, prepayment.frame(ConsumerTopUp(Secret(UTRN.encode())), 1)),
        Said("taken", esme, ppmid, prepayment.CLUSTER, prepayment.frame(response, 1)),
        Said("lend", ppmid, esme, prepayment.CLUSTER, prepayment.frame(SelectAvailableEmergencyCredit(), 2)),
        Said("lent", esme, ppmid, prepayment.CLUSTER, general_frame(DefaultResponse(0, 0), TO_CLIENT, 2)),
        Said("on", ppmid, esme, metering.CLUSTER, metering.frame(LocalChangeSupply(), 3)),
    ]
    fields = (
        "frame.comment",
        "zbee_aps.cluster",
        "zbee_aps.profile",
        "zbee_zcl.dir",
        "zbee_zcl.cmd.tsn",
        "zbee_zcl_se.pp.consumer_top_up.originating_device",
        "zbee_zcl_se.pp.consumer_top_up.top_up_code",
        "zbee_zcl_se.pp.consumer_top_up_response.result_type",
        "zbee_zcl_se.pp.consumer_top_up_response.top_up_value",
        "zbee_zcl_se.pp.consumer_top_up_response.source_of_top_up",
        "zbee_zcl_se.pp.consumer_top_up_response.credit_remaining",
        "zbee_zcl_se.pp.select_available_emc.originating_device",
    )
    rows = dissect(frames_of(home, conversation, extended_nonce), *fields, only="zbee_zcl")
    assert [tuple(row.values()) for row in rows] == [
        ("top up", "0x0705", "0x0109", "0", "1", "2", UTRN.encode().hex(), "", "", "", "", ""),
        ("taken", "0x0705", "0x0109", "1", "1", "", "", "18", "1000000", "2", "-500000", ""),
        ("lend", "0x0705", "0x0109", "0", "2", "", "", "", "", "", "", "2"),
        ("lent", "0x0705", "0x0109", "1", "2", "", "", "", "", "", "", ""),
        ("on", "0x0702", "0x0109", "0", "3", "", "", "", "", "", "", ""),
    ]


def test_headers_counters_and_check_sequences(home: "Home", dissect: Dissect) -> None:
    radio = replace(
        home.radio(home.ppmid), mac_sequence=17, nwk_sequence=18, aps_sequence=19, nwk_counter=20, aps_counter=21
    )
    frames, _ = build_frames(radio, home.chf, 0, tunneling.CLUSTER, bytes.fromhex("110102") + bytes(60), home.keys)
    ack, _ = build_ack(home.radio(home.chf), open_frame(frames[1], home.keys, home.addresses), home.keys, received=3)
    fields = (
        "frame.time_epoch",
        "wpan.seq_no",
        "wpan.fcs_ok",
        "zbee_nwk.seqno",
        "zbee_aps.type",
        "zbee_aps.counter",
        "zbee.sec.counter",
        "zbee.sec.src64",
        "zbee_aps.fragmentation",
        "zbee_aps.block",
    )
    rows = dissect([(frame, "") for frame in (*frames, ack)], *fields)
    ppmid, chf = "00db1234567890a4", "00db1234567890a2"
    assert [tuple(row.values()) for row in rows] == [
        ("1700000000.000000001", "17", "1", "18", "0x00", "19", "20,21", f"{ppmid},{ppmid}", "0x01", "2"),
        ("1700000000.010000001", "18", "1", "19", "0x00", "19", "21,22", f"{ppmid},{ppmid}", "0x02", "1"),
        ("1700000000.020000001", "1", "1", "1", "0x02", "19", "100,100", f"{chf},{chf}", "0x02", "1"),
    ]


def test_damage_and_missing_keys_leave_the_frame_shut(home: "Home", dissect: Dissect) -> None:
    frame = prepayment.frame(ConsumerTopUp(Secret(UTRN.encode())), 1)
    ((good, _),) = frames_of(home, [Said("", home.ppmid, home.esme, prepayment.CLUSTER, frame)])
    damaged = good[:-3] + bytes((good[-3] ^ 1,))
    frames = [(good, ""), (damaged + fcs(damaged), "")]
    fields = ("_ws.expert.message", "zbee_zcl_se.pp.consumer_top_up.top_up_code")

    def seen(keys: Sequence[Secret] | None) -> list[tuple[str, ...]]:
        return [tuple(row.values()) for row in dissect(frames, *fields, keys=keys)]

    assert seen(None) == [("", UTRN.encode().hex()), ("Encrypted Payload", "")]
    assert seen([home.keys.network_key]) == [("Encrypted Payload", ""), ("Encrypted Payload", "")]


def test_bare_gbcs_on_the_wan_link(rtds: Mapping[str, bytes], dissect: Dissect) -> None:
    rows = dissect(
        [(rtds["CS01a_2.2_SUCCESS_COMMAND"], "CS01a"), (rtds["PCS01_NA_SUCCESS_COMMAND"], "PCS01")],
        "frame.comment",
        f"{HEADER}.message_code",
        only="gbcs_message",
        keys=(),
        link=Link("wan", LinkType.GBCS),
        options=['uat:user_dlts:"User 0 (DLT=147)","gbcs_message","0","","0",""'],
    )
    assert [tuple(row.values()) for row in rows] == [("CS01a", "0x0007"), ("PCS01", "0x009b")]


TUNNEL_FIELDS = ("zbee_zcl_se.tun.tunnel_id", "gbcs_tunnel.command", "gbcs_tunnel.remaining")
HEADER_FIELDS = (
    f"{HEADER}.cra_flag",
    f"{HEADER}.originator_counter",
    f"{HEADER}.business_originator_id",
    f"{HEADER}.business_target_id",
    f"{HEADER}.message_code",
    f"{HEADER}.supplementary_remote_party_id",
    f"{HEADER}.supplementary_remote_party_counter",
    f"{HEADER}.supplementary_remote_party_originator_counter",
    f"{HEADER}.supplementary_remote_party_ka_certificate",
    "gbcs_message.krp",
    "gbcs_message.mac",
)
GBZ_FIELDS = (
    "gbcs_gbz.profile_id",
    "gbcs_gbz.components",
    "gbcs_gbz.extended_header_cluster",
    "gbcs_gbz.frame_control",
    "gbcs_gbz.command_id",
    "gbcs_gbz.transaction",
    "gbcs_gbz.additional_frame_counter",
    "gbcs_gbz.encrypted_payload",
    "gbcs_gbz.mac",
)
GAS = "00db1234567890a1"


def text(value: int | bytes | None) -> str:
    """A value as tshark prints it, without its colons."""
    return "" if value is None else value.hex() if isinstance(value, bytes) else str(value)


def header_of(message: Message) -> tuple[str, ...]:
    """tshark takes the first 8 octets of a certificate for the counter that may stand in its place (seen in 4.0.17)."""
    counter, certificate = message.supplementary_originator_counter, message.supplementary_certificate
    if certificate:
        counter, certificate = int.from_bytes(certificate[:8], "big"), certificate[8:]
    return (
        f"0x{message.cra:02x}",
        str(message.counter),
        message.originator.hex(),
        message.target.hex(),
        f"0x{message.message_code:04x}",
        text(message.supplementary_party),
        text(message.supplementary_party_counter),
        text(counter),
        text(certificate),
        text(message.signature),
        text(message.mac),
    )


def gbz_of(message: Message) -> tuple[str, ...] | None:
    """The components of a Command or Response; None where tshark reads something else (an Alert's own fields)."""
    payload = read_payload(message)
    if not isinstance(payload, GbzPayload):
        return ("",) * len(GBZ_FIELDS)
    if payload.alert is not None:
        return None
    components = payload.components
    sealed = [component for component in components if component.encrypted]

    def joined(values: Iterable[str]) -> str:
        return ",".join(values)

    return (
        "0x0109",
        str(len(components)),
        joined(f"0x{one.cluster:04x}" for one in components),
        joined(f"0x{one.frame_control:02x}" for one in components),
        joined(f"0x{one.command:02x}" for one in components),
        joined(str(one.sequence) for one in components),
        joined(str(one.frame_counter) for one in sealed),
        joined(one.body[5:-12].hex() for one in sealed),
        joined(one.body[-12:].hex() for one in sealed),
    )


def in_a_tunnel(home: "Home", number: int, octets: bytes) -> tuple[Said, tuple[str, str, str]]:
    """A message on its way between hub and device, in the tunnel ``number``; what tshark shall say of the tunnel."""
    message = decode(octets)
    told = f"0x{number:04x}"
    if message.target.hex() == GAS:
        remaining = number % 7
        data = GetResponse(remaining, octets).encode()
        command = tunnel(home, "", home.chf, home.gsme, TransferData(number, data), TO_CLIENT)
        return command, (told, "0x02", str(remaining))
    if message.originator.hex() == GAS:
        data = Put(octets).encode()
        return tunnel(home, "", home.gsme, home.chf, TransferData(number, data), TO_SERVER), (told, "0x03", "")
    return tunnel(home, "", home.chf, home.esme, TransferData(number, octets), TO_SERVER), (told, "", "")


def test_every_message_of_the_reference_test_data(home: "Home", rtds: Mapping[str, bytes], dissect: Dissect) -> None:
    """Tunnel, GBCS header and GBZ fields of all 741, each as a tunnel transfer, field by field."""
    said, tunnels = zip(*(in_a_tunnel(home, n, octets) for n, octets in enumerate(rtds.values())), strict=True)
    rows = dissect(frames_of(home, said), *TUNNEL_FIELDS, *HEADER_FIELDS, *GBZ_FIELDS, only="gbcs_message")
    assert len(rows) == len(rtds) == 741
    alerts = 0
    for name, row, tunnel_fields in zip(rtds, rows, tunnels, strict=True):
        message = decode(rtds[name])
        found = tuple(row.values())
        first, second = len(TUNNEL_FIELDS), len(TUNNEL_FIELDS) + len(HEADER_FIELDS)
        assert found[:first] == tunnel_fields, name
        assert found[first:second] == header_of(message), name
        gbz = gbz_of(message)
        alerts += gbz is None
        assert gbz is None or found[second:] == gbz, name
    assert alerts < 60, "only Alerts of gas devices are left out"


def test_the_alert_codes_of_gas_devices(home: "Home", rtds: Mapping[str, bytes], dissect: Dissect) -> None:
    alerts = {name: payload.alert for name, octets in rtds.items() if _alert(payload := read_payload(decode(octets)))}
    said = [in_a_tunnel(home, 1, rtds[name])[0] for name in alerts]
    rows = dissect(frames_of(home, said), "gbcs_gbz.alert_code", only="gbcs_message")
    assert [row["gbcs_gbz.alert_code"] for row in rows] == [f"0x{alert.code:04x}" for alert in alerts.values()]
    assert alerts


def _alert(payload: object) -> bool:
    return isinstance(payload, GbzPayload) and payload.alert is not None


def test_joining(home: "Home", dissect: Dissect) -> None:
    """tshark holds the install code's link key only, and learns the network key from the hub's command."""
    link_key = InstallCode.parse("83FE D340 7A93 9723 A5C6 39B2 6916 D505 C3B5").link_key
    frame = admit(home.keys.network_key, link_key, device=home.ppmid, device_short=2, hub=home.chf, pan=0x1A62)
    fields = ("zbee_aps.cmd.id", "zbee_aps.cmd.key", "zbee_aps.cmd.key_type", "zbee_aps.cmd.dst", "zbee_aps.cmd.src")
    (row,) = dissect([(frame, "")], *fields, keys=[link_key])
    assert tuple(row.values()) == (
        "0x05",
        home.keys.network_key.hex(),
        "0x01",
        "00db1234567890a4",
        "00db1234567890a2",
    )
    (shut,) = dissect([(frame, "")], *fields, keys=[Secret(bytes(16))])
    assert set(shut.values()) == {""}


def test_aps_commands(home: "Home", dissect: Dissect) -> None:
    key, ppmid, esme = Secret(bytes(range(16))), home.ppmid, home.esme
    link_key = home.keys.link_key(ppmid, home.chf)
    fields = tuple(
        f"zbee_aps.cmd.{name}"
        for name in ("id", "key", "key_type", "partner", "init_flag", "device", "update_status", "seqno", "key_hash")
    )
    said = (
        (KeyId.KEY_LOAD, aps_commands.TransportApplicationKey(key, esme, True)),
        (KeyId.LINK, aps_commands.UpdateDevice(esme, 1, 2)),
        (KeyId.LINK, aps_commands.RemoveDevice(esme)),
        (KeyId.LINK, aps_commands.RequestKey(esme)),
        (KeyId.LINK, aps_commands.SwitchKey(9)),
        (KeyId.LINK, aps_commands.VerifyKey(ppmid, key)),
    )
    frames = []
    for number, (key_id, command) in enumerate(said):
        header = aps_commands.CommandHeader(number).encode()
        sealed = secure_aps(header, aps_commands.encode(command), link_key, ppmid, number, key_id=key_id)
        nwk = NwkHeader(destination=0, source=2, sequence=number).encode()
        payload = secure_nwk(nwk, sealed, home.keys.network_key, ppmid, number)
        frames.append((MacFrame(sequence=number, pan=1, destination=0, source=2, payload=payload).encode(), ""))
    one, other = "00db1234567890a0", key.hex()
    assert [tuple(row.values()) for row in dissect(frames, *fields)] == [
        ("0x05", other, "0x03", one, "1", "", "", "", ""),
        ("0x06", "", "", "", "", one, "0x02", "", ""),
        ("0x07", "", "", "", "", one, "", "", ""),
        ("0x08", "", "0x02", one, "", "", "", "", ""),
        ("0x09", "", "", "", "", "", "", "9", ""),
        ("0x0f", "", "0x04", "", "", "", "", "", other),
    ]


def test_key_establishment_keep_alive_and_sub_ghz(home: "Home", dissect: Dissect) -> None:
    ppmid, chf, table = home.ppmid, home.chf, key_establishment.COMMANDS
    certificate = key_establishment.K283Certificate(
        serial=0x0102, issuer=b"issuer!!", valid_from=1, valid_for=None, subject=ppmid, public_key=b"Q" * 37
    )
    steps = (
        key_establishment.Initiate(certificate, 5, 6),
        key_establishment.EphemeralData(b"E" * 37),
        key_establishment.ConfirmKey(b"M" * 16),
        key_establishment.Terminate(2, 7),
    )
    conversation = [Said("", ppmid, chf, key_establishment.CLUSTER, table.frame(step, TO_SERVER, 1)) for step in steps]
    answer = general_frame(keep_alive.KeepAlive().answer(), TO_CLIENT, 2)
    suspend = sub_ghz.COMMANDS.frame(sub_ghz.SuspendZclMessages(15), TO_CLIENT, 3)
    conversation += [
        Said("", chf, ppmid, keep_alive.CLUSTER, answer),
        Said("", chf, ppmid, sub_ghz.CLUSTER, suspend),
    ]
    ke = "zbee_zcl_se.ke"
    fields = (
        f"{ke}.attr.suite",
        f"{ke}.init.ephemeral.time",
        f"{ke}.init.confirm.time",
        f"{ke}.cert.serialno",
        f"{ke}.cert.subject",
        f"{ke}.cert.reconst",
        f"{ke}.qeu",
        f"{ke}.macu",
        f"{ke}.terminate.status",
        f"{ke}.terminate.wait.time",
        "zbee_zcl_se.keep_alive.attr.base",
        "zbee_zcl_se.keep_alive.attr.jitter",
        "zbee_zcl_se.sub_ghz.zcl_messages_suspension_period",
    )
    rows = [tuple(row.values()) for row in dissect(frames_of(home, conversation), *fields, only="zbee_zcl")]
    nothing = ("",) * 13
    subject = "00db1234567890a4"
    assert rows == [
        ("0x0002", "5", "6", "0x0000000000000102", subject, "51" * 37, *nothing[6:]),
        (*nothing[:6], "45" * 37, *nothing[7:]),
        (*nothing[:7], "4d" * 16, *nothing[8:]),
        ("0x0002", *nothing[1:8], "0x02", "7", *nothing[10:]),
        (*nothing[:10], "10", "300", ""),
        (*nothing[:12], "15"),
    ]
