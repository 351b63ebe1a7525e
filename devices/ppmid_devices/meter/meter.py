"""What the two simulated meters have in common: all but how they are reached on the HAN."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar, Literal

from ppmid_devices.credentials import Credentials, Directory
from ppmid_devices.meter.answers import ANSWERS, Answers
from ppmid_devices.meter.commands import Accepted, CommandRules, Parties, Refusal, Refused
from ppmid_devices.meter.contract import MeterDisplay
from ppmid_devices.meter.executions import execute
from ppmid_devices.meter.log_codes import LogCode, LogEntry
from ppmid_devices.meter.messages import Sealer
from ppmid_devices.meter.registers import Registers
from ppmid_devices.meter.settings import MeterSettings
from ppmid_devices.meter.supply import SupplyEvent
from ppmid_devices.meter.top_ups import Decision, Entry, Path, TopUps
from ppmid_devices.ports import MILLISECOND, Clock
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.counters import ExecutionCounters
from ppmid_protocols.gbcs.message import Message
from ppmid_protocols.gbcs.prepayment import Content
from ppmid_protocols.secret import Secret

_OWN_ORDERS: dict[str, Literal["five-step", "four-step"]] = {"esme": "five-step", "gsme": "four-step"}
_REFUSAL_CODES = frozenset(refusal.log_code for refusal in Refusal)


class SimulatedMeter(ABC):
    """Accepts and executes Commands, answers them, takes UTRNs, sends Alerts.

    Registers and Execution Counters outlive a loss of power; answers that were still to be sent do not.
    """

    kind: ClassVar[Literal["esme", "gsme"]]
    top_ups_type: ClassVar[type[TopUps]] = TopUps
    rules_type: ClassVar[type[CommandRules]] = CommandRules
    registers_type: ClassVar[type[Registers]] = Registers

    def __init__(
        self,
        clock: Clock,
        credentials: Credentials,
        directory: Directory,
        parties: Parties,
        settings: MeterSettings,
    ) -> None:
        self._clock, self._parties, self._settings = clock, parties, settings
        self._answers = self.answers()
        self._sealer = Sealer(self.kind, credentials, directory)
        key = credentials.own("agreement").private
        top_ups = self.top_ups_type(
            supplier=parties.supplier,
            device=credentials.eui,
            key=key,
            supplier_key=directory.public_key(parties.supplier, "prepayment"),
            terms=settings.terms(_OWN_ORDERS[self.kind]),
            lock_out=settings.lock_out(),
        )
        self._registers = self.registers_type(clock, settings.account(), top_ups, self._noted)
        self._rules = self.rules_type(parties, key, directory, self._answers.codes)
        self._counters = ExecutionCounters()
        self._alert_counter = settings.alert_counter_start
        self._powered, self._life = False, 0

    def answers(self) -> Answers:
        """How it answers Commands."""
        return ANSWERS[self.kind]

    @property
    def eui(self) -> Eui:
        """Its device identifier."""
        return self._parties.meter

    @property
    def security_log(self) -> tuple[LogEntry, ...]:
        """Its Security Log, oldest first."""
        return self._registers.security_log

    @property
    def event_log(self) -> tuple[LogEntry, ...]:
        """Its Event Log, oldest first."""
        return self._registers.event_log

    def display(self) -> MeterDisplay:
        """What its own display shows now."""
        return self._registers.display()

    def press_enable(self) -> None:
        """Press its button to switch an armed supply on."""
        if self._powered:
            self._registers.ask_supply(SupplyEvent.PERSON_ENABLES)

    def enter_utrn(self, digits: str) -> str:
        """Type digits on its keypad; gives the text that its display answers, none without power."""
        if not self._powered:
            return ""
        return _told(self._registers.enter(Entry(digits=Secret(digits.encode()), path=Path.KEYPAD)))

    def _power_on(self) -> None:
        self._powered = True
        self._registers.bring_up_to_date()

    def _power_off(self) -> None:
        self._powered, self._life = False, self._life + 1

    def hear(self, octets: bytes) -> None:
        """A GBCS message came: execute and answer it, or refuse it."""
        verdict = self._rules.examine(octets, self._counters)
        if isinstance(verdict, Refused):
            self._refuse(verdict)
        else:
            self._execute(verdict)

    def _execute(self, accepted: Accepted) -> None:
        self._counters = self._counters.after(accepted.message)
        content = execute(accepted, self._registers, self._answers, self._settings)
        if content is not None:
            self.respond(accepted.message, content)

    def _refuse(self, refused: Refused) -> None:
        self._registers.note(refused.why.log_code)
        if self._settings.on_refused == "failure" and refused.message is not None and refused.known_originator:
            self.respond(refused.message, self._answers.refusal(refused.message))

    def respond(self, command: Message, content: Content) -> None:
        """Send the Response to ``command`` after the time that processing takes."""
        self._later(lambda: self.transmit(self._sealer.response(command, content, self._clock.now())))

    @abstractmethod
    def transmit(self, message: bytes) -> None:
        """Give a GBCS message of its own to the HAN."""

    def _later(self, run: Callable[[], None]) -> None:
        """Call ``run`` after the time that processing takes, unless the power is cut before."""
        life = self._life

        def if_still_on() -> None:
            if self._life == life:
                run()

        self._clock.call_later(self._settings.processing_ms * MILLISECOND, if_still_on)

    def _noted(self, code: LogCode) -> None:
        """Send the Alert that belongs to what was just logged."""
        if code is LogCode.CREDIT_ADDED_LOCALLY and self._settings.local_credit_alert:
            self._alert(code, critical=False)
        elif code in _REFUSAL_CODES and self._settings.refusal_alert:
            self._alert(code, critical=True)

    def _alert(self, code: LogCode, *, critical: bool) -> None:
        counter, self._alert_counter = self._alert_counter, self._alert_counter + 1
        target, now = self._parties.supplier, self._clock.now()
        self.transmit(self._sealer.alert(code, critical=critical, target=target, counter=counter, now=now))


def _told(decision: Decision) -> str:
    if decision.credited is None:
        return decision.result.text
    return f"{decision.result.text}: £{decision.credited / 100_000:.2f}"
