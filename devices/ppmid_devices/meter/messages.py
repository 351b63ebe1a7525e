"""The GBCS messages that a meter sends of its own: Responses and generic Alerts."""

from collections.abc import Callable

from ppmid_devices.credentials import Credentials
from ppmid_devices.meter.asked import Answer, Asked
from ppmid_devices.meter.commands import Accepted
from ppmid_devices.meter.device_keys import DeviceKeys
from ppmid_devices.meter.times import cosem_date_time, zigbee_time
from ppmid_devices.meter.trust import TrustAnchors
from ppmid_protocols import smki
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import axdr, crypto, dlms, gbz
from ppmid_protocols.gbcs.message import Cra, Message
from ppmid_protocols.gbcs.use_cases import USE_CASES

CRITICAL_ALERT, NON_CRITICAL_ALERT = 0x1000, 0x1001
"""The generic Alerts GCA and GNCA."""


class Sealer:
    """Makes a meter's messages and authenticates them: critical ones by its signature, others by a MAC (GBCS 4.3)."""

    def __init__(self, kind: str, credentials: Credentials, keys: DeviceKeys, anchors: TrustAnchors) -> None:
        """``kind``: of device, by which its Alerts are coded: ``esme`` and ``chf`` as DLMS, others as GBZ."""
        self._fuel = "esme" if kind in ("esme", "chf") else "gsme"
        self._eui, self._keys, self._anchors = credentials.eui, keys, anchors
        self._agreement = credentials.own("agreement").private
        self._alert_payload = _ALERT_PAYLOADS[self._fuel]
        self.clock_is_reliable: Callable[[], bool] = lambda: True

    def asked(self, accepted: Accepted, own_counter: int, now: int) -> Asked:
        """A Command as those see it who execute it. ``own_counter``: of the device, should the answer need one.

        It does for a Remote Party whose key agreement certificate came with the Command (GBCS 7.2.7).
        """
        command = accepted.message
        stranger = command.supplementary_party if command.supplementary_certificate else None
        reader = command.supplementary_party or command.originator
        counter = own_counter if stranger is not None else command.counter
        return Asked(
            message=command,
            payload=accepted.payload,
            now=now,
            reader=reader,
            reader_counter=counter,
            seal=lambda plain: self._seal(plain, command, reader, counter),
        )

    def _seal(self, plain: bytes, command: Message, reader: Eui, counter: int) -> bytes:
        """Encrypt for the reader. Raises NotAuthentic when it has no certificate here, Malformed for a wrong one."""
        if command.supplementary_certificate:
            peer = smki.read(smki.load(command.supplementary_certificate)).public_key
        else:
            peer = self._anchors.agreement_key(reader)
        z = crypto.shared_secret(self._agreement, peer)
        return crypto.seal(plain, crypto.encryption_key(z, self._eui, reader, counter), self._eui)

    def response(self, command: Message, answer: Answer, now: int) -> bytes:
        """The Response to ``command``: its counter, originator and target swapped; dated where the use case says so."""
        use_case = USE_CASES[command.message_code]
        response = Message(
            cra=Cra.RESPONSE,
            counter=command.counter,
            originator=self._eui,
            target=command.originator,
            message_code=command.message_code,
            payload=answer.payload,
            date_time=cosem_date_time(now, reliable=self.clock_is_reliable()) if use_case.dated_response else b"",
            supplementary_party=command.supplementary_party,
            supplementary_party_counter=command.supplementary_party_counter,
            supplementary_originator_counter=answer.own_counter,
        )
        return self._sealed(response, bool(command.signature))

    def dated_alert(self, command: Message, code: int, extra: bytes, *, counter: int, now: int) -> bytes:
        """The Alert that what a Command dated came into force, or did not: 0x8F66, 0x8F67.

        ``extra``: what it was; Message Code and counter of the Command go before it (RTDS 4.5.0).
        """
        further = command.message_code.to_bytes(2, "big") + command.counter.to_bytes(8, "big") + extra
        payload = _DATED_PAYLOADS[self._fuel](code, counter, now, further)
        return self.alert_of(_DATED_ALERTS[self._fuel], command.originator, payload, counter)

    def image_receipt(self, digest: bytes, target: Eui, *, counter: int, now: int) -> bytes:
        """The Alert that a firmware image was received and verified, with the hash of it (RTDS 4.5.0)."""
        code, make = _RECEIPTS[self._fuel]
        return self.alert_of(code, target, make(_VERIFIED, counter, now, digest), counter)

    def alert_of(self, message_code: int, target: Eui, payload: bytes, counter: int) -> bytes:
        """A critical Alert of a use case of its own."""
        alert = Message(
            cra=Cra.ALERT,
            counter=counter,
            originator=self._eui,
            target=target,
            message_code=message_code,
            payload=payload,
        )
        return self._sealed(alert, critical=True)

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
            return crypto.sign(message, self._keys.signing).encode()
        peer = self._anchors.agreement_key(message.target)
        return crypto.with_mac(message, self._agreement, peer).encode()


def _dlms_alert(code: int, counter: int, now: int) -> bytes:
    number, time = axdr.Number(axdr.LONG_UNSIGNED, code), axdr.octet_string(cosem_date_time(now))
    return dlms.DataNotification(dlms.invoke_id(counter), axdr.structure(number, time)).encode()


def _gbz_alert(code: int, _counter: int, now: int) -> bytes:
    return gbz.Alert(code, zigbee_time(now)).encode()


_ALERT_PAYLOADS: dict[str, Callable[[int, int, int], bytes]] = {"esme": _dlms_alert, "gsme": _gbz_alert}


def _dlms_dated_alert(code: int, counter: int, now: int, further: bytes) -> bytes:
    number, time = axdr.Number(axdr.LONG_UNSIGNED, code), axdr.octet_string(cosem_date_time(now))
    body = axdr.structure(number, time, axdr.octet_string(further))
    return dlms.DataNotification(dlms.invoke_id(counter), body).encode()


def _gbz_dated_alert(code: int, _counter: int, now: int, further: bytes) -> bytes:
    return gbz.Alert(code, zigbee_time(now), 1, bytes((len(further),)) + further).encode()


def _gbz_receipt(code: int, _counter: int, now: int, digest: bytes) -> bytes:
    """With the tag of an octet-string before it, as in DLMS (RTDS 4.5.0)."""
    return gbz.Alert(code, zigbee_time(now), 1, axdr.encode_data(axdr.octet_string(digest))).encode()


_VERIFIED = 0x8F72
_RECEIPTS: dict[str, tuple[int, Callable[[int, int, int, bytes], bytes]]] = {
    "esme": (0x00CE, _dlms_dated_alert),
    "gsme": (0x00CF, _gbz_receipt),
}
_DATED_ALERTS = {"esme": 0x00CC, "gsme": 0x00CD}
_DATED_PAYLOADS: dict[str, Callable[[int, int, int, bytes], bytes]] = {
    "esme": _dlms_dated_alert,
    "gsme": _gbz_dated_alert,
}
