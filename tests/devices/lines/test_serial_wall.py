"""A serial line: on pseudo-terminals, whole and with every fault of a cable."""

import errno
import fcntl
import os
import termios
from pathlib import Path
from typing import Any

import pytest
from line_ends import Side, Sides

from ppmid_devices import roles
from ppmid_devices.lines.ends import LineFault, NotUsable
from ppmid_devices.lines.pty import PtySettings, SerialPpmidEnd
from ppmid_devices.lines.serial_port import SerialHarnessEnd, SerialSettings
from ppmid_devices.links.link import DOWN
from ppmid_protocols.local_interface import cobs

serial = pytest.importorskip("serial", reason="the extra usb is not installed")


@pytest.fixture
def port(tmp_path: Path) -> Path:
    return tmp_path / "ttyPPMID"


def harness(sides: Sides, port: Path, **settings: Any) -> Side:
    made = SerialSettings(**{"device": str(port), **settings})
    return sides.harness(lambda end: SerialHarnessEnd(end, made), here=roles.CARRIER)


def ppmid(sides: Sides, port: Path, **settings: Any) -> Side:
    made = PtySettings(device=str(port), **settings)
    return sides.ppmid(lambda end: SerialPpmidEnd(end, made), there=roles.CARRIER)


class Device:
    """A port of no software at all: the test says what it does."""

    def __init__(self, link: Path) -> None:
        self.own, self.host = os.openpty()
        link.unlink(missing_ok=True)
        link.symlink_to(os.ttyname(self.host))

    def unplug(self) -> None:
        os.close(self.own)
        os.close(self.host)


def test_octets_cross_both_ways_and_are_heard_by_the_tap(sides: Sides, port: Path) -> None:
    theirs, ours = ppmid(sides, port), harness(sides, port)
    ours.until(lambda: ours.line.up)
    theirs.until(lambda: theirs.line.up)
    every = bytes(range(256))
    ours.send(every)
    theirs.until(lambda: b"".join(theirs.given) == every)
    theirs.send(every)
    ours.until(lambda: b"".join(ours.given) == every)
    sent = [frame for sender, _, frame, lost in ours.tap.crossings if sender == roles.CARRIER and not lost]
    came = [frame for sender, _, frame, lost in ours.tap.crossings if sender == roles.PPMID and not lost]
    assert (sent, b"".join(came)) == ([every], every)


def test_frames_of_the_interface_come_out_whole(sides: Sides, port: Path) -> None:
    theirs, ours = ppmid(sides, port), harness(sides, port)
    ours.until(lambda: ours.line.up)
    theirs.until(lambda: theirs.line.up)
    messages = [bytes([number]) * 4096 for number in range(5)]
    for message in messages:
        ours.send(cobs.frame(message))
    deframer, found = cobs.CobsDeframer(), []
    theirs.until(lambda: len(b"".join(theirs.given)) == sum(len(cobs.frame(one)) for one in messages))
    found += deframer.feed(b"".join(theirs.given))
    assert found == messages


def test_a_second_reader_is_refused_when_it_opens_the_port(sides: Sides, port: Path) -> None:
    ppmid(sides, port)
    ours = harness(sides, port)
    ours.until(lambda: ours.line.up)
    second = harness(sides, port, patience_s=1)
    with pytest.raises(LineFault, match=r"no ppmid within 1 s.*the last thing noticed: the port cannot be opened"):
        second.until(lambda: False)
    assert ours.line.up
    with pytest.raises(serial.SerialException):
        serial.Serial(str(port), exclusive=True)


def test_a_device_that_is_absent_is_an_error_that_says_what_to_look_at(sides: Sides, port: Path) -> None:
    ours = harness(sides, port, patience_s=1)
    ours.send(b"into nothing")
    assert ours.tap.crossings == [(roles.CARRIER, roles.PPMID, b"into nothing", DOWN)]
    with pytest.raises(LineFault, match=r"no ppmid within 1 s. Look at the cable, and whether its port is .*ttyPPMID"):
        ours.until(lambda: False)


def test_a_cable_that_is_pulled_inside_a_frame_and_stays_out_is_an_error(sides: Sides, port: Path) -> None:
    device, ours = Device(port), harness(sides, port, patience_s=3)
    ours.until(lambda: ours.line.up)
    os.write(device.own, cobs.frame(b"message")[:-3])
    ours.until(lambda: bool(ours.given))
    port.unlink()
    device.unplug()
    with pytest.raises(LineFault, match=r"no ppmid within 3 s.*ppmid is gone: "):
        ours.until(lambda: False)
    assert ours.changes == [True, False]


