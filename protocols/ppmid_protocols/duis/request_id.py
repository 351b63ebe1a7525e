"""RequestID and ResponseID (DUIS schema 5.4): ``originator:target:counter``, the key by which answers find requests."""

import re
from dataclasses import dataclass
from functools import lru_cache

from ppmid_protocols.errors import Malformed
from ppmid_protocols.eui import Eui

_EUI = r"[0-9A-Fa-f]{2}(?:-[0-9A-Fa-f]{2}){7}"
_TEXT = re.compile(rf"({_EUI}):({_EUI}):(0|[1-9][0-9]{{0,19}})")
_COUNTER_LIMIT = 1 << 64


@dataclass(frozen=True, slots=True)
class RequestId:
    """Business originator, business target and Originator Counter (0..2**64-1; the GBCS counter of the Command)."""

    originator: Eui
    target: Eui
    counter: int

    def __post_init__(self) -> None:
        if not 0 <= self.counter < _COUNTER_LIMIT:
            raise Malformed("RequestID", f"expected a counter of 0..2**64-1, found {self.counter}")

    @staticmethod
    @lru_cache(maxsize=64)
    def parse(text: str) -> "RequestId":
        """Read two EUI-64s joined by ``-`` and a decimal counter without leading zeros. Raises Malformed.

        Whatever is said of a request names it.
        """
        match = _TEXT.fullmatch(text)
        if match is None:
            raise Malformed(
                "RequestID", f"expected EUI:EUI:counter, counter without leading zeros, found {text[:80]!r}"
            )
        originator, target, counter = match.groups()
        return RequestId(Eui.parse(originator), Eui.parse(target), int(counter))

    def __str__(self) -> str:
        return f"{self.originator}:{self.target}:{self.counter}"


def response_id(request: RequestId) -> RequestId:
    """The ResponseID that answers ``request``: the two EUIs change places, the counter stays."""
    return RequestId(request.target, request.originator, request.counter)
