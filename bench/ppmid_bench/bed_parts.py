"""What every part of a test bed has: the parties by their contracts, the clock, and who writes down what is seen.

Everything here reaches parties, links and recorder through the clock (see ``inside``).
"""

from collections.abc import Callable
from typing import Any

from ppmid_bench.clock import never
from ppmid_bench.errors import HarnessFault
from ppmid_bench.home import HomePlan
from ppmid_bench.home_keys import HomeKeys
from ppmid_bench.inside import BedClock
from ppmid_bench.recorder import Recorder
from ppmid_bench.wired_needs import Links
from ppmid_devices import roles
from ppmid_devices.carrier.contract import Carrier
from ppmid_devices.coverage_desk.contract import CoverageDesk
from ppmid_devices.dcc.contract import Dcc
from ppmid_devices.dcc_user.contract import DccUser
from ppmid_devices.delivery_service.contract import DeliveryService
from ppmid_devices.hht.contract import Hht
from ppmid_devices.hub.contract import Hub
from ppmid_devices.links.contract import Variant
from ppmid_devices.meter.contract import Meter
from ppmid_devices.neighbour_hub.contract import NeighbourHub
from ppmid_devices.ppmid.contract import Ppmid
from ppmid_protocols.eui import Eui

FORMER = {roles.HUB: "former hub", roles.GPF: "former gas proxy"}
"""What the functions of a hub are called once another has taken its place."""


class BedParts:
    """The parties under their names, and the evidence that is written of them."""

    clock: BedClock
    links: Links
    _plan: HomePlan
    _points: frozenset[str]
    _keys: HomeKeys
    _recorder: Recorder
    _parties: dict[str, Any]
    _called: dict[str, str]

    def party(self, role: str) -> Any:
        """The party of this role, whatever its contract.

        Raises HarnessFault where the home has none: a feature speaks of what no Given of it has put there.
        """
        if role not in self._parties:
            raise HarnessFault(f"this home has no {role}: no Given of the scenario has put one there")
        return self._parties[role]

    @property
    def dcc_user(self) -> DccUser:
        """The DCC User."""
        user: DccUser = self.party(roles.DCC_USER)
        return user

    @property
    def dcc(self) -> Dcc:
        """The DCC."""
        dcc: Dcc = self.party(roles.DCC)
        return dcc

    @property
    def delivery_service(self) -> DeliveryService:
        """The delivery service."""
        service: DeliveryService = self.party(roles.DELIVERY_SERVICE)
        return service

    @property
    def ppmid(self) -> Ppmid:
        """The PPMID."""
        ppmid: Ppmid = self.party(roles.PPMID)
        return ppmid

    @property
    def hub(self) -> Hub:
        """The Communications Hub."""
        hub: Hub = self.party(roles.HUB)
        return hub

    @property
    def has_carrier(self) -> bool:
        """Whether messages come by hand."""
        return self._plan.carrier

    @property
    def carrier(self) -> Carrier:
        """Who carries messages to the PPMID by hand."""
        carrier: Carrier = self.party(roles.CARRIER)
        return carrier

    @property
    def hht(self) -> Hht:
        """The engineer's Hand-Held Terminal."""
        hht: Hht = self.party(roles.HHT)
        return hht

    @property
    def neighbour_hub(self) -> NeighbourHub:
        """The hub next door."""
        hub: NeighbourHub = self.party(roles.NEIGHBOUR_HUB)
        return hub

    @property
    def coverage_desk(self) -> CoverageDesk:
        """Who works on the home's coverage."""
        desk: CoverageDesk = self.party(roles.COVERAGE_DESK)
        return desk

    def meter(self, role: str) -> Meter:
        """The electricity or gas meter."""
        meter: Meter = self.party(role)
        return meter

    @property
    def wan_variant(self) -> Variant:
        """The variant of hub that the home began with."""
        return self._plan.wan_variant

    def eui(self, role: str) -> Eui:
        """The identifier of a device of the home, or of a hub's function that was there before (``FORMER``)."""
        return self._keys.eui(self._called.get(role, role))

    def wait(self, duration: int, until: Callable[[], bool] = never) -> bool:
        """Let time pass until ``until()`` holds, ``duration`` nanoseconds at most; gives whether it held."""
        return self.clock.run_until(self.clock.now() + duration, until)

    def _read(self, point: str, party: str, what: str, fields: dict[str, Any]) -> None:
        if point in self._points:
            self._recorder.reading(point, party, what, fields)
