"""Carrying Commands of others to the hub, and their Responses back to whoever sent them, as they are."""

from collections.abc import Callable

from ppmid_devices.links.answering import Awaited
from ppmid_devices.links.asking import Asker
from ppmid_devices.ports import Clock
from ppmid_devices.ppmid.home import Home
from ppmid_devices.ppmid.settings import PpmidSettings
from ppmid_devices.ppmid.voice import Voice
from ppmid_devices.rate_limit import RateLimit
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import CommandKey, Cra, decode
from ppmid_protocols.local_interface import Reason, State, SubmitCommand

Transfer = Callable[[bytes], bool]
"""Puts a GBCS message into the tunnel to the hub; false when there is no tunnel."""


class CommandCarrier(Awaited):
    """It cannot verify a Command or Response, so it never calls one more than "forwarded" or "no answer"."""

    def __init__(self, clock: Clock, settings: PpmidSettings, home: Home, voice: Voice, transfer: Transfer) -> None:
        super().__init__(clock, voice)
        self._settings, self._home, self._transfer = settings, home, transfer
        self._rate = RateLimit(settings.relay_rate_per_hour)

    def become(self, settings: PpmidSettings) -> None:
        """Go on with other firmware."""
        self._settings = settings

    def submit(self, asker: Asker, request: SubmitCommand) -> None:
        """Carry a Command to the hub, or say why not."""
        refusal = self._why_not(request)
        if refusal is not None:
            self._voice.say_state(asker, State.REFUSED, refusal[1], refusal[0])
            return
        self._rate = self._rate.after(request.target, self._clock.now())
        self._voice.say_state(asker, State.RECEIVED, "Command received")
        self._forward(asker, request)

    def _why_not(self, request: SubmitCommand) -> tuple[Reason, str] | None:
        """Why a Command is not carried, as reason and text; None when it is."""
        if not self._settings.can_relay:
            return Reason.CANNOT_RELAY, "This PPMID carries no Commands"
        if len(request.command) > self._settings.largest_command:
            return Reason.COMMAND_TOO_LARGE, f"More than {self._settings.largest_command} octets"
        try:
            command = decode(request.command)
        except ProtocolError:
            return Reason.COMMAND_NOT_GBCS, "No GBCS message"
        if command.target != request.target:
            return Reason.COMMAND_NOT_GBCS, "The Command is for another target"
        if command.cra is not Cra.COMMAND:
            return Reason.COMMAND_NOT_ALLOWED, "Only Commands are carried"
        if not self._is_of_this_home(request.target):
            return Reason.UNKNOWN_METER, "No such meter in this home"
        if not self._rate.admits(request.target, self._clock.now()):
            return Reason.TOO_MANY_REQUESTS, "Too many Commands for this meter within an hour"
        return None

    def _is_of_this_home(self, device: Eui) -> bool:
        return self._home.takes_commands(device)

    def _forward(self, asker: Asker, request: SubmitCommand) -> None:
        """Pass the Command on, and begin to wait for its Response."""
        if not self._to_hub(request.command):
            self._voice.say_state(asker, State.REFUSED, "The hub cannot be reached", Reason.HAN_UNREACHABLE)
            return
        self.await_response(decode(request.command).command_key, asker, self._home.patience(request.target))
        self._say_forwarded(asker, request.target)

    def _to_hub(self, command: bytes) -> bool:
        return self._transfer(command)

    def _say_forwarded(self, asker: Asker, target: Eui) -> None:
        if self._home.is_gas(target):
            self._voice.say_state(asker, State.WAITING_FOR_GAS_METER, "Waits until the gas meter next wakes")
        else:
            self._voice.say_state(asker, State.FORWARDED, "Command forwarded")

    def hub_refused(self, key: CommandKey) -> None:
        """The hub did not take the message with this key: it has reached no meter."""
        self.refuse(key, "The hub did not take it", Reason.HAN_UNREACHABLE)
