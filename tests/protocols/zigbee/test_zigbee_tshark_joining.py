"""Wireshark's dissectors judge joining, APS commands, and the clusters that keep a HAN alive."""

from typing import TYPE_CHECKING

from wireshark import NEEDED, TO_CLIENT, TO_SERVER, Dissect, Said, frames_of

from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import aps_commands, keep_alive, key_establishment, outside, sub_ghz, tunneling
from ppmid_protocols.zigbee.frames import MacFrame, NwkHeader
from ppmid_protocols.zigbee.joining import InstallCode, admit
from ppmid_protocols.zigbee.security import KeyId, secure_aps, secure_nwk
from ppmid_protocols.zigbee.zcl import general_frame

if TYPE_CHECKING:
    from han_home import Home

pytestmark = NEEDED


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


def test_what_is_said_before_joining(home: "Home", dissect: Dissect) -> None:
    asked = outside.AssociationRequest(source=home.ppmid, pan=0x1A62, sequence=5)
    let_in = outside.AssociationResponse(
        source=home.chf, destination=home.ppmid, pan=0x1A62, sequence=6, short=0x1004, status=0
    )
    frame = tunneling.frame(tunneling.TransferData(1, b"octets"), TO_CLIENT, 1).encode()
    said = outside.InterPan(source=home.ppmid, destination=None, sequence=7, aps=outside.stub(tunneling.CLUSTER, frame))
    fields = ("wpan.cmd", "wpan.src64", "wpan.dst64", "wpan.assoc.status", "wpan.fcs_ok", "zbee_aps.cluster")
    ppmid, chf = "00db1234567890a4", "00db1234567890a2"
    rows = dissect([(outside.encode(one), "") for one in (asked, let_in, said)], *fields)
    assert [tuple(row.values()) for row in rows] == [
        ("0x01", ppmid, "", "", "1", ""),
        ("0x02", chf, ppmid, "0x00", "1", ""),
        ("", ppmid, "", "", "1", "0x0704"),
    ]
