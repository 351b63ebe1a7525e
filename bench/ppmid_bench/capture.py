"""The capture of one scenario: a pcapng file with an interface for each link, and the keys that open it beside it.

Captures keep the octets as they crossed the links, UTRNs included: file and keys are for their owner only.
"""

import os
from pathlib import Path

from ppmid_protocols.captures import pcapng
from ppmid_protocols.secret import Secret

INTERFACES = (
    pcapng.Link("duis", pcapng.LinkType.DUIS, "DUIS documents between DCC User and DCC"),
    pcapng.Link("wan", pcapng.LinkType.GBCS, "GBCS messages on the SM WAN"),
    pcapng.Link("avenue", pcapng.LinkType.LOCAL_COMMAND_INTERFACE, "PPMID local command interface"),
    pcapng.Link("by-hand", pcapng.LinkType.BROUGHT_BY_HAND, "what stick, cable or phone and PPMID say to each other"),
    pcapng.Link("han", pcapng.LinkType.IEEE802_15_4_WITH_FCS, "ZigBee home area network"),
)
_OWNER_ONLY = 0o600


class CaptureFile:
    """Writes what crosses the links, with comments that Wireshark shows."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = open_private(path)
        self._writer = pcapng.Writer(self._file)
        self._links = {link.name: self._writer.add_link(link) for link in INTERFACES}
        self._frames = 0

    def add(self, link: str, time: int, frame: bytes, *comments: str) -> int:
        """Write one frame; ``time`` in nanoseconds since 1970 UTC. Gives its number, as readers of captures count."""
        self._writer.write(self._links[link], time, frame, *comments)
        self._frames += 1
        return self._frames

    def close(self) -> None:
        """End the file."""
        self._file.close()


def open_private(path: Path):  # type: ignore[no-untyped-def]  # a BufferedWriter, under a name typeshed keeps private
    """Open a file for writing that only its owner can read, from its first octet on."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY), "wb")


def write_keys(path: Path, keys: dict[str, Secret]) -> None:
    """Write HAN keys in the form of Wireshark's table ``zigbee_pc_keys``: ``"key","byte order","label"`` a line."""
    lines = [f'"{key.hex(":")}","Normal","{label}"\n' for label, key in keys.items()]
    with open_private(path) as file:
        file.write("".join(lines).encode())
