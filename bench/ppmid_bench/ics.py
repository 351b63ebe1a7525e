"""The implementation conformance statement: what the maker of the device under test says that it can do.

    [ics]
    relay = true            # passes Commands from the avenue into the HAN
    utrn-internet = true    # takes UTRNs from the avenue

A scenario names the items that it needs by tags such as ``@ics-relay``. False makes it not applicable, naming the
item; a missing line is an error: silence is never a declaration.
"""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from ppmid_bench.errors import BadInput
from ppmid_bench.typed import read_toml

ITEMS = {
    "relay": "passes complete GBCS Commands from the avenue into the HAN, and Responses back",
    "utrn-internet": "takes UTRNs from the avenue",
    "gas": "serves a gas meter",
    "keypad": "takes UTRNs typed by hand",
    "usb-stick": "reads messages of the local command interface from a USB stick, and writes its answers there",
    "usb-serial": "takes and gives them on a USB cable",
    "nfc": "takes and gives them when a phone taps",
}
"""The items of the statement."""


class _File(msgspec.Struct, forbid_unknown_fields=True):
    ics: dict[str, bool]


class Ics(msgspec.Struct, frozen=True):
    """A statement, checked."""

    source: str
    items: Mapping[str, bool]


def read_ics(path: Path | None) -> Ics:
    """Read a statement; without one, that of our simulated PPMID, which can do everything. Raises BadInput."""
    if path is None:
        return Ics("the default statement", dict.fromkeys(ITEMS, True))
    content = read_toml(path, _File)
    for item in content.ics:
        if item not in ITEMS:
            raise BadInput(str(path), "[ics]", f"one of {', '.join(ITEMS)}", repr(item))
    return Ics(str(path), content.ics)
