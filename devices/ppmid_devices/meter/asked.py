"""A Command that is being executed, as the objects, clusters and documents of a device see it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import Message
from ppmid_protocols.gbcs.payload import Payload


class Unanswered(Exception):
    """A Command was executed, or came a second time, and is to have no Response."""


@dataclass(frozen=True, slots=True)
class Asked:
    """``now``: nanoseconds since 1970. ``reader``: for whom sensitive parts of the Response are sealed by ``seal``.

    ``reader_counter``: the counter of that sealing, which is the Response's own (GBCS 8.2.3): the Command's, or the
    device's where a Remote Party asks that it does not know.
    """

    message: Message
    payload: Payload
    now: int
    reader: Eui
    reader_counter: int
    seal: Callable[[bytes], bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a Response is to say. ``own_counter``: the device's counter in it, for a Remote Party unknown to it."""

    payload: bytes
    own_counter: int | None = None
