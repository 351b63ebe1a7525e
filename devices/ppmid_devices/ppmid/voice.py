"""What a PPMID says: on its screen to a person, and over the avenue to whoever asked."""

from collections import deque
from collections.abc import Callable

from ppmid_devices.links.answering import Answers
from ppmid_devices.links.asking import Requests
from ppmid_protocols.local_interface import Message


class Voice(Answers):
    """Its answers, and the lines of its screen."""

    def __init__(self, tell: Callable[[str, Message], None], screen_lines: int) -> None:
        super().__init__(tell)
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
