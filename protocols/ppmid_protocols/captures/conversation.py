"""A capture as a conversation: who said what to whom, when, as far as the keys given open it.

Pure: captured frames go in, entries come out. An entry is a whole message with all frames that carried it, or a frame
that could not be read, with the reason. Frame counters are followed as receivers follow them, so that a message that
nobody took because of an old counter is told from one that nobody answered.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ppmid_protocols.captures import sayings
from ppmid_protocols.captures.captured import Frame, mac_frame
from ppmid_protocols.captures.other_links import READERS
from ppmid_protocols.captures.sayings import Fields, Saying
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee.fragments import Limits
from ppmid_protocols.zigbee.frames import BROADCAST, ApsType
from ppmid_protocols.zigbee.han import AppMessage, Dissector, HanKeys, KeyNotHeld
from ppmid_protocols.zigbee.security import Aux, FrameCounterGuard
from ppmid_protocols.zigbee.sniffer import LabelledKey, Sniffer

HUB = "hub"
COORDINATOR = 0x0000


@dataclass(frozen=True, slots=True)
class Entry:
    """One message, or one frame that gave none.

    ``frames``: capture numbers, in the order of the message's blocks. ``time``: of the last frame, nanoseconds since
    1970 UTC. ``notes``: what befell it (lost, sent again, old frame counter…). ``problem``: why it was not read.
    """

    frames: tuple[int, ...]
    time: int
    link: str
    sender: str
    receiver: str
    what: str
    fields: Fields = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    problem: str = ""


class Conversation:
    """Listens to the frames of one capture in their order.

    ``passed_over`` counts frames that say nothing to a person, by kind; ``sealed`` those that no key opened.
    """

    def __init__(
        self, keys: Iterable[LabelledKey] = (), *, show_secrets: bool = False, limits: Limits | None = None
    ) -> None:
        self._show = show_secrets
        self._sniffer = Sniffer(keys)
        self._dissector = Dissector(_NO_KEYS, {}, limits)
        self._order = _FrameOrder()
        self._names = _Names()
        self.passed_over: Counter[str] = Counter()
        self.sealed = 0

    def hear(self, frame: Frame) -> Entry | None:
        """Take the next frame; None while a message is incomplete, and for frames that are passed over."""
        try:
            on_the_air = mac_frame(frame)
            if frame.cut:
                return self._entry(frame, "frame", problem="the capture kept only a part of it")
            if on_the_air is not None:
                return self._hear_radio(frame, *on_the_air)
            reader = READERS.get(frame.link_type)
            if reader is None:
                self.passed_over[f"link type {frame.link_type}"] += 1
                return None
            return self._entry(frame, *reader(frame.octets, self._show))
        except KeyNotHeld as problem:
            self.sealed += 1
            return self._entry(frame, "sealed frame", problem=str(problem))
        except ProtocolError as problem:
            return self._entry(frame, "frame", problem=str(problem))

    def end(self) -> Iterator[Entry]:
        """What never became whole: an entry for each message of which blocks are missing."""
        reassembly = self._dissector.reassembly
        for key in reassembly.waiting:
            source, destination, counter = key
            missing = ", ".join(map(str, reassembly.missing(key)))
            ends = self._names.of(source), self._names.of(destination)
            yield Entry((), 0, "han", *ends, f"message {counter}", problem=f"blocks are missing: {missing}")

    @property
    def parties(self) -> dict[str, dict[str, str]]:
        """The devices heard on the HAN: name, short address, EUI-64 as far as they are known."""
        return {
            self._names.of(short): {"short": f"{short:04X}", "eui": str(eui)}
            for short, eui in sorted(self._sniffer.addresses.items())
        }

    def _hear_radio(self, frame: Frame, octets: bytes, with_fcs: bool) -> Entry | None:
        kind = octets[0] & 7 if octets else None
        if kind in _SILENT:
            self.passed_over[_SILENT[kind]] += 1
            return None
        heard = self._sniffer.open(octets, with_fcs)
        opened = heard.frame
        ends = opened.nwk.source, opened.nwk.destination
        self._names.learn(heard.label, *ends)
        order = self._order.note(opened.nwk_aux, opened.source, octets)
        notes = [*_comments(frame), *filter(None, (order,))]
        if opened.mac.source != opened.nwk.source:
            notes.append(f"relayed by {self._names.of(opened.mac.source)}")
        if heard.command is not None:
            return self._radio_entry(frame, ends, sayings.of_command(heard.command, self._show), notes)
        if opened.aps is None or opened.aps.type is ApsType.ACK:
            self.passed_over["NWK command" if opened.aps is None else "APS acknowledgement"] += 1
            return None
        message = self._dissector.take(opened, frame.number)
        if message is not None:
            return self._radio_entry(frame, ends, self._say(message, notes), notes, message.frames)
        if opened.aps.block is None:
            self.passed_over[f"message of profile 0x{opened.aps.profile:04X}"] += 1
        elif order == _AGAIN:
            self.passed_over["block sent again"] += 1
        elif order:
            return self._radio_entry(frame, ends, Saying("block of a message"), notes)
        return None

    def _say(self, message: AppMessage, notes: list[str]) -> Saying:
        if not message.secured:
            notes.append("not secured by a link key: devices take no such message")
        return sayings.of_zcl(message.cluster, message.zcl, self._show)

    def _radio_entry(
        self, frame: Frame, ends: tuple[int, int], said: Saying, notes: list[str], frames: tuple[int, ...] = ()
    ) -> Entry:
        sender, receiver = (self._names.of(short) for short in ends)
        return Entry(
            frames or (frame.number,),
            frame.time,
            frame.link or "han",
            sender,
            receiver,
            said.what,
            said.fields,
            tuple(notes),
            said.problem,
        )

    def _entry(
        self, frame: Frame, what: str, fields: Fields | None = None, ends: tuple[str, str] = ("", ""), problem: str = ""
    ) -> Entry:
        euis = {str(eui): self._names.of(short) for short, eui in self._sniffer.addresses.items()}
        sender, receiver = (euis.get(end, end) for end in ends)
        notes = tuple(_comments(frame))
        return Entry((frame.number,), frame.time, frame.link, sender, receiver, what, fields or {}, notes, problem)


_NO_KEYS = HanKeys(Secret(bytes(16)), Eui(bytes(8)))
"""The Dissector is handed frames that the Sniffer has opened, so it needs none."""
_SILENT = {0: "beacon", 2: "MAC acknowledgement", 3: "MAC command"}


def _comments(frame: Frame) -> list[str]:
    """Of the comments in a capture of a run, those that tell the frame's fate."""
    return [comment for comment in frame.comments if comment.startswith("lost: ")]


