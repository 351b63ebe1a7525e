"""What a device does with Commands whose payload is DER: credentials, joining, firmware, time (CS02 to CS08, GCS28).

Each has a handler by the name of its structure; one without is not among the Commands that a device executes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric import ec

from ppmid_devices import roles
from ppmid_devices.credentials import Use
from ppmid_devices.meter import replacements
from ppmid_devices.meter.asked import Asked
from ppmid_devices.meter.device_keys import DeviceKeys
from ppmid_devices.meter.firmware import Activation, Firmware
from ppmid_devices.meter.log_codes import LogCode
from ppmid_devices.meter.meter_clock import RELIABLE, UNRELIABLE
from ppmid_devices.meter.replacements import Floors, Outcome
from ppmid_devices.meter.times import der_time, from_der_time
from ppmid_devices.meter.trust import DEVICE_TYPES, TrustAnchors
from ppmid_protocols import smki
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import asn1
from ppmid_protocols.gbcs.asn1 import Element, Plain
from ppmid_protocols.gbcs.message import Cra
from ppmid_protocols.gbcs.payload import DerPayload
from ppmid_protocols.smki import Role, Usage, key_identifier

DEVICE_LOG_ENTRIES = 16
"""Devices that a device log holds (use-case tables for the hub; for others assumed)."""
_CELLS: tuple[tuple[dict[str, Plain], Use], ...] = (
    ({"keyUsage": "digitalSignature"}, "signing"),
    ({"keyUsage": "keyAgreement"}, "agreement"),
    ({"keyUsage": "keyAgreement", "cellUsage": 1}, "prepayment"),
)
_ROLES = {int(role) for role in Role}
_SUCCESS, _NOT_FOUND = 0, 25
_METHODS = 4
_NEVER = "99991231235959Z"
_FIRMWARE_ALERT = 0x00CA
_REPLACEMENT_ALERT, _REPLACEMENT_ALERTS = 0x00CB, {0x0125: 0x0124, 0x0126: 0x0124}
_REPLACEMENTS = "UpdateSecurityCredentials"
_IN_LOG, _LOG_FULL, _BAD_METHOD = 0, 4, 2
_METHOD_C, _BAD_CERTIFICATE = 3, 11


@dataclass
class DeviceLog:
    """The devices that this one has joined with, by their type, oldest first."""

    devices: dict[Eui, int] = field(default_factory=dict)

    def add(self, device: Eui, kind: int) -> int:
        """Enter a device; gives the join result."""
        if device not in self.devices and len(self.devices) >= DEVICE_LOG_ENTRIES:
            return _LOG_FULL
        self.devices[device] = kind
        return _IN_LOG

    def remove(self, device: Eui) -> bool:
        """Strike a device; whether it was there."""
        return self.devices.pop(device, None) is not None

    def has_ppmid(self, device: Eui) -> bool:
        """Whether it has joined with this device as with a PPMID."""
        return self.devices.get(device) == DEVICE_TYPES[roles.PPMID]

    def as_plain(self) -> list[Plain]:
        """As a SEQUENCE OF LoggedDevice."""
        return [{"device": bytes(device), "type": kind} for device, kind in self.devices.items()]


SetClock = Callable[[int | None, int | None], bool]


@dataclass(frozen=True, slots=True)
class Dated:
    """The Alert that tells what became of something dated: its structure and Message Code, and what else it says."""

    structure: str
    code: int
    further: dict[str, Plain]


class DeviceMemory(Protocol):
    """What the documents of a device reach of the rest of it."""

    def highest_counter(self, party: Eui) -> int:
        """The highest counter of a party's Commands that were executed, in the common group."""

    def set_floors(self, role: Role, party: Eui, floors: Floors) -> None:
        """Let the counters of a new party begin above these."""

    def at_time(self, what: int, when: int, act: Callable[[], None]) -> None:
        """Do something at a time, in nanoseconds since 1970; what waits of the same kind ``what`` is withdrawn."""

    def withdraw(self, what: int) -> None:
        """Withdraw what waits of this kind."""

    def send_alert(self, code: int, asked: Asked, payload: bytes) -> None:
        """Send a critical Alert of this Message Code to the originator of a Command."""


