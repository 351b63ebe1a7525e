"""PPMIDs whose texts give a UTRN away in one case or another; the faulty part stands before each."""

import base64

from ppmid_devices.ppmid import texts
from ppmid_devices.ppmid.pending import Choice, Sent, Task
from ppmid_devices.ppmid.simulated import SimulatedPpmid
from ppmid_devices.ppmid.task_desk import TaskDesk
from ppmid_protocols.local_interface import UtrnOutcome
from ppmid_protocols.zigbee.prepayment import ConsumerTopUpResponse


class _EncodingDesk(TaskDesk):
    def _sent_text(self, task: Task) -> str:
        return f"{super()._sent_text(task)} {base64.b64encode(task.digits).decode()}".rstrip()


class EncodesUtrn(SimulatedPpmid):
    """Writes a UTRN in Base64 into the text of its Status, as for whoever looks after it.

    Breaks PP-019: sends no UTRN in status texts, in no notation.
    """

    desk = _EncodingDesk


class _HalfHidingDesk(TaskDesk):
    def _sent_text(self, task: Task) -> str:
        return f"{super()._sent_text(task)} ****{task.digits[4:].decode('ascii', 'replace')}"


class ShowsMostOfAUtrn(SimulatedPpmid):
    """Hides the first four digits of a UTRN, and shows the others.

    Breaks PP-019: those four are the same of nearly every code.
    """

    desk = _HalfHidingDesk


class _TellingDesk(TaskDesk):
    def _give_up(self, sent: Sent) -> None:
        text = f"{texts.NO_ANSWER} {sent.task.digits.decode('ascii', 'replace')}".rstrip()
        self._voice.show(text)
        self._say_result(sent.task, UtrnOutcome.UNKNOWN, text)


class TellsTheCodeWithoutAnswer(SimulatedPpmid):
    """Repeats a UTRN, which may be good still, where no meter has answered to it.

    Breaks PP-019: shows and sends no UTRN in status or error texts.
    """

    desk = _TellingDesk


class _RepeatingDesk(TaskDesk):
    def _take_result(self, sent: Sent, result: ConsumerTopUpResponse) -> None:
        super()._take_result(sent, result)
        if not self._is_accepted(result):
            self._voice.show(f"Please check {sent.task.digits.decode('ascii', 'replace')}")


class RepeatsTheRefusedCode(SimulatedPpmid):
    """Shows a UTRN that the meter has refused, which may be another meter's.

    Breaks PP-019: shows no UTRN in error texts.
    """

    desk = _RepeatingDesk


class _CurtDesk(TaskDesk):
    def _refused_text(self, _result: ConsumerTopUpResponse) -> str:
        return texts.NOT_DONE[Choice.TOP_UP]


class GivesNoReason(SimulatedPpmid):
    """Tells the customer that a top-up was refused, and not why: whether to try less, or later.

    Breaks PP-004: reports refusals with the meter's own result.
    """

    desk = _CurtDesk


class _WordlessAtTheKeypad(TaskDesk):
    def _take_result(self, sent: Sent, result: ConsumerTopUpResponse) -> None:
        if result.accepted or sent.task.asker is not None:
            super()._take_result(sent, result)
            return
        self._tasks = self._tasks.without(sent)
        self._begin_next(sent.task.meter)


class KeepsRefusalsFromTheKeypad(SimulatedPpmid):
    """Tells who typed a code in that it was sent, and never that the meter has refused it.

    Breaks PP-004: reports refusals with the meter's own result.
    """

    desk = _WordlessAtTheKeypad
