"""UTRNs at the meter: codes made with the published keys, the edges of the counter, the lock-out, the limits."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import prepaid_terms
import pytest
from home_parts import ESME, GSME, SUPPLIER
from prepaid_terms import POUND

from ppmid_devices.meter.accounts import Account
from ppmid_devices.meter.log_codes import LogCode
from ppmid_devices.meter.supply import SupplyState
from ppmid_devices.meter.top_ups import Decision, Entry, LockOut, Path, Result, TopUps, UtrnMemory
from ppmid_devices.ports import MINUTE, SECOND
from ppmid_protocols import utrn
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.utrn import UtrnCounterCache, ValueClass

TEN_POUNDS = "73951773847901038897"  # counter 7 of the Supplier for meter A0
FOREIGN = "73951773836363886218"  # the same for gas meter A1
SLIP = "73951773737901038897"  # two digits one press low: the check digit still fits
OUT_OF_RANGE = "93751773847901038897"
WRONG_CHECK_DIGIT = "73951773847901038896"
ACCOUNT = Account(balance=-40_000, supply=SupplyState.OUT_OF_CREDIT)
TERMS = replace(prepaid_terms.TERMS, recovery_per_payment=0, recovery_cap=0)


@pytest.fixture
def rules(rtds: SimpleNamespace) -> TopUps:
    """The rules of meter A0 with its published key."""
    supplier_key = rtds.directory.public_key(SUPPLIER, "prepayment")
    return TopUps(
        supplier=SUPPLIER,
        device=ESME,
        key=rtds.people[ESME].agreement.private,
        supplier_key=supplier_key,
        terms=TERMS,
        lock_out=LockOut(tries=5, window=10 * MINUTE, duration=60 * MINUTE),
    )


@pytest.fixture
def vend_rtds(rtds: SimpleNamespace) -> Callable[..., str]:
    """Makes the digits of a UTRN for meter A0, or another."""
    private = rtds.people[SUPPLIER].prepayment.private
    peer = rtds.directory.public_key(ESME, "agreement")

    def make(counter: int, value: int = 10, value_class: ValueClass = ValueClass.POUNDS, device: Eui = ESME) -> str:
        return utrn.make(SUPPLIER, device, counter << 32, value, value_class, private, peer).digits.decode()

    return make


def used(*counters: int) -> UtrnMemory:
    cache = UtrnCounterCache()
    for counter in counters:
        cache = cache.add(counter)
    return UtrnMemory(cache=cache)


def enter(
    rules: TopUps, digits: str, memory: UtrnMemory | None = None, *, account: Account = ACCOUNT, now: int = 0
) -> Decision:
    return rules.accept(memory or UtrnMemory(), account, Entry(digits=Secret(digits.encode()), path=Path.PPMID), now)


def remote(digits: str, counter: int) -> Entry:
    return Entry(digits=Secret(digits.encode()), path=Path.REMOTE, counter=counter)


def unchanged(decision: Decision, memory: UtrnMemory) -> bool:
    return (decision.account, decision.credited, decision.memory.cache) == (ACCOUNT, None, memory.cache)


def test_a_good_code_credits_once_and_arms(rules: TopUps) -> None:
    first = enter(rules, TEN_POUNDS)
    assert (first.result, first.credited) == (Result.ACCEPTED, 10 * POUND)
    assert (first.account.balance, first.account.supply) == (10 * POUND - 40_000, SupplyState.ARMED)
    again = enter(rules, TEN_POUNDS, first.memory, account=first.account)
    assert (again.result, again.codes) == (Result.DUPLICATE, (LogCode.UTRN_DUPLICATE,))
    assert (again.account, again.memory) == (first.account, first.memory)


@pytest.mark.parametrize("digits", [OUT_OF_RANGE, WRONG_CHECK_DIGIT, TEN_POUNDS[:19], "", "7395177384790103889x"])
def test_digit_errors_are_told_apart_from_forgery(rules: TopUps, digits: str) -> None:
    decision = enter(rules, digits)
    assert (decision.result, decision.codes) == (Result.NOT_A_UTRN, ())
    assert unchanged(decision, UtrnMemory())


@pytest.mark.parametrize("digits", [FOREIGN, SLIP])
def test_a_foreign_or_altered_code_is_not_authentic(rules: TopUps, digits: str) -> None:
    decision = enter(rules, digits, used(3))
    assert (decision.result, decision.codes) == (Result.NOT_AUTHENTIC, (LogCode.UTRN_NOT_AUTHENTIC,))
    assert unchanged(decision, used(3))


@pytest.mark.parametrize(
    ("highest", "digits", "result"),
    [
        (2000, "74593536771374718021", Result.ACCEPTED),  # counter 2511, 511 ahead
        (2000, "74594944143970889332", Result.NOT_AUTHENTIC),  # counter 2512 is rebuilt as 1488
        (1764000000, "74865160110925037251", Result.ACCEPTED),  # 400 s later, counted in seconds
        (1764000000, "75024193505931900527", Result.NOT_AUTHENTIC),  # 513 s later
        (3, "74668127625396977203", Result.NOT_AUTHENTIC),  # truncated 516 is rebuilt as -508
        (4294967290, "73946144332040217315", Result.NOT_AUTHENTIC),  # truncated 3 is rebuilt above 32 bits
    ],
)
def test_codes_at_the_edges_of_the_counter_window(rules: TopUps, highest: int, digits: str, result: Result) -> None:
    decision = enter(rules, digits, used(highest))
    assert decision.result is result
    assert unchanged(decision, used(highest)) == (result is not Result.ACCEPTED)


def test_a_remote_top_up_moves_the_window_for_the_keypad(rules: TopUps, vend_rtds: Callable[..., str]) -> None:
    """The whole counter travels in a Command: 2512 is taken, and 2513 then reads on the keypad."""
    command = remote(vend_rtds(2512), 2512 << 32)
    moved = rules.accept(used(2000), ACCOUNT, command, 0)
    assert moved.result is Result.ACCEPTED
    assert enter(rules, vend_rtds(2513), moved.memory).result is Result.ACCEPTED
    assert enter(rules, vend_rtds(2513), used(2000)).result is Result.NOT_AUTHENTIC


@pytest.mark.parametrize("counter", [(7 << 32) + 1, 6 << 32, 8 << 32, (7 + 1024) << 32])
def test_the_counter_of_a_command_must_be_the_codes(rules: TopUps, counter: int) -> None:
    """Low 32 bits, the ten truncated bits, and by the MAC all others; a used counter beside it changes nothing."""
    memory = used(6, 8)
    decision = rules.accept(memory, ACCOUNT, remote(TEN_POUNDS, counter), 0)
    assert decision.result is Result.NOT_AUTHENTIC
    assert unchanged(decision, memory)


def test_an_authentic_code_of_an_undefined_value_class_is_none(rules: TopUps, vend_rtds: Callable[..., str]) -> None:
    undefined = vend_rtds(9, value_class=2)
    decision = enter(rules, undefined)
    assert (decision.result, decision.codes, decision.memory.failures) == (Result.NOT_A_UTRN, (), (0,))
    assert unchanged(decision, UtrnMemory())


def test_codes_of_the_old_and_the_new_supplier_around_a_change(rules: TopUps, rtds: SimpleNamespace) -> None:
    new_supplier, new_code = Eui.parse("90B3D51F30030000"), "73951773830533545526"
    key = rtds.second_supplier_prepayment_key
    after = replace(rules, supplier=new_supplier, supplier_key=key)
    early = enter(rules, new_code)
    assert (early.result, early.memory.cache) == (Result.NOT_AUTHENTIC, UtrnCounterCache())
    assert enter(after, TEN_POUNDS, early.memory).result is Result.NOT_AUTHENTIC
    assert enter(after, new_code, early.memory).result is Result.ACCEPTED


@pytest.mark.parametrize(
    ("value", "balance", "result"),
    [
        (250, 0, Result.ACCEPTED),
        (251, 0, Result.OVER_MAXIMUM_CREDIT),
        (200, 300 * POUND, Result.ACCEPTED),
        (200, 300 * POUND + 1, Result.OVER_MAXIMUM_BALANCE),
    ],
)
def test_limits_hold_to_the_millipenny_and_a_code_over_them_stays_usable(
    rules: TopUps, vend_rtds: Callable[..., str], value: int, balance: int, result: Result
) -> None:
    account = Account(balance=balance, supply=SupplyState.ENABLED)
    decision = enter(rules, vend_rtds(9, value), account=account)
    assert decision.result is result
    if result is not Result.ACCEPTED:
        assert (decision.account, decision.memory) == (account, UtrnMemory())
        assert decision.codes == (result.log_code,)
        roomy = replace(rules, terms=replace(TERMS, maximum_credit=1000 * POUND, maximum_balance=1000 * POUND))
        assert enter(roomy, vend_rtds(9, value), decision.memory, account=account).result is Result.ACCEPTED


def test_five_wrong_tries_lock_local_entry_for_an_hour(rules: TopUps) -> None:
    memory = UtrnMemory()
    for minute, digits in enumerate((FOREIGN, SLIP, OUT_OF_RANGE, TEN_POUNDS[:19], WRONG_CHECK_DIGIT)):
        decision = enter(rules, digits, memory, now=minute * MINUTE)
        assert decision.result is not Result.LOCKED_OUT
        memory = decision.memory
    assert decision.codes == (LogCode.UTRN_ENTRY_SUSPENDED,)
    locked = enter(rules, TEN_POUNDS, memory, now=5 * MINUTE)
    assert (locked.result, locked.codes) == (Result.LOCKED_OUT, (LogCode.UTRN_LOCKED_OUT,))
    accepted = rules.accept(memory, ACCOUNT, remote(TEN_POUNDS, 7 << 32), 5 * MINUTE)
    assert accepted.result is Result.ACCEPTED
    assert enter(rules, TEN_POUNDS, memory, now=64 * MINUTE - 1).result is Result.LOCKED_OUT
    assert enter(rules, TEN_POUNDS, memory, now=64 * MINUTE).result is Result.ACCEPTED


def test_tries_count_within_ten_minutes_only_and_duplicates_never(rules: TopUps, vend_rtds: Callable[..., str]) -> None:
    foreign = vend_rtds(9, device=GSME)
    memory = enter(rules, TEN_POUNDS).memory
    for _ in range(6):
        memory = enter(rules, TEN_POUNDS, memory).memory
    for number in range(4):
        memory = enter(rules, foreign, memory, now=number * SECOND).memory
    late = enter(rules, foreign, memory, now=10 * MINUTE)
    assert late.codes == (LogCode.UTRN_NOT_AUTHENTIC,)
    assert late.memory.failures == (SECOND, 2 * SECOND, 3 * SECOND, 10 * MINUTE)
    assert enter(rules, foreign, late.memory, now=21 * MINUTE).memory.failures == (21 * MINUTE,)


def test_remote_failures_lock_nobody_out(rules: TopUps) -> None:
    memory = UtrnMemory()
    for _ in range(9):
        wrong = remote(FOREIGN, 7 << 32)
        decision = rules.accept(memory, ACCOUNT, wrong, 0)
        assert decision.result is Result.NOT_AUTHENTIC
        memory = decision.memory
    assert enter(rules, TEN_POUNDS, memory).result is Result.ACCEPTED


def test_a_counter_that_left_the_cache_is_old_and_not_new(rules: TopUps, vend_rtds: Callable[..., str]) -> None:
    codes = {counter: vend_rtds(counter, 100, ValueClass.PENCE) for counter in range(100, 202)}
    assert codes[100] == "74082311707802265934"
    assert codes[200] == "74223049185806105077"
    assert codes[201] == "74224456555724535587"
    memory, account = UtrnMemory(), Account(balance=0, supply=SupplyState.ENABLED)
    for counter in range(100, 202):
        decision = enter(replace(rules, terms=replace(TERMS, maximum_balance=10**9)), codes[counter], memory)
        assert decision.result is Result.ACCEPTED
        memory = decision.memory
    assert 100 not in memory.cache.counters
    assert enter(rules, codes[100], memory, account=account).result is Result.DUPLICATE


def test_an_entry_hides_its_digits() -> None:
    assert TEN_POUNDS not in repr(Entry(digits=Secret(TEN_POUNDS.encode()), path=Path.KEYPAD))
