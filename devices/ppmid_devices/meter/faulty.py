"""Meters with one fault each, for checks to find. Names without a kind are electricity meters."""

from ppmid_devices.links.channel_follower import ChannelFollower
from ppmid_devices.meter import accounts
from ppmid_devices.meter.accounts import Account
from ppmid_devices.meter.asked import Answer
from ppmid_devices.meter.commands import CommandRules
from ppmid_devices.meter.cosem.esme import EsmeObjects
from ppmid_devices.meter.esme import SimulatedEsme
from ppmid_devices.meter.gsme import SimulatedGsme
from ppmid_devices.meter.log_codes import SWITCHED_ALERTS, LogCode
from ppmid_devices.meter.registers import Registers
from ppmid_devices.meter.supply import SupplyEvent
from ppmid_devices.meter.top_ups import TopUps, UtrnMemory
from ppmid_protocols.gbcs import axdr
from ppmid_protocols.gbcs.axdr import Data, Number
from ppmid_protocols.gbcs.counters import ExecutionCounters
from ppmid_protocols.gbcs.message import Message
from ppmid_protocols.gbcs.use_cases import USE_CASES, Kind
from ppmid_protocols.utrn import Utrn, UtrnCounterCache


class _TopUpsWithoutCache(TopUps):
    __slots__ = ()

    def is_duplicate(self, _memory: UtrnMemory, _counter: int) -> bool:
        return False

    def remembering(self, cache: UtrnCounterCache, counter: int) -> UtrnCounterCache:
        """The highest counter is still remembered, or no next one could be rebuilt."""
        return cache if cache.is_duplicate(counter) else cache.add(counter)


class _TwofoldTopUps(TopUps):
    __slots__ = ()

    def credited(self, account: Account, amount: int, now: int) -> Account:
        return super().credited(super().credited(account, amount, now), amount, now)


class _ConnectingTopUps(TopUps):
    __slots__ = ()

    def credited(self, account: Account, amount: int, now: int) -> Account:
        armed = super().credited(account, amount, now)
        return accounts.with_supply(armed, self.terms, SupplyEvent.PERSON_ENABLES)


class _CredulousTopUps(TopUps):
    __slots__ = ()

    def is_authentic(self, _utrn: Utrn, _counter: int) -> bool:
        return True


