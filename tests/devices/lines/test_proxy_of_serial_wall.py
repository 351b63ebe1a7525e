"""A fault proxy before a serial device, on real terminals."""

import os
import time
import tty
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from ppmid_devices.lines.ends import LineFault
from ppmid_devices.lines.proxy.serial import SerialProxy
from ppmid_devices.links.contract import Impairments


@pytest.fixture
def serial(closing: list[Callable[[], object]]) -> Callable[..., tuple[SerialProxy, int, int]]:
    """A device (its own end), the proxy before it, and the harness's end."""

    def make(**impairments: Any) -> tuple[SerialProxy, int, int]:
        device, behind = os.openpty()
        tty.setraw(behind)
        proxy = SerialProxy(os.ttyname(behind), Impairments(**impairments), Random(1))
        harness = os.open(proxy.device, os.O_RDWR | os.O_NOCTTY)
        for one in (device, harness):
            os.set_blocking(one, False)
        closing[:0] = [proxy.close, *(lambda one=one: os.close(one) for one in (harness, device, behind))]
        return proxy, device, harness

    return make


def read(one: int, count: int) -> bytes:
    octets = b""
    deadline = time.monotonic() + 10
    while len(octets) < count and time.monotonic() < deadline:
        try:
            octets += os.read(one, 4096)
        except BlockingIOError:
            time.sleep(0.005)
    return octets


def test_a_serial_line_passes_every_octet_both_ways(serial: Any) -> None:
    _, device, harness = serial()
    every = bytes(range(256))
    os.write(harness, every)
    assert read(device, 256) == every
    os.write(device, every)
    assert read(harness, 256) == every


def test_a_cable_in_the_dark_loses_what_is_written_to_it(serial: Any) -> None:
    proxy, device, harness = serial()
    proxy.set_dark(True)
    os.write(harness, b"lost")
    time.sleep(0.3)
    proxy.set_dark(False)
    os.write(harness, b"kept")
    assert read(device, 4) == b"kept"


def test_a_slow_cable_keeps_its_rate(serial: Any) -> None:
    _, device, harness = serial(octets_per_s=1000)
    start = time.monotonic()
    os.write(harness, bytes(400))
    assert read(device, 400) == bytes(400)
    assert time.monotonic() - start >= 0.4


def test_a_device_that_is_not_there_is_named() -> None:
    with pytest.raises(LineFault, match="the proxy cannot open /dev/nothing"):
        SerialProxy("/dev/nothing", Impairments(), Random(1))


def test_it_can_be_closed_twice(serial: Any) -> None:
    proxy = serial()[0]
    proxy.close()
    proxy.close()
