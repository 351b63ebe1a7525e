"""A store of clusters by itself: components done one after the other, sealed and refused, effects now and later."""

from collections.abc import Iterable

import pytest
from asking import component, read
from home_parts import GSME, SUPPLIER

from ppmid_bench.clock import VirtualClock
from ppmid_devices.meter.asked import Asked
from ppmid_devices.meter.zcl.attributes import AttributeId, attributes
from ppmid_devices.meter.zcl.dating import Dating
from ppmid_devices.meter.zcl.refusals import FAILURE, INVALID_VALUE, MALFORMED, ComponentRefused
from ppmid_devices.meter.zcl.store import (
    ClusterStore,
    CommandId,
    Given,
    Reply,
    View,
    default_response,
    effects,
    refusal,
)
from ppmid_devices.ports import DAY, SECOND
from ppmid_protocols.errors import NotAuthentic
from ppmid_protocols.gbcs import gbz
from ppmid_protocols.gbcs.gbz import Component
from ppmid_protocols.gbcs.message import Cra, Message
from ppmid_protocols.gbcs.payload import GbzPayload

GCS16B, GCS04, GCS23 = 0x96, 0x6E, 0x7C
BALANCE, FACTOR, DECIMALS = AttributeId(0x0705, 1), AttributeId(0x0700, 0x0302), AttributeId(0x0700, 0x0303)
SNAPSHOT, CHANGE_DEBT = CommandId(0x0705, False, 7), CommandId(0x0705, False, 2)
TO_CLIENT_COMMAND = CommandId(0x0700, True, 2)
"""Publish Conversion Factor: an effect of the table, dated by its field ``start``."""
START = 504_921_600  # 2016-01-01, in seconds since 2000
NEW_YEAR_2015 = 1_420_070_400 * SECOND


def asking(code: int, *components: Component, counter: int = 5, holds_reader: bool = True) -> Asked:
    def seal(plain: bytes) -> bytes:
        if not holds_reader:
            raise NotAuthentic("certificate", "none is held")
        return b"sealed " + plain

    message = Message(
        cra=Cra.COMMAND, counter=counter, message_code=code, payload=b"", originator=SUPPLIER, target=GSME
    )
    return Asked(message, GbzPayload(components), 0, SUPPLIER, counter, seal)


def answer(store: ClusterStore, asked: Asked) -> list[Component]:
    assert isinstance(asked.payload, GbzPayload)
    return list(gbz.decode(store.answer(asked.payload.components, asked)))


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NEW_YEAR_2015)


@pytest.fixture
def announced() -> list[tuple[bytes, bool]]:
    return []


@pytest.fixture
def seen() -> list[Given]:
    return []


@pytest.fixture
def store(clock: VirtualClock, announced: list[tuple[bytes, bool]], seen: list[Given]) -> ClusterStore:
    """One that answers a snapshot with its offset, and refuses the offset 9; a balance that its model alone changes."""

    def snapshot(given: Given) -> Iterable[Reply]:
        seen.append(given)
        if given.number("offset") == 9:
            raise ComponentRefused(INVALID_VALUE)
        return [Reply(1, bytes((given.number("offset"),))) for _ in range(2 if given.number("offset") == 2 else 1)]

    def nothing(given: Given) -> Iterable[Reply]:
        seen.append(given)
        return ()

    dating = Dating(clock, lambda _command, extra, done: announced.append((extra, done)))
    return ClusterStore({BALANCE: View(lambda: 77)}, {SNAPSHOT: snapshot, CHANGE_DEBT: nothing}, dating)


def snapshot_of(offset: int, sequence: int = 0) -> Component:
    return component(0x0705, 7, f"00000000ffffffff{offset:02x}01000000", sequence=sequence)


def test_a_command_is_known_by_cluster_direction_and_number() -> None:
    to_server, to_client = component(0x0705, 7, ""), component(0x0700, 2, "", to_client=True)
    assert CommandId.of(to_server) == SNAPSHOT == (0x0705, False, 7)
    assert CommandId.of(to_client) == TO_CLIENT_COMMAND == (0x0700, True, 2)
    assert (CommandId.of(to_server).octets.hex(), CommandId.of(to_client).octets.hex()) == ("07050107", "07000902")


def test_sealed_answers_are_numbered_and_refusals_among_them_stand_in_clear(store: ClusterStore) -> None:
    found = answer(store, asking(GCS16B, snapshot_of(0, 4), snapshot_of(9, 5), snapshot_of(2, 6), snapshot_of(3, 7)))
    told = [(one.command, one.sequence, one.frame_counter, one.body) for one in found]
    assert told == [
        (1, 4, 0, b"sealed \x00"),
        (gbz.DEFAULT_RESPONSE, 5, None, bytes((7, INVALID_VALUE))),
        (1, 6, 1, b"sealed \x02"),
        (1, 6, 2, b"sealed \x02"),
        (1, 7, 3, b"sealed \x03"),
    ]
    assert {one.frame_control for one in found} == {0x09, 0x08}
    assert [one.frame_control for one in found if one.command == gbz.DEFAULT_RESPONSE] == [0x08]


def test_what_a_use_case_does_not_seal_stands_in_clear(store: ClusterStore) -> None:
    (one,) = answer(store, asking(GCS04, snapshot_of(3)))
    assert (one.command, one.frame_counter, one.body) == (1, None, b"\x03")


def test_without_the_readers_certificate_nothing_is_told(store: ClusterStore) -> None:
    (one,) = answer(store, asking(GCS16B, snapshot_of(3), holds_reader=False))
    assert (one.command, one.frame_counter, one.body) == (gbz.DEFAULT_RESPONSE, None, bytes((7, FAILURE)))


