"""What every device has in common that executes GBCS Commands: it tests them, does them, answers or refuses them."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from cryptography.hazmat.primitives.asymmetric import ec

from ppmid_devices.credentials import Credentials, Directory
from ppmid_devices.meter.asked import Answer, Asked, Unanswered
from ppmid_devices.meter.commands import Accepted, CommandRules, Refusal, Refused
from ppmid_devices.meter.device_keys import DeviceKeys
from ppmid_devices.meter.functions import Functions, refusal
from ppmid_devices.meter.log_codes import LogCode
from ppmid_devices.meter.messages import Sealer
from ppmid_devices.meter.replacements import Floors
from ppmid_devices.meter.settings import MeterSettings
from ppmid_devices.meter.trust import Parties, TrustAnchors
from ppmid_devices.ports import MILLISECOND, Clock, Timer
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.counters import ExecutionCounters
from ppmid_protocols.gbcs.gbt import Reassembly, decode_block, is_block
from ppmid_protocols.gbcs.message import Message
from ppmid_protocols.gbcs.payload import read_payload
from ppmid_protocols.smki import Role


class CommandedDevice(ABC):
    """Execution Counters outlive a loss of power; answers that were still to be sent, and half a message, do not."""

    kind: ClassVar[str]
    rules_type: ClassVar[type[CommandRules]] = CommandRules

    def __init__(
        self,
        clock: Clock,
        credentials: Credentials,
        directory: Directory,
        parties: Parties,
        settings: MeterSettings,
    ) -> None:
        self._clock, self._parties, self._settings = clock, parties, settings
        self._anchors = TrustAnchors(parties, directory)
        self._keys = DeviceKeys(credentials)
        self._sealer = Sealer(self.kind, credentials, self._keys, self._anchors)
        self._key: ec.EllipticCurvePrivateKey = credentials.own("agreement").private
        self._counters = ExecutionCounters()
        self._alert_counter = settings.alert_counter_start
        self._powered, self._life = False, 0
        self._dated: dict[int, Timer] = {}
        self._blocks = Reassembly()

    def _become(self, functions: Functions) -> None:
        """Have these functions; the last step of making a device."""
        self._functions = functions
        self._rules = self.rules_type(self._anchors, self._key, functions.codes)

    @property
    def eui(self) -> Eui:
        """Its device identifier."""
        return self._parties.meter

    @property
    def functions(self) -> Functions:
        """Its objects, clusters and documents."""
        return self._functions

    def hear(self, octets: bytes) -> None:
        """A GBCS message came, or one block of it: execute and answer it once it is whole, or refuse it."""
        if is_block(octets):
            self._hear_block(octets)
            return
        verdict = self._rules.examine(octets, self._counters)
        if isinstance(verdict, Refused):
            self.refuse(verdict)
        else:
            self.execute(verdict)

    def _hear_block(self, octets: bytes) -> None:
        """Join a block to those of its message that came before; it acknowledges none by itself (assumed)."""
        try:
            block = decode_block(octets)
            self._blocks, message = self._blocks.add(block)
        except ProtocolError:
            self.refuse(Refused(Refusal.FORMAT))
            return
        if message is not None:
            self.hear(message.encode())

    def execute(self, accepted: Accepted) -> None:
        """Do what an accepted Command asks, and answer it."""
        self._counters = self._counters.after(accepted.message)
        asked = self._sealer.asked(accepted, self._alert_counter, self._clock.now())
        try:
            payload = self._functions.execute(asked)
        except Unanswered:
            return
        own_counter = asked.reader_counter if accepted.message.supplementary_certificate else None
        if own_counter is not None:
            self._alert_counter += 1
        self.respond(accepted.message, Answer(payload, own_counter))

    def refuse(self, refused: Refused) -> None:
        """Note why a Command is not executed, and answer that where it is so set."""
        self.note(refused.why.log_code)
        if self._settings.on_refused == "failure" and refused.message is not None and refused.known_originator:
            payload = _refusal(refused.message)
            if payload is not None:
                self.respond(refused.message, Answer(payload))

    def respond(self, command: Message, answer: Answer) -> None:
        """Send the Response to ``command`` after the time that processing takes."""
        self._later(lambda: self.transmit(self._sealer.response(command, answer, self._clock.now())))

    @abstractmethod
    def transmit(self, message: bytes) -> None:
        """Send a GBCS message on its way to the hub."""

    @abstractmethod
    def note(self, code: LogCode) -> None:
        """Write a code to the log that it belongs to."""

    def highest_counter(self, party: Eui) -> int:
        """The highest counter of a party's Commands that were executed, in the common group."""
        return max((count for (who, _), count in self._counters.highest.items() if who == party), default=0)

    def set_floors(self, _role: Role, party: Eui, floors: Floors) -> None:
        """Let the counters of a new party begin above these; UTRN counters are a meter's."""
        if floors.commands is not None:
            key = party, 0
            highest = max(floors.commands, self._counters.highest.get(key, 0))
            self._counters = replace(self._counters, highest={**self._counters.highest, key: highest})

    def at_time(self, what: int, when: int, act: Callable[[], None]) -> None:
        """Do something at a time; what waits of the same kind is withdrawn. A time that has passed means at once."""
        self.withdraw(what)
        self._dated[what] = self._clock.call_at(when, act)

    def withdraw(self, what: int) -> None:
        """Withdraw what waits of this kind."""
        if what in self._dated:
            self._dated.pop(what).cancel()

    def send_alert(self, code: int, asked: Asked, payload: bytes) -> None:
        """Send a critical Alert of this Message Code to the originator of a Command."""
        self.transmit(self._sealer.alert_of(code, asked.message.originator, payload, self.next_counter()))

    def _announce(self, command: Message, extra: bytes, done: bool) -> None:
        """Send the Alert that what a Command had dated came into force, or could not."""
        if self._settings.activation_alert:
            code = LogCode.FUTURE_DATED_DONE if done else LogCode.FUTURE_DATED_FAILED
            counter = self.next_counter()
            self.transmit(self._sealer.dated_alert(command, code, extra, counter=counter, now=self._clock.now()))

    def _alert(self, code: LogCode, *, critical: bool) -> None:
        target, now = self._anchors.supplier, self._clock.now()
        counter = self.next_counter()
        self.transmit(self._sealer.alert(code, critical=critical, target=target, counter=counter, now=now))

    def next_counter(self) -> int:
        """The next counter of its own Alerts."""
        counter, self._alert_counter = self._alert_counter, self._alert_counter + 1
        return counter

    def _later(self, run: Callable[[], None]) -> None:
        """Do something after the time that processing takes, unless power goes before."""
        life = self._life

        def if_still_on() -> None:
            if self._life == life:
                run()

        self._clock.call_later(self._settings.processing_ms * MILLISECOND, if_still_on)


def _refusal(message: Message) -> bytes | None:
    try:
        return refusal(message.counter, read_payload(message))
    except ProtocolError:
        return None
