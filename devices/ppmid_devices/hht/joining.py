"""How a Hand-Held Terminal comes into a HAN, as a table: what was, what happened, what is. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from ppmid_devices.hht.contract import HhtState


class Event(StrEnum):
    """What can happen on the way."""

    NAMED = "named"  # the engineer has named a hub
    LISTED = "listed"  # the hub says that it has the terminal in its device log
    ADDRESS_GIVEN = "address given"
    DENIED = "denied"  # the hub answers that it does not let the terminal in
    KEY_GIVEN = "key given"  # the network key has come, under the install code's link key
    TUNNEL_OPENED = "tunnel opened"
    SILENCE = "silence"  # an answer has stayed out
    LEFT = "left"


_S, _E = HhtState, Event
ON_THE_WAY = (_S.INTRODUCED, _S.LISTED, _S.ADDRESSED, _S.JOINED)
"""States in which the hub's answer is waited for."""

TRANSITIONS: Mapping[tuple[HhtState, Event], HhtState] = MappingProxyType(
    {
        **{(state, _E.NAMED): _S.INTRODUCED for state in HhtState},
        **{(state, _E.LEFT): _S.IDLE for state in HhtState},
        **{(state, _E.SILENCE): _S.UNANSWERED for state in ON_THE_WAY},
        (_S.INTRODUCED, _E.LISTED): _S.LISTED,
        (_S.LISTED, _E.ADDRESS_GIVEN): _S.ADDRESSED,
        (_S.LISTED, _E.DENIED): _S.REFUSED,
        (_S.ADDRESSED, _E.KEY_GIVEN): _S.JOINED,
        (_S.JOINED, _E.TUNNEL_OPENED): _S.CONNECTED,
    }
)
"""A pair that is not here changes nothing: what comes late, twice or unasked for."""


def after(state: HhtState, event: Event) -> HhtState:
    """The state after an event."""
    return TRANSITIONS.get((state, event), state)
