"""The PPMID in its home: avenue, carried Commands, top-ups of both fuels, silence, restarts; and each of its faults."""

import heapq
import random
from collections.abc import Callable
from dataclasses import replace
from itertools import count

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ppmid_devices.credentials import Credentials, KeyPair
from ppmid_devices.hub.settings import HubSettings
from ppmid_devices.hub.simulated import SimulatedHub
from ppmid_devices.links.han import Han, HanMembership
from ppmid_devices.links.han_node import HanNode
from ppmid_devices.links.link import Conditions, Link
from ppmid_devices.links.tunnel import TunnelClient, TunnelServer
from ppmid_devices.links.wan import Wan
from ppmid_devices.ports import HOUR, MINUTE, SECOND
from ppmid_devices.ppmid import faulty, texts
from ppmid_devices.ppmid.settings import PpmidSettings
from ppmid_devices.ppmid.simulated import SimulatedPpmid
from ppmid_devices.roles import DELIVERY_SERVICE
from ppmid_devices.roles import PPMID as PPMID_NAME
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import crypto
from ppmid_protocols.gbcs import message as gbcs
from ppmid_protocols.gbcs import prepayment as payloads
from ppmid_protocols.gbcs.message import Cra, Message
from ppmid_protocols.local_interface import (
    Capabilities,
    CommandResponse,
    Fuel,
    Meter,
    Reason,
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
from ppmid_protocols.zigbee import gb_hrgp, metering, prepayment, tunneling, zcl
from ppmid_protocols.zigbee.han import AppMessage, Dissector, HanKeys
from ppmid_protocols.zigbee.prepayment import ConsumerTopUp, ConsumerTopUpResponse, TopUpResult

SUPPLIER = Eui.parse("90B3D51F30010000")
CHF, ESME, GSME, PPMID, FOREIGN = (Eui.parse(f"00DB1234567890{last}") for last in ("A2", "A0", "A1", "A4", "FF"))
METERS = {ESME: "esme", GSME: "gsme"}
ADDRESSES = {CHF: 0, ESME: 1, PPMID: 2, GSME: 3}
NAMES = {0: "hub", 1: "esme", 2: "ppmid", 3: "gsme"}
NETWORK_KEY, ESME_PPMID = Secret(b"n" * 16), Secret(b"p" * 16)
LINK_KEYS = {eui: Secret(bytes([short]) * 16) for eui, short in ADDRESSES.items() if eui != CHF}
HAN_KEYS = HanKeys(NETWORK_KEY, CHF, LINK_KEYS, {(ESME, PPMID): ESME_PPMID})
HOME = "home 1"
UTRN = "73946144332040217315"  # RTDS 4.5.0, CS01a: £10.00
SENDER_KEY, PPMID_KEY, STRANGER = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2, 3))
EC_KEYS = {eui: ec.derive_private_key(number, ec.SECP256R1()) for number, eui in enumerate((PPMID, GSME), 5)}


class Timer:
    cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class Clock:
    """Virtual time: a heap of calls."""

    def __init__(self) -> None:
        self._now, self._calls, self._number = 0, [], count()

    def now(self) -> int:
        return self._now

    def call_at(self, when: int, run: Callable[[], None]) -> Timer:
        timer = Timer()
        heapq.heappush(self._calls, (max(when, self._now), next(self._number), timer, run))
        return timer

    def call_later(self, delay: int, run: Callable[[], None]) -> Timer:
        return self.call_at(self._now + delay, run)

    def advance(self, delay: int) -> None:
        end = self._now + delay
        while self._calls and self._calls[0][0] <= end:
            self._now, _, timer, run = heapq.heappop(self._calls)
            if not timer.cancelled:
                run()
        self._now = end


class Directory:
    def public_key(self, eui: Eui, use: str) -> ec.EllipticCurvePublicKey:
        assert use == "agreement"
        return EC_KEYS[eui].public_key()


class Tap:
    """Opens the HAN's frames, as a sniffer with all keys, one by one."""

    def __init__(self) -> None:
        self._eye = Dissector(HAN_KEYS, {short: eui for eui, short in ADDRESSES.items()})
        self.han: list[AppMessage] = []

    def crossed(self, link: str, _: str, __: str, frame: bytes, lost: str = "") -> None:
        if link == "han" and not lost:
            message = self._eye.feed(frame, len(self.han))
            if message is not None:
                self.han.append(message)


