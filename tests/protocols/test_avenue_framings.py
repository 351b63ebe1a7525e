"""The framings of the other avenues: octets by hand, any message there and back, and what must be refused."""

import re
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppmid_protocols.errors import Malformed
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface import apdu, cobs, stick
from ppmid_protocols.local_interface.apdu import Class, Command, Instruction, Response, StatusWord
from ppmid_protocols.local_interface.stick import Direction
from ppmid_protocols.local_interface.tapping import TappedPpmid, TappingPhone

PPMID = Eui.parse("00db1234567890a4")
OTHER = Eui.parse("00db1234567890b4")
RUN = bytes(range(1, 255))  # 254 octets without a zero

_messages = st.lists(st.binary(min_size=1, max_size=600), min_size=1, max_size=4, unique=True)


# COBS

VECTORS = [  # by hand, after the rules of the paper
    ("", "01"),
    ("00", "01 01"),
    ("00 00", "01 01 01"),
    ("11 22 00 33", "03 11 22 02 33"),
    ("11 22 33 44", "05 11 22 33 44"),
    ("11 00 00 00", "02 11 01 01 01"),
    (RUN.hex(), "ff" + RUN.hex()),
    ("00" + RUN.hex(), "01 ff" + RUN.hex()),
    (RUN.hex() + "ff", "ff" + RUN.hex() + "02 ff"),
    (RUN.hex() + "00", "ff" + RUN.hex() + "01 01"),
]


@pytest.mark.parametrize(("plain", "stuffed"), VECTORS)
def test_stuffed_octets_are_those_of_the_paper(plain: str, stuffed: str) -> None:
    assert cobs.stuff(bytes.fromhex(plain)) == bytes.fromhex(stuffed)
    assert cobs.unstuff(bytes.fromhex(stuffed)) == bytes.fromhex(plain)


def test_a_code_octet_after_a_last_full_run_is_taken() -> None:
    assert cobs.unstuff(b"\xff" + RUN + b"\x01") == RUN


@given(st.binary(max_size=1200))
def test_whatever_is_stuffed_comes_back_and_holds_no_zero(data: bytes) -> None:
    stuffed = cobs.stuff(data)
    assert 0 not in stuffed
    assert cobs.unstuff(stuffed) == data
    assert len(stuffed) <= len(data) + len(data) // 254 + 1


@pytest.mark.parametrize("stuffed", ["00", "03 11", "03 00 11", "ff 11", "02 11 00"])
def test_what_no_sender_stuffs_is_refused(stuffed: str) -> None:
    with pytest.raises(Malformed, match="COBS"):
        cobs.unstuff(bytes.fromhex(stuffed))


def test_a_frame_is_message_and_crc_stuffed_and_a_zero() -> None:
    # CRC-32 of "123456789" is CBF43926, the check value of the polynomial's catalogue; 13 octets, so the code is 0E
    assert cobs.frame(b"123456789").hex() == "0e313233343536373839cbf4392600"


@given(_messages, st.integers(1, 70))
def test_frames_come_back_however_the_line_cuts_them(messages: list[bytes], piece: int) -> None:
    line = b"\x00" + b"".join(map(cobs.frame, messages))
    deframer, found = cobs.CobsDeframer(), list[bytes | Malformed]()
    for start in range(0, len(line), piece):
        found += deframer.feed(line[start : start + piece])
    assert found == messages
    assert not deframer.inside


@given(_messages, st.data())
def test_a_damaged_frame_costs_itself_alone(messages: list[bytes], data: st.DataObject) -> None:
    frames = [cobs.frame(one) for one in messages]
    place = data.draw(st.integers(0, len(frames[0]) - 2))
    turned = frames[0][place] ^ data.draw(st.integers(1, 255))
    damaged = frames[0][:place] + bytes((turned,)) + frames[0][place + 1 :]
    found = cobs.CobsDeframer().feed(damaged + b"".join(frames[1:]))
    assert messages[0] not in found or messages[0] in messages[1:]
    assert [one for one in found if isinstance(one, bytes)] == messages[1:]


def test_half_a_frame_is_no_message_and_the_next_one_is() -> None:
    deframer = cobs.CobsDeframer()
    half = cobs.frame(b"123456789")[:7]
    assert deframer.feed(half) == []
    assert deframer.inside
    problem, message = deframer.feed(b"\x00" + cobs.frame(b"whole"))
    assert "expected 13 octets after the code, found 6" in str(problem)
    assert message == b"whole"


def test_a_line_that_never_ends_a_frame_fills_no_memory() -> None:
    deframer = cobs.CobsDeframer(largest=16)
    for _ in range(100):
        assert deframer.feed(b"\x05abcd" * 10) == []
        assert len(deframer._buffer) < 40
    (problem,) = deframer.feed(b"\x00")
    assert "expected at most 22 octets before a zero, found more" in str(problem)
    assert deframer.feed(cobs.frame(bytes(16))) == [bytes(16)]


