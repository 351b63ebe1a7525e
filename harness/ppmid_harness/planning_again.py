"""The plan of a run made again from its inputs, and its record held against it.

A record that lists fewer scenarios than its suite has, in its plan too, agrees with itself. The features, the bench
file, the statement and the tolerances that a run folder holds tell what had to be there, what it is called, and what
the bench was.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from ppmid_bench import input_files
from ppmid_bench.adapter_check.result import checked
from ppmid_bench.adapters import is_our_own
from ppmid_bench.assumptions import assumptions
from ppmid_bench.bench_file import OPERATOR, REPLAY, BenchFile, read_bench
from ppmid_bench.errors import BadInput
from ppmid_bench.ics import Ics, read_ics
from ppmid_bench.judged_again import UNREADABLE
from ppmid_bench.leaves import differing
from ppmid_bench.rejudge import read_record
from ppmid_bench.tolerances import read_tolerances, state_of
from ppmid_bench.typed import convert
from ppmid_bench.which_harness import harness_version, made_here
from ppmid_devices import roles
from ppmid_harness.features import Feature, find_features, read_feature
from ppmid_harness.plan import (
    BENCH,
    FEATURES,
    ICS,
    SUITE_SEED,
    TOLERANCES,
    declared_of,
    own_suite_hash,
    profile_hash,
    suite_hash,
)
from ppmid_harness.proof.solo import checks_of
from ppmid_harness.run_folder import ADAPTER_CHECK, INPUTS, RECORD
from ppmid_harness.selection import Choice, Mode, NothingSelected, Planned, Status, scenarios, select
from ppmid_steps.load import all_steps

Found = Iterator[tuple[str, str]]


class _Run(msgspec.Struct):
    mode: Mode
    suite: str


class _Planned(msgspec.Struct):
    id: str
    status: Status
    because: str = ""


class _Check(msgspec.Struct):
    id: str


class _Scenario(msgspec.Struct):
    id: str
    checks: list[_Check]


class _Party(msgspec.Struct):
    role: str
    adapter: str
    kind: str


class _Record(msgspec.Struct):
    """What of a record speaks of its plan."""

    run: _Run
    scenarios: list[_Scenario]
    parties: list[_Party] = []
    plan: list[_Planned] = []


class _Inputs:
    """What a run was made of, as its folder holds it. Raises BadInput."""

    def __init__(self, folder: Path, record: _Record) -> None:
        inputs = folder / INPUTS
        self.features = [read_feature(path) for path in find_features([inputs / FEATURES])]
        given = {name: inputs / name for name in (BENCH, ICS, TOLERANCES) if (inputs / name).is_file()}
        self.profile = profile_hash({name: input_files.text(path) for name, path in given.items()})
        self.ics = read_ics(given.get(ICS))
        self.bench = read_bench(given.get(BENCH), elsewhere=True)
        self.tolerances = given.get(TOLERANCES)
        self.planned = {one.id: one for one in _planned(self.features, self.ics, self.bench, record)}


def _planned(features: list[Feature], ics: Ics, bench: BenchFile, record: _Record) -> Iterable[Planned]:
    """What had to be planned: in certification mode the whole suite, else what the record's user chose of it."""
    mode, own = record.run.mode, {one.id for one in scenarios(features)}
    only = tuple(one.id for one in record.plan if one.id in own) if mode == "regular" else ()
    if mode == "regular" and not only:
        return ()
    try:
        return select(features, Choice(ics, bench.time, mode, only=only))
    except NothingSelected as problem:
        return problem.planned


def other_plan(folder: Path) -> Found:
    """Each file of a run folder that is not of the plan which its inputs make, with a sentence.

    What another harness has planned by its own tables and phrases is not held against ours.
    """
    content = read_record(folder)
    try:
        record = convert(content, _Record, RECORD, "")
        inputs = _Inputs(folder, record)
        found = [*_of_plan(record, inputs), *_of_run(content, inputs), *_of_files(folder, content, inputs)]
        if made_here(folder):
            found += [*_of_phrases(record, inputs), *_of_tables(content, record, inputs)]
    except BadInput as problem:
        yield INPUTS, f"no plan can be made of them: {problem}"
        return
    except UNREADABLE as problem:
        yield RECORD, f"it cannot be held against its inputs: {problem!r}"
        return
    yield from found


def _of_plan(record: _Record, inputs: _Inputs) -> Found:
    planned = {one.id: one.status for one in record.plan}
    due = {id: one.status for id, one in inputs.planned.items()}
    for id, status in due.items():
        if id not in planned:
            yield RECORD, f"the suite has the scenario {id}, and the plan has not"
        elif planned[id] not in (status, "not_run"):
            yield RECORD, f"the plan says that {id} is {planned[id]}, its inputs make it {status}"
    for id in planned.keys() - due.keys():
        yield RECORD, f"the plan has the scenario {id}, and the suite has not"


