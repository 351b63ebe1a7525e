"""NFC: nfcpy as the reader and over UDP; what is taken away, silent, slow or no card at all."""

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from card_ports import card_port
from line_ends import PPMID, Side, Sides, wait_for
from waiting_wall import LONG_S

from ppmid_devices import roles
from ppmid_devices.lines.ends import LineFault, NotUsable
from ppmid_devices.lines.nfc_card import NfcCardSettings, NfcPpmidEnd
from ppmid_devices.lines.nfc_reader import NfcHarnessEnd, NfcSettings
from ppmid_devices.links.link import DOWN
from ppmid_devices.ports import SECOND
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface.apdu import StatusWord
from ppmid_protocols.local_interface.tapping import TappedPpmid, TappingPhone

nfc = pytest.importorskip("nfc", reason="the extra nfc is not installed")
clf = pytest.importorskip("nfc.clf")
nfc_udp = pytest.importorskip("ppmid_devices.lines.nfc_udp")

SEALED = bytes(range(256)) * 5 + bytes(120)  # 1400 octets, in 200-octet APDUs


@pytest.fixture
def port() -> int:
    return card_port()


def reader(sides: Sides, port: int, **settings: Any) -> Side:
    made = NfcSettings(reader=f"udp:127.0.0.1:{port}", **settings)
    return sides.harness(lambda end: NfcHarnessEnd(end, made), here=roles.CARRIER, attach=False)


class Card:
    """The PPMID's end with what answers there."""

    def __init__(self, sides: Sides, port: int, **settings: Any) -> None:
        self.tapped, self.taken = TappedPpmid(PPMID), list[bytes]()
        self.answers = True
        made = NfcCardSettings(port=port, **settings)
        self.side = sides.ppmid(lambda end: NfcPpmidEnd(end, made), there=roles.CARRIER, attach=False)
        self.side.attach(self._hear)

    def _hear(self, sender: str, apdu: bytes) -> None:
        if not self.answers:
            return
        response, message = self.tapped.take(apdu)
        self.side.line.send(roles.PPMID, sender, response.encode())
        if message is not None:
            self.taken.append(message)


class Phone:
    """A phone at the reader: it says what it has to, for as long as it may."""

    def __init__(self, side: Side, messages: list[bytes], most: int = 1000) -> None:
        self.side, self.messages, self.left = side, messages, most
        self.phone = TappingPhone(PPMID, messages, block=200)
        self.heard: list[bytes] = []
        self.unsaid = b""
        side.line.watch(self._changed)
        side.attach(self._hear)

    def _changed(self, up: bool) -> None:
        if up:
            self.phone = TappingPhone(PPMID, self.messages, block=200)
            self._say(self.phone.first())

    def _hear(self, _: str, response: bytes) -> None:
        self.heard.append(response)
        command = self.phone.after(response)
        if command is not None:
            self._say(command)

    def _say(self, command: bytes) -> None:
        self.left -= 1
        self.unsaid = command
        if self.left >= 0:
            self.side.line.send(roles.CARRIER, roles.PPMID, command)

    def go_on(self) -> None:
        """Say what it had no leave to say, and all that comes after it."""
        self.left = 1000
        self.side.clock.perform(lambda: self._say(self.unsaid))


def test_a_message_is_brought_and_an_answer_fetched_by_nfcpys_own_isodep(sides: Sides, port: int) -> None:
    card, ours = Card(sides, port), reader(sides, port)
    answer = bytes(700)
    card.tapped.keep(answer, 8)
    phone = Phone(ours, [SEALED])
    ours.until(lambda: phone.phone.fetched == [answer])
    assert card.taken == [SEALED]
    assert phone.phone.brought == [SEALED]
    crossings, heard = ours.clock.perform(lambda: (list(ours.tap.crossings), list(phone.heard)))  # at one moment
    said = [frame for sender, _, frame, lost in crossings if sender == roles.CARRIER and not lost]
    came = [frame for sender, _, frame, lost in crossings if sender == roles.PPMID and not lost]
    assert came == heard
    assert len(said) - len(came) in (0, 1)  # it asks for more answers as long as it stays
    assert said[0] == TappingPhone(PPMID, []).first()


def test_one_that_is_taken_away_after_block_4_of_7_goes_on_when_it_is_back(sides: Sides, port: int) -> None:
    card, ours = Card(sides, port), reader(sides, port)
    phone = Phone(ours, [SEALED], most=6)  # SELECT, BEGIN, four blocks
    ours.until(lambda: len(phone.heard) == 6)
    assert card.taken == []
    ours.set_up(False)
    card.side.until(lambda: card.side.changes == [True, False])
    phone.left = 8  # enough for the 3 blocks that were left, not for 7
    ours.set_up(True)
    ours.until(lambda: card.taken == [SEALED])
    ours.until(lambda: phone.phone.brought == [SEALED])


