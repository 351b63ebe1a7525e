"""The delivery service: seals, waits, opens, refuses; and what each faulty one does instead."""

import home_parts
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from home_parts import BROKER, ESME, FOREIGN, KEYS, PPMID, SUPPLIER, Ground, check_mac_as, genuine_command
from home_parts import UTRN as DIGITS

from ppmid_devices import roles
from ppmid_devices.delivery_service.faulty import (
    AltersCommands,
    AltersMacs,
    ForgesResponses,
    LosesResponses,
    NeverEndsSessions,
    RepeatsCommands,
)
from ppmid_devices.delivery_service.faulty_hostile import HELD, FloodsPpmid, HoldsBack, MakesNew, SendsTwice
from ppmid_devices.delivery_service.settings import DeliveryServiceSettings
from ppmid_devices.delivery_service.simulated import SimulatedDeliveryService
from ppmid_devices.ports import HOUR, MINUTE, SECOND
from ppmid_protocols.errors import Malformed, NotAuthentic
from ppmid_protocols.gbcs import prepayment
from ppmid_protocols.gbcs.message import decode
from ppmid_protocols.local_interface import (
    Alert,
    CommandResponse,
    Message,
    Reason,
    ReplayGuard,
    State,
    Status,
    SubmitCommand,
    SubmitUtrn,
    UtrnOutcome,
    UtrnResult,
    open_sealed,
    seal,
)
from ppmid_protocols.secret import Secret
from ppmid_protocols.utrn import Utrn

HOME = "home-1"
UTRN = Secret(DIGITS.encode())
SERVICE_KEY, PPMID_KEY, STRANGER_KEY = (
    KEYS.avenue_key(name) for name in (roles.DELIVERY_SERVICE, roles.PPMID, "stranger")
)
TOP_UP = genuine_command(prepayment.TopUp(UTRN), 3 << 32)
RESULT = UtrnResult(b"\0\0\0\1", UtrnOutcome.ACCEPTED, 1_000_000, 0, "accepted")


class Bench(Ground):
    """A delivery service, the avenue, and what a PPMID at its other end opens."""

    def __init__(
        self,
        kind: type[SimulatedDeliveryService] = SimulatedDeliveryService,
        home: str = HOME,
        start: int = 0,
        **settings: int,
    ) -> None:
        super().__init__(start)
        self.avenue = self.line("avenue")
        self.frames: list[bytes] = []
        self.heard: list[Message] = []
        self.avenue.attach(roles.PPMID, lambda _, frame: self.frames.append(frame))
        self.service = kind(
            clock=self.clock,
            key=SERVICE_KEY,
            ppmid_key=PPMID_KEY.public_key(),
            homes={HOME: (ESME,), "home-2": (FOREIGN,)},
            home=home,
            ppmid=PPMID,
            avenue=self.avenue,
            settings=DeliveryServiceSettings(**settings),
        )
        self.service.listen(self.heard.append)
        self.service.start()

    def opened(self) -> list[Message]:
        """Everything that has reached the PPMID, with signature, binding and replay order checked."""
        self.run(2 * SECOND)
        guard, messages = ReplayGuard(), list[Message]()
        keys = {roles.DELIVERY_SERVICE.encode(): SERVICE_KEY.public_key()}
        for frame in self.frames:
            opened = open_sealed(frame, keys=keys, home=HOME, ppmid=PPMID)
            guard = guard.accept(opened)
            messages.append(opened.message)
        return messages

    def ppmid_sends(
        self, message: Message, replay: int = 1, *, key: Ed25519PrivateKey = PPMID_KEY, home: str = HOME
    ) -> None:
        sealed = seal(message, key=key, sender=roles.PPMID.encode(), home=home, ppmid=PPMID, replay=replay)
        self.avenue.send(roles.PPMID, roles.DELIVERY_SERVICE, sealed)
        self.run()


