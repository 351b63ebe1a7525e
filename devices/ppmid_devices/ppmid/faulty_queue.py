"""PPMIDs that serve who comes alone, and fail whoever waits; the faulty part stands before each."""

from dataclasses import replace

from ppmid_devices.ppmid.pending import Task
from ppmid_devices.ppmid.simulated import SimulatedPpmid
from ppmid_devices.ppmid.task_desk import TaskDesk
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface import Reason
from ppmid_protocols.zigbee.prepayment import ConsumerTopUpResponse


class _Stopping(TaskDesk):
    _stopped = False

    def ask(self, task: Task) -> None:
        self._stopped = False
        super().ask(task)

    def _begin_next(self, meter: Eui) -> None:
        if not self._stopped:
            super()._begin_next(meter)


class _StoppingAtARefusal(_Stopping):
    def _is_accepted(self, result: ConsumerTopUpResponse) -> bool:
        self._stopped = not super()._is_accepted(result)
        return not self._stopped


class StopsAfterARefusal(SimulatedPpmid):
    """Begins nothing that waits behind a code which the meter has refused, until somebody asks again.

    Breaks PP-011: each UTRN that it takes goes to its meter.
    """

    desk = _StoppingAtARefusal


class _StoppingAtSilence(_Stopping):
    def expire(self) -> None:
        self._stopped = True
        super().expire()


class StopsAfterSilence(SimulatedPpmid):
    """Begins nothing that waits behind a code which the meter has not answered, until somebody asks again.

    Breaks PP-011: each UTRN that it takes goes to its meter.
    """

    desk = _StoppingAtSilence


class _WordlessWhenFull(TaskDesk):
    def ask(self, task: Task) -> None:
        refusal = self._why_not(task)
        if refusal is None or refusal[0] is not Reason.TOO_MANY_REQUESTS:
            super().ask(task)


class LosesWhatFindsNoRoom(SimulatedPpmid):
    """Has room for so many codes that wait, and says nothing of one more.

    Breaks: a Status REFUSED, or a UtrnResult, ends each request (local command interface, Who sends what).
    """

    desk = _WordlessWhenFull


class _ForgettingForTheKeypad(TaskDesk):
    def ask(self, task: Task) -> None:
        if task.asker is None:
            kept = tuple(one for one in self._tasks.sent if one.task.meter != task.meter)
            self._tasks = replace(self._tasks, sent=kept)
        super().ask(task)


class ForgetsForTheKeypad(SimulatedPpmid):
    """Waits no longer for the answer to a code of the avenue once somebody types one in for the same meter.

    Breaks PP-004: reports every outcome that the meter gives.
    """

    desk = _ForgettingForTheKeypad


class _OneAtATime(TaskDesk):
    def _begin_next(self, meter: Eui) -> None:
        for one in (meter, *self._home.meters):
            if not self._tasks.sent:
                super()._begin_next(one)


class ServesOneMeterAtATime(SimulatedPpmid):
    """Sends nothing to the electricity meter while it waits for the gas meter to wake.

    Breaks PP-015: goes on serving keypad and other HAN duties.
    """

    desk = _OneAtATime
