"""The PPMID in its home: avenue, carried Commands, top-ups of both fuels, silence, restarts; and each of its faults."""

from dataclasses import replace
from random import Random
from typing import Any, Literal

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from home_parts import (
    ESME,
    FOREIGN,
    GSME,
    HUB,
    KEYS,
    METERS,
    PPMID,
    SUPPLIER,
    UTRN,
    Ground,
    answer_to,
    check_mac_as,
    command,
    heard_on_the_han,
    membership,
    with_mac_of,
)

from ppmid_devices import roles
from ppmid_devices.credentials import Credentials
from ppmid_devices.hub.settings import HubSettings
from ppmid_devices.hub.simulated import SimulatedHub
from ppmid_devices.links.han_node import HanNode
from ppmid_devices.links.link import Conditions
from ppmid_devices.links.tunnel import TunnelClient, TunnelServer
from ppmid_devices.links.wan import Wan
from ppmid_devices.ports import HOUR, MINUTE, SECOND, Clock
from ppmid_devices.ppmid import faulty, texts
from ppmid_devices.ppmid.settings import PpmidSettings
from ppmid_devices.ppmid.simulated import SimulatedPpmid
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import message as gbcs
from ppmid_protocols.gbcs import prepayment as payloads
from ppmid_protocols.gbcs.message import Message
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
from ppmid_protocols.local_interface import Message as AvenueMessage
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import gb_hrgp, metering, prepayment, tunneling, zcl
from ppmid_protocols.zigbee.han import AppMessage
from ppmid_protocols.zigbee.prepayment import ConsumerTopUp, ConsumerTopUpResponse, TopUpResult

HOME = "home 1"
SENDER = roles.DELIVERY_SERVICE
SENDER_KEY, PPMID_KEY, STRANGER = (KEYS.avenue_key(name) for name in (SENDER, roles.PPMID, "stranger"))


class Esme:
    """Answers what it is told to; remembers what it heard."""

    def __init__(self, node: HanNode) -> None:
        self.node = node
        self.commands: list[bytes] = []
        self.top_ups: list[bytes] = []
        self.answers: list[ConsumerTopUpResponse | None] = []
        self.status = zcl.Status.SUCCESS
        self.answer_commands = True
        self.tunnel = TunnelServer(node, HUB, self._command)
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
        self.sealing_as = GSME
        self.tunnel = TunnelClient(node, HUB, clock, self._heard, opened=self.fetch)
        self.mute = False

    def fetch(self) -> None:
        if self.tunnel.is_open:
            self.tunnel.send(gb_hrgp.Get().encode())
        else:
            self.tunnel.open()

    def _heard(self, data: bytes) -> None:
        exchange = gb_hrgp.decode(data)
        assert isinstance(exchange, gb_hrgp.GetResponse)
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
        return with_mac_of(plain, self.sealing_as, PPMID)


def in_tunnel(message: AppMessage) -> bytes:
    """The octets that a message carries through a tunnel."""
    transfer = tunneling.read(message.zcl)
    assert isinstance(transfer, tunneling.TransferData)
    return transfer.data


