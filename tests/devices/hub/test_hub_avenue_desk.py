"""A hub that takes Commands by a port of its own: by the rules of a PPMID's, once, and with an answer to each."""

from random import Random
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from home_parts import ESME, FOREIGN, GSME, HUB, UTRN, answer_to, command
from hub_home import Home

from ppmid_devices import roles
from ppmid_devices.hub import faulty_port
from ppmid_devices.hub.avenue_desk import REASONS
from ppmid_devices.hub.contract import HubSituation
from ppmid_devices.hub.relay import Refusal
from ppmid_devices.hub.simulated import SimulatedHub
from ppmid_devices.links.contract import HubPort
from ppmid_devices.links.link import Conditions, Link
from ppmid_devices.ports import DAY, HOUR, MINUTE
from ppmid_protocols.gbcs.message import Message as Gbcs
from ppmid_protocols.gbcs.prepayment.requests import CS01A, CS01B, ECS82
from ppmid_protocols.local_interface import (
    Capabilities,
    CommandResponse,
    Fuel,
    Message,
    Meter,
    Reason,
    ReplayGuard,
    State,
    Status,
    SubmitCommand,
    SubmitUtrn,
    cobs,
    open_sealed,
    seal,
)
from ppmid_protocols.secret import Secret

KEY, SENDER_KEY, STRANGER = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2, 3))
SENDER, NAME = "delivery-service", "home 1"
TOP_UP, GAS_TOP_UP = command(ESME), command(GSME, code=CS01B)


class Wired(Home):
    """A hub whose serial port has a cable in it, and what it says there."""

    def __init__(self, kind: type[SimulatedHub] = SimulatedHub, *, port: HubPort = "serial", **more: Any) -> None:
        self._replay = 0
        self.frames: list[bytes] = []
        self.raw = cobs.CobsDeframer()
        situation = {one: more.pop(one) for one in ("can_relay", "relays") if one in more}
        wan_up = more.pop("wan_up", False)
        self._situation = HubSituation(port=port, **{"can_relay": True, **situation})
        super().__init__(self._make(kind), wan_up=wan_up, **more)  # type: ignore[arg-type]
        self.line.set_up(True)
        self.run()

    def _make(self, kind: type[SimulatedHub]) -> Any:
        def make(**given: Any) -> SimulatedHub:
            self.line = Link("avenue", self.clock, self.tap, Random("avenue"), Conditions())
            self.line.set_up(False)
            self.line.attach(roles.CARRIER, lambda _, frame: self.frames.append(frame))
            senders = {SENDER: SENDER_KEY.public_key()}
            return kind(**given, situation=self._situation, key=KEY, senders=senders, home=NAME, avenue=self.line)

        return make

    def bring(self, message: Message, key: Ed25519PrivateKey = SENDER_KEY, **binding: Any) -> bytes:
        self._replay += 1
        bound = {"sender": SENDER.encode(), "home": NAME, "ppmid": HUB, "replay": self._replay} | binding
        sealed = seal(message, key=key, **bound)
        self.bring_octets(sealed)
        return sealed

    def bring_octets(self, sealed: bytes) -> None:
        self.line.send(roles.CARRIER, roles.HUB, cobs.frame(sealed))
        self.run()

    def bring_command(self, one: Gbcs, request_id: bytes = b"r") -> None:
        self.bring(SubmitCommand(request_id, one.target, one.encode()))

    @property
    def said(self) -> list[Message]:
        """What the hub has said at its port, each opened as a delivery service does, in order."""
        guard, found = ReplayGuard(), []
        for sealed in cobs.CobsDeframer().feed(b"".join(self.frames)):
            assert isinstance(sealed, bytes)
            opened = open_sealed(sealed, keys={b"hub": KEY.public_key()}, home=NAME, ppmid=HUB)
            guard = guard.accept(opened)
            found.append(opened.message)
        return found

    @property
    def states(self) -> list[tuple[State, Reason | None]]:
        return [(one.state, one.reason) for one in self.said if isinstance(one, Status)]


def test_it_says_what_it_is_when_somebody_plugs_in() -> None:
    meters = (Meter(ESME, Fuel.ELECTRICITY), Meter(GSME, Fuel.GAS))
    assert Wired().said == [Capabilities(b"capabilities", "2", True, meters)]
    assert Wired(can_relay=False).said == [Capabilities(b"capabilities", "1", False, meters)]


def test_a_command_goes_to_its_meter_as_it_is_and_the_response_back_to_the_port() -> None:
    home = Wired()
    home.bring_command(TOP_UP)
    assert home.heard[ESME] == [TOP_UP.encode()]
    response = answer_to(TOP_UP)
    home.send(ESME, response)
    assert home.states == [(State.FORWARDED, None)]
    assert home.said[-1] == CommandResponse(b"r", response.encode())
    assert home.to_dcc == []


