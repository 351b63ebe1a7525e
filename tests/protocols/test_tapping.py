"""Taps of a phone at a PPMID: what is brought and fetched, what breaks off, and what is answered by a status word."""

import pytest
from avenue_messages import MESSAGES, OTHER, PPMID
from hypothesis import given
from hypothesis import strategies as st

from ppmid_protocols.errors import Malformed
from ppmid_protocols.local_interface import apdu
from ppmid_protocols.local_interface.apdu import Class, Command, Instruction, Response, StatusWord
from ppmid_protocols.local_interface.tapping import TappedPpmid, TappingPhone


def tap(ppmid: TappedPpmid, phone: TappingPhone, most: int | None = None) -> list[bytes]:
    """Let a phone tap, for ``most`` APDUs at most; gives what the PPMID took."""
    taken = list[bytes]()
    command: bytes | None = phone.first()
    while command is not None and most != 0:
        response, message = ppmid.take(command)
        taken += [message] if message is not None else []
        most = None if most is None else most - 1
        command = phone.after(response.encode())
    ppmid.leave()
    return taken


COMMAND = bytes(range(200)) * 7  # 1,400 octets: five blocks of 240 and one of 200


def test_a_message_crosses_in_blocks_under_its_id() -> None:
    ppmid = TappedPpmid(PPMID)
    ppmid.take(Command(Class.ISO, Instruction.SELECT, 0x0400, apdu.APPLICATION, 256).encode())
    begin = bytes.fromhex("80 10 0000 12") + apdu.message_id(b"abc") + bytes.fromhex("0003") + bytes(PPMID) + b"\x02"
    assert ppmid.take(begin)[0].encode().hex() == "00009000"  # wanted from offset 0
    assert ppmid.take(bytes.fromhex("90 12 0000 02 6162"))[0].encode().hex() == "9000"
    assert ppmid.take(begin)[0].encode().hex() == "00029000"  # it has two octets by now
    assert ppmid.take(bytes.fromhex("80 12 0002 01 63")) == (Response(StatusWord.OK), b"abc")
    assert ppmid.take(begin)[0].encode().hex() == "00039000"  # it has been taken whole


@given(MESSAGES, MESSAGES)
def test_a_tap_brings_all_and_fetches_all(messages: list[bytes], answers: list[bytes]) -> None:
    ppmid, phone = TappedPpmid(PPMID), TappingPhone(PPMID, messages)
    for answer in answers:
        ppmid.keep(answer, 64)
    assert tap(ppmid, phone) == phone.brought == messages
    assert phone.fetched == answers
    assert ppmid.waiting == ()
    assert phone.refused == ""


@given(MESSAGES, MESSAGES, st.lists(st.integers(1, 12), max_size=6))
def test_however_taps_break_off_each_message_is_taken_once(
    messages: list[bytes], answers: list[bytes], breaks: list[int]
) -> None:
    ppmid, left, taken, fetched = TappedPpmid(PPMID), list(messages), list[bytes](), list[bytes]()
    for answer in answers:
        ppmid.keep(answer, 64)
    for most in (*breaks, None):
        phone = TappingPhone(PPMID, left)
        taken += tap(ppmid, phone, most)
        left = [one for one in left if one not in phone.brought]
        fetched += phone.fetched
    assert taken == messages
    assert list(dict.fromkeys(fetched)) == answers


def test_a_tag_that_was_removed_after_block_4_goes_on_there() -> None:
    ppmid = TappedPpmid(PPMID)
    assert tap(ppmid, TappingPhone(PPMID, [COMMAND]), 2 + 4) == []
    again = TappingPhone(PPMID, [COMMAND])
    assert ppmid.take(again.first())[0].status == StatusWord.OK
    begin = again.after(Response(StatusWord.OK, b"\x01" + bytes(PPMID)).encode())
    assert begin is not None
    assert ppmid.take(begin)[0] == Response(StatusWord.OK, (960).to_bytes(2, "big"))
    assert tap(ppmid, TappingPhone(PPMID, [COMMAND])) == [COMMAND]


def test_another_homes_phone_is_refused_and_displaces_nothing() -> None:
    ppmid = TappedPpmid(PPMID)
    tap(ppmid, TappingPhone(PPMID, [COMMAND]), 6)
    other = TappingPhone(OTHER, [b"for another home"])
    assert tap(ppmid, other) == []
    assert other.refused == "another PPMID, or another form of this interface, answered"
    ppmid.take(Command(Class.ISO, Instruction.SELECT, 0x0400, apdu.APPLICATION, 256).encode())
    foreign = apdu.message_id(b"x") + (1).to_bytes(2, "big") + bytes(OTHER)
    assert ppmid.take(Command(Class.OWN, Instruction.BEGIN, 0, foreign, 2).encode())[0].status == StatusWord.NOT_HERE
    begin = apdu.message_id(COMMAND) + len(COMMAND).to_bytes(2, "big") + bytes(PPMID)
    response, _ = ppmid.take(Command(Class.OWN, Instruction.BEGIN, 0, begin, 2).encode())
    assert response.data == (960).to_bytes(2, "big")


def test_another_message_for_it_displaces_what_had_begun_and_that_starts_again() -> None:
    ppmid = TappedPpmid(PPMID)
    tap(ppmid, TappingPhone(PPMID, [COMMAND]), 6)
    assert tap(ppmid, TappingPhone(PPMID, [b"other"])) == [b"other"]
    assert tap(ppmid, TappingPhone(PPMID, [COMMAND])) == [COMMAND]


