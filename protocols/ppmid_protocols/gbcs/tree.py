"""A message cut into named elements, octet by octet.

A ``Node`` is one element: a leaf with octets of its own, or a branch whose children lie one after the other from its
first octet to its last. So the leaves of a tree, in their order, are the octets that it was made of: none is left out,
none belongs to two. A ``Walk`` makes such leaves.
"""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

Value = int | str | None
"""What an element says: a number, or words; None where its octets say it all."""


@dataclass(frozen=True, slots=True)
class Node:
    """One element of a message.

    ``offset``: from the start of the message, or of the plain octets for what stands under ``plain``. ``meaning``: type
    and words for people. ``check``: what was checked about it and how that went. ``secret``: show neither octets nor
    value unasked. ``plain``: the nodes of what was sealed in here, empty without its key.
    """

    field: str
    offset: int
    octets: bytes = dataclasses.field(repr=False)
    meaning: str = ""
    value: Value = dataclasses.field(default=None, repr=False)
    check: str = ""
    secret: bool = False
    children: tuple["Node", ...] = ()
    plain: tuple["Node", ...] = ()

    @property
    def end(self) -> int:
        return self.offset + len(self.octets)

    def leaves(self) -> Iterator["Node"]:
        """The leaves in their order; ``plain`` is not among them."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()

    def find(self, name: str) -> "Node | None":
        """The first node of this name, in the order of octets, this one and plain ones included."""
        if self.field == name:
            return self
        found = (child.find(name) for child in self.children + self.plain)
        return next((node for node in found if node is not None), None)

    def checked(self, check: str) -> "Node":
        """This node with the outcome of a check."""
        return dataclasses.replace(self, check=check)


class Walk:
    """Cuts ``octets`` into leaves, one after the other, from ``at`` on."""

    def __init__(self, octets: bytes, at: int = 0) -> None:
        self.octets, self.at = octets, at

    def leaf(
        self, length: int, name: str, meaning: str = "", value: Value = None, *, check: str = "", secret: bool = False
    ) -> Node:
        """The next ``length`` octets, which must be there, as a leaf."""
        start, self.at = self.at, self.at + length
        return Node(name, start, self.octets[start : self.at], meaning, value, check, secret)

    def branch(
        self, name: str, children: list[Node], meaning: str = "", value: Value = None, *, secret: bool = False
    ) -> Node:
        """A node of the ``children`` that this walk cut last; one without children has no octets."""
        start = children[0].offset if children else self.at
        return Node(name, start, self.octets[start : self.at], meaning, value, "", secret, tuple(children))
