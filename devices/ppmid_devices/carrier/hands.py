"""What a carrier does at the PPMID, for each kind of it: events in, events out, no clock and no line.

It comes with messages and leaves; while it is there it hears the PPMID. What it says of each has its place in time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from ppmid_devices.carrier.settings import CarrierSettings
from ppmid_devices.links import stick_access
from ppmid_protocols.errors import Malformed
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface import cobs, stick
from ppmid_protocols.local_interface.stick import MOST_MESSAGES, Direction
from ppmid_protocols.local_interface.tapping import TappingPhone

_CHUNK = 64


@dataclass(frozen=True, slots=True)
class Say:
    """Say this to the PPMID, ``beats`` times the pace from now."""

    frame: bytes
    beats: int = 1


@dataclass(frozen=True, slots=True)
class Ask:
    """Call ``again`` after a while, if it is still there."""


Event = Say | Ask


class Hand(Protocol):
    """A stick, a cable or a tap. ``answers``: what it holds of the PPMID's; ``brought``: what is known to have come."""

    brought: list[bytes]

    def arrive(self, messages: Sequence[bytes]) -> list[Event]:
        """It comes to the PPMID with these sealed messages, oldest first."""

    def hear(self, frame: bytes) -> list[Event]:
        """The PPMID says something."""

    def again(self) -> list[Event]:
        """The while has passed."""

    def leave(self) -> None:
        """It is pulled out, unplugged or taken away."""

    def answers(self) -> list[bytes]:
        """The sealed messages that it has of the PPMID. Each is given once, but for those of a stick."""


class StickHand:
    """A stick with its files. One that was pulled while the PPMID wrote holds a damaged file, which holds nothing."""

    def __init__(self, ppmid: Eui, _: CarrierSettings) -> None:
        self._in, self._out = (stick.file_name(ppmid, one) for one in Direction)
        self._file = b""
        self._writing = stick_access.Assembly(self._out)
        self.brought: list[bytes] = []

    def arrive(self, messages: Sequence[bytes]) -> list[Event]:
        self._file = stick.write_file(Direction.TO_PPMID, messages[-MOST_MESSAGES:]) if messages else b""
        return []

    def hear(self, frame: bytes) -> list[Event]:
        try:
            said = stick_access.decode(frame)
        except Malformed:
            return []
        if isinstance(said, stick_access.Block):
            if said.offset == 0:
                self._writing = stick_access.Assembly(self._out)
            self._writing.add(said)
            return []
        blocks = stick_access.blocks(said.name, self._file if said.name == self._in else b"")
        return [Say(block, beats) for beats, block in enumerate(blocks, 1)]

    def again(self) -> list[Event]:
        return []

    def leave(self) -> None:
        """The files stay as they are."""

    def answers(self) -> list[bytes]:
        try:
            return list(stick.read_file(Direction.FROM_PPMID, self._writing.data))
        except Malformed:
            return []


class SerialHand:
    """A phone or computer on a cable: it says all that it has each time, and takes what comes."""

    def __init__(self, *_: object) -> None:
        self._deframer = cobs.CobsDeframer()
        self._answers: list[bytes] = []
        self.brought: list[bytes] = []

    def arrive(self, messages: Sequence[bytes]) -> list[Event]:
        self._deframer = cobs.CobsDeframer()
        line = b"\x00" + b"".join(map(cobs.frame, messages))  # the zero ends what the line may hold of earlier
        chunks = [line[start : start + _CHUNK] for start in range(0, len(line), _CHUNK)]
        return [Say(chunk, beats) for beats, chunk in enumerate(chunks, 1)]

    def hear(self, frame: bytes) -> list[Event]:
        self._answers += [one for one in self._deframer.feed(frame) if isinstance(one, bytes)]
        return []

    def again(self) -> list[Event]:
        return []

    def leave(self) -> None:
        self._deframer = cobs.CobsDeframer()

    def answers(self) -> list[bytes]:
        answers, self._answers = self._answers, []
        return answers


class PhoneHand:
    """A phone that taps: it brings what the PPMID does not have yet, and asks for answers while it stays."""

    def __init__(self, ppmid: Eui, settings: CarrierSettings) -> None:
        self._ppmid, self._block = ppmid, settings.apdu_octets
        self._phone: TappingPhone | None = None
        self._answers: list[bytes] = []
        self.brought: list[bytes] = []

    def arrive(self, messages: Sequence[bytes]) -> list[Event]:
        self._phone = TappingPhone(self._ppmid, messages, block=self._block)
        return [Say(self._phone.first())]

    def hear(self, frame: bytes) -> list[Event]:
        if self._phone is None:
            return []  # said while it was taken away
        try:
            command = self._phone.after(frame)
        except Malformed:
            return []
        if command is not None:
            return [Say(command)]
        return [] if self._phone.refused else [Ask()]

    def again(self) -> list[Event]:
        return [] if self._phone is None else [Say(self._phone.poll())]

    def leave(self) -> None:
        if self._phone is not None:
            self.brought += self._phone.brought
            self._answers += self._phone.fetched
            self._phone = None

    def answers(self) -> list[bytes]:
        answers, self._answers = self._answers, []
        return answers


HANDS: Mapping[str, type[StickHand] | type[SerialHand] | type[PhoneHand]] = MappingProxyType(
    {"usb-stick": StickHand, "usb-serial": SerialHand, "serial": SerialHand, "nfc": PhoneHand}
)
"""The kinds by the port that they fit."""
