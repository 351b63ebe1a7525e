"""The sequence diagram of a scenario, drawn from its evidence as SVG: parties side by side, time downwards.

A long one is drawn in parts, each with the parties' names at its head, so that each fits on a printed page.
"""

import textwrap
from collections.abc import Iterable, Sequence
from functools import lru_cache

from ppmid_bench.evidence import HARNESS, Log
from ppmid_bench.sentences import counted
from ppmid_reports.rows import Arrow, Band, Fold, Gap, Note, Row, rows
from ppmid_reports.svg import as_text, as_value, element, said
from ppmid_reports.text import cut, shown
from ppmid_reports.words import PARTIES, party, since

WIDTH = 1000
_MARGIN = 128  # for entry numbers and times
_RIGHT = 14
_HEADER = 34
_LINE = 15
_CHARACTER = 6.2  # about the width of one, for keeping texts inside the picture
_BAND_CHARACTERS = 150
_MOST_CHARACTERS = 90
_MOST_ROWS = 600
_LOST_AT = 0.62  # how far a lost message gets
_MIDDLE, _BOLD = ' text-anchor="middle"', ' font-weight="bold"'
"""Attributes as they stand in an element."""
_MOST_HEIGHT = 1180  # of a part: on A4, with its width across the page, there is room for 1,400


def ladder(log: Log, found: Sequence[Row] | None = None) -> str:
    """The diagram of one scenario: an ``svg`` element for each part, to stand in a page. ``found``: its rows."""
    found = rows(log) if found is None else found
    parties, begin = _life_lines(log), log.entries[0].t
    drawing = _Drawing(parties, begin)
    drawings = [drawing]
    shown_rows = list(found[:_MOST_ROWS])
    if len(found) > _MOST_ROWS:
        shown_rows.append(Gap(f"{len(found) - _MOST_ROWS} more rows stand in the evidence file"))
    for row in shown_rows:
        if drawing.full:
            drawing = _Drawing(parties, begin)
            drawings.append(drawing)
        drawing.add(row)
    return "\n".join(one.svg(number, len(drawings)) for number, one in enumerate(drawings, start=1))


def _life_lines(log: Log) -> list[str]:
    """The parties of the home, and whoever else was seen, from left to right."""
    seen = dict.fromkeys(log.home["parties"])
    for entry in log.entries[1:]:
        seen[entry.sender] = seen[entry.receiver] = None
    seen.pop(HARNESS, None)
    known = [role for role in PARTIES if role in seen]
    return known + [role for role in seen if role not in PARTIES]


