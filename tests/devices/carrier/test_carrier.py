"""The carrier, and the PPMID's end of each avenue: what is brought, broken off, copied, mixed up, and handed in."""

from itertools import product
from random import Random
from typing import Any

import pytest
from home_parts import ESME, FOREIGN, PPMID, command
from ppmid_home import HOME, PPMID_KEY, SENDER, SENDER_KEY, Home

from ppmid_devices import roles
from ppmid_devices.carrier.faulty import AltersMessages, LosesAnswers, MixesUpHomes
from ppmid_devices.carrier.hands import HANDS, SerialHand, StickHand
from ppmid_devices.carrier.journey import JOURNEY, Change, Deed, Place
from ppmid_devices.carrier.settings import CarrierSettings
from ppmid_devices.carrier.simulated import SimulatedCarrier
from ppmid_devices.links import stick_access
from ppmid_devices.links.contract import Port
from ppmid_devices.links.handover import Handover
from ppmid_devices.links.link import Conditions
from ppmid_devices.links.stick_access import Ask, Assembly, Block
from ppmid_devices.ports import HOUR, MILLISECOND, MINUTE, SECOND, CannotArrange
from ppmid_devices.ppmid.faulty_carried import ActsOnCopies, ActsOnHalfAFile
from ppmid_devices.ppmid.simulated import SimulatedPpmid
from ppmid_protocols.errors import Malformed
from ppmid_protocols.local_interface import CommandResponse, SubmitCommand, open_sealed, seal, stick
from ppmid_protocols.local_interface.stick import Direction

PORTS: tuple[Port, ...] = ("usb-stick", "usb-serial", "nfc")
BY_PORT = pytest.mark.parametrize("port", PORTS)
COMMAND = command(ESME)


class Journeys(Home):
    """A home whose PPMID is reached by hand, a carrier, and what the delivery service hears at the other end."""

    def __init__(
        self,
        port: Port,
        carrier: type[SimulatedCarrier] = SimulatedCarrier,
        kind: type[SimulatedPpmid] = SimulatedPpmid,
        **settings: Any,
    ) -> None:
        super().__init__(kind, port=port)
        self.avenue.set_up(False)
        self.handover = Handover("avenue", self.clock, self.tap, Random("handover"), Conditions())
        self.handed_in: list[bytes] = []
        self.handover.attach(roles.DELIVERY_SERVICE, lambda _, sealed: self.handed_in.append(sealed))
        self.carrier = carrier(
            clock=self.clock,
            port=port,
            ppmid=PPMID,
            handover=self.handover,
            avenue=self.avenue,
            settings=CarrierSettings(**settings),
        )
        self.carrier.start()
        self.run()

    def give(self, request_id: bytes = b"r", **binding: Any) -> bytes:
        """The delivery service gives the carrier a Command."""
        self.replay += 1
        bound = {"sender": SENDER.encode(), "home": HOME, "ppmid": PPMID, "replay": self.replay, **binding}
        sealed = seal(SubmitCommand(request_id, ESME, COMMAND.encode()), key=SENDER_KEY, **bound)
        self.handover.send(roles.DELIVERY_SERVICE, roles.PPMID, sealed)
        self.run()
        return sealed

    def set_out(self) -> None:
        self.handover.set_up(False)
        self.run(HOUR)

    def bring(self, stay: int = MINUTE) -> None:
        self.avenue.set_up(True)
        self.run(stay)
        self.avenue.set_up(False)
        self.run()

    def come_back(self) -> list[Any]:
        """Hand in; gives what the delivery service has heard by now, opened."""
        self.handover.set_up(True)
        self.run()
        keys = {b"ppmid": PPMID_KEY.public_key()}
        return [open_sealed(one, keys=keys, home=HOME, ppmid=PPMID).message for one in self.handed_in]


@BY_PORT
def test_a_command_is_brought_hours_later_and_its_response_is_handed_in(port: Port) -> None:
    home = Journeys(port)
    home.give()
    home.set_out()
    assert home.esme.commands == []
    home.bring()
    assert home.esme.commands == [COMMAND.encode()]
    assert home.handed_in == []
    heard = home.come_back()
    assert [one.request_id for one in heard if isinstance(one, CommandResponse)] == [b"r"]


@BY_PORT
def test_what_is_brought_twice_is_done_once(port: Port) -> None:
    home = Journeys(port)
    home.give()
    home.set_out()
    home.bring()
    home.carrier.bring_copy()
    home.bring()
    home.bring()
    assert home.esme.commands == [COMMAND.encode()]
    heard = home.come_back()
    assert len([one for one in heard if isinstance(one, CommandResponse)]) == 1
    assert home.ppmid.dropped.get("replay", 0) == (0 if port == "nfc" else 2)  # a phone asks first


