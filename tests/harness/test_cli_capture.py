"""``ppmid-harness capture show``: what it prints, what it hides, where it reads from, and what it says of bad input."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import pytest
from waiting_wall import LONG_S

from ppmid_harness.cli import execute
from ppmid_protocols.captures.pcapng import Link, LinkType, Writer
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import prepayment, tunneling
from ppmid_protocols.zigbee.han import HanKeys, Radio, build_frames
from ppmid_protocols.zigbee.zcl import Direction

UTRN = "73946144332040217315"
HUB, ESME, PPMID = (Eui.parse(f"00-DB-12-34-56-78-90-A{last}") for last in (2, 0, 4))
KEYS = {
    "network": Secret(bytes(range(16))),
    "hub and ppmid": Secret(bytes(range(1, 17))),
    "ppmid and esme": Secret(bytes(range(2, 18))),
}
TIME = 1_767_258_000_123_456_000  # 2026-01-01 09:00:00.123456 UTC
SHOWN = "2026-01-01T09:00:00.123456Z"
TUNNEL = "protocol 6, manufacturer 65535, flow control no, largest incoming 1500"
TOP_UP = "code <secret>, originator in home device"

PROGRAM = (sys.executable, "-c", "from ppmid_harness.cli import main; main()")
COMMAND = (*PROGRAM, "capture", "show")

Capture = pytest.CaptureFixture[str]


class Files(NamedTuple):
    """A capture, and the table of its keys."""

    capture: Path
    keys: Path


def frames() -> list[bytes]:
    keys = HanKeys(KEYS["network"], HUB, {PPMID: KEYS["hub and ppmid"]}, {(PPMID, ESME): KEYS["ppmid and esme"]})
    opening = tunneling.frame(tunneling.RequestTunnel(), Direction.TO_SERVER, 1)
    top_up = prepayment.frame(prepayment.ConsumerTopUp(Secret(UTRN.encode())), 1)
    (one,), _ = build_frames(Radio(eui=HUB, short=0), PPMID, 0x1002, tunneling.CLUSTER, opening.encode(), keys)
    radio = Radio(eui=PPMID, short=0x1002)
    (two,), _ = build_frames(radio, ESME, 0x1001, prepayment.CLUSTER, top_up.encode(), keys)
    return [one, two]


@pytest.fixture
def files(tmp_path: Path) -> Files:
    capture, keys = tmp_path / "one.pcapng", tmp_path / "keys.one.zigbee_pc_keys"
    with capture.open("wb") as file:
        writer = Writer(file)
        writer.add_link(Link("han", LinkType.IEEE802_15_4_WITH_FCS))
        for octets in frames():
            writer.write(0, TIME, octets, "When the customer enters the UTRN")
    keys.write_text("".join(f'"{key.hex(":")}","Normal","{label}"\n' for label, key in KEYS.items()))
    return Files(capture, keys)


def shown(capsys: Capture, *arguments: object) -> list[str]:
    assert execute(["capture", "show", *map(str, arguments)]) == 0
    return capsys.readouterr().out.splitlines()


def document(capsys: Capture, *arguments: object) -> Any:
    return json.loads("\n".join(shown(capsys, *arguments, "--json")))


def test_who_says_what_to_whom(files: Files, capsys: Capture) -> None:
    assert shown(capsys, files.capture, "--keys", files.keys) == [
        f"{1:9}  {SHOWN}  han     hub → ppmid: tunneling, request tunnel; {TUNNEL}",
        f"{2:9}  {SHOWN}  han     ppmid → esme: prepayment, consumer top up; {TOP_UP}",
        "2 frame(s), 0 of them sealed by keys not given",
        "hub: 0x0000, 00-DB-12-34-56-78-90-A2",
        "ppmid: 0x1002, 00-DB-12-34-56-78-90-A4",
    ]


def test_the_same_as_json(files: Files, capsys: Capture) -> None:
    found = document(capsys, files.capture, "--keys", files.keys)
    assert found["entries"][1] == {
        "frames": [2],
        "time": TIME,
        "link": "han",
        "from": "ppmid",
        "to": "esme",
        "what": "prepayment, consumer top up",
        "fields": {"code": "<secret>", "originator": "in home device"},
        "notes": [],
        "problem": "",
    }
    assert (found["frames"], found["sealed"], found["passed_over"]) == (2, 0, {})
    assert found["parties"]["hub"] == {"short": "0000", "eui": str(HUB)}


def test_a_utrn_shows_only_when_asked_for(files: Files, capsys: Capture) -> None:
    keys = ("--keys", files.keys)
    assert UTRN not in "\n".join(shown(capsys, files.capture, *keys) + shown(capsys, files.capture, *keys, "--json"))
    assert any(f"code {UTRN}" in line for line in shown(capsys, files.capture, *keys, "--show-secrets"))


def test_keys_as_digits_and_what_they_do_not_open(files: Files, capsys: Capture) -> None:
    found = document(capsys, files.capture, "--key", KEYS["network"].hex(), "--key", KEYS["ppmid and esme"].hex(":"))
    assert [(one["what"], one["problem"]) for one in found["entries"]] == [
        ("sealed frame", "no key given opens its APS layer"),
        ("prepayment, consumer top up", ""),
    ]
    assert found["sealed"] == 1
    assert document(capsys, files.capture)["sealed"] == 2


def test_scapy_s_view_beside_it(files: Files, capsys: Capture) -> None:
    lines = shown(capsys, files.capture, "--keys", files.keys, "--scapy", "--show-secrets")
    assert any(line.startswith("###[ Prepayment: Consumer Top Up ]###") for line in lines)
    assert any(re.fullmatch(rf" *code *= b'{UTRN}'", line) for line in lines)


def test_a_capture_of_a_run(tmp_path: Path, capsys: Capture) -> None:
    """The feature's own run, whose capture holds all four links."""
    feature = Path(__file__).parents[2] / "features" / "secmp0038" / "top_up_command.feature"
    name = "commands-through-the-ppmid/a-top-up-command-and-the-meters-response"
    run = ("run", str(feature), "--only", name, "--out", str(tmp_path / "run"))
    subprocess.run([*PROGRAM, *run], check=True, capture_output=True, timeout=LONG_S)
    folder, stem = tmp_path / "run" / "captures", name.replace("/", "__")
    found = document(capsys, folder / f"{stem}.pcapng", "--keys", folder / f"keys.{stem}.zigbee_pc_keys")
    assert {one["link"] for one in found["entries"]} == {"duis", "avenue", "han"}, "the SM WAN is down"
    relayed = [(one["from"], one["to"]) for one in found["entries"] if "tunneling: CS01a" in one["what"]]
    assert relayed == [("ppmid", "hub"), ("hub", "esme"), ("esme", "hub"), ("hub", "ppmid")]
    assert [one for one in found["entries"] if one["problem"]] == []
    assert (found["sealed"], found["passed_over"]) == (0, {})
    assert re.search(r"(?<!\d)\d{20}(?!\d)", json.dumps(found)) is None


