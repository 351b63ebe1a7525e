"""PPMIDs with one fault each; the faulty part of each stands before it."""

from dataclasses import replace

from ppmid_devices.links.asking import Asker, Commands, Forwarded
from ppmid_devices.links.faulty_ends import TrustingEnd
from ppmid_devices.ports import SECOND
from ppmid_devices.ppmid.carrier import CommandCarrier
from ppmid_devices.ppmid.gas import GasLine
from ppmid_devices.ppmid.pending import Choice, Sent, Task, Tasks
from ppmid_devices.ppmid.simulated import SimulatedPpmid
from ppmid_devices.ppmid.task_desk import TaskDesk
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import gbz, prepayment
from ppmid_protocols.gbcs.message import decode
from ppmid_protocols.gbcs.prepayment import Content
from ppmid_protocols.local_interface import Reason, State, SubmitCommand, UtrnOutcome
from ppmid_protocols.zigbee.prepayment import CLUSTER, ConsumerTopUp, ConsumerTopUpResponse, TopUpResult


def _altered(octets: bytes) -> bytes:
    return octets[:-1] + bytes((octets[-1] ^ 1,))


class _KeepingCarrier(CommandCarrier):
    def _pass_back(self, asker: Asker, octets: bytes) -> None:
        """Nothing is passed back."""


class DropsResponses(SimulatedPpmid):
    """Takes the Responses to the Commands that it carried, and keeps them to itself.

    Breaks PP-002: passes a Response on unaltered to the User that sent the Command.
    """

    carrier = _KeepingCarrier


class _UnspeakingCarrier(CommandCarrier):
    def submit(self, asker: Asker, request: SubmitCommand) -> None:
        if self._settings.can_relay:
            super().submit(asker, request)


class KeepsQuietAboutRelaying(SimulatedPpmid):
    """When it cannot relay, swallows Commands and says nothing.

    Breaks PP-023: a legacy or not updated device says that it cannot relay.
    """

    carrier = _UnspeakingCarrier


class ClaimsToRelay(SimulatedPpmid):
    """When it cannot relay, says that it can, and refuses each Command.

    Breaks PP-023: a legacy or not updated device says that it cannot relay.
    """

    def _say_capabilities(self) -> None:
        settings = self._settings
        self._settings = replace(settings, can_relay=True)
        super()._say_capabilities()
        self._settings = settings


class _ChoosyCarrier(CommandCarrier):
    def _to_hub(self, command: bytes) -> bool:
        return bool(decode(command).signature) and super()._to_hub(command)


class CarriesSignedAlone(SimulatedPpmid):
    """Carries what a Supplier has signed, and says of all else that it could not be sent.

    Breaks SEC0009: whatever a Hand-Held Terminal can deliver, the route can.
    """

    carrier = _ChoosyCarrier


class _AlteringCarrier(CommandCarrier):
    def _to_hub(self, command: bytes) -> bool:
        return super()._to_hub(_altered(command))


class AltersCommands(SimulatedPpmid):
    """Turns the last bit of every Command that it carries.

    Breaks PP-001: forwards a Command byte-identical to what it was given.
    """

    carrier = _AlteringCarrier


class _AlteringReturn(CommandCarrier):
    def _pass_back(self, asker: Asker, octets: bytes) -> None:
        super()._pass_back(asker, _altered(octets))


class AltersResponses(SimulatedPpmid):
    """Turns the last bit of every Response that it passes on.

    Breaks PP-002: passes a Response on unaltered.
    """

    carrier = _AlteringReturn


class _HastyCarrier(CommandCarrier):
    def _say_forwarded(self, asker: Asker, target: Eui) -> None:  # noqa: ARG002 - whatever the meter will say
        self._voice.say_state(asker, State.FORWARDED, "Accepted by the meter")


class _HastyDesk(TaskDesk):
    def _say_sent(self, task: Task) -> None:
        super()._say_sent(task)
        if task.choice is Choice.TOP_UP:
            self._voice.show("Top-up accepted")
            self._say_result(task, UtrnOutcome.ACCEPTED, "Top-up accepted")


class ReportsAcceptedEarly(SimulatedPpmid):
    """Calls a top-up accepted, and a Command done, as soon as it has sent them.

    Breaks PP-003: never reports accepted, applied or delivered before the meter has answered.
    """

    carrier = _HastyCarrier
    desk = _HastyDesk


class _ChattyDesk(TaskDesk):
    def _sent_text(self, task: Task) -> str:
        return f"{super()._sent_text(task)} {task.digits.decode('utf-8', 'replace')}".rstrip()


class ShowsUtrn(SimulatedPpmid):
    """Writes the digits of a UTRN on the screen and into the text of its Status.

    Breaks PP-019: shows and sends no UTRN in status or error texts.
    """

    desk = _ChattyDesk


