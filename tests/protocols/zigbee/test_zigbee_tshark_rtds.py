"""Wireshark's dissectors read every message of the Reference Test Data Set out of our tunnels as we do."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from wireshark import HEADER, NEEDED, TO_CLIENT, TO_SERVER, Dissect, Said, frames_of, tunnel

from ppmid_protocols.gbcs.message import Message, decode
from ppmid_protocols.gbcs.payload import GbzPayload, read_payload
from ppmid_protocols.zigbee.gb_hrgp import GetResponse, Put
from ppmid_protocols.zigbee.tunneling import TransferData

if TYPE_CHECKING:
    from han_home import Home

pytestmark = NEEDED


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