class Home(Ground):
    """A PPMID under test, our hub, two stub meters, and a sender at the far end of the avenue."""

    def __init__(
        self,
        kind: type[SimulatedPpmid] = SimulatedPpmid,
        relay: Literal["none", "commands"] = "commands",
        hub_on: bool = True,
        **settings: Any,
    ) -> None:
        super().__init__()
        self.avenue = self.line("avenue")
        self.hub = SimulatedHub(
            clock=self.clock,
            credentials=Credentials(eui=HUB),
            han=self.han,
            membership=membership(HUB),
            wan=Wan("wan", self.clock, self.tap, Random("wan"), Conditions(), kind="never-wan"),
            devices={**METERS, PPMID: roles.PPMID},
            settings=HubSettings(relay=relay, on_unknown="error" if relay == "none" else "drop"),
        )
        self.esme = Esme(self.node(ESME))
        self.gsme = Gsme(self.node(GSME), self.clock)
        self.ppmid = kind(
            clock=self.clock,
            credentials=KEYS.credentials_of(roles.PPMID),
            directory=KEYS.directory_of(roles.PPMID),
            key=PPMID_KEY,
            senders={SENDER: SENDER_KEY.public_key()},
            home=HOME,
            avenue=self.avenue,
            han=self.han,
            membership=membership(PPMID),
            hub=HUB,
            meters=METERS,
            settings=PpmidSettings(**settings),
        )
        self.sealed: list[bytes] = []
        self.avenue.attach(SENDER, lambda _, data: self.sealed.append(data))
        self.replay = 0
        self.ppmid.start()
        if hub_on:
            self.hub.start()
        self.run(2 * SECOND)
        self.gsme.fetch()
        self.run()
        self.tap.crossings.clear()
        self.sealed.clear()

    def submit(self, message: AvenueMessage, key: Ed25519PrivateKey = SENDER_KEY, **binding: Any) -> bytes:
        self.replay += 1
        bound: dict[str, Any] = {
            "sender": SENDER.encode(),
            "home": HOME,
            "ppmid": PPMID,
            "replay": self.replay,
            **binding,
        }
        sealed = seal(message, key=key, **bound)
        self.avenue.send(SENDER, roles.PPMID, sealed)
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
    def said(self) -> list[Any]:
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
    def on_han(self) -> list[AppMessage]:
        return heard_on_the_han(self.tap.crossings)

    @property
    def from_ppmid(self) -> list[AppMessage]:
        return [message for message in self.on_han if message.source == PPMID]


ACCEPTED = ConsumerTopUpResponse(TopUpResult.ACCEPTED, 1_000_000, credit_remaining=4_525_000)


# Commands of others


def test_command_and_response_pass_unaltered_over_every_hop() -> None:
    home = Home()
    one = command(ESME)
    home.submit_command(one)
    response = answer_to(one)
    seen = [(m.source, m.destination, in_tunnel(m), m.zcl.header.direction) for m in home.on_han]
    to_server, to_client = zcl.Direction
    assert seen == [
        (PPMID, HUB, one.encode(), to_client),
        (HUB, ESME, one.encode(), to_server),
        (ESME, HUB, response.encode(), to_client),
        (HUB, PPMID, response.encode(), to_server),
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
    assert home.on_han == []


def test_what_is_no_gbcs_message_never_reaches_the_han() -> None:
    home = Home()
    home.submit(SubmitCommand(b"r", ESME, b"\xddno command"))
    assert home.said[0].reason is Reason.COMMAND_NOT_GBCS
    assert home.on_han == []


def test_a_ppmid_that_cannot_relay_says_so_and_still_tops_up() -> None:
    home = Home(can_relay=False)
    home.submit_command(command(ESME))
    assert home.said[0].reason is Reason.CANNOT_RELAY
    assert home.on_han == []
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
    assert home.on_han == []
    assert home.said == []
    assert sum(home.ppmid.dropped.values()) == 2


def test_a_recorded_message_and_an_altered_one_do_nothing() -> None:
    home = Home()
    sealed = home.submit(SubmitCommand(b"r", ESME, command(ESME).encode()))
    home.avenue.send("attacker", roles.PPMID, sealed)
    home.avenue.send("attacker", roles.PPMID, sealed[:-1] + bytes([sealed[-1] ^ 1]))
    home.avenue.send("attacker", roles.PPMID, b"rubbish")
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
        (
            ConsumerTopUpResponse(0x12, 1_000_000),
            UtrnOutcome.ACCEPTED,
            "Top-up accepted: £10.00, supply waits to be switched on",
        ),
        (ConsumerTopUpResponse(0x00), UtrnOutcome.ACCEPTED, "Top-up accepted: amount not told"),
        (ConsumerTopUpResponse(0x02), UtrnOutcome.REFUSED, "Top-up refused: already used"),
        (ConsumerTopUpResponse(0x05), UtrnOutcome.REFUSED, "Top-up refused: the meter is locked, try again later"),
        (ConsumerTopUpResponse(0x33), UtrnOutcome.REFUSED, "Top-up refused: reason 51"),
    ],
)
def test_every_answer_is_told_as_the_meter_gave_it(
    answer: ConsumerTopUpResponse, outcome: UtrnOutcome, line: str
) -> None:
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
    assert home.on_han == []
    assert home.lines == (texts.NOT_A_CODE,)


