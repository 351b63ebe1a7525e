"""A fault proxy of UDP datagrams, on real sockets."""

import array
import fcntl
import socket
import termios
import time
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from line_ends import wait_for
from waiting_wall import LONG_S

from ppmid_devices.lines.proxy.listening import MOST_CLIENTS
from ppmid_devices.lines.proxy.udp import UdpProxy
from ppmid_devices.links.contract import Impairments

HERE = ("127.0.0.1", 0)


@pytest.fixture
def udp(closing: list[Callable[[], object]]) -> Callable[..., tuple[UdpProxy, socket.socket, socket.socket]]:
    def make(**impairments: Any) -> tuple[UdpProxy, socket.socket, socket.socket]:
        server, client = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
        for one in (server, client):
            one.bind(HERE)
            one.settimeout(LONG_S)
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
    chance = Random(1)
    kept = [number for number in range(100) if chance.random() >= 0.5]
    assert [server.recv(10)[0] for _ in kept] == kept
    server.settimeout(0.5)
    with pytest.raises(TimeoutError):
        server.recv(10)


def waiting(one: socket.socket) -> int:
    """The octets that nobody has read yet."""
    count = array.array("i", [0])
    fcntl.ioctl(one, termios.FIONREAD, count)
    return count[0]


def test_datagrams_in_the_dark_are_gone(udp: Any) -> None:
    proxy, server, client = udp()
    proxy.set_dark(True)
    client.send(b"lost")
    wait_for(lambda: not waiting(proxy._listener))
    time.sleep(0.2)
    proxy.set_dark(False)
    client.send(b"kept")
    assert server.recv(100) == b"kept"


def test_it_can_be_closed_twice(udp: Any) -> None:
    proxy = udp()[0]
    proxy.close()
    proxy.close()


def test_who_comes_after_many_is_heard(udp: Any) -> None:
    proxy, server, client = udp()
    for _ in range(MOST_CLIENTS + 5):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.sendto(b"once", proxy.address)
            assert server.recv(10) == b"once"
    client.send(b"question")
    octets, sender = server.recvfrom(100)
    server.sendto(b"answer", sender)
    assert (octets, client.recv(100)) == (b"question", b"answer")
