"""Originator Counters only rise; Execution Counters admit only what rises."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppmid_protocols.errors import Malformed
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.counters import ExecutionCounters, ExecutionRules, OriginatorCounter, ReplayProtection
from ppmid_protocols.gbcs.message import Cra, Message

SUPPLIER, OTHER, METER = (Eui.parse(text) for text in ("90b3d51f30010000", "90b3d51f30030000", "00db1234567890a0"))
ENABLE = Message(
    cra=Cra.COMMAND, counter=1000, originator=SUPPLIER, target=METER, message_code=0x004F, payload=b""
)  # fmt: skip
TOP_UP, READ = replace(ENABLE, message_code=0x0007), replace(ENABLE, message_code=0x0069)
REPLACE_CREDENTIALS = replace(ENABLE, message_code=0x0102)


def test_top_ups_step_the_high_half():
    assert OriginatorCounter(5).next().last == 6
    assert OriginatorCounter(5).next_utrn().last == 0x1_00000000
    assert OriginatorCounter(0x2_00000007).next_utrn().last == 0x3_00000000
    assert OriginatorCounter(0x2_00000007).next_utrn(at_least=1764000000).last == 1764000000 << 32


def test_counters_end_without_a_wrap():
    last_utrn = OriginatorCounter((2**32 - 2) << 32).next_utrn()
    assert (last_utrn.last, last_utrn.utrns_left) == (0xFFFFFFFF_00000000, 0)
    with pytest.raises(Malformed, match="UTRN Counter"):
        last_utrn.next_utrn()
    with pytest.raises(Malformed, match="Originator Counter"):
        OriginatorCounter(2**64 - 1).next()


@given(st.integers(0, 2**63), st.lists(st.booleans(), max_size=20))
def test_every_step_rises(start, steps):
    counter = OriginatorCounter(start)
    for is_utrn in steps:
        following = counter.next_utrn() if is_utrn else counter.next()
        assert following.last > counter.last
        assert not is_utrn or following.last % 2**32 == 0
        counter = following


def test_a_command_is_admitted_once_and_never_below():
    fresh = ExecutionCounters()
    assert fresh.admits(ENABLE)
    executed = fresh.after(ENABLE)
    assert not executed.admits(ENABLE)
    assert not executed.admits(replace(ENABLE, counter=999))
    assert not executed.admits(replace(ENABLE, message_code=0x0051))
    assert executed.admits(replace(ENABLE, counter=1001))
    assert executed.admits(replace(ENABLE, originator=OTHER, counter=1))
    assert executed.after(replace(ENABLE, counter=1)) == executed
    assert fresh.admits(ENABLE)


def test_top_ups_and_reads_neither_ask_nor_raise_the_counter():
    executed = ExecutionCounters().after(ENABLE)
    for command in (replace(TOP_UP, counter=0x3_00000000), replace(READ, counter=5000)):
        assert executed.after(command) == executed
    assert executed.admits(READ)
    assert executed.admits(TOP_UP)


def test_credential_replacement_counts_apart():
    executed = ExecutionCounters().after(ENABLE)
    assert executed.admits(replace(REPLACE_CREDENTIALS, counter=1))
    assert not executed.after(REPLACE_CREDENTIALS).admits(REPLACE_CREDENTIALS)
    joined = ExecutionCounters(ExecutionRules(separate=())).after(ENABLE)
    assert not joined.admits(replace(REPLACE_CREDENTIALS, counter=1))


def test_kinds_of_protection_and_their_settings():
    rules = ExecutionRules()
    codes = {0x0007: "UTRN_CACHE", 0x0097: "UTRN_CACHE", 0x004F: "EXECUTION_COUNTER", 0x0069: "NONE"}
    assert {code: rules.protection(code).name for code in codes} == codes
    for code, lenient in (
        (0x009B, ExecutionRules(han_protected=False)),
        (0x7777, ExecutionRules(unknown_protected=False)),
    ):
        assert rules.protection(code) is ReplayProtection.EXECUTION_COUNTER
        assert lenient.protection(code) is ReplayProtection.NONE
