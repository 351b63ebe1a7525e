"""The evidence log: what was observed in a scenario, one JSON object a line, in the order in which it was seen.

``{"n", "t", "link", "from", "to", "what", "bytes"?, "fields"}``: the running number, nanoseconds since 1970 UTC, the
observation point, who sent and who received, what kind of thing it is, the octets in hex where they hold no secret,
and what was read from them. Line 0 describes the home. A check judges what stands in this file and nothing else.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from ppmid_bench import input_files
from ppmid_bench.code_traces import without_traces
from ppmid_bench.errors import BadInput
from ppmid_protocols.utrn import IN_TEXT

SCHEMA = 1
HARNESS = "harness"
"""The sender of entries that the harness itself writes: steps, readings of a display, the description of the home."""

STEP = "step"
"""What such an entry is called that says which step begins."""

CHECK = "check"
"""What such an entry is called that says which check judges what stands before it, by which arguments."""

SPOILED = "spoiled"
"""What such an entry is called that says that a link was told in mid-run to carry otherwise, and how."""

POINT_LOST = "point-lost"
"""What such an entry is called that says from when on an observation point tells no more, and why."""


_json = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log."""

    n: int
    t: int
    link: str
    sender: str
    receiver: str
    what: str
    octets: bytes | None
    fields: Mapping[str, Any]

    @property
    def lost(self) -> bool:
        """Whether its frame did nothing: lost on the way, or dropped where it arrived."""
        return bool(self.fields.get("lost") or self.fields.get("dropped"))

    def line(self) -> str:
        """The line of the file, without its end."""
        return _line(self.n, self.t, self.link, self.sender, self.receiver, self.what, self.octets, self.fields)


def _line(
    n: int, t: int, link: str, sender: str, receiver: str, what: str, octets: bytes | None, fields: Mapping[str, Any]
) -> str:
    content: dict[str, Any] = {"n": n, "t": t, "link": link, "from": sender, "to": receiver, "what": what}
    if octets is not None:
        content["bytes"] = octets.hex()
    content["fields"] = fields
    return _json(content)


@dataclass(frozen=True, slots=True)
class Log:
    """A stretch of the evidence, as a check sees it. Immutable."""

    entries: tuple[Entry, ...]

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    @property
    def home(self) -> Mapping[str, Any]:
        """The description of the home and the bench in line 0."""
        return self.entries[0].fields

    @property
    def disturbed(self) -> list[str]:
        """The links that may not have carried everything as it was, by the bench file or by what a scenario did."""
        spoiled = {entry.fields["link"] for entry in self.of(HARNESS, SPOILED)}
        return sorted({*self.home["disturbed"], *spoiled})

    def of(self, link: str, what: str | None = None, **fields: Any) -> list[Entry]:
        """The entries of one observation point, of one kind, whose fields have these values."""
        found = [entry for entry in self.entries if entry.link == link and (what is None or entry.what == what)]
        for name, value in fields.items():
            found = [entry for entry in found if entry.fields.get(name) == value]
        return found

    def arrived(self, link: str, what: str | None = None, **fields: Any) -> list[Entry]:
        """As ``of``, without frames that were lost on their way, or dropped for their frame counter."""
        return [entry for entry in self.of(link, what, **fields) if not entry.lost]

    def up_to(self, last: int) -> "Log":
        """The stretch from the beginning to entry ``last``, which it includes."""
        return Log(self.entries[: last + 1])


def parse_line(line: str, source: str, number: int) -> Entry:
    """Read one line of a log. Raises BadInput naming the line."""
    try:
        entry = _entry(json.loads(line))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise BadInput(
            source, f"line {number + 1}", "one JSON object with the fields of an evidence entry"
        ) from problem
    if entry.n != number or not isinstance(entry.fields, dict):
        raise BadInput(source, f"line {number + 1}", f"entry {number} with its fields", f"entry {entry.n!r}")
    return entry


def _entry(content: Any) -> Entry:
    octets = content.get("bytes")
    return Entry(
        content["n"],
        content["t"],
        content["link"],
        content["from"],
        content["to"],
        content["what"],
        None if octets is None else bytes.fromhex(octets),
        content["fields"],
    )


def read_log(path: Path) -> Log:
    """Read a whole evidence file. Raises BadInput."""
    text = input_files.text(path, "an evidence file")
    if not text:
        raise BadInput(str(path), "", "an evidence file", "an empty file")
    lines = text.removesuffix("\n").split("\n")  # by this alone: in a text there may be other ends of lines, as U+2028
    log = Log(tuple(parse_line(line, str(path), number) for number, line in enumerate(lines)))
    schema = log.home.get("schema", SCHEMA)
    if schema != SCHEMA:
        raise BadInput(str(path), "line 1, schema", str(SCHEMA), str(schema))
    return log


def digest(path: Path) -> str:
    """The SHA-256 of an evidence file, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Redactor:
    """Puts tags in the place of secrets, so that equality can still be judged and nothing can be read back.

    A tag is a kind and 12 hex digits of an HMAC under a key of this scenario. It remembers the codes that it has put
    tags for, so that no text gives one away in other words.
    """

    def __init__(self, key: bytes) -> None:
        self._mac = hmac.new(key, digestmod="sha256")
        self._codes: dict[str, None] = {}

    def tag(self, kind: str, octets: bytes) -> str:
        """The tag of some octets, such as ``frame:6f1c02…``."""
        mac = self._mac.copy()  # made once: to begin anew costs more than the octets of a frame
        mac.update(kind.encode() + b"\0" + octets)
        return f"{kind}:{mac.hexdigest()[:12]}"

    def utrn(self, digits: bytes) -> str:
        """The tag of a UTRN's twenty digits, in ASCII."""
        self._codes[digits.decode("ascii", "replace")] = None
        return self.tag("utrn", digits)

    def text(self, text: str) -> str:
        """``text`` with the tag in brackets in place of anything that could be a UTRN, spaced or not.

        And of whatever gives one away that it knows (see ``code_traces``).
        """
        text = IN_TEXT.sub(lambda found: f"[{self.utrn(re.sub('[ -]', '', found.group()).encode())}]", text)
        return without_traces(text, tuple(self._codes), lambda code: f"[{self.utrn(code.encode())}]")


class EvidenceLog:
    """The log of one scenario while it runs: every entry is on disk before it can be judged."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file: TextIO = path.open("w", encoding="utf-8", errors="backslashreplace", newline="\n")
        self._entries: list[Entry] = []
        self._written: list[str] = []

    def append(
        self,
        t: int,
        link: str,
        sender: str,
        receiver: str,
        what: str,
        fields: Mapping[str, Any],
        octets: bytes | None = None,
    ) -> int:
        """Write one entry; gives its number."""
        number = len(self._entries) + len(self._written)
        line = _line(number, t, link, sender, receiver, what, octets, fields)
        self._file.write(line + "\n")
        self._written.append(line)
        return number

    def log(self) -> Log:
        """All that has been written so far, as it reads back from the lines written."""
        self._file.flush()
        written, self._written = self._written, []
        self._entries += map(_entry, json.loads(f"[{','.join(written)}]"))
        return Log(tuple(self._entries))

    def close(self) -> None:
        """End the file."""
        self._file.close()
