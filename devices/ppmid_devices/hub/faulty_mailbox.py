"""Communications Hubs with one fault each in how they keep post for who sleeps; the faulty part stands before each."""

from dataclasses import replace

from ppmid_devices.hub.carrying import Carrying
from ppmid_devices.hub.mailbox import Mailbox
from ppmid_devices.hub.post import Post
from ppmid_devices.hub.relay import Refusal
from ppmid_devices.hub.simulated import SimulatedHub
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import Message


class _Stack(Post):
    def take(self, device: Eui) -> bytes | None:
        self._boxes[device] = _last_first(self._boxes[device])
        return super().take(device)


def _last_first(box: Mailbox) -> Mailbox:
    """A mailbox whose newest message is the next to go."""
    return replace(box, letters=box.letters[-1:] + box.letters[:-1])


class _StackCarrying(Carrying):
    post = _Stack


class HandsOutTheNewestFirst(SimulatedHub):
    """Hands the message out first that came last.

    Breaks: what waits goes out in the order in which it came (hub.mailbox); a Command with a lower counter than that of
    one before it is refused (GBCS 4.3.1.5).
    """

    carrying = _StackCarrying


class _Favouring(Carrying):
    def _pass_on(self, bringer: Eui, message: Message, octets: bytes, *, counts: bool) -> Refusal | None:
        before = self._post.waiting(message.target) if message.target in self._served else 0
        refusal = super()._pass_on(bringer, message, octets, counts=counts)
        if before and self._post.waiting(message.target) > before:
            self._post._boxes[message.target] = _last_first(self._post._boxes[message.target])
        return refusal


class ServesThePpmidFirst(SimulatedHub):
    """Has what a PPMID brings go before what waits already. Breaks the same."""

    carrying = _Favouring


class _Copying(Post):
    _copied: frozenset[bytes] = frozenset()

    def take(self, device: Eui) -> bytes | None:
        letters = self._fresh(device).letters
        message = super().take(device)
        if message is not None and message not in self._copied:
            self._copied |= {message}
            box = self._boxes[device]
            self._boxes[device] = replace(box, letters=(*box.letters, letters[0]))
        return message


class _CopyingCarrying(Carrying):
    post = _Copying


class HandsOutTwice(SimulatedHub):
    """Hands every message that waited out a second time, behind all the others.

    Breaks: a message that was handed out waits no more (GBCS 10.2.2); the meter's battery pays for each (threat I3d).
    """

    carrying = _CopyingCarrying


class _Curt(Post):
    def waiting(self, device: Eui) -> int:  # noqa: ARG002 - it never says
        return 0


class _CurtCarrying(Carrying):
    post = _Curt


class TellsOfNoMore(SimulatedHub):
    """Says with each message that it hands out that no more wait, so that one goes at each wake.

    Breaks: a GET-RESPONSE tells how many messages wait after its own (GBCS 10.2.2).
    """

    carrying = _CurtCarrying


class _OneLetter(Post):
    def put(self, device: Eui, message: bytes, life_s: int) -> bool:
        self._boxes[device] = replace(self._boxes[device], letters=())
        return super().put(device, message, life_s)


class _OneLetterCarrying(Carrying):
    post = _OneLetter


class KeepsTheLatestAlone(SimulatedHub):
    """Has room for one message of each device, and lets a new one take the place of the one that waits.

    Breaks: what a hub has taken it keeps until its device fetches it, or its time is over.
    """

    carrying = _OneLetterCarrying


class _Sweeping(Post):
    def _fresh(self, device: Eui) -> Mailbox:
        before = self._boxes[device]
        if super()._fresh(device) is not before:
            self._boxes[device] = replace(before, letters=())
        return self._boxes[device]


class _SweepingCarrying(Carrying):
    post = _Sweeping


class EmptiesTheBoxWithTheOldest(SimulatedHub):
    """Throws away all that waits for a device when the time of the oldest of it is over. Breaks the same."""

    carrying = _SweepingCarrying


class _Hoarding(Post):
    def _fresh(self, device: Eui) -> Mailbox:
        before = self._boxes[device]
        fresh = super()._fresh(device)
        if fresh is not before:
            stale = (replace(one, until=_FOR_EVER) for one in before.letters if one not in fresh.letters)
            self._boxes[device] = replace(fresh, letters=(*stale, *fresh.letters))
        return self._boxes[device]


_FOR_EVER = 10**20


class _HoardingCarrying(Carrying):
    post = _Hoarding


class GivesUpAndHandsOut(SimulatedHub):
    """Tells the DCC that a Command was not fetched in its time, and hands it out all the same when it is.

    Breaks: what the DCC is told of by Alert 0x819D is over, and the Supplier may have asked for something else since.
    """

    carrying = _HoardingCarrying
