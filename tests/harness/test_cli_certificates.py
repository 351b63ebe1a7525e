"""``ppmid-harness certificates``: what it writes is what the two ends of a TLS line take."""

import os
from pathlib import Path

import pytest

from ppmid_bench.adapters import require_adapters
from ppmid_bench.bench_file import read_bench
from ppmid_devices.lines.tls_settings import TlsCaller
from ppmid_harness.cli import execute

BENCH = """
[bench]
time = "wall"
[links.avenue]
adapter = "tls"
certificate = "tls/harness.pem"
key = "tls/harness.key"
trust = "tls/trust.pem"
bench = "lab-3"
"""


def test_both_ends_take_what_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "tls"
    before = os.umask(0o022)  # a stricter one takes every file from others
    try:
        assert execute(["certificates", str(folder), "--bench-id", "lab-3"]) == 0
    finally:
        os.umask(before)
    assert "PPMID 00-DB-12-34-56-78-90-A4 on bench lab-3" in capsys.readouterr().out
    (tmp_path / "bench.toml").write_text(BENCH)
    require_adapters(read_bench(tmp_path / "bench.toml"))
    files = {"certificate": "ppmid.pem", "key": "ppmid.key", "trust": "trust.pem"}
    TlsCaller(connect="127.0.0.1:1", bench="lab-3", **files).beside(folder).require()
    owners = {path.name for path in folder.iterdir() if path.stat().st_mode & 0o077 == 0}
    avenue = {f"{party}.avenue.key" for party in ("delivery-service", "ppmid", "hub")}
    assert owners == {"harness.key", "ppmid.key", *avenue}


def test_two_benches_have_nothing_in_common(tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert execute(["certificates", str(tmp_path / name), "--bench-id", "lab-3"]) == 0
    one, two = ((tmp_path / name / "trust.pem").read_bytes() for name in ("one", "two"))
    assert one != two
