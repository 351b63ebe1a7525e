"""A scan of an address: ports that take a connection are found, others are not."""

import socket

import pytest

from ppmid_devices.lines.port_scan import open_ports


def test_a_port_is_found_while_somebody_listens_there_and_no_longer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert open_ports("127.0.0.1", [port]) == {port}
    assert open_ports("127.0.0.1", [port]) == frozenset()


def test_more_ports_than_are_tried_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        found = open_ports("localhost" if _loopback_only() else "127.0.0.1", range(port - 500, port + 1))
        assert port in found


def _loopback_only() -> bool:
    return socket.getaddrinfo("localhost", None, type=socket.SOCK_STREAM)[0][0] == socket.AF_INET


def test_a_port_that_is_bound_and_does_not_listen_is_not_open() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        assert open_ports("127.0.0.1", [bound.getsockname()[1]]) == frozenset()


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(OSError, match=r"."):
        open_ports("no such host", [1])