def test_a_command_without_an_answer_of_its_own_has_a_default_response(store: ClusterStore, seen: list[Given]) -> None:
    body = "01000000" + "00" + "05000000" + "00" + "01" + "00000000" + "0000" + "00" + "07000000" + "0000"
    (one,) = answer(store, asking(GCS04, component(0x0705, 2, body, sequence=3)))
    assert (one.command, one.sequence, one.body) == (gbz.DEFAULT_RESPONSE, 3, bytes((2, 0)))
    (given,) = seen
    assert (given.component.command, given.number("amount")) == (2, 5)
    assert isinstance(given.fields["label"], bytes)
    assert given.fields["label"] == b"", "a string comes without its length"
    for name in ("no such field", "label"):
        with pytest.raises(ComponentRefused) as refused:
            given.number(name)
        assert refused.value.status == MALFORMED


@pytest.mark.parametrize("body", ["00000000ffffffff00010000", "00000000ffffffff0001000000ff"])
def test_a_body_that_is_too_short_or_too_long_is_malformed(body: str, store: ClusterStore) -> None:
    (one,) = answer(store, asking(GCS16B, component(0x0705, 7, body)))
    assert (one.command, one.body) == (gbz.DEFAULT_RESPONSE, bytes((7, MALFORMED)))


def test_attributes_are_read_in_their_order_each_with_its_status(store: ClusterStore) -> None:
    (one,) = answer(store, asking(GCS04, read(0x0705, 1, 0xEEEE, 2)))
    assert (one.command, one.frame_control) == (gbz.READ_ATTRIBUTES_RESPONSE, 0x08)
    assert one.body.hex() == "0100002b4d000000" + "eeee86" + "0200002b00000000"


def test_an_effect_sets_its_attributes_at_once_and_the_latest_body_is_kept(store: ClusterStore) -> None:
    body = "04000000" + "00000000" + "39300000" + "60"
    (one,) = answer(store, asking(GCS23, component(0x0700, 2, body, to_client=True)))
    assert (one.frame_control, one.body) == (0x00, bytes((2, 0)))
    assert (store.value(FACTOR), store.value(DECIMALS)) == (12_345, 0x60)
    assert store.values == {FACTOR: 12_345, DECIMALS: 0x60}
    assert store.latest == {TO_CLIENT_COMMAND: bytes.fromhex(body)}


def test_a_dated_effect_comes_at_its_time_and_is_told(
    store: ClusterStore, clock: VirtualClock, announced: list[tuple[bytes, bool]]
) -> None:
    dated = "04000000" + START.to_bytes(4, "little").hex() + "39300000" + "60"
    answer(store, asking(GCS23, component(0x0700, 2, dated, to_client=True)))
    assert store.value(FACTOR) == attributes()[FACTOR].value
    clock.advance(365 * DAY - 1)
    assert (store.values, announced) == ({}, [])
    clock.advance(1)
    assert store.value(FACTOR) == 12_345
    assert announced == [(bytes.fromhex("07000902"), True)]


def test_an_effect_whose_field_is_missing_sets_nothing(store: ClusterStore) -> None:
    (one,) = answer(store, asking(GCS23, component(0x0700, 2, "0400000000000000393000", to_client=True)))
    assert one.body == bytes((2, MALFORMED))
    assert store.values == {} == store.latest


def test_what_nobody_handles_is_no_command_here(store: ClusterStore) -> None:
    for unknown in (component(0x0705, 4, "00" + "14" + "31" * 20), component(0x0705, 0x77, "")):
        (one,) = answer(store, asking(GCS04, unknown))
        assert (one.command, one.body[1]) == (gbz.DEFAULT_RESPONSE, 0x81)


def test_an_attribute_of_a_model_is_set_by_numbers_where_the_model_takes_them(clock: VirtualClock) -> None:
    taken: list[int] = []
    views = {BALANCE: View(lambda: 77), FACTOR: View(lambda: 5, taken.append)}
    store = ClusterStore(views, {}, Dating(clock, lambda *_: None))
    store.put(FACTOR, 9)
    assert taken == [9]
    assert (store.value(FACTOR), store.value(BALANCE), store.values) == (5, 77, {})
    for where, value in ((BALANCE, 1), (FACTOR, b"x")):
        with pytest.raises(ComponentRefused) as refused:
            store.put(where, value)
        assert refused.value.status == FAILURE
    assert taken == [9]


def test_what_is_told_of_a_store_is_a_copy(store: ClusterStore) -> None:
    store.put(FACTOR, 3)
    values = store.values
    store.put(FACTOR, 4)
    assert values == {FACTOR: 3}
    assert store.values is not store.values
    assert store.latest is not store.latest


def test_a_default_response_goes_the_other_way_and_a_refusal_answers_every_component() -> None:
    asked = component(0x0705, 7, "00", sequence=9), component(0x0700, 2, "00", to_client=True), read(0x0705, 1)
    responses = [default_response(one, FAILURE) for one in asked]
    assert [one.frame_control for one in responses] == [0x08, 0x00, 0x08]
    assert [(one.cluster, one.sequence, one.body) for one in responses] == [
        (0x0705, 9, b"\x07\x01"),
        (0x0700, 0, b"\x02\x01"),
        (0x0705, 0, b"\x00\x01"),
    ]
    assert gbz.decode(refusal(asked, FAILURE)) == tuple(responses)


def test_the_table_of_effects_is_read_by_direction() -> None:
    table = effects()
    assert table[TO_CLIENT_COMMAND].start == "start"
    assert table[TO_CLIENT_COMMAND].becomes == (("conversion factor", FACTOR), ("decimals", DECIMALS))
    assert CommandId(0x0700, False, 2) not in table
    assert CommandId(0x0702, False, 0x0E) in table