def test_command_and_utrn_reach_the_ppmid_unaltered_under_their_request_ids() -> None:
    bench = Bench()
    first = bench.service.submit_command(ESME, TOP_UP)
    second = bench.service.submit_utrn(ESME, UTRN)
    submitted, utrn = bench.opened()
    assert isinstance(submitted, SubmitCommand)
    assert isinstance(utrn, SubmitUtrn)
    assert (submitted.request_id.hex(), submitted.target, submitted.command) == (first, ESME, TOP_UP)
    assert (utrn.request_id.hex(), utrn.meter, bytes(utrn.utrn)) == (second, ESME, DIGITS.encode())


def test_for_a_device_that_outlives_a_scenario_no_number_and_no_request_id_comes_twice() -> None:
    """One PPMID, which keeps the guard and the requests of the first scenario, hears the second."""
    guard, ids = ReplayGuard(), list[bytes]()
    keys = {roles.DELIVERY_SERVICE.encode(): SERVICE_KEY.public_key()}
    for begins in (0, 20 * SECOND):
        bench = Bench(start=begins, by_time=True)
        for _ in range(3):
            bench.service.submit_utrn(ESME, UTRN)
        bench.run(2 * SECOND)
        for frame in bench.frames:
            opened = open_sealed(frame, keys=keys, home=HOME, ppmid=PPMID)
            guard = guard.accept(opened)
            assert isinstance(opened.message, SubmitUtrn)
            ids.append(opened.message.request_id)
    assert len(ids) == len(set(ids)) == 6


def test_messages_wait_for_the_avenue_and_keep_their_order() -> None:
    bench = Bench()
    bench.avenue.set_up(False)
    names = [bench.service.submit_command(ESME, TOP_UP), bench.service.submit_utrn(ESME, UTRN)]
    bench.run(HOUR)
    assert bench.frames == []
    bench.avenue.set_up(True)
    assert [message.request_id.hex() for message in bench.opened()] == names
    bench.avenue.set_up(False)
    bench.avenue.set_up(True)
    assert len(bench.opened()) == len(names)  # nothing is sent again


def test_what_is_for_a_home_of_which_no_ppmid_is_known_is_refused_at_once_and_never_sent() -> None:
    bench = Bench(home="home-9")
    names = [bench.service.submit_utrn(ESME, UTRN), bench.service.submit_command(ESME, TOP_UP)]
    assert bench.heard == []  # not before its sender knows the request id
    bench.run(SECOND)
    refused = [(one.request_id.hex(), one.state, one.reason) for one in bench.heard if isinstance(one, Status)]
    assert refused == [(name, State.REFUSED, Reason.NO_PPMID) for name in names]
    assert bench.frames == []


def test_what_there_is_no_room_for_is_refused_and_never_sent() -> None:
    bench = Bench(waiting=2)
    bench.avenue.set_up(False)
    names = [bench.service.submit_utrn(ESME, UTRN) for _ in range(4)]
    assert bench.heard == []  # not before its sender knows the request id
    bench.run(SECOND)
    refused = [(one.request_id.hex(), one.state, one.reason) for one in bench.heard if isinstance(one, Status)]
    assert refused == [(name, State.REFUSED, Reason.TOO_MANY_REQUESTS) for name in names[2:]]
    bench.avenue.set_up(True)
    assert [message.request_id.hex() for message in bench.opened()] == names[:2]
    bench.avenue.set_up(False)
    bench.service.submit_utrn(ESME, UTRN)  # there is room again
    bench.run(SECOND)
    assert len(bench.heard) == 2


def test_a_session_is_for_its_own_home_until_it_is_ended_or_lies_unused() -> None:
    bench = Bench(session_s=600)
    token, elsewhere = bench.service.log_in(HOME), bench.service.log_in("home-2")
    assert token != elsewhere != bench.service.log_in("home-2")
    entered = bench.service.enter_utrn(token, ESME, UTRN)
    assert (entered.request, entered.refused) == ("00000001", "")
    bench.run(9 * MINUTE)
    assert bench.service.enter_utrn(token, ESME, UTRN).request  # its use keeps it open
    bench.run(9 * MINUTE)
    for wrong, meter, why in (
        (token, FOREIGN, "a meter of another home"),
        (elsewhere, ESME, "no session, or one that is over"),
        ("0" * 32, ESME, "no session, or one that is over"),
        ("", ESME, "no session, or one that is over"),
    ):
        refused = bench.service.enter_utrn(wrong, meter, UTRN)
        assert (refused.request, refused.refused) == ("", why)
    fresh = bench.service.log_in("home-2")
    assert bench.service.enter_utrn(fresh, ESME, UTRN).refused == "a meter of another home"
    assert bench.service.enter_utrn(fresh, FOREIGN, UTRN).refused == "no PPMID of this home is served"
    bench.service.log_out(token)
    assert bench.service.enter_utrn(token, ESME, UTRN).refused == "no session, or one that is over"
    assert len(bench.opened()) == 2
    with pytest.raises(Malformed, match="home: expected one of its customers', found home-3"):
        bench.service.log_in("home-3")


