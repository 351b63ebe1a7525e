"""PPMIDs that are given a Command which is too long for a tunnel, and do not say so."""

from ppmid_devices.links.asking import Asker
from ppmid_devices.ppmid.carrier import CommandCarrier
from ppmid_devices.ppmid.simulated import SimulatedPpmid
from ppmid_protocols.local_interface import Reason, State, SubmitCommand


class _CuttingCarrier(CommandCarrier):
    def _why_not(self, request: SubmitCommand) -> tuple[Reason, str] | None:
        refusal = super()._why_not(request)
        return None if refusal is not None and refusal[0] is Reason.COMMAND_TOO_LARGE else refusal

    def _to_hub(self, command: bytes) -> bool:
        return super()._to_hub(command[: self._settings.largest_command])


class CutsLongCommands(SimulatedPpmid):
    """Carries as much of a long Command as a tunnel takes.

    Breaks PP-001: forwards a Command byte-identical to what it was given, or not at all.
    """

    carrier = _CuttingCarrier


class _SilentCarrier(CommandCarrier):
    def submit(self, asker: Asker, request: SubmitCommand) -> None:
        if len(request.command) <= self._settings.largest_command:
            super().submit(asker, request)


class SwallowsLongCommands(SimulatedPpmid):
    """Drops a Command that is too long without a word.

    Breaks the local command interface: whatever is refused is refused by its reason.
    """

    carrier = _SilentCarrier


class _VagueCarrier(CommandCarrier):
    def _why_not(self, request: SubmitCommand) -> tuple[Reason, str] | None:
        refusal = super()._why_not(request)
        if refusal is not None and refusal[0] is Reason.COMMAND_TOO_LARGE:
            return Reason.HAN_UNREACHABLE, f"{State.REFUSED.name.lower()}: the hub cannot be reached"
        return refusal


class BlamesTheHan(SimulatedPpmid):
    """Says of a Command that is too long that the HAN cannot be reached, so that it is sent again.

    Breaks as SwallowsLongCommands.
    """

    carrier = _VagueCarrier
