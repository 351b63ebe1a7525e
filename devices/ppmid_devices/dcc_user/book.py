"""The User's book: every request that it has made, found by its name, by its delivery, or by what answers it."""

from collections.abc import Callable, Mapping

from ppmid_devices.dcc_user.ask import Ask
from ppmid_devices.dcc_user.contract import Outcome, RequestRecord, Way
from ppmid_devices.dcc_user.exchange import Exchange
from ppmid_devices.dcc_user.settings import DccUserSettings
from ppmid_devices.ports import SECOND, Clock
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.duis.services import Target
from ppmid_protocols.errors import Malformed, ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import decode
from ppmid_protocols.transforms import KnownDevice


class Book:
    """``devices``: those that the User knows. ``give_up`` is called when a request has waited long enough.

    ``deliveries``: requests by the delivery service's ids; ``returns``: by the RequestIDs of SRV 8.13. ``dropped``: why
    documents and messages that belong to no request were dropped, oldest first.
    """

    def __init__(
        self,
        clock: Clock,
        settings: DccUserSettings,
        devices: Mapping[Eui, KnownDevice],
        give_up: Callable[[Ask], None],
    ) -> None:
        self._clock, self._settings, self._devices, self._give_up = clock, settings, devices, give_up
        self._asks: dict[str, Ask] = {}
        self.deliveries: dict[str, Ask] = {}
        self.returns: dict[RequestId, Ask] = {}
        self.dropped: list[str] = []

    def open(self, name: str, srv: str, device: Eui, way: Way, exchange: Exchange | None) -> Ask:
        """Begin a record, and the time that its answer is given."""
        record = RequestRecord(
            request=name,
            srv=srv,
            device=device,
            outcome=Outcome.PENDING,
            asked_at=self._clock.now(),
            settled_at=None,
            verified_by="",
            credits=0,
            settlements=0,
        )
        timer = self._clock.call_later(self._patience(device), lambda: self._give_up(ask))
        ask = self._asks[name] = Ask(record, way, exchange, timer)
        return ask

    def wait_anew(self, ask: Ask) -> None:
        """Give a request the whole time again."""
        ask.patience = self._clock.call_later(self._patience(ask.record.device), lambda: self._give_up(ask))

    def asked(self, name: str) -> Ask:
        """The request of this name. Raises Malformed when there is none."""
        if name not in self._asks:
            raise Malformed("request", f"expected the name of a request of this User, found {name!r}")
        return self._asks[name]

    def find(self, name: str) -> Ask | None:
        """The request of this name, or None."""
        return self._asks.get(name)

    def handed_back(self, request_id: RequestId | None) -> Ask | None:
        """The request whose Response was handed back by this SRV 8.13, or None."""
        return None if request_id is None else self.returns.get(request_id)

    def by_header(self, octets: bytes) -> Ask | None:
        """The request that a Response's header names, for one that bears an unknown request id.

        One to the Access Control Broker names as Supplementary Remote Party whoever had it ask, and its counter.
        """
        try:
            message = decode(octets)
        except ProtocolError as problem:
            self.dropped.append(f"from a home: {problem}")
            return None
        asker, device, counter = message.command_key
        if message.supplementary_party is not None and message.supplementary_party_counter is not None:
            asker, counter = message.supplementary_party, message.supplementary_party_counter
        return self._asks.get(str(RequestId(asker, device, counter)))

    def _patience(self, device: Eui) -> int:
        gas = self._devices[device].type is Target.GSME
        return (self._settings.gsme_give_up_s if gas else self._settings.esme_give_up_s) * SECOND
