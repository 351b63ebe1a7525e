"""A simulated PPMID: tops meters up for a person or a sender on the avenue, and carries Commands to the hub.

It verifies who sends it work, and what its own GSME messages are answered with. Commands and Responses of others it
cannot verify, does not change, and never calls more than "received", "forwarded" or "no answer".
"""

from collections import deque
from collections.abc import Callable, Mapping

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ppmid_devices import roles
from ppmid_devices.credentials import Credentials, Directory
from ppmid_devices.hub.relay import RateLimit, key_of
from ppmid_devices.links.han import Han, HanMembership
from ppmid_devices.links.han_node import HanNode
from ppmid_devices.links.link import Link
from ppmid_devices.links.tunnel import TunnelServer
from ppmid_devices.ports import SECOND, Clock
from ppmid_devices.ppmid import texts
from ppmid_devices.ppmid.avenue_end import AvenueEnd
from ppmid_devices.ppmid.contract import Screen
from ppmid_devices.ppmid.gas import GasLine
from ppmid_devices.ppmid.pending import Asker, Choice, Commands, Forwarded, Key, Requests, Sent, Task, Tasks
from ppmid_devices.ppmid.settings import PpmidSettings
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import Cra, Message, decode
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
)
from ppmid_protocols.local_interface import Message as AvenueMessage
from ppmid_protocols.secret import Secret
from ppmid_protocols.utrn import Utrn
from ppmid_protocols.zigbee import metering, prepayment, zcl
from ppmid_protocols.zigbee.han import AppMessage
from ppmid_protocols.zigbee.prepayment import ConsumerTopUp, ConsumerTopUpResponse, SelectAvailableEmergencyCredit
from ppmid_protocols.zigbee.zcl import DefaultResponse, Direction, Scope, ZclFrame

_FUELS = {roles.ESME: Fuel.ELECTRICITY, roles.GSME: Fuel.GAS}


