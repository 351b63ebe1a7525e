"""A proxy that spoils a real line: TCP connections, UDP datagrams, or the octets of a serial device.

It stands between the two ends, knows nothing of what they say, and needs no privilege: it delays, throttles, drops,
resets, and goes dark. Dark, it carries nothing and tells nobody, as a router does that has lost its uplink. When it is
light again, what was torn meanwhile is reset, since a stream cannot go on that has lost a part.
"""

import contextlib
import os
import selectors
import socket
import struct
import threading
import time
from collections.abc import Callable
from typing import Any

from ppmid_devices.lines.datagrams import Address
from ppmid_devices.lines.ends import LineFault
from ppmid_devices.lines.impairment import HOLDS_AT_MOST, Impairments, Way
from ppmid_devices.ports import SECOND, Random

_PIECE = 1 << 14
_LARGEST_DATAGRAM = 1 << 16
_PATIENCE_S = 2.0
_MOST_CLIENTS = 64
_AT_ONCE = struct.pack("ii", 1, 0)
"""SO_LINGER: a close that resets."""


class _Leg:
    """From one file descriptor to a sink. ``read`` gives None while there is nothing, and nothing at the end."""

    def __init__(self, source: int, read: Callable[[], bytes | None], sink: Callable[[bytes], int], way: Way) -> None:
        self.source, self.read, self.sink, self.way = source, read, sink, way


class _Pair:
    """The two legs between two ends, and how both are given up: reset, or in peace."""

    def __init__(self, legs: tuple[_Leg, _Leg], close: Callable[[bool], None], half: Callable[[_Leg], None]) -> None:
        self.legs, self.close, self.half = legs, close, half
        self.carried = 0
        self.broken = False
        """Whether one of its ends is gone; the other learns of it once it is light."""


class FaultProxy:
    """What all kinds share: one thread that moves octets until ``close``, and what can be told to it from any other."""

    lossy = False

    def __init__(self, impairments: Impairments, random: Random, what: str) -> None:
        self._impairments, self._random = impairments, random
        self._dark = self._reset = self._stopped = False
        self._pairs: list[_Pair] = []
        self._lock = threading.RLock()
        self._awake, self._wake = socket.socketpair()
        self._awake.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._awake, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._run, name=what, daemon=True)

    def impair(self, impairments: Impairments) -> None:
        """From now on do this to what enters."""
        with self._lock:
            self._impairments = impairments
            for pair in self._pairs:
                for leg in pair.legs:
                    leg.way.impairments = impairments
        self._poke()

    def set_dark(self, dark: bool) -> None:
        """Carry nothing any more, or carry again; what was torn meanwhile is reset then."""
        with self._lock:
            self._dark = dark
            for pair in list(self._pairs):
                for leg in pair.legs:
                    if dark:
                        leg.way.darken()
                    leg.way.dark = dark
        self._poke()

    def reset(self) -> None:
        """Reset every connection that there is."""
        with self._lock:
            self._reset = True
        self._poke()

    def close(self) -> None:
        """End everything, and give it back."""
        if not self._stopped:
            self._stopped = True
            self._poke()
            self._thread.join()
            self._awake.close()
            self._wake.close()

    # In the proxy's own thread.

    def _poke(self) -> None:
        with contextlib.suppress(OSError):  # it has been poked often enough
            self._wake.send(b"\0")

    def _new_way(self) -> Way:
        way = Way(self._impairments, self._random, lossy=self.lossy)
        way.dark = self._dark
        return way

    def _run(self) -> None:
        while not self._stopped:
            self._selector.select(self._wait_s())
            with self._lock, contextlib.suppress(BlockingIOError):
                self._move()
                self._awake.recv(1024)
        with self._lock:
            for pair in list(self._pairs):
                self._give_up(pair, reset=False)
            self._close_all()
            self._selector.close()

    def _close_all(self) -> None:
        """Give back what stands behind all pairs."""

    def _enter(self) -> None:
        """Take what comes from outside of any pair."""

    def _wait_s(self) -> float:
        with self._lock:
            due = [leg.way.next_at for pair in self._pairs for leg in pair.legs if leg.way.next_at is not None]
        return max(0.001, min((min(due) - time.monotonic_ns()) / SECOND, 0.2)) if due else 0.2

    def _move(self) -> None:
        self._enter()
        now = time.monotonic_ns()
        for pair in list(self._pairs):
            if self._reset or (not self._dark and self._is_over(pair)):
                self._give_up(pair, reset=True)
                continue
            try:
                for leg in () if pair.broken else pair.legs:
                    self._serve(pair, leg, now)
            except OSError:
                pair.broken = True
                for leg in pair.legs:
                    self._deafen(leg)
            if not self._dark and all(leg.way.ended and not leg.way.holds for leg in pair.legs):
                self._give_up(pair, reset=False)
        self._reset = False

    def _is_over(self, pair: _Pair) -> bool:
        over = 0 < self._impairments.reset_after <= pair.carried
        return pair.broken or over or any(leg.way.torn for leg in pair.legs)

    def _serve(self, pair: _Pair, leg: _Leg, now: int) -> None:
        while not leg.way.ended and leg.way.holds < HOLDS_AT_MOST and (octets := leg.read()) is not None:
            if not octets:
                leg.way.end()
                self._deafen(leg)
                break
            leg.way.put(now, octets)
        if leg.way.holds >= HOLDS_AT_MOST:
            self._deafen(leg)
        elif not leg.way.ended:
            self._listen(leg)
        while octets := leg.way.due(now):
            taken = leg.sink(octets)
            leg.way.took(taken)
            pair.carried += taken
            if taken < len(octets):
                break
        if leg.way.ended and not leg.way.holds and not leg.way.dark:
            pair.half(leg)

    def _begin(self, pair: _Pair) -> None:
        self._pairs.append(pair)
        for leg in pair.legs:
            self._listen(leg)

    def _listen(self, leg: _Leg) -> None:
        if leg.source not in self._selector.get_map():
            self._selector.register(leg.source, selectors.EVENT_READ)

    def _deafen(self, leg: _Leg) -> None:
        if leg.source in self._selector.get_map():
            self._selector.unregister(leg.source)

    def _give_up(self, pair: _Pair, reset: bool) -> None:
        self._pairs.remove(pair)
        for leg in pair.legs:
            self._deafen(leg)
        pair.close(reset)


