"""From the evidence of a scenario to what its diagram shows, line by line: what belongs together is folded."""

from collections.abc import Iterable
from dataclasses import dataclass

from ppmid_bench.evidence import CHECK, HARNESS, Entry, Log
from ppmid_bench.sentences import counted
from ppmid_devices import roles
from ppmid_devices.ports import MINUTE, SECOND
from ppmid_protocols.zigbee import tunneling
from ppmid_reports.words import label, span

_LONG_GAP = MINUTE
_ONE_MESSAGE = 10 * SECOND  # fragments older than this belong to a message that was never completed
_BECOMES_ANOTHER = ("pre-command", "signed-pre-command")  # of these the DCC makes the Command: other octets by design
_TUNNELING = f"{tunneling.CLUSTER:04X}"


@dataclass(frozen=True, slots=True)
class Band:
    """A step, or the crash that ended the scenario."""

    entry: Entry
    text: str


@dataclass(frozen=True, slots=True)
class Arrow:
    """A message; ``fragments`` are the frames before its last one. ``altered``: its GBCS octets changed on the way.

    ``lost``: why it was lost, or dropped where it arrived; empty when it was neither.
    """

    entry: Entry
    text: str
    fragments: tuple[Entry, ...]
    altered: bool
    lost: str


@dataclass(frozen=True, slots=True)
class Note:
    """What was read off a party."""

    entry: Entry
    text: str


@dataclass(frozen=True, slots=True)
class Fold:
    """Messages of no interest by themselves."""

    entries: tuple[Entry, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A long time in which nothing was seen."""

    text: str


Row = Band | Arrow | Note | Fold | Gap


def rows(log: Log) -> list[Row]:
    """The rows of a scenario's diagram, without its first line, which describes the home."""
    return _with_gaps(_without_repeated_notes(_folded(log)), log.entries[0].t)


def folded_away(found: Iterable[Row]) -> set[int]:
    """The numbers of the entries that have no row of their own."""
    folds = (row.entries if isinstance(row, Fold) else row.fragments if isinstance(row, Arrow) else () for row in found)
    return {entry.n for entries in folds for entry in entries}


def _folded(log: Log) -> Iterable[Row]:
    entries = log.entries[1:]
    fragments = _fragments(entries)
    absorbed = {frame.n for frames in fragments.values() for frame in frames}
    polls, altered = _empty_polls(entries), _altered(entries)
    quiet: list[Entry] = []
    for entry in entries:
        if entry.n in absorbed or (entry.sender == HARNESS and entry.what == CHECK):
            continue
        if entry.n in polls or _keeps_a_tunnel(entry):
            quiet.append(entry)
            continue
        if quiet:
            yield _fold(quiet, polls)
            quiet = []
        yield _row(entry, tuple(fragments.get(entry.n, ())), entry.n in altered)
    if quiet:
        yield _fold(quiet, polls)


def _row(entry: Entry, fragments: tuple[Entry, ...], altered: bool) -> Row:
    if entry.sender == HARNESS:
        return Band(entry, label(entry))
    if entry.receiver == HARNESS:
        return Note(entry, label(entry))
    lost = str(entry.fields.get("lost") or entry.fields.get("dropped") or "")
    return Arrow(entry, label(entry), fragments, altered, lost)


def _fragments(entries: tuple[Entry, ...]) -> dict[int, list[Entry]]:
    """The frames before its last one, by the number of the message that they make up."""
    found: dict[int, list[Entry]] = {}
    waiting: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        way = entry.sender, entry.receiver
        if entry.link != "han":
            continue
        if entry.what == "frame":
            waiting.setdefault(way, []).append(entry)
        elif entry.what != "unreadable":
            frames = [frame for frame in waiting.pop(way, []) if entry.t - frame.t < _ONE_MESSAGE]
            if frames:
                found[entry.n] = frames
    return found


def _empty_polls(entries: tuple[Entry, ...]) -> set[int]:
    """A gas meter's GETs that brought it nothing, and the GET-RESPONSEs that said so."""
    found: set[int] = set()
    asked: Entry | None = None
    for entry in entries:
        if entry.what != "tunnel":
            continue
        exchange, lost = entry.fields.get("exchange"), entry.lost
        if exchange == "get":
            asked = None if lost else entry
        elif exchange == "get-response" and asked is not None:
            if "gbcs" not in entry.fields and not lost:
                found |= {asked.n, entry.n}
            asked = None
    return found


def _keeps_a_tunnel(entry: Entry) -> bool:
    return entry.what == "zcl" and entry.fields["cluster"] == _TUNNELING and not entry.lost


def _fold(entries: list[Entry], polls: set[int]) -> Fold:
    gets = sum(entry.n in polls and entry.sender == roles.GSME for entry in entries)
    tunnels = sum(entry.n not in polls for entry in entries)
    parts = [counted(gets, "poll") + " of the gas meter"] if gets else []
    parts += [counted(tunnels, "tunnel message")] if tunnels else []
    return Fold(tuple(entries), ", ".join(parts))


def _altered(entries: tuple[Entry, ...]) -> set[int]:
    """The messages whose octets are not those with which their GBCS message was seen first."""
    first: dict[tuple[object, ...], object] = {}
    found: set[int] = set()
    for entry in entries:
        gbcs = entry.fields.get("gbcs")
        if gbcs and entry.fields.get("kind") not in _BECOMES_ANOTHER:
            message = tuple(gbcs.get(part) for part in ("cra", "code", "originator", "target", "counter"))
            if first.setdefault(message, gbcs.get("tag")) != gbcs.get("tag"):
                found.add(entry.n)
    return found


def _without_repeated_notes(found: Iterable[Row]) -> Iterable[Row]:
    """Leaves out a reading that says what the one before it said, when nothing crossed a link in between."""
    said: dict[str, str] = {}
    for row in found:
        if isinstance(row, Note):
            if said.get(row.entry.sender) == row.text:
                continue
            said[row.entry.sender] = row.text
        elif not isinstance(row, Band):
            said = {}
        yield row


def _with_gaps(found: Iterable[Row], begin: int) -> list[Row]:
    result: list[Row] = []
    before = begin
    for row in found:
        first, last = times(row)
        if first - before > _LONG_GAP:
            result.append(Gap(f"{span(first - before)} later"))
        result.append(row)
        before = last
    return result


def times(row: Row) -> tuple[int, int]:
    """When a row begins and ends (nanoseconds since 1970). A gap has no time of its own."""
    match row:
        case Fold(entries):
            return entries[0].t, entries[-1].t
        case Arrow(entry, _, fragments):
            return min([entry.t, *(frame.t for frame in fragments)]), entry.t
        case Band(entry) | Note(entry):
            return entry.t, entry.t
        case Gap():
            raise TypeError("a gap has no time of its own")