def test_a_response_goes_over_the_sm_wan_too_where_that_is_up() -> None:
    home = Wired(wan_up=True)
    home.bring_command(TOP_UP)
    home.send(ESME, answer_to(TOP_UP))
    assert home.said[-1] == CommandResponse(b"r", answer_to(TOP_UP).encode())
    assert home.to_dcc == [answer_to(TOP_UP).encode()]


def test_what_answers_a_command_of_the_dcc_is_not_said_at_the_port() -> None:
    home = Wired(wan_up=True)
    home.from_wan(TOP_UP)
    home.send(ESME, answer_to(TOP_UP))
    assert home.to_dcc == [answer_to(TOP_UP).encode()]
    assert len(home.said) == 1  # what it is


def test_a_gas_meters_command_waits_in_the_mailbox() -> None:
    home = Wired()
    home.bring_command(GAS_TOP_UP)
    assert home.states == [(State.WAITING_FOR_GAS_METER, None)]
    assert home.get().message == GAS_TOP_UP.encode()
    home.put(answer_to(GAS_TOP_UP))
    assert home.said[-1] == CommandResponse(b"r", answer_to(GAS_TOP_UP).encode())


def test_a_gas_meters_command_that_waits_in_vain_is_refused_as_too_old() -> None:
    home = Wired(relay_age_s=1_800)
    home.bring_command(GAS_TOP_UP)
    home.run(HOUR)
    assert home.states == [(State.WAITING_FOR_GAS_METER, None), (State.REFUSED, Reason.COMMAND_TOO_OLD)]
    assert home.get().message == b""


def test_without_an_answer_it_says_unknown_and_a_late_one_is_still_passed_back() -> None:
    home = Wired(esme_answer_s=60)
    home.bring_command(TOP_UP)
    home.run(2 * MINUTE)
    assert home.states == [(State.FORWARDED, None), (State.UNKNOWN, None)]
    home.send(ESME, answer_to(TOP_UP))
    assert home.said[-1] == CommandResponse(b"r", answer_to(TOP_UP).encode())
    assert home.heard[ESME] == [TOP_UP.encode()]


@pytest.mark.parametrize(
    ("situation", "one", "reason"),
    [
        ({"can_relay": False}, TOP_UP, Reason.CANNOT_RELAY),
        ({"relays": frozenset({CS01A})}, command(ESME, code=ECS82), Reason.COMMAND_NOT_ALLOWED),
        ({}, command(FOREIGN), Reason.UNKNOWN_METER),
        ({"relay_octets": 100}, command(ESME, payload=bytes(200)), Reason.COMMAND_TOO_LARGE),
        ({"relay_rate_per_hour": 0}, TOP_UP, Reason.TOO_MANY_REQUESTS),
        ({"mailbox_messages": 0}, GAS_TOP_UP, Reason.HAN_UNREACHABLE),
    ],
)
def test_the_rules_are_those_of_a_ppmids_commands(situation: dict[str, Any], one: Gbcs, reason: Reason) -> None:
    home = Wired(**situation)
    home.bring_command(one)
    assert home.states == [(State.REFUSED, reason)]
    assert not any(home.heard.values())
    assert [(refused.party, refused.message_code) for refused in home.hub.refusals] == [(str(HUB), one.message_code)]


def test_the_rate_counts_what_the_port_brings() -> None:
    home = Wired(relay_rate_per_hour=2)
    for counter in (1, 2, 3):
        home.bring_command(command(ESME, counter), bytes([counter]))
    assert len(home.heard[ESME]) == 2
    assert home.states[-1] == (State.REFUSED, Reason.TOO_MANY_REQUESTS)


def test_what_is_no_command_or_for_another_target_than_it_says_is_refused() -> None:
    home = Wired()
    home.bring(SubmitCommand(b"1", ESME, b"rubbish"))
    home.bring(SubmitCommand(b"2", GSME, TOP_UP.encode()))
    home.bring(SubmitCommand(b"3", SUPPLIERS_END, answer_to(TOP_UP).encode()))
    home.bring(SubmitUtrn(b"4", ESME, Secret(UTRN.encode())))
    assert [reason for _, reason in home.states] == [
        Reason.COMMAND_NOT_GBCS,
        Reason.COMMAND_NOT_GBCS,
        Reason.COMMAND_NOT_ALLOWED,
        Reason.OTHER,
    ]
    assert not any(home.heard.values())


SUPPLIERS_END = answer_to(TOP_UP).target


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
    key: Ed25519PrivateKey, binding: dict[str, Any]
) -> None:
    home = Wired()
    home.bring(SubmitCommand(b"r", ESME, TOP_UP.encode()), key, **binding)
    assert home.heard[ESME] == []
    assert len(home.said) == 1
    assert home.hub.refusals == ()


