"""A node elsewhere in a network namespace of its own: real interfaces, and a link that is taken down in between."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from random import Random

import pytest
from home_parts import RecordingTap

from ppmid_bench.wall_clock import WallClock
from ppmid_devices.lines.zep import ZepHan, ZepSettings
from ppmid_devices.links.han import QUIET
from ppmid_devices.ports import MILLISECOND, SECOND

SPACE = f"ppmid-{os.getpid()}"
NEAR, FAR = f"pn{os.getpid()}"[:15], f"pf{os.getpid()}"[:15]
HERE, THERE = "10.231.77.1", "10.231.77.2"

TALKER = """
import socket, sys, time
from ppmid_protocols.zigbee import zep
from ppmid_protocols.zigbee.frames import MacFrame
out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
number = 0
while True:
    frame = MacFrame(sequence=number & 255, pan=1, destination=0xFFFF, source=0x55, payload=b"x", ack_request=False)
    try:
        out.sendto(zep.encode(zep.Data(frame=frame.encode(), sequence=number)), (sys.argv[1], int(sys.argv[2])))
    except OSError:
        pass
    number += 1
    time.sleep(0.05)
"""


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True, timeout=10)


@pytest.fixture
def space() -> Iterator[str]:
    """A namespace that is reached over a pair of virtual interfaces; skipped where nobody may make one."""
    if shutil.which("ip") is None:
        pytest.skip("network namespaces need the program ip")
    try:
        ip("netns", "add", SPACE)
    except subprocess.CalledProcessError as problem:
        pytest.skip(f"network namespaces need root: {problem.stderr.strip()}")
    try:
        ip("link", "add", NEAR, "type", "veth", "peer", "name", FAR, "netns", SPACE)
        ip("addr", "add", f"{HERE}/24", "dev", NEAR)
        ip("link", "set", NEAR, "up")
        ip("-n", SPACE, "addr", "add", f"{THERE}/24", "dev", FAR)
        ip("-n", SPACE, "link", "set", FAR, "up")
        yield SPACE
    finally:
        ip("netns", "del", SPACE)  # and with it both interfaces


def test_a_node_in_another_namespace_falls_silent_with_its_interface_and_comes_back(space: str) -> None:
    clock = WallClock()
    tap = RecordingTap(clock)  # type: ignore[arg-type]  # it asks for the time alone
    han = ZepHan("han", clock, tap, Random(1), QUIET, settings=ZepSettings(host=HERE, port=0))
    command = ["ip", "netns", "exec", space, sys.executable, "-c", TALKER, HERE, str(han.address[1])]
    talker = subprocess.Popen(command)

    def grows() -> bool:
        count = len(tap.crossings)
        return clock.run_until(clock.now() + 10 * SECOND, lambda: len(tap.crossings) > count + 3)

    try:
        assert grows()
        assert {one.sender for one in tap.crossings} == {"0x0055"}
        ip("link", "set", NEAR, "down")
        clock.advance(200 * MILLISECOND)
        count = len(tap.crossings)
        clock.advance(SECOND)
        assert len(tap.crossings) == count
        ip("link", "set", NEAR, "up")
        assert grows()
    finally:
        talker.kill()
        talker.wait()
        clock.perform(han.close)
        clock.stop()
