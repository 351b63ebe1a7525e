"""Our own simulations and adapters, each made of what its role needs, as its contract: mypy holds them to both.

Nothing at run time calls these: a bench finds its adapters by name, where no type is seen.
"""

from ppmid_devices.carrier.contract import Carrier
from ppmid_devices.carrier.settings import CarrierSettings
from ppmid_devices.carrier.simulated import SimulatedCarrier
from ppmid_devices.coverage_desk.contract import CoverageDesk
from ppmid_devices.coverage_desk.settings import CoverageDeskSettings
from ppmid_devices.coverage_desk.simulated import SimulatedCoverageDesk
from ppmid_devices.dcc.boxed.adapter import BoxedDcc
from ppmid_devices.dcc.boxed.settings import BoxedSettings
from ppmid_devices.dcc.contract import Dcc
from ppmid_devices.dcc.settings import DccSettings
from ppmid_devices.dcc.simulated import SimulatedDcc
from ppmid_devices.dcc_user.contract import DccUser
from ppmid_devices.dcc_user.settings import DccUserSettings
from ppmid_devices.dcc_user.simulated import SimulatedDccUser
from ppmid_devices.delivery_service.contract import DeliveryService
from ppmid_devices.delivery_service.settings import DeliveryServiceSettings
from ppmid_devices.delivery_service.simulated import SimulatedDeliveryService
from ppmid_devices.hcalcs.contract import Hcalcs
from ppmid_devices.hcalcs.settings import HcalcsSettings
from ppmid_devices.hcalcs.simulated import SimulatedHcalcs
from ppmid_devices.hht.contract import Hht
from ppmid_devices.hht.settings import HhtSettings
from ppmid_devices.hht.simulated import SimulatedHht
from ppmid_devices.hub.contract import Hub
from ppmid_devices.hub.settings import HubSettings
from ppmid_devices.hub.simulated import SimulatedHub
from ppmid_devices.meter.contract import Meter
from ppmid_devices.meter.esme import SimulatedEsme
from ppmid_devices.meter.gsme import SimulatedGsme
from ppmid_devices.meter.settings import MeterSettings
from ppmid_devices.needs import (
    CarrierNeeds,
    CoverageDeskNeeds,
    DccNeeds,
    DccUserNeeds,
    DeliveryServiceNeeds,
    HcalcsNeeds,
    HhtNeeds,
    HubNeeds,
    MeterNeeds,
    NeighbourHubNeeds,
    PpmidNeeds,
)
from ppmid_devices.neighbour_hub.contract import NeighbourHub
from ppmid_devices.neighbour_hub.settings import NeighbourHubSettings
from ppmid_devices.neighbour_hub.simulated import SimulatedNeighbourHub
from ppmid_devices.ppmid.contract import Ppmid
from ppmid_devices.ppmid.settings import PpmidSettings
from ppmid_devices.ppmid.simulated import SimulatedPpmid


def dcc(settings: DccSettings, needs: DccNeeds) -> Dcc:
    """A DCC."""
    return SimulatedDcc(settings=settings, **needs)


def boxed(settings: BoxedSettings, needs: DccNeeds) -> Dcc:
    """DCC Boxed in the DCC's place."""
    return BoxedDcc(settings=settings, **needs)


def dcc_user(settings: DccUserSettings, needs: DccUserNeeds) -> DccUser:
    """A DCC User."""
    return SimulatedDccUser(settings=settings, **needs)


def delivery_service(settings: DeliveryServiceSettings, needs: DeliveryServiceNeeds) -> DeliveryService:
    """A delivery service."""
    return SimulatedDeliveryService(settings=settings, **needs)


def ppmid(settings: PpmidSettings, needs: PpmidNeeds) -> Ppmid:
    """A PPMID."""
    return SimulatedPpmid(settings=settings, **needs)


def hub(settings: HubSettings, needs: HubNeeds) -> Hub:
    """A Communications Hub."""
    return SimulatedHub(settings=settings, **needs)


def carrier(settings: CarrierSettings, needs: CarrierNeeds) -> Carrier:
    """A carrier."""
    return SimulatedCarrier(settings=settings, **needs)


def hht(settings: HhtSettings, needs: HhtNeeds) -> Hht:
    """A Hand-Held Terminal."""
    return SimulatedHht(settings=settings, **needs)


def hcalcs(settings: HcalcsSettings, needs: HcalcsNeeds) -> Hcalcs:
    """An HCALCS."""
    return SimulatedHcalcs(settings=settings, **needs)


def neighbour_hub(settings: NeighbourHubSettings, needs: NeighbourHubNeeds) -> NeighbourHub:
    """A neighbour's hub."""
    return SimulatedNeighbourHub(settings=settings, **needs)


def coverage_desk(settings: CoverageDeskSettings, needs: CoverageDeskNeeds) -> CoverageDesk:
    """The work on coverage."""
    return SimulatedCoverageDesk(settings=settings, **needs)


def meters(settings: MeterSettings, needs: MeterNeeds) -> tuple[Meter, Meter]:
    """An electricity meter and a gas meter."""
    return SimulatedEsme(settings=settings, **needs), SimulatedGsme(settings=settings, **needs)
