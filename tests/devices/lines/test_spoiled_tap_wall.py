"""NFC that a scenario spoils: slow, narrow, lossy, without a field; and what cannot be done to a tap."""

from typing import Any

import pytest
from card_ports import card_port
from line_ends import PPMID, Side, Sides

from ppmid_devices import roles
from ppmid_devices.lines.ends import NotUsable
from ppmid_devices.lines.nfc_card import NfcCardSettings, NfcPpmidEnd
from ppmid_devices.lines.nfc_reader import NfcHarnessEnd, NfcSettings
from ppmid_devices.links.contract import Impairments
from ppmid_devices.ports import MILLISECOND, SECOND, CannotArrange
from ppmid_protocols.local_interface.tapping import TappedPpmid, TappingPhone

pytest.importorskip("nfc", reason="the extra nfc is not installed")

MESSAGE = bytes(range(256)) * 2


class Tap:
    """A reader that can be spoiled, and a card; at each stay the phone begins with SELECT."""

    def __init__(self, sides: Sides, **impairments: Any) -> None:
        port = card_port()
        self.tapped, self.taken = TappedPpmid(PPMID), list[bytes]()
        card = NfcCardSettings(port=port)
        self.card = sides.ppmid(lambda end: NfcPpmidEnd(end, card), there=roles.CARRIER, attach=False)
        self.card.attach(self._answer)
        made = NfcSettings(reader=f"udp:127.0.0.1:{port}", proxy=Impairments(**impairments))
        self.reader: Side = sides.harness(lambda end: NfcHarnessEnd(end, made), here=roles.CARRIER, attach=False)
        self.phone = TappingPhone(PPMID, [])
        self.messages: list[bytes] = []
        self.reader.line.watch(lambda up: self._say(self._begin()) if up else None)

    def begin(self, *messages: bytes) -> None:
        self.messages = list(messages)
        self.reader.attach(lambda _, response: self._say(self.phone.after(response)))

    def spoil(self, **impairments: Any) -> None:
        self.reader.clock.perform(lambda: self.reader.line.impair(Impairments(**impairments)))

    def darken(self, dark: bool) -> None:
        self.reader.clock.perform(lambda: self.reader.line.set_dark(dark))

    def _begin(self) -> bytes:
        self.phone = TappingPhone(PPMID, self.messages, block=100)
        return self.phone.first()

    def _say(self, command: bytes | None) -> None:
        if command is not None:
            self.reader.line.send(roles.CARRIER, roles.PPMID, command)

    def _answer(self, sender: str, apdu: bytes) -> None:
        response, message = self.tapped.take(apdu)
        self.card.line.send(roles.PPMID, sender, response.encode())
        if message is not None:
            self.taken.append(message)


def test_a_slow_one_brings_its_message_and_takes_its_time(sides: Sides) -> None:
    tap = Tap(sides, delay_ms=100)
    start = tap.reader.clock.now()
    tap.begin(MESSAGE)
    tap.reader.until(lambda: tap.taken == [MESSAGE])
    assert tap.reader.clock.now() - start >= (2 + 6 + 5) * 100 * MILLISECOND, "SELECT, BEGIN, six blocks; answers"


def test_a_narrow_one_takes_its_time_by_the_octet(sides: Sides) -> None:
    tap = Tap(sides)
    tap.spoil(octets_per_s=len(MESSAGE))
    start = tap.reader.clock.now()
    tap.begin(MESSAGE)
    tap.reader.until(lambda: tap.taken == [MESSAGE])
    assert tap.reader.clock.now() - start >= SECOND


def test_one_without_a_field_was_taken_away_and_goes_on_when_it_is_back(sides: Sides) -> None:
    tap = Tap(sides)
    tap.begin()
    tap.reader.until(lambda: tap.reader.changes == [True])
    tap.darken(True)
    tap.reader.until(lambda: tap.reader.changes == [True, False])
    assert tap.reader.noted("ppmid is gone: ")
    tap.messages = [MESSAGE]
    tap.darken(False)
    tap.reader.until(lambda: tap.taken == [MESSAGE])


def test_what_is_lost_ends_the_tap_and_the_next_one_says_it_again(sides: Sides) -> None:
    tap = Tap(sides, dropped=1.0)
    tap.begin(MESSAGE)
    tap.reader.until(lambda: False in tap.reader.changes)
    assert tap.reader.noted("what was said to it is lost")
    assert tap.taken == []
    tap.spoil()
    tap.reader.until(lambda: tap.taken == [MESSAGE])


def test_a_tap_has_no_connection_and_without_a_proxy_nothing_spoils_it(sides: Sides) -> None:
    tap = Tap(sides)
    with pytest.raises(CannotArrange, match="a tap has no connection"):
        tap.reader.clock.perform(tap.reader.line.reset)
    made = NfcSettings(reader="udp:127.0.0.1:54321")
    plain = sides.harness(lambda end: NfcHarnessEnd(end, made), here=roles.CARRIER, attach=False)
    with pytest.raises(CannotArrange, match="nothing can spoil the avenue of this bench"):
        plain.clock.perform(lambda: plain.line.set_dark(True))
    with pytest.raises(NotUsable, match="proxy: expected no reset_after"):
        NfcSettings(proxy=Impairments(reset_after=5)).require()
    NfcSettings(proxy=Impairments(delay_ms=5)).require()
