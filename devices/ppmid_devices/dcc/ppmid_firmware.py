"""New firmware for PPMIDs: what the DCC does of SRV 11.4, and what it tells the User of the activation (PPMIDAlert)."""

from collections import deque

from ppmid_devices import roles
from ppmid_devices.credentials import Directory
from ppmid_devices.dcc.replies import Replies
from ppmid_devices.firmware_alerts import ACTIVATED, TRANSFERRED, read_activation
from ppmid_devices.links.link import Link
from ppmid_protocols.distribution import Distribution
from ppmid_protocols.duis.answers import DccBody
from ppmid_protocols.duis.documents import Response
from ppmid_protocols.errors import Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import Message

MESSAGE_CODES = frozenset({ACTIVATED, TRANSFERRED})
"""Of the Alerts about firmware that devices send to the Access Control Broker."""


class PpmidFirmware:
    """Images wait while the SM WAN is down. That the DCC judges none of them is assumed."""

    def __init__(self, wan: Link, directory: Directory, replies: Replies, alert: str) -> None:
        """``alert``: the code of a PPMIDAlert."""
        self._wan, self._directory, self._replies, self._code = wan, directory, replies, alert
        self._waiting: deque[bytes] = deque()
        self._askers: dict[Eui, str] = {}

    def start(self) -> None:
        """Begin to watch the SM WAN."""
        self._wan.watch(self._changed)

    def distribute(self, device: Eui, file: bytes, user: str) -> None:
        """Send an image to the hub of ``device``, as soon as the SM WAN is up."""
        self._askers[device] = user
        self._waiting.append(Distribution(device, file).encode())
        self._changed(self._wan.up)

    def _changed(self, up: bool) -> None:
        while up and self._waiting:
            self._wan.send(roles.DCC, roles.HUB, self._waiting.popleft())

    def told(self, alert: Message) -> tuple[str, Response]:
        """Whom CS09 is for, and how the User is told of it.

        Raises NotAuthentic, Malformed; Unsupported for CCS08, which is for the DCC alone, and an image nobody sent.
        """
        self._directory.verify_signature(alert)
        user = self._askers.get(alert.originator)
        if alert.message_code != ACTIVATED or user is None:
            raise Unsupported(f"Alert of Message Code {alert.message_code:04X}: no User is told of it")
        code, version, success = read_activation(alert)
        outcome = {
            "FirmwareVersion": f"{version:08X}",
            "ActivateImageResultCode": "ActivationSuccess" if success else "ActivationFailure",
        }
        body = {
            "DeviceID": alert.originator,
            "DeviceAlertCode": code.to_bytes(2, "big"),
            "PPMIDFirmwareUpgradeAlert": outcome,
        }
        return user, self._replies.dcc_alert(self._code, DccBody.of("PPMIDAlert", body))