class _WrongTopUps(TopUps):
    __slots__ = ()

    def credited(self, account: Account, amount: int, now: int) -> Account:
        return super().credited(account, amount - amount // 10, now)


class _RulesWithoutMac(CommandRules):
    def mac_holds(self, _message: Message) -> bool:
        return True


class _RulesWithoutJoin(CommandRules):
    def is_from_entitled(self, message: Message) -> bool:
        return _is_of_han(message) or super().is_from_entitled(message)

    def mac_holds(self, message: Message) -> bool:
        return _is_of_han(message) or super().mac_holds(message)


def _is_of_han(message: Message) -> bool:
    return USE_CASES[message.message_code].kind is Kind.HAN


class _RulesWithoutCounter(CommandRules):
    def is_fresh(self, _message: Message, _counters: ExecutionCounters) -> bool:
        return True


class _RulesWithoutSignature(CommandRules):
    def signature_holds(self, _message: Message) -> bool:
        return True


class _RulesByOneTooMany(CommandRules):
    def is_fresh(self, message: Message, counters: ExecutionCounters) -> bool:
        last = message.counter in counters.highest.values()
        return last or super().is_fresh(message, counters)


class _RulesThatShutAfterACopy(CommandRules):
    _shut = False

    def is_fresh(self, message: Message, counters: ExecutionCounters) -> bool:
        self._shut = self._shut or message.counter in counters.highest.values()
        return not self._shut and super().is_fresh(message, counters)


class _RegistersThatLendNothing(Registers):
    def select_emergency_credit(self) -> bool:
        return True


class _BlindObjects(EsmeObjects):
    def balance(self) -> Data:
        return Number(axdr.DOUBLE_LONG, 0)


class AcceptsReplays(SimulatedEsme):
    """Keeps no UTRN counter cache, so a second copy credits again. Breaks GBCS 14.3.6."""

    top_ups_type = _TopUpsWithoutCache


class AcceptsReplaysGsme(SimulatedGsme):
    """As AcceptsReplays."""

    top_ups_type = _TopUpsWithoutCache


class CreditsTwice(SimulatedEsme):
    """Credits one top-up two times over. Breaks Add Credit, SMETS2 5.6.3.3."""

    top_ups_type = _TwofoldTopUps


class CreditsTwiceGsme(SimulatedGsme):
    """As CreditsTwice, SMETS2 4.5.3.3."""

    top_ups_type = _TwofoldTopUps


class IgnoresMac(SimulatedEsme):
    """Executes Commands whose MAC does not hold. Breaks the authentication of Commands, GBCS 4.3."""

    rules_type = _RulesWithoutMac


class IgnoresMacGsme(SimulatedGsme):
    """As IgnoresMac."""

    rules_type = _RulesWithoutMac


class AcceptsStaleCounter(SimulatedEsme):
    """Executes Commands at or below its Execution Counter. Breaks the protection against replay, GBCS 4.3.1.5."""

    rules_type = _RulesWithoutCounter


class AcceptsStaleCounterGsme(SimulatedGsme):
    """As AcceptsStaleCounter."""

    rules_type = _RulesWithoutCounter


class IgnoresSignatureGsme(SimulatedGsme):
    """Executes critical Commands whose MAC holds, whoever signed them. Breaks their authentication, GBCS 4.3."""

    rules_type = _RulesWithoutSignature


class AcceptsItsLastCounter(SimulatedEsme):
    """Executes Commands at its Execution Counter too, not just above. Breaks the same protection, GBCS 4.3.1.5."""

    rules_type = _RulesByOneTooMany


class ShutsAfterACopy(SimulatedEsme):
    """Executes nothing any more once a copy of its last Command has come.

    Breaks: a Command above the Execution Counter is executed, and a copy leaves that counter alone (GBCS 4.3.1.5).
    """

    rules_type = _RulesThatShutAfterACopy


class EnablesByItself(SimulatedEsme):
    """A top-up switches the supply on, where it may only arm it. Breaks Supply State, SMETS2 5.7.5.32."""

    top_ups_type = _ConnectingTopUps


class EnablesByItselfGsme(SimulatedGsme):
    """As EnablesByItself, SMETS2 4.6.5.18: gas flows with nobody at the appliances."""

    top_ups_type = _ConnectingTopUps


class NeverAnswers(SimulatedEsme):
    """Executes Commands and sends no Response. Breaks the pairing of Command and Response (GBCS; all of RTDS 4.5.0)."""

    def respond(self, _command: Message, _answer: Answer) -> None:
        """Keep what is to be said to itself."""


class NeverAnswersGsme(SimulatedGsme):
    """As NeverAnswers."""

    def respond(self, _command: Message, _answer: Answer) -> None:
        """Keep what is to be said to itself."""


class CreditsForeignUtrn(SimulatedEsme):
    """Does not check the PTUT MAC, so codes of other meters and made-up ones credit. Breaks GBCS 14.3."""

    top_ups_type = _CredulousTopUps


class CreditsForeignUtrnGsme(SimulatedGsme):
    """As CreditsForeignUtrn."""

    top_ups_type = _CredulousTopUps


class WrongAmount(SimulatedEsme):
    """Credits a tenth less than the UTRN says, and answers the whole. Breaks Add Credit, SMETS2 5.6.3.3."""

    top_ups_type = _WrongTopUps


class WrongAmountGsme(SimulatedGsme):
    """As WrongAmount, SMETS2 4.5.3.3."""

    top_ups_type = _WrongTopUps


class PretendsEmergencyCredit(SimulatedEsme):
    """Answers that emergency credit is active, and lends none. Breaks Activate Emergency Credit, SMETS2 5.7.5.15."""

    registers_type = _RegistersThatLendNothing


class PretendsEmergencyCreditGsme(SimulatedGsme):
    """As PretendsEmergencyCredit, SMETS2 4.6.5.8."""

    registers_type = _RegistersThatLendNothing


class MisreadsBalance(SimulatedEsme):
    """Answers every read of its balance with zero. Breaks Read Meter Balance, GBCS ECS82."""

    objects_type = _BlindObjects


class TopsUpForAnyPpmid(SimulatedGsme):
    """A gas meter that does what any PPMID asks, joined with it or not; without its certificate it cannot answer.

    Breaks: a GSME executes PCS01 of a PPMID whose certificate a join has given to it (CS03C), and of no other.
    """

    rules_type = _RulesWithoutJoin

    def respond(self, command: Message, answer: Answer) -> None:
        if self._anchors.names_of(command.originator):
            super().respond(command, answer)


class TellsWhatIsSwitchedOff(SimulatedEsme):
    """Sends the Alert of credit that was added locally, whether its Supplier wants it or not.

    Breaks: a Supplier can switch an Alert off that is not critical (SRV 6.22, ECS25a).
    """

    def _noted(self, code: LogCode) -> None:
        if code is LogCode.CREDIT_ADDED_LOCALLY:
            self._alert(code, critical=False)
        else:
            super()._noted(code)


class KeepsWhatIsSwitchedOn(SimulatedEsme):
    """Takes what its Supplier switches, and sends no Alert for it. Breaks the same."""

    def _noted(self, code: LogCode) -> None:
        if code not in SWITCHED_ALERTS:
            super()._noted(code)


class _Rooted(ChannelFollower):
    def miss(self) -> None:
        pass


class WaitsOnTheOldChannel(SimulatedGsme):
    """A GSME that looks for its hub where that was. Breaks: it stays with its hub (DBCH07 tells of a change).

    Where it slept when its hub left, it has not heard of it.
    """

    follower = _Rooted
