"""What proxies of all kinds share: one thread, the pairs of ways between two ends, and what can be told to it.

A proxy stands between the two ends: it delays, throttles, drops, resets, and goes dark. Dark, it carries nothing and
tells nobody, as a router does that has lost its uplink. When it is light again, what was torn meanwhile is reset, since
a stream cannot go on that has lost a part.
"""

import contextlib
import selectors
import socket
import threading
import time
from collections.abc import Callable
from typing import Protocol

from ppmid_devices.lines.proxy.way import HOLDS_AT_MOST, Way
from ppmid_devices.links.contract import Impairments
from ppmid_devices.ports import SECOND, Random


class Leg:
    """From one file descriptor to a sink. ``read`` gives None while there is nothing, and nothing at the end."""

    def __init__(self, source: int, read: Callable[[], bytes | None], sink: Callable[[bytes], int], way: Way) -> None:
        self.source, self.read, self.sink, self.way = source, read, sink, way


class Pair:
    """The two legs between two ends, and how both are given up: reset, or in peace."""

    def __init__(self, legs: tuple[Leg, Leg], close: Callable[[bool], None], half: Callable[[Leg], None]) -> None:
        self.legs, self.close, self.half = legs, close, half
        self.carried = 0
        self.broken = False
        """Whether one of its ends is gone; the other learns of it once it is light."""


class Spoiler(Protocol):
    """What can be told in mid-run to spoil a line."""

    def impair(self, impairments: Impairments) -> None:
        """From now on do this to what enters. Raises CannotArrange for what the line cannot do."""

    def set_dark(self, dark: bool) -> None:
        """Carry nothing any more, or carry again; what was torn meanwhile is reset then."""

    def reset(self) -> None:
        """Reset every connection that there is. Raises CannotArrange where there are none."""


class FaultProxy:
    """What all kinds share: one thread that moves octets until ``close``, and what can be told to it from any other."""

    lossy = False

    def __init__(self, impairments: Impairments, random: Random, what: str) -> None:
        self._impairments, self._random = impairments, random
        self._dark = self._reset = self._stopped = False
        self._pairs: list[Pair] = []
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

    def _abandon(self) -> None:
        """Give back what was there before it could begin."""
        self._selector.close()
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

    def _is_over(self, pair: Pair) -> bool:
        over = 0 < self._impairments.reset_after <= pair.carried
        return pair.broken or over or any(leg.way.torn for leg in pair.legs)

    def _serve(self, pair: Pair, leg: Leg, now: int) -> None:
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

    def _begin(self, pair: Pair) -> None:
        self._pairs.append(pair)
        for leg in pair.legs:
            self._listen(leg)

    def _listen(self, leg: Leg) -> None:
        if leg.source not in self._selector.get_map():
            self._selector.register(leg.source, selectors.EVENT_READ)

    def _deafen(self, leg: Leg) -> None:
        if leg.source in self._selector.get_map():
            self._selector.unregister(leg.source)

    def _give_up(self, pair: Pair, reset: bool) -> None:
        self._pairs.remove(pair)
        for leg in pair.legs:
            self._deafen(leg)
        pair.close(reset)