def test_standard_input(files: Files) -> None:
    with files.capture.open("rb") as stream:
        done = subprocess.run(
            [*COMMAND, "-", "--keys", str(files.keys)],
            stdin=stream,
            capture_output=True,
            text=True,
            timeout=LONG_S,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, "")
    assert "ppmid → esme: prepayment, consumer top up" in done.stdout


def _writing_end(pipe: Path, reader: subprocess.Popen[str]) -> BinaryIO:
    """The pipe, once its reader has opened it; a reader that ends instead fails the test rather than block it."""
    while reader.poll() is None:
        try:
            end = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            time.sleep(0.01)
            continue
        os.set_blocking(end, True)
        return open(end, "wb", buffering=0)
    pytest.fail(f"the reader ended with {reader.returncode} before it had opened the pipe")


def test_a_sniffer_s_pipe_is_read_as_it_is_written(files: Files, tmp_path: Path) -> None:
    pipe = tmp_path / "sniffer"
    os.mkfifo(pipe)
    data = files.capture.read_bytes()
    with subprocess.Popen(
        [*COMMAND, str(pipe), "--keys", str(files.keys)], stdout=subprocess.PIPE, text=True
    ) as reader:
        assert reader.stdout is not None
        with _writing_end(pipe, reader) as sniffer:
            sniffer.write(data[:-7])
            assert "request tunnel" in reader.stdout.readline(), "the first message, before the pipe ends"
            sniffer.write(data[-7:])
        assert "consumer top up" in reader.stdout.readline()
        assert reader.wait(timeout=LONG_S) == 0