def test_a_sender_is_told_that_its_digits_are_no_code() -> None:
    home = Home()
    home.submit_utrn(ESME, UTRN[:19])
    home.submit_utrn(FOREIGN, request_id=b"v")
    assert [one.reason for one in home.said] == [Reason.UTRN_NOT_WELL_FORMED, Reason.UNKNOWN_METER]
    assert home.on_han == []


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


def test_a_top_up_beyond_the_queue_of_its_meter_is_refused() -> None:
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
    sent = gbcs.decode(in_tunnel(home.from_ppmid[0]))
    assert (sent.message_code, sent.counter, sent.originator, sent.target) == (0x009B, 10_000, PPMID, GSME)
    assert payloads.read_top_up_digits(sent) == UTRN
    check_mac_as(sent, GSME, PPMID)
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


def test_a_gas_answer_without_the_gas_meters_mac_is_not_believed() -> None:
    home = Home()
    home.gsme.sealing_as = ESME
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


def test_emergency_credit_and_supply_on_are_asked_of_the_electricity_meter() -> None:
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


def test_a_replayed_message_stays_refused_after_a_restart_and_a_new_one_is_taken() -> None:
    home = Home()
    sealed = home.submit(SubmitCommand(b"r", ESME, command(ESME).encode()))
    home.ppmid.restart()
    home.run(MINUTE)
    home.avenue.send(SENDER, roles.PPMID, sealed)
    home.run()
    assert len(home.esme.commands) == 1
    home.submit_command(command(ESME, 2), request_id=b"new")
    assert home.esme.commands[1:] == [command(ESME, 2).encode()]


def test_what_comes_while_it_has_no_power_is_never_done() -> None:
    home = Home()
    home.ppmid.restart()
    home.submit_command(command(ESME))
    home.ppmid.enter_utrn(ESME, UTRN)
    home.run(MINUTE)
    assert home.esme.commands == home.esme.top_ups == []
    assert home.lines == ()
    home.ppmid.enter_utrn(ESME, UTRN)
    home.run()
    assert home.esme.top_ups == [UTRN.encode()]


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


def test_one_that_drops_responses_says_no_more_than_forwarded() -> None:
    home = Home(faulty.DropsResponses)
    home.submit_command(command(ESME))
    assert home.states == [State.RECEIVED, State.FORWARDED]
    assert len(home.esme.commands) == 1


def test_one_that_keeps_quiet_about_relaying_swallows_a_command_that_it_cannot_carry() -> None:
    home = Home(faulty.KeepsQuietAboutRelaying, can_relay=False)
    home.submit_command(command(ESME))
    assert home.said == home.on_han == []
    able = Home(faulty.KeepsQuietAboutRelaying)
    able.submit_command(command(ESME))
    assert able.states == [State.RECEIVED, State.FORWARDED, "CommandResponse"]


def test_one_that_alters_commands_turns_their_last_bit() -> None:
    home = Home(faulty.AltersCommands)
    home.submit_command(command(ESME))
    assert home.esme.commands == [command(ESME, mac=bytes(11) + b"\x01").encode()]


def test_one_that_alters_responses_turns_their_last_bit() -> None:
    home = Home(faulty.AltersResponses)
    home.submit_command(command(ESME))
    assert home.said[-1] == CommandResponse(b"r", replace(answer_to(command(ESME)), mac=bytes(11) + b"\x01").encode())


def test_one_that_reports_early_says_accepted_without_an_answer() -> None:
    home = Home(faulty.ReportsAcceptedEarly)
    home.submit_utrn(ESME)
    assert home.results[0].outcome is UtrnOutcome.ACCEPTED
    assert home.lines[-1] == "Top-up accepted"
    home.esme.answer_commands = False
    home.submit_command(command(ESME))
    assert (home.said[-1].state, home.said[-1].text) == (State.FORWARDED, "Accepted by the meter")


def test_one_that_shows_utrns_has_the_digits_on_screen_and_avenue() -> None:
    home = Home(faulty.ShowsUtrn)
    home.submit_utrn(ESME)
    assert UTRN in home.lines[-1]
    assert UTRN in home.said[-1].text


