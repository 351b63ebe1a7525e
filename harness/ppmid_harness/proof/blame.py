"""Whose fault it is called: a check that finds against a party which nobody has replaced accuses it wrongly.

A vendor contests nothing with better right. Of the parties only the one under test can fail; for any other of our own
the same finding comes out inconclusive, and names who may have caused it. Here both count, so that a hub or a meter is
as safe from it, when it is the one under test, as the PPMID is. A check of the route judges nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ppmid_bench.checks import CHECKS
from ppmid_bench.checks.check import judged_roles
from ppmid_bench.verdict import Verdict
from ppmid_harness.proof.faults import Fault

_AGAINST = (Verdict.FAIL, Verdict.INCONCLUSIVE)


@dataclass(frozen=True, slots=True)
class Accused:
    """A party that was not replaced, and the check that found against it; ``reason``: the code that it gave."""

    scenario: str
    check: str
    role: str
    reason: str


def accused(fault: Fault, entry: Mapping[str, Any]) -> tuple[Accused, ...]:
    """Whom the checks of a scenario's entry accuse, though the fault is another's; a faulty link is nobody's fault."""
    found = []
    for one in entry["checks"]:
        if one["verdict"] not in _AGAINST or one["reason_code"] not in CHECKS[one["id"]].reasons:
            continue
        judged = judged_roles(one["judges"], one["args"])
        if judged and fault.role not in judged:
            found.append(Accused(entry["id"], one["id"], " or ".join(judged), one["reason_code"]))
    return tuple(found)