def test_a_message_outside_the_limits_is_not_framed() -> None:
    for data in (b"", bytes(17)):
        with pytest.raises(Malformed, match="expected 1 to 16 octets"):
            cobs.frame(data, largest=16)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"abc", "expected 1 to 4096 octets and a CRC of 4, found 3 in all"),
        (bytes(4), "expected 1 to 4096 octets and a CRC of 4, found 4 in all"),
        (b"abc" + bytes(4), "its CRC-32 does not hold"),
    ],
)
def test_frames_without_a_message_or_its_crc_are_refused(data: bytes, problem: str) -> None:
    (found,) = cobs.CobsDeframer().feed(cobs.stuff(data) + b"\x00")
    assert problem in str(found)


# The files of a stick


def test_a_file_is_header_messages_and_crc() -> None:
    head = b"PPMIDLCI" + bytes.fromhex("01 01 0002 00000021")  # to the PPMID, two messages, 33 octets in all
    body = bytes.fromhex("00000002") + b"ab" + bytes.fromhex("00000003") + b"cde"
    data = stick.write_file(Direction.TO_PPMID, [b"ab", b"cde"])
    assert data == head + body + zlib.crc32(head + body).to_bytes(4, "big")
    assert len(data) == 33
    assert stick.read_file(Direction.TO_PPMID, data) == (b"ab", b"cde")


def test_file_names_are_of_the_ppmid_and_the_direction() -> None:
    assert stick.file_name(PPMID, Direction.TO_PPMID) == "567890A4.IN"
    assert stick.file_name(PPMID, Direction.FROM_PPMID) == "567890A4.OUT"


@given(_messages, st.sampled_from(Direction))
def test_files_come_back(messages: list[bytes], direction: Direction) -> None:
    data = stick.write_file(direction, messages)
    assert stick.read_file(direction, data) == tuple(messages)
    assert stick.length_of(direction, data[:16]) == len(data)


@given(_messages, st.data())
def test_a_file_that_was_cut_or_damaged_is_refused_as_a_whole(messages: list[bytes], data: st.DataObject) -> None:
    file = stick.write_file(Direction.TO_PPMID, messages)
    cut = file[: data.draw(st.integers(0, len(file) - 1))]
    place = data.draw(st.integers(0, len(file) - 1))
    turned = file[:place] + bytes((file[place] ^ data.draw(st.integers(1, 255)),)) + file[place + 1 :]
    for wrong in (cut, turned, file + b"\x00"):
        with pytest.raises(Malformed):
            stick.read_file(Direction.TO_PPMID, wrong)


def test_the_largest_file_holds_the_most_of_the_largest_messages() -> None:
    file = stick.write_file(Direction.FROM_PPMID, [bytes(4096)] * 64)
    assert len(file) == stick.LARGEST_FILE == 262_420
    for messages in ([], [b"1"] * 65):
        with pytest.raises(Malformed, match="expected 1 to 64 messages"):
            stick.write_file(Direction.FROM_PPMID, messages)
    with pytest.raises(Malformed, match="expected 1 to 4096, found 4097"):
        stick.write_file(Direction.FROM_PPMID, [bytes(4097)])


def _sealed_by_crc(data: bytes) -> bytes:
    return data + zlib.crc32(data).to_bytes(4, "big")


@pytest.mark.parametrize(
    ("head", "body", "problem"),
    [
        (b"PPMIDLCX" + bytes.fromhex("01 01 0001 00000019"), b"", "expected PPMIDLCI and the form 1"),
        (b"PPMIDLCI" + bytes.fromhex("02 01 0001 00000019"), b"", "expected PPMIDLCI and the form 1"),
        (b"PPMIDLCI" + bytes.fromhex("01 02 0001 00000019"), b"", "expected the direction 1, found 2"),
        (b"PPMIDLCI" + bytes.fromhex("01 01 0000 00000019"), b"", "expected 1 to 64 messages, found 0"),
        (b"PPMIDLCI" + bytes.fromhex("01 01 0041 00000019"), b"", "expected 1 to 64 messages, found 65"),
        (b"PPMIDLCI" + bytes.fromhex("01 01 0001 00000014"), b"", "octets, found 20"),
        (b"PPMIDLCI" + bytes.fromhex("01 01 0001 00040115"), b"", "expected at most 262420 octets, found 262421"),
        (b"PPMIDLCI" + bytes.fromhex("01 01 0001 00000019"), b"", "expected 25 octets as its header says, found 20"),
        (
            b"PPMIDLCI" + bytes.fromhex("01 01 0002 00000019"),
            bytes.fromhex("00000001 61"),
            "expected 2 messages as its header says, found 1",
        ),
        (b"PPMIDLCI" + bytes.fromhex("01 01 0001 00000019"), bytes.fromhex("00000002 61"), "the stream ended after 5"),
        (b"PPMIDLCI" + bytes.fromhex("01 01 0001 00000019"), bytes.fromhex("00000000 61"), "expected 1 to 4096"),
    ],
)
def test_files_that_are_wrong_say_so_in_one_line(head: bytes, body: bytes, problem: str) -> None:
    with pytest.raises(Malformed) as refused:
        stick.read_file(Direction.TO_PPMID, _sealed_by_crc(head + body))
    assert problem in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_header_that_is_short_is_refused() -> None:
    with pytest.raises(Malformed, match="expected a header of 16 octets, found 15"):
        stick.length_of(Direction.TO_PPMID, b"PPMIDLCI" + bytes(7))


