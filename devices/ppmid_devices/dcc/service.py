"""One request to a device as the DCC keeps it."""

from dataclasses import dataclass, field

from ppmid_devices.ports import Timer
from ppmid_protocols.duis.documents import Request
from ppmid_protocols.duis.service_body import Node
from ppmid_protocols.gbcs.message import Message


@dataclass(slots=True, eq=False)
class Service:
    """What the DCC holds of one RequestID: its latest Request, the User's name on the line, and what was made of it.

    ``content`` is that of the Service Request, which a signed Pre-Command no longer shows. ``patience`` ends its wait
    for the SM WAN or for a Response. ``schedule``: the number of the schedule that asked.
    """

    request: Request
    user: str
    content: Node | None = None
    pre_command: Message | None = None
    command: bytes = field(default=b"", repr=False)
    delivered_locally: bool = False
    delivered_over_wan: bool = False
    patience: Timer | None = None
    schedule: int | None = None
