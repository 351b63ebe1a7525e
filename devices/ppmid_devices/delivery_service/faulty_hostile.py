"""Delivery services in hostile hands: they hold the key of their seals, and none of a meter."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from ppmid_devices.delivery_service.simulated import SimulatedDeliveryService
from ppmid_devices.ports import DAY, MINUTE
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import prepayment
from ppmid_protocols.gbcs.message import MAC_OCTETS, Cra, decode
from ppmid_protocols.gbcs.message import Message as Gbcs
from ppmid_protocols.local_interface import Message, SubmitCommand, SubmitUtrn
from ppmid_protocols.secret import Secret
from ppmid_protocols.utrn import check_digit

HELD = 9 * DAY
"""How long what is held back is kept: longer than any hub's age limit, which cannot see it."""


class HoldsBack(SimulatedDeliveryService):
    """Keeps every Command and UTRN for nine days, and sends it then as it is.

    Breaks: what is handed in is sent while the avenue is up (delivery_service.contract).
    """

    def _send(self, message: Message) -> None:
        send = super()._send
        self._clock.call_later(HELD, lambda: send(message))


class SendsTwice(SimulatedDeliveryService):
    """Sends every Command and UTRN twice, the second time as a request of its own.

    Breaks: a request is sent once; what is unanswered is the User's to send again (local command interface).
    """

    def _send(self, message: Message) -> None:
        super()._send(message)
        if isinstance(message, SubmitCommand | SubmitUtrn):
            super()._send(replace(message, request_id=self._next_request_id()))


class AsksAnew(SimulatedDeliveryService):
    """Sends every Command and UTRN a second time under the next replay number, by the same request id.

    A sender may, that has heard nothing (local command interface, Who sends what); then it is not done again.
    """

    def _send(self, message: Message) -> None:
        super()._send(message)
        if isinstance(message, SubmitCommand | SubmitUtrn):
            super()._send(message)


class NamesAnotherTarget(SimulatedDeliveryService):
    """Submits every Command as one for the PPMID itself, whatever device its header names.

    Breaks: the target of a request is that of its Command (local command interface, reason 3).
    """

    def _send(self, message: Message) -> None:
        super()._send(replace(message, target=self._ppmid) if isinstance(message, SubmitCommand) else message)


class PassesOffAsResponse(SimulatedDeliveryService):
    """Submits every Command with the CRA flag of a Response.

    Breaks: what is submitted is a Command (local command interface, Commands and their Responses).
    """

    def _send(self, message: Message) -> None:
        if isinstance(message, SubmitCommand):
            message = replace(message, command=replace(decode(message.command), cra=Cra.RESPONSE).encode())
        super()._send(message)


class MakesNew(SimulatedDeliveryService):
    """Raises the Originator Counter of every Command, and the value of every UTRN: what it was given, as a new one.

    Breaks: the octets of a Command, and the digits of a UTRN, reach the meter as they were made.
    """

    def _send(self, message: Message) -> None:
        if isinstance(message, SubmitCommand):
            message = replace(message, command=made_new(message.command))
        elif isinstance(message, SubmitUtrn):
            message = replace(message, utrn=another_code(message.utrn))
        super()._send(message)


class FloodsPpmid(SimulatedDeliveryService):
    """Submits Commands that look valid, as many as it is told to: another counter each, and a MAC of noughts.

    Breaks: a delivery service sends what a User handed it (delivery_service.contract).
    """

    def flood(self, originator: Eui, meter: Eui, *, each_minute: int, minutes: int) -> None:
        """Submit so many Commands an even time apart, in the name of ``originator``, from now on."""
        for counter, after in moments(each_minute, minutes):
            self._clock.call_later(after, partial(self._submit, meter, junk("esme", originator, meter, counter)))

    def _submit(self, meter: Eui, command: bytes) -> None:
        self.submit_command(meter, command)


def moments(each_minute: int, minutes: int) -> Iterator[tuple[int, int]]:
    """Running numbers, and how long from now (ns) each of so many is due."""
    return ((number, number * MINUTE // each_minute) for number in range(each_minute * minutes))


def junk(kind: prepayment.Kind, originator: Eui, meter: Eui, counter: int) -> bytes:
    """A balance read that nobody has sealed, which the meter alone can tell."""
    content = prepayment.command(kind, counter, prepayment.ReadBalance())
    return Gbcs(
        cra=Cra.COMMAND,
        counter=counter,
        originator=originator,
        target=meter,
        message_code=content.message_code,
        payload=content.payload,
        mac=bytes(MAC_OCTETS),
    ).encode()


def made_new(octets: bytes) -> bytes:
    """A Command under the next Originator Counter; MAC and signature are those of the one before."""
    command = decode(octets)
    return replace(command, counter=command.counter + 1).encode()


def another_code(utrn: Secret) -> Secret:
    """A UTRN with another tenth digit, and the check digit that fits: only its MAC can show it (GBCS 14)."""
    digits = utrn.decode("ascii")
    changed = digits[:9] + str((int(digits[9]) + 1) % 10) + digits[10:19]
    return Secret((changed + check_digit(changed)).encode("ascii"))
