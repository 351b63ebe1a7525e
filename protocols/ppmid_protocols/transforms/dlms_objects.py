"""Structures of DLMS objects that several use cases of the ESME write: a charge, an entry of a schedule."""

from collections.abc import Iterator

from ppmid_protocols.transforms.ask import Ask
from ppmid_protocols.transforms.dlms_values import (
    TRUE,
    Value,
    array,
    bits,
    boolean,
    date_of,
    i8,
    i16,
    object_code,
    octets,
    position,
    structure,
    time_of,
    u16,
)

_NO_OBJECT = structure(u16(0), octets(bytes(6)), i8(0))
_WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def charge(scale: str, amount: str) -> Value:
    """A charge of one amount, apart from any register."""
    return structure(structure(i8(0), i8(scale)), _NO_OBJECT, array(structure(octets(b""), i16(amount))))


def weekdays(ask: Ask) -> Iterator[bool]:
    """One bit for each day of the week that a schedule applies to."""
    chosen = {node.text for node in ask.node.all("DaysOfWeekApplicability/DayOfWeekApplicability/DayOfWeekID")}
    return (name in chosen for name in _WEEK)


def schedule_entry(script: str, selector: Value, clock: str, applies: Value) -> Value:
    """An entry of a schedule: when which script is executed, and on which special days; ``clock`` holds the times."""
    return structure(
        u16(position),
        boolean(TRUE),
        object_code(script),
        selector,
        time_of(f"{clock}/SwitchTime"),
        u16(0xFFFF),
        bits(weekdays),
        applies,
        date_of(f"{clock}/StartDate"),
        date_of(f"{clock}/EndDate"),
    )
