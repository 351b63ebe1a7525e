"""A hub under Commands by every way, answers, outages and power cuts: a ledger of what came in, and where it went.

Every message that a hub took is delivered as it came, or waits, or was refused and noted, or was lost in a cut of power
while it waited; each Response goes once to whoever brought its Command last, and once to the DCC.
"""

from collections import Counter
from typing import ClassVar

import pytest
from home_parts import ESME, FOREIGN, GSME, OTHER_PPMID, PPMID, answer_to, command
from hub_home import Home
from hypothesis import Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ppmid_devices.hub import faulty
from ppmid_devices.hub.carrying import Carrying
from ppmid_devices.hub.relay import Refusal
from ppmid_devices.hub.simulated import SimulatedHub
from ppmid_devices.ports import HOUR, MINUTE, SECOND
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import Message
from ppmid_protocols.gbcs.prepayment.requests import CS01A, CS01B, ECS82
from ppmid_protocols.zigbee.gb_hrgp import GetResponse, decode

RATE, LIFE = 6, 3 * HOUR
CODES = {ESME: CS01A, GSME: CS01B, FOREIGN: CS01A}


class HubInAnyOrder(RuleBasedStateMachine):
    """``handed``, ``delivered``, ``lost``: how often each message was taken, arrived, and was lost with the power."""

    kind: ClassVar[type[SimulatedHub]] = SimulatedHub

    @initialize(wan_up=st.booleans())
    def power_on(self, wan_up: bool) -> None:
        self.home = Home(
            self.kind,
            wan_up=wan_up,
            relay="commands",
            relay_types=(CS01A, CS01B),
            relay_rate_per_hour=RATE,
            relay_age_s=LIFE // SECOND,
            mailbox_life_s=LIFE // SECOND,
            mailbox_messages=2,
            alerts=False,
        )
        self.handed: Counter[bytes] = Counter()
        self.fetched: Counter[bytes] = Counter()
        self.lost: Counter[bytes] = Counter()
        self.answers: Counter[bytes] = Counter()
        self.answers_lost: Counter[bytes] = Counter()
        self.expected_back: dict[Eui, Counter[bytes]] = {PPMID: Counter(), OTHER_PPMID: Counter()}
        self.brought: list[Message] = []
        self.answerable: list[Message] = []
        self.bringer: dict[Message, tuple[Eui | None, int]] = {}
        self.counter = 0

    # What comes in

    def next_command(self, target: Eui, code: int) -> Message:
        self.counter += 1
        made = command(target, self.counter, code)
        self.brought.append(made)
        return made

    def hand(self, who: Eui | None, one: Message) -> None:
        """By a PPMID, or over the SM WAN (None); noted as handed only where the hub has taken it from its line."""
        refused = len(self.home.hub.refusals)
        if who is None:
            if not self.home.wan.up:
                return
            self.handed[one.encode()] += 1
            self.home.from_wan(one)
        else:
            self.handed[one.encode()] += 1
            self.home.send(who, one)
        if len(self.home.hub.refusals) > refused:
            return
        self.answerable.append(one)
        if who is not None:
            self.bringer[one] = who, self.home.clock.now()

    @rule(device=st.sampled_from([ESME, GSME, FOREIGN]), who=st.sampled_from([PPMID, OTHER_PPMID, None]))
    def a_new_command(self, device: Eui, who: Eui | None) -> None:
        self.hand(who, self.next_command(device, CODES[device]))

    @rule(who=st.sampled_from([PPMID, OTHER_PPMID]))
    def a_command_that_is_not_on_the_list(self, who: Eui) -> None:
        one = self.next_command(ESME, ECS82)
        self.hand(who, one)
        assert self.home.reasons[-1] in (Refusal.TYPE_NOT_ALLOWED, Refusal.TOO_MANY)
        assert one.encode() not in self.home.heard[ESME]

    @precondition(lambda self: self.brought)
    @rule(pick=st.integers(0, 10**6), who=st.sampled_from([PPMID, OTHER_PPMID, None]))
    def a_command_that_came_before(self, pick: int, who: Eui | None) -> None:
        """A carrier keeps no memory of what it carried: the second copy is the meter's to refuse."""
        one = self.brought[-1 - pick % min(4, len(self.brought))]
        if one.message_code != ECS82:
            self.hand(who, one)

    # What goes on

    @rule()
    def the_gas_meter_wakes(self) -> None:
        self.home.get()

    @precondition(lambda self: self.answerable)
    @rule(pick=st.integers(0, 10**6))
    def a_meter_answers(self, pick: int) -> None:
        one = self.answerable.pop(-1 - pick % min(4, len(self.answerable)))
        response = answer_to(one)
        if one.target == ESME:
            self.home.send(ESME, response)
        else:
            self.home.put(response)
        self.answers[response.encode()] += 1
        who, at = self.bringer.get(one, (None, 0))
        if who is not None and self.home.clock.now() - at < 20 * HOUR:
            self.expected_back[who][response.encode()] += 1

    @rule(up=st.booleans())
    def the_sm_wan_comes_or_goes(self, up: bool) -> None:
        self.home.wan.set_up(up)
        self.home.run(SECOND)

    @rule(minutes=st.sampled_from([1, 20, 90, 200]))
    def time_passes(self, minutes: int) -> None:
        self.home.run(minutes * MINUTE)
        at = self.home.clock.now()
        self.answerable = [one for one in self.answerable if at - self.bringer.get(one, (None, at))[1] < 20 * HOUR]

    @rule()
    def power_is_cut(self) -> None:
        """What waits is lost, as the setting has it; nothing is done twice because of it."""
        hub = self.home.hub
        for device in (ESME, GSME):
            self.lost.update(letter.message for letter in hub._carrying._post._fresh(device).letters)
        self.answers_lost.update(octets for _, octets in hub._wan._outbox.messages)
        hub.power_cycle()
        self.home.run(40 * SECOND)
        self.home.gas.open()
        self.home.run(5 * SECOND)

    # The ledger

    def delivered(self) -> Counter[bytes]:
        answers = [decode(octets) for octets in self.home.heard[GSME]]
        gas = [one.message for one in answers if isinstance(one, GetResponse) and one.message]
        return Counter([*self.home.heard[ESME], *gas])

    def waiting(self) -> Counter[bytes]:
        post = self.home.hub._carrying._post
        return Counter(letter.message for device in (ESME, GSME) for letter in post._fresh(device).letters)

    @invariant()
    def what_came_in_is_somewhere(self) -> None:
        delivered, waiting = self.delivered(), self.waiting()
        assert set(delivered) <= set(self.handed), "something was delivered that nobody brought, or not as it came"
        for octets, times in self.handed.items():
            assert delivered[octets] + waiting[octets] + self.lost[octets] <= times, "more went out than came in"
        noted = len([one for one in self.home.hub.refusals if one.message_code is not None])
        came, went = self.handed.total(), delivered.total() + waiting.total() + self.lost.total()
        assert came == went + noted, "something vanished without a note"

    @invariant()
    def each_answer_goes_back_once_and_to_the_dcc_once(self) -> None:
        for ppmid, expected in self.expected_back.items():
            assert Counter(self.home.heard[ppmid]) == expected
        kept = Counter(octets for _, octets in self.home.hub._wan._outbox.messages)
        assert Counter(self.home.to_dcc) + kept + self.answers_lost == self.answers

    @invariant()
    def no_more_than_may_pass_in_an_hour(self) -> None:
        now = self.home.clock.now()
        for target in (ESME, GSME):
            passed = self.home.hub._carrying._relaying._rate.passed.get(target, ())
            assert len([at for at in passed if at > now - HOUR]) <= RATE


TestHubInAnyOrder = HubInAnyOrder.TestCase
TestHubInAnyOrder.settings = hypothesis_settings(max_examples=25, stateful_step_count=30)


class _CarriesTwice(Carrying):
    def deliver(self, device: Eui, octets: bytes, life_s: int) -> Refusal | None:
        first = super().deliver(device, octets, life_s)
        return super().deliver(device, octets, life_s) if device == ESME else first


class CarriesTwice(SimulatedHub):
    carrying = _CarriesTwice


@pytest.mark.parametrize(
    "kind",
    [CarriesTwice, faulty.AltersRelayed, faulty.DropsRelayed, faulty.MisroutesResponses, faulty.DropsTheOldestLetter],
)
def test_the_ledger_finds_a_hub_at_fault(kind: type[SimulatedHub]) -> None:
    machine = type("Faulty", (HubInAnyOrder,), {"kind": kind})
    found = hypothesis_settings(
        max_examples=60,
        stateful_step_count=30,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
    )
    with pytest.raises(AssertionError):
        run_state_machine_as_test(machine, settings=found)
