"""One end of the line: frames of length and msgpack, a first message that says who speaks, calls and their answers.

A reader thread takes what comes off the socket; everything else is done in the thread of whoever owns the end. While an
end waits for an answer it either serves the calls that come meanwhile, as if they were made inside the one that it has
under way, or keeps them for later (``nested``). Only the bench serves: whoever it calls may have to call it to be able
to answer, and so nobody ever waits for two.
"""

import contextlib
import queue
import socket
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from ppmid_devices.remote.values import decode, encode, parameters, required

PATIENCE_S = 60.0
"""How long the other end may take for anything; both ends are ours, and slow only where the machine has much to do."""

_LENGTH_OCTETS = 4
_LARGEST = 1 << 24


class PeerFault(Exception):
    """The other end of a line is not who it should be, is silent, gone or broken; says which, and what was expected."""


class PeerGone(PeerFault):
    """The other end has closed the line."""


class Hello(msgspec.Struct, frozen=True, tag="hello"):
    """The first message of either end: which bench it belongs to, and whom it is (``bench`` or a role)."""

    bench: str
    name: str


class Call(msgspec.Struct, frozen=True, tag="call"):
    """A call of ``verb`` at what is offered as ``on``. ``number`` 0: no answer is wanted."""

    on: str
    verb: str
    arguments: list[msgspec.Raw]
    number: int


class Answer(msgspec.Struct, frozen=True, tag="answer"):
    """What the call of this number gave."""

    number: int
    value: msgspec.Raw


class Broken(msgspec.Struct, frozen=True, tag="broken"):
    """The end of a party that did what it must not."""

    text: str


Message = Hello | Call | Answer | Broken


