"""The PPMID local command interface, second edition (docs/ppmid-local-command-interface.md).

No specification says how a Command reaches a PPMID over the Internet, USB or NFC, so this project publishes one: a
handful of CBOR messages, each signed as COSE_Sign1 with Ed25519 and bound to a home, a PPMID and a replay number. Each
avenue has a framing of its own: ``framing``, ``stick``, ``cobs``, ``apdu`` with ``tapping``.
"""

from ppmid_protocols.local_interface.framing import Deframer, frame
from ppmid_protocols.local_interface.messages import (
    Alert,
    Capabilities,
    CommandResponse,
    Fuel,
    Message,
    Meter,
    Reason,
    State,
    Status,
    SubmitCommand,
    SubmitUtrn,
    UtrnOutcome,
    UtrnResult,
)
from ppmid_protocols.local_interface.sealing import MAX_SEALED, Opened, ReplayGuard, addressed_to, open_sealed, seal

__all__ = [
    "MAX_SEALED",
    "Alert",
    "Capabilities",
    "CommandResponse",
    "Deframer",
    "Fuel",
    "Message",
    "Meter",
    "Opened",
    "Reason",
    "ReplayGuard",
    "State",
    "Status",
    "SubmitCommand",
    "SubmitUtrn",
    "UtrnOutcome",
    "UtrnResult",
    "addressed_to",
    "frame",
    "open_sealed",
    "seal",
]
