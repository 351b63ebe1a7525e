"""What a person is asked, and what an answer may be: each question has a type; another answer is asked for again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from ppmid_devices.meter.contract import Supply
from ppmid_devices.operator.console import Console
from ppmid_devices.ports import SECOND, CannotArrange, Clock

NONE = "none"
"""What is answered where nothing is shown."""

_MILLIPENCE = 100_000

T = TypeVar("T")


class WrongType(Exception):
    """An answer is not of its question's type; says what would be."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A question and its answer, by whom and when (ns); ``said`` is None where nobody answered in time."""

    at: int
    by: str
    id: str
    asked: str
    said: str | None


def done(line: str) -> None:
    """``done``: it has been done. ``cannot``: it cannot be, which raises CannotArrange."""
    if line == "cannot":
        raise CannotArrange("the operator cannot do that")
    if line != "done":
        raise WrongType("done, or cannot")


def text(line: str) -> str:
    """Any text; ``none`` for an empty screen."""
    if not line:
        raise WrongType(f"a text, or {NONE}")
    return "" if line == NONE else line


def lines(line: str) -> tuple[str, ...]:
    """The lines of a screen, with ``|`` between them, newest last; ``none`` for an empty one."""
    return tuple(part.strip() for part in text(line).split("|") if part.strip())


def amount(line: str) -> int | None:
    """Pounds such as 12.34 or -3.20, as millipence; ``none`` where no amount is shown."""
    if line == NONE:
        return None
    try:
        value = Decimal(line.removeprefix("£")) * _MILLIPENCE
    except InvalidOperation as problem:
        raise WrongType(f"pounds such as 12.34 or -3.20, or {NONE}") from problem
    if not value.is_finite() or value != value.to_integral_value():
        raise WrongType(f"pounds with five decimals at most, or {NONE}")
    return int(value)


def shown_amount(line: str) -> int:
    """An amount that must be there."""
    value = amount(line)
    if value is None:
        raise WrongType("pounds such as 12.34 or -3.20")
    return value


def supply(line: str) -> Supply | None:
    """The state of the supply, or ``none`` where it is not shown."""
    try:
        return None if line == NONE else Supply(line)
    except ValueError as problem:
        raise WrongType(f"one of {', '.join(Supply)}, {NONE}") from problem


def shown_supply(line: str) -> Supply:
    """A state that must be there."""
    found = supply(line)
    if found is None:
        raise WrongType(f"one of {', '.join(Supply)}")
    return found


def moment(line: str) -> int | None:
    """A time such as 2026-11-25 15:04 (UTC), as nanoseconds since 1970; ``none`` where none is shown."""
    if line == NONE:
        return None
    try:
        at = datetime.strptime(line, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
    except ValueError as problem:
        raise WrongType(f"a time in UTC such as 2026-11-25 15:04, or {NONE}") from problem
    return int(at.timestamp()) * SECOND


class Operator:
    """The person. ``answered`` holds what has been asked and answered since it was taken last."""

    def __init__(self, name: str, console: Console, clock: Clock, patience_s: float) -> None:
        self._name, self._console, self._clock, self._patience = name, console, clock, patience_s
        self._answered: list[Answered] = []

    def take_answers(self) -> list[Answered]:
        """The answers that nobody has taken yet, oldest first."""
        taken, self._answered = self._answered, []
        return taken

    def note(self, done: Answered) -> None:
        """Something was done in the person's place."""
        self._answered.append(done)

    def ask(self, id: str, question: str, read: Callable[[str], T], *, kept: str = "") -> T:
        """Ask until an answer is of the right type. Raises CannotArrange when none is within the time for it.

        ``kept``: the question as it may be kept, where it holds a UTRN; an answer to such a one is kept as it is.
        Each attempt has the whole time: a person who mistypes is there. A file that answers wrongly ten times is not.
        """
        wanted = question
        for _ in range(_MOST_ATTEMPTS):
            said = self._console.ask(id, wanted, self._patience)
            self._answered.append(Answered(self._clock.now(), self._name, id, kept or question, said))
            if said is None:
                raise CannotArrange(f"{self._name} has not answered within {self._patience:g} s: {kept or question}")
            try:
                return read(said)
            except WrongType as problem:
                wanted = f"{question} Please answer with {problem}."
        raise CannotArrange(f"{self._name} has not answered in the right form: {kept or question}")


_MOST_ATTEMPTS = 10