class Documents:
    """The handlers of one device. ``set_clock``: adjusts its clock within an interval; None where it has none."""

    def __init__(
        self,
        keys: DeviceKeys,
        anchors: TrustAnchors,
        firmware: Firmware,
        memory: DeviceMemory,
        set_clock: SetClock | None,
    ) -> None:
        self._keys, self._anchors, self._firmware = keys, anchors, firmware
        self._memory, self._set_clock = memory, set_clock
        self.log = DeviceLog(dict(anchors.parties.devices))

    def answer(self, payload: DerPayload, asked: Asked) -> bytes:
        """Do what a Command asks; gives the payload of its Response."""
        code = asked.message.message_code
        plain = HANDLERS[_structure(code)](self, payload.element, asked)
        return asn1.make(f"{_structure(code)}Response", plain).encode()

    def _credential_details(self, asked_for: Element, _asked: Asked) -> Plain:
        return [self._role(one.number or 0) for one in asked_for.children[1].children]

    def _role(self, number: int) -> Plain:
        found = [(cell, self._anchors.anchor(Role(number), use)) for cell, use in _CELLS] if number in _ROLES else []
        cells: list[Plain] = [
            {**cell, "subject": bytes(anchor.subject), "subjectKey": key_identifier(anchor.key)}
            for cell, anchor in found
            if anchor is not None
        ]
        if not cells:
            return {"role": number, "status": _NOT_FOUND}
        highest = max(self._memory.highest_counter(anchor.subject) for _, anchor in found if anchor is not None)
        return {"role": number, "status": _SUCCESS, "highestCounter": highest, "cells": cells}

    def _replace_credentials(self, command: Element, asked: Asked) -> Plain:
        """A dated replacement is only acknowledged: it is made at its time."""
        mode = replacements.CODES[asked.message.message_code]

        def replace() -> Outcome:
            return replacements.replace_credentials(command, mode, self._anchors, self._memory.set_floors)

        dated = command.children[-1]
        if dated.name != "executionTime":
            return {"accepted": None, "outcome": replace().told}
        code = _REPLACEMENT_ALERTS.get(asked.message.message_code, _REPLACEMENT_ALERT)
        self._date(dated, replace, asked, Dated("UpdateSecurityCredentialsAlert", code, {}))
        return {"accepted": None}

    def _date(self, dated: Element, act: Callable[[], Outcome], asked: Asked, alert: Dated) -> None:
        """Do something at its time, and tell of it (RTDS 4.5.0); the time of the year 9999 withdraws what waits."""
        text = dated.contents.decode("ascii")
        when = None if text == _NEVER else from_der_time(text)
        if when is None:
            self._memory.withdraw(alert.code)
            return

        def come() -> None:
            outcome = act()
            code = LogCode.FUTURE_DATED_DONE if outcome.done else LogCode.FUTURE_DATED_FAILED
            said = {"alertCode": int(code), "executionTime": text, **alert.further, "outcome": outcome.told}
            self._memory.send_alert(alert.code, asked, asn1.make(alert.structure, said).encode())

        self._memory.at_time(alert.code, when, come)

    def _issue(self, asked_for: Element, _asked: Asked) -> Plain:
        return self._keys.request(asked_for.children[0].named)

    def _update_certificate(self, certificate: Element, _asked: Asked) -> Plain:
        return self._keys.store(certificate.encode())

    def _provide_certificate(self, asked_for: Element, _asked: Asked) -> Plain:
        return self._keys.provide(asked_for.children[0].named)

    def _join(self, asked_for: Element, _asked: Asked) -> Plain:
        """By method C the key of the other device comes along in its certificate, which must be one of that device."""
        method, device, kind, *certificate = asked_for.children
        if not 0 <= (method.number if method.number is not None else -1) < _METHODS:
            return _BAD_METHOD
        other = Eui(device.contents)
        if method.number == _METHOD_C:
            key = _agreement_key(certificate[0].encode(), other) if certificate else None
            if key is None:
                return _BAD_CERTIFICATE
            self._anchors.meet(other, key)
        return self.log.add(other, kind.number or 0)

    def _unjoin(self, device: Element, _asked: Asked) -> Plain:
        other = Eui(device.contents)
        self._anchors.part(other)
        return 0 if self.log.remove(other) else 1

    def _join_details(self, _nothing: Element, _asked: Asked) -> Plain:
        return {"result": _SUCCESS, "devices": self.log.as_plain()}

    def _restore_log(self, asked_for: Element, _asked: Asked) -> Plain:
        outcomes: list[Plain] = []
        for entry in asked_for.children[0].children:
            device, kind = Eui(entry.children[0].contents), entry.children[1].number or 0
            outcomes.append({"entry": {"device": bytes(device), "type": kind}, "result": self.log.add(device, kind)})
        return {"outcomes": outcomes}

    def _activate_firmware(self, asked_for: Element, asked: Asked) -> Plain:
        """What is dated is activated at its time, by the image that is held then."""
        digest, counter, *dated = asked_for.children

        def activate() -> Outcome:
            result = self._firmware.activate(digest.contents)
            told: Plain = {"result": int(result), "firmwareVersion": self._firmware.octets}
            return Outcome(result is Activation.DONE, told)

        if not dated:
            return {"outcome": activate().told}
        alert = Dated("ActivateFirmwareAlert", _FIRMWARE_ALERT, {"originatorCounter": counter.number or 0})
        self._date(dated[0], activate, asked, alert)
        return {"accepted": None}

    def _read_firmware(self, _nothing: Element, _asked: Asked) -> Plain:
        return {"firmwareVersion": self._firmware.octets, "result": _SUCCESS}

    def _set_time(self, asked_for: Element, asked: Asked) -> Plain:
        earliest, latest = (from_der_time(one.contents.decode("ascii")) for one in asked_for.children)
        done = self._set_clock is not None and self._set_clock(earliest, latest)
        return {"deviceTime": der_time(asked.now), "status": RELIABLE if done else UNRELIABLE}


