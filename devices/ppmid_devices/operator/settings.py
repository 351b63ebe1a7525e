"""What a bench file sets of an operator."""

from dataclasses import dataclass
from pathlib import Path

from ppmid_devices.links.contract import Port
from ppmid_devices.operator.console import AnswerFile, Console, Desk, Terminal
from ppmid_devices.operator.questions import Operator
from ppmid_devices.ports import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorSettings:
    """``name``: who answers, as the evidence says it.

    ``answers``: a file of answers, ``desk``: a socket at which somebody takes questions, in place of the terminal.
    """

    name: str
    patience_s: int = 120  # for each answer
    answers: str = ""
    desk: str = ""

    def operator(self, clock: Clock) -> Operator:
        """The person. Raises CannotArrange for a file of answers that cannot be read."""
        return Operator(self.name, self._console(), clock, self.patience_s)

    def _console(self) -> Console:
        if self.answers:
            return AnswerFile(Path(self.answers))
        return Desk(self.desk) if self.desk else Terminal()


@dataclass(frozen=True, slots=True, kw_only=True)
class PpmidOperatorSettings(OperatorSettings):
    """``can_relay``: whether the PPMID carries Commands; without it no scenario that asks for either can be arranged.

    ``port``: the avenue that it has. ``power``: a command line that cuts its power and gives it back, in the person's
    place; ``place`` for that of the bench's ``[lab]``. ``power_s``: how long it may take.
    """

    can_relay: bool | None = None
    port: Port = "internet"
    power: str = ""
    power_s: int = 60
