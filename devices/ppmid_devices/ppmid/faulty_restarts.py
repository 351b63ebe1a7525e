"""PPMIDs that do not come through a restart, or a factory reset, as they should; the faulty part stands before each."""

from ppmid_devices.links.asking import Requests
from ppmid_devices.links.avenue_end import AvenueEnd
from ppmid_devices.ppmid.simulated import SimulatedPpmid
from ppmid_protocols.gbcs.counters import OriginatorCounter
from ppmid_protocols.local_interface import Message, ReplayGuard


class CountsAnewAfterAPowerCut(SimulatedPpmid):
    """Begins at its first Originator Counter again when its power is back.

    Breaks PP-009: never uses an Originator Counter of its own again for other content.
    """

    def restart(self) -> None:
        self._gas._counter = OriginatorCounter(self._settings.originator_counter_start - 1)
        super().restart()


class ForgetsWhatCame(SimulatedPpmid):
    """Knows neither replay numbers nor requests any more once it has been without power.

    Breaks PP-007: keeps the last number of each sender over a restart (local command interface, Replay numbers).
    """

    def restart(self) -> None:
        super().restart()
        self._avenue._guard, self._voice._requests = ReplayGuard(), Requests()


class ForgetsRequests(SimulatedPpmid):
    """Does a request again that comes again by its request id.

    Breaks: the same request again is answered with its state, and not done again (local command interface).
    """

    def _from_avenue(self, sender: str, message: Message) -> None:
        self._voice._requests = Requests()
        super()._from_avenue(sender, message)


class _ShortEnd(AvenueEnd):
    def tell(self, sender: str, message: Message) -> None:
        if not (self._way.up and self._powered):
            self._held.clear()
        super().tell(sender, message)


class HoldsOnlyTheLatest(SimulatedPpmid):
    """Holds one message while its Internet line is down: the latest.

    Breaks PP-016: reports what it held, the newest hundred messages or more (local command interface).
    """

    avenue_end = _ShortEnd


class _VolatileEnd(AvenueEnd):
    def power(self, on: bool) -> None:
        self._held.clear()
        super().power(on)


class LosesWhatItHolds(SimulatedPpmid):
    """Loses, with its power, what it has to say to a line that is down.

    Breaks PP-008: keeps pending work over a power cut.
    """

    avenue_end = _VolatileEnd


class KeepsWorkAfterReset(SimulatedPpmid):
    """Does what waits its turn though it was reset to its factory state meanwhile.

    Breaks PP-020: a factory reset removes pending work.
    """

    def _forget(self) -> None:
        for part in (self._voice, self._reader, self._carrier, self._avenue):
            part.forget()


class TellsAfterReset(SimulatedPpmid):
    """Says what it held, and passes on what it waited for, though it was reset to its factory state meanwhile.

    Breaks PP-020: a factory reset removes history and pending work.
    """

    def _forget(self) -> None:
        for part in (self._voice, self._reader, self._desk):
            part.forget()


class TrustsAfterReset(SimulatedPpmid):
    """Hears whom it knew before it was reset to its factory state.

    Breaks PP-020: a factory reset removes authorisations.
    """

    def factory_reset(self) -> None:
        if self._powered:
            self._forget()
            self.restart()