class _ListeningProxy(FaultProxy):
    """One that is called at an address of its own."""

    _listener: socket.socket

    @property
    def address(self) -> Address:
        """Where it listens."""
        host, port = self._listener.getsockname()[:2]
        return host, port

    def _begin_listening(self) -> None:
        self._listener.setblocking(False)
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._thread.start()

    def _close_all(self) -> None:
        self._listener.close()


class TcpProxy(_ListeningProxy):
    """Listens, and calls ``target`` for everyone who calls it."""

    def __init__(self, listen: Address, target: Address, impairments: Impairments, random: Random) -> None:
        """Raises LineFault when the address cannot be had, ValueError for a share of dropped octets."""
        if impairments.dropped:
            raise ValueError("dropped: TCP loses no octet; expected delay_ms, octets_per_s or reset_after")
        super().__init__(impairments, random, "TCP fault proxy")
        self._target = target
        try:
            self._listener = socket.create_server(listen)
        except OSError as problem:
            self._awake.close()
            self._wake.close()
            raise LineFault(f"the proxy cannot listen on {listen[0]}:{listen[1]}: {problem}") from problem
        self._begin_listening()

    def _enter(self) -> None:
        while not self._dark and len(self._pairs) < _MOST_CLIENTS:  # in the dark nobody is called back
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


def _tcp_pair(near: socket.socket, far: socket.socket, there: Way, back: Way) -> _Pair:
    legs = (_tcp_leg(near, far, there), _tcp_leg(far, near, back))

    def close(reset: bool) -> None:
        for one in (near, far):
            _close_socket(one, reset)

    def half(leg: _Leg) -> None:
        with contextlib.suppress(OSError):  # it has been told already
            (far if leg is legs[0] else near).shutdown(socket.SHUT_WR)

    return _Pair(legs, close, half)


def _tcp_leg(source: socket.socket, sink: socket.socket, way: Way) -> _Leg:
    return _Leg(source.fileno(), lambda: _received(source), lambda octets: _sent(sink, octets), way)


def _received(source: socket.socket, most: int = _PIECE) -> bytes | None:
    try:
        return source.recv(most)
    except BlockingIOError:
        return None


def _sent(sink: socket.socket, octets: bytes) -> int:
    try:
        return sink.send(octets)
    except BlockingIOError:
        return 0