@BY_PORT
@pytest.mark.parametrize("stay_ms", [1, 22, 27, 33, 41, 60, 90])
def test_however_short_the_stay_nothing_is_done_by_half_and_the_next_one_does_it(port: Port, stay_ms: int) -> None:
    home = Journeys(port)
    home.give()
    home.set_out()
    home.bring(stay_ms * MILLISECOND)
    assert home.esme.commands in ([], [COMMAND.encode()])
    assert home.ppmid.dropped == {}
    home.bring()
    assert home.esme.commands == [COMMAND.encode()]


@BY_PORT
def test_what_is_for_another_ppmid_stays_with_the_carrier(port: Port) -> None:
    home = Journeys(port)
    home.give(ppmid=FOREIGN)
    home.set_out()
    home.bring()
    assert home.esme.commands == []
    assert home.ppmid.dropped == {}


@BY_PORT
def test_homes_that_are_mixed_up_are_kept_apart_by_the_seal(port: Port) -> None:
    home = Journeys(port, MixesUpHomes)
    home.give(ppmid=FOREIGN)
    home.give(home="home 2")
    home.give()
    home.set_out()
    home.bring()
    assert home.esme.commands == [COMMAND.encode()]
    assert home.ppmid.dropped == {"binding": 2}


@BY_PORT
def test_altered_messages_are_dropped_and_lost_answers_are_lost(port: Port) -> None:
    home = Journeys(port, AltersMessages)
    home.give()
    home.set_out()
    home.bring()
    assert home.esme.commands == []
    assert home.ppmid.dropped == {"signature": 1}
    loser = Journeys(port, LosesAnswers)
    loser.give()
    loser.set_out()
    loser.bring()
    assert (len(loser.esme.commands), loser.come_back()) == (1, [])


@BY_PORT
def test_answers_that_came_after_it_had_left_go_with_the_next_one(port: Port) -> None:
    home = Journeys(port)
    home.esme.answer_commands = False
    home.give()
    home.set_out()
    home.bring()
    home.run(2 * MINUTE)  # the PPMID gives up while nobody is there
    assert "UNKNOWN" not in [one.state.name for one in home.come_back() if hasattr(one, "state")]
    home.handover.set_up(False)
    home.bring()
    assert "UNKNOWN" in [one.state.name for one in home.come_back() if hasattr(one, "state")]


@BY_PORT
def test_a_ppmid_without_power_takes_nothing_and_then_does(port: Port) -> None:
    home = Journeys(port)
    home.give()
    home.set_out()
    home.ppmid.restart()
    home.bring(5 * SECOND)
    assert home.esme.commands == []
    home.run(MINUTE)
    home.bring()
    assert home.esme.commands == [COMMAND.encode()]


def test_a_stick_that_is_in_when_the_power_comes_back_is_read() -> None:
    home = Journeys("usb-stick")
    home.give()
    home.set_out()
    home.ppmid.restart()
    home.bring(2 * MINUTE)
    assert home.esme.commands == [COMMAND.encode()]


def test_a_stick_that_was_pulled_while_it_was_written_has_nothing_to_hand_in_and_the_next_has_all() -> None:
    home = Journeys("usb-stick")
    home.give()
    home.set_out()
    home.bring(1 * SECOND + 5 * MILLISECOND)  # it has written three blocks by then, or none
    assert home.come_back() == []
    home.handover.set_up(False)
    home.bring()
    assert [one.request_id for one in home.come_back() if isinstance(one, CommandResponse)] == [b"r"]


def test_of_more_than_it_keeps_the_oldest_goes() -> None:
    home = Journeys("nfc", messages_kept=2)
    for number in range(4):
        home.give(bytes((number + 1,)))
    home.set_out()
    home.bring()
    heard = home.come_back()
    assert {one.request_id for one in heard if one.request_id != b"capabilities"} == {b"\3", b"\4"}


def test_a_message_that_nobody_can_read_is_not_taken_along() -> None:
    home = Journeys("nfc")
    home.handover.send(roles.DELIVERY_SERVICE, roles.PPMID, b"rubbish")
    home.run()
    home.set_out()
    home.bring()
    assert home.ppmid.dropped == {}


def test_nobody_carries_by_hand_to_a_ppmid_on_the_internet() -> None:
    with pytest.raises(CannotArrange, match="whose avenue is internet"):
        Journeys("internet")