OWN, MORE = Class.OWN, Class.OWN_MORE
_NAME = apdu.message_id(b"abc")


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (Command(0x00, Instruction.BEGIN), StatusWord.UNKNOWN_CLASS),
        (Command(OWN, 0x20), StatusWord.UNKNOWN_INSTRUCTION),
        (Command(OWN, Instruction.BEGIN, 0, b"short"), StatusWord.WRONG_LENGTH),
        (Command(OWN, Instruction.BEGIN, 0, _NAME + bytes(2) + bytes(PPMID)), StatusWord.WRONG_DATA),
        (Command(OWN, Instruction.BEGIN, 0, _NAME + b"\x10\x01" + bytes(PPMID)), StatusWord.WRONG_DATA),
        (Command(MORE, Instruction.BLOCK, 1, b"a"), StatusWord.WRONG_OFFSET),
        (Command(MORE, Instruction.BLOCK, 0, b"abc"), StatusWord.WRONG_LENGTH),  # more is said to follow
        (Command(OWN, Instruction.BLOCK, 0, b"ab"), StatusWord.WRONG_LENGTH),  # none is, and one octet wants
        (Command(OWN, Instruction.BLOCK, 0, b"abcd"), StatusWord.WRONG_LENGTH),
        (Command(OWN, Instruction.BLOCK, 0), StatusWord.WRONG_LENGTH),
        (Command(OWN, Instruction.BLOCK, 0, b"abd"), StatusWord.WRONG_DATA),
        (Command(OWN, Instruction.FETCH, 0, b"", 240), StatusWord.NOTHING_WAITS),
        (Command(OWN, Instruction.DONE, 0, _NAME), StatusWord.OTHER_MESSAGE),
        (Command(OWN, Instruction.DONE, 0, b"short"), StatusWord.WRONG_LENGTH),
        (Command(0x00, Instruction.SELECT, 0x0400, b"other"), StatusWord.NOT_HERE),
    ],
)
def test_wrong_commands_have_a_status_word_and_bring_nothing(command: Command, status: StatusWord) -> None:
    ppmid = TappedPpmid(PPMID)
    ppmid.take(Command(Class.ISO, Instruction.SELECT, 0x0400, apdu.APPLICATION, 256).encode())
    begin = _NAME + (3).to_bytes(2, "big") + bytes(PPMID)
    assert ppmid.take(Command(OWN, Instruction.BEGIN, 0, begin, 2).encode())[0].status == StatusWord.OK
    assert ppmid.take(command.encode()) == (Response(status), None)


def test_nothing_is_done_before_the_application_is_selected_or_a_message_begun() -> None:
    ppmid = TappedPpmid(PPMID)
    for command in (Command(OWN, Instruction.FETCH, 0, b"", 240), Command(OWN, Instruction.BLOCK, 0, b"a")):
        assert ppmid.take(command.encode())[0].status == StatusWord.NOT_BEGUN
    ppmid.take(Command(Class.ISO, Instruction.SELECT, 0x0400, apdu.APPLICATION, 256).encode())
    assert ppmid.take(Command(OWN, Instruction.BLOCK, 0, b"a").encode())[0].status == StatusWord.NOT_BEGUN


def test_an_answer_is_fetched_in_blocks_and_kept_until_the_phone_has_it() -> None:
    ppmid = TappedPpmid(PPMID)
    ppmid.take(Command(Class.ISO, Instruction.SELECT, 0x0400, apdu.APPLICATION, 256).encode())
    ppmid.keep(bytes(750), 64)
    statuses = []
    for offset in (0, 240, 480, 720):
        response, _ = ppmid.take(Command(OWN, Instruction.FETCH, offset, b"", 240).encode())
        statuses.append((len(response.data), response.status))
    assert statuses == [(240, 0x6100), (240, 0x6100), (240, 0x611E), (30, 0x9000)]  # 510, 270, 30 and 0 are left
    assert ppmid.take(Command(OWN, Instruction.FETCH, 750, b"", 240).encode())[0].status == StatusWord.WRONG_OFFSET
    assert ppmid.take(Command(OWN, Instruction.FETCH, 0).encode())[0].status == StatusWord.WRONG_LENGTH
    assert ppmid.waiting == (bytes(750),)
    assert ppmid.take(Command(OWN, Instruction.DONE, 0, apdu.message_id(bytes(750))).encode())[0].status == 0x9000
    assert ppmid.waiting == ()


def test_of_more_answers_than_are_kept_the_oldest_goes() -> None:
    ppmid = TappedPpmid(PPMID)
    for number in range(5):
        ppmid.keep(bytes((number,)), 3)
    assert ppmid.waiting == (b"\x02", b"\x03", b"\x04")


def test_a_phone_says_what_a_ppmid_refused() -> None:
    phone = TappingPhone(PPMID, [b"abc"])
    phone.first()
    phone.after(Response(StatusWord.OK, b"\x01" + bytes(PPMID)).encode())
    assert phone.after(Response(StatusWord.NOT_HERE).encode()) is None
    assert phone.refused == "the PPMID answered BEGIN with 6A82"
    assert phone.brought == []


def test_a_phone_ends_at_answers_without_end() -> None:
    phone = TappingPhone(PPMID, [])
    phone.first()
    command = phone.after(Response(StatusWord.OK, b"\x01" + bytes(PPMID)).encode())
    rounds = 0
    while command is not None:
        command = phone.after(Response(StatusWord.MORE, bytes(240)).encode())
        rounds += 1
    assert rounds == 18  # 17 blocks of 240 octets are 4080, below the limit
    assert "more than 4096 octets" in phone.refused
    with pytest.raises(Malformed, match="expected 2 to 258 octets"):
        phone.after(b"")
