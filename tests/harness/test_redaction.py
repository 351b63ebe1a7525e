"""No file of a bundle that people read holds a secret, however written; captures and their keys do, for their owner.

A run is made in a process in which every secret that comes into being is noted: those of the type for it, and what a
scenario's keys are derived from. Then every member of the bundle is searched for each of them.
"""

import base64
import json
import re
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from ppmid_harness.cli import execute

_JOINED = "commissioning-where-there-is-no-sm-wan-an-engineer-joins-the-ppmid-with-a-hand-held-terminal"
ONLY = (
    "utrns-through-the-ppmid/the-same-utrn-twice",
    "utrns-through-the-ppmid/a-utrn-waits-for-the-gas-meter-to-wake",
    "a-home-that-the-sm-wan-never-reaches/a-top-up-command-and-its-response-returned-to-the-dcc-by-the-supplier",
    f"{_JOINED}/hub-ppmid-and-gas-meter-are-commissioned-with-the-hand-held-terminal-then-a-utrn-is-credited",
)
NOTING = """
import json, sys
from ppmid_protocols import secret
from ppmid_bench.derivation import Derivation
from ppmid_devices.delivery_service.simulated import SimulatedDeliveryService
seen = set()
def made(cls, *given):
    one = bytes.__new__(cls, *given)
    seen.add(bytes(one))
    return one
secret.Secret.__new__ = made
derive, log_in = Derivation.octets, SimulatedDeliveryService.log_in
def derived(self, label, length=32):
    one = derive(self, label, length)
    if label.startswith(("han", "install code", "avenue", "smki", "redaction")):
        seen.add(one)
    return one
def logged_in(self, *given, **named):
    token = log_in(self, *given, **named)
    seen.add(token.encode())
    return token
Derivation.octets, SimulatedDeliveryService.log_in = derived, logged_in
from ppmid_harness.cli import execute
code = execute(sys.argv[2:])
with open(sys.argv[1], "w") as file:
    json.dump(sorted(one.hex() for one in seen), file)
sys.exit(code)
"""
SHORTEST = 8
"""Octets below which a secret, such as a number of four digits, is found anywhere by chance."""


@pytest.fixture(scope="module", name="made")
def noted_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[bytes]]:
    """A run folder, and the secrets that were made on the way."""
    folder = tmp_path_factory.mktemp("redaction")
    only = [word for id in ONLY for word in ("--only", id)]
    (folder / "noting.py").write_text(NOTING)
    command = [sys.executable, str(folder / "noting.py"), str(folder / "secrets.json"), "run", *only]
    subprocess.run([*command, "--out", str(folder / "run")], check=True, capture_output=True)
    secrets = [bytes.fromhex(one) for one in json.loads((folder / "secrets.json").read_text())]
    return folder / "run", [one for one in secrets if len(one) >= SHORTEST and any(one)]


def written(secret: bytes) -> Iterator[bytes]:
    """The ways in which octets may stand in a file."""
    yield secret
    yield base64.b64encode(secret).rstrip(b"=")[:-1]
    for octets in (secret, secret[::-1]):
        for digits in (octets.hex(), octets.hex(":"), octets.hex(" ")):
            yield digits.encode()
            yield digits.upper().encode()
    if secret.isdigit():
        for gap in (b" ", b"-"):
            yield gap.join(re.findall(rb"\d{1,4}", secret))


def found_in(octets: bytes, secrets: list[bytes]) -> list[str]:
    return [one.hex() for one in secrets if any(form in octets for form in written(one))]


def test_no_file_but_captures_and_their_keys_holds_a_secret(made: tuple[Path, list[bytes]]) -> None:
    folder, secrets = made
    assert len(secrets) > 20
    assert sum(one.isdigit() and len(one) == 20 for one in secrets) >= 2  # the UTRNs
    with zipfile.ZipFile(folder / "bundle.zip") as bundle:
        members = {name: bundle.read(name) for name in bundle.namelist()}
    found = {name: found_in(octets, secrets) for name, octets in members.items()}
    readable = {name: hits for name, hits in found.items() if not name.startswith("captures/")}
    assert {"record.json", "report.html", "junit.xml", "environment.json"} <= set(readable)
    assert {name: hits for name, hits in readable.items() if hits} == {}
    captures = {name for name, hits in found.items() if hits}
    assert any(name.endswith(".zigbee_pc_keys") for name in captures)  # so what is searched for can be found
    assert any(name.endswith(".pcapng") for name in captures)


def in_columns(page: bytes) -> list[bytes]:
    """The octets in the columns of each layer that a page shows: offset, then up to sixteen in two halves."""
    layers = re.findall(rb"<pre.*?>(.*?)</pre>", page, re.DOTALL)
    rows = [re.findall(rb"^ *\d+  ([0-9a-f]+(?:  [0-9a-f]+)?)(?=  |$)", layer, re.MULTILINE) for layer in layers]
    return [b"".join(bytes.fromhex(row.decode()) for row in layer) for layer in rows]


def test_no_frame_that_a_page_opens_shows_a_secret_over_its_lines(made: tuple[Path, list[bytes]]) -> None:
    folder, secrets = made
    pages = {path.name: path.read_bytes() for path in (folder / "report").glob("*.html")}
    assert sum(page.count(b"opened with the key of") for page in pages.values()) > 5
    assert sum(b"&lt;secret&gt;" in page for page in pages.values()) >= 2  # so there was something to leave out
    for name, page in pages.items():
        for octets in in_columns(page):
            assert found_in(octets, secrets) == [], name
            for secret in (one for one in secrets if len(one) >= 16):
                halves = (secret[:SHORTEST], secret[-SHORTEST:])
                assert not any(half in octets for half in halves), name


def test_what_is_not_in_the_bundle_is_for_its_owner_or_holds_none(made: tuple[Path, list[bytes]]) -> None:
    folder, secrets = made
    for path in folder.rglob("*"):
        if path.is_file() and found_in(path.read_bytes(), secrets):
            assert path.stat().st_mode & 0o077 == 0, path


@pytest.mark.usefixtures("weasyprint")
def test_the_pdf_of_it_holds_none(made: tuple[Path, list[bytes]], tmp_path: Path) -> None:
    """Of one of its scenarios, whose home has secrets of each kind: a PDF of all takes half a minute, and is made of
    pages that have been searched above."""
    from ppmid_reports.pdf import write_pdf

    (of_all, secrets), folder = made, tmp_path / "run"
    assert execute(["run", "--only", ONLY[0], "--out", str(folder)]) == 0
    (log,) = (folder / "evidence").iterdir()
    assert log.read_bytes() == (of_all / "evidence" / log.name).read_bytes(), "so it has the same secrets"
    octets = write_pdf(folder, all_scenarios=True).read_bytes()
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", octets, re.DOTALL)
    opened = b"\n".join(zlib.decompressobj().decompress(one) for one in streams if one[:1] == b"x")
    assert found_in(octets + opened, secrets) == []
    try:
        text = subprocess.run(["pdftotext", folder / "report.pdf", "-"], capture_output=True, check=True).stdout
    except FileNotFoundError:
        pytest.skip("no pdftotext on this machine")
    assert b"UTRN" in text
    assert found_in(text, secrets) == []
    assert found_in(b"".join(text.split()), secrets) == []
