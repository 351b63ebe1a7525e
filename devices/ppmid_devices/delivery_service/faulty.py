"""Delivery services with one fault each."""

from dataclasses import replace

from ppmid_devices.delivery_service.contract import Entered
from ppmid_devices.delivery_service.simulated import SimulatedDeliveryService
from ppmid_devices.ports import SECOND
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import message as gbcs
from ppmid_protocols.gbcs.message import Cra
from ppmid_protocols.gbcs.prepayment import CODES, SupplyState, esme, gsme
from ppmid_protocols.gbcs.prepayment.requests import CS01B, ECS45, ECS82, GCS06, GCS33, GCS39, GCS60, Content
from ppmid_protocols.local_interface import CommandResponse, Message, SubmitCommand, SubmitUtrn
from ppmid_protocols.secret import Secret
from ppmid_protocols.utrn import check_digit
from ppmid_protocols.zigbee.prepayment import TopUpResult


class AltersCommands(SimulatedDeliveryService):
    """Turns the last bit of the GBCS payload of every Command, and seals what came of it properly.

    Breaks: the octets of a Command reach the meter as the DCC made them (local command interface, SubmitCommand).
    """

    def _send(self, message: Message) -> None:
        super()._send(_altered(message) if isinstance(message, SubmitCommand) else message)


class AltersMacs(SimulatedDeliveryService):
    """Turns the last bit of every Command, which is its MAC's, and seals what came of it properly.

    Breaks: as AltersCommands; here nothing but the MAC can show it.
    """

    def _send(self, message: Message) -> None:
        if isinstance(message, SubmitCommand):
            message = replace(message, command=message.command[:-1] + bytes((message.command[-1] ^ 1,)))
        super()._send(message)


class AltersUtrns(SimulatedDeliveryService):
    """Exchanges every UTRN for the one beside it, with the check digit that this one has.

    Breaks: a UTRN reaches the meter digit for digit as its Supplier vended it (local command interface, SubmitUtrn).
    """

    def _send(self, message: Message) -> None:
        if isinstance(message, SubmitUtrn):
            pptd = f"{int(message.utrn[:-1]) ^ 1:019d}"
            message = replace(message, utrn=Secret(f"{pptd}{check_digit(pptd)}".encode()))
        super()._send(message)


class ForgesResponses(SimulatedDeliveryService):
    """Answers Commands itself, with a success whose MAC it could only guess, and forwards nothing.

    Those whose Response it does not know it drops.

    Breaks: only the meter answers a Command; a Response's MAC takes the meter's or the User's key (GBCS 4.3).
    """

    def submit_command(self, target: Eui, command: bytes) -> str:  # noqa: ARG002 - the Command itself names its target
        request_id = self._next_request_id()
        if gbcs.decode(command).message_code in CODES.values():
            forged = CommandResponse(request_id, _forged_response(command))
            self._clock.call_later(SECOND, lambda: self._pass_on(forged))
        return request_id.hex()


class LosesResponses(SimulatedDeliveryService):
    """Drops every Response that the PPMID brings.

    Breaks: a CommandResponse is passed on to the User (local command interface, CommandResponse).
    """

    def _pass_on(self, message: Message) -> None:
        if not isinstance(message, CommandResponse):
            super()._pass_on(message)


class RepeatsCommands(SimulatedDeliveryService):
    """Sends every Command twice, the second time as a request of its own.

    Breaks: a Command is sent once; what is unanswered is the User's to send again (local command interface).
    """

    def _send(self, message: Message) -> None:
        super()._send(message)
        if isinstance(message, SubmitCommand):
            super()._send(replace(message, request_id=self._next_request_id()))


class ReplaysResponses(SimulatedDeliveryService):
    """Answers every Command but the first with the Response to the first, and sends none of them on.

    Breaks: a CommandResponse answers the Command of its own request (local command interface, CommandResponse).
    """

    _first: bytes = b""

    def submit_command(self, target: Eui, command: bytes) -> str:
        if not self._first:
            return super().submit_command(target, command)
        request_id = self._next_request_id()
        replayed = CommandResponse(request_id, self._first)
        self._clock.call_later(SECOND, lambda: super(ReplaysResponses, self)._pass_on(replayed))
        return request_id.hex()

    def _pass_on(self, message: Message) -> None:
        if isinstance(message, CommandResponse):
            self._first = self._first or message.response
        super()._pass_on(message)


class NeverEndsSessions(SimulatedDeliveryService):
    """Takes any token that it has ever given, for any meter.

    Breaks: a session of the app is over when it was ended or lay unused, and is for its own home (threat I1e).
    """

    def _why_not(self, token: str, meter: Eui) -> str:  # noqa: ARG002 - that is the fault
        return ""

    def enter_utrn(self, token: str, meter: Eui, digits: Secret) -> Entered:
        self._sessions = self._sessions.begin(token, self._home, self._clock.now())
        return super().enter_utrn(token, meter, digits)


class TakesAnyMeter(SimulatedDeliveryService):
    """Takes a UTRN under a session of its home for any meter.

    Breaks: a code cannot be sent for another home than the session's (threat I1e).
    """

    def _why_not(self, token: str, meter: Eui) -> str:
        home = self._sessions.home_of(token, self._clock.now())
        return super()._why_not(token, meter if home is None else self._homes[home][0])


def _altered(message: SubmitCommand) -> SubmitCommand:
    command = gbcs.decode(message.command)
    payload = command.payload[:-1] + bytes((command.payload[-1] ^ 1,))
    return replace(message, command=replace(command, payload=payload).encode())


def _forged_response(octets: bytes) -> bytes:
    command = gbcs.decode(octets)
    response = gbcs.Message(
        cra=Cra.RESPONSE,
        counter=command.counter,
        originator=command.target,
        target=command.originator,
        message_code=command.message_code,
        payload=_success(command.message_code, command.counter).payload,
        signature=bytes(len(command.signature)),
        mac=None if command.signature else bytes(gbcs.MAC_OCTETS),
    )
    return response.encode()


_GSME_STATUSES = frozenset({GCS06, GCS39})
_VALUES = {ECS82: 0, ECS45: SupplyState.ENABLED}
_READINGS = {
    GCS60: {"balance": 0, "credit_mode_balance": 0},
    GCS33: {"supply": SupplyState.ENABLED, "battery_days": 0},
}


def _success(code: int, counter: int) -> Content:
    """What a meter would say that did what it was asked, or that has nothing on its registers."""
    if code == CS01B:
        return gsme.top_up_response(code, TopUpResult.ACCEPTED)
    if code in _READINGS:
        return gsme.read_response(code, _READINGS[code])
    if code in _GSME_STATUSES:
        return gsme.status_response(code)
    return esme.response(code, counter, value=_VALUES.get(code))