def test_one_that_sits_on_commands_forwards_them_after_45_seconds() -> None:
    home = Home(faulty.SitsOnCommands)
    home.submit_command(command(ESME))
    home.run(43 * SECOND)
    assert home.esme.commands == []
    home.run(3 * SECOND)
    assert len(home.esme.commands) == 1
    assert home.states[-1] == "CommandResponse"


@pytest.mark.parametrize("digits", [UTRN[:19], UTRN[:19] + "6", "12345678901234567890"])
def test_one_that_checks_no_utrns_sends_those_that_can_be_no_code(digits: str) -> None:
    home = Home(faulty.SendsUncheckedUtrns)
    home.ppmid.enter_utrn(ESME, digits)
    home.ppmid.enter_utrn(GSME, digits)
    home.gas_wakes()
    assert home.esme.top_ups == [digits.encode()]
    assert digits.encode() in home.gsme.commands[0]


@pytest.mark.parametrize("digits", [UTRN[:19], UTRN[:19] + "6", "12345678901234567890"])
def test_one_that_trusts_utrns_of_the_avenue_still_checks_its_keypad(digits: str) -> None:
    home = Home(faulty.TrustsUtrnsOfTheAvenue)
    home.ppmid.enter_utrn(ESME, digits)
    home.ppmid.enter_utrn(GSME, digits)
    home.gas_wakes()
    assert home.from_ppmid == []
    home.submit_utrn(ESME, digits, b"1")
    home.submit_utrn(GSME, digits, b"2")
    home.gas_wakes()
    assert home.esme.top_ups == [digits.encode()]
    assert digits.encode() in home.gsme.commands[0]


def test_one_that_swallows_bad_utrns_still_says_why_it_does_not_send_others() -> None:
    home = Home(faulty.SwallowsBadUtrns)
    home.submit_utrn(ESME, UTRN[:19])
    assert home.on_han == []
    assert home.said == []
    home.submit_utrn(FOREIGN, request_id=b"v")
    assert [one.reason for one in home.said] == [Reason.UNKNOWN_METER]


def test_one_that_forwards_foreign_targets_gives_them_to_the_hub() -> None:
    home = Home(faulty.ForwardsForeignTargets)
    home.submit_command(command(FOREIGN))
    assert in_tunnel(home.from_ppmid[0]) == command(FOREIGN).encode()


def test_one_that_trusts_any_sender_carries_a_strangers_command() -> None:
    home = Home(faulty.TrustsAnySender)
    home.submit(SubmitCommand(b"r", ESME, command(ESME).encode()), STRANGER, home="home 2", sender=b"\xff")
    home.avenue.send("attacker", roles.PPMID, b"rubbish")
    home.run()
    assert len(home.esme.commands) == 1
    assert home.ppmid.dropped == {"malformed": 1}


def test_one_that_calls_duplicates_accepted_still_tells_other_refusals() -> None:
    home = Home(faulty.CallsDuplicateAccepted)
    home.esme.answers = [ConsumerTopUpResponse(0x02), ConsumerTopUpResponse(0x01)]
    home.submit_utrn(ESME, request_id=b"1")
    home.submit_utrn(ESME, request_id=b"2")
    assert [one.outcome for one in home.results] == [UtrnOutcome.ACCEPTED, UtrnOutcome.REFUSED]


def test_one_that_resends_gas_utrns_makes_five_commands_of_one() -> None:
    home = Home(faulty.ResendsGasUtrn)
    home.submit_utrn(GSME)
    home.gas_wakes()
    assert [gbcs.decode(one).counter for one in home.gsme.commands] == list(range(10_000, 10_005))
    assert len(home.results) == 1


def test_one_that_is_silent_after_the_time_out_tells_no_unknown() -> None:
    home = Home(faulty.SilentAfterTimeout)
    home.esme.answer_commands = False
    home.submit_command(command(ESME))
    home.submit_utrn(ESME)
    home.run(10 * MINUTE)
    assert home.states == [State.RECEIVED, State.FORWARDED, State.RECEIVED, State.FORWARDED]
