"""A run on GitHub Actions: annotations where checks failed, and a summary of the job. No network is used.

Annotations are workflow commands on the output (``::error file=…,line=…::…``). What else a run prints comes from
devices and features too, so GitHub is told to take no command from it until the run is over (``::stop-commands::``).
"""

import secrets
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ppmid_bench.errors import BadInput
from ppmid_bench.sentences import counted
from ppmid_harness.selection import Planned
from ppmid_reports.page import kind_of_bench
from ppmid_reports.record import Party
from ppmid_reports.text import cut, in_markdown, shown
from ppmid_reports.words import MARKS

_LEVELS = {"fail": "error", "error": "error", "inconclusive": "warning"}
_MOST_MESSAGE = 1000
_MOST_LISTED = 50
_ANSWERS = ("shown", "refuted", "open", "out of scope")


def is_github(environment: Mapping[str, str]) -> bool:
    """Whether this process runs on GitHub Actions."""
    return environment.get("GITHUB_ACTIONS") == "true"


class Commands:
    """Says commands to GitHub by ``say``, which writes one line; between ``pause`` and ``resume`` GitHub takes none."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._token = secrets.token_hex(16)

    def pause(self) -> None:
        """What follows is text."""
        self._say(f"::stop-commands::{self._token}")

    def resume(self) -> None:
        """What follows may be a command."""
        self._say(f"::{self._token}::")

    def annotate(self, record: Mapping[str, Any], planned: Mapping[str, Planned], workspace: Path, fault: str) -> None:
        """Mark each scenario that did not pass, at the step whose check failed; ``fault``: why the run itself broke."""
        if fault:
            self._say(command("error", {"title": "the run itself"}, fault))
        for line in annotations(record, planned, workspace):
            self._say(line)


def annotations(record: Mapping[str, Any], planned: Mapping[str, Planned], workspace: Path) -> Iterator[str]:
    """A command for each scenario of a record that did not pass. ``planned``: by id; ``workspace``: the checkout.

    A feature outside the workspace, as the harness's own, has no file that GitHub could show.
    """
    for entry in record["scenarios"]:
        level = _LEVELS.get(entry["verdict"])
        if level is not None:
            place = _place(planned[entry["id"]], entry["checks"], workspace) if entry["id"] in planned else {}
            yield command(level, place | {"title": entry["name"]}, cut(entry["because"], _MOST_MESSAGE, "the report"))
    for one in record.get("tolerances", ()):
        if one["state"] == "stale":
            yield command("error", {"title": f"tolerance {one['id']}"}, "it is stale: nothing that it tolerates failed")


def _place(planned: Planned, checks: list[Mapping[str, Any]], workspace: Path) -> dict[str, str]:
    try:
        file = planned.path.resolve().relative_to(workspace.resolve())
    except ValueError:
        return {}
    # Each Then names one check, in their order; what stands behind them holds of every scenario.
    thens = [step.line for step in planned.steps if step.kind == "then"]
    failed = next((place for place, one in enumerate(checks) if one["verdict"] in _LEVELS), len(thens))
    line = thens[failed] if failed < len(thens) else planned.row_line or planned.line
    return {"file": file.as_posix(), "line": str(line)}


def command(name: str, properties: Mapping[str, str], message: str) -> str:
    """One workflow command: a percent sign, a line's end and, in properties, colon and comma are escaped."""
    given = ",".join(f"{key}={_escaped(value, ':,')}" for key, value in properties.items())
    return f"::{name} {given}::{_escaped(message)}"


def _escaped(text: str, more: str = "") -> str:
    one = shown(text)
    for sign in f"%\r\n{more}":
        one = one.replace(sign, f"%{ord(sign):02X}")
    return one


def write_summary(path: Path, record: Mapping[str, Any], fault: str = "") -> None:
    """Put the summary of a run at the end of the job's. Raises BadInput when that cannot be written."""
    try:
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(summary(record, fault))
    except OSError as problem:
        raise BadInput(str(path), "", "a summary that can be written", problem.strerror or str(problem)) from problem


def summary(record: Mapping[str, Any], fault: str = "") -> str:
    """A run in Markdown: the bench, the counts, what did not pass and why, and the answers with their parties.

    ``fault``: why the run itself broke, so that nothing in it may be taken for a result.
    """
    counts = record["summary"]
    parties = [Party(one["role"], one["adapter"], one["kind"], one["points"]) for one in record["parties"]]
    lines = [
        "## PPMID conformance run",
        "",
        f"**{in_markdown(kind_of_bench(parties, record['run'].get('kind', '')))}**",
        "",
        f"{counts['planned']} planned: "
        + ", ".join(f"{counts[word]} {MARKS[word][1]}" for word in counts if word != "planned" and counts[word]),
        "",
    ]
    if fault:
        lines += [f"**The run itself broke, so nothing here is a result: {in_markdown(fault)}**", ""]
    lines += _not_passed(record)
    lines += ["| modification | shown | refuted | open | out of scope |", "|---|---|---|---|---|"]
    for modification in dict.fromkeys(one["modification"] for one in record["answers"]):
        rows = [one for one in record["answers"] if one["modification"] == modification]
        cells = [_count(word, [one for one in rows if one["answer"] == word]) for word in _ANSWERS]
        lines.append(f"| {' | '.join([in_markdown(modification), *cells])} |")
    return "\n".join(lines) + "\n\n"


def _not_passed(record: Mapping[str, Any]) -> list[str]:
    found = [one for one in record["scenarios"] if one["verdict"] in _LEVELS]
    lines = [
        f"- {MARKS[one['verdict']][1]}: {in_markdown(': '.join((one['name'], cut(one['because'], 300, 'the report'))))}"
        for one in found[:_MOST_LISTED]
    ]
    if len(found) > _MOST_LISTED:
        lines.append(f"- and {counted(len(found) - _MOST_LISTED, 'more scenario')}: see the report")
    return [*lines, ""] if lines else []


def _count(word: str, rows: list[Mapping[str, Any]]) -> str:
    """How many answers; of those that are shown, on which parties, where any was simulated."""
    on = {"simulated": " on simulated parties", "mixed": " on partly simulated parties"}
    return f"{len(rows)}{on.get(rows[0]['from'], '') if word == 'shown' and rows else ''}"
