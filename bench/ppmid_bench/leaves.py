"""Two JSON documents side by side: each leaf in which they differ, and where it stands. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

ABSENT = "absent"

_NAMES = (("id",), ("role",), ("modification", "requirement"), ("item",), ("where",))
"""By what the rows of lists are known."""


def differing(was: Any, is_: Any, place: str) -> Iterator[tuple[str, Any, Any]]:
    """``(place, was, is)`` of each leaf; rows that have names are held against those of the same name.

    A place is such as ``answers, SEC0009 REQ-004, because``. Rows that all are the same in another order differ as one.
    """
    if was == is_:
        return
    mine, theirs = _by_name(was), _by_name(is_)
    if mine is None or theirs is None:
        yield place, was, is_
        return
    found = False
    for name in dict.fromkeys((*mine, *theirs)):
        for row in differing(mine.get(name, ABSENT), theirs.get(name, ABSENT), f"{place}, {name}"):
            found = True
            yield row
    if not found:
        yield f"{place}, order", list(mine), list(theirs)


def _by_name(content: Any) -> Mapping[str, Any] | None:
    """The parts of an object or list by their names; None of what has no parts with names of their own."""
    if isinstance(content, Mapping):
        return content
    if not isinstance(content, list) or not all(isinstance(one, Mapping) for one in content):
        return None
    for names in _NAMES:
        found = {" ".join(str(one[name]) for name in names): one for one in content if set(names) <= one.keys()}
        if len(found) == len(content):
            return found
    return None
