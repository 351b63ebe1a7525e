"""The capture: only its owner can read it, and it holds what crossed the links as it crossed."""

import stat
from pathlib import Path

from ppmid_bench.capture import INTERFACES, CaptureFile, write_keys
from ppmid_protocols.captures import pcapng
from ppmid_protocols.secret import Secret


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_capture_opens_with_an_interface_for_each_link(tmp_path: Path) -> None:
    path = tmp_path / "captures" / "one.pcapng"
    capture = CaptureFile(path)
    capture.add("han", 1_767_258_000_123_456_789, b"\x41\x88", "Given a home [SECMP0038]")
    capture.add("duis", 1_767_258_001_000_000_000, b"<Request/>", "When asked", "lost: lost")
    capture.close()
    read = pcapng.read(path.read_bytes())
    assert read.links == INTERFACES
    assert [(read.links[one.link].name, one.time, one.octets, one.comments) for one in read.frames] == [
        ("han", 1_767_258_000_123_456_789, b"\x41\x88", ("Given a home [SECMP0038]",)),
        ("duis", 1_767_258_001_000_000_000, b"<Request/>", ("When asked", "lost: lost")),
    ]


def test_capture_and_keys_are_for_their_owner_only(tmp_path: Path) -> None:
    capture, keys = tmp_path / "one.pcapng", tmp_path / "keys.one"
    CaptureFile(capture).close()
    write_keys(keys, {"network": Secret(bytes(range(16)))})
    assert (_mode(capture), _mode(keys)) == (0o600, 0o600)


def test_keys_are_a_wireshark_table(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    write_keys(path, {"network": Secret(bytes(range(16))), "hub and esme": Secret(bytes(16))})
    assert path.read_text() == (
        '"00:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f","Normal","network"\n'
        '"00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00","Normal","hub and esme"\n'
    )
