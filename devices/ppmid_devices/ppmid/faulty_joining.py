"""PPMIDs with one fault each in how they join, and stay in reach."""

from ppmid_devices.links.polling import Polling
from ppmid_devices.links.rejoining import Rejoining
from ppmid_devices.meter.commands import Accepted
from ppmid_devices.ports import MILLISECOND, MINUTE, SECOND
from ppmid_devices.ppmid.functions import OwnFunction
from ppmid_devices.ppmid.pending import Task
from ppmid_devices.ppmid.simulated import SimulatedPpmid
from ppmid_devices.ppmid.task_desk import TaskDesk
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface import Fuel, Meter, Reason
from ppmid_protocols.zigbee.han import OpenedFrame

_JOIN_BY_CERTIFICATE = 0x00AF  # CS03C


class _ForgetfulFunction(OwnFunction):
    def execute(self, accepted: Accepted) -> None:
        super().execute(accepted)
        if accepted.message.message_code == _JOIN_BY_CERTIFICATE:
            for device in list(self.functions.documents.log.devices):
                self._anchors.part(Eui(device))


class ForgetsCertificates(SimulatedPpmid):
    """Says that it is joined with the gas meter, and keeps none of its certificate.

    Breaks: by method C each end is given the other's key agreement certificate (CS03C; GBCS use cases), without which a
    PPMID can make no PCS01.
    """

    function = _ForgetfulFunction


class _DeskOfEveryMeter(TaskDesk):
    def _require_joined(self, meter: Eui) -> None:
        """Whatever it was parted from."""


class AsksMetersItWasPartedFrom(SimulatedPpmid):
    """Goes on sending codes to an electricity meter from which it was parted (CS04).

    Breaks PP-006: sends nothing to the HAN for an unknown target.
    """

    desk = _DeskOfEveryMeter


class _DeskThatBlamesTheHub(TaskDesk):
    def _say_not_sent(self, task: Task, reason: Reason, text: str) -> None:
        super()._say_not_sent(task, Reason.HAN_UNREACHABLE if reason is Reason.UNKNOWN_METER else reason, text)


class BlamesTheHub(SimulatedPpmid):
    """Says of a meter that it is not joined with that the hub cannot be reached, so that people try again.

    Breaks: UNKNOWN_METER is the reason where the target is no meter of the PPMID's (local command interface, Reasons).
    """

    desk = _DeskThatBlamesTheHub


class _DeafToLeaving(Rejoining):
    def _hear(self, frame: OpenedFrame) -> None:
        """Whoever has it leave."""


class StaysWhenSentAway(SimulatedPpmid):
    """Goes on as before when its hub has it leave.

    Breaks: a device leaves when its trust centre has it leave (ZigBee R22 3.2.2.18).
    """

    rejoining = _DeafToLeaving


class _Resigned(Rejoining):
    def _ask(self) -> None:
        """It never does."""


class NeverComesBack(SimulatedPpmid):
    """Does not ask to be let in again once it is off the HAN.

    Breaks PP-016: reconnects after an outage of the hub or the HAN by itself.
    """

    rejoining = _Resigned


class _Oversleeping(Polling):
    def power(self, on: bool) -> None:
        self._interval = 10 * MINUTE
        super().power(on)


class Oversleeps(SimulatedPpmid):
    """When it sleeps, asks for the frames kept for it every ten minutes only.

    Breaks: a parent keeps frames for 7.68 s (IEEE 802.15.4 7.4.2), so nothing reaches it.
    """

    polling = _Oversleeping


class _NoddingOff(Polling):
    def power(self, on: bool) -> None:
        self._interval = 9 * SECOND
        super().power(on)


class NodsOff(SimulatedPpmid):
    """When it sleeps, asks for the frames kept for it every nine seconds, when some are gone. Breaks the same."""

    polling = _NoddingOff


class _Sleepless(Polling):
    def power(self, on: bool) -> None:
        self._interval = 500 * MILLISECOND
        super().power(on)


class SleepsWithOneEyeOpen(SimulatedPpmid):
    """When it sleeps, asks for the frames kept for it twice a second, whether or not it waits for any.

    Breaks: a device on a battery asks no oftener than it must (limit poll-shortest).
    """

    polling = _Sleepless


class ListsEveryMeter(SimulatedPpmid):
    """Lists every meter of the home in its Capabilities, joined to it or not.

    Breaks: its Capabilities list the meters that it is joined to (local command interface).
    """

    def _listed(self) -> tuple[Meter, ...]:
        return self._home.listed(self._home.meters)


class ListsNoGasMeter(SimulatedPpmid):
    """Lists none but electricity meters. Breaks the same."""

    def _listed(self) -> tuple[Meter, ...]:
        return tuple(one for one in super()._listed() if one.fuel is not Fuel.GAS)


class ListsThePartedStill(SimulatedPpmid):
    """Goes on listing a meter from which it has parted (CS04). Breaks the same."""

    _known: frozenset[Meter] = frozenset()

    def _listed(self) -> tuple[Meter, ...]:
        self._known |= frozenset(super()._listed())
        return tuple(sorted(self._known, key=lambda one: one.eui))
