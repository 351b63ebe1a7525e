"""EUI-64 identifiers of devices and Remote Parties (GBCS 4.2.1: Entity Identifiers, 8 octets, big endian)."""

import re
from functools import lru_cache

from ppmid_protocols.errors import Malformed

_TEXT = re.compile(r"[0-9a-fA-F]{2}([-:]?[0-9a-fA-F]{2}){7}")


class Eui(bytes):
    """Eight octets, big endian; prints as DUIS writes it (``00-DB-12-34-56-78-90-A0``)."""

    def __new__(cls, octets: bytes) -> "Eui":
        if len(octets) != 8:
            raise Malformed("EUI-64", f"expected 8 octets, found {len(octets)}")
        return super().__new__(cls, octets)

    @staticmethod
    @lru_cache(maxsize=1024)
    def parse(text: str) -> "Eui":
        """Read 16 hex digits, bare or joined by ``-`` or ``:``: those of the same few parties. Raises Malformed."""
        bare = text.strip()
        if not _TEXT.fullmatch(bare):
            raise Malformed("EUI-64", f"expected 16 hex digits such as 00-DB-12-34-56-78-90-A0, found {text!r}")
        return Eui(bytes.fromhex(bare.replace("-", "").replace(":", "")))

    def __str__(self) -> str:
        return self.hex("-").upper()

    def __repr__(self) -> str:
        return f"Eui({self})"
