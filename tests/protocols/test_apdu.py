"""Short APDUs: those of the standard by hand, any there and back, and what is none."""

import re

import pytest
from avenue_messages import PAGE, PPMID
from hypothesis import given
from hypothesis import strategies as st

from ppmid_protocols.errors import Malformed
from ppmid_protocols.local_interface import apdu
from ppmid_protocols.local_interface.apdu import Class, Command, Instruction, Response, StatusWord
from ppmid_protocols.local_interface.tapping import TappedPpmid

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


def test_the_id_is_the_start_of_the_sha_256() -> None:
    assert apdu.message_id(b"abc").hex() == "ba7816bf8f01cfea"  # FIPS 180-4, example "abc"


def test_the_page_has_every_status_word_and_instruction_with_its_number() -> None:
    told = {name: number for number, name in re.findall(r"^\| ([0-9A-Fx]{4}) \| ([A-Z_]+) \|", PAGE, re.MULTILINE)}
    assert told == {one.name: "61xx" if one is StatusWord.MORE else f"{one:04X}" for one in StatusWord}
    octets = dict(re.findall(r"^\| ([A-Z]+) \| `([0-9A-F]{2} [0-9A-F]{2})`", PAGE, re.MULTILINE))
    kinds = dict.fromkeys(Instruction, Class.OWN) | {Instruction.SELECT: Class.ISO, Instruction.BLOCK: Class.OWN_MORE}
    assert octets == {one.name: f"{kinds[one]:02X} {one:02X}" for one in Instruction}
    assert f"`{apdu.APPLICATION.hex(' ').upper()}`" in PAGE
    assert f"| NFC block | {apdu.LARGEST_BLOCK} octets |" in PAGE