_AGAIN = "sent again"


class _FrameOrder:
    """Follows the NWK frame counters as every receiver does (ZigBee R22 4.3.1.2)."""

    def __init__(self) -> None:
        self._guard = FrameCounterGuard()
        self._last: dict[Eui, bytes] = {}

    def note(self, aux: Aux | None, source: Eui | None, octets: bytes) -> str:
        """What is to be said of a frame's place in the order; empty for a fresh one."""
        sender = None if aux is None else aux.source or source
        if aux is None or sender is None:
            return "NWK layer not secured"
        if self._guard.accept(sender, aux.counter):
            self._last[sender] = octets
            return ""
        if self._last.get(sender) == octets:
            return _AGAIN
        return f"old frame counter {aux.counter}, the last was {self._guard.last_of(sender)}: receivers drop it"


class _Names:
    """Names of devices, by elimination: the keys that open their frames are labelled ``hub and esme`` and the like.

    The device at short address 0 is the coordinator, and so the hub.
    """

    def __init__(self) -> None:
        self._possible: dict[int, frozenset[str]] = {COORDINATOR: frozenset((HUB,))}

    def learn(self, label: str, *ends: int) -> None:
        names = frozenset(label.split(" and "))
        if len(names) != 2:
            return
        for short, other in (ends, ends[::-1]):
            known = self._possible.get(short, names) & names
            taken = self._possible.get(other, frozenset())
            self._possible[short] = known - taken if len(taken) == 1 else known

    def of(self, short: int) -> str:
        possible = self._possible.get(short, frozenset())
        if short >= BROADCAST:
            return "all"
        return next(iter(possible)) if len(possible) == 1 else f"0x{short:04X}"
