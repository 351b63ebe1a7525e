"""The plan of a certification run made again from its inputs: what a record left out of suite and profile has a name.

A record that lists fewer scenarios than its suite has, in its plan too, agrees with itself. The features, the bench
file and the statement that a run folder holds tell what had to be there.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from ppmid_bench.bench_file import BenchFile
from ppmid_bench.errors import BadInput
from ppmid_bench.ics import read_ics
from ppmid_bench.rejudge import read_record
from ppmid_bench.typed import convert, read_toml
from ppmid_harness.features import find_features, read_feature
from ppmid_harness.plan import BENCH, FEATURES, ICS, suite_hash
from ppmid_harness.run_folder import INPUTS, RECORD
from ppmid_harness.selection import Choice, Mode, Status, Time, select
from ppmid_harness.which_harness import harness_version


class _Run(msgspec.Struct):
    mode: Mode
    suite: str
    time: Time


class _Planned(msgspec.Struct):
    id: str
    status: Status


class _Claim(msgspec.Struct):
    harness: dict[str, str]


class _Record(msgspec.Struct):
    """What of a record speaks of its plan."""

    run: _Run
    plan: list[_Planned] = []
    certificate: _Claim | None = None


class _Limits(msgspec.Struct):
    """What of a bench file is part of a suite; its adapters and keys are not there for whoever verifies."""

    limits: dict[str, float] = {}


def other_plan(folder: Path) -> Iterator[tuple[str, str]]:
    """Each file of a run folder that is not of the plan which its inputs make, with a sentence.

    Nothing of a regular run, whose selection is its user's.
    """
    inputs = folder / INPUTS
    try:
        record = convert(read_record(folder), _Record, RECORD, "")
        if record.run.mode != "certification":
            return
        features = [read_feature(path) for path in find_features([inputs / FEATURES])]
        ics = read_ics(_if_there(inputs / ICS))
        bench = _if_there(inputs / BENCH)
        limits = read_toml(bench, _Limits).limits if bench else {}
        choice = Choice(ics, record.run.time, "certification")
        due = {one.id: one.status for one in select(features, choice)}
    except BadInput as problem:
        yield INPUTS, f"no plan can be made of them: {problem}"
        return
    planned = {one.id: one.status for one in record.plan}
    for id, status in due.items():
        if id not in planned:
            yield RECORD, f"the suite has the scenario {id}, and the plan has not"
        elif planned[id] not in (status, "not_run"):
            yield RECORD, f"the plan says that {id} is {planned[id]}, its inputs make it {status}"
    for id in planned.keys() - due.keys():
        yield RECORD, f"the plan has the scenario {id}, and the suite has not"
    same_harness = record.certificate is not None and record.certificate.harness == harness_version()
    if same_harness and record.run.suite != suite_hash(features, BenchFile(limits=limits)):
        yield RECORD, f"its suite is {record.run.suite[:16]}, and its inputs make another"


def _if_there(path: Path) -> Path | None:
    return path if path.is_file() else None
