"""Tables of the words that a sentence may have at one place, for patterns that take any words there."""

from typing import TypeVar

from ppmid_bench.errors import BadInput

Meant = TypeVar("Meant")


class OneOf(dict[str, Meant]):
    """What each of the words stands for. Raises BadInput for another, where a plain table would break the scenario."""

    def __missing__(self, word: str) -> Meant:
        raise BadInput("a step", "", f"one of {', '.join(self)}", repr(word))