# APDUs

APDUS = [  # the four short forms of ISO/IEC 7816-4 5.1, by hand
    (Command(0x80, 0x14), "80 14 0000"),
    (Command(0x80, 0x14, 0x0100, b"", 240), "80 14 0100 F0"),
    (Command(0x80, 0x14, 0, b"", 256), "80 14 0000 00"),
    (Command(0x90, 0x12, 0x00F0, b"abc"), "90 12 00F0 03 616263"),
    (Command(0x00, 0xA4, 0x0400, apdu.APPLICATION, 256), "00 A4 0400 09 F05050 4D4944 4C4349 00"),
]


@pytest.mark.parametrize(("command", "octets"), APDUS)
def test_command_apdus_are_those_of_the_standard(command: Command, octets: str) -> None:
    assert command.encode() == bytes.fromhex(octets)
    assert Command.decode(bytes.fromhex(octets)) == command


@given(
    st.builds(
        Command,
        st.integers(0, 255),
        st.integers(0, 255),
        st.integers(0, 0xFFFF),
        st.binary(max_size=255),
        st.none() | st.integers(1, 256),
    )
)
def test_command_apdus_come_back(command: Command) -> None:
    assert Command.decode(command.encode()) == command


@given(st.builds(Response, st.integers(0, 0xFFFF), st.binary(max_size=256)))
def test_response_apdus_come_back(response: Response) -> None:
    assert Response.decode(response.encode()) == response


@pytest.mark.parametrize("octets", ["", "80 12 00", "80 12 0000 00 61", "80 12 0000 02 61", "80 12 0000 01 61 00 00"])
def test_wrong_lengths_are_no_command(octets: str) -> None:
    with pytest.raises(Malformed, match="APDU"):
        Command.decode(bytes.fromhex(octets))
    assert TappedPpmid(PPMID).take(bytes.fromhex(octets)) == (Response(StatusWord.WRONG_LENGTH), None)


def test_what_a_short_apdu_cannot_say_is_refused() -> None:
    for command in (Command(0x80, 0x12, 0, bytes(256)), Command(0x80, 0x14, 0, b"", 257), Command(0x80, 0x14, 1 << 16)):
        with pytest.raises(Malformed, match="APDU"):
            command.encode()
    with pytest.raises(Malformed, match="at most 256 octets"):
        Response(0x9000, bytes(257)).encode()
    for octets in (b"\x90", bytes(259)):
        with pytest.raises(Malformed, match="expected 2 to 258 octets"):
            Response.decode(octets)


# Taps


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


def test_the_id_is_the_start_of_the_sha_256() -> None:
    assert apdu.message_id(b"abc").hex() == "ba7816bf8f01cfea"  # FIPS 180-4, example "abc"


@given(_messages, _messages)
def test_a_tap_brings_all_and_fetches_all(messages: list[bytes], answers: list[bytes]) -> None:
    ppmid, phone = TappedPpmid(PPMID), TappingPhone(PPMID, messages)
    for answer in answers:
        ppmid.keep(answer, 64)
    assert tap(ppmid, phone) == phone.brought == messages
    assert phone.fetched == answers
    assert ppmid.waiting == ()
    assert phone.refused == ""


@given(_messages, _messages, st.lists(st.integers(1, 12), max_size=6))
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


# The page

PAGE = (Path(__file__).parents[2] / "docs/ppmid-local-command-interface.md").read_text(encoding="utf-8")


def test_the_page_has_every_status_word_and_instruction_with_its_number() -> None:
    told = {name: number for number, name in re.findall(r"^\| ([0-9A-Fx]{4}) \| ([A-Z_]+) \|", PAGE, re.MULTILINE)}
    assert told == {one.name: "61xx" if one is StatusWord.MORE else f"{one:04X}" for one in StatusWord}
    octets = dict(re.findall(r"^\| ([A-Z]+) \| `([0-9A-F]{2} [0-9A-F]{2})`", PAGE, re.MULTILINE))
    kinds = dict.fromkeys(Instruction, Class.OWN) | {Instruction.SELECT: Class.ISO, Instruction.BLOCK: Class.OWN_MORE}
    assert octets == {one.name: f"{kinds[one]:02X} {one:02X}" for one in Instruction}
    assert f"`{apdu.APPLICATION.hex(' ').upper()}`" in PAGE


def test_the_page_has_the_limits_and_the_frame_of_the_check_value() -> None:
    assert f"| a stick's file | {stick.MOST_MESSAGES} messages, {stick.LARGEST_FILE:,} octets |" in PAGE
    assert f"| NFC block | {apdu.LARGEST_BLOCK} octets |" in PAGE
    assert f'"123456789"   {cobs.frame(b"123456789").hex(" ")}' in PAGE
    for direction in Direction:
        assert f"`{stick.file_name(PPMID, direction)}`" in PAGE