def test_a_ppmid_that_acts_on_half_a_file_and_one_that_acts_on_copies_do() -> None:
    hasty = Journeys("usb-stick", kind=ActsOnHalfAFile)
    length = len(stick.write_file(Direction.TO_PPMID, [hasty.give(b"1"), hasty.give(b"2")]))
    hasty.set_out()
    hasty.bring((20 + (length - 1) // 64 * 5 + 2) * MILLISECOND)  # asked for after 20 ms; all blocks but the last one
    assert len(hasty.esme.commands) == 1
    twice = Journeys("usb-stick", kind=ActsOnCopies)
    twice.give()
    twice.set_out()
    twice.bring()
    twice.bring()
    assert twice.esme.commands == [COMMAND.encode()] * 2


# Where it is


def test_every_place_and_change_has_its_line_in_the_table() -> None:
    possible = set(product(Place, Change)) - {
        (Place.ON_THE_WAY, Change.SUPPLIER_LEFT),
        (Place.ON_THE_WAY, Change.PPMID_LEFT),
    }
    assert set(JOURNEY) - possible == set()
    missing = possible - set(JOURNEY)
    assert missing == {(Place.SUPPLIER, Change.SUPPLIER_REACHED), (Place.HOME, Change.PPMID_REACHED)}  # it is there


def test_a_carrier_that_was_not_seen_to_leave_hands_in_what_it_has() -> None:
    assert JOURNEY[Place.HOME, Change.SUPPLIER_REACHED] == (Place.SUPPLIER, Deed.HAND_IN)
    home = Journeys("usb-serial")
    home.give()
    home.handover.set_up(False)
    home.avenue.set_up(True)
    home.run(MINUTE)
    heard = home.come_back()  # the avenue is still up
    assert [one.request_id for one in heard if isinstance(one, CommandResponse)] == [b"r"]


# What it does at the PPMID, and the files of a stick


def test_a_stick_without_a_file_says_so_and_knows_no_other_name() -> None:
    hand = StickHand(PPMID, CarrierSettings())
    assert hand.arrive(()) == []
    name = stick.file_name(PPMID, Direction.TO_PPMID)
    (said,) = hand.hear(Ask(name).encode())
    assert stick_access.decode(said.frame) == Block(name, 0, 0, b"")  # type: ignore[union-attr]
    hand.arrive((b"sealed",))
    (other,) = hand.hear(Ask("OTHER.IN").encode())
    assert stick_access.decode(other.frame) == Block("OTHER.IN", 0, 0, b"")  # type: ignore[union-attr]
    assert hand.hear(b"rubbish") == []
    assert hand.answers() == []


def test_a_cable_brings_all_that_it_has_each_time_in_chunks_of_64_octets() -> None:
    hand = SerialHand(PPMID, CarrierSettings())
    events = hand.arrive((bytes(range(100)), b"second"))
    assert [len(one.frame) for one in events] == [64, 55]  # a zero, and frames of 106 and 12 octets
    assert hand.arrive((bytes(range(100)), b"second")) == events
    assert events[0].frame[:1] == b"\x00"


def test_what_is_no_access_to_a_stick_is_refused() -> None:
    for frame in (b"", bytes(11), bytes(13), bytes(85)):
        with pytest.raises(Malformed, match="stick"):
            stick_access.decode(frame)


def test_a_file_crosses_in_blocks_with_its_name_length_and_place() -> None:
    first, second = stick_access.blocks("567890A4.IN", bytes(range(70)))
    assert first == b"567890A4.IN " + bytes.fromhex("00000046 00000000") + bytes(range(64))
    assert second == b"567890A4.IN " + bytes.fromhex("00000046 00000040") + bytes(range(64, 70))
    file = Assembly("567890A4.IN")
    assert file.add(stick_access.decode(first)) is None  # type: ignore[arg-type]
    assert file.add(Block("OTHER.IN", 70, 64, bytes(6))) is None
    assert file.add(stick_access.decode(second)) == bytes(range(70))  # type: ignore[arg-type]


def test_a_block_out_of_its_place_begins_the_file_anew() -> None:
    file = Assembly("A.IN")
    assert file.add(Block("A.IN", 4, 0, b"ab")) is None
    assert file.add(Block("A.IN", 4, 3, b"d")) is None
    assert file.data == b""
    assert file.add(Block("A.IN", 4, 0, b"ab")) is None
    assert file.add(Block("A.IN", 4, 2, b"cd")) == b"abcd"


def test_each_kind_has_a_hand() -> None:
    assert set(HANDS) == {*PORTS, "serial"}  # the wire into a hub