def test_a_cable_that_is_plugged_in_again_under_a_new_name_goes_on(sides: Sides, tmp_path: Path) -> None:
    first = Device(tmp_path / "ttyACM0")
    ours = harness(sides, tmp_path / "ttyACM*")
    ours.until(lambda: ours.line.up)
    os.write(first.own, cobs.frame(b"message")[:-3])
    ours.until(lambda: bool(ours.given))
    (tmp_path / "ttyACM0").unlink()
    first.unplug()
    ours.until(lambda: ours.changes == [True, False])
    second = Device(tmp_path / "ttyACM1")
    ours.until(lambda: ours.changes == [True, False, True])
    ours.send(b"\0again")
    assert os.read(second.own, 64) == b"\0again"
    second.unplug()


def test_a_silent_device_is_not_the_lines_matter(sides: Sides, port: Path) -> None:
    device, ours = Device(port), harness(sides, port, patience_s=2)
    ours.until(lambda: ours.line.up)
    ours.clock.advance(2_500_000_000)
    assert ours.line.up
    device.unplug()


def test_a_device_that_takes_nothing_is_noticed(sides: Sides, port: Path) -> None:
    device, ours = Device(port), harness(sides, port, stalled_s=1)
    ours.until(lambda: ours.line.up)
    ours.send(bytes(1 << 16))
    ours.until(lambda: ours.noted("has taken nothing for 1 s"))
    device.unplug()


def test_a_chattering_device_and_garbage_keep_nobody_from_speaking(sides: Sides, port: Path) -> None:
    device, ours = Device(port), harness(sides, port)
    ours.until(lambda: ours.line.up)
    os.write(device.own, b"\xff" * 4000)
    ours.send(b"still heard")
    ours.until(lambda: len(b"".join(ours.given)) == 4000)
    assert os.read(device.own, 64) == b"still heard"
    device.unplug()


def test_a_port_is_free_for_others_once_the_line_is_taken_down(sides: Sides, port: Path) -> None:
    device, ours = Device(port), harness(sides, port)
    ours.until(lambda: ours.line.up)
    ours.set_up(False)
    with serial.Serial(str(port), exclusive=True):
        assert ours.changes == [True, False]
    ours.set_up(True)
    ours.until(lambda: ours.line.up)
    device.unplug()


def test_the_ppmids_port_is_gone_when_its_end_is_closed(port: Path) -> None:
    sides = Sides()
    ppmid(sides, port)
    sides.harness(lambda end: SerialHarnessEnd(end, SerialSettings(device=str(port))), here=roles.CARRIER)
    sides.close()
    assert not port.is_symlink()


def test_a_port_that_goes_while_it_is_opened_is_opened_once_it_is_there_again(
    sides: Sides, port: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, goes = serial.Serial, [termios.error(errno.EIO, "Input/output error")]

    def opens(*given: object, **named: object) -> object:
        if goes:
            raise goes.pop()
        return opened(*given, **named)

    monkeypatch.setattr(serial, "Serial", opens)
    ppmid(sides, port)
    ours = harness(sides, port)
    ours.until(lambda: ours.line.up)
    assert ours.noted("the port cannot be opened: [Errno 5] Input/output error")


def test_a_port_that_nobody_can_have_alone_is_given_back_and_had_once_it_can(
    sides: Sides, port: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, goes = fcntl.ioctl, [OSError(errno.ENOTTY, "Inappropriate ioctl for device")]
    opened: list[Any] = []

    class Kept(serial.Serial):  # type: ignore[misc]  # pyserial has no types
        def __init__(self, *given: Any, **named: Any) -> None:
            opened.append(self)  # nobody closes it by forgetting it
            super().__init__(*given, **named)

    def asks(number: int, request: int, *more: Any) -> Any:
        if request == termios.TIOCEXCL and goes:
            raise goes.pop()
        return asked(number, request, *more)

    monkeypatch.setattr(serial, "Serial", Kept)
    monkeypatch.setattr(fcntl, "ioctl", asks)
    ppmid(sides, port)
    ours = harness(sides, port)
    ours.until(lambda: ours.line.up)  # a port that was left open would be locked against its own next opening
    assert [one.is_open for one in opened] == [False, True]
    assert ours.line.findings == ("the port cannot be opened: [Errno 25] Inappropriate ioctl for device",)


def test_a_device_is_a_path_or_a_description(port: Path) -> None:
    for device in ("/dev/ttyACM*", "hwgrep://2E8A:000A"):
        SerialSettings(device=device).require()
    assert SerialSettings(device="hwgrep://no such device").find() is None
    with pytest.raises(NotUsable, match="device: expected an absolute path"):
        SerialSettings(device="COM3").require()
