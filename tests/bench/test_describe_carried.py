"""What an observer reads on an avenue with a framing: pieces without their octets, and messages once they are whole."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ppmid_bench.describe import AvenueReader, Description
from ppmid_bench.describe_carried import PieceReader, readers
from ppmid_bench.evidence import Redactor
from ppmid_devices.links import stick_access
from ppmid_devices.links.contract import Port
from ppmid_protocols.errors import Malformed
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface import Message, State, Status, SubmitUtrn, cobs, seal, stick
from ppmid_protocols.local_interface.stick import Direction
from ppmid_protocols.local_interface.tapping import TappedPpmid, TappingPhone
from ppmid_protocols.secret import Secret

PPMID, METER = Eui.parse("00db1234567890a4"), Eui.parse("00db1234567890a0")
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
UTRN = SubmitUtrn(b"\1", METER, Secret(b"73950067887105178605"))


def sealed(message: Message, replay: int = 1, home: str = "home-1") -> bytes:
    return seal(message, key=KEY, sender=b"user", home=home, ppmid=PPMID, replay=replay)


def both(port: Port) -> tuple[PieceReader, PieceReader]:
    keys = {b"user": KEY.public_key()}
    return readers(port, PPMID, AvenueReader(Redactor(b"key"), keys, "home-1", PPMID))


def inside(read: list[Description]) -> list[str]:
    return [message.what for one in read for _, message in one.inside]


@pytest.mark.parametrize("port", ["usb-stick", "usb-serial"])
def test_pieces_hide_their_octets_and_the_last_one_holds_the_messages(port: Port) -> None:
    messages = [sealed(UTRN), sealed(UTRN, 2, "home-2"), b"rubbish"]
    if port == "usb-stick":
        name = stick.file_name(PPMID, Direction.TO_PPMID)
        pieces = stick_access.blocks(name, stick.write_file(Direction.TO_PPMID, messages))
    else:
        line = b"".join(map(cobs.frame, messages))
        pieces = [line[start : start + 64] for start in range(0, len(line), 64)]
    to_ppmid, _ = both(port)
    read = [to_ppmid.read(one) for one in pieces]
    assert {one.what for one in read} == {"block" if port == "usb-stick" else "chunk"}
    assert all(one.secret for one in read)
    assert inside(read) == ["submit-utrn", "for-another-home", "unreadable"]
    assert [octets for one in read for octets, _ in one.inside] == messages
    assert not read[-1].fields["half"]
    assert read[-2].fields["half"]


def test_a_damaged_file_and_a_damaged_frame_say_what_is_wrong_with_them() -> None:
    stick_reader, _ = both("usb-stick")
    name = stick.file_name(PPMID, Direction.TO_PPMID)
    file = stick.write_file(Direction.TO_PPMID, [sealed(UTRN)])
    *_, last = [stick_reader.read(one) for one in stick_access.blocks(name, file[:-1] + b"\0")]
    assert last.fields["refused"] == ["file: its CRC-32 does not hold"]
    assert last.inside == ()
    serial_reader, _ = both("usb-serial")
    assert serial_reader.read(b"\x03abc\0").fields["refused"]
    with pytest.raises(Malformed, match="stick"):
        stick_reader.read(b"rubbish")


def test_what_a_ppmid_asks_of_a_stick_is_named() -> None:
    _, from_ppmid = both("usb-stick")
    assert from_ppmid.read(stick_access.Ask("567890A4.IN").encode()) == Description(
        "asks-for-file", {"name": "567890A4.IN"}
    )


def test_a_tap_is_read_both_ways_also_one_that_broke_off_and_went_on() -> None:
    to_ppmid, from_ppmid = both("nfc")
    card, message, answer = TappedPpmid(PPMID), sealed(UTRN), sealed(Status(b"\1", State.FORWARDED, None, ""))
    card.keep(answer, 64)
    there, back = list[Description](), list[Description]()
    for most in (4, 1000):
        phone = TappingPhone(PPMID, [message], block=64)
        command: bytes | None = phone.first()
        while command is not None and most:
            there.append(to_ppmid.read(command))
            response = card.take(command)[0].encode()
            back.append(from_ppmid.read(response))
            command, most = phone.after(response), most - 1
        card.leave()
    assert inside(there) == ["submit-utrn"]
    assert inside(back) == ["status"]
    assert [one.fields["instruction"] for one in there[:4]] == ["select", "begin", "block", "block"]
    assert [one.fields["offset"] for one in there if one.fields["instruction"] == "block"] == [0, 64, 128]
    assert back[-1].fields == {"answers": "fetch", "status": "6A83", "octets": 0}
    assert all(one.secret for one in (*there, *back))


def test_an_instruction_that_nobody_knows_stands_as_its_number() -> None:
    to_ppmid, _ = both("nfc")
    assert to_ppmid.read(bytes.fromhex("80200000")).fields["instruction"] == "20"