class Esme:
    """Answers what it is told to; remembers what it heard."""

    def __init__(self, node: HanNode) -> None:
        self.node, self.commands, self.top_ups = node, [], []
        self.answers: list[ConsumerTopUpResponse | None] = []
        self.status = zcl.Status.SUCCESS
        self.answer_commands = True
        self.tunnel = TunnelServer(node, CHF, self._command)
        node.on(prepayment.CLUSTER, self._prepayment)
        node.on(metering.CLUSTER, self._default)

    def _command(self, octets: bytes) -> None:
        self.commands.append(octets)
        if self.answer_commands:
            self.tunnel.send(answer_to(gbcs.decode(octets)).encode())

    def _prepayment(self, sender: Eui, message: AppMessage) -> None:
        command = prepayment.read(message.zcl)
        if not isinstance(command, ConsumerTopUp):
            self._default(sender, message)
            return
        self.top_ups.append(bytes(command.code))
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            self.node.send_frame(sender, prepayment.CLUSTER, prepayment.frame(answer, message.zcl.header.sequence))

    def _default(self, sender: Eui, message: AppMessage) -> None:
        header = message.zcl.header
        answer = zcl.DefaultResponse(header.command, self.status)
        frame = zcl.general_frame(answer, zcl.Direction.TO_CLIENT, header.sequence)
        self.node.send_frame(sender, message.cluster, frame)


class Gsme:
    """Fetches when told to; answers PCS01 and PCS02 with a MAC, anything else with a bare Response."""

    def __init__(self, node: HanNode, clock: Clock) -> None:
        self.commands: list[bytes] = []
        self.result = payloads.gsme.TopUpResult.ACCEPTED
        self.key = EC_KEYS[GSME]
        self.tunnel = TunnelClient(node, CHF, clock, self._heard, opened=self.fetch)
        self.mute = False

    def fetch(self) -> None:
        if self.tunnel.is_open:
            self.tunnel.send(gb_hrgp.Get().encode())
        else:
            self.tunnel.open()

    def _heard(self, data: bytes) -> None:
        exchange = gb_hrgp.decode(data)
        if not exchange.message:
            return
        self.commands.append(exchange.message)
        if not self.mute:
            self.put(self.answer(gbcs.decode(exchange.message)))
        if exchange.remaining:
            self.fetch()

    def put(self, response: Message) -> None:
        self.tunnel.send(gb_hrgp.Put(response.encode()).encode())

    def answer(self, command: Message) -> Message:
        if command.originator != PPMID:
            return answer_to(command)
        code, accepted = command.message_code, self.result.accepted
        content = (
            payloads.gsme.top_up_response(code, self.result, 1_000_000 if accepted else None)
            if code == payloads.CODES["ppmid-gsme", payloads.TopUp]
            else payloads.gsme.status_response(code, 0)
        )
        plain = replace(answer_to(command), payload=content.payload, mac=None)
        return crypto.with_mac(plain, self.key, EC_KEYS[PPMID].public_key())


def command(target: Eui, counter: int = 1, code: int = 0x0007, **changes: object) -> Message:
    plain = Message(
        cra=Cra.COMMAND,
        counter=counter,
        originator=SUPPLIER,
        target=target,
        message_code=code,
        payload=b"\xd9payload",
        mac=bytes(12),
    )
    return replace(plain, **changes)


def answer_to(one: Message) -> Message:
    return replace(one, cra=Cra.RESPONSE, originator=one.target, target=one.originator, payload=b"\xdaanswer")