def test_a_tap_at_another_homes_ppmid_is_refused_and_leaves_nothing_there(sides: Sides, port: int) -> None:
    card, ours = Card(sides, port), reader(sides, port)
    card.tapped = TappedPpmid(Eui.parse("00-DB-12-34-56-78-90-FE"))
    phone = Phone(ours, [SEALED])
    ours.until(lambda: bool(phone.phone.refused))
    assert phone.phone.refused == "another PPMID, or another form of this interface, answered"
    assert (card.taken, len(phone.heard)) == ([], 1)


def test_a_card_that_leaves_the_field_is_noticed(sides: Sides, port: int) -> None:
    card, ours = Card(sides, port), reader(sides, port)
    phone = Phone(ours, [], most=1)
    ours.until(lambda: len(phone.heard) == 1)
    card.side.set_up(False)
    ours.until(lambda: ours.changes == [True, False])
    assert ours.noted("ppmid is gone: ")
    card.side.set_up(True)
    ours.until(lambda: ours.changes[-1])


def test_a_card_may_come_back_later_than_an_apdu_may_take(sides: Sides, port: int) -> None:
    card, ours = Card(sides, port), reader(sides, port, answer_s=1)
    phone = Phone(ours, [], most=1)
    ours.until(lambda: bool(phone.heard))
    card.side.set_up(False)
    ours.until(lambda: not ours.changes[-1])
    ours.clock.advance(2 * SECOND)
    card.side.set_up(True)
    ours.until(lambda: ours.changes[-1])


def test_one_that_falls_silent_in_an_apdu_is_gone_in_time_and_an_error_if_it_stays_so(sides: Sides, port: int) -> None:
    card, ours = Card(sides, port), reader(sides, port, answer_s=1, patience_s=3)
    card.answers = False
    phone = Phone(ours, [SEALED])
    ours.until(lambda: ours.noted("it was taken away, or fell silent, in an APDU"))
    card.side.set_up(False)
    with pytest.raises(LineFault, match=r"no ppmid within 3 s. Look whether the PPMID lies on the reader"):
        ours.until(lambda: False)
    assert phone.heard == []


def test_a_slow_ppmid_asks_for_more_time_and_is_heard(sides: Sides, port: int) -> None:
    card, ours = Card(sides, port), reader(sides, port)
    quick = card._hear

    def slow(sender: str, apdu: bytes) -> None:
        card.side.clock.call_later(800_000_000, lambda: quick(sender, apdu))

    card.side.clock.perform(lambda: card.side.line.attach(roles.PPMID, slow))
    phone = Phone(ours, [], most=1)
    ours.until(lambda: len(phone.heard) == 1)
    assert phone.heard[0].endswith(StatusWord.OK.to_bytes(2, "big"))


def test_nobody_at_the_reader_is_an_error_in_time(sides: Sides, port: int) -> None:
    ours = reader(sides, port, patience_s=1)
    ours.send(b"to nobody")
    assert ours.tap.crossings == [(roles.CARRIER, roles.PPMID, b"to nobody", DOWN)]
    ours.attach(lambda *_: None)
    with pytest.raises(LineFault, match=r"no ppmid within 1 s. Look whether the PPMID lies on the reader udp:127"):
        ours.until(lambda: False)


@pytest.mark.parametrize("name", ["usb:ffff:ffff", "udp:127.0.0.1:port"])
def test_no_reader_is_an_error_at_once(sides: Sides, name: str) -> None:
    made = NfcSettings(reader=name)
    ours = sides.harness(lambda end: NfcHarnessEnd(end, made), here=roles.CARRIER)
    with pytest.raises(LineFault, match=rf"no reader {name}: .*Look at its plug"):
        ours.until(lambda: False)


def test_a_reader_that_is_pulled_out_is_an_error_at_once(
    sides: Sides, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    Card(sides, port)
    ours = reader(sides, port)
    phone = Phone(ours, [], most=1)
    ours.until(lambda: len(phone.heard) == 1)

    def gone(*_: object) -> None:
        raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))

    monkeypatch.setattr("nfc.clf.udp.Device.send_cmd_recv_rsp", gone)
    with pytest.raises(LineFault, match=r"no reader udp\S+: .*No such device"):
        ours.until(lambda: False)


@pytest.fixture
def strange(port: int) -> Iterator[socket.socket]:
    with socket.socket(type=socket.SOCK_DGRAM) as own:
        own.bind(("127.0.0.1", port))
        own.settimeout(LONG_S)
        yield own


