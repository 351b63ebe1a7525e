"""Octets as the pages show them: in the columns of ``gbcs decode``, each stretch under the name of what it is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_IN_LINE, _HALF, _NAME = 16, 8, 44
_OCTETS = re.compile(f"^(.{{8}})([0-9a-f]{{{2 * _HALF + 2},{2 * _IN_LINE}}})( *)")
"""More than half a line of octets, as ``gbcs decode`` writes them."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of what crossed: what it is, and its octets with their meaning, a line each."""

    name: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The lines as they stand in a page, each with its end."""
        return "".join(f"{line}\n" for line in self.lines)


def named(octets: bytes, begin: int, end: int | None, name: str, meaning: str = "") -> Iterator[str]:
    """A stretch of octets under a name: offset, octets, name, meaning."""
    begin = begin if begin >= 0 else len(octets) + begin
    first, *rest = in_lines(octets[begin:end], begin) or [f"{begin:6}"]
    yield f"{first:<{10 + 2 * _IN_LINE}}  {name:<{_NAME}}  {meaning}".rstrip()
    yield from rest


def in_lines(octets: bytes, begin: int = 0) -> list[str]:
    """Octets alone, sixteen a line; ``begin``: the offset of the first."""
    starts = range(0, len(octets), _IN_LINE)
    return [_in_line(begin + at, octets[at : at + _IN_LINE].hex()) for at in starts]


def _in_line(offset: int, digits: str) -> str:
    first, second = digits[: 2 * _HALF], digits[2 * _HALF :]
    return f"{offset:6}  {first}  {second}" if second else f"{offset:6}  {first}"


def in_halves(line: str) -> str:
    """A line with its octets in two halves: so no twenty of their digits stand together, as those of a UTRN would."""
    found = _OCTETS.match(line)
    if found is None:
        of_a_row = len(line) > 40 and (line.startswith("offset") or line[:6].strip().isdigit())
        return f"{line[:8]}{line[8:40]:<34}{line[40:]}" if of_a_row else line
    offset, digits, spaces = found.groups()
    return f"{offset}{digits[: 2 * _HALF]}  {digits[2 * _HALF :]}{spaces}{line[found.end() :]}"
