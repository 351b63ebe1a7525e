"""Records side by side: whether benches of other kinds judge as the first one does.

``python -m ppmid_harness.same_verdicts in-memory=RUN rehearsal=RUN example=RUN --out table.md`` makes the table of run
folders under these names; 1 where anything differs, or fewer than ``--least`` were judged by the first and each other.
``--differing FOLDER`` gets a file for each run that differs, named as its column: the options that run those anew.
What a bench cannot observe or bring about it has not judged.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ppmid_bench.verdict import UNJUDGED
from ppmid_harness.run_folder import RECORD, read_json

NOT_OBSERVABLE, NOT_REACHED = "not-observable", "not_reached"
CANNOT = "the bench cannot bring it about"
"""How the reason of a scenario begins whose device nobody could bring into its situation."""

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Judged:
    """The ``verdict`` of a scenario, and id, verdict and reason code of each check, in their order.

    ``whole``: its bench could observe all that it needed; else ``checks`` are those before what it could not.
    """

    verdict: str
    checks: tuple[tuple[str, str, str], ...]
    whole: bool = True

    def agrees(self, other: "Judged") -> bool:
        """Whether both say the same, as far as both could judge."""
        if self.whole and other.whole:
            return (self.verdict, self.checks) == (other.verdict, other.checks)
        common = min(len(one.checks) for one in (self, other) if not one.whole)
        return self.checks[:common] == other.checks[:common]


def judged(record: Record) -> dict[str, Judged]:
    """What was judged in each scenario that was run and could be brought about, by id."""
    found = {}
    for one in record["scenarios"]:
        if one["verdict"] in UNJUDGED or one.get("because", "").startswith(CANNOT):
            continue
        checks = [(check["id"], check["verdict"], check["reason_code"]) for check in one["checks"]]
        blind = next((at for at, (_, _, code) in enumerate(checks) if code == NOT_OBSERVABLE), None)
        if blind is None:
            found[one["id"]] = Judged(one["verdict"], tuple(checks))
        elif blind:
            found[one["id"]] = Judged(one["verdict"], tuple(checks[:blind]), whole=False)
    return found


def differences(one: Record, other: Record) -> tuple[int, dict[str, tuple[Judged, Judged]]]:
    """How many scenarios both records have judged, and those of them that were judged differently."""
    left, right = judged(one), judged(other)
    both = left.keys() & right.keys()
    return len(both), {id: (left[id], right[id]) for id in sorted(both) if not left[id].agrees(right[id])}


def table(records: Mapping[str, Record]) -> str:
    """The table in Markdown: what the first judged and any other too, with the line by which messages came."""
    names = list(records)
    columns = [judged(record) for record in records.values()]
    first = records[names[0]]["scenarios"]
    lines = [f"| scenario | avenue | {' | '.join(names)} | checks |", f"|---|---|{'---|' * len(names)}--:|"]
    for one in first:
        found = [column.get(one["id"]) for column in columns]
        if found[0] is None or not any(found[1:]):
            continue
        cells = ["" if this is None else _said(this, found[0]) for this in found]
        home = one["home"]
        avenue = home["avenue"] if home["avenue_end"] == "ppmid" else f"{home['avenue']}, {home['avenue_end']}"
        lines.append(f"| {one['id']} | {avenue} | {' | '.join(cells)} | {len(found[0].checks)} |")
    return "\n".join(lines) + "\n"


def _said(this: Judged, first: Judged) -> str:
    whole = this.verdict if this.whole else f"{len(this.checks)} checks, then not observable"
    return whole if this.agrees(first) else f"**{whole}**"


def summary(records: Mapping[str, Record]) -> tuple[list[str], int, int]:
    """A sentence for each record but the first; how many scenarios the poorest has, and how many differ in all."""
    first, *others = records
    sentences, counts, different = [], [], 0
    for name in others:
        count, differing = differences(records[first], records[name])
        counts.append(count)
        different += len(differing)
        sentences.append(f"{count} scenarios were judged by {first} and {name}, {len(differing)} differ")
        sentences += [f"  {id}: {left} against {right}" for id, (left, right) in differing.items()]
    return sentences, min(counts, default=0), different


def _write_differing(folder: Path, records: Mapping[str, Record]) -> None:
    """A file for each record that differs from the first, with ``--only`` and an id in turn, each on a line."""
    first, *others = records
    folder.mkdir(parents=True, exist_ok=True)
    for name in others:
        _, differing = differences(records[first], records[name])
        if differing:
            (folder / name).write_text("".join(f"--only\n{id}\n" for id in differing), encoding="utf-8")


def main(argv: Sequence[str]) -> int:
    """Print, and write, the table of run folders."""
    parser = argparse.ArgumentParser(prog="python -m ppmid_harness.same_verdicts", description=__doc__)
    parser.add_argument("runs", nargs="+", metavar="NAME=RUN", help="a run folder, under the name of its column")
    parser.add_argument("--out", type=Path, help="a file for the table")
    parser.add_argument("--least", type=int, default=1, help="scenarios that the first and each other must have judged")
    parser.add_argument("--differing", type=Path, help="a folder for the ids of what each run judged differently")
    options = parser.parse_args(argv)
    named = [run.rpartition("=") for run in options.runs]
    records = {name or run: read_json(Path(run) / RECORD) for name, _, run in named}
    sentences, fewest, different = summary(records)
    text = table(records)
    if options.out is not None:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text("\n".join([*(one for one in sentences if one[0] != " "), "", text]), encoding="utf-8")
    if options.differing is not None and fewest >= options.least:
        _write_differing(options.differing, records)
    print(text, *sentences, sep="\n")
    return 1 if different or fewest < options.least else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