class SimulatedPpmid:
    """A PPMID (``ppmid.contract.Ppmid``). Electricity by plain ZCL, gas by PCS01 and PCS02, Commands by its tunnel.

    Over a loss of power it keeps its counters, replay numbers, tunnel and everything that is under way (assumed), and
    sends none of it again.
    """

    avenue_end = AvenueEnd

    def __init__(
        self,
        *,
        clock: Clock,
        credentials: Credentials,
        directory: Directory,
        key: Ed25519PrivateKey,
        senders: Mapping[str, Ed25519PublicKey],
        home: str,
        avenue: Link,
        han: Han,
        membership: HanMembership,
        hub: Eui,
        meters: Mapping[Eui, str],
        settings: PpmidSettings,
    ) -> None:
        self._clock, self._eui, self._han, self._membership = clock, credentials.eui, han, membership
        self._hub, self._meters, self._settings = hub, meters, settings
        self._gas = GasLine(credentials, directory, settings.originator_counter_start)
        self._avenue = self.avenue_end(
            key=key,
            key_id=settings.key_id,
            senders=senders,
            home=home,
            ppmid=credentials.eui,
            avenue=avenue,
            heard=self._from_avenue,
            connected=self._say_capabilities,
        )
        self._powered = False
        self._rate = RateLimit(settings.relay_rate_per_hour)
        self._requests, self._commands, self._tasks = Requests(), Commands(), Tasks()
        self._last_transfer: Key | None = None
        self._lines: deque[str] = deque(maxlen=settings.screen_lines)

    @property
    def eui(self) -> Eui:
        return self._eui

    @property
    def dropped(self) -> Mapping[str, int]:
        """How many messages of the avenue it dropped, by reason."""
        return self._avenue.dropped

    def start(self) -> None:
        self._node = HanNode(self._clock, self._han, self._membership)
        self._tunnel = TunnelServer(self._node, self._hub, self._from_hub, refused=self._hub_refused)
        self._node.on(prepayment.CLUSTER, self._from_meter)
        self._node.on(metering.CLUSTER, self._from_meter)
        self._avenue.attach()
        self._power_on()

    def restart(self) -> None:
        if not self._powered:
            return
        self._powered = False
        self._node.switch_off()
        self._avenue.power(False)
        self._lines.clear()
        self._clock.call_later(self._settings.restart_s * SECOND, self._power_back)

    def _power_back(self) -> None:
        self._node.switch_on()
        self._power_on()

    def _power_on(self) -> None:
        self._powered = True
        self._avenue.power(True)
        self._expire()
        for meter in self._meters:
            self._begin_next(meter)

    def _say_capabilities(self) -> None:
        meters = tuple(Meter(meter, _FUELS[role]) for meter, role in self._meters.items())
        self._avenue.tell_all(Capabilities(b"capabilities", self._settings.firmware, self._settings.can_relay, meters))

    # What a person does

    def enter_utrn(self, meter: Eui, digits: str) -> None:
        self._ask(Task(choice=Choice.TOP_UP, meter=meter, digits=Secret(digits.encode())))

    def select_emergency_credit(self, meter: Eui) -> None:
        self._ask(Task(choice=Choice.EMERGENCY_CREDIT, meter=meter))

    def enable_supply(self, meter: Eui) -> None:
        self._ask(Task(choice=Choice.ENABLE_SUPPLY, meter=meter))

    def screen(self) -> Screen:
        return Screen(tuple(self._lines))

    def _show(self, text: str) -> None:
        self._lines.append(text)

    # What comes over the avenue

    def _from_avenue(self, sender: str, message: AvenueMessage) -> None:
        """A message of an authentic sender. The same request again is answered with its state, and not done again."""
        if not isinstance(message, SubmitCommand | SubmitUtrn):
            return
        asker = Asker(sender, message.request_id)
        known = self._requests.of(asker)
        if known is None:
            self._requests = self._requests.begin(asker, message)
            if isinstance(message, SubmitCommand):
                self._submit_command(asker, message)
            else:
                self._ask(Task(choice=Choice.TOP_UP, meter=message.meter, asker=asker, digits=message.utrn))
        elif known[0] != message:
            text = "This request id stands for another request"
            self._avenue.tell(sender, Status(message.request_id, State.REFUSED, Reason.REQUEST_ID_IN_USE, text))
        elif known[1] is not None:
            self._avenue.tell(sender, known[1])

    def _say(self, asker: Asker | None, message: AvenueMessage) -> None:
        if asker is not None:
            self._requests = self._requests.said(asker, message)
            self._avenue.tell(asker.sender, message)

    def _say_state(self, asker: Asker | None, state: State, text: str, reason: Reason | None = None) -> None:
        if asker is not None:
            self._say(asker, Status(asker.request_id, state, reason, text))

    # Commands of others

    def _submit_command(self, asker: Asker, request: SubmitCommand) -> None:
        refusal = self._why_not(request)
        if refusal is not None:
            self._say_state(asker, State.REFUSED, refusal[1], refusal[0])
            return
        self._rate = self._rate.after(request.target, self._clock.now())
        self._say_state(asker, State.RECEIVED, "Command received")
        self._forward(asker, request)

    def _why_not(self, request: SubmitCommand) -> tuple[Reason, str] | None:
        """Why a Command is not carried, as reason and text; None when it is."""
        if not self._settings.can_relay:
            return Reason.CANNOT_RELAY, "This PPMID carries no Commands"
        if len(request.command) > self._settings.largest_command:
            return Reason.COMMAND_TOO_LARGE, f"More than {self._settings.largest_command} octets"
        try:
            command = decode(request.command)
        except ProtocolError:
            return Reason.COMMAND_NOT_GBCS, "No GBCS message"
        if command.target != request.target:
            return Reason.COMMAND_NOT_GBCS, "The Command is for another target"
        if command.cra is not Cra.COMMAND:
            return Reason.COMMAND_NOT_ALLOWED, "Only Commands are carried"
        if not self._is_of_this_home(request.target):
            return Reason.UNKNOWN_METER, "No such meter in this home"
        if not self._rate.admits(request.target, self._clock.now()):
            return Reason.TOO_MANY_REQUESTS, "Too many Commands for this meter within an hour"
        return None

    def _is_of_this_home(self, meter: Eui) -> bool:
        return meter in self._meters

    def _forward(self, asker: Asker, request: SubmitCommand) -> None:
        """Pass the Command on, and wait for its Response."""
        key = key_of(decode(request.command))
        if not self._to_hub(request.command, key):
            self._say_state(asker, State.REFUSED, "The hub cannot be reached", Reason.HAN_UNREACHABLE)
            return
        self._commands = self._commands.add(Forwarded(key, asker, self._deadline(request.target)))
        if self._is_gas(request.target):
            self._say_state(asker, State.WAITING_FOR_GAS_METER, "Waits until the gas meter next wakes")
        else:
            self._say_state(asker, State.FORWARDED, "Command forwarded")

    def _to_hub(self, octets: bytes, key: Key) -> bool:
        """Put a GBCS message into the tunnel as it is; False when there is no tunnel."""
        self._last_transfer = key
        return self._tunnel.send(octets)

    def _from_hub(self, octets: bytes) -> None:
        """A Response through the tunnel: to a message of its own, or to a Command that it carried."""
        try:
            message = decode(octets)
        except ProtocolError:
            return
        if message.cra is not Cra.RESPONSE:
            return
        if message.target == self._eui:
            self._from_gas_meter(message)
            return
        forwarded = self._commands.answered_by(key_of(message))
        if forwarded is not None:
            self._commands = self._commands.without(forwarded)
            self._pass_back(forwarded.asker, octets)

    def _pass_back(self, asker: Asker, octets: bytes) -> None:
        """Give a Response to whoever sent its Command, as it is."""
        self._say(asker, CommandResponse(asker.request_id, octets))

    def _hub_refused(self, _status: int) -> None:
        """The hub did not take the last transfer: nothing of it has reached a meter."""
        if self._last_transfer is None:
            return
        forwarded = self._commands.answered_by(self._last_transfer)
        sent = self._tasks.find(self._last_transfer[1], self._last_transfer[2])
        self._last_transfer = None
        if forwarded is not None:
            self._commands = self._commands.without(forwarded)
            self._say_state(forwarded.asker, State.REFUSED, "The hub did not take it", Reason.HAN_UNREACHABLE)
        elif sent is not None and self._is_gas(sent.task.meter):
            self._end(sent)
            self._not_sent(sent.task, Reason.HAN_UNREACHABLE, texts.NOT_SENT)
            self._begin_next(sent.task.meter)

    # Tasks of its own for a meter

    def _ask(self, task: Task) -> None:
        """Take a task, if it can be one, and begin it as soon as its meter is free."""
        refusal = self._why_not_task(task)
        if refusal is not None:
            self._not_sent(task, *refusal)
            return
        self._say_state(task.asker, State.RECEIVED, "Received")
        self._tasks = self._tasks.queue(task)
        self._begin_next(task.meter)
        if self._tasks.waiting_for(task.meter):
            self._show(texts.TURN)

    def _why_not_task(self, task: Task) -> tuple[Reason, str] | None:
        if not self._is_of_this_home(task.meter):
            return Reason.UNKNOWN_METER, texts.NO_SUCH_METER
        if task.choice is Choice.TOP_UP and not self._is_a_code(task.digits):
            return Reason.UTRN_NOT_WELL_FORMED, texts.NOT_A_CODE
        if task.choice is Choice.ENABLE_SUPPLY and self._is_gas(task.meter):
            return Reason.OTHER, texts.NOT_FOR_GAS
        if self._tasks.waiting_for(task.meter) >= self._settings.queued_for_a_meter:
            return Reason.TOO_MANY_REQUESTS, texts.TOO_MANY
        return None

    def _is_a_code(self, digits: Secret) -> bool:
        """Whether digits can be a UTRN at all: 20 of them, of the possible range, with the right check digit."""
        try:
            Utrn.parse(bytes(digits).decode("utf-8", "replace"))
        except ProtocolError:
            return False
        return True

    def _not_sent(self, task: Task, reason: Reason, text: str) -> None:
        self._show(text)
        self._say_state(task.asker, State.REFUSED, text, reason)

    def _begin_next(self, meter: Eui) -> None:
        if not self._powered:
            return
        self._tasks, task = self._tasks.next_for(meter)
        if task is not None:
            self._begin(task)

    def _begin(self, task: Task) -> None:
        token = self._send_to_gas_meter(task) if self._is_gas(task.meter) else self._send_to_esme(task)
        if token is None:
            self._not_sent(task, Reason.HAN_UNREACHABLE, texts.NOT_SENT)
            self._begin_next(task.meter)
            return
        self._tasks = self._tasks.begin(Sent(task, token, self._deadline(task.meter)))
        self._say_sent(task)

    def _say_sent(self, task: Task) -> None:
        text = texts.SENT[task.choice]
        self._show(text)
        state = State.WAITING_FOR_GAS_METER if self._is_gas(task.meter) else State.FORWARDED
        self._say_state(task.asker, state, text)

    def _send_to_esme(self, task: Task) -> int | None:
        """Ask an ESME by plain ZCL; gives the transaction sequence."""
        sequence = self._node.next_sequence()
        cluster, frame = _ESME_FRAMES[task.choice](task, sequence)
        self._node.send_frame(task.meter, cluster, frame)
        return sequence

    def _send_to_gas_meter(self, task: Task) -> int | None:
        """Ask a GSME by PCS01 or PCS02; gives the Originator Counter, None when there is no tunnel."""
        if not self._tunnel.is_open:
            return None
        message = self._gas.command(task)
        self._to_hub(message.encode(), key_of(message))
        return message.counter

    def _from_meter(self, meter: Eui, message: AppMessage) -> None:
        """An ESME's answer; it bears the sequence of its question."""
        header = message.zcl.header
        sent = self._tasks.find(meter, header.sequence)
        if header.direction is not Direction.TO_CLIENT or sent is None or self._is_gas(meter):
            return
        try:
            if header.scope is Scope.GENERAL:
                answer = zcl.read_general(message.zcl)
                if isinstance(answer, DefaultResponse):
                    self._take_status(sent, answer.status == zcl.Status.SUCCESS)
            elif message.cluster == prepayment.CLUSTER:
                result = prepayment.read(message.zcl)
                if isinstance(result, ConsumerTopUpResponse) and sent.task.choice is Choice.TOP_UP:
                    self._take_top_up_result(sent, result)
        except ProtocolError:
            return  # an answer that cannot be read is none

    def _from_gas_meter(self, response: Message) -> None:
        """The answer to PCS01 or PCS02, if the GSME's MAC holds."""
        sent = self._tasks.find(response.originator, response.counter)
        if sent is None or not self._is_gas(response.originator):
            return
        try:
            outcome = self._gas.outcome(response)
        except ProtocolError:
            return  # what the GSME did not make is no answer of it
        if sent.task.choice is not Choice.TOP_UP:
            self._take_status(sent, outcome.success)
        elif outcome.code is not None:
            self._take_top_up_result(sent, ConsumerTopUpResponse(outcome.code, outcome.values.get("credited")))

    def _take_status(self, sent: Sent, success: bool) -> None:
        """The meter's plain yes or no. To a top-up it says no at most: that it was credited takes its own answer."""
        choice = sent.task.choice
        if success and choice is Choice.TOP_UP:
            return
        self._end(sent)
        self._show(texts.DONE[choice] if success else texts.NOT_DONE[choice])
        if choice is Choice.TOP_UP:
            self._say_result(sent.task, UtrnOutcome.REFUSED, texts.NOT_DONE[choice])
        self._begin_next(sent.task.meter)

    def _take_top_up_result(self, sent: Sent, result: ConsumerTopUpResponse) -> None:
        """The meter's answer to a top-up, in its own words and numbers."""
        self._end(sent)
        accepted = self._is_accepted(result)
        text = texts.top_up_accepted(result.result, result.value) if accepted else texts.top_up_refused(result.result)
        outcome = UtrnOutcome.ACCEPTED if accepted else UtrnOutcome.REFUSED
        self._show(text)
        self._say_result(sent.task, outcome, text, value=result.value, meter_result=result.result)
        self._begin_next(sent.task.meter)

    def _is_accepted(self, result: ConsumerTopUpResponse) -> bool:
        return result.accepted

    def _say_result(
        self,
        task: Task,
        outcome: UtrnOutcome,
        text: str,
        *,
        value: int | None = None,
        meter_result: int | None = None,
    ) -> None:
        if task.asker is not None:
            self._say(task.asker, UtrnResult(task.asker.request_id, outcome, value, meter_result, text))

    def _end(self, sent: Sent) -> None:
        self._tasks = self._tasks.without(sent)

    # Time

    def _deadline(self, meter: Eui) -> int:
        """When the wait for this meter's answer, which begins now, is over; it is looked at then."""
        wait = self._settings.gsme_answer_s if self._is_gas(meter) else self._settings.esme_answer_s
        ends = self._clock.now() + wait * SECOND
        self._clock.call_at(ends, self._expire)
        return ends

    def _expire(self) -> None:
        """Say "unknown" of what has had no answer in time. It is not sent again, and a late answer is still passed on."""
        if not self._powered:
            return
        self._commands, commands = self._commands.expire(self._clock.now())
        self._tasks, tasks = self._tasks.expire(self._clock.now())
        for forwarded in commands:
            self._give_up_command(forwarded)
        for sent in tasks:
            self._give_up_task(sent)
            self._begin_next(sent.task.meter)

    def _give_up_command(self, forwarded: Forwarded) -> None:
        self._say_state(forwarded.asker, State.UNKNOWN, texts.NO_ANSWER)

    def _give_up_task(self, sent: Sent) -> None:
        self._show(texts.NO_ANSWER)
        self._say_result(sent.task, UtrnOutcome.UNKNOWN, texts.NO_ANSWER)

    def _is_gas(self, meter: Eui) -> bool:
        return self._meters.get(meter) == roles.GSME


def _top_up(task: Task, sequence: int) -> tuple[int, ZclFrame]:
    return prepayment.CLUSTER, prepayment.frame(ConsumerTopUp(task.digits), sequence)


def _emergency_credit(_: Task, sequence: int) -> tuple[int, ZclFrame]:
    return prepayment.CLUSTER, prepayment.frame(SelectAvailableEmergencyCredit(), sequence)


def _enable_supply(_: Task, sequence: int) -> tuple[int, ZclFrame]:
    return metering.CLUSTER, metering.frame(metering.LocalChangeSupply(metering.SupplyStatus.ON), sequence)


_ESME_FRAMES: dict[Choice, Callable[[Task, int], tuple[int, ZclFrame]]] = {
    Choice.TOP_UP: _top_up,
    Choice.EMERGENCY_CREDIT: _emergency_credit,
    Choice.ENABLE_SUPPLY: _enable_supply,
}
