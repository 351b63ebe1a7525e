"""The quick yes must be right whenever it is said, and be said of most."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import axdr, crypto, dlms, gbz
from ppmid_protocols.gbcs.message import Cra, Message
from ppmid_protocols.gbcs.payload import DerPayload, read_payload, sealed_parts
from ppmid_protocols.gbcs.skim import is_value, reads_in_clear
from ppmid_protocols.gbcs.use_cases import USE_CASES, PayloadKind

CODES = [code for code, one in USE_CASES.items() if one.payload in (PayloadKind.DLMS, PayloadKind.GBZ)]
BALANCE, GAS_BALANCE = 0x0069, 0x008D


def message(code: int, payload: bytes, cra: Cra = Cra.COMMAND) -> Message:
    return Message(
        cra=cra, counter=7, originator=Eui(bytes(8)), target=Eui(bytes(8)), message_code=code, payload=payload
    )  # fmt: skip


def is_right(one: Message) -> bool:
    """Whether the quick answer is one that reading bears out."""
    if not reads_in_clear(one):
        return True
    try:
        return sealed_parts(read_payload(one)) == ()
    except ProtocolError:
        return False


numbers = st.sampled_from(sorted(axdr.NUMBERS)).flatmap(
    lambda tag: st.integers(0, 127).map(lambda value: axdr.Number(tag, value))
)
values = st.recursive(
    numbers | st.binary(max_size=200).map(axdr.octet_string) | st.just(axdr.Null()) | st.just(axdr.Bits(3, b"\xe0")),
    lambda inner: st.lists(inner, max_size=5).map(lambda items: axdr.Group(axdr.STRUCTURE, tuple(items))),
    max_leaves=20,
)


@given(values, st.integers(0, 400), st.integers(0, 255), st.booleans())
def test_a_changed_payload_is_never_wrongly_let_through(value, at, octet, cut):
    for apdu in (
        dlms.response(7, (dlms.Choice.GET, 0, value)),
        dlms.request(7, (dlms.Specification(dlms.Choice.SET, 3, bytes(6), 2), value)),
        dlms.DataNotification(dlms.invoke_id(7), value),
    ):
        good = bytearray(apdu.encode())
        assert is_right(message(BALANCE, bytes(good)))
        place = at % len(good)
        good[place:] = bytes((octet,)) if cut else bytes((octet,)) + good[place + 1 :]
        assert is_right(message(BALANCE, bytes(good)))


@given(
    st.sampled_from(CODES), st.sampled_from(Cra), st.binary(max_size=40), st.sampled_from(("d920000007", "0109", ""))
)
def test_nor_is_anything_else(code, cra, rest, start):
    assert is_right(message(code, bytes.fromhex(start) + rest, cra))


@given(values)
def test_values_alone(value):
    octets = axdr.encode_data(value)
    assert not is_value(octets + b"\0")
    assert not is_value(octets[:-1])
    assert axdr.decode_data(octets) == value


@given(st.binary(max_size=30))
def test_what_is_called_a_value_is_one(octets):
    if is_value(octets):
        axdr.decode_data(octets)


@pytest.mark.parametrize(
    ("octets", "said"),
    [
        ("02021200330f00", True),
        ("130202061104" + "00000001", False),  # a compact array of 5-octet elements, with 4 octets
        ("13020206110a" + "00000001050000000206", True),
        ("1301000211" + "0401020304", False),  # an array within: rare, so it is read
        ("1300", False),
        ("02" * 40, False),
        ("0201" * 16 + "00", True),
        ("0201" * 17 + "00", False),  # too deep
        ("098105" + "00" * 5, False),
    ],
)
def test_what_is_said_at_once(octets, said):
    assert is_value(bytes.fromhex(octets)) is said


def test_most_messages_of_the_data_set_need_no_reading(rtds):
    every = [sample.message for sample in rtds.values()]
    assert all(map(is_right, every))
    to_be_read = [one for one in every if not reads_in_clear(one)]
    assert len(to_be_read) < 0.1 * len(every)
    assert any(sealed_parts(read_payload(one)) for one in to_be_read)
    assert any(isinstance(read_payload(one), DerPayload) for one in every)


@given(st.data())
def test_changed_messages_of_the_data_set_are_never_wrongly_let_through(rtds, data):
    kinds = sorted(name for name in rtds if name.startswith(("CS0", "GCS28", "GCS59", "CCS", "GCS21", "ECS2")))
    one = rtds[data.draw(st.sampled_from(kinds))].message
    payload = bytearray(one.payload)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, max(len(payload) - 1, 0)))  # nothing may be left of a short one
        payload[at : at + data.draw(st.integers(1, 2))] = data.draw(st.binary(max_size=2))
    assert is_right(replace(one, payload=bytes(payload)))


def test_a_sealed_part_or_another_counter_is_never_skimmed():
    sealed = axdr.octet_string(crypto.seal(b"\x0f\x01", bytes(16), Eui(bytes(8))))
    assert not reads_in_clear(message(BALANCE, dlms.response(7, (dlms.Choice.GET, 0, sealed)).encode(), Cra.RESPONSE))
    clear = message(BALANCE, dlms.response(7, (dlms.Choice.GET, 0, axdr.octet_string(bytes(9)))).encode(), Cra.RESPONSE)
    assert reads_in_clear(clear)
    assert not reads_in_clear(replace(clear, counter=8))
    component = gbz.Component(cluster=0x0705, frame_control=1, sequence=0, command=4, body=b"body", from_date_time=9)
    plain = gbz.encode((component, replace(component, from_date_time=None)))
    assert reads_in_clear(message(GAS_BALANCE, plain))
    encrypted = gbz.encode((component, replace(component, frame_counter=0)))
    assert not reads_in_clear(message(GAS_BALANCE, encrypted))