class Peer:
    """The line to ``name``. ``arrived`` is called, in the reader's thread, when there is something to ``serve``."""

    def __init__(
        self, connection: socket.socket, name: str, *, arrived: Callable[[], object], nested: bool = False
    ) -> None:
        self._connection, self.name, self._arrived, self._nested = connection, name, arrived, nested
        self._offers: dict[tuple[str, str], tuple[Callable[..., Any], list[Any]]] = {}
        self._inbox: queue.SimpleQueue[Message | PeerFault] = queue.SimpleQueue()
        self._kept: deque[Call] = deque()
        self._asked = 0
        self._closed = False
        self._ended: PeerFault | None = None
        self._reader = threading.Thread(target=self._read, name=f"line to {name}", daemon=True)
        self._reader.start()

    def greet(self, bench: str, name: str) -> None:
        """Say that ``name`` of this bench speaks, and hear who answers. Raises PeerFault unless it is the right one."""
        self._send(Hello(bench, name))
        heard = self._next()
        if not isinstance(heard, Hello):
            raise PeerFault(f"expected the first message of {self.name}, found {type(heard).__name__}")
        if heard != Hello(bench, self.name):
            raise PeerFault(f"expected {self.name} of bench {bench}, found {heard.name} of bench {heard.bench}")

    def hear(self, name: str, benches: Sequence[str], patience_s: float) -> Hello:
        """Hear who has called, within ``patience_s``; answer as ``name`` of the one of ``benches`` that is meant.

        Who means another bench is answered by the first, and so hears of it too. Raises PeerFault for what is no hello.
        """
        heard = self._next(patience_s)
        if not isinstance(heard, Hello):
            raise PeerFault(f"expected the first message of {self.name}, found {type(heard).__name__}")
        self._send(Hello(heard.bench if heard.bench in benches else benches[0], name))
        self.name = heard.name
        return heard

    def wake_by(self, arrived: Callable[[], object]) -> None:
        """From now on have ``arrived`` called when something comes, and once now for what has come already."""
        self._arrived = arrived
        arrived()

    @property
    def ended(self) -> bool:
        """Whether either end has ended the line."""
        return self._closed or not self._reader.is_alive()

    def offer(self, on: str, functions: Mapping[str, Callable[..., Any]]) -> None:
        """Let the other end call these functions; their arguments are read by their type hints."""
        for verb, function in functions.items():
            self._offers[on, verb] = function, parameters(function)

    def tell(self, on: str, verb: str, *arguments: Any) -> None:
        """Have the other end call something, and do not wait."""
        self._call(on, verb, arguments, 0)

    def ask(self, on: str, verb: str, *arguments: Any) -> msgspec.Raw:
        """Have the other end call something; gives what that gives. Raises PeerFault."""
        self._asked = number = self._asked + 1
        self._call(on, verb, arguments, number)
        while True:
            message = self._next()
            if isinstance(message, Answer) and message.number == number:
                return message.value
            if not isinstance(message, Call):
                raise PeerFault(f"expected answer {number} of {self.name} or a call, found {message}")
            if self._nested:
                self._serve(message)
            else:
                self._kept.append(message)

    def serve(self) -> None:
        """Do all that the other end has asked for so far. Raises PeerFault, PeerGone when the line has ended."""
        while self._kept or not self._inbox.empty():
            message = self._kept.popleft() if self._kept else self._next()
            if not isinstance(message, Call):
                raise PeerFault(f"expected a call of {self.name}, found {type(message).__name__}")
            self._serve(message)

    def break_off(self, problem: BaseException) -> None:
        """Tell the other end what went wrong here, and close."""
        self._send(Broken(f"{type(problem).__name__}: {problem}"))
        self.close()

    def close(self) -> None:
        """End the line, for both ends."""
        self._closed = True
        with contextlib.suppress(OSError):  # the other end was first
            self._connection.shutdown(socket.SHUT_RDWR)
        self._connection.close()
        self._reader.join()

    def _serve(self, call: Call) -> None:
        offer = self._offers.get((call.on, call.verb))
        if offer is None or not len(offer[1]) >= len(call.arguments) >= required(offer[0]):
            raise PeerFault(f"{self.name} calls {call.on}.{call.verb} with {len(call.arguments)}, which is not offered")
        function, shapes = offer
        value = function(*(decode(one, shape) for one, shape in zip(call.arguments, shapes, strict=False)))
        if call.number:
            self._send(Answer(call.number, msgspec.Raw(encode(value))))

    def _call(self, on: str, verb: str, arguments: tuple[Any, ...], number: int) -> None:
        self._send(Call(on, verb, [msgspec.Raw(encode(one)) for one in arguments], number))

    def _send(self, message: Message) -> None:
        octets = encode(message)
        with contextlib.suppress(OSError):  # the line has ended: the reader hears that too, and may know why
            self._connection.sendall(len(octets).to_bytes(_LENGTH_OCTETS, "big") + octets)

    def _next(self, patience_s: float = PATIENCE_S) -> Message:
        """The next message; once there will be none, always the reason."""
        try:
            message = self._ended or self._inbox.get(timeout=patience_s)
        except queue.Empty:
            message = PeerFault(f"{self.name} has said nothing for {patience_s:g} s")
        if isinstance(message, Broken):
            message = PeerFault(f"{self.name} broke: {message.text}")
        if isinstance(message, PeerFault):
            self._ended = message
            raise message
        return message

    def _read(self) -> None:
        """The reader's thread: until the line ends or holds what nobody can read."""
        with self._connection.makefile("rb") as stream:
            ended: PeerFault | None = None
            while ended is None:
                try:
                    self._inbox.put(_read_message(stream.read))
                except msgspec.MsgspecError as problem:
                    ended = PeerFault(f"{self.name} says what no end of this line says: {problem}")
                except (OSError, EOFError) as problem:
                    ended = PeerGone(f"{self.name} has closed the line: {problem}")
                if ended is not None:
                    self._inbox.put(ended)
                self._arrived()


def _read_message(read: Callable[[int], bytes]) -> Message:
    """The next message. Raises EOFError at the end, msgspec.MsgspecError for octets that are no message."""
    length = int.from_bytes(_exactly(read, _LENGTH_OCTETS), "big")
    if length > _LARGEST:
        raise msgspec.DecodeError(f"expected at most {_LARGEST} octets, found {length}")
    message: Message = decode(_exactly(read, length), Message)
    return message


def _exactly(read: Callable[[int], bytes], count: int) -> bytes:
    octets = read(count)
    if len(octets) < count:
        raise EOFError(f"the end, where {count} octets were expected and {len(octets)} were found")
    return octets
