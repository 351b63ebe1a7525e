"""What the PPMID itself asks of meters: top-ups, emergency credit, supply on; and what it makes of their answers."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from ppmid_devices.links.han_node import HanNode
from ppmid_devices.ports import Clock
from ppmid_devices.ppmid import texts
from ppmid_devices.ppmid.carrier import Transfer
from ppmid_devices.ppmid.gas import GasLine
from ppmid_devices.ppmid.home import Home
from ppmid_devices.ppmid.pending import Choice, Sent, Task, Tasks
from ppmid_devices.ppmid.settings import PpmidSettings
from ppmid_devices.ppmid.voice import Voice
from ppmid_protocols.errors import NotAuthentic, ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import CommandKey, Message
from ppmid_protocols.local_interface import Reason, State, UtrnOutcome, UtrnResult
from ppmid_protocols.utrn import Utrn
from ppmid_protocols.zigbee import metering, prepayment, zcl
from ppmid_protocols.zigbee.han import AppMessage
from ppmid_protocols.zigbee.prepayment import ConsumerTopUp, ConsumerTopUpResponse, SelectAvailableEmergencyCredit
from ppmid_protocols.zigbee.zcl import DefaultResponse, Direction, Scope, ZclFrame


class TaskDesk:
    """One task at a time for each meter. Electricity by plain ZCL under the ESME's link key, gas by PCS01 and PCS02."""

    def __init__(
        self,
        clock: Clock,
        settings: PpmidSettings,
        home: Home,
        voice: Voice,
        transfer: Transfer,
        node: HanNode,
        gas: GasLine,
    ) -> None:
        self._clock, self._settings, self._home, self._voice = clock, settings, home, voice
        self._transfer, self._node, self._gas = transfer, node, gas
        self._tasks = Tasks()
        node.on(prepayment.CLUSTER, self._from_esme)
        node.on(metering.CLUSTER, self._from_esme)

    # To the meters

    def ask(self, task: Task) -> None:
        """Take a task, and begin it as soon as its meter is free; or say why not."""
        refusal = self._why_not(task)
        if refusal is not None:
            self._say_not_sent(task, *refusal)
            return
        self._voice.say_state(task.asker, State.RECEIVED, "Received")
        self._tasks = self._tasks.queue(task)
        self._begin_next(task.meter)
        if self._tasks.waiting_for(task.meter):
            self._voice.show(texts.TURN)

    def forget(self) -> None:
        """Drop what waits its turn, and wait for no answer any more."""
        self._tasks = Tasks()

    def resume(self) -> None:
        """After a loss of power: begin what had not been sent. What had been is not sent again."""
        self.expire()
        for meter in self._home.meters:
            self._begin_next(meter)

    def _why_not(self, task: Task) -> tuple[Reason, str] | None:
        """Why a task is not taken, as reason and text; None when it is."""
        if not self._home.has(task.meter):
            return Reason.UNKNOWN_METER, texts.NO_SUCH_METER
        if task.choice is Choice.TOP_UP and not self._is_a_code(task):
            return Reason.UTRN_NOT_WELL_FORMED, texts.NOT_A_CODE
        if task.choice is Choice.ENABLE_SUPPLY and self._home.is_gas(task.meter):
            return Reason.OTHER, texts.NOT_FOR_GAS
        if self._tasks.waiting_for(task.meter) >= self._settings.queued_for_a_meter:
            return Reason.TOO_MANY_REQUESTS, texts.TOO_MANY
        return None

    def _is_a_code(self, task: Task) -> bool:
        """Whether its digits can be a UTRN at all: 20 of them, of the possible range, with the right check digit."""
        try:
            Utrn.parse(task.digits)
        except ProtocolError:
            return False
        return True

    def _begin_next(self, meter: Eui) -> None:
        self._tasks, task = self._tasks.next_for(meter)
        if task is None:
            return
        try:
            token = self._to_gas_meter(task) if self._home.is_gas(meter) else self._to_esme(task)
        except NotAuthentic:
            self._say_not_sent(task, Reason.UNKNOWN_METER, texts.NOT_JOINED)
            self._begin_next(meter)
            return
        if token is None:
            self._say_not_sent(task, Reason.HAN_UNREACHABLE, texts.NOT_SENT)
            self._begin_next(meter)
            return
        ends = self._clock.now() + self._home.patience(meter)
        self._tasks = self._tasks.begin(Sent(task, token, ends))
        self._clock.call_at(ends, self.expire)
        self._say_sent(task)

    def _to_esme(self, task: Task) -> int:
        """Ask an ESME; gives the transaction sequence. Raises NotAuthentic where the two are not joined."""
        self._require_joined(task.meter)
        sequence = self._node.next_sequence()
        cluster, frame = _ESME_FRAMES[task.choice](task, sequence)
        self._node.send_frame(task.meter, cluster, frame)
        return sequence

    def _require_joined(self, meter: Eui) -> None:
        self._home.require_joined(meter)

    def _to_gas_meter(self, task: Task) -> int | None:
        """Ask a GSME; gives the Originator Counter, None when there is no tunnel to the hub.

        Raises NotAuthentic where the PPMID holds no certificate of it: the two have not been joined (CS03C).
        """
        message = self._gas.command(task)
        return message.counter if self._transfer(message.encode()) else None

    # From the meters

    def _from_esme(self, meter: Eui, message: AppMessage) -> None:
        """An ESME's answer; it bears the sequence of its question."""
        header = message.zcl.header
        sent = self._tasks.find(meter, header.sequence)
        if header.direction is not Direction.TO_CLIENT or sent is None or self._home.is_gas(meter):
            return
        try:
            answer = _read_answer(message)
        except ProtocolError:
            return  # what cannot be read is no answer
        if isinstance(answer, DefaultResponse):
            self._take_status(sent, answer.status == zcl.Status.SUCCESS)
        elif isinstance(answer, ConsumerTopUpResponse) and sent.task.choice is Choice.TOP_UP:
            self._take_result(sent, answer)

    def take(self, response: Message) -> None:
        """A Response to PCS01 or PCS02; one that answers nothing, or whose MAC does not hold, is dropped."""
        sent = self._tasks.find(response.originator, response.counter)
        if sent is None or not self._home.is_gas(response.originator):
            return
        try:
            outcome = self._gas.outcome(response)
        except ProtocolError:
            return  # what the GSME did not make is no answer
        if sent.task.choice is not Choice.TOP_UP or "credited" not in outcome.values:
            self._take_status(sent, outcome.success)  # a Default Response has neither result type nor value
        elif outcome.code is not None:
            self._take_result(sent, ConsumerTopUpResponse(outcome.code, outcome.values["credited"]))

    def hub_refused(self, key: CommandKey) -> None:
        """The hub did not take the message with this key: it has reached no meter."""
        _, meter, counter = key
        sent = self._tasks.find(meter, counter)
        if sent is not None and self._home.is_gas(sent.task.meter):
            self._tasks = self._tasks.without(sent)
            self._say_not_sent(sent.task, Reason.HAN_UNREACHABLE, texts.NOT_SENT)
            self._begin_next(sent.task.meter)

    def _take_status(self, sent: Sent, success: bool) -> None:
        """The meter's plain yes or no. To a top-up it can only say no: credit has an answer of its own."""
        choice = sent.task.choice
        if choice is Choice.TOP_UP and success:
            return
        self._tasks = self._tasks.without(sent)
        text = texts.DONE[choice] if success else texts.NOT_DONE[choice]
        self._voice.show(text)
        if choice is Choice.TOP_UP:
            self._say_result(sent.task, UtrnOutcome.REFUSED, text)
        self._begin_next(sent.task.meter)

    def _take_result(self, sent: Sent, result: ConsumerTopUpResponse) -> None:
        """The meter's answer to a top-up, with its own result and value."""
        self._tasks = self._tasks.without(sent)
        if self._is_accepted(result):
            outcome, text = UtrnOutcome.ACCEPTED, texts.top_up_accepted(result.result, result.value)
        else:
            outcome, text = UtrnOutcome.REFUSED, self._refused_text(result)
        self._voice.show(text)
        self._say_result(sent.task, outcome, text, value=result.value, meter_result=result.result)
        self._begin_next(sent.task.meter)

    def _is_accepted(self, result: ConsumerTopUpResponse) -> bool:
        return result.accepted

    def expire(self) -> None:
        """Say "unknown" of what had no answer in time. It is not sent again; a late answer is still passed on."""
        self._tasks, late = self._tasks.expire(self._clock.now())
        for sent in late:
            self._give_up(sent)
            self._begin_next(sent.task.meter)

    # What is said

    def _give_up(self, sent: Sent) -> None:
        self._voice.show(texts.NO_ANSWER)
        self._say_result(sent.task, UtrnOutcome.UNKNOWN, texts.NO_ANSWER)

    def _say_not_sent(self, task: Task, reason: Reason, text: str) -> None:
        self._voice.show(text)
        self._voice.say_state(task.asker, State.REFUSED, text, reason)

    def _say_sent(self, task: Task) -> None:
        text = self._sent_text(task)
        self._voice.show(text)
        state = State.WAITING_FOR_GAS_METER if self._home.is_gas(task.meter) else State.FORWARDED
        self._voice.say_state(task.asker, state, text)

    def _sent_text(self, task: Task) -> str:
        return texts.SENT[task.choice]

    def _refused_text(self, result: ConsumerTopUpResponse) -> str:
        return texts.top_up_refused(result.result)

    def _say_result(
        self, task: Task, outcome: UtrnOutcome, text: str, *, value: int | None = None, meter_result: int | None = None
    ) -> None:
        if task.asker is not None:
            self._voice.say(task.asker, UtrnResult(task.asker.request_id, outcome, value, meter_result, text))


def _read_answer(message: AppMessage) -> object:
    """A general answer or one of the Prepayment cluster. Raises Malformed, Unsupported."""
    general = message.zcl.header.scope is Scope.GENERAL
    return zcl.read_general(message.zcl) if general else prepayment.read(message.zcl)


def _top_up(task: Task, sequence: int) -> tuple[int, ZclFrame]:
    return prepayment.CLUSTER, prepayment.frame(ConsumerTopUp(task.digits), sequence)


def _emergency_credit(_: Task, sequence: int) -> tuple[int, ZclFrame]:
    return prepayment.CLUSTER, prepayment.frame(SelectAvailableEmergencyCredit(), sequence)


def _enable_supply(_: Task, sequence: int) -> tuple[int, ZclFrame]:
    return metering.CLUSTER, metering.frame(metering.LocalChangeSupply(metering.SupplyStatus.ON), sequence)


_ESME_FRAMES: Mapping[Choice, Callable[[Task, int], tuple[int, ZclFrame]]] = MappingProxyType(
    {Choice.TOP_UP: _top_up, Choice.EMERGENCY_CREDIT: _emergency_credit, Choice.ENABLE_SUPPLY: _enable_supply}
)
