"""The evidence of a scenario as its page lists it, entry by entry: what the diagram shows, and what a check cites.

It is written as text, for a page has hundreds of such lines; all that stands in it is escaped, and fit to be shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from markupsafe import Markup, escape

from ppmid_bench.evidence import HARNESS, Entry
from ppmid_reports.record import Scenario
from ppmid_reports.run import Evidence
from ppmid_reports.text import cut, shown
from ppmid_reports.words import detail, label, since

_MOST_DETAIL = 400


@dataclass(frozen=True, slots=True)
class Listing:
    """The listing. ``lines``: a row of its table for each entry that it has; ``left_out``: how many there are besides.

    ``frames``: by the number of each entry that it has, that of its frame in the scenario's capture; None where it
    never crossed a link.
    """

    lines: Markup = field(default_factory=Markup)
    frames: Mapping[int, int | None] = field(default_factory=dict)
    left_out: int = 0


def listing(evidence: Evidence, scenario: Scenario, folded: set[int]) -> Listing:
    """The listing of a scenario; ``folded``: the entries that the diagram folds away."""
    log = evidence.log
    cited = {number for check in scenario.checks for number in check.evidence}
    away = folded - cited
    there = [entry for entry in log if entry.n not in away]
    begin, whole = log.entries[0].t, scenario.evidence_path
    lines = (_line(entry, since(entry.t - begin), entry.n in cited, whole) for entry in there)
    return Listing(Markup("".join(lines)), {entry.n: frame_of(entry) for entry in there}, len(away))


def frame_of(entry: Entry) -> int | None:
    """The entry's number in the scenario's capture; None where it never crossed a link."""
    found = entry.fields.get("frame")
    return found if isinstance(found, int) else None


def _line(entry: Entry, time: str, is_cited: bool, whole: str) -> str:
    frame, (where, ends) = frame_of(entry), _place(entry)
    told = escape(shown(cut(detail(entry), _MOST_DETAIL, whole)))
    return (
        f'<tr id="e{entry.n}"{_CITED if is_cited else ""}><td class="number">{entry.n}</td>'
        f'<td class="number">{"" if frame is None else frame}</td><td class="number">{time}</td>'
        f'<td>{_fit(where)}</td><td>{_fit(ends)}</td><td>{_fit(label(entry))}</td><td class="mono">{told}</td></tr>\n'
    )


_CITED = ' class="cited"'


@lru_cache(maxsize=4096)
def _fit(text: str) -> str:
    """A text as it stands in a cell. Most are alike: links, parties, what an entry is called."""
    return str(escape(shown(text)))


def _place(entry: Entry) -> tuple[str, str]:
    if entry.sender == HARNESS:
        return "", ""
    return entry.link, entry.sender if entry.receiver == HARNESS else f"{entry.sender} → {entry.receiver}"
