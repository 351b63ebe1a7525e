"""Links with one fault each."""

from ppmid_devices.links.wan import Wan


class CarriesInTheDark(Wan):
    """Carries whatever is sent, also to a home that has no coverage and no neighbour's hub.

    Breaks: what nothing carries does not arrive; a home's WAN state is what its coverage makes it.
    """

    @property
    def _reachable(self) -> bool:
        return True
