"""Links with one fault each."""

from collections.abc import Callable

from ppmid_devices.links.han import Han
from ppmid_devices.links.link import Link
from ppmid_devices.links.wan import Wan
from ppmid_devices.ports import DAY, MINUTE


class CarriesInTheDark(Wan):
    """Carries whatever is sent, also to a home that has no coverage and no neighbour's hub.

    Breaks: what nothing carries does not arrive; a home's WAN state is what its coverage makes it.
    """

    @property
    def _reachable(self) -> bool:
        return True


class ComesUpOnProposal(Wan):
    """Takes the proposal of a solution for the solution.

    Breaks: until something is fitted, a home has the coverage that it had before (SECMP0032).
    """

    _proposed = False

    @property
    def _reachable(self) -> bool:
        return self._proposed or super()._reachable

    def propose(self) -> None:
        self._proposed = True
        self._settle()


class HealsByItself(Wan):
    """Gives a home coverage after a while though nothing was fitted and nobody lends it any.

    Breaks: a home that has no SM WAN yet has none until something is fitted (SECMP0032).
    """

    _healed = False

    def watch(self, changed: Callable[[bool], None]) -> None:
        super().watch(changed)
        self._clock.call_later(DAY, self._heal)

    @property
    def _reachable(self) -> bool:
        return self._healed or super()._reachable

    def _heal(self) -> None:
        self._healed = True
        self._settle()


class PlaysBack(Link):
    """Carries every frame, and once more a minute later: somebody on the line has recorded it.

    Breaks: a frame that was sent once arrives at most once.
    """

    def send(self, sender: str, receiver: str, frame: bytes) -> None:
        super().send(sender, receiver, frame)
        again = super().send
        self._clock.call_later(MINUTE, lambda: again(sender, receiver, frame))


class PlaysBackHan(Han):
    """Carries every frame, and once more a minute later: somebody near the home has recorded it.

    Breaks: as above.
    """

    def transmit(self, sender_name: str, frame: bytes) -> None:
        super().transmit(sender_name, frame)
        again = super().transmit
        self._clock.call_later(MINUTE, lambda: again(sender_name, frame))
