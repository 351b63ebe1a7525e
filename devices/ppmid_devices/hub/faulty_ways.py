"""Communications Hubs that know too little of who brought a Command, or of whom to carry for; the faulty part first."""

from ppmid_devices.hub.carrying import Carrying
from ppmid_devices.hub.hht_desk import HhtDesk
from ppmid_devices.hub.simulated import SimulatedHub
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import Cra, Message
from ppmid_protocols.gbcs.prepayment.requests import PCS01


class _ByCounter(Carrying):
    def _route_of(self, message: Message) -> Eui | None:
        routes = self._relaying._routes.entries
        known = (bringer for key, (bringer, _) in routes.items() if key.counter == message.counter)
        return next(known, None) if message.cra is Cra.RESPONSE else None


class RoutesByCounterAlone(SimulatedHub):
    """Knows again by its counter alone to which Command a Response belongs: another meter's goes to the PPMID too.

    Breaks: originator, target and counter together make a Command unique (GBCS 4.3.1).
    """

    carrying = _ByCounter


class _WithoutEmergencyCredit(Carrying):
    def _is_ppmids_own(self, ppmid: Eui, message: Message) -> bool:
        return message.message_code == PCS01 and super()._is_ppmids_own(ppmid, message)


class CarriesNoEmergencyCredit(SimulatedHub):
    """Carries a PPMID's top-ups to the gas meter, and its wish for emergency credit not.

    Breaks: a hub carries PCS01 and PCS02 (GBCS use cases).
    """

    carrying = _WithoutEmergencyCredit


class _OpenForWhoeverAsks(HhtDesk):
    def _hear(self, frame: bytes) -> None:
        if self._is_open():
            self._window = self._window.powered(self._clock.now())
        super()._hear(frame)


class EachQuestionOpensAnew(SimulatedHub):
    """Begins the hour for terminals anew with each that asks within it.

    Breaks: it is counted from when power came on (GBCS 0.8.1: 60 minutes).
    """

    hht_desk = _OpenForWhoeverAsks
