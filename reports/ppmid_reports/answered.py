"""The answers of a run that has a document of ``risk`` with it: those that rest on it are answered by it.

The record has them without it, since a record is made of what ran alone.
"""

from dataclasses import replace

import msgspec

from ppmid_bench import answers, beside_runs
from ppmid_reports.attached import RISK
from ppmid_reports.record import Answer
from ppmid_reports.run import Run


def with_its_risk(run: Run) -> Run:
    """The run, its record with these answers in the place of those without. Raises BadInput."""
    path = run.folder / RISK
    if not path.is_file():
        return run
    content = run.content
    found = answers.answers(content["scenarios"], content["parties"], beside_runs.read([path], [content]))
    resting = {pair for pair, rule in answers.RULES.items() if rule.by.startswith("risk ")}
    by_it = {
        pair: msgspec.convert(one, Answer)
        for one in found
        if (pair := (one["modification"], one["requirement"])) in resting
    }
    told = [by_it.get((one.modification, one.requirement), one) for one in run.record.answers]
    return replace(run, record=msgspec.structs.replace(run.record, answers=told))
