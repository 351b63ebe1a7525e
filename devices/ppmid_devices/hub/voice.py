"""The Alerts that a hub itself has to send to the Access Control Broker: non-critical ones with a MAC, and CCS08."""

from collections.abc import Callable
from enum import IntEnum

from ppmid_devices import firmware_alerts
from ppmid_devices.credentials import Credentials, Directory
from ppmid_devices.meter.times import cosem_date_time
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import axdr, crypto, dlms
from ppmid_protocols.gbcs.axdr import Data
from ppmid_protocols.gbcs.message import Cra, Message

GNCA = 0x1001
"""Message Code of the generic non-critical Alert."""


class Event(IntEnum):
    """Alert codes of a hub (GBCS 16, by the public table of alerts)."""

    GSME_COMMAND_NOT_FETCHED = 0x819D
    DUTY_CYCLE_LIMITED = 0x8F20
    DUTY_CYCLE_BELOW_LIMITED = 0x8F21
    DUTY_CYCLE_CRITICAL = 0x8F22
    DUTY_CYCLE_BELOW_CRITICAL = 0x8F23
    MESSAGE_DROPPED = 0x8F2C
    DEVICE_LOG_CHANGED = 0x8F12
    CHANNEL_CHANGED = 0x8F26
    SCAN_BEGUN = 0x8F27
    SCAN_ASSESSED = 0x8F28
    SUB_GHZ_CONFIGURED = 0x8F2A
    CHANNEL_KEPT = 0x8F2B
    NO_SUB_GHZ_CAPACITY = 0x8F2D


class HubVoice:
    """Makes Alerts; ``counter`` steps the CHF's counter of them. Raises NotAuthentic when made without keys."""

    def __init__(self, credentials: Credentials, directory: Directory, broker: Eui, counter: Callable[[], int]) -> None:
        self._eui, self._broker, self._counter = credentials.eui, broker, counter
        self._credentials = credentials
        self._private = credentials.own("agreement").private
        self._public = directory.public_key(broker, "agreement")

    def alert(self, event: Event, now: int, added: tuple[Data, ...] = (), message_code: int = GNCA) -> bytes:
        """An Alert of this event at ``now`` (nanoseconds). ``added``: what its use case adds."""
        counter = self._counter()
        body = axdr.structure(axdr.Number(axdr.LONG_UNSIGNED, event), axdr.octet_string(cosem_date_time(now)), *added)
        plain = Message(
            cra=Cra.ALERT,
            counter=counter,
            originator=self._eui,
            target=self._broker,
            message_code=message_code,
            payload=dlms.DataNotification(dlms.invoke_id(counter), body).encode(),
        )
        return crypto.with_mac(plain, self._private, self._public).encode()

    def transferred(self, device: Eui, version: int, good: bool, now: int) -> bytes:
        """CCS08: what became of a firmware image for a device; signed, as the RTDS has it."""
        alert = Message(
            cra=Cra.ALERT,
            counter=self._counter(),
            originator=self._eui,
            target=self._broker,
            message_code=firmware_alerts.TRANSFERRED,
            payload=firmware_alerts.transfer(device, version, good=good, now=now),
        )
        return crypto.sign(alert, self._credentials.own("signing").private).encode()
