"""The PPMID itself: what it does with a request of the avenue, and what it makes of the meters' answers.

It serves electricity meters alone, has no keypad, and never sends anything again by itself. It cannot verify a Command
or a Response, so it never calls one more than forwarded, or without an answer.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from vendor_ppmid import gbcs, meters, sealed
from vendor_ppmid.meters import PREPAYMENT, TUNNELING, TopUpAnswer, Tunnel
from vendor_ppmid.sealed import Request
from vendor_ppmid.sheet import Device, Sheet

FIRMWARE = "1"
ESME_ANSWER_S = 60.0
REMEMBERED = 256
QUEUED = 8
RELAYED = ("hub", "gpf", "esme")
"""The roles of devices that Commands are carried to."""


@dataclass(slots=True, eq=False)
class Known:
    """A request that was taken up, and what was last said of it."""

    request: Request
    said: list[Any] | None = None


@dataclass(slots=True, eq=False)
class Sent:
    """What was given to the HAN and has no answer yet. ``late``: its time is over, and it was called unknown."""

    known: Known
    late: bool = False


class Ppmid:
    """``say``: to the avenue. ``tell``: EUI-64, cluster and message, to the HAN."""

    def __init__(
        self,
        sheet: Sheet,
        *,
        say: Callable[[list[Any]], None],
        tell: Callable[[bytes, int, bytes], None],
        esme_answer_s: float = ESME_ANSWER_S,
    ) -> None:
        self._sheet, self._say, self._tell, self._patience = sheet, say, tell, esme_answer_s
        to_hub = partial(tell, sheet.hub.eui, TUNNELING)
        self._tunnel = Tunnel(to_hub, self._from_tunnel, self._hub_refused)
        self._known: dict[tuple[bytes, bytes], Known] = {}
        self._commands: dict[tuple[bytes, bytes, bytes], list[Sent]] = {}
        self._last_command: tuple[bytes, bytes, bytes] | None = None
        self._top_ups: dict[tuple[bytes, int], Sent] = {}
        self._turns: dict[bytes, list[Known]] = {}
        self._sequence = 0
        self.ignored: Counter[str] = Counter()

    def capabilities(self) -> list[Any]:
        """What it says first on every connection."""
        listed = [[one.eui, 0] for one in self._sheet.devices if one.role == "esme"]
        return [sealed.CAPABILITIES, b"\0", FIRMWARE, True, listed]

    # From the avenue.

    def take(self, request: Request) -> None:
        """Take up a request of an authentic sender; the same one again is answered with its present state."""
        key = request.sender, request.id
        known = self._known.get(key)
        if known is not None:
            if known.request != request:
                self._say([sealed.STATUS, request.id, sealed.REFUSED, sealed.ID_IN_USE, "Another request has this id"])
            elif known.said is not None:
                self._say(known.said)
            return
        known = self._known[key] = Known(request)
        if len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]
        if request.kind == sealed.SUBMIT_UTRN:
            self._take_utrn(known)
        else:
            self._take_command(known)

    def _answer(self, known: Known, kind: int, *fields: Any) -> None:
        known.said = [kind, known.request.id, *fields]
        self._say(known.said)

    def _state(self, known: Known, state: int, note: str, reason: int | None = None) -> None:
        self._answer(known, sealed.STATUS, state, reason, note)

    def _refuse(self, known: Known, reason: int, note: str) -> None:
        self._state(known, sealed.REFUSED, note, reason)

    # UTRNs: one at a time for each meter.

    def _take_utrn(self, known: Known) -> None:
        meter = self._meter(known.request.device)
        if meter is None:
            self._refuse(known, sealed.UNKNOWN_METER, "No such electricity meter in this home")
        elif not meters.is_utrn(known.request.content):
            self._refuse(known, sealed.NOT_WELL_FORMED, "This is no top-up code")
        elif len(self._turns.setdefault(meter.eui, [])) > QUEUED:
            self._refuse(known, sealed.TOO_MANY, "Too many codes wait for this meter")
        else:
            self._state(known, sealed.RECEIVED, "Received")
            self._turns[meter.eui].append(known)
            if len(self._turns[meter.eui]) == 1:
                self._send_utrn(meter.eui)

    def _send_utrn(self, meter: bytes) -> None:
        """Send the code whose turn it is."""
        known = self._turns[meter][0]
        self._sequence = (self._sequence + 1) & 0xFF
        self._tell(meter, PREPAYMENT, meters.top_up(self._sequence, known.request.content))
        sent = self._top_ups[meter, self._sequence] = Sent(known)
        asyncio.get_running_loop().call_later(self._patience, partial(self._utrn_overdue, meter, sent))
        self._state(known, sealed.FORWARDED, "Sent to the meter")

    def _utrn_overdue(self, meter: bytes, sent: Sent) -> None:
        if sent in self._top_ups.values():
            sent.late = True
            self._result(sent.known, sealed.UTRN_UNKNOWN, None, "The meter has not answered")
            self._next_turn(meter)

    def _next_turn(self, meter: bytes) -> None:
        self._turns[meter].pop(0)
        if self._turns[meter]:
            self._send_utrn(meter)

    def _from_meter(self, meter: bytes, answer: TopUpAnswer) -> None:
        """The sequence tells which code is answered; an answer to none is ignored, and so is the same one again."""
        sent = self._top_ups.pop((meter, answer.sequence), None)
        if sent is None:
            self.ignored["answer to no top-up"] += 1
            return
        accepted = answer.result in meters.ACCEPTED
        note = "The meter has accepted it" if accepted else "The meter has refused it"
        self._result(sent.known, sealed.UTRN_ACCEPTED if accepted else sealed.UTRN_REFUSED, answer, note)
        if not sent.late:
            self._next_turn(meter)

    def _result(self, known: Known, outcome: int, answer: TopUpAnswer | None, note: str) -> None:
        value, result = (None, None) if answer is None else (answer.value, answer.result)
        self._answer(known, sealed.UTRN_RESULT, outcome, value, result, note)

    # Commands, through the hub's tunnel.

    def _take_command(self, known: Known) -> None:
        request = known.request
        if len(request.content) > meters.LARGEST_TRANSFER:
            self._refuse(known, sealed.TOO_LARGE, f"More than {meters.LARGEST_TRANSFER} octets")
            return
        try:
            envelope = gbcs.read(request.content)
        except gbcs.NotGbcs as problem:
            self._refuse(known, sealed.NOT_GBCS, f"No GBCS message: {problem}")
            return
        device = self._sheet.device(request.device)
        if envelope.target != request.device:
            self._refuse(known, sealed.NOT_GBCS, "The Command is for another target")
        elif envelope.kind != gbcs.COMMAND:
            self._refuse(known, sealed.NOT_ALLOWED, "Only Commands are carried")
        elif device is None or device.role not in RELAYED:
            self._refuse(known, sealed.UNKNOWN_METER, "No such device in this home that is served")
        elif not self._tunnel.send(request.content):
            self._refuse(known, sealed.UNREACHABLE, "The hub cannot be reached")
        else:
            sent = Sent(known)
            self._commands.setdefault(envelope.key, []).append(sent)
            if len(self._commands) > REMEMBERED:
                del self._commands[next(iter(self._commands))]
            self._last_command = envelope.key
            asyncio.get_running_loop().call_later(self._patience, partial(self._command_overdue, envelope.key, sent))
            self._state(known, sealed.RECEIVED, "Received")
            self._state(known, sealed.FORWARDED, "Given to the hub")

    def _command_overdue(self, key: tuple[bytes, bytes, bytes], sent: Sent) -> None:
        if sent in self._commands.get(key, ()):
            sent.late = True
            self._state(sent.known, sealed.UNKNOWN, "No answer has come")

    def _from_tunnel(self, octets: bytes) -> None:
        """A Response goes to who sent its Command, as it is; whatever else the hub brings is not for this PPMID."""
        try:
            envelope = gbcs.read(octets)
        except gbcs.NotGbcs:
            self.ignored["no GBCS message"] += 1
            return
        sent = self._done(envelope.key) if envelope.kind == gbcs.RESPONSE else None
        if sent is None:
            self.ignored["answer to no Command"] += 1
        else:
            self._answer(sent.known, sealed.COMMAND_RESPONSE, octets)

    def _hub_refused(self) -> None:
        """The hub did not take the last transfer, and its error does not say which that was."""
        sent = None if self._last_command is None else self._done(self._last_command)
        self._last_command = None
        if sent is not None:
            self._refuse(sent.known, sealed.UNREACHABLE, "The hub did not take it")

    def _done(self, key: tuple[bytes, bytes, bytes]) -> Sent | None:
        """The oldest Command under this key, which waits no more."""
        waiting = self._commands.get(key, [])
        sent = waiting.pop(0) if waiting else None
        if not waiting:
            self._commands.pop(key, None)
        return sent

    # From the HAN.

    def hear(self, sender: bytes, cluster: int, message: bytes) -> None:
        """Take a message that the sender's link key has protected."""
        if cluster == TUNNELING and sender == self._sheet.hub.eui:
            self._tunnel.hear(message)
        elif cluster == PREPAYMENT and self._meter(sender) is not None:
            answer = meters.top_up_answer(message)
            if answer is not None:
                self._from_meter(sender, answer)

    def _meter(self, eui: bytes) -> Device | None:
        device = self._sheet.device(eui)
        return device if device is not None and device.role == "esme" else None