def test_one_that_never_ends_sessions_takes_any_token() -> None:
    bench = Bench(NeverEndsSessions)
    token = bench.service.log_in("home-2")
    bench.service.log_out(token)
    assert bench.service.enter_utrn(token, ESME, UTRN).request
    assert len(bench.opened()) == 1


@pytest.mark.parametrize("digits", [DIGITS[:-1], DIGITS[:-1] + "6", "9" * 20, "0"])
def test_digits_that_are_no_utrn_travel_as_they_are(digits: str) -> None:
    bench = Bench()
    bench.service.submit_utrn(ESME, Secret(digits.encode()))
    (sent,) = bench.opened()
    assert isinstance(sent, SubmitUtrn)
    assert bytes(sent.utrn) == digits.encode()


@pytest.mark.parametrize("avenue_up", [True, False])
def test_what_no_message_can_carry_is_refused_at_once(avenue_up: bool) -> None:
    bench = Bench()
    bench.avenue.set_up(avenue_up)
    for digits in (b"", DIGITS.encode() + b"0", b"7394614433204021731x"):
        with pytest.raises(Malformed, match="utrn"):
            bench.service.submit_utrn(ESME, Secret(digits))
    for command in (b"", bytes(3073)):
        with pytest.raises(Malformed, match="command"):
            bench.service.submit_command(ESME, command)
    bench.avenue.set_up(True)
    assert bench.opened() == []


def test_what_the_ppmid_sends_is_passed_on() -> None:
    bench = Bench()
    bench.ppmid_sends(RESULT)
    assert bench.heard == [RESULT]
    assert bench.service.dropped == {}


def test_strangers_other_homes_and_replays_are_dropped() -> None:
    bench = Bench()
    bench.ppmid_sends(RESULT, 5)
    bench.ppmid_sends(RESULT, 6, key=STRANGER_KEY)
    bench.ppmid_sends(RESULT, 7, home="home-2")
    bench.ppmid_sends(RESULT, 5)
    bench.avenue.send(roles.PPMID, roles.DELIVERY_SERVICE, b"\xff")
    bench.ppmid_sends(RESULT, 6)  # the forged frame with this number has not moved the guard
    assert bench.heard == [RESULT, RESULT]
    assert bench.service.dropped == {"signature": 1, "binding": 1, "replay": 1, "malformed": 1}


@pytest.mark.parametrize("kind", [AltersCommands, AltersMacs])
def test_altered_commands_are_sealed_properly_and_fail_the_mac(kind: type[SimulatedDeliveryService]) -> None:
    bench = Bench(kind)
    bench.service.submit_command(ESME, TOP_UP)
    (message,) = bench.opened()
    assert isinstance(message, SubmitCommand)
    assert sum((a ^ b).bit_count() for a, b in zip(message.command, TOP_UP, strict=True)) == 1
    assert (message.command[:-12] == TOP_UP[:-12]) is (kind is AltersMacs)  # the MAC is the last 12 octets
    check_mac_as(decode(TOP_UP), ESME, BROKER)
    with pytest.raises(NotAuthentic, match="mac"):
        check_mac_as(decode(message.command), ESME, BROKER)


