"""The lab's sheet: what a bench tells a device that is not its own, for one scenario (docs/lab-sheet.md)."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NAME = "ppmid.json"
FORM = 1


class BadSheet(Exception):
    """The sheet cannot be used; says why."""


@dataclass(frozen=True, slots=True)
class Device:
    """A device of the home. ``short`` and ``link_key`` are None of one that this PPMID reaches by the hub alone."""

    role: str
    eui: bytes
    short: int | None
    link_key: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """``id`` is new in each scenario. Keys are octets; ``senders`` are the public keys by their key ids."""

    id: str
    eui: bytes
    home: str
    connect: tuple[str, int]
    bench: str
    key_id: bytes
    key: bytes
    senders: dict[bytes, bytes]
    medium: tuple[str, int]
    channel: int
    pan: int
    short: int
    network_key: bytes
    network_key_sequence: int
    devices: tuple[Device, ...]

    def device(self, eui: bytes) -> Device | None:
        """The device with this identifier."""
        return next((one for one in self.devices if one.eui == eui), None)

    def at(self, short: int) -> Device | None:
        """The device at this short address."""
        return next((one for one in self.devices if one.short == short), None)

    @property
    def hub(self) -> Device:
        """The Communications Hub."""
        return next(one for one in self.devices if one.role == "hub")


def read(path: Path) -> Sheet | None:
    """The sheet that lies there; None where none does. Raises BadSheet."""
    try:
        mode, text = path.stat().st_mode, path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    if mode & 0o077:
        raise BadSheet(f"{path} holds keys, and others than its owner may read or write it")
    try:
        return _sheet(json.loads(text))
    except (KeyError, TypeError, ValueError) as problem:
        raise BadSheet(f"{path} is no sheet of form {FORM}: {type(problem).__name__} {problem}") from problem


def _sheet(told: dict[str, Any]) -> Sheet:
    if told["form"] != FORM:
        raise ValueError(f"form {told['form']}")
    avenue, han = told["avenue"], told["han"]
    return Sheet(
        id=told["id"],
        eui=_eui(told["ppmid"]),
        home=told["home"],
        connect=_address(avenue["connect"]),
        bench=avenue["bench"],
        key_id=avenue["key_id"].encode(),
        key=bytes.fromhex(avenue["key"]),
        senders={name.encode(): bytes.fromhex(key) for name, key in avenue["senders"].items()},
        medium=_address(han["medium"]),
        channel=han["channel"],
        pan=han["pan"],
        short=han["short"],
        network_key=bytes.fromhex(han["network_key"]),
        network_key_sequence=han["network_key_sequence"],
        devices=tuple(_device(one) for one in told["devices"]),
    )


def _device(told: dict[str, Any]) -> Device:
    key = told["link_key"]
    return Device(told["role"], _eui(told["eui"]), told["short"], None if key is None else bytes.fromhex(key))


def _eui(text: str) -> bytes:
    octets = bytes.fromhex(text.replace("-", ""))
    if len(octets) != 8:
        raise ValueError(f"{text} is no EUI-64")
    return octets


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host.strip("[]"), int(port)
