"""Lists of messages as the Reference Test Data Set gives them: one JSON document, or files of hex digits."""

import re
from collections.abc import Iterable

from ppmid_protocols.errors import Malformed

Named = tuple[str, bytes]
"""The name of a message and its octets."""

_NOT_HEX = re.compile(r"[^0-9a-fA-F]")


def from_json(document: object) -> list[Named]:
    """The messages of parsed JSON: ``messages``, a list of objects with ``name`` and ``hex``. Raises Malformed."""
    entries = document.get("messages") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise Malformed("messages", "expected a list in an object")
    return [_entry(entry, f"messages[{at}]") for at, entry in enumerate(entries)]


def from_hex_files(files: Iterable[tuple[str, bytes]]) -> list[Named]:
    """The messages of files, each a name and its contents in hex digits. Raises Malformed, naming the file."""
    return [(name, from_hex(contents.decode("latin-1"), name)) for name, contents in files]


def from_hex(text: str, name: str = "hex") -> bytes:
    """Hex digits in either case, with white space anywhere, as octets. Raises Malformed with the field ``name``."""
    digits = "".join(text.split())
    wrong = _NOT_HEX.search(digits)
    if wrong is not None:
        raise Malformed(name, f"expected hex digits, found {wrong[0]!r}")
    if not digits or len(digits) % 2:
        raise Malformed(name, f"expected two hex digits for each octet, found {len(digits)} digits")
    return bytes.fromhex(digits)


def _entry(entry: object, place: str) -> Named:
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str) or not isinstance(entry.get("hex"), str):
        raise Malformed(place, "expected an object with the texts name and hex")
    return entry["name"], from_hex(entry["hex"], f"{place}.hex")
