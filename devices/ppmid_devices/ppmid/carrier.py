"""Carrying Commands of others to the hub, and their Responses back to whoever sent them, as they are."""

from collections.abc import Callable

from ppmid_devices.ports import Clock
from ppmid_devices.ppmid import texts
from ppmid_devices.ppmid.home import Home
from ppmid_devices.ppmid.pending import Asker, Commands, Forwarded
from ppmid_devices.ppmid.settings import PpmidSettings
from ppmid_devices.ppmid.voice import Voice
from ppmid_devices.rate_limit import RateLimit
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import CommandKey, Cra, Message, decode
from ppmid_protocols.local_interface import CommandResponse, Reason, State, SubmitCommand

Transfer = Callable[[bytes], bool]
"""Puts a GBCS message into the tunnel to the hub; false when there is no tunnel."""


class CommandCarrier:
    """It cannot verify a Command or Response, so it never calls one more than "forwarded" or "no answer"."""

    def __init__(self, clock: Clock, settings: PpmidSettings, home: Home, voice: Voice, transfer: Transfer) -> None:
        self._clock, self._settings, self._home, self._voice = clock, settings, home, voice
        self._transfer = transfer
        self._rate = RateLimit(settings.relay_rate_per_hour)
        self._commands = Commands()

    def forget(self) -> None:
        """Wait for no Response any more; one that comes is nobody's."""
        self._commands = Commands()

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
        ends = self._clock.now() + self._home.patience(request.target)
        self._commands = self._commands.add(Forwarded(decode(request.command).command_key, asker, ends))
        self._clock.call_at(ends, self.expire)
        self._say_forwarded(asker, request.target)

    def _to_hub(self, command: bytes) -> bool:
        return self._transfer(command)

    def _say_forwarded(self, asker: Asker, target: Eui) -> None:
        if self._home.is_gas(target):
            self._voice.say_state(asker, State.WAITING_FOR_GAS_METER, "Waits until the gas meter next wakes")
        else:
            self._voice.say_state(asker, State.FORWARDED, "Command forwarded")

    def take(self, response: Message, octets: bytes) -> bool:
        """Give a Response to whoever sent its Command; false where it answers none that was carried."""
        forwarded = self._commands.answered_by(response.command_key)
        if forwarded is None:
            return False
        self._commands = self._commands.without(forwarded)
        self._pass_back(forwarded.asker, octets)
        return True

    def _pass_back(self, asker: Asker, octets: bytes) -> None:
        self._voice.say(asker, CommandResponse(asker.request_id, octets))

    def hub_refused(self, key: CommandKey) -> None:
        """The hub did not take the message with this key: it has reached no meter."""
        forwarded = self._commands.answered_by(key)
        if forwarded is not None:
            self._commands = self._commands.without(forwarded)
            self._voice.say_state(forwarded.asker, State.REFUSED, "The hub did not take it", Reason.HAN_UNREACHABLE)

    def expire(self) -> None:
        """Say "unknown" of what had no answer in time. It is not sent again; a late answer is still passed on."""
        self._commands, late = self._commands.expire(self._clock.now())
        for forwarded in late:
            self._give_up(forwarded)

    def _give_up(self, forwarded: Forwarded) -> None:
        self._voice.say_state(forwarded.asker, State.UNKNOWN, texts.NO_ANSWER)
