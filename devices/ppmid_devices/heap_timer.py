"""The timer of a clock that keeps its calls in a heap, of virtual as of wall-clock time."""

from collections.abc import Callable


class HeapTimer:
    """A ``ports.Timer`` in a clock's heap; cancelled ones stay there and are passed over."""

    __slots__ = ("cancelled", "run")

    def __init__(self, run: Callable[[], None]) -> None:
        self.run = run
        self.cancelled = False

    def cancel(self) -> None:
        """Take the call back."""
        self.cancelled = True
