"""The mailboxes of a hub's devices: what waits in them, how long, and what becomes of what has waited too long."""

from collections.abc import Callable, Iterable

from ppmid_devices.hub.mailbox import Mailbox
from ppmid_devices.ports import SECOND, Clock
from ppmid_protocols.eui import Eui


class Post:
    """One mailbox of ``capacity`` messages for each device.

    ``expired`` is called with the device and each message whose time has passed, when it has. ``may_go`` is asked
    before a message is handed out; one that may not is gone.
    """

    def __init__(
        self,
        clock: Clock,
        capacity: int,
        expired: Callable[[Eui, bytes], None],
        may_go: Callable[[Eui, bytes], bool],
    ) -> None:
        self._clock, self._capacity, self._expired, self._may_go = clock, capacity, expired, may_go
        self._boxes: dict[Eui, Mailbox] = {}

    def serve(self, devices: Iterable[Eui]) -> None:
        """Give each of these an empty mailbox, in the place of one that it had."""
        self._boxes |= {device: Mailbox(self._capacity) for device in devices}

    def forget(self, device: Eui) -> None:
        """The device has no mailbox any more; what waited in it is gone."""
        self._boxes.pop(device, None)

    def put(self, device: Eui, message: bytes, life_s: int) -> bool:
        """Keep a message for so many seconds at the longest; False when there is no room."""
        box = self._fresh(device)
        if box.full:
            return False
        until = self._clock.now() + life_s * SECOND
        self._boxes[device] = box.put(message, until)
        self._clock.call_at(until + 1, lambda: self._look(device))
        return True

    def take(self, device: Eui) -> bytes | None:
        """The oldest message that may go now; None when there is none."""
        while True:
            self._boxes[device], message = self._fresh(device).take()
            if message is None or self._may_go(device, message):
                return message

    def waiting(self, device: Eui) -> int:
        """How many messages wait."""
        return len(self._boxes[device].letters)

    def _look(self, device: Eui) -> None:
        if device in self._boxes:
            self._fresh(device)

    def _fresh(self, device: Eui) -> Mailbox:
        self._boxes[device], stale = self._boxes[device].expire(self._clock.now())
        for letter in stale:
            self._expired(device, letter.message)
        return self._boxes[device]