class _Drawing:
    """The picture while it grows downwards."""

    def __init__(self, parties: list[str], begin: int) -> None:
        self._begin = begin
        room = (WIDTH - _MARGIN - _RIGHT) / max(1, len(parties))
        self._x = {role: round(_MARGIN + room * (place + 0.5)) for place, role in enumerate(parties)}
        self._y = _HEADER + 8
        self._rows: list[str] = []

    @property
    def full(self) -> bool:
        """Whether no row should be added any more."""
        return self._y >= _MOST_HEIGHT

    def add(self, row: Row) -> None:
        """Draw one row below the last."""
        match row:
            case Band():
                self._band(row)
            case Arrow():
                self._arrow(row)
            case Note():
                self._note(row)
            case Fold():
                self._fold(row)
            case Gap():
                self._gap(row)

    def svg(self, number: int, of: int) -> str:
        """The whole picture, which is part ``number`` of so many."""
        height = self._y + _HEADER
        part = f", part {number} of {of}" if of > 1 else ""
        names = ", ".join(party(role) for role in self._x)
        words = shown(f"From left to right: {names}. The entries of evidence below say the same in words.")
        parts = [said("title", {}, f"Sequence diagram of the scenario{part}"), said("desc", {}, words)]
        for role, x in self._x.items():
            faint = f' data-party="{as_value(role)}" stroke-opacity="0.35"'
            parts.append(_line("ladder-life", x, _HEADER - 8, x, self._y + 4, faint))
            for y in (_HEADER - 16, self._y + 18):
                parts.append(_text("ladder-party", x, y, party(role), _MIDDLE + _BOLD))
        parts.append(element("g", {}, "".join(self._rows)))
        about = {
            "xmlns": "http://www.w3.org/2000/svg",
            "class": "ladder",
            "viewBox": f"0 0 {WIDTH} {height}",
            "width": str(WIDTH),
            "height": str(height),
            "role": "img",
            "font-family": "system-ui, sans-serif",
            "font-size": "11",
            "fill": "currentColor",
        }
        return element("svg", about, "".join(parts))

    def _row(self, kind: str, tooltip: str, parts: Iterable[str], more: str = "") -> None:
        """Put what was drawn for one row into a group."""
        title = f"<title>{as_text(shown(tooltip))}</title>"
        self._rows.append(f'<g class="ladder-row {as_value(kind)}"{more}>{title}{"".join(parts)}</g>')

    def _moment(self, number: int, t: int) -> str:
        y, time = self._y - 6, since(t - self._begin)
        n = f'<text class="ladder-number" x="30" y="{y}" text-anchor="end" fill-opacity="0.7">{number}</text>'
        return f'{n}<text class="ladder-time" x="{_MARGIN - 14}" y="{y}" text-anchor="end">{time}</text>'

    def _band(self, row: Band) -> None:
        lines = textwrap.wrap(shown(cut(row.text, 1200, "the evidence file")), _BAND_CHARACTERS) or [""]
        height = _LINE * len(lines) + 6
        top = self._y + 3
        self._y += height + 3
        place = f'x="4" y="{top}" width="{WIDTH - 8}" height="{height}" rx="3"'
        parts = [f'<rect class="ladder-band" fill-opacity="0.09" {place}/>']
        for number, line in enumerate(lines, start=1):
            parts.append(_text("ladder-text", 12, top + _LINE * number - 1, line, _BOLD))
        tooltip = f"entry {row.entry.n} · {since(row.entry.t - self._begin)}"
        self._row(f"ladder-{row.entry.what}", tooltip, parts)

    def _arrow(self, row: Arrow) -> None:
        entry = row.entry
        self._y += 27
        begin, end = self._x[entry.sender], self._x[entry.receiver]
        if row.lost:
            end = round(begin + (end - begin) * _LOST_AT)
        y = self._y - 4
        dashes = ' stroke-dasharray="5,4"' if entry.what == "unreadable" else ""
        parts = (
            self._moment(entry.n, entry.t),
            _line("ladder-line", begin, y, end, y, dashes),
            _cross(end, y) if row.lost else _head(end, y, 1 if end >= begin else -1),
            _words((begin + self._x[entry.receiver]) // 2, y - 5, _arrow_text(row)),
        )
        ends = f' data-from="{as_value(entry.sender)}" data-to="{as_value(entry.receiver)}"'
        self._row(_kind(row), self._arrow_tooltip(row), parts, ends)

    def _arrow_tooltip(self, row: Arrow) -> str:
        entry = row.entry
        parts = [f"entry {entry.n}", since(entry.t - self._begin), entry.link, str(entry.fields.get("tag", "no tag"))]
        if row.lost:
            parts.append(_why_lost(row))
        if row.fragments:
            lost = sum("lost" in frame.fields for frame in row.fragments)
            numbers = ", ".join(str(frame.n) for frame in row.fragments)
            parts.append(f"with the frames of entries {numbers}" + (f", {lost} of them lost" if lost else ""))
        if entry.what == "unreadable":
            parts.append(str(entry.fields.get("problem", "")))
        return " · ".join(parts)

    def _note(self, row: Note) -> None:
        entry = row.entry
        self._y += 24
        parts = self._moment(entry.n, entry.t), self._boxed(self._x[entry.sender], row.text, "1.5,2")
        self._row("ladder-note", f"entry {entry.n} · {since(entry.t - self._begin)} · {entry.link}", parts)

    def _fold(self, row: Fold) -> None:
        first, last = row.entries[0], row.entries[-1]
        until = since(last.t - self._begin)
        self._y += 24
        places = [self._x[role] for entry in row.entries for role in (entry.sender, entry.receiver)]
        middle = (min(places) + max(places)) // 2
        parts = self._moment(first.n, first.t), self._boxed(middle, f"{row.text}, until {until}", "5,3")
        self._row("ladder-fold", f"entries {first.n} to {last.n} · until {until}", parts)

    def _boxed(self, x: int, text: str, dashes: str) -> str:
        text = _short(text)
        width = round(len(text) * _CHARACTER) + 14
        x = _inside(x, width)
        place = f'x="{x - width // 2}" y="{self._y - 19}" width="{width}" height="18" rx="8"'
        box = f'<rect class="ladder-box" fill="none" stroke="currentColor" {place} stroke-dasharray="{dashes}"/>'
        return box + _text("ladder-text", x, self._y - 6, text, _MIDDLE)

    def _gap(self, row: Gap) -> None:
        self._y += 24
        parts = [_text("ladder-break", x, self._y - 6, "⋮", _MIDDLE) for x in self._x.values()]
        parts.append(_text("ladder-time", 12, self._y - 6, row.text, ' font-style="italic"'))
        self._row("ladder-gap", row.text, parts)


def _kind(row: Arrow) -> str:
    kinds = {"lost": bool(row.lost), "unreadable": row.entry.what == "unreadable", "altered": row.altered}
    return " ".join(["ladder-arrow", *(f"ladder-{kind}" for kind, holds in kinds.items() if holds)])


def _arrow_text(row: Arrow) -> str:
    parts = [row.text]
    if row.altered:
        parts.append("other octets than before")
    lost = sum("lost" in frame.fields for frame in row.fragments)
    if lost:
        parts.append(counted(lost, "frame") + " lost and sent again")
    if row.lost:
        parts.append(_why_lost(row))
    return " · ".join(parts)


def _why_lost(row: Arrow) -> str:
    if "dropped" in row.entry.fields:
        return f"dropped: {row.lost}"
    return "lost" if row.lost == "lost" else f"lost: {row.lost}"


def _short(text: str) -> str:
    return text if len(text) <= _MOST_CHARACTERS else f"{text[: _MOST_CHARACTERS - 1]}…"


def _inside(x: int, width: int) -> int:
    """The middle of a text of this width, moved so that the whole of it is in the picture."""
    return max(_MARGIN + width // 2, min(x, WIDTH - 4 - width // 2))


def _words(x: int, y: int, text: str) -> str:
    text = _short(text)
    return _text("ladder-text", _inside(x, round(len(text) * _CHARACTER)), y, text, _MIDDLE)


@lru_cache(maxsize=4096)
def _fit(text: str) -> str:
    """A text as it stands in the picture. Most are alike: parties, what a message is called."""
    return as_text(shown(text))


def _text(kind: str, x: int, y: int, text: str, more: str) -> str:
    inside = _fit(text)
    begin = f'<text class="{kind}" x="{x}" y="{y}"{more}'
    return f"{begin}>{inside}</text>" if inside else f"{begin}/>"


def _line(kind: str, x1: int, y1: int, x2: int, y2: int, more: str) -> str:
    return f'<line class="{kind}" stroke="currentColor" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"{more}/>'


def _head(x: int, y: int, way: int) -> str:
    return f'<path class="ladder-head" d="M{x},{y}L{x - 8 * way},{y - 4}L{x - 8 * way},{y + 4}Z"/>'


def _cross(x: int, y: int) -> str:
    points = f"M{x - 5},{y - 5}L{x + 5},{y + 5}M{x - 5},{y + 5}L{x + 5},{y - 5}"
    return f'<path class="ladder-cross" d="{points}" stroke="currentColor" stroke-width="2"/>'
