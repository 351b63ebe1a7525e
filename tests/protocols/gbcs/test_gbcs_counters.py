"""Originator Counters only rise; Execution Counters admit only what rises."""

from dataclasses import replace

import pytest

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


def test_a_counter_rises_by_one_and_leaves_out_the_numbers_of_top_ups():
    assert OriginatorCounter(5).next().last == 6
    assert OriginatorCounter(2**32 - 2).next().last == 2**32 - 1
    assert OriginatorCounter(2**32 - 1).next().last == 2**32 + 1


def test_a_counter_ends_without_a_wrap():
    assert OriginatorCounter(2**64 - 2).next().last == 2**64 - 1
    with pytest.raises(Malformed, match="Originator Counter"):
        OriginatorCounter(2**64 - 1).next()


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
