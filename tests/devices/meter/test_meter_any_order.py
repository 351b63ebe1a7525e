"""Codes by every way, Commands, power cuts, changes of tenancy and Supplier, in any order: money is conserved.

Each code is credited once at most, and every accepted one is in the balance; counters never go back; what is refused
changes nothing.
"""

from dataclasses import replace
from typing import Any

from asking import AT_ONCE, Asker, access, money, number
from home_parts import BROKER, CREDENTIALS, ESME, GSME, KEYS, METERS, PPMID, REPOSITORY, SUPPLIER, BareEsme, with_mac_of
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ppmid_bench.clock import VirtualClock
from ppmid_devices.meter.settings import MeterSettings
from ppmid_devices.meter.supply import SupplyEvent
from ppmid_devices.meter.top_ups import Decision, Entry, Path, Result
from ppmid_devices.meter.trust import Parties
from ppmid_devices.ports import HOUR, MILLISECOND, SECOND
from ppmid_protocols import utrn
from ppmid_protocols.gbcs import axdr, dlms
from ppmid_protocols.secret import Secret

START = 1_420_070_400 * SECOND
POUND = 100_000
ECS04A, ECS07, ECS12, CS01A = 0x001C, 0x001E, 0x0022, 0x0007
_KEY = CREDENTIALS[SUPPLIER].own("prepayment").private


def digits(counter: int, pounds: int, meter: Any = ESME) -> bytes:
    peer = REPOSITORY.public_key(meter, "agreement")
    return bytes(utrn.make(SUPPLIER, meter, counter << 32, pounds, utrn.ValueClass.POUNDS, _KEY, peer).digits)