HANDLERS: Mapping[str, Callable[[Documents, Element, Asked], Plain]] = {
    "ProvideSecurityCredentialDetails": Documents._credential_details,
    "UpdateSecurityCredentials": Documents._replace_credentials,
    "IssueSecurityCredentials": Documents._issue,
    "UpdateDeviceCertificate": Documents._update_certificate,
    "ProvideDeviceCertificate": Documents._provide_certificate,
    "JoinDevice": Documents._join,
    "UnjoinDevice": Documents._unjoin,
    "ReadDeviceJoinDetails": Documents._join_details,
    "GpfDeviceLogRestore": Documents._restore_log,
    "ActivateFirmware": Documents._activate_firmware,
    "ReadFirmwareVersion": Documents._read_firmware,
    "SetTime": Documents._set_time,
}


def _agreement_key(octets: bytes, device: Eui) -> ec.EllipticCurvePublicKey | None:
    """The key agreement key in a device's certificate; None where it is none of that device."""
    try:
        facts = smki.read(smki.load(octets))
    except ProtocolError:
        return None
    fits = facts.eui == device and facts.usage is Usage.KEY_AGREEMENT
    return facts.public_key if fits else None


def executes(code: int) -> bool:
    """Whether there is a handler for the Commands of this Message Code."""
    name = _structure(code)
    return name in HANDLERS and (name != _REPLACEMENTS or code in replacements.CODES)


def _structure(code: int) -> str:
    """The name of a Command's structure; empty where there is none."""
    return (asn1.structure_of(code, Cra.COMMAND) or "").removesuffix("Command")
