"""Whether a meter takes a UTRN, and what that does (GBCS 14.4 to 14.7; SMETS2 4.5.3.3 and 5.6.3.3, Add Credit).

Pure: ``TopUps.accept`` makes the next state from the last one. The order of its tests is inferred from GBCS 14; the
place of the lock-out among them, that a refused UTRN is not remembered, and that the Maximum Meter Balance is compared
with the balance after allocation are assumed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from cryptography.hazmat.primitives.asymmetric import ec

from ppmid_devices.meter import accounts, allocation
from ppmid_devices.meter.accounts import Account, Terms
from ppmid_devices.meter.log_codes import LogCode
from ppmid_devices.meter.supply import SupplyState
from ppmid_protocols import utrn as utrns
from ppmid_protocols.errors import NotAuthentic, ProtocolError, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.utrn import Utrn, UtrnCounterCache
from ppmid_protocols.zigbee.prepayment import Originator, TopUpResult


class Path(Enum):
    """The way that a UTRN came to the meter."""

    REMOTE = "SRV 2.2"
    PPMID = "PPMID"
    KEYPAD = "keypad"

    @property
    def local(self) -> bool:
        """Whether somebody in the home entered it: only such entries can be locked out (inferred)."""
        return self is not Path.REMOTE


class Result(Enum):
    """What became of an entry: ZCL result, code in the Security Log (None: no entry), text on the meter's display.

    ZCL results are named by the Consumer Top Up Response; which limit has which of the last two is assumed.
    """

    ACCEPTED = (TopUpResult.ACCEPTED, None, "Top up successful")
    NOT_A_UTRN = (TopUpResult.INVALID, None, "Invalid code: check the digits")
    LOCKED_OUT = (TopUpResult.KEYPAD_LOCKED, LogCode.UTRN_LOCKED_OUT, "Code entry is locked")
    DUPLICATE = (TopUpResult.DUPLICATE, LogCode.UTRN_DUPLICATE, "Credit already used")
    NOT_AUTHENTIC = (TopUpResult.INVALID, LogCode.UTRN_NOT_AUTHENTIC, "Invalid code")
    OVER_MAXIMUM_CREDIT = (TopUpResult.VALUE_TOO_LARGE, LogCode.OVER_MAXIMUM_CREDIT, "Exceeds the largest top up")
    OVER_MAXIMUM_BALANCE = (TopUpResult.MAXIMUM_CREDIT, LogCode.OVER_MAXIMUM_BALANCE, "Exceeds the largest balance")

    def __init__(self, zcl: TopUpResult, log_code: LogCode | None, text: str) -> None:
        self.zcl, self.log_code, self.text = zcl, log_code, text


_TRIES = frozenset({Result.NOT_A_UTRN, Result.NOT_AUTHENTIC})
"""Results that count towards the lock-out; a duplicate or a code over a limit does not (assumed)."""

ACCEPTED_BY_SUPPLY = {
    SupplyState.ENABLED: TopUpResult.ACCEPTED_SUPPLY_ENABLED,
    SupplyState.ARMED: TopUpResult.ACCEPTED_SUPPLY_ARMED,
    SupplyState.OUT_OF_CREDIT: TopUpResult.ACCEPTED_SUPPLY_DISABLED,
    SupplyState.DISABLED_BY_SUPPLIER: TopUpResult.ACCEPTED_SUPPLY_DISABLED,
}
"""How an ESME tells acceptance and the supply that it led to in one result."""


SOURCES: Mapping[Path, Originator] = {
    Path.REMOTE: Originator.ENERGY_SERVICE_INTERFACE,
    Path.PPMID: Originator.IN_HOME_DEVICE,
    Path.KEYPAD: Originator.METER,
}
"""The "source of top up" in the answer to an accepted one; a refusal says 0 (RTDS CS01b)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A UTRN as it was entered. ``counter``: the Originator Counter of the CS01a or CS01b that brought it, or None."""

    digits: Secret
    path: Path
    counter: int | None = None

    def __repr__(self) -> str:
        return f"Entry({self.path.value}, <secret>)"


@dataclass(frozen=True, slots=True, kw_only=True)
class LockOut:
    """After ``tries`` failures within ``window`` local entries are refused for ``duration`` (nanoseconds)."""

    tries: int
    window: int
    duration: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UtrnMemory:
    """What a meter keeps of past entries, also without power: used counters, and the times of failed local tries."""

    cache: UtrnCounterCache = field(default_factory=UtrnCounterCache)
    failures: tuple[int, ...] = ()
    locked_until: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What an entry led to: the next state, the result, the millipence credited, and the codes for the logs."""

    memory: UtrnMemory
    account: Account
    result: Result
    credited: int | None = None
    codes: tuple[LogCode, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUps:
    """The rules of one meter. ``key`` is its own key agreement key, ``supplier_key`` the Supplier's for prepayment."""

    supplier: Eui
    device: Eui
    key: ec.EllipticCurvePrivateKey
    supplier_key: ec.EllipticCurvePublicKey
    terms: Terms
    lock_out: LockOut

    def accept(self, memory: UtrnMemory, account: Account, entry: Entry, now: int) -> Decision:
        """Test an entry and allocate its credit. ``now`` in nanoseconds."""
        judged = self._judge(memory, account, entry, now)
        if isinstance(judged, Decision):
            return judged
        codes: tuple[LogCode, ...] = () if judged.log_code is None else (judged.log_code,)
        if judged in _TRIES and entry.path.local and now >= memory.locked_until:
            memory, suspended = self.failed(memory, now)
            codes += suspended
        return Decision(memory=memory, account=account, result=judged, codes=codes)

    def _judge(self, memory: UtrnMemory, account: Account, entry: Entry, now: int) -> Result | Decision:
        """The first test that fails, or the decision to credit."""
        try:
            utrn = Utrn.parse(entry.digits)
        except ProtocolError:
            return Result.NOT_A_UTRN
        if entry.path.local and now < memory.locked_until:
            return Result.LOCKED_OUT
        counter = self.counter_of(utrn, memory, entry)
        if counter is None:
            return Result.NOT_AUTHENTIC
        if self.is_duplicate(memory, counter):
            return Result.DUPLICATE
        if not self.is_authentic(utrn, counter):
            return Result.NOT_AUTHENTIC
        try:
            amount = utrn.amount
        except Unsupported:
            return Result.NOT_A_UTRN
        if not self.may_take(amount):
            return Result.OVER_MAXIMUM_CREDIT
        credited = self.credited(account, amount, now)
        if not self.may_hold(credited.balance):
            return Result.OVER_MAXIMUM_BALANCE
        memory = replace(memory, cache=self.remembering(memory.cache, counter))
        return Decision(memory=memory, account=credited, result=Result.ACCEPTED, credited=amount)

    def counter_of(self, utrn: Utrn, memory: UtrnMemory, entry: Entry) -> int | None:
        """The 32-bit UTRN counter: rebuilt, or in a Command whole in its header, where it must agree with the UTRN."""
        if entry.counter is None:
            return utrns.recover_counter(memory.cache.highest, utrn.truncated_counter)
        counter, rest = divmod(entry.counter, utrns.COUNTER_LIMIT)
        agrees = rest == 0 and counter % utrns.TRUNCATION == utrn.truncated_counter
        return counter if agrees else None

    def is_duplicate(self, memory: UtrnMemory, counter: int) -> bool:
        """Whether the UTRN with this counter was credited before, or must be taken as such."""
        return memory.cache.is_duplicate(counter)

    def is_authentic(self, utrn: Utrn, counter: int) -> bool:
        """Whether the Supplier made this UTRN for this meter."""
        try:
            utrns.check_mac(utrn, self.supplier, self.device, counter, self.key, self.supplier_key)
        except NotAuthentic:
            return False
        return True

    def may_take(self, amount: int) -> bool:
        """Whether one credit may be of this amount (Maximum Credit Threshold, SMETS2 4.6.4.17 and 5.7.4.25)."""
        return amount <= self.terms.maximum_credit

    def may_hold(self, balance: int) -> bool:
        """Whether a credit may lead to this Meter Balance (Maximum Meter Balance, SMETS2 4.6.4.18 and 5.7.4.27)."""
        return balance <= min(self.terms.maximum_balance, accounts.LARGEST)

    def credited(self, account: Account, amount: int, now: int) -> Account:
        """The account with the credit of one UTRN."""
        return allocation.topped_up(account, self.terms, amount, now)

    def remembering(self, cache: UtrnCounterCache, counter: int) -> UtrnCounterCache:
        """The cache after the UTRN with this counter was credited."""
        return cache.add(counter)

    def failed(self, memory: UtrnMemory, now: int) -> tuple[UtrnMemory, tuple[LogCode, ...]]:
        """The memory after one more wrong local entry, and what is noted of it."""
        recent = (*(time for time in memory.failures if time > now - self.lock_out.window), now)
        if len(recent) < self.lock_out.tries:
            return replace(memory, failures=recent), ()
        locked = replace(memory, failures=(), locked_until=now + self.lock_out.duration)
        return locked, (LogCode.UTRN_ENTRY_SUSPENDED,)
