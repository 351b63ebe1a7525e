"""A fault proxy of TCP connections, on real sockets: what it does to octets, and that nothing of it stays behind."""

import os
import socket
import threading
import time
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from line_ends import wait_for
from waiting_wall import LONG_S

from ppmid_devices.lines.ends import LineFault
from ppmid_devices.lines.proxy.tcp import TcpProxy
from ppmid_devices.links.contract import Impairments

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
            thread.join(LONG_S)
            assert not thread.is_alive()


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
        client.settimeout(LONG_S)


def test_without_faults_everything_passes_both_ways_and_the_end_too(tcp: Any) -> None:
    _, echo, client = tcp()
    content = os.urandom(2_000_000)
    sender = threading.Thread(target=client.sendall, args=(content,))
    sender.start()
    assert exactly(client, len(content)) == content
    sender.join()
    client.shutdown(socket.SHUT_WR)
    assert client.recv(1) == b""
    wait_for(lambda: echo.ended == ["end"])


def test_a_delay_holds_each_way(tcp: Any) -> None:
    _, _, client = tcp(delay_ms=150)
    start = time.monotonic()
    client.sendall(b"x")
    assert client.recv(1) == b"x"
    assert time.monotonic() - start >= 0.3


def test_a_rate_is_kept(tcp: Any) -> None:
    _, _, client = tcp(octets_per_s=50_000)
    start = time.monotonic()
    client.sendall(bytes(20_000))
    exactly(client, 20_000)
    assert time.monotonic() - start >= 0.4


def test_after_so_many_octets_a_connection_is_reset_for_both(tcp: Any) -> None:
    _, echo, client = tcp(reset_after=10)
    client.sendall(b"123456")
    assert exactly(client, 6) == b"123456"
    with pytest.raises(ConnectionResetError):
        client.recv(1)
    wait_for(lambda: echo.ended == ["reset"])


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
    wait_for(lambda: echo.ended == ["reset"])
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
    wait_for(lambda: len(echo.ended) == 1)


def test_all_connections_can_be_reset_at_once(tcp: Any) -> None:
    proxy, echo, client = tcp()
    client.sendall(b"1")
    assert client.recv(1) == b"1"
    proxy.reset()
    with pytest.raises(ConnectionResetError):
        client.recv(1)
    wait_for(lambda: echo.ended == ["reset"])


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


def test_it_can_be_closed_twice(tcp: Any) -> None:
    proxy = tcp()[0]
    proxy.close()
    proxy.close()