def test_ctrl_c_ends_a_live_capture_well(files: Files, tmp_path: Path) -> None:
    pipe = tmp_path / "sniffer"
    os.mkfifo(pipe)
    with subprocess.Popen([*COMMAND, str(pipe)], stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdout is not None
        with _writing_end(pipe, reader) as sniffer:
            sniffer.write(files.capture.read_bytes())
            assert [reader.stdout.readline()[:9] for _ in range(2)] == ["        1", "        2"]
            reader.send_signal(signal.SIGINT)
            assert reader.stdout.readline() == "2 frame(s), 2 of them sealed by keys not given\n"
        assert reader.wait(timeout=LONG_S) == 0


def written(name: str, content: bytes) -> Callable[[Files], list[object]]:
    def arguments(files: Files) -> list[object]:
        path = files.capture.with_name(name)
        path.write_bytes(content)
        return [path]

    return arguments


def bad_keys(files: Files) -> list[object]:
    files.keys.write_text('"00:11","Normal","network"\n')
    return [files.capture, "--keys", files.keys]


def cut(files: Files) -> list[object]:
    files.capture.write_bytes(files.capture.read_bytes()[:-5])
    return [files.capture, "--keys", files.keys]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (lambda _: [], "capture show: expected FILE or --interface, one of the two"),
        (lambda files: [files.capture, "--interface", "wpan0"], "expected FILE or --interface"),
        (lambda _: ["nowhere.pcap"], "nowhere.pcap: expected a readable capture, found No such file"),
        (lambda files: [files.capture.parent], "expected a readable capture, found Is a directory"),
        (written("x.pcap", b"hello, world"), "x.pcap: expected a pcap or pcapng capture, found no capture"),
        (written("x.pcap", b""), "expected a pcap or pcapng capture, found capture at offset 0"),
        (cut, "one.pcapng: expected a pcap or pcapng capture, found capture at offset"),
        (bad_keys, "keys.one.zigbee_pc_keys: line 1: expected 32 hex digits"),
        (lambda files: [files.capture, "--keys", "nowhere"], "nowhere: expected a readable file"),
        (lambda files: [files.capture, "--key", "0011"], "--key: expected 32 hex digits"),
        (lambda files: [files.capture, "--scapy"], "--scapy: expected --show-secrets beside it"),
        (lambda _: ["--interface", "no-such-radio"], "--interface: expected a network interface of this machine"),
    ],
)
def test_bad_input_is_one_clear_line(
    files: Files, capsys: Capture, arguments: Callable[[Files], list[object]], line: str
) -> None:
    assert execute(["capture", "show", *map(str, arguments(files))]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert line in said
    assert "00:11" not in said


@pytest.fixture
def interfaces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the kernel tells its interfaces."""
    from ppmid_harness import radio

    monkeypatch.setattr(radio, "_KNOWN", tmp_path)
    for name, kind in (("wpan0", 804), ("eth0", 1)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "type").write_text(f"{kind}\n")
    return tmp_path


def test_another_interface_than_a_radio_is_refused(interfaces: Path, capsys: Capture) -> None:
    assert execute(["capture", "show", "--interface", "eth0"]) == 2
    assert "expected an IEEE 802.15.4 radio, found eth0" in capsys.readouterr().err


def test_without_the_right_to_listen_it_says_so(
    interfaces: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> socket.socket:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(socket, "socket", refused)
    assert execute(["capture", "show", "--interface", "wpan0"]) == 2
    assert "run as root, or with CAP_NET_RAW" in capsys.readouterr().err


def test_a_radio_s_frames_are_shown(
    interfaces: Path, files: Files, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stand-in for the kernel's socket: two frames without their check sequence, then the radio is gone."""

    class Radio:
        heard = iter([octets[:-2] for octets in frames()])

        def __init__(self, *_: object) -> None:
            self.bound: object = None

        def __enter__(self) -> "Radio":
            return self

        def __exit__(self, *_: object) -> None:
            self.bound = None

        def bind(self, address: object) -> None:
            assert address == ("wpan0", 0)

        def recv(self, _: int) -> bytes:
            for octets in self.heard:
                return octets
            raise OSError(100, "Network is down")

    monkeypatch.setattr(socket, "socket", Radio)
    assert execute(["capture", "show", "--interface", "wpan0", "--keys", str(files.keys)]) == 2
    out, err = capsys.readouterr()
    assert "hub → ppmid: tunneling, request tunnel" in out
    assert "ppmid → esme: prepayment, consumer top up" in out
    assert "Network is down" in err
