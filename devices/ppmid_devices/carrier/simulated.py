"""A simulated carrier: keeps sealed messages, brings them when it comes to the PPMID, hands in what that said."""

from collections.abc import Callable, Sequence
from functools import partial

from ppmid_devices import roles
from ppmid_devices.carrier.hands import HANDS, Event, Hand, Say
from ppmid_devices.carrier.journey import JOURNEY, Change, Deed, Place
from ppmid_devices.carrier.settings import CarrierSettings
from ppmid_devices.links.contract import HubPort, Port
from ppmid_devices.links.link import Link
from ppmid_devices.ports import MILLISECOND, CannotArrange, Clock
from ppmid_protocols.errors import Malformed
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface import addressed_to


class SimulatedCarrier:
    """A carrier (``carrier.contract.Carrier``) that reads of a message only for which device it is.

    ``there``: who takes the messages in the home, the PPMID or the hub, whose EUI-64 is ``ppmid``.

    It does not know whether a stick was read or a cable brought everything, so it brings the same octets each time;
    a phone leaves out what the PPMID has said that it has.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        port: Port | HubPort,
        ppmid: Eui,
        handover: Link,
        avenue: Link,
        settings: CarrierSettings,
        there: str = roles.PPMID,
    ) -> None:
        if port not in HANDS:
            raise CannotArrange(f"nobody carries messages by hand to a PPMID whose avenue is {port}")
        self._clock, self._ppmid, self._handover, self._avenue = clock, ppmid, handover, avenue
        self._settings, self._there = settings, there
        self._hand: Hand = HANDS[port](ppmid, settings)
        self._place = Place.SUPPLIER
        self._stay = 0
        self._bag: list[bytes] = []
        self._last: tuple[bytes, ...] = ()
        self._copy: tuple[bytes, ...] | None = None

    def start(self) -> None:
        self._handover.attach(roles.CARRIER, self._from_supplier)
        self._avenue.attach(roles.CARRIER, self._from_ppmid)
        self._handover.watch(lambda up: self._change(Change.SUPPLIER_REACHED if up else Change.SUPPLIER_LEFT))
        self._avenue.watch(lambda up: self._change(Change.PPMID_REACHED if up else Change.PPMID_LEFT))

    def bring_copy(self) -> None:
        self._copy = self._last

    def _change(self, change: Change) -> None:
        self._place, deed = JOURNEY[self._place, change]
        self._stay += 1
        match deed:
            case Deed.BRING:
                self._bring()
            case Deed.BREAK_OFF:
                self._break_off()
            case Deed.HAND_IN:
                self._break_off()
                self._hand_in(self._hand.answers())

    def _from_supplier(self, _: str, sealed: bytes) -> None:
        try:
            addressed_to(sealed)
        except Malformed:
            return
        self._bag = [*self._bag, sealed][-self._settings.messages_kept :]

    def _is_for_the_home(self, sealed: bytes) -> bool:
        return addressed_to(sealed)[1] == self._ppmid

    def _bring(self) -> None:
        messages = tuple(filter(self._is_for_the_home, self._bag)) if self._copy is None else self._copy
        self._last = messages or self._last
        self._do(self._hand.arrive(self._as_brought(messages)))

    def _as_brought(self, messages: Sequence[bytes]) -> Sequence[bytes]:
        return messages

    def _from_ppmid(self, _: str, frame: bytes) -> None:
        if self._place is Place.HOME:
            self._do(self._hand.hear(frame))

    def _do(self, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, Say):
                delay = event.beats * self._settings.pace_ms
                self._later(delay, partial(self._avenue.send, roles.CARRIER, self._there, event.frame))
            else:
                self._later(self._settings.poll_ms, lambda: self._do(self._hand.again()))

    def _later(self, delay_ms: int, run: Callable[[], None]) -> None:
        stay = self._stay
        self._clock.call_later(delay_ms * MILLISECOND, lambda: run() if stay == self._stay else None)

    def _break_off(self) -> None:
        self._hand.leave()
        self._bag = [one for one in self._bag if one not in self._hand.brought]

    def _hand_in(self, answers: Sequence[bytes]) -> None:
        for sealed in answers:
            self._handover.send(roles.CARRIER, roles.DELIVERY_SERVICE, sealed)
