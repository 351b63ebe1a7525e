"""Electricity meters with one fault each in what they remember, lock or configure, for checks to find."""

from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric import ec

from ppmid_devices.meter.accounts import Account
from ppmid_devices.meter.configuration import digest
from ppmid_devices.meter.esme import SimulatedEsme
from ppmid_devices.meter.firmware import Activation, Firmware
from ppmid_devices.meter.log_codes import LogCode
from ppmid_devices.meter.registers import Registers
from ppmid_devices.meter.top_ups import Decision, Entry, Result, TopUps, UtrnMemory
from ppmid_devices.ports import SECOND
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.counters import ExecutionCounters
from ppmid_protocols.utrn import Utrn


class _TopUpsWithoutLockOut(TopUps):
    __slots__ = ()

    def failed(self, memory: UtrnMemory, _now: int) -> tuple[UtrnMemory, tuple[LogCode, ...]]:
        return memory, ()


class _TopUpsThatBurnCodes(TopUps):
    __slots__ = ()
    burns = Result.LOCKED_OUT

    def accept(self, memory: UtrnMemory, account: Account, entry: Entry, now: int) -> Decision:
        decision = super().accept(memory, account, entry, now)
        if decision.result is not self.burns:
            return decision
        counter = self.counter_of(Utrn.parse(entry.digits), memory, entry)
        assert counter is not None  # nobody has topped up from far off
        burnt = replace(decision.memory, cache=self.remembering(decision.memory.cache, counter))
        return replace(decision, memory=burnt)


class _TopUpsThatBurnRefusedCodes(_TopUpsThatBurnCodes):
    __slots__ = ()
    burns = Result.NOT_AUTHENTIC


class _TopUpsThatBurnCodesOverTheMaximum(_TopUpsThatBurnCodes):
    __slots__ = ()
    burns = Result.OVER_MAXIMUM_BALANCE


class _TopUpsThatLockAll(TopUps):
    __slots__ = ()

    def accept(self, memory: UtrnMemory, account: Account, entry: Entry, now: int) -> Decision:
        if now < memory.locked_until:
            return Decision(memory=memory, account=account, result=Result.LOCKED_OUT)
        return super().accept(memory, account, entry, now)


class _RegistersThatRememberLate(Registers):
    """Writes the cache a second after the balance."""

    def enter(self, entry: Entry) -> Decision:
        before = self._kept[1]
        decision = super().enter(entry)
        if decision.credited is not None:
            self._early, self._written = before, self._clock.now() + SECOND
        return decision

    def lose_power(self) -> None:
        """What was not written yet is lost."""
        if self._clock.now() < getattr(self, "_written", 0):
            self._kept = self._kept[0], self._early


class _RegistersThatCreditLate(_RegistersThatRememberLate):
    """Writes the balance a second after the cache."""

    def enter(self, entry: Entry) -> Decision:
        self._poor = self.account
        return super().enter(entry)

    def lose_power(self) -> None:
        if self._clock.now() < getattr(self, "_written", 0):
            self._kept = self._poor, self._kept[1]


class _FaithfulRegisters(Registers):
    def trust(self, supplier: Eui, key: ec.EllipticCurvePublicKey) -> None:
        """Whoever comes, the first Supplier is the one."""


class _MeddlingRegisters(Registers):
    def enter(self, entry: Entry) -> Decision:
        decision = super().enter(entry)
        self.configure(emergency_limit=self.terms.emergency_limit + decision.account.balance % 7 + 1)
        return decision


class NeverLocks(SimulatedEsme):
    """Takes any number of wrong codes. Breaks the lock-out of a public help page (one make of ESME)."""

    top_ups_type = _TopUpsWithoutLockOut


class BurnsLockedCodes(SimulatedEsme):
    """Takes a code for used that it refused while it was locked. Breaks Add Credit, SMETS2 5.6.3.3."""

    top_ups_type = _TopUpsThatBurnCodes


class BurnsRefusedCodes(SimulatedEsme):
    """Takes a code for used that it found not authentic: a new Supplier's, typed too early, is lost.

    Breaks: a UTRN that was refused has credited nothing, so it can still be used (GBCS 14.3.6, inferred).
    """

    top_ups_type = _TopUpsThatBurnRefusedCodes


class BurnsCodesOverTheMaximum(SimulatedEsme):
    """Takes a code for used that would have led above the Maximum Meter Balance: the customer's money is lost.

    Breaks: a UTRN that was refused has credited nothing, so it can still be used (GBCS 14.3.6, inferred).
    """

    top_ups_type = _TopUpsThatBurnCodesOverTheMaximum


class KeepsTheOldSupplier(SimulatedEsme):
    """Goes on crediting the old Supplier's codes when another's certificates stand in its cells. Breaks GBCS 13.2."""

    registers_type = _FaithfulRegisters


class LocksTheSupplierOut(SimulatedEsme):
    """Refuses the Supplier's own Command too while it is locked for codes: the customer is stranded."""

    top_ups_type = _TopUpsThatLockAll


class ForgetsCodesWithPower(SimulatedEsme):
    """Writes the balance before the UTRN counter cache: a cut between them makes the code new. Breaks GBCS 14.3.6."""

    registers_type = _RegistersThatRememberLate

    def _power_off(self) -> None:
        super()._power_off()
        assert isinstance(self._registers, _RegistersThatRememberLate)
        self._registers.lose_power()


class ForgetsCountersWithPower(SimulatedEsme):
    """Begins its Execution Counters anew with its power. Breaks the protection against replay, GBCS 4.3.1.5."""

    def _power_off(self) -> None:
        super()._power_off()
        self._counters = ExecutionCounters()


class LosesCreditWithPower(ForgetsCodesWithPower):
    """Writes the UTRN counter cache before the balance: a cut between them takes the customer's money."""

    registers_type = _RegistersThatCreditLate


class CountsFromZeroAgain(SimulatedEsme):
    """Its consumption register begins at zero with its power. Breaks the Active Import Register, SMETS2 5.7.5."""

    def _power_off(self) -> None:
        super()._power_off()
        self._loads[:] = [self._load(b"anew", self._settings.load_per_hour)]


class MeddlesWithItself(SimulatedEsme):
    """Each top-up changes the Emergency Credit Limit as well. Breaks Add Credit, SMETS2 5.6.3.3."""

    registers_type = _MeddlingRegisters


class _FirmwareThatStays(Firmware):
    def activate(self, digest: bytes) -> Activation:
        before = self.version
        result = super().activate(digest)
        self.version = before
        return result


class RunsTheOldImage(SimulatedEsme):
    """Says that a new image is active, and runs the one before. Breaks Activate Firmware, GBCS CS06."""

    firmware_type = _FirmwareThatStays


class UpgradesItself(SimulatedEsme):
    """Runs other firmware after a top-up, which nobody has asked for."""

    def configuration(self) -> dict[str, str]:
        """As it is, with the firmware of the day."""
        found = super().configuration()
        return {**found, "firmware": digest(bytes((len(self._registers.top_up_log),)))}
