"""The fault proxy on real sockets and terminals: what it does to octets, and that nothing of it stays behind."""

import contextlib
import os
import socket
import threading
import time
import tty
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from ppmid_devices.lines.ends import LineFault
from ppmid_devices.lines.impairment import Impairments, Way
from ppmid_devices.lines.proxy import FaultProxy, SerialProxy, TcpProxy, UdpProxy
from ppmid_devices.ports import MILLISECOND, SECOND

HERE = ("127.0.0.1", 0)


class Echo:
    """A server that says everything back, and remembers what it heard."""

    def __init__(self) -> None:
        self.listener = socket.create_server(HERE)
        self.heard = b""
        self.ended: list[str] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    @property
    def address(self) -> tuple[str, int]:
        host, port = self.listener.getsockname()
        return host, port

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self._threads.append(threading.Thread(target=self._serve, args=(connection,)))
            self._threads[-1].start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            try:
                while octets := connection.recv(65536):
                    self.heard += octets
                    connection.sendall(octets)
                self.ended.append("end")
            except OSError:
                self.ended.append("reset")

    def close(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for thread in self._threads:
            thread.join(10)
            assert not thread.is_alive()


@pytest.fixture
def closing() -> Iterator[list[Callable[[], object]]]:
    before = threading.active_count()
    closers: list[Callable[[], object]] = []
    yield closers
    for close in closers:
        close()
    assert threading.active_count() == before


@pytest.fixture
def tcp(closing: list[Callable[[], object]]) -> Callable[..., tuple[TcpProxy, Echo, socket.socket]]:
    def make(**impairments: Any) -> tuple[TcpProxy, Echo, socket.socket]:
        echo = Echo()
        proxy = TcpProxy(HERE, echo.address, Impairments(**impairments), Random(1))
        client = socket.create_connection(proxy.address, 10)
        closing[:0] = [client.close, proxy.close, echo.close]
        return proxy, echo, client

    return make


def exactly(client: socket.socket, count: int) -> bytes:
    octets = b""
    while len(octets) < count:
        piece = client.recv(65536)
        assert piece
        octets += piece
    return octets


def silent(client: socket.socket, seconds: float = 0.3) -> bool:
    client.settimeout(seconds)
    try:
        return client.recv(1) == b"nothing"
    except TimeoutError:
        return True
    finally:
        client.settimeout(10)


def until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.005)


# TCP.


def test_without_faults_everything_passes_both_ways_and_the_end_too(tcp: Any) -> None:
    _, echo, client = tcp()
    content = os.urandom(2_000_000)
    sender = threading.Thread(target=client.sendall, args=(content,))
    sender.start()
    assert exactly(client, len(content)) == content
    sender.join()
    client.shutdown(socket.SHUT_WR)
    assert client.recv(1) == b""
    until(lambda: echo.ended == ["end"])


def test_a_delay_holds_each_way(tcp: Any) -> None:
    _, _, client = tcp(delay_ms=150)
    start = time.monotonic()
    client.sendall(b"x")
    assert client.recv(1) == b"x"
    assert 0.3 <= time.monotonic() - start < 3


def test_a_rate_is_kept(tcp: Any) -> None:
    _, _, client = tcp(octets_per_s=50_000)
    start = time.monotonic()
    client.sendall(bytes(20_000))
    exactly(client, 20_000)
    assert 0.4 <= time.monotonic() - start < 5


def test_after_so_many_octets_a_connection_is_reset_for_both(tcp: Any) -> None:
    _, echo, client = tcp(reset_after=10)
    client.sendall(b"123456")
    assert exactly(client, 6) == b"123456"
    with pytest.raises(ConnectionResetError):
        client.recv(1)
    until(lambda: echo.ended == ["reset"])


def test_dark_nothing_passes_and_nobody_is_told_and_what_was_torn_is_reset_in_the_light(tcp: Any) -> None:
    proxy, echo, client = tcp()
    client.sendall(b"before")
    assert exactly(client, 6) == b"before"
    proxy.set_dark(True)
    client.sendall(b"lost")
    assert silent(client)
    assert (echo.heard, echo.ended) == (b"before", [])
    proxy.set_dark(False)
    with pytest.raises(ConnectionResetError):
        client.recv(1)
    until(lambda: echo.ended == ["reset"])
    with socket.create_connection(proxy.address, 10) as again:
        again.sendall(b"after")
        assert exactly(again, 5) == b"after"
    assert echo.heard == b"beforeafter"


def test_a_connection_that_said_nothing_in_the_dark_lives_on(tcp: Any) -> None:
    proxy, _, client = tcp()
    client.sendall(b"1")
    assert client.recv(1) == b"1"
    proxy.set_dark(True)
    assert silent(client)
    proxy.set_dark(False)
    client.sendall(b"2")
    assert client.recv(1) == b"2"


def test_who_calls_in_the_dark_is_heard_in_the_light(tcp: Any) -> None:
    proxy, echo, _ = tcp()
    proxy.set_dark(True)
    with socket.create_connection(proxy.address, 10) as late:
        late.sendall(b"hello")
        assert silent(late)
        assert echo.heard == b""
        proxy.set_dark(False)
        assert exactly(late, 5) == b"hello"


def test_an_end_that_goes_in_the_dark_is_not_told_before_the_light(tcp: Any) -> None:
    proxy, echo, client = tcp()
    client.sendall(b"1")
    assert client.recv(1) == b"1"
    proxy.set_dark(True)
    client.close()
    time.sleep(0.3)
    assert echo.ended == []
    proxy.set_dark(False)
    until(lambda: len(echo.ended) == 1)


