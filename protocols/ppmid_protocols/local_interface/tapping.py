"""The two sides of an NFC tap, without I/O: the PPMID's, which answers APDUs, and the phone's, which sends them.

A message crosses in blocks that say where they belong, under an id made of its octets. So a tap that breaks off goes
on where it stopped, is never acted on by half, and brings nothing twice: what was taken whole is known by its id.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from ppmid_protocols.errors import Malformed
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface.apdu import (
    APPLICATION,
    FORM,
    ID_OCTETS,
    LARGEST_BLOCK,
    Class,
    Command,
    Instruction,
    Response,
    StatusWord,
    message_id,
)
from ppmid_protocols.local_interface.framing import DEFAULT_LARGEST

_BEGIN = ID_OCTETS + 2 + 8


@dataclass(frozen=True, slots=True)
class _Begun:
    """A message that crosses: how long it is, and what of it has come."""

    name: bytes
    length: int
    data: bytes = b""


class TappedPpmid:
    """The PPMID's side. It keeps the message that crosses, and its answers until the phone has said that it has them.

    Every APDU has an answer, wrong ones a status word that says what was wrong.
    """

    def __init__(self, ppmid: Eui) -> None:
        self._ppmid = ppmid
        self._selected = False
        self._begun: _Begun | None = None
        self._last = b""
        self._answers: deque[bytes] = deque()

    @property
    def waiting(self) -> tuple[bytes, ...]:
        """The answers that no phone has yet, oldest first."""
        return tuple(self._answers)

    def keep(self, answer: bytes, most: int) -> None:
        """Keep an answer for the next phone; of more than ``most``, the oldest goes."""
        self._answers.append(answer)
        while len(self._answers) > most:
            self._answers.popleft()

    def leave(self) -> None:
        """The phone has gone: the next one selects anew. What has come of a message stays."""
        self._selected = False

    def take(self, octets: bytes) -> tuple[Response, bytes | None]:
        """The answer to a command APDU, and the message that it completes, if it does."""
        try:
            command = Command.decode(octets)
        except Malformed:
            return Response(StatusWord.WRONG_LENGTH), None
        if command.kind == Class.ISO and command.instruction == Instruction.SELECT:
            return self._select(command), None
        if command.kind not in (Class.OWN, Class.OWN_MORE):
            return Response(StatusWord.UNKNOWN_CLASS), None
        if not self._selected:
            return Response(StatusWord.NOT_BEGUN), None
        match command.instruction:
            case Instruction.BEGIN:
                return self._begin(command), None
            case Instruction.BLOCK:
                return self._block(command)
            case Instruction.FETCH:
                return self._fetch(command), None
            case Instruction.DONE:
                return self._done(command), None
            case _:
                return Response(StatusWord.UNKNOWN_INSTRUCTION), None

    def _select(self, command: Command) -> Response:
        self._selected = command.data == APPLICATION
        if not self._selected:
            return Response(StatusWord.NOT_HERE)
        return Response(StatusWord.OK, bytes((FORM,)) + bytes(self._ppmid))

    def _begin(self, command: Command) -> Response:
        """A message is announced: say from where on it is wanted. One for another PPMID displaces nothing."""
        if len(command.data) != _BEGIN:
            return Response(StatusWord.WRONG_LENGTH)
        name, length = command.data[:ID_OCTETS], int.from_bytes(command.data[ID_OCTETS : ID_OCTETS + 2], "big")
        if command.data[ID_OCTETS + 2 :] != bytes(self._ppmid):
            return Response(StatusWord.NOT_HERE)
        if not 0 < length <= DEFAULT_LARGEST:
            return Response(StatusWord.WRONG_DATA)
        if name == self._last:
            return Response(StatusWord.OK, length.to_bytes(2, "big"))
        if self._begun is None or (self._begun.name, self._begun.length) != (name, length):
            self._begun = _Begun(name, length)
        return Response(StatusWord.OK, len(self._begun.data).to_bytes(2, "big"))

    def _block(self, command: Command) -> tuple[Response, bytes | None]:
        begun = self._begun
        if begun is None:
            return Response(StatusWord.NOT_BEGUN), None
        if command.parameter != len(begun.data):
            return Response(StatusWord.WRONG_OFFSET), None
        data = begun.data + command.data
        whole = command.kind == Class.OWN
        if (
            not 0 < len(command.data) <= LARGEST_BLOCK
            or len(data) > begun.length
            or whole != (len(data) == begun.length)
        ):
            return Response(StatusWord.WRONG_LENGTH), None
        if not whole:
            self._begun = _Begun(begun.name, begun.length, data)
            return Response(StatusWord.OK), None
        self._begun = None
        if message_id(data) != begun.name:
            return Response(StatusWord.WRONG_DATA), None
        self._last = begun.name
        return Response(StatusWord.OK), data

    def _fetch(self, command: Command) -> Response:
        if not self._answers:
            return Response(StatusWord.NOTHING_WAITS)
        answer, start = self._answers[0], command.parameter
        if command.expected is None or command.data:
            return Response(StatusWord.WRONG_LENGTH)
        if start >= len(answer):
            return Response(StatusWord.WRONG_OFFSET)
        data = answer[start : start + min(command.expected, LARGEST_BLOCK)]
        left = len(answer) - start - len(data)
        return Response(StatusWord.MORE | (left if left < 256 else 0) if left else StatusWord.OK, data)

    def _done(self, command: Command) -> Response:
        if len(command.data) != ID_OCTETS:
            return Response(StatusWord.WRONG_LENGTH)
        if not self._answers or message_id(self._answers[0]) != command.data:
            return Response(StatusWord.OTHER_MESSAGE)
        self._answers.popleft()
        return Response(StatusWord.OK)


class TappingPhone:
    """The phone's side of one tap: ``first``, then ``after`` each response, give the next command APDU, or None.

    ``brought``: the messages that the PPMID has by now; ``fetched``: what it gave. ``refused``: why the tap ended
    before its end, empty where it did not. While the phone stays, ``poll`` asks for answers that are new.
    ``block``: octets that it brings or asks for at a time.
    """

    def __init__(self, ppmid: Eui, messages: Iterable[bytes], *, block: int = LARGEST_BLOCK) -> None:
        self._ppmid, self._block = ppmid, block
        self._to_bring = deque(messages)
        self._fetching = b""
        self._asked = Command(Class.ISO, Instruction.SELECT, 0x0400, APPLICATION, 256)
        self.brought: list[bytes] = []
        self.fetched: list[bytes] = []
        self.refused = ""

    def first(self) -> bytes:
        """The command that begins a tap."""
        return self._asked.encode()

    def after(self, octets: bytes) -> bytes | None:
        """The command after this response; None at the end of the tap. Raises Malformed for what is no response."""
        response = Response.decode(octets)
        if response.status != StatusWord.OK and not (response.more and self._asked.instruction == Instruction.FETCH):
            if response.status != StatusWord.NOTHING_WAITS:
                name = Instruction(self._asked.instruction).name
                self.refused = f"the PPMID answered {name} with {response.status:04X}"
            return None
        return self._next(response)

    def poll(self) -> bytes:
        """The command by which a phone that is still there asks for the next answer."""
        self._fetching = b""
        return self._fetch()

    def _next(self, response: Response) -> bytes | None:
        match self._asked.instruction:
            case Instruction.SELECT:
                return self._selected(response.data)
            case Instruction.BEGIN:
                return self._go_on(int.from_bytes(response.data, "big"))
            case Instruction.BLOCK:
                return self._go_on(self._asked.parameter + len(self._asked.data))
            case Instruction.FETCH:
                return self._took(response)
            case _:
                self.fetched.append(self._fetching)
                return self.poll()

    def _selected(self, data: bytes) -> bytes | None:
        if data != bytes((FORM,)) + bytes(self._ppmid):
            self.refused = "another PPMID, or another form of this interface, answered"
            return None
        return self._begin()

    def _begin(self) -> bytes:
        if not self._to_bring:
            return self.poll()
        message = self._to_bring[0]
        data = message_id(message) + len(message).to_bytes(2, "big") + bytes(self._ppmid)
        return self._say(Command(Class.OWN, Instruction.BEGIN, 0, data, 2))

    def _go_on(self, offset: int) -> bytes:
        """The next block of the message that crosses, or the message after one that is whole."""
        message = self._to_bring[0]
        if offset >= len(message):
            self.brought.append(self._to_bring.popleft())
            return self._begin()
        block = message[offset : offset + self._block]
        kind = Class.OWN if offset + len(block) == len(message) else Class.OWN_MORE
        return self._say(Command(kind, Instruction.BLOCK, offset, block))

    def _fetch(self) -> bytes:
        return self._say(Command(Class.OWN, Instruction.FETCH, len(self._fetching), b"", self._block))

    def _took(self, response: Response) -> bytes | None:
        self._fetching += response.data
        if len(self._fetching) > DEFAULT_LARGEST or not response.data:
            self.refused = f"the PPMID gave an answer of no or more than {DEFAULT_LARGEST} octets"
            return None
        if response.more:
            return self._fetch()
        return self._say(Command(Class.OWN, Instruction.DONE, 0, message_id(self._fetching)))

    def _say(self, command: Command) -> bytes:
        self._asked = command
        return command.encode()