class Home:
    """A PPMID under test, our hub, two stub meters, and a sender at the far end of the avenue."""

    def __init__(
        self,
        kind: type[SimulatedPpmid] = SimulatedPpmid,
        relay: str = "commands",
        hub_on: bool = True,
        **settings: object,
    ) -> None:
        self.clock, self.tap = Clock(), Tap()
        conditions = Conditions(delay=1_000_000)
        self.wan = Wan("wan", self.clock, self.tap, random.Random(1), conditions, kind="never-wan")
        self.han = Han("han", self.clock, self.tap, random.Random(2), conditions)
        self.avenue = Link("avenue", self.clock, self.tap, random.Random(3), conditions)
        self.hub = SimulatedHub(
            clock=self.clock,
            credentials=Credentials(eui=CHF),
            han=self.han,
            membership=self.membership(CHF, LINK_KEYS),
            wan=self.wan,
            devices={**METERS, PPMID: "ppmid"},
            settings=HubSettings(relay=relay, on_unknown="error" if relay == "none" else "drop"),
        )
        self.esme = Esme(self.node(ESME, {CHF: LINK_KEYS[ESME], PPMID: ESME_PPMID}))
        self.gsme = Gsme(self.node(GSME, {CHF: LINK_KEYS[GSME]}), self.clock)
        self.ppmid = kind(
            clock=self.clock,
            credentials=Credentials(eui=PPMID, agreement=KeyPair(EC_KEYS[PPMID], None)),
            directory=Directory(),
            key=PPMID_KEY,
            senders={DELIVERY_SERVICE: SENDER_KEY.public_key()},
            home=HOME,
            avenue=self.avenue,
            han=self.han,
            membership=self.membership(PPMID, {CHF: LINK_KEYS[PPMID], ESME: ESME_PPMID}),
            hub=CHF,
            meters=METERS,
            settings=PpmidSettings(**settings),
        )
        self.sealed: list[bytes] = []
        self.avenue.attach(DELIVERY_SERVICE, lambda _, data: self.sealed.append(data))
        self.replay = 0
        self.ppmid.start()
        if hub_on:
            self.hub.start()
        self.run(2 * SECOND)
        self.gsme.fetch()
        self.run()
        self.tap.han.clear()
        self.sealed.clear()

    def membership(self, eui: Eui, link_keys: dict[Eui, Secret]) -> HanMembership:
        return HanMembership(
            name=NAMES[ADDRESSES[eui]],
            eui=eui,
            short=ADDRESSES[eui],
            network_key=NETWORK_KEY,
            link_keys=link_keys,
            addresses=ADDRESSES,
            names=NAMES,
        )

    def node(self, eui: Eui, link_keys: dict[Eui, Secret]) -> HanNode:
        return HanNode(self.clock, self.han, self.membership(eui, link_keys))

    def run(self, delay: int = SECOND) -> None:
        self.clock.advance(delay)

    def submit(self, message: object, key: Ed25519PrivateKey = SENDER_KEY, **binding: object) -> bytes:
        self.replay += 1
        bound = {"sender": DELIVERY_SERVICE.encode(), "home": HOME, "ppmid": PPMID, "replay": self.replay, **binding}
        sealed = seal(message, key=key, **bound)
        self.avenue.send(DELIVERY_SERVICE, PPMID_NAME, sealed)
        self.run()
        return sealed

    def submit_command(self, one: Message, request_id: bytes = b"r", target: Eui | None = None) -> None:
        self.submit(SubmitCommand(request_id, target or one.target, one.encode()))

    def submit_utrn(self, meter: Eui, digits: str = UTRN, request_id: bytes = b"u") -> None:
        self.submit(SubmitUtrn(request_id, meter, Secret(digits.encode())))

    def gas_wakes(self) -> None:
        self.run()
        self.gsme.fetch()
        self.run()

    @property
    def said(self) -> list[object]:
        keys = {b"ppmid": PPMID_KEY.public_key()}
        return [open_sealed(data, keys=keys, home=HOME, ppmid=PPMID).message for data in self.sealed]

    @property
    def states(self) -> list[State | str]:
        return [one.state if isinstance(one, Status) else type(one).__name__ for one in self.said]

    @property
    def results(self) -> list[UtrnResult]:
        return [one for one in self.said if isinstance(one, UtrnResult)]

    @property
    def lines(self) -> tuple[str, ...]:
        return self.ppmid.screen().lines

    @property
    def from_ppmid(self) -> list[AppMessage]:
        return [message for message in self.tap.han if message.source == PPMID]


ACCEPTED = ConsumerTopUpResponse(TopUpResult.ACCEPTED, 1_000_000, credit_remaining=4_525_000)


# Commands of others


def test_a_command_and_its_response_frame_by_frame() -> None:
    home = Home()
    one = command(ESME)
    home.submit_command(one)
    response = answer_to(one)
    seen = [(m.source, m.destination, tunneling.read(m.zcl).data, m.zcl.header.direction) for m in home.tap.han]
    to_server, to_client = zcl.Direction
    assert seen == [
        (PPMID, CHF, one.encode(), to_client),
        (CHF, ESME, one.encode(), to_server),
        (ESME, CHF, response.encode(), to_client),
        (CHF, PPMID, response.encode(), to_server),
    ]
    assert home.states == [State.RECEIVED, State.FORWARDED, "CommandResponse"]
    assert home.said[-1] == CommandResponse(b"r", response.encode())