def test_all_connections_can_be_reset_at_once(tcp: Any) -> None:
    proxy, echo, client = tcp()
    client.sendall(b"1")
    assert client.recv(1) == b"1"
    proxy.reset()
    with pytest.raises(ConnectionResetError):
        client.recv(1)
    until(lambda: echo.ended == ["reset"])


def test_impairments_can_change_while_a_connection_stands(tcp: Any) -> None:
    proxy, _, client = tcp()
    client.sendall(b"1")
    assert client.recv(1) == b"1"
    proxy.impair(Impairments(delay_ms=200))
    start = time.monotonic()
    client.sendall(b"2")
    assert client.recv(1) == b"2"
    assert time.monotonic() - start >= 0.4


def test_nobody_behind_is_a_reset_and_the_proxy_goes_on(closing: list[Callable[[], object]]) -> None:
    with socket.socket() as nobody:
        nobody.bind(HERE)  # and does not listen
        proxy = TcpProxy(HERE, nobody.getsockname(), Impairments(), Random(1))
        closing.append(proxy.close)
        for _ in range(2):
            with pytest.raises(ConnectionResetError):
                _call(proxy.address)


def test_a_port_that_another_has_is_named(tcp: Any) -> None:
    proxy, echo, _ = tcp()
    with pytest.raises(LineFault, match=r"the proxy cannot listen on 127.0.0.1:"):
        TcpProxy(proxy.address, echo.address, Impairments(), Random(1))


def test_tcp_loses_no_octet() -> None:
    with pytest.raises(ValueError, match="TCP loses no octet"):
        TcpProxy(HERE, HERE, Impairments(dropped=0.1), Random(1))


def _call(address: tuple[str, int]) -> bytes:
    with socket.create_connection(address, 10) as client:
        return client.recv(1)


# UDP.


@pytest.fixture
def udp(closing: list[Callable[[], object]]) -> Callable[..., tuple[UdpProxy, socket.socket, socket.socket]]:
    def make(**impairments: Any) -> tuple[UdpProxy, socket.socket, socket.socket]:
        server, client = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
        for one in (server, client):
            one.bind(HERE)
            one.settimeout(10)
        proxy = UdpProxy(HERE, server.getsockname(), Impairments(**impairments), Random(1))
        client.connect(proxy.address)
        closing[:0] = [client.close, proxy.close, server.close]
        return proxy, server, client

    return make


def test_datagrams_pass_both_ways_whole(udp: Any) -> None:
    _, server, client = udp(delay_ms=50)
    client.send(b"question")
    octets, sender = server.recvfrom(100)
    assert octets == b"question"
    server.sendto(b"answer", sender)
    assert client.recv(100) == b"answer"


def test_a_share_of_datagrams_is_lost_by_the_seed(udp: Any) -> None:
    _, server, client = udp(dropped=0.5)
    for number in range(100):
        client.send(bytes([number]))
    server.settimeout(0.5)
    came: list[int] = []
    with contextlib.suppress(TimeoutError):
        while len(came) < 100:
            came.append(server.recv(10)[0])
    chance = Random(1)
    assert came == [number for number in range(100) if chance.random() >= 0.5]


def test_datagrams_in_the_dark_are_gone(udp: Any) -> None:
    proxy, server, client = udp()
    proxy.set_dark(True)
    client.send(b"lost")
    time.sleep(0.2)
    proxy.set_dark(False)
    client.send(b"kept")
    assert server.recv(100) == b"kept"


# Serial.


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


# The way itself, without a socket.


def out(way: Way, until: int) -> list[tuple[int, bytes]]:
    """What comes out, with its times, when it is always asked in time."""
    came = []
    while (at := way.next_at) is not None and at <= until:
        came.append((at, way.due(at)))
        way.took(len(came[-1][1]))
    return came


def test_delay_and_rate_add_up_and_keep_the_order() -> None:
    way = Way(Impairments(delay_ms=100, octets_per_s=1000), Random(1), lossy=False)
    way.put(0, bytes(50))
    way.put(0, bytes(50))
    way.put(SECOND, b"x")
    assert out(way, 2 * SECOND) == [
        (150 * MILLISECOND, bytes(50)),
        (200 * MILLISECOND, bytes(50)),
        (1_101 * MILLISECOND, b"x"),
    ]


def test_a_piece_that_is_taken_in_parts_loses_nothing() -> None:
    way = Way(Impairments(), Random(1), lossy=False)
    way.put(0, b"abcdef")
    way.took(2)
    assert (way.due(0), way.holds) == (b"cdef", 4)


@any_of(
    pieces=st.lists(st.binary(min_size=1, max_size=20), max_size=20),
    delay=st.integers(0, 500),
    rate=st.integers(0, 5000),
)
def test_a_stream_in_the_light_comes_out_as_it_went_in(pieces: list[bytes], delay: int, rate: int) -> None:
    way = Way(Impairments(delay_ms=delay, octets_per_s=rate), Random(1), lossy=False)
    for number, piece in enumerate(pieces):
        way.put(number * MILLISECOND, piece)
    came = out(way, 10**15)
    assert [octets for _, octets in came] == pieces
    assert [at for at, _ in came] == sorted(at for at, _ in came)
    assert not way.torn


@pytest.mark.parametrize("wrong", [{"dropped": 1.5}, {"dropped": -0.1}, {"delay_ms": -1}, {"octets_per_s": -1}])
def test_what_is_no_impairment_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="expected a"):
        Impairments(**wrong)


def test_every_proxy_can_be_closed_twice(tcp: Any, udp: Any, serial: Any) -> None:
    proxies: list[FaultProxy] = [tcp()[0], udp()[0], serial()[0]]
    for proxy in proxies:
        proxy.close()
        proxy.close()
