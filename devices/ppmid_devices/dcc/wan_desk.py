"""What waits for the SM WAN, and for the Responses of devices, and how long."""

from collections.abc import Callable

from ppmid_devices.dcc.service import Service
from ppmid_devices.links.link import Link
from ppmid_devices.ports import SECOND, Clock
from ppmid_protocols.duis import response_code
from ppmid_protocols.duis.response_code import ResponseCode


class WanDesk:
    """Sends Commands as soon as the SM WAN is up, in the order in which they came.

    ``send`` puts a Command on the line. ``give_up`` is told of one that found no SM WAN within ``wan_wait``, or no
    Response within ``response_wait`` (seconds), with the code that says so.
    """

    def __init__(
        self,
        clock: Clock,
        wan: Link,
        *,
        wan_wait: int,
        response_wait: int,
        send: Callable[[Service], None],
        give_up: Callable[[Service, ResponseCode], None],
    ) -> None:
        self._clock, self._wan = clock, wan
        self._wan_wait, self._response_wait = wan_wait, response_wait
        self._send, self._give_up = send, give_up
        self._waiting: list[Service] = []

    def start(self) -> None:
        """Begin to watch the SM WAN."""
        self._wan.watch(self._changed)

    def waits(self, service: Service) -> bool:
        """Whether a Command still waits for the SM WAN."""
        return service in self._waiting

    def submit(self, service: Service) -> None:
        """Send the Command of a service, or let it wait."""
        if self._wan.up:
            self._put_on(service)
        else:
            self._waiting.append(service)
            self._allow(service, self._wan_wait, response_code.NO_COMMUNICATION)

    def stop(self, service: Service) -> None:
        """Nothing more is to become of it: its Response has come."""
        if service in self._waiting:
            self._waiting.remove(service)
        if service.patience is not None:
            service.patience.cancel()
            service.patience = None

    def _changed(self, up: bool) -> None:
        if up:
            for service in list(self._waiting):
                self._put_on(service)

    def _put_on(self, service: Service) -> None:
        self.stop(service)
        self._allow(service, self._response_wait, response_code.NO_RESPONSE)
        self._send(service)

    def _allow(self, service: Service, seconds: int, otherwise: ResponseCode) -> None:
        """Give ``service`` so long for its next step, ``otherwise`` the User gets that code."""
        service.patience = self._clock.call_later(seconds * SECOND, lambda: self._expire(service, otherwise))

    def _expire(self, service: Service, code: ResponseCode) -> None:
        self.stop(service)
        self._give_up(service, code)