def _close_socket(one: socket.socket, reset: bool) -> None:
    with contextlib.suppress(OSError):  # its other end was first
        if reset:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
    one.close()


class UdpProxy(_ListeningProxy):
    """Passes datagrams to ``target``, and its answers back to whoever sent first from there."""

    lossy = True

    def __init__(self, listen: Address, target: Address, impairments: Impairments, random: Random) -> None:
        """Raises LineFault when the address cannot be had."""
        super().__init__(impairments, random, "UDP fault proxy")
        self._target = target
        self._clients: dict[Any, _Pair] = {}
        self._listener = socket.socket(socket.AF_INET6 if ":" in listen[0] else socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._listener.bind(listen)
        except OSError as problem:
            for one in (self._listener, self._awake, self._wake):
                one.close()
            raise LineFault(f"the proxy cannot listen on UDP {listen[0]}:{listen[1]}: {problem}") from problem
        self._begin_listening()

    def _enter(self) -> None:
        while True:
            try:
                octets, client = self._listener.recvfrom(_LARGEST_DATAGRAM)
            except OSError:
                return
            pair = self._clients.get(client)
            if pair is None and len(self._clients) < _MOST_CLIENTS:
                pair = self._clients[client] = self._udp_pair(client)
                self._begin(pair)
            if pair is not None and octets and pair.legs[0].way.holds < HOLDS_AT_MOST:
                pair.legs[0].way.put(time.monotonic_ns(), octets)

    def _udp_pair(self, client: Any) -> _Pair:
        far = socket.socket(self._listener.family, socket.SOCK_DGRAM)
        far.connect(self._target)
        far.setblocking(False)

        def pass_on(octets: bytes) -> int:
            _sent(far, octets)  # a datagram goes as a whole or not at all
            return len(octets)

        there = _Leg(far.fileno(), lambda: None, pass_on, self._new_way())

        def answer(octets: bytes) -> int:
            with contextlib.suppress(OSError):  # nobody is there any more
                self._listener.sendto(octets, client)
            return len(octets)

        def read() -> bytes | None:
            try:
                return _received(far, _LARGEST_DATAGRAM) or None
            except OSError:  # an earlier datagram reached nobody
                return None

        def close(reset: bool) -> None:  # noqa: ARG001 (there is nothing to reset)
            self._clients.pop(client, None)
            far.close()

        return _Pair((there, _Leg(far.fileno(), read, answer, self._new_way())), close, lambda _: None)


class SerialProxy(FaultProxy):
    """Stands before a serial device: ``device`` is what to open in its place. Reset has no meaning here."""

    lossy = True

    def __init__(self, behind: str | int, impairments: Impairments, random: Random) -> None:
        """``behind``: the path of the device, or a descriptor of one that is open, which stays its opener's.

        Raises LineFault when it cannot be opened.
        """
        super().__init__(impairments, random, "serial fault proxy")
        try:
            if isinstance(behind, int):
                self._far = os.dup(behind)
                os.set_blocking(self._far, False)
            else:
                self._far = os.open(behind, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        except OSError as problem:
            self._awake.close()
            self._wake.close()
            raise LineFault(f"the proxy cannot open {behind}: {problem}") from problem
        self._near, self._kept = os.openpty()
        for one in (self._kept, self._far):
            _make_raw(one)
        os.set_blocking(self._near, False)
        self.device = os.ttyname(self._kept)
        legs = (self._leg(self._near, self._far), self._leg(self._far, self._near))
        self._begin(_Pair(legs, self._close_ends, lambda _: None))
        self._thread.start()

    def reset(self) -> None:
        """Nothing: a serial line has no connection."""

    def _leg(self, source: int, sink: int) -> _Leg:
        return _Leg(source, lambda: _read(source), lambda octets: _written(sink, octets), self._new_way())

    def _close_ends(self, reset: bool) -> None:  # noqa: ARG002 (there is nothing to reset)
        for one in (self._near, self._kept, self._far):
            os.close(one)


def _make_raw(device: int) -> None:
    import termios
    import tty

    with contextlib.suppress(termios.error):  # not a terminal
        tty.setraw(device)


def _read(source: int) -> bytes | None:
    try:
        octets = os.read(source, _PIECE)
    except BlockingIOError:
        return None
    if not octets:
        raise OSError("the device is gone")
    return octets


def _written(sink: int, octets: bytes) -> int:
    try:
        return os.write(sink, octets)
    except BlockingIOError:
        return 0
