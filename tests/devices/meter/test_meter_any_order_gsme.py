"""A gas meter under codes by every way, adjustments, spoiled Commands and power cuts: money is conserved."""

from typing import Any

from asking import Asker, component
from home_parts import BROKER, CREDENTIALS, ESME, GSME, KEYS, METERS, PPMID, REPOSITORY, SUPPLIER, BareGsme
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ppmid_bench.clock import VirtualClock
from ppmid_devices.meter.settings import MeterSettings
from ppmid_devices.meter.supply import SupplyEvent
from ppmid_devices.meter.top_ups import Entry, Path, Result
from ppmid_devices.meter.trust import Parties
from ppmid_devices.ports import HOUR, MILLISECOND, SECOND
from ppmid_protocols import utrn
from ppmid_protocols.gbcs import gbz
from ppmid_protocols.secret import Secret

START = 1_420_070_400 * SECOND
POUND = 100_000
GCS40A = 0x86
_KEY = CREDENTIALS[SUPPLIER].own("prepayment").private


def digits(counter: int, pounds: int, meter: Any = GSME) -> bytes:
    peer = REPOSITORY.public_key(meter, "agreement")
    return bytes(utrn.make(SUPPLIER, meter, counter << 32, pounds, utrn.ValueClass.POUNDS, _KEY, peer).digits)


def adjustment(amount: int) -> gbz.Component:
    """Change Debt and Credit of the Prepayment cluster: event, now, the kind for prepayment mode, the amount."""
    body = "01000000" + "00000000" + "00" + amount.to_bytes(4, "little", signed=True).hex()
    return component(0x0705, 0x05, body)


class AnyOrderGsme(RuleBasedStateMachine):
    """``credited`` has the counters that were credited; ``gained`` what codes and adjustments came to."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = VirtualClock(START)
        self.vended: list[tuple[int, int, bytes]] = []
        self.credited: set[int] = set()
        self.gained, self.highest = 0, 0

    @initialize(usage=st.sampled_from([0, 40_000]), threshold=st.sampled_from([-POUND, 0, POUND]))
    def power_on(self, usage: int, threshold: int) -> None:
        settings = MeterSettings(
            usage_per_hour_mp=usage,
            disablement_threshold_mp=threshold,
            time_debt_1_mp=3 * POUND,
            time_debt_1_rate_mp=1_000,
            payment_debt_mp=5 * POUND,
            maximum_balance_mp=60 * POUND,
        )
        parties = Parties(meter=GSME, supplier=SUPPLIER, broker=BROKER, ppmid=PPMID)
        self.usage = usage
        self.meter = BareGsme(self.clock, CREDENTIALS[GSME], KEYS.directory_of(METERS[GSME]), parties, settings)
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

    @rule(step=st.integers(1, 3), pounds=st.integers(1, 40))
    def vend(self, step: int, pounds: int) -> None:
        counter = (self.vended[-1][0] if self.vended else 0) + step
        self.vended.append((counter, pounds, digits(counter, pounds)))

    @precondition(lambda self: self.vended)
    @rule(pick=st.integers(0, 10**6), path=st.sampled_from(list(Path)))
    def enter(self, pick: int, path: Path) -> None:
        """The last code most often, or an older one again, by any way."""
        counter, pounds, code = self.vended[-1 - pick % min(3, len(self.vended))]
        before = self.state()
        sent = counter << 32 if path is Path.REMOTE else None
        decision = self.registers.enter(Entry(digits=Secret(code), path=path, counter=sent))
        if decision.credited is None:
            assert self.state() == before
            return
        assert decision.result is Result.ACCEPTED
        assert (decision.credited, counter in self.credited) == (pounds * POUND, False)
        self.credited.add(counter)
        self.gained += decision.credited

    @rule(pounds=st.integers(1, 40), path=st.sampled_from([Path.PPMID, Path.KEYPAD]))
    def enter_a_code_of_the_electricity_meter(self, pounds: int, path: Path) -> None:
        before = self.state()
        code = digits(1 + len(self.vended), pounds, ESME)
        decision = self.registers.enter(Entry(digits=Secret(code), path=path))
        assert (decision.credited, self.state()) == (None, before)

    @rule(amount=st.integers(-20 * POUND, 20 * POUND))
    def adjust(self, amount: int) -> None:
        before = self.worth()
        self.ask.counter += 1
        self.meter.hear(self.ask.message(GCS40A, gbz.encode([adjustment(amount)])).encode())
        after = self.worth()
        self.clock.advance(300 * MILLISECOND)  # its Response has gone
        assert after - before == amount
        self.gained += after - before

    @rule(octet=st.integers(1, 255), at=st.integers(0, 10**6))
    def spoil_a_command(self, octet: int, at: int) -> None:
        self.ask.counter += 1
        octets = bytearray(self.ask.message(GCS40A, gbz.encode([adjustment(POUND)])).encode())
        octets[at % len(octets)] ^= octet
        before, counters = self.state(), dict(self.meter._counters.highest)
        self.meter.hear(bytes(octets))
        assert (self.state(), dict(self.meter._counters.highest)) == (before, counters)

    @rule()
    def borrow_and_press_the_button(self) -> None:
        self.registers.select_emergency_credit()
        self.registers.ask_supply(SupplyEvent.PERSON_ENABLES)

    @rule(off=st.integers(0, 300))
    def power_is_cut(self, off: int) -> None:
        before = self.state()
        self.meter._power_off()
        self.clock.advance(off * MILLISECOND)
        self.meter._power_on()
        assert self.state()[1:] == before[1:]

    @rule(hours=st.integers(0, 30))
    def wait(self, hours: int) -> None:
        self.clock.advance(hours * HOUR)

    @invariant()
    def what_came_in_is_there_but_for_what_was_used(self) -> None:
        if not hasattr(self, "meter"):
            return
        used = self.start + self.gained - self.worth()
        assert 0 <= used <= self.usage * (self.clock.now() - START) // HOUR + 1
        if not self.usage:
            assert used == 0

    @invariant()
    def counters_never_go_back(self) -> None:
        if hasattr(self, "meter"):
            highest = self.registers._kept[1].cache.highest
            assert highest >= self.highest
            assert self.credited == set() or highest >= max(self.credited)
            self.highest = highest


TestAnyOrderGsme = AnyOrderGsme.TestCase
TestAnyOrderGsme.settings = hypothesis_settings(max_examples=20, stateful_step_count=25)
