"""Whatever Commands come, in whatever order: money is conserved, counters never fall, refused ones change nothing."""

from dataclasses import dataclass, replace
from typing import Any

import pytest
from asking import AT_ONCE, Access, Asker, access, component, money, number
from home_parts import (
    BROKER,
    CREDENTIALS,
    ESME,
    GSME,
    HUB,
    KEYS,
    METERS,
    PPMID,
    REPOSITORY,
    SUPPLIER,
    BareEsme,
    BareGsme,
    BareMeter,
    MakeMeter,
    with_mac_of,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from ppmid_bench.clock import VirtualClock
from ppmid_devices.meter import functions
from ppmid_devices.meter.settings import MeterSettings
from ppmid_devices.meter.trust import Parties
from ppmid_devices.meter.use_case_rules import rules
from ppmid_devices.ports import SECOND
from ppmid_protocols import utrn
from ppmid_protocols.gbcs import axdr, dlms, gbz
from ppmid_protocols.gbcs.message import Message, decode
from ppmid_protocols.gbcs.use_cases import USE_CASES

START = 1_420_070_400 * SECOND
ECS04A, ECS04B, ECS07, ECS08A, ECS43, ECS82, CS01A = 0x001C, 0x00B3, 0x001E, 0x00DE, 0x0050, 0x0069, 0x0007
BALANCE = "112/0-0:19.10.0.255"

amounts = st.integers(-(2**31), 2**31 - 1) | st.integers(-1_000_000, 1_000_000)
FAULTS = ("none", "mac", "signature", "counter", "originator", "target", "code", "truncated")


@dataclass(frozen=True)
class Step:
    """A Command, and what is wrong with it."""

    code: int
    accesses: tuple[Access, ...]
    fault: str = "none"
    pounds: int = 0


def steps() -> st.SearchStrategy[Step]:
    accesses = st.one_of(
        amounts.map(lambda amount: (ECS04A, (access(f"action {BALANCE}/1", money(amount)),))),
        st.just((ECS04B, (access(f"action {BALANCE}/2", money(0)),))),
        amounts.map(lambda amount: (ECS07, (access("action 113/0-0:19.20.3.255/4", money(amount)),))),
        amounts.map(lambda amount: (ECS07, (access("action 113/0-0:19.20.1.255/4", money(amount)),))),
        amounts.map(
            lambda amount: (
                ECS08A,
                (access("set 9000/0-0:94.44.2.20/4", money(amount)), access("set 9000/0-0:94.44.2.20/6", AT_ONCE)),
            )
        ),
        st.integers(0, 255).map(
            lambda value: (ECS08A, (access("set 9000/0-0:94.44.2.20/4", number(axdr.UNSIGNED, value)),))
        ),
        st.just((ECS43, (access("action 9/0-0:10.0.106.255/1", number(axdr.LONG_UNSIGNED, 52)),))),
    )
    plain = st.tuples(accesses, st.sampled_from(FAULTS)).map(lambda made: Step(made[0][0], made[0][1], made[1]))
    top_up = st.integers(1, 300).map(lambda pounds: Step(CS01A, (), "none", pounds))
    return plain | top_up


class Ledger:
    """A meter, its Supplier, and what the Responses have told of its money."""

    def __init__(self) -> None:
        self.clock = VirtualClock(START)
        parties = Parties(meter=ESME, supplier=SUPPLIER, broker=BROKER, ppmid=PPMID)
        directory = KEYS.directory_of(METERS[ESME])
        self.meter = BareEsme(self.clock, CREDENTIALS[ESME], directory, parties, MeterSettings())
        self.meter.start()
        self.ask = Asker(self.meter, self.clock)
        self.told = 500_000
        self.vended = 0
        self.play(Step(ECS04A, (access(f"action {BALANCE}/1", money(0)),)))  # so that there is a counter to be below

    def state(self) -> tuple[Any, ...]:
        """Everything that a Command may change but the logs."""
        store = self.meter.functions.objects
        assert store is not None
        registers = self.meter._registers
        return registers.account, registers.terms, store.values, dict(self.meter._counters.highest)

    def owed(self) -> int:
        """Balance less debts: what only the Supplier's adjustments and paid top-ups move."""
        account = self.meter._registers.account
        return account.balance - account.payment_debt - sum(account.time_debts)

    def top_up(self, pounds: int) -> None:
        self.vended += 1
        private = CREDENTIALS[SUPPLIER].own("prepayment").private
        counter = self.vended << 32
        peer = REPOSITORY.public_key(ESME, "agreement")
        made = utrn.make(SUPPLIER, ESME, counter, pounds, utrn.ValueClass.POUNDS, private, peer)
        payload = dlms.request(counter, access("action 115/0-0:19.40.0.255/1", axdr.octet_string(made.digits))).encode()
        self.ask.counter, kept = counter, self.ask.counter
        response = self.ask.send(CS01A, payload)
        self.ask.counter = kept
        assert response is not None
        if response.payload[-1] == 0:
            self.told += pounds * 100_000

    def spoilt(self, message: Message, accesses: tuple[Access, ...], fault: str) -> bytes:
        octets = message.encode()
        match fault:
            case "mac":
                return octets[:-1] + bytes((octets[-1] ^ 1,))
            case "signature":
                broken = replace(message, signature=bytes(64))
                return self.resealed(broken)
            case "counter":
                self.ask.counter, kept = 1, self.ask.counter
                again = self.ask.message(message.message_code, dlms.request(1, *accesses).encode())
                self.ask.counter = kept
                return again.encode()
            case "originator":
                return self.resealed(replace(message, originator=HUB))
            case "target":
                return self.resealed(replace(message, target=GSME))
            case "code":
                return self.resealed(replace(message, message_code=ECS82))
            case "truncated":
                return octets[:-20]
        return octets

    @staticmethod
    def resealed(message: Message) -> bytes:
        return with_mac_of(message, BROKER, ESME).encode()

    def play(self, step: Step) -> None:
        if step.code == CS01A:
            self.top_up(step.pounds)
            return
        before, counters = self.state(), dict(self.meter._counters.highest)
        self.ask.counter += 1
        payload = dlms.request(self.ask.counter, *step.accesses).encode()
        octets = self.spoilt(self.ask.message(step.code, payload), step.accesses, step.fault)
        self.meter.sent.clear()
        self.meter.hear(octets)
        self.clock.advance(SECOND)
        if step.fault != "none":
            assert self.meter.sent == []
            assert self.state() == before
            return
        results = self.results()
        owed = self.owed()
        if any(results) and len(results) == 1:
            assert self.state()[:3] == before[:3]
        elif step.code == ECS04A:
            self.told += _amount(step)
        elif step.code == ECS04B:
            self.told = owed
        elif step.code == ECS07:
            self.told -= _amount(step)
        assert all(self.meter._counters.highest.get(key, -1) >= value for key, value in counters.items())

    def results(self) -> list[int]:
        apdu = dlms.decode(decode(self.meter.sent[-1]).payload)
        assert isinstance(apdu, dlms.AccessResponse)
        return [one.result for one in apdu.results]


def _amount(step: Step) -> int:
    data = step.accesses[0][1]
    assert isinstance(data, axdr.Number)
    return data.value


@settings(max_examples=40)
@given(st.lists(steps(), max_size=12))
def test_money_moves_as_the_responses_tell_and_refusals_move_nothing(played: list[Step]) -> None:
    ledger = Ledger()
    for step in played:
        ledger.play(step)
        assert ledger.owed() == ledger.told
    account = ledger.meter._registers.account
    assert account.payment_debt >= 0
    assert min(account.time_debts) >= 0


@pytest.mark.parametrize("fault", FAULTS[1:])
def test_each_of_these_faults_refuses_what_is_right_without_it(fault: str) -> None:
    step = Step(ECS04A, (access(f"action {BALANCE}/1", money(5)),))
    ledger = Ledger()
    ledger.play(step)
    assert ledger.owed() == 500_005
    ledger.play(replace(step, fault=fault))
    assert ledger.owed() == 500_005
    assert ledger.meter.security_log


SEEDS: tuple[tuple[str, int, bytes], ...] = (
    ("esme", ECS04A, dlms.request(0, access(f"action {BALANCE}/1", money(5))).encode()[5:]),
    ("esme", ECS08A, dlms.request(0, access("set 9000/0-0:94.44.2.20/6", AT_ONCE)).encode()[5:]),
    ("esme", 0x0042, dlms.request(0, access("get 71/0-0:17.0.0.255/4")).encode()[5:]),
    ("gsme", 0x006F, gbz.encode((component(0x0705, 0x03, f"804a371c{bytes(4).hex()}80969800a0860100"),))),
    ("gsme", 0x00B5, gbz.encode((component(0x0707, 0x01, "00000000feffffff0100"),))),
    ("gsme", 0x007F, bytes.fromhex("3022180f32303134313233313233333030305a180f32303135303130313030333030305a")),
    ("esme", 0x000D, bytes.fromhex("3010020100040800db12345678909a020104")),
)
"""Kind of meter, Message Code and payload (of DLMS after its invoke-id, which every Command has of its own)."""

MADE = {"esme": (BareEsme, ESME), "gsme": (BareGsme, GSME)}


@settings(max_examples=150)
@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 255)), min_size=1, max_size=4),
)
def test_an_authentic_command_of_any_octets_is_answered_or_refused_and_never_a_fault(
    seed: tuple[str, int, bytes], changes: list[tuple[int, int]]
) -> None:
    kind, code, payload = seed
    made, eui = MADE[kind]
    clock = VirtualClock(START)
    parties = Parties(meter=eui, supplier=SUPPLIER, broker=BROKER, ppmid=PPMID)
    meter = made(clock, CREDENTIALS[eui], KEYS.directory_of(METERS[eui]), parties, MeterSettings())
    meter.start()
    ask = Asker(meter, clock)
    octets = bytearray(payload)
    for place, octet in changes:
        octets[place % len(octets)] = octet
    opening = b"\xd9" + dlms.invoke_id(ask.counter).to_bytes(4, "big") if code in DLMS_CODES else b""
    response = ask.send(code, opening + bytes(octets))
    assert (response is None) == bool(meter.security_log)


