"""Real lines in a bench file: what is refused before anything runs, and what a scenario cannot ask of one."""

import importlib.util
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from ppmid_bench import lines
from ppmid_bench.adapters import require_adapters
from ppmid_bench.bench_file import BenchFile, LinkTable, read_bench
from ppmid_bench.errors import BadInput
from ppmid_bench.home import HomePlan
from ppmid_bench.wall_clock import WallClock
from ppmid_devices.lines.certificates import TestPki
from ppmid_devices.lines.ends import Unheard
from ppmid_devices.lines.tls_settings import TlsListener
from ppmid_devices.ports import CannotArrange
from ppmid_devices.ppmid.contract import PpmidSituation
from ppmid_protocols.eui import Eui

PPMID = Eui.parse("00-DB-12-34-56-78-90-A4")
TLS = """
[bench]
time = "wall"

[links.avenue]
adapter = "tls"
certificate = "harness.pem"
key = "harness.key"
trust = "trust.pem"
bench = "bench-1"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    TestPki(b"seed", "bench-1", datetime.now(UTC)).write(tmp_path, PPMID)
    return tmp_path


def _bench(folder: Path, text: str) -> BenchFile:
    (folder / "bench.toml").write_text(text)
    bench = read_bench(folder / "bench.toml")
    require_adapters(bench)
    return bench


def test_a_tls_line_stands_in_a_bench_file_with_files_beside_it(folder: Path) -> None:
    bench = _bench(folder, TLS)
    assert lines.is_real(bench.links, "avenue")
    settings = lines._settings(bench)
    assert isinstance(settings, TlsListener)
    assert (settings.trust, settings.listen) == (str(folder / "trust.pem"), "127.0.0.1:0")


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ('time = "wall"', 'time = "virtual"', '[links.avenue] adapter: expected time = "wall" with tls, found virtual'),
        (
            "[links.avenue]",
            "[links.wan]",
            "[links.wan] adapter: expected module:Class, or one of simulated",
        ),
        ('"tls"', '"tsl"', "or one of simulated, tls, serial, nfc, stick, found 'tsl'; the nearest is tls"),
        ('"trust.pem"', '"nothing.pem"', "[links.avenue].trust: expected certificates in PEM"),
        ('"harness.key"', '"ppmid.key"', "[links.avenue].certificate: expected a certificate and its own key"),
        ("bench-1", 'bench-1"\nlisten = "4433', "[links.avenue].listen: expected host:port, found '4433'"),
        ('"bench-1"', '"bench-1"\nlost = 0.1', "[links.avenue]: expected no delay_ms, jitter_ms, lost"),
        ("bench-1", 'bench-1"\nlisen = "', "[links.avenue]: expected settings of TlsListener, found lisen"),
        ("bench-1", 'bench-1"\npatience_s = "1', "[links.avenue].patience_s: expected `int`"),
        ('"bench-1"', '"bench-1"\npatience_s = -1', "[links.avenue].patience_s: expected a number from 0 up"),
        ('bench = "bench-1"', "", "expected a field `bench`"),
        ('bench = "bench-1"', 'bench = ""', "[links.avenue].bench: expected 1 to 64 octets, found 0"),
    ],
)
def test_what_cannot_be_used_is_one_line_that_names_file_and_place(
    folder: Path, before: str, after: str, problem: str
) -> None:
    assert before in TLS
    with pytest.raises(BadInput) as caught:
        _bench(folder, TLS.replace(before, after))
    assert problem in str(caught.value)
    assert str(caught.value).startswith(f"{folder / 'bench.toml'}: [links.")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("plan", "problem"),
    [
        (HomePlan(ppmid=PpmidSituation(port="nfc"), carrier=True), "is tls, and the scenario is about nfc"),
        (HomePlan(links={"avenue": LinkTable(lost=0.5)}), "nobody can tell to lose"),
    ],
)
def test_what_a_real_line_cannot_do_blames_nobody(folder: Path, plan: HomePlan, problem: str) -> None:
    bench, clock = _bench(folder, TLS), WallClock()
    given: dict[str, Any] = {"device": PPMID, "clock": clock, "tap": Unheard(), "random": Random(1)}
    with pytest.raises(CannotArrange, match=problem):
        lines.harness_end(plan, bench, **given)
    clock.stop()


def test_a_line_whose_extra_is_not_installed_says_which(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The core does without: only a bench that names such a line is refused."""
    serial = TLS[: TLS.index("adapter")] + 'adapter = "serial"\ndevice = "/dev/ttyACM0"\n'
    pytest.importorskip("serial", reason="the extra usb is not installed")
    _bench(folder, serial)
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "serial" else found(name))
    _bench(folder, TLS)
    problem = r"\[links.avenue\] adapter: expected .* pip install 'ppmid-harness\[usb\]', found no module serial"
    with pytest.raises(BadInput, match=problem):
        _bench(folder, serial)