class _SlowCarrier(CommandCarrier):
    def _forward(self, asker: Asker, request: SubmitCommand) -> None:
        forward = super()._forward
        self._clock.call_later(45 * SECOND, lambda: forward(asker, request))


class SitsOnCommands(SimulatedPpmid):
    """Waits 45 seconds before it passes a Command on.

    Breaks PP-025 and the target response time: what the PPMID holds counts.
    """

    carrier = _SlowCarrier


class _UncheckedDesk(TaskDesk):
    def _is_a_code(self, task: Task) -> bool:  # noqa: ARG002 - that is the fault
        return True


class _UncheckedGasLine(GasLine):
    def _content(self, task: Task) -> Content:
        if task.choice is not Choice.TOP_UP:
            return super()._content(task)
        body = ConsumerTopUp(task.digits).encode()
        component = gbz.Component(cluster=CLUSTER, frame_control=0x01, sequence=0, command=0x04, body=body)
        return Content(prepayment.CODES["ppmid-gsme", prepayment.TopUp], gbz.encode((component,)))


class SendsUncheckedUtrns(SimulatedPpmid):
    """Sends whatever digits it is given to the meter.

    Breaks PP-010: refuses a wrong length, non-digits, a wrong check digit and a code outside the range before the HAN.
    """

    desk = _UncheckedDesk
    gas_line = _UncheckedGasLine


class _TrustingDesk(TaskDesk):
    def _is_a_code(self, task: Task) -> bool:
        return task.asker is not None or super()._is_a_code(task)


class TrustsUtrnsOfTheAvenue(SimulatedPpmid):
    """Checks what is typed on its keypad, and sends whatever digits a sender on the avenue gives it to the meter.

    Breaks PP-010: a UTRN that cannot be right does not leave it, however it came.
    """

    desk = _TrustingDesk
    gas_line = _UncheckedGasLine


class _WordlessDesk(TaskDesk):
    def _say_not_sent(self, task: Task, reason: Reason, text: str) -> None:
        if reason is not Reason.UTRN_NOT_WELL_FORMED:
            super()._say_not_sent(task, reason, text)


class SwallowsBadUtrns(SimulatedPpmid):
    """Drops digits that cannot be a UTRN, and says nothing to whoever sent them.

    Breaks: a Status REFUSED, or a UtrnResult, ends each request (local command interface, Who sends what).
    """

    desk = _WordlessDesk


class _OpenCarrier(CommandCarrier):
    def _is_of_this_home(self, device: Eui) -> bool:  # noqa: ARG002 - that is the fault
        return True


class ForwardsForeignTargets(SimulatedPpmid):
    """Sends a Command for a meter that is not of this home to the HAN.

    Breaks PP-006: sends nothing to the HAN for an unknown target.
    """

    carrier = _OpenCarrier


class TrustsAnySender(SimulatedPpmid):
    """Acts on every message of the local command interface, whoever signed it and for whichever home.

    Breaks PP-006: sends nothing to the HAN for an unauthenticated sender or another home.
    """

    avenue_end = TrustingEnd


class ForgetsOverAPowerCut(SimulatedPpmid):
    """Forgets over a cut of its power what it has sent and what still waits.

    Breaks PP-008: a power cut loses none of its pending work, and doubles none.
    """

    def restart(self) -> None:
        super().restart()
        self._carrier._commands, self._desk._tasks = Commands(), Tasks()


class _LenientDesk(TaskDesk):
    def _is_accepted(self, result: ConsumerTopUpResponse) -> bool:
        return result.result == TopUpResult.DUPLICATE or super()._is_accepted(result)


class CallsDuplicateAccepted(SimulatedPpmid):
    """Calls a top-up accepted that the meter refused as a duplicate.

    Breaks PP-004: reports every outcome with the meter's own result.
    """

    desk = _LenientDesk


class _RepeatingDesk(TaskDesk):
    def _to_gas_meter(self, task: Task) -> int | None:
        tokens = [super(_RepeatingDesk, self)._to_gas_meter(task) for _ in range(5)]
        return tokens[0]


class ResendsGasUtrn(SimulatedPpmid):
    """Sends a gas top-up five times, each time under a fresh Originator Counter.

    Breaks PP-005: does not resend by itself; the sleepy meter pays for it with its battery (gas-extra-exchanges).
    """

    desk = _RepeatingDesk


class _SilentCarrier(CommandCarrier):
    def _give_up(self, forwarded: Forwarded) -> None:
        """Nobody is told."""


class _SilentDesk(TaskDesk):
    def _give_up(self, sent: Sent) -> None:
        """Nobody is told."""


class SilentAfterTimeout(SimulatedPpmid):
    """Says nothing when a meter has not answered in time.

    Breaks PP-005: reports unknown after its stated time-out.
    """

    carrier = _SilentCarrier
    desk = _SilentDesk