@pytest.mark.parametrize(
    ("kind", "request_"),
    [
        ("esme", prepayment.TopUp(UTRN)),
        ("esme", prepayment.ReadBalance()),
        ("esme", prepayment.ReadSupplyStatus()),
        ("esme", prepayment.EnableSupply()),
        ("gsme", prepayment.TopUp(UTRN)),
        ("gsme", prepayment.ReadBalance()),
        ("gsme", prepayment.ReadSupplyStatus()),
        ("gsme", prepayment.ActivateEmergencyCredit()),
    ],
)
def test_forged_responses_say_success_in_the_right_form_and_fail_the_mac(
    kind: prepayment.Kind, request_: prepayment.Request
) -> None:
    bench = Bench(ForgesResponses)
    octets = genuine_command(request_, 3 << 32, kind)
    name = bench.service.submit_command(decode(octets).target, octets)
    assert bench.opened() == []
    (answer,) = bench.heard
    assert isinstance(answer, CommandResponse)
    assert answer.request_id.hex() == name
    forged, asked = decode(answer.response), decode(octets)
    assert (forged.originator, forged.target, forged.counter) == (asked.target, asked.originator, asked.counter)
    assert prepayment.outcome_of(forged).success
    with pytest.raises(NotAuthentic, match="mac"):
        check_mac_as(forged, SUPPLIER, forged.originator)


def test_what_it_cannot_forge_it_drops() -> None:
    bench = Bench(ForgesResponses)
    bench.service.submit_command(ESME, home_parts.command(ESME, code=0x00C9).encode())
    assert (bench.opened(), bench.heard) == ([], [])


def test_lost_responses_are_lost_alone() -> None:
    bench = Bench(LosesResponses)
    bench.ppmid_sends(CommandResponse(b"\0\0\0\1", TOP_UP), 1)
    alert = Alert(b"\1", None, None, "battery low")
    bench.ppmid_sends(alert, 2)
    assert bench.heard == [alert]


def test_repeated_commands_are_the_same_octets_twice() -> None:
    bench = Bench(RepeatsCommands)
    bench.service.submit_command(ESME, TOP_UP)
    bench.service.submit_utrn(ESME, UTRN)
    first, second, utrn = bench.opened()
    assert isinstance(first, SubmitCommand)
    assert isinstance(second, SubmitCommand)
    assert isinstance(utrn, SubmitUtrn)
    assert (first.command, first.target) == (second.command, second.target)
    assert first.request_id != second.request_id


def test_a_service_that_holds_back_sends_the_same_octets_nine_days_later() -> None:
    bench = Bench(HoldsBack)
    bench.service.submit_command(ESME, TOP_UP)
    assert bench.opened() == []
    bench.run(HELD)
    (late,) = bench.opened()
    assert isinstance(late, SubmitCommand)
    assert late.command == TOP_UP


def test_a_service_that_sends_twice_makes_two_requests_of_one() -> None:
    bench = Bench(SendsTwice)
    bench.service.submit_utrn(ESME, UTRN)
    first, second = bench.opened()
    assert isinstance(first, SubmitUtrn)
    assert isinstance(second, SubmitUtrn)
    assert first.utrn == second.utrn
    assert first.request_id != second.request_id


def test_what_is_made_new_is_well_formed_and_another() -> None:
    bench = Bench(MakesNew)
    bench.service.submit_command(ESME, TOP_UP)
    bench.service.submit_utrn(ESME, UTRN)
    changed, utrn = bench.opened()
    assert isinstance(changed, SubmitCommand)
    assert isinstance(utrn, SubmitUtrn)
    assert decode(changed.command).counter == decode(TOP_UP).counter + 1
    assert decode(changed.command).mac == decode(TOP_UP).mac
    assert Utrn.parse(utrn.utrn) != Utrn.parse(UTRN)


def test_a_service_floods_at_the_rate_it_is_told() -> None:
    bench = Bench(FloodsPpmid)
    assert isinstance(bench.service, FloodsPpmid)
    bench.service.flood(SUPPLIER, ESME, each_minute=6, minutes=2)
    bench.run(MINUTE - SECOND)
    assert len(bench.frames) == 6
    bench.run(5 * MINUTE)
    counters = [decode(one.command).counter for one in bench.opened() if isinstance(one, SubmitCommand)]
    assert counters == list(range(12))
