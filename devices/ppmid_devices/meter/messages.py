"""The GBCS messages that a meter sends of its own: Responses and generic Alerts."""

from collections.abc import Callable
from typing import Literal

from ppmid_devices.credentials import Credentials, Directory
from ppmid_devices.meter.times import cosem_date_time, zigbee_time
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import axdr, crypto, dlms, gbz
from ppmid_protocols.gbcs.message import Cra, Message
from ppmid_protocols.gbcs.prepayment import Content
from ppmid_protocols.gbcs.use_cases import USE_CASES

CRITICAL_ALERT, NON_CRITICAL_ALERT = 0x1000, 0x1001
"""The generic Alerts GCA and GNCA."""


class Sealer:
    """Makes a meter's messages and authenticates them: critical ones by its signature, others by a MAC (GBCS 4.3)."""

    def __init__(self, kind: Literal["esme", "gsme"], credentials: Credentials, directory: Directory) -> None:
        self._eui, self._directory = credentials.eui, directory
        self._signing = credentials.own("signing").private
        self._agreement = credentials.own("agreement").private
        self._alert_payload = _ALERT_PAYLOADS[kind]

    def response(self, command: Message, content: Content, now: int) -> bytes:
        """The Response to ``command``: its counter, originator and target swapped; dated where the use case says so."""
        use_case = USE_CASES[content.message_code]
        response = Message(
            cra=Cra.RESPONSE,
            counter=command.counter,
            originator=self._eui,
            target=command.originator,
            message_code=content.message_code,
            payload=content.payload,
            date_time=cosem_date_time(now) if use_case.dated_response else b"",
        )
        return self._sealed(response, bool(use_case.critical))

    def alert(self, code: int, *, critical: bool, target: Eui, counter: int, now: int) -> bytes:
        """A generic Alert with the alert code ``code`` and the time."""
        alert = Message(
            cra=Cra.ALERT,
            counter=counter,
            originator=self._eui,
            target=target,
            message_code=CRITICAL_ALERT if critical else NON_CRITICAL_ALERT,
            payload=self._alert_payload(code, counter, now),
        )
        return self._sealed(alert, critical)

    def _sealed(self, message: Message, critical: bool) -> bytes:
        if critical:
            return crypto.sign(message, self._signing).encode()
        peer = self._directory.public_key(message.target, "agreement")
        return crypto.with_mac(message, self._agreement, peer).encode()


def _dlms_alert(code: int, counter: int, now: int) -> bytes:
    number, time = axdr.Number(axdr.LONG_UNSIGNED, code), axdr.octet_string(cosem_date_time(now))
    return dlms.DataNotification(dlms.invoke_id(counter), axdr.structure(number, time)).encode()


def _gbz_alert(code: int, _counter: int, now: int) -> bytes:
    return gbz.Alert(code, zigbee_time(now)).encode()


_ALERT_PAYLOADS: dict[str, Callable[[int, int, int], bytes]] = {"esme": _dlms_alert, "gsme": _gbz_alert}
