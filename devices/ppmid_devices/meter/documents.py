"""What a device does with Commands whose payload is DER: credentials, joining, firmware, time (CS02 to CS08, GCS28).

Each has a handler by the name of its structure; one without is not among the Commands that a device executes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ppmid_devices.credentials import Directory, Use
from ppmid_devices.meter.asked import Asked
from ppmid_devices.meter.commands import Parties
from ppmid_devices.meter.device_keys import DeviceKeys
from ppmid_devices.meter.times import der_time, from_der_time
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import asn1
from ppmid_protocols.gbcs.asn1 import Element, Plain
from ppmid_protocols.gbcs.message import Cra
from ppmid_protocols.gbcs.payload import DerPayload
from ppmid_protocols.smki import key_identifier

DEVICE_LOG_ENTRIES = 16
"""Devices that a device log holds (use-case tables for the hub; for others assumed)."""
_CELLS: tuple[tuple[str, int, Use], ...] = (
    ("digitalSignature", 0, "signing"),
    ("keyAgreement", 0, "agreement"),
    ("keyAgreement", 1, "prepayment"),
)
_SUCCESS, _NOT_FOUND = 0, 25
_METHODS = 4
_IN_LOG, _LOG_FULL, _BAD_METHOD = 0, 4, 2
_RELIABLE, _UNRELIABLE = 0, 2
_NO_IMAGE = 1


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

    def as_plain(self) -> list[Plain]:
        """As a SEQUENCE OF LoggedDevice."""
        return [{"device": bytes(device), "type": kind} for device, kind in self.devices.items()]


SetClock = Callable[[int | None, int | None], bool]


class Documents:
    """The handlers of one device. ``set_clock``: adjusts its clock within an interval; None where it has none."""

    def __init__(
        self,
        keys: DeviceKeys,
        directory: Directory,
        parties: Parties,
        firmware: bytes,
        highest_counter: Callable[[Eui], int],
        set_clock: SetClock | None,
    ) -> None:
        self._directory, self._parties, self._firmware = directory, parties, firmware
        self._highest_counter, self._set_clock = highest_counter, set_clock
        self._keys = keys
        self.log = DeviceLog(dict(parties.devices))

    def answer(self, payload: DerPayload, asked: Asked) -> bytes:
        """Do what a Command asks; gives the payload of its Response."""
        code = asked.message.message_code
        plain = HANDLERS[_structure(code)](self, payload.element, asked)
        return asn1.make(f"{_structure(code)}Response", plain).encode()

    def _credential_details(self, asked_for: Element, _asked: Asked) -> Plain:
        return [self._role(one.number or 0) for one in asked_for.children[1].children]

    def _role(self, number: int) -> Plain:
        holders = [eui for eui, role in self._parties.roles().items() if role == number]
        cells: list[Plain] = [cell for eui in holders for cell in self._cells(eui)]
        if not cells:
            return {"role": number, "status": _NOT_FOUND}
        highest = max(map(self._highest_counter, holders))
        return {"role": number, "status": _SUCCESS, "highestCounter": highest, "cells": cells}

    def _cells(self, eui: Eui) -> list[Plain]:
        found: list[Plain] = []
        for usage, cell, use in _CELLS:
            if self._directory.knows(eui, use):
                held: dict[str, Plain] = {"keyUsage": usage}
                if cell:
                    held["cellUsage"] = cell
                found.append(
                    {**held, "subject": bytes(eui), "subjectKey": key_identifier(self._directory.public_key(eui, use))}
                )
        return found

    def _issue(self, asked_for: Element, _asked: Asked) -> Plain:
        return self._keys.request(asked_for.children[0].named)

    def _update_certificate(self, certificate: Element, _asked: Asked) -> Plain:
        return self._keys.store(certificate.encode())

    def _provide_certificate(self, asked_for: Element, _asked: Asked) -> Plain:
        return self._keys.provide(asked_for.children[0].named)

    def _join(self, asked_for: Element, _asked: Asked) -> Plain:
        method, device, kind = asked_for.children[:3]
        if not 0 <= (method.number if method.number is not None else -1) < _METHODS:
            return _BAD_METHOD
        return self.log.add(Eui(device.contents), kind.number or 0)

    def _unjoin(self, device: Element, _asked: Asked) -> Plain:
        return 0 if self.log.remove(Eui(device.contents)) else 1

    def _join_details(self, _nothing: Element, _asked: Asked) -> Plain:
        return {"result": _SUCCESS, "devices": self.log.as_plain()}

    def _restore_log(self, asked_for: Element, _asked: Asked) -> Plain:
        outcomes: list[Plain] = []
        for entry in asked_for.children[0].children:
            device, kind = Eui(entry.children[0].contents), entry.children[1].number or 0
            outcomes.append({"entry": {"device": bytes(device), "type": kind}, "result": self.log.add(device, kind)})
        return {"outcomes": outcomes}

    def _activate_firmware(self, asked_for: Element, _asked: Asked) -> Plain:
        """No image has come over the air, so there is none to activate; a dated activation is only acknowledged."""
        if len(asked_for.children) > 2:
            return {"accepted": None}
        return {"outcome": {"result": _NO_IMAGE, "firmwareVersion": self._firmware}}

    def _read_firmware(self, _nothing: Element, _asked: Asked) -> Plain:
        return {"firmwareVersion": self._firmware, "result": _SUCCESS}

    def _set_time(self, asked_for: Element, asked: Asked) -> Plain:
        earliest, latest = (from_der_time(one.contents.decode("ascii")) for one in asked_for.children)
        done = self._set_clock is not None and self._set_clock(earliest, latest)
        return {"deviceTime": der_time(asked.now), "status": _RELIABLE if done else _UNRELIABLE}


HANDLERS: Mapping[str, Callable[[Documents, Element, Asked], Plain]] = {
    "ProvideSecurityCredentialDetails": Documents._credential_details,
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


def executes(code: int) -> bool:
    """Whether there is a handler for the Commands of this Message Code."""
    return _structure(code) in HANDLERS


def _structure(code: int) -> str:
    """The name of a Command's structure; empty where there is none."""
    return (asn1.structure_of(code, Cra.COMMAND) or "").removesuffix("Command")
