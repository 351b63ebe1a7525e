"""Two records side by side: whether a bench of another kind judges as the one in memory does.

``python -m ppmid_harness.same_verdicts A B`` makes the table of two run folders; 1 where anything differs.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ppmid_bench.verdict import UNJUDGED
from ppmid_harness.run_folder import RECORD, read_json

Judged = tuple[str, tuple[tuple[str, str, str], ...]]
"""The verdict of a scenario; of each check its id, verdict and reason code."""


def judged(record: Mapping[str, Any]) -> dict[str, Judged]:
    """What was judged in each scenario that was run, by id."""
    return {
        one["id"]: (
            one["verdict"],
            tuple((check["id"], check["verdict"], check["reason_code"]) for check in one["checks"]),
        )
        for one in record["scenarios"]
        if one["verdict"] not in UNJUDGED
    }


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[int, dict[str, tuple[Judged, Judged]]]:
    """How many scenarios both records have run, and those of them that were judged differently."""
    left, right = judged(one), judged(other)
    both = left.keys() & right.keys()
    return len(both), {id: (left[id], right[id]) for id in sorted(both) if left[id] != right[id]}


def main(first: str, second: str) -> int:
    """Print the table of two run folders."""
    one, other = (read_json(Path(folder) / RECORD) for folder in (first, second))
    count, different = differences(one, other)
    right = judged(other)
    for id, (verdict, checks) in judged(one).items():
        if id in right:
            same = "differs" if id in different else "same"
            print(f"{same:8} {verdict:13} {right[id][0]:13} {len(checks):2} checks  {id}")
    for id, (left, found) in different.items():
        print(f"{id}: {left} against {found}")
    print(f"{count} scenarios were run by both, {len(different)} differ")
    return 1 if different or not count else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
