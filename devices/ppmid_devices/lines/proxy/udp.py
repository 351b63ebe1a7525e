"""A proxy of UDP datagrams, each of which goes as a whole or not at all."""

import contextlib
import socket
import time
from typing import Any

from ppmid_devices.lines.datagrams import Address
from ppmid_devices.lines.ends import LineFault
from ppmid_devices.lines.proxy.fault_proxy import Leg, Pair
from ppmid_devices.lines.proxy.listening import MOST_CLIENTS, ListeningProxy, received, sent
from ppmid_devices.lines.proxy.way import HOLDS_AT_MOST
from ppmid_devices.links.contract import Impairments
from ppmid_devices.ports import Random

_LARGEST_DATAGRAM = 1 << 16


class UdpProxy(ListeningProxy):
    """Passes datagrams to ``target``, and its answers back to whoever sent first from there."""

    lossy = True

    def __init__(self, listen: Address, target: Address, impairments: Impairments, random: Random) -> None:
        """Raises LineFault when the address cannot be had."""
        super().__init__(impairments, random, "UDP fault proxy")
        self._target = target
        self._clients: dict[Any, Pair] = {}
        self._listener = socket.socket(socket.AF_INET6 if ":" in listen[0] else socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._listener.bind(listen)
        except OSError as problem:
            self._listener.close()
            self._abandon()
            raise LineFault(f"the proxy cannot listen on UDP {listen[0]}:{listen[1]}: {problem}") from problem
        self._begin_listening()

    def _enter(self) -> None:
        while True:
            try:
                octets, client = self._listener.recvfrom(_LARGEST_DATAGRAM)
            except OSError:
                return
            pair = self._clients.get(client)
            if pair is None:
                if len(self._clients) >= MOST_CLIENTS:  # nobody says when a client has gone: the oldest makes room
                    self._give_up(next(iter(self._clients.values())), reset=False)
                pair = self._clients[client] = self._udp_pair(client)
                self._begin(pair)
            if octets and pair.legs[0].way.holds < HOLDS_AT_MOST:
                pair.legs[0].way.put(time.monotonic_ns(), octets)

    def _udp_pair(self, client: Any) -> Pair:
        far = socket.socket(self._listener.family, socket.SOCK_DGRAM)
        far.connect(self._target)
        far.setblocking(False)

        def pass_on(octets: bytes) -> int:
            sent(far, octets)  # a datagram goes as a whole or not at all
            return len(octets)

        there = Leg(far.fileno(), lambda: None, pass_on, self._new_way())

        def answer(octets: bytes) -> int:
            with contextlib.suppress(OSError):  # nobody is there any more
                self._listener.sendto(octets, client)
            return len(octets)

        def read() -> bytes | None:
            try:
                return received(far, _LARGEST_DATAGRAM) or None
            except OSError:  # an earlier datagram reached nobody
                return None

        def close(reset: bool) -> None:  # noqa: ARG001 (there is nothing to reset)
            self._clients.pop(client, None)
            far.close()

        return Pair((there, Leg(far.fileno(), read, answer, self._new_way())), close, lambda _: None)
