"""A node of one run at the medium of another: it is not heard, and both say whose it is. Others are as welcome."""

import socket
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from home_parts import ADDRESSES, ESME, HUB, PPMID, RecordingTap
from line_ends import wait_for
from waiting_wall import LONG_S

from ppmid_bench.wall_clock import WallClock
from ppmid_devices.lines.ends import LineFault
from ppmid_devices.lines.zep import ZepHan, ZepSettings
from ppmid_devices.lines.zep_benches import Benches
from ppmid_devices.lines.zep_node import ZepNode, ZepNodeSettings
from ppmid_devices.links.han import QUIET, Place
from ppmid_devices.ports import SECOND
from ppmid_protocols.zigbee import zep
from ppmid_protocols.zigbee.frames import MacFrame

OURS, OTHER = "rehearsal-0123abcd of run 1-1", "rehearsal-0123abcd of run 2-1"
PLACES = {name: Place(eui, ADDRESSES[eui]) for eui, name in ((HUB, "hub"), (ESME, "esme"), (PPMID, "ppmid"))}


@pytest.fixture
def clocks() -> Iterator[list[tuple[WallClock, Any]]]:
    """Ends with a clock each, given back at the end."""
    made: list[tuple[WallClock, Any]] = []
    yield made
    for clock, end in made:
        clock.perform(end.close)
        clock.stop()


@pytest.fixture
def medium(clocks: list[tuple[WallClock, Any]]) -> tuple[WallClock, ZepHan]:
    clock = WallClock()
    tap: Any = RecordingTap(clock)  # type: ignore[arg-type]  # it asks for the time alone
    settings = ZepSettings(port=0)
    han = clock.perform(lambda: ZepHan("han", clock, tap, Random(7), QUIET, settings=settings, places=PLACES))
    clock.perform(lambda: han.belong_to(OURS))
    clocks.append((clock, han))
    return clock, han


def node(clocks: list[tuple[WallClock, Any]], medium: ZepHan, bench: str) -> tuple[WallClock, ZepNode]:
    clock = WallClock()
    settings = ZepNodeSettings(medium="{}:{}".format(*medium.address), bench=bench)
    made = clock.perform(lambda: ZepNode("han", clock, settings))
    clock.perform(lambda: made.join(ADDRESSES[PPMID], "ppmid", lambda _: None))
    clocks.append((clock, made))
    return clock, made


FRAME = MacFrame(
    sequence=1, pan=1, destination=ADDRESSES[HUB], source=ADDRESSES[PPMID], payload=b"x", ack_request=False
).encode()


def test_a_node_of_another_bench_is_not_heard_and_both_ends_name_both(
    clocks: list[tuple[WallClock, Any]], medium: tuple[WallClock, ZepHan]
) -> None:
    clock, han = medium
    theirs, radio = node(clocks, han, OTHER)
    theirs.perform(lambda: radio.transmit("ppmid", FRAME))
    with pytest.raises(LineFault) as caught:
        clock.advance(20 * SECOND)
    host, port = radio.address
    assert f"the han link: expected bench {OURS}, found ppmid of bench {OTHER} at {host}:{port}. Look" in str(
        caught.value
    )
    with pytest.raises(LineFault) as caught:
        theirs.advance(20 * SECOND)
    assert f"expected bench {OTHER}, found the medium of bench {OURS} at " in str(caught.value)
    assert han._tap.crossings == []  # type: ignore[attr-defined]  # the tap of the fixture


@pytest.mark.parametrize("bench", [OURS, ""])
def test_a_node_of_this_bench_or_of_none_is_heard(
    bench: str, clocks: list[tuple[WallClock, Any]], medium: tuple[WallClock, ZepHan]
) -> None:
    clock, han = medium
    theirs, radio = node(clocks, han, bench)
    wait_for(lambda: bool(theirs.perform(lambda: radio.up)))
    theirs.perform(lambda: radio.transmit("ppmid", FRAME))
    wait_for(lambda: bool(clock.perform(lambda: han._tap.crossings)))  # type: ignore[attr-defined]
    clock.advance(4 * SECOND)  # as many hellos as end a scenario


def test_a_node_that_is_none_of_ours_is_answered_with_a_hello_that_says_the_bench(
    medium: tuple[WallClock, ZepHan],
) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as station:
        station.settimeout(LONG_S)
        station.sendto(zep.encode(zep.Hello(about=b"0123456789abcdef")), medium[1].address)
        assert zep.decode(station.recv(1000)) == zep.Hello(about=f"the medium of bench {OURS}".encode())
    assert medium[0].perform(lambda: medium[1].greeted_by(b"0123456789abcdef"))


def test_one_hello_of_another_bench_is_forgiven_to_who_then_greets_for_this_one() -> None:
    benches, sender = Benches("a"), ("127.0.0.1", 1)
    for about in (b"ppmid of bench b", b"ppmid of bench b", b"ppmid of bench a", b"ppmid of bench b"):
        benches.hear("the han link", sender, about)
    assert benches.others == {sender: 1}
    assert Benches("").says("x" * 200) == b"x" * zep.LARGEST
    assert Benches("b" * 64).says("x" * 200).endswith(b"x of bench " + b"b" * 64)
