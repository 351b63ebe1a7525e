"""A proxy of TCP connections. It loses no octet, as TCP does not: it delays, throttles, resets and goes dark."""

import contextlib
import socket
import struct

from ppmid_devices.lines.datagrams import Address
from ppmid_devices.lines.ends import LineFault
from ppmid_devices.lines.proxy.fault_proxy import Leg, Pair
from ppmid_devices.lines.proxy.listening import MOST_CLIENTS, ListeningProxy, received, sent
from ppmid_devices.lines.proxy.way import Way
from ppmid_devices.links.contract import Impairments
from ppmid_devices.ports import CannotArrange, Random

_PATIENCE_S = 2.0
_AT_ONCE = struct.pack("ii", 1, 0)
"""SO_LINGER: a close that resets."""


class TcpProxy(ListeningProxy):
    """Listens, and calls ``target`` for everyone who calls it."""

    def __init__(self, listen: Address, target: Address, impairments: Impairments, random: Random) -> None:
        """Raises LineFault when the address cannot be had, ValueError for a share of dropped octets."""
        if impairments.dropped:
            raise ValueError("dropped: TCP loses no octet; expected delay_ms, octets_per_s or reset_after")
        super().__init__(impairments, random, "TCP fault proxy")
        self._target = target
        family = socket.AF_INET6 if ":" in listen[0] else socket.AF_INET
        try:
            self._listener = socket.create_server(listen, family=family)
        except OSError as problem:
            self._abandon()
            raise LineFault(f"the proxy cannot listen on {listen[0]}:{listen[1]}: {problem}") from problem
        self._begin_listening()

    def impair(self, impairments: Impairments) -> None:
        """As every proxy. Raises CannotArrange for a share of dropped octets."""
        if impairments.dropped:
            raise CannotArrange("TCP loses no octet: a line of it can be slow, dark or reset, and not lossy")
        super().impair(impairments)

    def _enter(self) -> None:
        while not self._dark and len(self._pairs) < MOST_CLIENTS:  # in the dark nobody is called back
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(self._target, _PATIENCE_S)
            except OSError:
                _close_socket(near, reset=True)
                continue
            near.setblocking(False)
            far.setblocking(False)
            self._begin(_tcp_pair(near, far, self._new_way(), self._new_way()))


def _tcp_pair(near: socket.socket, far: socket.socket, there: Way, back: Way) -> Pair:
    legs = (_tcp_leg(near, far, there), _tcp_leg(far, near, back))

    def close(reset: bool) -> None:
        for one in (near, far):
            _close_socket(one, reset)

    def half(leg: Leg) -> None:
        with contextlib.suppress(OSError):  # it has been told already
            (far if leg is legs[0] else near).shutdown(socket.SHUT_WR)

    return Pair(legs, close, half)


def _tcp_leg(source: socket.socket, sink: socket.socket, way: Way) -> Leg:
    return Leg(source.fileno(), lambda: received(source), lambda octets: sent(sink, octets), way)


def _close_socket(one: socket.socket, reset: bool) -> None:
    with contextlib.suppress(OSError):  # its other end was first
        if reset:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
    one.close()
