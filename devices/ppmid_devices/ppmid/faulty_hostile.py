"""PPMIDs with somebody else's code on them: it has every key that the PPMID holds, and none of a meter's Supplier."""

from dataclasses import replace
from functools import partial

from ppmid_devices.delivery_service.faulty_hostile import HELD, another_code, junk, made_new, moments
from ppmid_devices.links.asking import Asker
from ppmid_devices.ppmid.carrier import CommandCarrier
from ppmid_devices.ppmid.pending import Choice, Task
from ppmid_devices.ppmid.simulated import SimulatedPpmid
from ppmid_devices.ppmid.task_desk import TaskDesk
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.prepayment import Kind
from ppmid_protocols.local_interface import Reason, SubmitCommand


class _HoldingCarrier(CommandCarrier):
    def _forward(self, asker: Asker, request: SubmitCommand) -> None:
        forward = super()._forward
        self._clock.call_later(HELD, lambda: forward(asker, request))


class _HoldingDesk(TaskDesk):
    def ask(self, task: Task) -> None:
        ask = super().ask
        self._clock.call_later(HELD, lambda: ask(task))


class HoldsBack(SimulatedPpmid):
    """Keeps every Command and top-up for nine days, and passes it on then as it is.

    Breaks PP-025: passes on at once what it was given.
    """

    carrier = _HoldingCarrier
    desk = _HoldingDesk


class _RepeatingCarrier(CommandCarrier):
    def _to_hub(self, command: bytes) -> bool:
        return super()._to_hub(command) and super()._to_hub(command)


class _RepeatingDesk(TaskDesk):
    def ask(self, task: Task) -> None:
        super().ask(task)
        super().ask(task)


class SendsTwice(SimulatedPpmid):
    """Sends every Command and top-up twice.

    Breaks PP-005: sends nothing again by itself.
    """

    carrier = _RepeatingCarrier
    desk = _RepeatingDesk


class _RenewingCarrier(CommandCarrier):
    def _to_hub(self, command: bytes) -> bool:
        return super()._to_hub(made_new(command))


class _RenewingDesk(TaskDesk):
    def ask(self, task: Task) -> None:
        super().ask(replace(task, digits=another_code(task.digits)) if task.choice is Choice.TOP_UP else task)


class MakesNew(SimulatedPpmid):
    """Makes every Command, and every UTRN, out to be a new one.

    Breaks PP-001: forwards a Command byte-identical to what it was given.
    """

    carrier = _RenewingCarrier
    desk = _RenewingDesk


class _SilencingCarrier(CommandCarrier):
    def _forward(self, asker: Asker, request: SubmitCommand) -> None:
        """Nothing is passed on, and nothing said."""


class _SilencingDesk(TaskDesk):
    def ask(self, task: Task) -> None:
        """Nothing is done, and nothing said."""


class PassesNothingOn(SimulatedPpmid):
    """Takes Commands and top-ups, and lets them vanish.

    Breaks PP-001: forwards a Command that it has taken.
    """

    carrier = _SilencingCarrier
    desk = _SilencingDesk


class _EagerCarrier(CommandCarrier):
    def _why_not(self, request: SubmitCommand) -> tuple[Reason, str] | None:
        refusal = super()._why_not(request)
        return None if refusal is not None and refusal[0] is Reason.CANNOT_RELAY else refusal


class RelaysRegardless(SimulatedPpmid):
    """Passes Commands on, though it is one that cannot relay.

    Breaks PP-023: a legacy or not updated device carries none.
    """

    carrier = _EagerCarrier


class FloodsHub(SimulatedPpmid):
    """Sends the hub Commands that look valid, as many as it is told to: another counter each, and a MAC of noughts.

    Breaks: a PPMID carries what an authentic sender gave it, and makes no Commands (PP-006).
    """

    def flood(self, originator: Eui, meter: Eui, *, each_minute: int, minutes: int) -> None:
        """Send so many Commands an even time apart, in the name of ``originator``, from now on."""
        kind: Kind = "gsme" if self._home.is_gas(meter) else "esme"
        for counter, after in moments(each_minute, minutes):
            self._clock.call_later(after, partial(self._give_hub, junk(kind, originator, meter, counter)))

    def _give_hub(self, command: bytes) -> None:
        self._to_hub(command)
