"""Communications Hubs with one fault each in what they do with Commands that come by a port of their own."""

from typing import Any

from ppmid_devices import roles
from ppmid_devices.hub.avenue_desk import AvenueDesk, HubAvenue
from ppmid_devices.hub.carrying import Carrying
from ppmid_devices.hub.relay import Refusal
from ppmid_devices.hub.settings import HubSettings
from ppmid_devices.hub.simulated import SimulatedHub
from ppmid_devices.links.asking import Requests
from ppmid_devices.links.faulty_ends import ForgetfulEnd, TrustingEnd
from ppmid_devices.ports import Clock
from ppmid_protocols.errors import Malformed
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import Message as GbcsMessage
from ppmid_protocols.local_interface import Message
from ppmid_protocols.local_interface.apdu import Command


def _altered(octets: bytes) -> bytes:
    return octets[:-1] + bytes((octets[-1] ^ 1,))


class _AlteringPort(Carrying):
    def from_port(self, octets: bytes, target: Eui) -> Refusal | None:
        return super().from_port(_altered(octets), target)


class AltersWhatIsBrought(SimulatedHub):
    """Turns the last bit of every Command that comes by its port.

    Breaks: a relay forwards a Command byte-identical (a MAC is over every octet, GBCS 4.3).
    """

    carrying = _AlteringPort


class _SwallowingPort(Carrying):
    def from_port(self, octets: bytes, target: Eui) -> Refusal | None:  # noqa: ARG002 - whatever it is
        return None


class SwallowsWhatIsBrought(SimulatedHub):
    """Says of every Command that comes by its port that it was forwarded, and forwards none.

    Breaks: FORWARDED is said of what was given to the HAN (local command interface, Numbers).
    """

    carrying = _SwallowingPort


class _MuteDesk(AvenueDesk):
    def take(self, response: GbcsMessage, octets: bytes) -> None:
        """Nothing is said of it."""


class KeepsResponsesFromPort(SimulatedHub):
    """Passes what its port brings on, and keeps the Responses to itself.

    Breaks: a Response goes back the way that its Command came (route-back; design assumption).
    """

    avenue_desk = _MuteDesk


class _AlteringDesk(AvenueDesk):
    def take(self, response: GbcsMessage, octets: bytes) -> None:
        super().take(response, _altered(octets))


class AltersResponsesForPort(SimulatedHub):
    """Turns the last bit of every Response that it gives back at its port.

    Breaks: a Response is passed on octet for octet (local command interface, What it protects).
    """

    avenue_desk = _AlteringDesk


class _OpenDesk(AvenueDesk):
    avenue_end = TrustingEnd


class TrustsWhoeverPlugsIn(SimulatedHub):
    """Acts on every message that comes by its port, whoever signed it and for whichever home.

    Breaks: what a receiver does, steps 2 and 3 (local command interface).
    """

    avenue_desk = _OpenDesk


class _ForgetfulDesk(AvenueDesk):
    avenue_end = ForgetfulEnd

    def _hear(self, sender: str, message: Message) -> None:
        self._answers._requests = Requests()
        super()._hear(sender, message)


class PassesCopiesOn(SimulatedHub):
    """Knows no message and no request of its port again.

    Breaks: what a receiver does, step 5 (local command interface), and that a request is done once.
    """

    avenue_desk = _ForgetfulDesk


class _HastyDesk(AvenueDesk):
    def __init__(self, clock: Clock, settings: HubSettings, avenue: HubAvenue, *others: Any) -> None:
        super().__init__(clock, settings, avenue, *others)
        self._line, self._come = avenue.line, b""

    def attach(self) -> None:
        super().attach()
        self._line.attach(roles.HUB, self._look)

    def _look(self, sender: str, frame: bytes) -> None:
        try:
            self._come += Command.decode(frame).data
        except Malformed:
            return
        for meter, role in self._served.items():
            found = _command_in(self._come, meter) if role in roles.METERS else b""
            if found:
                self._come = b""
                self._carry(found, meter)
        self._end._way._take(sender, frame)


def _command_in(come: bytes, meter: Eui) -> bytes:
    """The Command for a meter in what has come of a SubmitCommand, once its last octet is there."""
    _, there, rest = come.partition(bytes(meter) + b"\x58")  # CBOR: a byte string, its length in one octet
    length = rest[0] if rest else 0
    return rest[1 : 1 + length] if there and len(rest) > length else b""


class ActsOnHalfATap(SimulatedHub):
    """Passes a Command on as soon as its octets are there, before the seal that stands behind it.

    Breaks: a message counts as come when it is whole (local command interface, Carried by hand).
    """

    avenue_desk = _HastyDesk
