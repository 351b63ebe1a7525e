"""PPMIDs that mistreat what comes back: late, twice, to the wrong request; the faulty part stands before each."""

from dataclasses import replace
from typing import Any

from ppmid_devices.links.asking import Asker, Commands
from ppmid_devices.ports import SECOND
from ppmid_devices.ppmid.carrier import CommandCarrier
from ppmid_devices.ppmid.gas import GasLine
from ppmid_devices.ppmid.pending import Sent
from ppmid_devices.ppmid.settings import PpmidSettings
from ppmid_devices.ppmid.simulated import SimulatedPpmid
from ppmid_devices.ppmid.task_desk import TaskDesk
from ppmid_protocols.gbcs.message import Message
from ppmid_protocols.gbcs.prepayment import ResponseOutcome, outcome_of
from ppmid_protocols.local_interface import SubmitCommand
from ppmid_protocols.zigbee.prepayment import ConsumerTopUpResponse, TopUpResult


class _LateCarrier(CommandCarrier):
    def _pass_back(self, asker: Asker, octets: bytes) -> None:
        later = super()._pass_back
        self._clock.call_later(60 * SECOND, lambda: later(asker, octets))


class SitsOnResponses(SimulatedPpmid):
    """Holds every Response for a minute.

    Breaks PP-025: answers within the times that it states.
    """

    carrier = _LateCarrier


class _DoublingCarrier(CommandCarrier):
    def _pass_back(self, asker: Asker, octets: bytes) -> None:
        super()._pass_back(asker, octets)
        super()._pass_back(asker, octets)


class DoublesResponses(SimulatedPpmid):
    """Gives every Response twice.

    Breaks: a CommandResponse ends its request (local command interface, Who sends what).
    """

    carrier = _DoublingCarrier


class _ConfusingCarrier(CommandCarrier):
    def _pass_back(self, asker: Asker, octets: bytes) -> None:
        others = [one.asker for one in self._commands.waiting]
        super()._pass_back(others[-1] if others else asker, octets)


class SwapsResponses(SimulatedPpmid):
    """Gives a Response to whoever asked last, where several Commands wait for theirs.

    Breaks PP-002: a Response goes to the User that sent the Command, under that Command's request.
    """

    carrier = _ConfusingCarrier


class _SingleCarrier(CommandCarrier):
    def submit(self, asker: Asker, request: SubmitCommand) -> None:
        self._commands = Commands()
        super().submit(asker, request)


class BearsOneAtATime(SimulatedPpmid):
    """Does everything right while nothing else happens: a second Command makes it forget the first.

    Breaks PP-002: passes a Response on, however many others it waits for.
    """

    carrier = _SingleCarrier


class _ForgettingCarrier(CommandCarrier):
    def expire(self) -> None:
        super().expire()
        self._commands = Commands(tuple(one for one in self._commands.waiting if not one.overdue))


class DropsLateResponses(SimulatedPpmid):
    """Waits no longer for a Response of which it has said that none came.

    Breaks PP-002: an answer that comes later is still passed on (local command interface, Who sends what).
    """

    carrier = _ForgettingCarrier


class _ForgettingDesk(TaskDesk):
    def expire(self) -> None:
        super().expire()
        self._tasks = replace(self._tasks, late=())


class DropsLateResults(SimulatedPpmid):
    """Waits no longer for a meter's answer to a UTRN of which it has said that none came.

    Breaks PP-004: reports every outcome that the meter gives.
    """

    desk = _ForgettingDesk


class _TrustingLine(GasLine):
    def outcome(self, response: Message) -> ResponseOutcome:
        return outcome_of(response)


class BelievesWhoAnswers(SimulatedPpmid):
    """Takes any Response to its own Command for the gas meter's.

    Breaks PP-003: a Response is the gas meter's when its MAC holds (GBCS 4.3).
    """

    gas_line = _TrustingLine


class LateByASecond(SimulatedPpmid):
    """Does everything right, and gives up a second later than its maker declares.

    Breaks PP-025: answers within the times that it states in its declaration.
    """

    def __init__(self, *, settings: PpmidSettings, **needs: Any) -> None:
        super().__init__(settings=replace(settings, esme_answer_s=121, gsme_answer_s=7_201), **needs)


class _GeneralDesk(TaskDesk):
    def _take_result(self, sent: Sent, result: ConsumerTopUpResponse) -> None:
        general = result if result.accepted else replace(result, result=TopUpResult.ERROR)
        super()._take_result(sent, general)


class CallsEveryRefusalAnError(SimulatedPpmid):
    """Tells nobody why a meter has refused a top-up: too much at a time, or more than it may hold.

    Breaks PP-004: reports refusals with the meter's own result.
    """

    desk = _GeneralDesk


class _RemainingDesk(TaskDesk):
    def _take_result(self, sent: Sent, result: ConsumerTopUpResponse) -> None:
        super()._take_result(sent, replace(result, value=result.credit_remaining))


class TellsWhatIsOnTheMeter(SimulatedPpmid):
    """Gives the balance after a top-up as what the top-up was worth.

    Breaks PP-012: shows the meter's own value.
    """

    desk = _RemainingDesk