DLMS_CODES = (ECS04A, ECS08A, 0x0042)


# What devices say that they execute.


@pytest.mark.parametrize(("kind", "least"), [("esme", 100), ("gsme", 60), ("gpf", 40), ("chf", 20), ("ppmid", 8)])
def test_a_device_executes_the_use_cases_of_its_kind(kind: str, least: int) -> None:
    codes = functions.codes(kind)
    assert len(codes) >= least
    assert codes <= rules().keys()
    assert {USE_CASES[code].target for code in codes} <= {kind, "device", "gsme"}


def test_only_these_commands_of_a_supplier_are_not_executed_by_any_device() -> None:
    """Their accesses, answers or rules are in no public text that the project has; a device refuses them by name."""
    missing = {code: USE_CASES[code].name for code in rules().keys() - functions.executed()}
    assert missing == {
        0x0004: "CCS05/CCS04",
        0x0014: "CS10a",
        0x003E: "ECS26d",
        0x0054: "ECS46c",
        0x0092: "ECS26i",
        0x00A1: "CS10b",
        0x00BB: "ECS61a",
        0x00F1: "GCS20r",
        **dict.fromkeys((0x0100, 0x0101, 0x0108, 0x0109), "CS02b"),  # of the root, or of any role
        0x012A: "GCS60a",
    }


def test_a_command_that_no_table_has_is_refused_and_noted(bare: MakeMeter, clock: VirtualClock) -> None:
    meter: BareMeter = bare()
    ask = Asker(meter, clock)
    assert ask.objects(0x003E, access("get 22/0-0:15.0.0.255/4")) is None
    assert meter.security_log[-1].code == 0x8F1E
