"""A hub's own end of the local command interface: Commands that are brought to a port of it, and what comes of them.

The port takes Commands and nothing else: a hub is no PPMID, and no meter takes a UTRN of it (assumed). The rules are
those of what a PPMID brings: one list, one age, one rate.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ppmid_devices import roles
from ppmid_devices.hub.relay import Refusal
from ppmid_devices.hub.settings import HubSettings
from ppmid_devices.links.answering import Answers, Awaited
from ppmid_devices.links.asking import Asker
from ppmid_devices.links.avenue_end import AvenueEnd
from ppmid_devices.links.avenues import AVENUES
from ppmid_devices.links.contract import HubPort
from ppmid_devices.links.link import Link
from ppmid_devices.links.power import WhilePowered
from ppmid_devices.ports import SECOND, Clock
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import CommandKey, decode
from ppmid_protocols.gbcs.message import Message as GbcsMessage
from ppmid_protocols.local_interface import (
    Capabilities,
    Fuel,
    Message,
    Meter,
    Reason,
    State,
    SubmitCommand,
    SubmitUtrn,
)

Carry = Callable[[bytes, Eui], Refusal | None]
"""Carries a Command for the target that its sender names; gives why not, None when it is under way."""

REASONS: Mapping[Refusal, Reason] = MappingProxyType(
    {
        Refusal.NO_RELAY: Reason.CANNOT_RELAY,
        Refusal.NOT_GBCS: Reason.COMMAND_NOT_GBCS,
        Refusal.OTHER_TARGET: Reason.COMMAND_NOT_GBCS,
        Refusal.NOT_A_COMMAND: Reason.COMMAND_NOT_ALLOWED,
        Refusal.TARGET_UNKNOWN: Reason.UNKNOWN_METER,
        Refusal.TYPE_NOT_ALLOWED: Reason.COMMAND_NOT_ALLOWED,
        Refusal.TOO_LARGE: Reason.COMMAND_TOO_LARGE,
        Refusal.TOO_MANY: Reason.TOO_MANY_REQUESTS,
        Refusal.TOO_OLD: Reason.COMMAND_TOO_OLD,
        Refusal.NO_ROOM: Reason.HAN_UNREACHABLE,
        Refusal.DUTY_CYCLE: Reason.HAN_UNREACHABLE,
    }
)
"""What each refusal is called on the avenue; the others are not of Commands."""

_FUELS = {roles.ESME: Fuel.ELECTRICITY, roles.GSME: Fuel.GAS}


@dataclass(frozen=True, slots=True, kw_only=True)
class HubAvenue:
    """What a hub with a port has beside what every hub has: a key of its own, those of the senders, and a line."""

    port: HubPort
    key: Ed25519PrivateKey
    senders: Mapping[str, Ed25519PublicKey]
    home: str
    line: Link


class AvenueDesk:
    """It knows a Command by its request only until the Response has come, and reads nothing of either.

    ``served``: the devices on the HAN, by their roles. Over a loss of power it keeps replay numbers, requests and what
    it has to say (assumed).
    """

    avenue_end: ClassVar[type[AvenueEnd]] = AvenueEnd

    def __init__(
        self,
        clock: Clock,
        settings: HubSettings,
        avenue: HubAvenue,
        hub: Eui,
        served: Mapping[Eui, str],
        carry: Carry,
        firmware: Callable[[], int],
    ) -> None:
        self._settings, self._served, self._carry, self._firmware = settings, served, carry, firmware
        self._powered = False
        self._end = self.avenue_end(
            name=roles.HUB,
            key=avenue.key,
            key_id=settings.avenue_key_id,
            senders=avenue.senders,
            home=avenue.home,
            ppmid=hub,
            avenue=AVENUES[avenue.port](clock, avenue.line, hub),
            heard=self._hear,
            connected=self._say_capabilities,
        )
        self._answers = Answers(self._end.tell)
        self._awaited = Awaited(WhilePowered(clock, lambda: self._powered), self._answers)

    @property
    def dropped(self) -> Mapping[str, int]:
        """How many messages it dropped, by reason."""
        return self._end.dropped

    def attach(self) -> None:
        """Take the hub's place on the avenue."""
        self._end.attach()

    def update(self, settings: HubSettings) -> None:
        """Go by these settings from now on."""
        self._settings = settings

    def power(self, on: bool) -> None:
        """Lose power, or have it back."""
        self._powered = on
        self._end.power(on)
        if on:
            self._awaited.expire()

    def _say_capabilities(self) -> None:
        meters = tuple(
            Meter(device, _FUELS[roles.meter_kind(role)])
            for device, role in self._served.items()
            if role in roles.METERS
        )
        can_relay = self._settings.relay != "none"
        self._end.tell_all(Capabilities(b"capabilities", str(self._firmware()), can_relay, meters))

    def _hear(self, sender: str, message: Message) -> None:
        """A message of an authentic sender; what is no request of a User is ignored."""
        if not isinstance(message, SubmitCommand | SubmitUtrn):
            return
        asker = Asker(sender, message.request_id)
        if not self._answers.take_up(asker, message):
            return
        if isinstance(message, SubmitUtrn):
            self._answers.say_state(asker, State.REFUSED, "This port takes Commands alone", Reason.OTHER)
        else:
            self._submit(asker, message)

    def _submit(self, asker: Asker, request: SubmitCommand) -> None:
        refusal = self._carry(request.command, request.target)
        if refusal is not None:
            self._answers.say_state(asker, State.REFUSED, refusal.value, REASONS[refusal])
            return
        is_gas = self._served.get(request.target) == roles.GSME
        patience = self._settings.gsme_answer_s if is_gas else self._settings.esme_answer_s
        self._awaited.await_response(decode(request.command).command_key, asker, patience * SECOND)
        if is_gas:
            self._answers.say_state(asker, State.WAITING_FOR_GAS_METER, "Waits until the gas meter next wakes")
        else:
            self._answers.say_state(asker, State.FORWARDED, "Command forwarded")

    def take(self, response: GbcsMessage, octets: bytes) -> None:
        """The Response to a Command that came here: it goes to whoever asked."""
        self._awaited.take(response, octets)

    def lost(self, key: CommandKey, reason: Refusal) -> None:
        """A Command that came here has reached no meter, and will not."""
        self._awaited.refuse(key, reason.value, REASONS[reason])
