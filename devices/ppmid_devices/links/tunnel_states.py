"""What the client of a tunnel does at each thing that happens to it: a table (public hub code quoting GBCS 10.2.2).

A pair that is not in the table changes nothing: answers that nobody waits for, wishes that are under way already.
"""

from collections.abc import Mapping
from enum import Enum, auto
from types import MappingProxyType
from typing import NamedTuple


class State(Enum):
    """``RENEWING``: open, and asking anew; the old tunnel serves until the answer."""

    CLOSED = auto()
    ASKING = auto()
    OPEN = auto()
    RENEWING = auto()


class Event(Enum):
    """``WANTED``: it is to be open. ``DUE``: the time to ask again has come. ``REFUSED``: BUSY and all other answers.
    ``SILENT``: no answer for long enough. ``LOST``: the server does not know the tunnel, or the client has no power.
    """

    WANTED = auto()
    DUE = auto()
    SUCCESS = auto()
    NO_MORE_TUNNEL_IDS = auto()
    REFUSED = auto()
    SILENT = auto()
    LOST = auto()


class Action(Enum):
    """``RETRY``: plan to ask again after three minutes. ``BEGIN``: the new tunnel serves; renewal is planned."""

    ASK = auto()
    CLOSE_OLD = auto()
    BEGIN = auto()
    RETRY = auto()
    FORGET = auto()


class Move(NamedTuple):
    """Where it goes, and what it does, in this order."""

    to: State
    does: tuple[Action, ...] = ()


MOVES: Mapping[tuple[State, Event], Move] = MappingProxyType(
    {
        (State.CLOSED, Event.WANTED): Move(State.ASKING, (Action.ASK,)),
        (State.CLOSED, Event.DUE): Move(State.ASKING, (Action.ASK,)),
        (State.ASKING, Event.SUCCESS): Move(State.OPEN, (Action.BEGIN,)),
        (State.ASKING, Event.NO_MORE_TUNNEL_IDS): Move(State.CLOSED, (Action.RETRY,)),
        (State.ASKING, Event.REFUSED): Move(State.CLOSED, (Action.RETRY,)),
        (State.ASKING, Event.SILENT): Move(State.CLOSED, (Action.RETRY,)),
        (State.OPEN, Event.WANTED): Move(State.RENEWING, (Action.ASK,)),
        (State.OPEN, Event.DUE): Move(State.RENEWING, (Action.ASK,)),
        (State.OPEN, Event.LOST): Move(State.CLOSED, (Action.FORGET,)),
        (State.RENEWING, Event.SUCCESS): Move(State.OPEN, (Action.BEGIN,)),
        (State.RENEWING, Event.NO_MORE_TUNNEL_IDS): Move(State.ASKING, (Action.CLOSE_OLD, Action.ASK)),
        (State.RENEWING, Event.REFUSED): Move(State.OPEN, (Action.RETRY,)),
        (State.RENEWING, Event.SILENT): Move(State.OPEN, (Action.RETRY,)),
        (State.RENEWING, Event.LOST): Move(State.ASKING, (Action.FORGET,)),
    }
)


def after(state: State, event: Event) -> Move:
    """What happens to a client in ``state``."""
    return MOVES.get((state, event), Move(state))
