"""Meters with one fault each in when they count a Command or a code, and for how long they remember it.

Names without a kind are electricity meters.
"""

from dataclasses import replace

from ppmid_devices.meter.accounts import Account
from ppmid_devices.meter.commanded import CommandedDevice
from ppmid_devices.meter.commands import Refusal, Refused
from ppmid_devices.meter.cosem.esme import EsmeObjects
from ppmid_devices.meter.esme import SimulatedEsme
from ppmid_devices.meter.faulty_memory import _TopUpsThatBurnCodes
from ppmid_devices.meter.gsme import SimulatedGsme
from ppmid_devices.meter.registers import Registers
from ppmid_devices.meter.top_ups import Result, TopUps, UtrnMemory
from ppmid_devices.ports import DAY, MINUTE
from ppmid_protocols.gbcs.axdr import Data
from ppmid_protocols.utrn import UtrnCounterCache

_WORTH_OF_PENCE = 8_191_000
"""Millipence: the most that a UTRN of the class of pence carries (GBCS 14.2)."""


class _CountsEarly(CommandedDevice):
    def refuse(self, refused: Refused) -> None:
        if refused.message is not None and refused.why in (Refusal.MAC, Refusal.SIGNATURE):
            self._counters = self._counters.after(refused.message)
        super().refuse(refused)


class CountsBeforeItVerifies(_CountsEarly, SimulatedEsme):
    """Raises its Execution Counter by a Command whose MAC or signature does not hold: the genuine copy comes too late.

    Breaks: the counter follows the Commands that are executed (GBCS 4.3.1.5); who has no key can shut a Supplier out.
    """


class CountsBeforeItVerifiesGsme(_CountsEarly, SimulatedGsme):
    """As CountsBeforeItVerifies."""


class _TopUpsThatForgetTheOldest(TopUps):
    __slots__ = ()

    def is_duplicate(self, memory: UtrnMemory, counter: int) -> bool:
        return counter in memory.cache.counters

    def remembering(self, cache: UtrnCounterCache, counter: int) -> UtrnCounterCache:
        return replace(cache, counters=tuple(sorted((*cache.counters, counter)))[-cache.capacity :])


class ForgetsTheOldestCode(SimulatedEsme):
    """Credits a code again that a hundred later ones have pushed out of its memory. Breaks GBCS 14.3.6."""

    top_ups_type = _TopUpsThatForgetTheOldest


class ForgetsTheOldestCodeGsme(SimulatedGsme):
    """As ForgetsTheOldestCode."""

    top_ups_type = _TopUpsThatForgetTheOldest


class _TopUpsOfPenceAlone(TopUps):
    __slots__ = ()

    def credited(self, account: Account, amount: int, now: int) -> Account:
        return super().credited(account, amount if amount <= _WORTH_OF_PENCE else amount // 100, now)


class CreditsPoundsAsPence(SimulatedEsme):
    """Takes a code's value for pence, whatever its class. Breaks the value class of a PTUT, GBCS 14.2."""

    top_ups_type = _TopUpsOfPenceAlone


class _TopUpsThatBurnCodesTooLarge(_TopUpsThatBurnCodes):
    __slots__ = ()
    burns = Result.OVER_MAXIMUM_CREDIT


class BurnsCodesOverTheLargestCredit(SimulatedEsme):
    """Takes a code for used that was above the Maximum Credit Threshold: the customer's money is lost.

    Breaks: a UTRN that was refused has credited nothing, so it can still be used (GBCS 14.3.6, inferred).
    """

    top_ups_type = _TopUpsThatBurnCodesTooLarge


class _TopUpsOfAShortWeek(TopUps):
    __slots__ = ()

    def credited(self, account: Account, amount: int, now: int) -> Account:
        recent = tuple(entry for entry in account.recovered if entry[0] > now - 6 * DAY)
        return super().credited(replace(account, recovered=recent), amount, now)


class CapsByASixDayWeek(SimulatedEsme):
    """Lets the Debt Recovery Rate Cap begin anew after six days. Breaks Add Credit, SMETS2 5.6.3.3 and 5.7.4.13."""

    top_ups_type = _TopUpsOfAShortWeek


class _RegistersThatLendAnew(Registers):
    def select_emergency_credit(self) -> bool:
        if self.account.emergency_selected:
            self.change(lambda account, _: replace(account, emergency_used=0, emergency_spent=False))
        return super().select_emergency_credit()


class LendsAnew(SimulatedEsme):
    """Emergency credit in use that is chosen once more begins anew, and nothing of it is owed any more.

    Breaks Activate Emergency Credit, SMETS2 5.7.5.15: it is repaid by top-ups.
    """

    registers_type = _RegistersThatLendAnew


class _ObjectsThatKeepTheBalance(EsmeObjects):
    def _set_balance(self, data: Data, _asked: object) -> None:
        """That is the fault."""


class SaysThatItIsReset(SimulatedEsme):
    """Answers a reset of the Meter Balance with success, and leaves it as it is. Breaks ECS04b."""

    objects_type = _ObjectsThatKeepTheBalance


class _ObjectsThatReadSeldom(EsmeObjects):
    _last: tuple[int, Data] | None = None

    def balance(self) -> Data:
        now = self._registers.now
        if self._last is None or now - self._last[0] > 30 * MINUTE:
            self._last = now, super().balance()
        return self._last[1]


class AnswersWithAnEarlierReading(SimulatedEsme):
    """Answers a read of its balance, for half an hour, with what it has answered before. Breaks ECS82."""

    objects_type = _ObjectsThatReadSeldom