@pytest.mark.parametrize("says", [b"106A zz", b"106A", b"106A 00", b"\xff \xff"])
def test_garbage_from_what_lies_on_the_reader_breaks_nothing(
    sides: Sides, port: int, strange: socket.socket, says: bytes
) -> None:
    ours = reader(sides, port, patience_s=3)
    ours.attach(lambda *_: None)
    for _ in range(2):
        _, asker = strange.recvfrom(64)
        strange.sendto(says, asker)
    with pytest.raises(LineFault, match="no ppmid within 3 s"):
        ours.until(lambda: False)
    assert ours.changes == []


def test_a_tag_of_another_type_is_named(sides: Sides, port: int, strange: socket.socket) -> None:
    ours = reader(sides, port)
    ours.attach(lambda *_: None)
    answers = {"26": "4400", "9320": "0801020308", "9370": "00"}
    strange.settimeout(0.1)

    def answered() -> bool:
        with suppress(TimeoutError):
            asked, asker = strange.recvfrom(64)
            command = asked.decode().partition(" ")[2]
            for said in (said for begins, said in answers.items() if command.startswith(begins)):
                strange.sendto(f"106A {said}".encode(), asker)
        return ours.noted("speaks no ISO-DEP")

    wait_for(answered)  # a reader that was answered too late begins again


@pytest.mark.usefixtures("strange")
def test_a_card_whose_port_is_taken_is_an_error_at_once_that_says_what_to_look_at(sides: Sides, port: int) -> None:
    card = Card(sides, port)
    with pytest.raises(LineFault) as caught:
        card.side.until(lambda: False)
    said = f"avenue: no card on UDP port {port}: [Errno {errno.EADDRINUSE}] {os.strerror(errno.EADDRINUSE)}. "
    assert str(caught.value) == said + "Look which other program, or PPMID of another run, has that port"


def test_a_second_reader_of_a_card_is_refused_at_once_and_the_first_goes_on(sides: Sides, port: int) -> None:
    card, ours = Card(sides, port), reader(sides, port)
    phone = Phone(ours, [SEALED], most=6)
    ours.until(lambda: len(phone.heard) == 6)
    second = reader(sides, port)
    second.attach(lambda *_: None)
    with pytest.raises(LineFault, match=rf"no reader udp:\S+{port}: another reader speaks with UDP port {port}\. Look"):
        second.until(lambda: False)
    phone.go_on()
    ours.until(lambda: card.taken == [SEALED])
    assert ours.changes == [True]


def test_a_card_hears_nobody_but_the_reader_that_it_lies_on(sides: Sides, port: int, monkeypatch: Any) -> None:
    monkeypatch.setattr(nfc_udp, "Lock", Unlocked)  # of another machine, say
    card, ours = Card(sides, port), reader(sides, port)
    answer = bytes(700)
    card.tapped.keep(answer, 8)
    with socket.socket(type=socket.SOCK_DGRAM) as other:
        phone = Phone(ours, [SEALED], most=3)
        ours.until(lambda: len(phone.heard) == 3)
        for said in (b"106A 26", b"RFOFF", b"\xff", b"106A c2"):
            other.sendto(said, ("127.0.0.1", port))
        phone.go_on()
        ours.until(lambda: card.taken == [SEALED])
        ours.until(lambda: phone.phone.fetched == [answer])
        other.settimeout(0.1)
        with pytest.raises(TimeoutError):
            other.recvfrom(64)
    assert ours.changes == [True]
    assert not card.side.line.findings


class Unlocked:
    """A reader whose lock others do not see."""

    def __init__(self, _: object) -> None:
        pass

    def close(self) -> None:
        """There is nothing to give back."""


def test_a_card_with_any_port_that_is_free_says_which_and_is_found_whichever_comes_first(
    sides: Sides, tmp_path: Path
) -> None:
    place = tmp_path / "card"
    made = NfcSettings(reader=f"udp:{place}")
    ours = sides.harness(lambda end: NfcHarnessEnd(end, made), here=roles.CARRIER, attach=False)
    phone = Phone(ours, [SEALED])
    ours.clock.advance(200_000_000)
    cards = [Card(sides, 0, place=str(one)) for one in (place, tmp_path / "other")]
    ours.until(lambda: phone.phone.brought == [SEALED])
    assert [card.taken for card in cards] == [[SEALED], []]
    assert int(place.read_text()) != int((tmp_path / "other").read_text())
    for card in cards:
        card.side.clock.perform(card.side.line.close)
    assert not place.exists()


def test_a_reader_is_named_as_nfcpy_does() -> None:
    for name in ("usb", "usb:054c:06c3", "tty:USB0:pn532", "udp:127.0.0.1:54321"):
        NfcSettings(reader=name).require()
    with pytest.raises(NotUsable, match="reader: expected usb"):
        NfcSettings(reader="COM3").require()
