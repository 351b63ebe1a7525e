"""Which frames of the HAN their receivers drop although they arrive: those with an old frame counter.

A device handles a frame only when its counter is above the last one of that sender (ZigBee R22 4.3.1.2). Whoever has
heard all frames can tell which ones are dropped. A frame whose counter is the last one again is the radio's own repeat
of a frame that arrived damaged, which the bench cannot tell from one that is played again at once: it counts as heard.
"""

OLD_COUNTER = "old frame counter"


class Freshness:
    """The highest counter that each receiver has heard from each sender."""

    def __init__(self) -> None:
        self._highest: dict[tuple[str, str], int] = {}

    def is_old(self, sender: str, receiver: str, counter: int) -> bool:
        """Take a frame that arrived; whether ``receiver`` drops it. ``sender`` empty: it bears no counter."""
        if not sender:
            return False
        highest = self._highest.setdefault((sender, receiver), counter)
        self._highest[sender, receiver] = max(highest, counter)
        return counter < highest
