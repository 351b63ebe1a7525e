"""Where parties in processes of their own call a run: one socket, bound once, and those who wait at it.

Who calls says which bench it means and which party it is, and is kept until a scenario needs it. A process that ends
with its scenario is started again for the next; one that calls again is taken again. Who means another bench is told
so, and so is the run, by the names of both.
"""

import itertools
import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Sequence

from ppmid_bench.bench_file import BenchFile
from ppmid_bench.errors import HarnessFault
from ppmid_devices.remote.host import BENCH
from ppmid_devices.remote.peer import PATIENCE_S, Hello, Peer, PeerFault

_HERE = "127.0.0.1"
_RUNS = itertools.count(1)
"""Tells runs of one process apart: no two that live at one time have the same bench."""
STARTS_S = 120.0
"""How long a process may take from its start to its call: on a busy machine many are started at a time."""
_LOOKS_S = 0.1
_CLOSING_S = 5.0
"""How long a process may take to end, or to call again, when its scenario has ended."""


class ControlPort:
    """The socket and the processes of a run on this bench, until ``close``. Nothing is opened before it is needed."""

    def __init__(self, bench: BenchFile) -> None:
        self._source, self._address, self._muster_s = bench.source, bench.control or (_HERE, 0), bench.muster_s
        self._by_hand, self._bench = bench.id, f"{bench.id} of run {os.getpid()}-{next(_RUNS)}"
        self._listener: socket.socket | None = None
        self._acceptor: threading.Thread | None = None
        self._changed = threading.Condition()
        self._callers: dict[threading.Thread, Peer] = {}
        self._present: dict[str, Peer] = {}
        self._taken: set[str] = set()
        self._wrong: dict[str, str] = {}
        self._stranger = ""
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._absent: set[str] = set()

    @property
    def bench(self) -> str:
        """What the bench of this run is called in all that it says to those who are elsewhere."""
        return self._bench

    def process(self, role: str) -> "subprocess.Popen[bytes] | None":
        """The process that was started for a party."""
        return self._processes.get(role)

    def call_up(self, role: str, command: Sequence[str]) -> None:
        """Start the process of a party, unless there is one. Raises HarnessFault."""
        process = self._processes.get(role)
        if process is None or process.poll() is not None:
            host, port = self._open()
            whole = [*command, role, "--connect", f"{host}:{port}", "--bench", self._bench]
            self._taken.discard(role)
            try:  # Ctrl-C is for the bench, which ends it
                self._processes[role] = subprocess.Popen(whole, start_new_session=True)
            except OSError as problem:
                sentence = f"the process of {role} cannot be started: {command[0]}: {problem.strerror}"
                raise HarnessFault(sentence) from problem

    def take(self, role: str, command: Sequence[str]) -> Peer:
        """The line of the party whose process ``command`` starts. Raises PeerFault when it does not call."""
        self.call_up(role, command)
        again = time.monotonic() + _CLOSING_S if role in self._taken else 0.0

        def amiss() -> str:
            process = self._processes[role]
            if role not in self._taken:
                return "" if process.poll() is None else f"the process of {role} ended by {process.returncode} at once"
            if process.poll() is None and time.monotonic() > again:  # it has served before, and hangs now
                process.kill()
                process.wait()
            self.call_up(role, command)
            return ""

        late = f"the process of {role} has not called within {STARTS_S:g} s"
        return self._wait(role, STARTS_S, late, amiss)

    def await_by_hand(self, role: str) -> Peer:
        """The line of a party that somebody starts. Raises PeerFault when it does not call; see ``BenchFile.muster_s``.

        Whoever did not come is waited for but shortly the next time, so that a run on a bench without it still ends.
        """
        host, port = self._open()
        patience = _CLOSING_S if role in self._absent else self._muster_s
        late = (
            f"no {role} has called {host}:{port} within {patience:g} s; "
            f"start it by: ppmid-harness device {role} --bench {self._source}"
        )
        self._absent.add(role)
        peer = self._wait(role, patience, late, lambda: "")
        self._absent.discard(role)
        return peer

    def close(self) -> None:
        """End all lines, so that processes end too; those that do not are killed."""
        if self._listener is not None and self._acceptor is not None:
            listener, self._listener = self._listener, None
            self._acceptor.join()
            listener.close()
        for caller, peer in list(self._callers.items()):  # no more of them come
            peer.close()
            caller.join()
        for peer in self._present.values():
            peer.close()
        deadline = time.monotonic() + _CLOSING_S
        for process in self._processes.values():
            try:
                process.wait(max(deadline - time.monotonic(), _LOOKS_S))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _wait(self, role: str, patience_s: float, late: str, amiss: Callable[[], str]) -> Peer:
        deadline = time.monotonic() + patience_s
        with self._changed:
            while True:
                peer = self._present.get(role)
                if peer is not None and not peer.ended:
                    self._wrong.pop(role, None)
                    self._taken.add(role)
                    return peer
                problem = self._wrong.pop(role, "") or amiss()
                if not problem and time.monotonic() > deadline:
                    problem = f"{late}{self._stranger}"
                if problem:
                    raise PeerFault(problem)
                self._changed.wait(_LOOKS_S)

    def _open(self) -> tuple[str, int]:
        """Bind the socket, the first time; gives its address. Raises HarnessFault."""
        if self._listener is None:
            host, port = self._address
            try:
                self._listener = socket.create_server(self._address)
            except OSError as problem:
                why = os.strerror(problem.errno or 0)
                raise HarnessFault(
                    f"{self._source}: [bench] control: {host}:{port} cannot be had ({why}); "
                    "look whether another run or program has it, and end that or name another port"
                ) from problem
            self._listener.settimeout(_LOOKS_S)
            self._address = self._listener.getsockname()[:2]
            self._acceptor = threading.Thread(target=self._accept, args=(self._listener,), name="control", daemon=True)
            self._acceptor.start()
        return self._address

    def _accept(self, listener: socket.socket) -> None:
        """The thread that answers callers, each in a thread of its own: one that says nothing keeps nobody waiting."""
        while self._listener is listener:
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            connection.settimeout(None)
            peer = Peer(connection, "who has called", arrived=lambda: None, nested=True)
            caller = threading.Thread(target=self._meet, args=(peer,), name="caller", daemon=True)
            self._callers[caller] = peer
            caller.start()

    def _meet(self, peer: Peer) -> None:
        try:
            heard = peer.hear(BENCH, (self._by_hand, self._bench), PATIENCE_S)
            self._admit(peer, heard)
        except PeerFault as problem:
            peer.close()
            self._stranger = f"; somebody has called, but {problem}"
        finally:
            self._callers.pop(threading.current_thread(), None)

    def _admit(self, peer: Peer, heard: Hello) -> None:
        with self._changed:
            known = self._present.get(heard.name)
            if heard.bench not in (self._bench, self._by_hand):
                self._wrong[heard.name] = (
                    f"expected {heard.name} of bench {self._by_hand}, found {heard.name} of bench {heard.bench}; "
                    f"see that it has the bench file of this run ({self._source})"
                )
                peer.close()
            elif known is not None and not known.ended:
                peer.break_off(HarnessFault(f"bench {self._by_hand} has a {heard.name} already"))
            else:
                self._present[heard.name] = peer
            self._changed.notify_all()
