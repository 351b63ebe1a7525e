"""What an observer reads on an avenue that has a framing: each piece that crosses, and the messages that it completes.

It puts pieces together as the local command interface has it, and never shows their octets: they may be of a UTRN.
``half``: at least this piece has come of something that lacks its end.
Each kind of avenue has two readers, for what goes to the device in the home and what comes from it.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from ppmid_bench.describe import AvenueReader, Description, unreadable
from ppmid_bench.describe_gbcs import Fields
from ppmid_devices.links import stick_access
from ppmid_devices.links.contract import HubPort, Port
from ppmid_protocols.errors import Malformed, ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface import cobs, stick
from ppmid_protocols.local_interface.apdu import Class, Command, Instruction, Response
from ppmid_protocols.local_interface.stick import Direction


class PieceReader(Protocol):
    """Reads the pieces of one direction."""

    def read(self, frame: bytes) -> Description:
        """Describe a piece; ``inside`` has the messages that it completes. Raises ProtocolError."""


def readers(port: Port | HubPort, device: Eui, messages: AvenueReader) -> tuple[PieceReader, PieceReader]:
    """The readers of an avenue with a framing: to the device in the home, and from it."""
    if port == "nfc":
        tap = _Tap(messages)
        return _Commands(tap), _Responses(tap)
    if port == "usb-stick":
        to, back = (_StickReader(one, stick.file_name(device, one), messages) for one in Direction)
        return to, back
    return _SerialReader(messages), _SerialReader(messages)


def _piece(what: str, fields: Fields, sealed: Sequence[bytes], messages: AvenueReader) -> Description:
    return Description(what, fields, secret=True, inside=tuple((one, _message(one, messages)) for one in sealed))


def _message(sealed: bytes, messages: AvenueReader) -> Description:
    try:
        return messages.read(sealed)
    except ProtocolError as problem:
        return unreadable(problem)


class _SerialReader:
    def __init__(self, messages: AvenueReader) -> None:
        self._messages, self._deframer = messages, cobs.CobsDeframer()

    def read(self, frame: bytes) -> Description:
        found = self._deframer.feed(frame)
        wrong = [str(one) for one in found if isinstance(one, Malformed)]
        fields: Fields = {"octets": len(frame), "half": self._deframer.inside}
        if wrong:
            fields["refused"] = wrong
        return _piece("chunk", fields, [one for one in found if isinstance(one, bytes)], self._messages)


class _StickReader:
    def __init__(self, direction: Direction, name: str, messages: AvenueReader) -> None:
        self._direction, self._name, self._messages = direction, name, messages
        self._file = stick_access.Assembly(name)

    def read(self, frame: bytes) -> Description:
        said = stick_access.decode(frame)
        if isinstance(said, stick_access.Ask):
            return Description("asks-for-file", {"name": said.name})
        if said.offset == 0:
            self._file = stick_access.Assembly(self._name)
        file = self._file.add(said)
        fields: Fields = {"name": said.name, "length": said.length, "offset": said.offset, "octets": len(said.data)}
        fields["half"] = 0 < said.length - said.offset - len(said.data) <= stick_access.BLOCK_OCTETS
        if file is None:
            return _piece("block", fields, (), self._messages)
        try:
            return _piece("block", fields, stick.read_file(self._direction, file), self._messages)
        except Malformed as problem:
            return Description("block", {**fields, "refused": [str(problem)]}, secret=True)


class _Tap:
    """What both directions of a tap have in common: the last command, and what has come of the message each way."""

    def __init__(self, messages: AvenueReader) -> None:
        self.messages = messages
        self.command = Command(0, 0)
        self.name = b""
        self.length = 0
        self.brought: dict[bytes, bytes] = {}
        self.fetched = b""


class _Commands:
    def __init__(self, tap: _Tap) -> None:
        self._tap = tap

    def read(self, frame: bytes) -> Description:
        tap, command = self._tap, Command.decode(frame)
        tap.command = command
        fields: Fields = {"instruction": _name(command.instruction), "offset": command.parameter}
        fields |= {"octets": len(command.data), "half": command.kind == Class.OWN_MORE}
        sealed: list[bytes] = []
        if command.instruction == Instruction.BEGIN:
            tap.name, tap.length = command.data[:8], int.from_bytes(command.data[8:10], "big")
        elif command.instruction == Instruction.BLOCK:
            known = tap.brought.get(tap.name, b"")[: command.parameter]
            tap.brought[tap.name] = known + command.data
            if len(tap.brought[tap.name]) == tap.length:
                sealed.append(tap.brought.pop(tap.name))
        return _piece("apdu", fields, sealed, tap.messages)


class _Responses:
    def __init__(self, tap: _Tap) -> None:
        self._tap = tap

    def read(self, frame: bytes) -> Description:
        tap, response = self._tap, Response.decode(frame)
        fields: Fields = {"answers": _name(tap.command.instruction), "status": f"{response.status:04X}"}
        fields["octets"] = len(response.data)
        sealed: list[bytes] = []
        if tap.command.instruction == Instruction.FETCH and response.data:
            tap.fetched = tap.fetched[: tap.command.parameter] + response.data
            if not response.more:
                sealed.append(tap.fetched)
        return _piece("apdu-response", fields, sealed, tap.messages)


def _name(instruction: int) -> str:
    known: Callable[[int], Instruction] = Instruction
    try:
        return known(instruction).name.lower()
    except ValueError:
        return f"{instruction:02X}"