def test_a_copy_does_nothing_and_neither_does_one_after_a_loss_of_power() -> None:
    home = Wired()
    sealed = home.bring(SubmitCommand(b"r", ESME, TOP_UP.encode()))
    home.bring_octets(sealed)
    home.hub.power_cycle()
    home.run(MINUTE)
    home.bring_octets(sealed)
    assert home.heard[ESME] == [TOP_UP.encode()]


def test_the_same_request_sealed_anew_is_answered_with_its_state_and_not_done_again() -> None:
    home = Wired()
    home.bring_command(TOP_UP)
    home.bring_command(TOP_UP)
    home.bring_command(command(ESME, 8))
    assert home.heard[ESME] == [TOP_UP.encode()]
    assert home.states == [
        (State.FORWARDED, None),
        (State.FORWARDED, None),
        (State.REFUSED, Reason.REQUEST_ID_IN_USE),
    ]


def test_half_a_frame_is_forgotten_when_the_cable_is_pulled() -> None:
    home = Wired()
    bound = {"sender": SENDER.encode(), "home": NAME, "ppmid": HUB, "replay": 1}
    frame = cobs.frame(seal(SubmitCommand(b"r", ESME, TOP_UP.encode()), key=SENDER_KEY, **bound))
    home.line.send(roles.CARRIER, roles.HUB, frame[:-1])
    home.run()
    home.line.set_up(False)
    home.line.set_up(True)
    home.line.send(roles.CARRIER, roles.HUB, frame[-1:])
    home.run()
    assert home.heard[ESME] == []
    home.line.send(roles.CARRIER, roles.HUB, frame)
    home.run()
    assert home.heard[ESME] == [TOP_UP.encode()]


def test_what_it_says_while_nobody_is_there_waits_for_whoever_comes() -> None:
    home = Wired()
    home.bring_command(TOP_UP)
    home.line.set_up(False)
    home.frames.clear()
    home.send(ESME, answer_to(TOP_UP))
    home.run(DAY)
    assert home.frames == []
    home.line.set_up(True)
    home.run()
    assert home.said[-1] == CommandResponse(b"r", answer_to(TOP_UP).encode())


def test_a_hub_without_power_hears_nothing_at_its_port() -> None:
    home = Wired()
    home.hub.power_cycle()
    home.bring_command(TOP_UP)
    home.run(MINUTE)
    assert home.heard[ESME] == []


def test_new_firmware_relays_what_is_brought_from_then_on() -> None:
    home = Wired(can_relay=False)
    home.bring_command(TOP_UP)
    home.hub.update()
    home.run(MINUTE)
    home.bring_command(TOP_UP, b"again")
    assert home.heard[ESME] == [TOP_UP.encode()]
    assert home.states == [(State.REFUSED, Reason.CANNOT_RELAY), (State.FORWARDED, None)]


def test_a_command_for_the_hub_itself_goes_to_no_meter() -> None:
    home = Wired()
    home.bring_command(command(HUB))
    assert home.states == [(State.FORWARDED, None)]
    assert not any(home.heard.values())


def test_every_refusal_of_a_command_has_its_reason() -> None:
    others = {Refusal.JOINING_CLOSED, Refusal.NOT_JOINED, Refusal.LOG_FULL}
    assert set(REASONS) == set(Refusal) - others


# Faults, each as what it is.


def test_a_hub_that_alters_or_swallows_what_is_brought() -> None:
    altering, swallowing = Wired(faulty_port.AltersWhatIsBrought), Wired(faulty_port.SwallowsWhatIsBrought)
    for home in (altering, swallowing):
        home.bring_command(TOP_UP)
        assert home.states == [(State.FORWARDED, None)]
    octets = TOP_UP.encode()
    assert altering.heard[ESME] == [octets[:-1] + bytes((octets[-1] ^ 1,))]
    assert swallowing.heard[ESME] == []


def test_a_hub_that_keeps_or_alters_responses() -> None:
    keeping, altering = Wired(faulty_port.KeepsResponsesFromPort), Wired(faulty_port.AltersResponsesForPort)
    octets = answer_to(TOP_UP).encode()
    for home in (keeping, altering):
        home.bring_command(TOP_UP)
        home.send(ESME, answer_to(TOP_UP))
    assert [one for one in keeping.said if isinstance(one, CommandResponse)] == []
    assert altering.said[-1] == CommandResponse(b"r", octets[:-1] + bytes((octets[-1] ^ 1,)))


def test_a_hub_that_trusts_whoever_plugs_in() -> None:
    home = Wired(faulty_port.TrustsWhoeverPlugsIn)
    home.bring(SubmitCommand(b"r", ESME, TOP_UP.encode()), STRANGER)
    assert home.heard[ESME] == [TOP_UP.encode()]


def test_a_hub_that_passes_copies_on() -> None:
    home = Wired(faulty_port.PassesCopiesOn)
    home.bring_octets(home.bring(SubmitCommand(b"r", ESME, TOP_UP.encode())))
    assert home.heard[ESME] == [TOP_UP.encode()] * 2
