"""What the vendor's device keeps and drops, what it makes of sheets, and that it has nothing of the harness."""

import asyncio
import json
import os
import re
import ssl
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from vendor_home import ESME, UTRN, sheet
from vendor_ppmid import sealed
from vendor_ppmid import sheet as sheets
from vendor_ppmid.__main__ import Device
from vendor_ppmid.kept import AHEAD, Kept
from waiting_wall import LONG_S

from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface import SubmitUtrn, seal
from ppmid_protocols.secret import Secret

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "vendor_ppmid"
PAGE = (ROOT / "docs" / "lab-sheet.md").read_text(encoding="utf-8")
(JSON,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
USER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


# It has nothing of the harness.


def test_it_imports_nothing_of_the_harness() -> None:
    imports = re.compile(r"^\s*(?:from|import)\s+(\w+)", re.MULTILINE)
    named = {name for path in EXAMPLE.rglob("*.py") for name in imports.findall(path.read_text(encoding="utf-8"))}
    assert "vendor_ppmid" in named
    assert not {name for name in named if name.startswith("ppmid_")}
    assert named - set(sys.stdlib_module_names) == {"vendor_ppmid", "cbor2", "cryptography"}


def test_it_loads_nothing_of_the_harness() -> None:
    loaded = "import sys, vendor_ppmid.__main__; print([name for name in sys.modules if name.startswith('ppmid_')])"
    environment = {**os.environ, "PYTHONPATH": str(EXAMPLE)}
    said = subprocess.run((sys.executable, "-c", loaded), env=environment, check=True, capture_output=True, text=True)
    assert said.stdout.strip() == "[]"


# What it keeps.


def test_numbers_rise_over_a_loss_of_power_and_begin_anew_with_another_sheet(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    kept = Kept(path, "s1")
    assert [kept.replay_number() for _ in range(3)] == [1, 2, 3]
    assert [kept.frame_counter() for _ in range(AHEAD + 1)] == list(range(AHEAD + 1))
    kept.accept(b"user", 7)
    again = Kept(path, "s1")
    assert again.last_heard(b"user") == 7
    assert again.replay_number() > 3
    assert again.frame_counter() > AHEAD
    other = Kept(path, "s2")
    assert (other.last_heard(b"user"), other.replay_number(), other.frame_counter()) == (0, 1, 0)


def sealed_utrn(replay: int, id: bytes = b"1", **other: Any) -> bytes:
    how: dict[str, Any] = {"key": USER, "sender": b"user", "home": "home 1", "ppmid": Eui(sheet().eui), **other}
    return seal(SubmitUtrn(id, ESME, Secret(UTRN)), replay=replay, **how)


class Switched:
    """A device by one sheet, without its lines; what it takes up is counted."""

    def __init__(self, state: Path) -> None:
        told = sheet(senders={b"user": USER.public_key().public_bytes_raw()})
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.device = Device(told, tls, Kept(state, told.id), 60)
        self.taken: list[bytes] = []
        self.device.ppmid.take = lambda request: self.taken.append(request.id)  # type: ignore[method-assign]

    def hear(self, *messages: bytes) -> list[bytes]:
        for octets in messages:
            self.device._unseal(octets)
        return self.taken


def test_a_number_that_was_used_is_not_taken_again_also_after_a_loss_of_power(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    assert Switched(state).hear(sealed_utrn(3), sealed_utrn(3), sealed_utrn(2, b"2"), sealed_utrn(9, b"3")) == [
        b"1",
        b"3",
    ]
    assert Switched(state).hear(sealed_utrn(9, b"4"), sealed_utrn(10, b"5")) == [b"5"]


def test_what_is_not_authentic_is_dropped_and_uses_up_no_number(tmp_path: Path) -> None:
    stranger = Ed25519PrivateKey.from_private_bytes(bytes(32))
    switched = Switched(tmp_path / "state.json")
    spoiled = sealed_utrn(100)[:-1] + bytes((sealed_utrn(100)[-1] ^ 1,))
    foreign = sealed_utrn(100, home="home 2"), sealed_utrn(100, ppmid=ESME)
    assert not switched.hear(
        sealed_utrn(100, key=stranger), sealed_utrn(100, sender=b"x"), spoiled, *foreign, b"", b"\0"
    )
    assert switched.hear(sealed_utrn(1)) == [b"1"]


def test_it_seals_each_message_under_a_number_above_the_last(tmp_path: Path) -> None:
    device = Switched(tmp_path / "state.json").device
    public = {b"ppmid": Ed25519PrivateKey.from_private_bytes(sheet().key).public_key().public_bytes_raw()}
    said = [sealed.unseal(device._seal(device.ppmid.capabilities()), public, "home 1", sheet().eui) for _ in range(3)]
    assert [one.replay for one in said] == [1, 2, 3]


# Sheets.


def written(tmp_path: Path, text: str, mode: int = 0o600) -> Path:
    path = tmp_path / sheets.NAME
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def test_it_reads_the_pages_sheet(tmp_path: Path) -> None:
    told = sheets.read(written(tmp_path, JSON))
    assert told is not None
    assert (told.id, told.connect, told.medium) == ("4b2b2cd18eab49c2", ("127.0.0.1", 41231), ("127.0.0.1", 41232))
    assert (told.pan, told.short, told.hub.short) == (0x1A62, 0x1002, 0)
    assert [one.role for one in told.devices] == ["esme", "hub", "gpf"]
    gpf = told.device(bytes.fromhex("00db1234567890a3"))
    assert gpf is not None
    assert (gpf.short, gpf.link_key) == (None, None)


def test_a_sheet_that_others_may_read_or_that_is_none_is_refused(tmp_path: Path) -> None:
    assert sheets.read(tmp_path / "none.json") is None
    with pytest.raises(sheets.BadSheet, match="others than its owner"):
        sheets.read(written(tmp_path, JSON, 0o640))
    whole = json.loads(JSON)
    for wrong in ({**whole, "form": 2}, {**whole, "ppmid": "00-DB"}, {**whole, "han": {}}, [], "x"):
        with pytest.raises(sheets.BadSheet, match="is no sheet of form 1"):
            sheets.read(written(tmp_path, json.dumps(wrong)))
    with pytest.raises(sheets.BadSheet):
        sheets.read(written(tmp_path, "{"))


def test_wrong_certificates_and_wrong_sheets_are_one_line(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(EXAMPLE)}
    at = ("--sheets", str(tmp_path), "--tls", str(tmp_path), "--state", str(tmp_path / "state.json"))
    said = subprocess.run(
        (sys.executable, "-m", "vendor_ppmid", *at), env=environment, capture_output=True, text=True, timeout=LONG_S
    )
    assert said.returncode == 1
    assert said.stderr.startswith("error: the certificates in ")
    assert said.stderr.count("\n") == 1


def test_a_message_waits_for_a_connection_and_the_oldest_makes_room(tmp_path: Path) -> None:
    device = Switched(tmp_path / "state.json").device

    async def talk() -> list[Any]:
        for number in range(101):
            device.avenue.say([sealed.STATUS, bytes((number,)), sealed.RECEIVED, None, ""])
        return [message[1] for message in device.avenue._waiting]

    assert asyncio.run(talk()) == [bytes((number,)) for number in range(1, 101)]
