"""What a PPMID says: on its screen to a person, and over the avenue to whoever asked."""

from collections import deque
from collections.abc import Callable

from ppmid_devices.ppmid.pending import Asker, Requests
from ppmid_protocols.local_interface import Message, Reason, State, Status


class Voice:
    """It remembers what it last said about each request, for when the same request comes again."""

    def __init__(self, tell: Callable[[str, Message], None], screen_lines: int) -> None:
        self._tell = tell
        self._requests = Requests()
        self._lines: deque[str] = deque(maxlen=screen_lines)

    @property
    def lines(self) -> tuple[str, ...]:
        """What stands on the screen, newest last."""
        return tuple(self._lines)

    def show(self, text: str) -> None:
        """Add a line to the screen."""
        self._lines.append(text)

    def clear(self) -> None:
        """The screen after a loss of power."""
        self._lines.clear()

    def forget(self) -> None:
        """Forget every text and every request, as for a new occupier."""
        self._lines.clear()
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
        """Say something about a request; to nobody when a person asked at the PPMID itself."""
        if asker is not None:
            self._requests = self._requests.said(asker, message)
            self._tell(asker.sender, message)

    def say_state(self, asker: Asker | None, state: State, text: str, reason: Reason | None = None) -> None:
        """Say how far a request has come."""
        if asker is not None:
            self.say(asker, Status(asker.request_id, state, reason, text))
