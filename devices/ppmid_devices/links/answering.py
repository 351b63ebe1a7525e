"""What the end of the avenue in a home says to whoever asked, and of which Commands it still waits for the Response."""

from collections.abc import Callable

from ppmid_devices.links.asking import Asker, Commands, Forwarded, Requests
from ppmid_devices.ports import Clock
from ppmid_protocols.gbcs.message import CommandKey
from ppmid_protocols.gbcs.message import Message as GbcsMessage
from ppmid_protocols.local_interface import CommandResponse, Message, Reason, State, Status

NO_ANSWER = "No answer from the meter"
"""The note of a Status UNKNOWN."""


class Answers:
    """It remembers what was last said about each request, for when the same request comes again."""

    def __init__(self, tell: Callable[[str, Message], None]) -> None:
        self._tell = tell
        self._requests = Requests()

    def take_up(self, asker: Asker, request: Message) -> bool:
        """Take up a request whose id is new; gives whether it is to be done.

        The same one again is answered with its present state, and another one under a used id is refused.
        """
        known = self._requests.of(asker)
        if known is None:
            self._requests = self._requests.begin(asker, request)
            return True
        earlier, said = known
        if earlier != request:
            text = "This request id stands for another request"
            self._tell(asker.sender, Status(asker.request_id, State.REFUSED, Reason.REQUEST_ID_IN_USE, text))
        elif said is not None:
            self._tell(asker.sender, said)
        return False

    def say(self, asker: Asker | None, message: Message) -> None:
        """Say something about a request; to nobody when a person asked at the device itself."""
        if asker is not None:
            self._requests = self._requests.said(asker, message)
            self._tell(asker.sender, message)

    def say_state(self, asker: Asker | None, state: State, text: str, reason: Reason | None = None) -> None:
        """Say how far a request has come."""
        if asker is not None:
            self.say(asker, Status(asker.request_id, state, reason, text))


class Awaited:
    """The Commands that came by the avenue and were passed on; what comes of them is said to whoever asked."""

    def __init__(self, clock: Clock, voice: Answers) -> None:
        self._clock, self._voice = clock, voice
        self._commands = Commands()

    def forget(self) -> None:
        """Wait for no Response any more; one that comes is nobody's."""
        self._commands = Commands()

    def await_response(self, key: CommandKey, asker: Asker, patience: int) -> None:
        """Begin to wait for the Response to a Command, for so many nanoseconds."""
        ends = self._clock.now() + patience
        self._commands = self._commands.add(Forwarded(key, asker, ends))
        self._clock.call_at(ends, self.expire)

    def take(self, response: GbcsMessage, octets: bytes) -> bool:
        """Give a Response to whoever sent its Command; false where it answers none that was carried."""
        forwarded = self._settle(response.command_key)
        if forwarded is None:
            return False
        self._pass_back(forwarded.asker, octets)
        return True

    def _pass_back(self, asker: Asker, octets: bytes) -> None:
        self._voice.say(asker, CommandResponse(asker.request_id, octets))

    def refuse(self, key: CommandKey, text: str, reason: Reason) -> None:
        """The Command with this key has reached no meter, and will not."""
        forwarded = self._settle(key)
        if forwarded is not None:
            self._voice.say_state(forwarded.asker, State.REFUSED, text, reason)

    def _settle(self, key: CommandKey) -> Forwarded | None:
        forwarded = self._commands.answered_by(key)
        if forwarded is not None:
            self._commands = self._commands.without(forwarded)
        return forwarded

    def expire(self) -> None:
        """Say "unknown" of what had no answer in time. It is not sent again; a late answer is still passed on."""
        self._commands, late = self._commands.expire(self._clock.now())
        for forwarded in late:
            self._give_up(forwarded)

    def _give_up(self, forwarded: Forwarded) -> None:
        self._voice.say_state(forwarded.asker, State.UNKNOWN, NO_ANSWER)
