"""All counters of two Suppliers and two meters at once, over a network that delays and repeats, against plain lists."""

from dataclasses import dataclass, field

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from ppmid_protocols.errors import NotAuthentic
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.counters import ExecutionCounters, OriginatorCounter
from ppmid_protocols.gbcs.message import Cra, Message
from ppmid_protocols.utrn import UtrnCounterCache, recover_counter

SUPPLIERS = tuple(Eui.parse(f"90b3d51f300{number}0000") for number in (1, 3))
METERS = tuple(Eui.parse(f"00db1234567890a{number}") for number in (0, 1))
CAPACITY = 4  # a cache small enough to overflow within a run
TOP_UP = 0x0007
COMMAND_GROUPS = {0x004F: 0, 0x0051: 0, 0x0102: 1, 0x0069: None}  # the Execution Counter asked; None: a read


@dataclass
class Meter:
    """A meter as this project models it, and beside it everything that it ever did, as plain lists."""

    supplier: Eui
    counters: ExecutionCounters = field(default_factory=ExecutionCounters)
    cache: UtrnCounterCache = field(default_factory=lambda: UtrnCounterCache(capacity=CAPACITY))
    executed: list[tuple[Eui, int | None, int]] = field(default_factory=list)
    credited: list[tuple[Eui, int]] = field(default_factory=list)
    present: list[int] = field(default_factory=list)  # credited since the change of Supplier
    floor: int = 0

    def may_execute(self, originator: Eui, group: int | None, counter: int) -> bool:
        earlier = [done for who, where, done in self.executed if (who, where) == (originator, group)]
        return group is None or all(done < counter for done in earlier)

    def may_credit(self, counter: int) -> bool:
        too_old = len(self.present) >= CAPACITY and counter < sorted(self.present)[-CAPACITY]
        return counter >= self.floor and counter not in self.present and not too_old

    def rebuilt(self, truncated: int) -> int | None:
        """Of all 32-bit numbers with these ten low bits the one that is nearest to the highest used."""
        around = max(self.present, default=self.floor)
        fitting = [one for one in range(around - 512, around + 513) if one % 1024 == truncated]
        nearest = fitting[0] if around % 1024 >= 512 else fitting[-1]  # two fit at a distance of 512 only
        return nearest if 0 <= nearest < 2**32 else None


def command(supplier: Eui, meter: Eui, code: int, counter: int) -> Message:
    return Message(
        cra=Cra.COMMAND, counter=counter, originator=supplier, target=meter, message_code=code, payload=b""
    )  # fmt: skip


class Counters(RuleBasedStateMachine):
    """Suppliers number Commands and top ups; they arrive late, again, out of order, by WAN or by keypad."""

    commands: Bundle[Message] = Bundle("commands")
    top_ups: Bundle[Message] = Bundle("top_ups")
    suppliers = st.sampled_from(SUPPLIERS)
    targets = st.sampled_from(METERS)

    @initialize(start=st.sampled_from((0, 2**32 - 3, 2**40)))
    def begin(self, start):
        self.issued = {one: OriginatorCounter(start) for one in SUPPLIERS}
        self.vended: dict[tuple[Eui, Eui], int] = {}  # the last UTRN counter of each Supplier for each meter
        self.meters = {meter: Meter(SUPPLIERS[0]) for meter in METERS}
        self.numbers: list[tuple[Eui, Eui, int]] = []

    @rule(target=commands, supplier=suppliers, meter=targets, code=st.sampled_from(sorted(COMMAND_GROUPS)))
    def number_a_command(self, supplier, meter, code):
        before = self.issued[supplier].last
        self.issued[supplier] = self.issued[supplier].next()
        assert self.issued[supplier].last > before
        return self.remember(command(supplier, meter, code, self.issued[supplier].last))

    @rule(target=top_ups, supplier=suppliers, meter=targets, at_least=st.sampled_from((0, 0, 0, 600, 1030, 5000)))
    def number_a_top_up(self, supplier, meter, at_least):
        utrn_counter = max(self.vended.get((supplier, meter), 0) + 1, at_least)
        self.vended[supplier, meter] = utrn_counter
        return self.remember(command(supplier, meter, TOP_UP, utrn_counter << 32))

    def remember(self, message: Message) -> Message:
        self.numbers.append((message.originator, message.target, message.counter))
        return message

    @rule(message=commands)
    def a_command_arrives(self, message):
        meter = self.meters[message.target]
        group = COMMAND_GROUPS[message.message_code]
        expected = meter.may_execute(message.originator, group, message.counter)
        assert meter.counters.admits(message) is expected
        if expected:
            meter.executed.append((message.originator, group, message.counter))
        after = meter.counters.after(message)
        assert (after != meter.counters) is (expected and group is not None)
        meter.counters = after

    @rule(message=top_ups, by_keypad=st.booleans())
    def a_top_up_arrives(self, message, by_keypad):
        meter, counter = self.meters[message.target], message.counter >> 32
        assert meter.counters.admits(message)
        assert meter.counters.after(message) is meter.counters
        if by_keypad:
            rebuilt = recover_counter(meter.cache.highest, counter % 1024)
            assert rebuilt == meter.rebuilt(counter % 1024)
            if rebuilt != counter:
                return  # its MAC does not hold
        if message.originator != meter.supplier:
            return  # nor here
        expected = meter.may_credit(counter)
        assert meter.cache.is_duplicate(counter) is not expected
        if not expected:
            with pytest.raises(NotAuthentic, match="replay"):
                meter.cache.add(counter)
            return
        assert (meter.supplier, counter) not in meter.credited, "credited twice"
        meter.cache = meter.cache.add(counter)
        meter.credited.append((meter.supplier, counter))
        meter.present.append(counter)

    @rule(meter=targets, gap=st.integers(0, 600))
    def the_supplier_changes(self, meter, gap):
        """The floor is above all that the new Supplier, who may be an old one, ever vended for the meter."""
        one = self.meters[meter]
        one.supplier = next(supplier for supplier in SUPPLIERS if supplier != one.supplier)
        one.floor = self.vended.get((one.supplier, meter), 0) + 1 + gap
        one.cache, one.present = one.cache.with_floor(one.floor), []

    @invariant()
    def numbers_are_used_once(self):
        assert len(set(self.numbers)) == len(self.numbers)

    @invariant()
    def what_is_kept_is_what_happened(self):
        for meter in self.meters.values():
            done: dict[tuple[Eui, int | None], int] = {}
            for originator, group, counter in meter.executed:
                if group is not None:
                    done[originator, group] = max(counter, done.get((originator, group), 0))
            assert meter.counters.highest == done
            assert meter.cache.counters == tuple(sorted(meter.present)[-CAPACITY:])
            assert meter.cache.highest == max(meter.present, default=meter.floor)


Counters.TestCase.settings = settings(max_examples=60, stateful_step_count=40)
TestCounters = Counters.TestCase


def test_the_machine_catches_a_top_up_that_raises_the_execution_counter(monkeypatch):
    """The other side: with CS01a taken for any other update, the machine fails."""
    monkeypatch.setattr("ppmid_protocols.gbcs.counters.CS01A", 0xFFFF)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Counters, settings=settings(Counters.TestCase.settings, phases=[Phase.generate]))
