"""A TLS line behind a fault proxy: an outage that nobody is told of, a slow line, and what is said of it."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from line_ends import PPMID, Side, Sides

from ppmid_devices import roles
from ppmid_devices.lines.certificates import TestPki
from ppmid_devices.lines.ends import LineFault, NotUsable
from ppmid_devices.lines.tls import TlsHarnessEnd, TlsPpmidEnd
from ppmid_devices.lines.tls_settings import TlsCaller, TlsListener
from ppmid_devices.links.contract import Impairments
from ppmid_devices.links.link import DOWN
from ppmid_devices.ports import MILLISECOND, CannotArrange

Files = Callable[[str], dict[str, Any]]


@pytest.fixture
def files(tmp_path: Path) -> Files:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    TestPki(seed=b"seed", bench="bench-1", not_before=yesterday).write(tmp_path, PPMID)

    def of(end: str) -> dict[str, Any]:
        own = {"certificate": str(tmp_path / f"{end}.pem"), "key": str(tmp_path / f"{end}.key")}
        return {"bench": "bench-1", "handshake_s": 5, "trust": str(tmp_path / "trust.pem"), **own}

    return of


def pair(sides: Sides, files: Files, **impairments: Any) -> tuple[Side, Side]:
    listener = TlsListener(proxy=Impairments(**impairments), **files("harness"))
    ours = sides.harness(lambda end: TlsHarnessEnd(end, listener))
    caller = TlsCaller(connect=ours.line.address, first_wait_ms=50, **files("ppmid"))
    theirs = sides.ppmid(lambda end: TlsPpmidEnd(end, caller))
    ours.until(lambda: ours.line.up)
    theirs.until(lambda: theirs.line.up)
    return ours, theirs


def test_an_outage_is_told_to_neither_end_and_ends_with_a_new_connection(sides: Sides, files: Files) -> None:
    ours, theirs = pair(sides, files)
    ours.send(b"before")
    theirs.until(lambda: theirs.given == [b"before"])
    ours.set_up(False)
    ours.send(b"lost")
    theirs.send(b"lost too")
    ours.clock.advance(300 * MILLISECOND)
    assert ours.line.up
    assert theirs.line.up
    assert (ours.given, theirs.given) == ([], [b"before"])
    to = roles.DELIVERY_SERVICE, roles.PPMID
    assert [one for one in ours.tap.crossings if one[0] == to[0]] == [(*to, b"before", ""), (*to, b"lost", DOWN)]
    ours.set_up(True)
    theirs.until(lambda: theirs.changes[-2:] == [False, True])
    ours.until(lambda: ours.line.up)
    ours.send(b"after")
    theirs.until(lambda: theirs.given == [b"before", b"after"])


def test_a_slow_line_is_slow(sides: Sides, files: Files) -> None:
    ours, theirs = pair(sides, files, delay_ms=200)
    start = ours.clock.now()
    ours.send(b"slow")
    theirs.until(lambda: theirs.given == [b"slow"])
    assert ours.clock.now() - start >= 200 * MILLISECOND


def test_a_line_that_is_reset_again_and_again_comes_back_each_time(sides: Sides, files: Files) -> None:
    ours, theirs = pair(sides, files, reset_after=9_000)
    for number in range(3):
        ours.until(lambda: ours.line.up)
        ours.send(bytes(4000) + bytes([number]))
        ours.clock.advance(300 * MILLISECOND)
    ours.until(lambda: ours.noted("ppmid is gone"))
    theirs.until(lambda: theirs.line.up)


def test_what_tcp_cannot_do_is_refused_before_anything_runs(files: Files) -> None:
    with pytest.raises(NotUsable, match="no dropped: TCP loses no octet"):
        TlsListener(proxy=Impairments(dropped=0.5), **files("harness")).require()
    TlsListener(proxy=Impairments(delay_ms=5), **files("harness")).require()


def test_the_proxys_port_can_be_taken_and_is_given_back(sides: Sides, files: Files) -> None:
    before = set(threading.enumerate())
    ours, _ = pair(sides, files)
    taken = TlsListener(listen=ours.line.address, proxy=Impairments(), **files("harness"))
    with pytest.raises(LineFault, match="cannot listen on"):
        sides.harness(lambda end: TlsHarnessEnd(end, taken))
    assert set(threading.enumerate()) - before


def test_a_scenario_spoils_it_in_mid_run_and_it_is_good_again(sides: Sides, files: Files) -> None:
    ours, theirs = pair(sides, files)
    for delay_ms, message in ((300, b"slow"), (0, b"good")):
        ours.clock.perform(lambda delay_ms=delay_ms: ours.line.impair(Impairments(delay_ms=delay_ms)))
        start = ours.clock.now()
        ours.send(message)
        theirs.until(lambda message=message: theirs.given[-1:] == [message])
        assert ours.clock.now() - start >= delay_ms * MILLISECOND
    ours.clock.perform(lambda: ours.line.set_dark(True))
    ours.send(b"lost")
    ours.clock.advance(300 * MILLISECOND)
    ours.clock.perform(lambda: ours.line.set_dark(False))
    theirs.until(lambda: theirs.changes[-2:] == [False, True])
    ours.until(lambda: ours.line.up)
    ours.clock.perform(ours.line.reset)
    theirs.until(lambda: theirs.changes[-4:] == [False, True, False, True])
    ours.until(lambda: ours.line.up)
    assert theirs.given == [b"slow", b"good"]
    with pytest.raises(CannotArrange, match="TCP loses no octet"):
        ours.clock.perform(lambda: ours.line.impair(Impairments(dropped=0.1)))


def test_nothing_can_spoil_a_line_without_a_proxy(sides: Sides, files: Files) -> None:
    ours = sides.harness(lambda end: TlsHarnessEnd(end, TlsListener(**files("harness"))))
    for spoil in (lambda: ours.line.impair(Impairments()), lambda: ours.line.set_dark(True), ours.line.reset):
        with pytest.raises(CannotArrange, match=r"nothing can spoil the avenue of this bench: .* no proxy = {}"):
            ours.clock.perform(spoil)
