"""Links with one fault each."""

from ppmid_devices.links.wan import Wan


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