def _of_run(content: Mapping[str, Any], inputs: _Inputs) -> Found:
    """What the record says of scenarios, run, statement and tolerances that its inputs say otherwise."""
    for one in content["scenarios"]:
        planned = inputs.planned.get(one["id"])
        if planned is not None:
            tags = [tag.removeprefix("@") for tag in planned.tags]
            due: dict[str, Any] = {"name": planned.name, "feature": planned.feature, "tags": tags}
            yield from _other({name: one.get(name) for name in due}, due, f"scenario {one['id']}")
    bench, run, certificate = inputs.bench, content["run"], content.get("certificate")
    facts: dict[str, Any] = {name: getattr(bench, name) for name in ("time", "kind", "device", "lab", "iut")}
    facts["profile"] = inputs.profile
    if run["mode"] == "certification":
        facts["seed"] = SUITE_SEED
    yield from _other({name: run.get(name) for name in facts}, facts, "run")
    if certificate is not None:
        yield from _other(certificate.get("by_maker"), inputs.ics.by_maker, "certificate, by_maker")
    declared = {one["item"]: one["declared"] for one in content.get("declared", ())}
    yield from _other(declared, declared_of(bench, inputs.ics), "declared")


def _other(found: Any, due: Any, place: str) -> Found:
    for where, was, is_ in differing(found, due, place):
        yield RECORD, f"its {where} is {was}, and its inputs make it {is_}"


def _of_files(folder: Path, content: Mapping[str, Any], inputs: _Inputs) -> Found:
    """The check of the adapters that a run takes along, and who its parties are."""
    path = folder / ADAPTER_CHECK
    summary = dict(checked(input_files.octets(path), path, inputs.bench).summary) if path.is_file() else None
    named = all(_is_named(entry.adapter) for entry in inputs.bench.parties.values())
    stated = content.get("adapter_check")
    if summary is None or stated is None or named:
        yield from _other(stated, summary, "adapter_check")
    for party in content["parties"]:
        adapter = inputs.bench.party(party["role"]).adapter
        if _is_named(adapter) and party["adapter"] != adapter:
            yield RECORD, f"the {party['role']} is {party['adapter']}, and the bench file has {adapter}"


def _is_named(adapter: str) -> bool:
    """Whether it says which class it is; what an installed adapter offers is not known where that is not installed."""
    return ":" in adapter or _is_ours(adapter)


def _is_ours(adapter: str) -> bool:
    return is_our_own(adapter) or adapter in (REPLAY, OPERATOR)


def _of_phrases(record: _Record, inputs: _Inputs) -> Found:
    """The checks that the Thens of each scenario name, come to or not; and why a scenario was not run."""
    registry = all_steps()
    for one in record.scenarios:
        planned = inputs.planned.get(one.id)
        if planned is not None and one.checks:
            due = list(checks_of(planned, registry))
            found = [check.id for check in one.checks[: len(due)]]
            if found != due:
                yield RECORD, f"the checks of {one.id} are {', '.join(found)}, its Thens name {', '.join(due)}"
    for row in record.plan:
        due_row = inputs.planned.get(row.id)
        if due_row is not None and due_row.status == row.status and due_row.because != row.because:
            yield RECORD, f"the plan says of {row.id} “{row.because}”, its inputs “{due_row.because}”"


def _of_tables(content: Mapping[str, Any], record: _Record, inputs: _Inputs) -> Found:
    """What hangs on the tables of this harness: suite, certificate, tolerances and assumptions."""
    bench = inputs.bench
    if record.run.suite != suite_hash(inputs.features, bench):
        yield RECORD, f"its suite is {record.run.suite[:16]}, and its inputs make another"
    certificate = content.get("certificate")
    if certificate is not None:
        own = {"own_suite": own_suite_hash(), "harness": harness_version()}
        yield from _other({name: certificate.get(name) for name in own}, own, "certificate")
    tolerances = read_tolerances(inputs.tolerances, date.min) if inputs.tolerances else ()
    due = [msgspec.to_builtins(one) | state_of(one.check, one.requirement, content["scenarios"]) for one in tolerances]
    yield from _other(content.get("tolerances", []), due, "tolerances")
    kinds = {one.role: one.kind for one in record.parties}
    foreign = {role: kinds.get(role, "real") for role in roles.PARTIES if not _is_ours(bench.party(role).adapter)}
    yield from _other(content.get("assumptions", []), assumptions(bench, foreign), "assumptions")
