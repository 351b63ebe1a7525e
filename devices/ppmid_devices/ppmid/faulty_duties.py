"""PPMIDs that fail in what they owe the customer and the meters, whoever asks; the faulty part stands before each."""

from ppmid_devices.links.asking import Asker
from ppmid_devices.links.avenue_end import AvenueEnd
from ppmid_devices.ppmid.carrier import CommandCarrier
from ppmid_devices.ppmid.pending import Choice, Sent, Task
from ppmid_devices.ppmid.simulated import SimulatedPpmid
from ppmid_devices.ppmid.task_desk import TaskDesk
from ppmid_devices.rate_limit import RateLimit
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.counters import OriginatorCounter
from ppmid_protocols.local_interface import Message, Reason, SubmitCommand
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import metering, prepayment
from ppmid_protocols.zigbee.prepayment import ConsumerTopUp, ConsumerTopUpResponse
from ppmid_protocols.zigbee.zcl import Direction, cluster_frame


class CountsAnewAfterReset(SimulatedPpmid):
    """Begins at its first Originator Counter again after a factory reset.

    Breaks PP-009: never uses an Originator Counter of its own again for other content, also after a reset.
    """

    def factory_reset(self) -> None:
        self._gas._counter = OriginatorCounter(self._settings.originator_counter_start - 1)
        super().factory_reset()


class _CarelessDesk(TaskDesk):
    def _to_esme(self, task: Task) -> int:
        if task.choice is not Choice.TOP_UP:
            return super()._to_esme(task)
        sequence = self._node.next_sequence()
        code = Secret(task.digits[:-1])
        self._node.send_frame(task.meter, prepayment.CLUSTER, prepayment.frame(ConsumerTopUp(code), sequence))
        return sequence


class DropsTheCheckDigit(SimulatedPpmid):
    """Checks a UTRN, and sends an electricity meter its first nineteen digits.

    Breaks PP-011: the digits as entered.
    """

    desk = _CarelessDesk


_RESET_LOAD_LIMIT_COUNTER = 0x0D


class _MeddlingDesk(TaskDesk):
    def _to_esme(self, task: Task) -> int:
        sequence = super()._to_esme(task)
        more = cluster_frame(_RESET_LOAD_LIMIT_COUNTER, Direction.TO_SERVER, self._node.next_sequence(), bytes(4))
        self._node.send_frame(task.meter, metering.CLUSTER, more)
        return sequence


class AsksForMore(SimulatedPpmid):
    """Has an electricity meter forget, at every choice of the customer, how often load was limited.

    Breaks PP-013: never more than the three commands of an ESME and the two of a GSME.
    """

    desk = _MeddlingDesk


class SendsAgainAfterAPowerCut(SimulatedPpmid):
    """Sends what had no answer yet once more when its power is back.

    Breaks PP-008: keeps pending work over a power cut, without sending any of it twice.
    """

    def _power_on(self) -> None:
        for sent in self._desk._tasks.sent:
            self._desk._tasks = self._desk._tasks.without(sent).queue(sent.task)
        super()._power_on()


class _ForgetfulEnd(AvenueEnd):
    def tell(self, sender: str, message: Message) -> None:
        if self._way.up:
            super().tell(sender, message)


class KeepsNothingForLater(SimulatedPpmid):
    """Throws away what it has to say while its Internet line is down.

    Breaks PP-016: reports, once it is connected again, what it held.
    """

    avenue_end = _ForgetfulEnd


class WaitsForTheInternet(SimulatedPpmid):
    """Takes nothing from its keypad while its Internet line is down.

    Breaks PP-015: goes on serving keypad and display while its Internet side is down.
    """

    def enter_utrn(self, meter: Eui, digits: str) -> None:
        if self._avenue._way.up:
            super().enter_utrn(meter, digits)


_BEARS = 50


class ChokesOnAFlood(SimulatedPpmid):
    """Is of no use any more, its keypad included, once fifty messages had to be dropped.

    Breaks PP-015: goes on serving keypad and display while its Internet side is flooded.
    """

    def enter_utrn(self, meter: Eui, digits: str) -> None:
        if sum(self._avenue.dropped.values()) <= _BEARS:
            super().enter_utrn(meter, digits)


class _EagerCarrier(CommandCarrier):
    def submit(self, asker: Asker, request: SubmitCommand) -> None:
        self._rate = RateLimit(self._settings.relay_rate_per_hour)
        super().submit(asker, request)


class RelaysWithoutALimit(SimulatedPpmid):
    """Relays however many Commands come.

    Breaks PP-014: relays within its rate limit.
    """

    carrier = _EagerCarrier


class _TightLippedCarrier(CommandCarrier):
    def submit(self, asker: Asker, request: SubmitCommand) -> None:
        refusal = self._why_not(request)
        if refusal is None or refusal[0] is not Reason.TOO_MANY_REQUESTS:
            super().submit(asker, request)


class DropsWhatIsTooMany(SimulatedPpmid):
    """Relays within its limit, and says nothing of what goes beyond.

    Breaks PP-014: says so when it refuses.
    """

    carrier = _TightLippedCarrier


class _LendingDesk(TaskDesk):
    def _take_result(self, sent: Sent, result: ConsumerTopUpResponse) -> None:
        super()._take_result(sent, result)
        if not result.accepted:
            self.ask(Task(choice=Choice.EMERGENCY_CREDIT, meter=sent.task.meter))


class BorrowsByItself(SimulatedPpmid):
    """Asks for emergency credit where a code was refused, so that the customer is not left without.

    Breaks PP-013: a person chooses emergency credit, who has to repay it.
    """

    desk = _LendingDesk
