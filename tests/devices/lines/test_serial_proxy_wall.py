"""A serial line behind a fault proxy: slow, lossy, and unplugged."""

import os
import threading
from pathlib import Path
from typing import Any

import pytest
from line_ends import Side, Sides

from ppmid_devices import roles
from ppmid_devices.lines.pty import PtySettings, SerialPpmidEnd
from ppmid_devices.lines.serial_port import SerialHarnessEnd, SerialSettings
from ppmid_devices.links.contract import Impairments
from ppmid_devices.ports import MILLISECOND, CannotArrange

pytest.importorskip("serial", reason="the extra usb is not installed")


def pair(sides: Sides, port: Path, **impairments: Any) -> tuple[Side, Side]:
    theirs = sides.ppmid(lambda end: SerialPpmidEnd(end, PtySettings(device=str(port))), there=roles.CARRIER)
    settings = SerialSettings(device=str(port), proxy=Impairments(**impairments))
    ours = sides.harness(lambda end: SerialHarnessEnd(end, settings), here=roles.CARRIER)
    ours.until(lambda: ours.line.up)
    theirs.until(lambda: theirs.line.up)
    return ours, theirs


def test_every_octet_crosses_both_ways_at_the_rate(sides: Sides, tmp_path: Path) -> None:
    ours, theirs = pair(sides, tmp_path / "tty", octets_per_s=1000)
    every = bytes(range(256))
    start = ours.clock.now()
    ours.send(every)
    theirs.until(lambda: b"".join(theirs.given) == every)
    assert ours.clock.now() - start >= 256 * MILLISECOND
    theirs.send(every)
    ours.until(lambda: b"".join(ours.given) == every)


def test_what_is_dropped_does_not_arrive(sides: Sides, tmp_path: Path) -> None:
    ours, theirs = pair(sides, tmp_path / "tty", dropped=1.0)
    ours.send(b"lost")
    ours.clock.advance(500 * MILLISECOND)
    assert theirs.given == []
    assert ours.line.up


def test_a_device_that_is_unplugged_is_noticed_through_the_proxy(sides: Sides, tmp_path: Path) -> None:
    own, host = os.openpty()
    port = tmp_path / "tty"
    port.symlink_to(os.ttyname(host))
    before = set(threading.enumerate())
    settings = SerialSettings(device=str(port), proxy=Impairments())
    ours = sides.harness(lambda end: SerialHarnessEnd(end, settings), here=roles.CARRIER)
    ours.until(lambda: ours.line.up)
    ours.send(b"hello")
    assert os.read(own, 100) == b"hello"
    port.unlink()
    os.close(own)
    os.close(host)
    ours.until(lambda: not ours.line.up)
    ours.set_up(False)
    ours.until(lambda: len(set(threading.enumerate()) - before) <= 1)  # the clock's


def test_a_scenario_spoils_it_before_there_is_a_port(sides: Sides, tmp_path: Path) -> None:
    settings = SerialSettings(device=str(tmp_path / "tty"), proxy=Impairments())
    ours = sides.harness(lambda end: SerialHarnessEnd(end, settings), here=roles.CARRIER)
    ours.clock.perform(lambda: ours.line.impair(Impairments(octets_per_s=1000)))
    with pytest.raises(CannotArrange, match="a serial line has no connection"):
        ours.clock.perform(ours.line.reset)
    made = PtySettings(device=str(tmp_path / "tty"))
    theirs = sides.ppmid(lambda end: SerialPpmidEnd(end, made), there=roles.CARRIER)
    ours.until(lambda: ours.line.up)
    theirs.until(lambda: theirs.line.up)
    start = ours.clock.now()
    ours.send(bytes(300))
    theirs.until(lambda: b"".join(theirs.given) == bytes(300))
    assert ours.clock.now() - start >= 300 * MILLISECOND


def test_a_scenario_spoils_it_in_mid_run_also_once_it_is_plugged_in_again(sides: Sides, tmp_path: Path) -> None:
    ours, theirs = pair(sides, tmp_path / "tty")
    ours.clock.perform(lambda: ours.line.impair(Impairments(dropped=1.0)))
    ours.send(b"lost")
    ours.set_up(False)
    theirs.until(lambda: not theirs.line.up)
    ours.set_up(True)
    ours.until(lambda: ours.line.up)
    theirs.until(lambda: theirs.line.up)
    ours.send(b"lost too")
    ours.clock.advance(500 * MILLISECOND)
    assert theirs.given == []
    ours.clock.perform(lambda: ours.line.impair(Impairments()))
    ours.send(b"good")
    theirs.until(lambda: theirs.given == [b"good"])
    ours.clock.perform(lambda: ours.line.set_dark(True))
    ours.send(b"in the dark")
    ours.clock.advance(500 * MILLISECOND)
    ours.clock.perform(lambda: ours.line.set_dark(False))
    ours.send(b"light")
    theirs.until(lambda: theirs.given == [b"good", b"light"])
    with pytest.raises(CannotArrange, match="a serial line has no connection"):
        ours.clock.perform(ours.line.reset)