class AnyOrder(RuleBasedStateMachine):
    """``credited`` has the counters that were credited; ``gained`` what payments and adjustments came to."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = VirtualClock(START)
        self.vended: list[tuple[int, int, bytes]] = []
        self.credited: set[int] = set()
        self.gained, self.highest = 0, 0

    @initialize(
        usage=st.sampled_from([0, 40_000]),
        threshold=st.sampled_from([-POUND, 0, POUND]),
        hours=st.sampled_from(["", "18:00-10:00"]),
        flags=st.tuples(st.booleans(), st.booleans()),
    )
    def power_on(self, usage: int, threshold: int, hours: str, flags: tuple[bool, bool]) -> None:
        settings = MeterSettings(
            usage_per_hour_mp=usage,
            disablement_threshold_mp=threshold,
            non_disablement_hours=hours,
            suspend_debt_emergency=flags[0],
            suspend_debt_disabled=flags[1],
            time_debt_1_mp=3 * POUND,
            time_debt_1_rate_mp=1_000,
            time_debt_1_period="hourly",
            payment_debt_mp=5 * POUND,
            maximum_balance_mp=60 * POUND,
        )
        parties = Parties(meter=ESME, supplier=SUPPLIER, broker=BROKER, ppmid=PPMID)
        self.usage = usage
        self.meter = BareEsme(self.clock, CREDENTIALS[ESME], KEYS.directory_of(METERS[ESME]), parties, settings)
        self.meter.start()
        self.registers = self.meter._registers
        self.ask = Asker(self.meter, self.clock)
        self.start = self.worth()

    def worth(self) -> int:
        account = self.registers.account
        owed = account.payment_debt + sum(account.time_debts) + account.accumulated_debt + account.emergency_used
        return account.balance - owed

    def state(self) -> tuple[Any, ...]:
        account, memory = self.registers._kept
        return account, memory.cache, self.registers.terms

    def took(self, decision: Decision, counter: int, pounds: int) -> None:
        if decision.credited is None:
            return
        assert decision.result is Result.ACCEPTED
        assert (decision.credited, counter in self.credited) == (pounds * POUND, False)
        self.credited.add(counter)
        self.gained += decision.credited

    @rule(step=st.integers(1, 3), pounds=st.integers(1, 40))
    def vend(self, step: int, pounds: int) -> None:
        counter = (self.vended[-1][0] if self.vended else 0) + step
        self.vended.append((counter, pounds, digits(counter, pounds)))

    @precondition(lambda self: self.vended)
    @rule(pick=st.integers(0, 10**6), path=st.sampled_from([Path.PPMID, Path.KEYPAD]))
    def type_in(self, pick: int, path: Path) -> None:
        """The last code most often, or an older one again."""
        counter, pounds, code = self.vended[-1 - pick % min(3, len(self.vended))]
        before = self.state()
        decision = self.registers.enter(Entry(digits=Secret(code), path=path))
        self.took(decision, counter, pounds)
        if decision.credited is None:
            assert self.state() == before

    @precondition(lambda self: self.vended)
    @rule(pick=st.integers(0, 10**6))
    def send_by_command(self, pick: int) -> None:
        counter, pounds, code = self.vended[-1 - pick % min(3, len(self.vended))]
        before, worth = self.state(), self.worth()
        request = dlms.request(counter << 32, access("action 115/0-0:19.40.0.255/1", axdr.octet_string(code)))
        message = replace(self.ask.message(CS01A, request.encode()), counter=counter << 32)
        self.meter.hear(with_mac_of(message, BROKER, ESME).encode())
        after, state = self.worth(), self.state()
        self.clock.advance(300 * MILLISECOND)  # its Response has gone
        if after != worth:
            assert (after - worth, counter in self.credited) == (pounds * POUND, False)
            self.credited.add(counter)
            self.gained += pounds * POUND
        else:
            assert state == before

    @rule(wrong=st.sampled_from(["foreign", "slip", "short"]), pounds=st.integers(1, 40))
    def type_in_wrongly(self, wrong: str, pounds: int) -> None:
        code = digits(1 + len(self.vended), pounds, GSME if wrong == "foreign" else ESME)
        if wrong == "slip":
            code = bytes((code[0], code[1], *code[3:1:-1], *code[4:]))
            if code == digits(1 + len(self.vended), pounds):
                return  # the two digits are the same
        before = self.state()
        decision = self.registers.enter(Entry(digits=Secret(code[:19] if wrong == "short" else code), path=Path.PPMID))
        assert decision.credited is None
        assert self.state() == before

    @rule(amount=st.integers(-20 * POUND, 20 * POUND))
    def adjust(self, amount: int) -> None:
        if self.ask.results(ECS04A, access("action 112/0-0:19.10.0.255/1", money(amount))) == [0]:
            self.gained += amount

    @rule(amount=st.integers(-2 * POUND, 2 * POUND), which=st.integers(1, 3))
    def change_debt(self, amount: int, which: int) -> None:
        if self.ask.results(ECS07, access(f"action 113/0-0:19.20.{which}.255/4", money(amount))) == [0]:
            self.gained -= amount

    @rule(which=st.sampled_from([1, 2]))
    def change_mode(self, which: int) -> None:
        mode = axdr.structure(number(axdr.ENUM, which), number(axdr.ENUM, 1))
        at_once = access("set 111/0-1:19.0.0.255/13", AT_ONCE)
        assert self.ask.results(0x001B, access("set 111/0-1:19.0.0.255/2", mode), at_once) == [0, 0]

    @rule(octet=st.integers(0, 255), at=st.integers(0, 10**6))
    def spoil_a_command(self, octet: int, at: int) -> None:
        self.ask.counter += 1
        request = dlms.request(self.ask.counter, access("action 112/0-0:19.10.0.255/1", money(POUND)))
        octets = bytearray(self.ask.message(ECS04A, request.encode()).encode())
        place = at % len(octets)
        octets[place] ^= octet or 1
        before, counters = self.state(), dict(self.meter._counters.highest)
        self.meter.hear(bytes(octets))
        assert (self.state(), dict(self.meter._counters.highest)) == (before, counters)

    @rule()
    def borrow_or_switch_on(self) -> None:
        self.registers.select_emergency_credit()
        self.registers.ask_supply(SupplyEvent.PERSON_ENABLES)

    @rule(off=st.integers(0, 300))
    def power_is_cut(self, off: int) -> None:
        """It lasts no time here: what matters is what is lost by it, and that is what was still to be said."""
        before = self.state()
        self.meter._power_off()
        self.clock.advance(off * MILLISECOND)
        self.meter._power_on()
        assert self.state()[1:] == before[1:]

    @rule(hours=st.integers(0, 30))
    def wait(self, hours: int) -> None:
        self.clock.advance(hours * HOUR)

    @rule()
    def tenant_changes(self) -> None:
        """The restriction of old readings is no matter of money (ECS12)."""
        since = axdr.octet_string(bytes.fromhex("07df0101ff000000008000ff"))
        assert self.ask.results(ECS12, access("set 1/0-0:94.44.3.2/2", since)) == [0]

    @invariant()
    def what_came_in_is_there_but_for_what_was_used(self) -> None:
        if not hasattr(self, "meter"):
            return
        used = self.start + self.gained - self.worth()
        passed = self.clock.now() - START
        assert 0 <= used <= self.usage * passed // HOUR + 1
        if not self.usage:
            assert used == 0

    @invariant()
    def counters_never_go_back(self) -> None:
        if hasattr(self, "meter"):
            highest = self.registers._kept[1].cache.highest
            assert highest >= self.highest
            assert self.credited == set() or highest >= max(self.credited)
            self.highest = highest


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = hypothesis_settings(max_examples=30, stateful_step_count=25)