def test_a_command_for_the_gas_meter_waits_for_its_wake() -> None:
    home = Home()
    home.submit_command(command(GSME))
    assert home.states == [State.RECEIVED, State.WAITING_FOR_GAS_METER]
    home.run(HOUR)
    home.gas_wakes()
    assert home.said[-1] == CommandResponse(b"r", answer_to(command(GSME)).encode())


REFUSED = {
    "foreign target": (command(FOREIGN), {}, Reason.UNKNOWN_METER),
    "target of the request differs": (command(GSME), {"target": ESME}, Reason.COMMAND_NOT_GBCS),
    "a Response": (answer_to(command(SUPPLIER, originator=ESME)), {}, Reason.COMMAND_NOT_ALLOWED),
    "over 1500 octets": (command(ESME, payload=bytes(1440)), {}, Reason.COMMAND_TOO_LARGE),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_it_may_not_carry_never_reaches_the_han(case: str) -> None:
    one, options, reason = REFUSED[case]
    home = Home()
    home.submit_command(one, **options)
    assert [(status.state, status.reason) for status in home.said] == [(State.REFUSED, reason)]
    assert home.tap.han == []


def test_what_is_no_gbcs_message_never_reaches_the_han() -> None:
    home = Home()
    home.submit(SubmitCommand(b"r", ESME, b"\xddno command"))
    assert home.said[0].reason is Reason.COMMAND_NOT_GBCS
    assert home.tap.han == []


def test_a_ppmid_that_cannot_relay_says_so_and_still_tops_up() -> None:
    home = Home(can_relay=False)
    home.submit_command(command(ESME))
    assert home.said[0].reason is Reason.CANNOT_RELAY
    assert home.tap.han == []
    home.esme.answers = [ACCEPTED]
    home.submit_utrn(ESME)
    assert home.results[0].outcome is UtrnOutcome.ACCEPTED


def test_the_largest_command_passes() -> None:
    one = command(ESME)
    one = replace(one, payload=bytes(1500 - len(replace(one, payload=bytes(300)).encode()) + 300))
    home = Home()
    assert len(one.encode()) == 1500
    home.submit_command(one)
    assert home.esme.commands == [one.encode()]


def test_no_more_than_sixty_commands_an_hour_for_one_meter() -> None:
    home = Home()
    for counter in range(61):
        home.submit_command(command(ESME, counter), request_id=bytes([counter]))
    assert len(home.esme.commands) == 60
    assert home.said[-1].reason is Reason.TOO_MANY_REQUESTS


def test_silence_of_the_meter_ends_in_unknown_is_not_resent_and_a_late_response_is_passed_on() -> None:
    home = Home()
    home.esme.answer_commands = False
    home.submit_command(command(ESME))
    home.run(58 * SECOND)
    assert home.states == [State.RECEIVED, State.FORWARDED]
    home.run(2 * SECOND)
    assert home.states[2:] == [State.UNKNOWN]
    home.run(10 * HOUR)
    assert len(home.from_ppmid) == 1
    home.esme.tunnel.send(answer_to(command(ESME)).encode())
    home.run()
    assert home.states[3:] == ["CommandResponse"]


def test_the_same_request_again_is_told_its_state_and_not_done_again() -> None:
    home = Home()
    home.submit_command(command(ESME))
    home.submit_command(command(ESME))
    assert home.esme.commands == [command(ESME).encode()]
    assert home.said[-1] == home.said[-2]
    home.submit_command(command(ESME, 2))
    assert home.said[-1].reason is Reason.REQUEST_ID_IN_USE


def test_the_same_command_under_another_request_is_carried_again() -> None:
    home = Home()
    home.submit_command(command(ESME), request_id=b"1")
    home.submit_command(command(ESME), request_id=b"2")
    assert len(home.esme.commands) == 2
    assert [one.request_id for one in home.said if isinstance(one, CommandResponse)] == [b"1", b"2"]


def test_a_response_that_answers_nothing_any_more_goes_nowhere() -> None:
    home = Home()
    home.submit_command(command(ESME))
    home.esme.tunnel.send(answer_to(command(ESME)).encode())
    home.run()
    assert home.states == [State.RECEIVED, State.FORWARDED, "CommandResponse"]


def test_todays_hub_that_answers_with_an_error_ends_the_request() -> None:
    home = Home(relay="none")
    home.submit_command(command(ESME))
    assert (home.said[-1].state, home.said[-1].reason) == (State.REFUSED, Reason.HAN_UNREACHABLE)
    home.run(2 * MINUTE)
    assert home.states == [State.RECEIVED, State.FORWARDED, State.REFUSED]


# Who may send


@pytest.mark.parametrize(
    ("key", "binding"),
    [
        (STRANGER, {}),
        (SENDER_KEY, {"sender": b"stranger"}),
        (SENDER_KEY, {"home": "home 2"}),
        (SENDER_KEY, {"ppmid": FOREIGN}),
    ],
)
def test_what_is_not_authentic_or_not_for_it_is_dropped_without_a_word(
    key: Ed25519PrivateKey, binding: dict[str, object]
) -> None:
    home = Home()
    home.submit(SubmitCommand(b"r", ESME, command(ESME).encode()), key, **binding)
    home.submit(SubmitUtrn(b"u", ESME, Secret(UTRN.encode())), key, **binding)
    assert home.tap.han == []
    assert home.said == []
    assert sum(home.ppmid.dropped.values()) == 2


def test_a_recorded_message_and_an_altered_one_do_nothing() -> None:
    home = Home()
    sealed = home.submit(SubmitCommand(b"r", ESME, command(ESME).encode()))
    home.avenue.send("attacker", PPMID_NAME, sealed)
    home.avenue.send("attacker", PPMID_NAME, sealed[:-1] + bytes([sealed[-1] ^ 1]))
    home.avenue.send("attacker", PPMID_NAME, b"rubbish")
    home.run()
    assert len(home.esme.commands) == 1
    assert home.ppmid.dropped == {"replay": 1, "signature": 1, "malformed": 1}


def test_it_says_what_it_is_when_the_avenue_comes_up_and_then_what_it_held() -> None:
    home = Home()
    home.esme.answer_commands = False
    home.submit_command(command(ESME))
    home.avenue.set_up(False)
    home.run(2 * MINUTE)
    home.sealed.clear()
    home.avenue.set_up(True)
    home.run()
    meters = (Meter(ESME, Fuel.ELECTRICITY), Meter(GSME, Fuel.GAS))
    assert home.said[0] == Capabilities(b"capabilities", "1.0", True, meters)
    assert home.states[1:] == [State.UNKNOWN]


# Top-ups of electricity


def test_a_top_up_for_electricity_goes_as_consumer_top_up_with_its_digits() -> None:
    home = Home()
    home.esme.answers = [ACCEPTED]
    home.submit_utrn(ESME)
    (sent,) = home.from_ppmid
    assert (sent.destination, sent.cluster, sent.zcl.header.command) == (ESME, 0x0705, 0x04)
    assert sent.zcl.payload == b"\x02\x14" + UTRN.encode()
    assert home.states == [State.RECEIVED, State.FORWARDED, "UtrnResult"]
    assert home.results == [UtrnResult(b"u", UtrnOutcome.ACCEPTED, 1_000_000, 0, "Top-up accepted: £10.00")]
    assert home.lines == ("Top-up sent", "Top-up accepted: £10.00")


@pytest.mark.parametrize(
    ("answer", "outcome", "line"),
    [
        (ConsumerTopUpResponse(0x12, 1_000_000), 0, "Top-up accepted: £10.00, supply waits to be switched on"),
        (ConsumerTopUpResponse(0x00), 0, "Top-up accepted: amount not told"),
        (ConsumerTopUpResponse(0x02), 1, "Top-up refused: already used"),
        (ConsumerTopUpResponse(0x05), 1, "Top-up refused: the meter is locked, try again later"),
        (ConsumerTopUpResponse(0x33), 1, "Top-up refused: reason 51"),
    ],
)
def test_every_answer_is_told_as_the_meter_gave_it(answer: ConsumerTopUpResponse, outcome: int, line: str) -> None:
    home = Home()
    home.esme.answers = [answer]
    home.submit_utrn(ESME)
    assert home.results == [UtrnResult(b"u", outcome, answer.value, answer.result, line)]
    assert home.lines[-1] == line


BAD_CODES = [UTRN[:19], UTRN[:19] + "6", "9" + UTRN[1:], "12345678901234567890", "", "7394614433204021731x", UTRN + "0"]


@pytest.mark.parametrize("digits", BAD_CODES)
@pytest.mark.parametrize("meter", [ESME, GSME])
def test_digits_that_can_be_no_code_never_reach_the_han(meter: Eui, digits: str) -> None:
    home = Home()
    home.ppmid.enter_utrn(meter, digits)
    home.run()
    assert home.tap.han == []
    assert home.lines == (texts.NOT_A_CODE,)


def test_a_sender_is_told_that_its_digits_are_no_code() -> None:
    home = Home()
    home.submit_utrn(ESME, UTRN[:19])
    home.submit_utrn(FOREIGN, request_id=b"v")
    assert [one.reason for one in home.said] == [Reason.UTRN_NOT_WELL_FORMED, Reason.UNKNOWN_METER]
    assert home.tap.han == []


def test_a_silent_meter_leaves_the_top_up_unknown_not_pending_and_it_is_not_resent() -> None:
    """Field case C07: a duplicate, or a lost frame, may have no answer at all."""
    home = Home()
    home.submit_utrn(ESME)
    home.run(10 * MINUTE)
    assert home.results == [UtrnResult(b"u", UtrnOutcome.UNKNOWN, None, None, texts.NO_ANSWER)]
    assert home.lines == ("Top-up sent", "No answer from the meter")
    assert len(home.from_ppmid) == 1


def test_one_top_up_at_a_time_the_second_waits_for_the_answer_to_the_first() -> None:
    home = Home()
    home.esme.answers = [None, ACCEPTED]
    home.ppmid.enter_utrn(ESME, UTRN)
    home.submit_utrn(ESME)
    home.run(50 * SECOND)
    assert len(home.esme.top_ups) == 1
    assert home.lines[-1] == texts.TURN
    home.run(20 * SECOND)
    assert len(home.esme.top_ups) == 2
    assert home.results[0].outcome is UtrnOutcome.ACCEPTED


def test_a_second_sender_of_many_is_told_when_too_many_wait() -> None:
    home = Home(queued_for_a_meter=2)
    for number in range(4):
        home.submit_utrn(ESME, request_id=bytes([number]))
    assert home.said[-1].reason is Reason.TOO_MANY_REQUESTS
    assert home.said[-1].request_id == b"\x03"


def test_an_answer_that_comes_late_is_for_the_top_up_it_answers() -> None:
    home = Home()
    home.submit_utrn(ESME, request_id=b"1")
    sequence = home.from_ppmid[0].zcl.header.sequence
    home.run(61 * SECOND)
    home.submit_utrn(ESME, request_id=b"2")
    home.esme.node.send_frame(PPMID, prepayment.CLUSTER, prepayment.frame(ACCEPTED, sequence))
    home.run()
    assert [(one.request_id, one.outcome) for one in home.results] == [
        (b"1", UtrnOutcome.UNKNOWN),
        (b"1", UtrnOutcome.ACCEPTED),
    ]


# Top-ups of gas


def test_a_top_up_for_gas_goes_as_pcs01_through_the_hub_and_back() -> None:
    home = Home(relay="none")
    home.submit_utrn(GSME)
    assert home.states == [State.RECEIVED, State.WAITING_FOR_GAS_METER]
    home.gas_wakes()
    sent = gbcs.decode(tunneling.read(home.from_ppmid[0].zcl).data)
    assert (sent.message_code, sent.counter, sent.originator, sent.target) == (0x009B, 10_000, PPMID, GSME)
    assert payloads.read_top_up_digits(sent) == UTRN
    crypto.verify_mac(sent, EC_KEYS[GSME], EC_KEYS[PPMID].public_key())
    assert home.results == [UtrnResult(b"u", UtrnOutcome.ACCEPTED, 1_000_000, 0, "Top-up accepted: £10.00")]
    assert home.lines == ("Top-up sent", "Top-up accepted: £10.00")


def test_a_refused_gas_top_up_has_no_value() -> None:
    home = Home()
    home.gsme.result = payloads.gsme.TopUpResult.REJECTED_DUPLICATE
    home.submit_utrn(GSME)
    home.gas_wakes()
    assert home.results == [UtrnResult(b"u", UtrnOutcome.REFUSED, None, 2, "Top-up refused: already used")]


def test_its_own_originator_counter_rises_also_over_a_restart() -> None:
    home = Home()
    for _ in range(2):
        home.ppmid.enter_utrn(GSME, UTRN)
        home.gas_wakes()
        home.ppmid.restart()
        home.run(MINUTE)
    home.ppmid.select_emergency_credit(GSME)
    home.gas_wakes()
    assert [gbcs.decode(one).counter for one in home.gsme.commands] == [10_000, 10_001, 10_002]
    assert home.lines == ("Emergency credit asked for", "Emergency credit selected")


def test_a_gas_answer_without_the_gas_meters_mac_is_none() -> None:
    home = Home()
    home.gsme.key = EC_KEYS[PPMID]
    home.submit_utrn(GSME)
    home.gas_wakes()
    assert home.results == []
    home.run(2 * HOUR)
    assert [one.outcome for one in home.results] == [UtrnOutcome.UNKNOWN]


def test_a_gas_top_up_is_unknown_only_after_two_wakes_could_have_been() -> None:
    home = Home()
    home.gsme.mute = True
    home.submit_utrn(GSME)
    home.run(3_890 * SECOND)
    assert home.results == []
    home.run(20 * SECOND)
    assert [one.outcome for one in home.results] == [UtrnOutcome.UNKNOWN]
    home.gas_wakes()
    home.gsme.put(home.gsme.answer(gbcs.decode(home.gsme.commands[0])))
    home.run()
    assert [one.outcome for one in home.results] == [UtrnOutcome.UNKNOWN, UtrnOutcome.ACCEPTED]


def test_without_a_tunnel_to_the_hub_nothing_is_called_sent() -> None:
    home = Home(hub_on=False)
    home.submit_utrn(GSME)
    home.submit_command(command(ESME))
    assert [one.reason for one in home.said if one.state is State.REFUSED] == [Reason.HAN_UNREACHABLE] * 2
    assert home.lines == (texts.NOT_SENT,)
    assert home.from_ppmid == []


# Emergency credit and supply


def test_emergency_credit_and_supply_of_the_electricity_meter() -> None:
    home = Home()
    home.ppmid.select_emergency_credit(ESME)
    home.run()
    home.ppmid.enable_supply(ESME)
    home.run()
    assert [(one.cluster, one.zcl.header.command, one.zcl.payload[-1:]) for one in home.from_ppmid] == [
        (0x0705, 0x00, b"\x02"),
        (0x0702, 0x0C, b"\x02"),  # supply on, and nothing else
    ]
    assert home.lines[1::2] == ("Emergency credit selected", "Supply switched on")


def test_a_meter_that_does_not_allow_them_is_believed() -> None:
    home = Home()
    home.esme.status = zcl.Status.FAILURE
    home.ppmid.select_emergency_credit(ESME)
    home.run()
    home.ppmid.enable_supply(ESME)
    home.run()
    assert home.lines[1::2] == ("Emergency credit not available", "The meter did not switch the supply on")


def test_gas_cannot_be_switched_on_from_the_ppmid() -> None:
    home = Home()
    home.ppmid.enable_supply(GSME)
    home.run()
    assert home.from_ppmid == []
    assert home.lines == (texts.NOT_FOR_GAS,)


# Restarts


def test_what_is_under_way_outlives_a_restart_and_is_not_sent_again() -> None:
    home = Home()
    home.esme.answer_commands = False
    home.submit_command(command(ESME))
    home.submit_command(command(GSME), request_id=b"g")
    home.ppmid.restart()
    home.run(MINUTE)
    home.gas_wakes()
    assert (State.UNKNOWN, b"r") in [(one.state, one.request_id) for one in home.said if isinstance(one, Status)]
    assert home.said[-1] == CommandResponse(b"g", answer_to(command(GSME)).encode())
    assert len(home.from_ppmid) == 2


def test_a_time_out_that_passed_without_power_is_told_after_it() -> None:
    home = Home(restart_s=120)
    home.submit_utrn(ESME)
    home.ppmid.restart()
    home.run(MINUTE + 30 * SECOND)
    assert home.results == []
    home.run(MINUTE)
    assert [one.outcome for one in home.results] == [UtrnOutcome.UNKNOWN]


def test_a_queued_top_up_is_sent_once_after_a_restart() -> None:
    home = Home(restart_s=90)
    home.submit_utrn(ESME, request_id=b"1")
    home.submit_utrn(ESME, request_id=b"2")
    home.ppmid.restart()
    home.run(5 * MINUTE)
    assert len(home.esme.top_ups) == 2


def test_replayed_messages_stay_refused_after_a_restart() -> None:
    home = Home()
    sealed = home.submit(SubmitCommand(b"r", ESME, command(ESME).encode()))
    home.ppmid.restart()
    home.run(MINUTE)
    home.avenue.send(DELIVERY_SERVICE, PPMID_NAME, sealed)
    home.run()
    assert len(home.esme.commands) == 1


def test_without_power_it_does_nothing() -> None:
    home = Home()
    home.ppmid.restart()
    home.submit_command(command(ESME))
    home.ppmid.enter_utrn(ESME, UTRN)
    home.run()
    assert home.from_ppmid == []
    assert home.lines == ()


# No text shows a UTRN


def test_no_text_that_it_gives_holds_the_digits() -> None:
    home = Home()
    home.esme.answers = [ACCEPTED, ConsumerTopUpResponse(0x02), None]
    for number, meter in enumerate((ESME, ESME, ESME, GSME)):
        home.submit_utrn(meter, request_id=bytes([number]))
        home.run(70 * SECOND)
    home.gas_wakes()
    everything = " ".join((*home.lines, *(one.text for one in home.said), repr(home.said)))
    assert UTRN not in everything
    assert len(home.results) == 4


# Each fault shows, and the right device does not have it


def test_drops_responses() -> None:
    home = Home(faulty.DropsResponses)
    home.submit_command(command(ESME))
    assert home.states == [State.RECEIVED, State.FORWARDED]
    assert len(home.esme.commands) == 1


def test_alters_commands() -> None:
    home = Home(faulty.AltersCommands)
    home.submit_command(command(ESME))
    assert home.esme.commands == [command(ESME, mac=bytes(11) + b"\x01").encode()]


def test_alters_responses() -> None:
    home = Home(faulty.AltersResponses)
    home.submit_command(command(ESME))
    assert home.said[-1] == CommandResponse(b"r", replace(answer_to(command(ESME)), mac=bytes(11) + b"\x01").encode())


def test_reports_accepted_early() -> None:
    home = Home(faulty.ReportsAcceptedEarly)
    home.submit_utrn(ESME)
    assert home.results[0].outcome is UtrnOutcome.ACCEPTED
    assert home.lines[-1] == "Top-up accepted"


def test_shows_utrn() -> None:
    home = Home(faulty.ShowsUtrn)
    home.submit_utrn(ESME)
    assert UTRN in home.lines[-1]
    assert UTRN in home.said[-1].text


def test_sits_on_commands() -> None:
    home = Home(faulty.SitsOnCommands)
    home.submit_command(command(ESME))
    home.run(43 * SECOND)
    assert home.esme.commands == []
    home.run(3 * SECOND)
    assert len(home.esme.commands) == 1
    assert home.states[-1] == "CommandResponse"


@pytest.mark.parametrize("digits", [UTRN[:19], UTRN[:19] + "6", "12345678901234567890"])
def test_sends_unchecked_utrns(digits: str) -> None:
    home = Home(faulty.SendsUncheckedUtrns)
    home.ppmid.enter_utrn(ESME, digits)
    home.ppmid.enter_utrn(GSME, digits)
    home.gas_wakes()
    assert home.esme.top_ups == [digits.encode()]
    assert digits.encode() in home.gsme.commands[0]


def test_forwards_foreign_targets() -> None:
    home = Home(faulty.ForwardsForeignTargets)
    home.submit_command(command(FOREIGN))
    assert tunneling.read(home.from_ppmid[0].zcl).data == command(FOREIGN).encode()


def test_trusts_any_sender() -> None:
    home = Home(faulty.TrustsAnySender)
    home.submit(SubmitCommand(b"r", ESME, command(ESME).encode()), STRANGER, home="home 2", sender=b"\xff")
    home.avenue.send("attacker", PPMID_NAME, b"rubbish")
    home.run()
    assert len(home.esme.commands) == 1
    assert home.ppmid.dropped == {"malformed": 1}


def test_calls_duplicate_accepted() -> None:
    home = Home(faulty.CallsDuplicateAccepted)
    home.esme.answers = [ConsumerTopUpResponse(0x02), ConsumerTopUpResponse(0x01)]
    home.submit_utrn(ESME, request_id=b"1")
    home.submit_utrn(ESME, request_id=b"2")
    assert [one.outcome for one in home.results] == [UtrnOutcome.ACCEPTED, UtrnOutcome.REFUSED]


def test_resends_gas_utrn() -> None:
    home = Home(faulty.ResendsGasUtrn)
    home.submit_utrn(GSME)
    home.gas_wakes()
    assert [gbcs.decode(one).counter for one in home.gsme.commands] == list(range(10_000, 10_005))
    assert len(home.results) == 1


def test_silent_after_timeout() -> None:
    home = Home(faulty.SilentAfterTimeout)
    home.esme.answer_commands = False
    home.submit_command(command(ESME))
    home.submit_utrn(ESME)
    home.run(10 * MINUTE)
    assert home.states == [State.RECEIVED, State.FORWARDED, State.RECEIVED, State.FORWARDED]
