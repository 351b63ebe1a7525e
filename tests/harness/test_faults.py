"""Every check can fail: the faulty party of each row of the table is caught, by that check and for that reason."""

from pathlib import Path
from typing import Any

import pytest

from ppmid_bench.bench_file import BenchFile
from ppmid_bench.checks import CHECKS
from ppmid_bench.errors import NotPassed
from ppmid_bench.scenario import ScenarioRun
from ppmid_harness.faults import Fault, faults
from ppmid_harness.plan import Options, Plan, make_plan
from ppmid_harness.selection import Planned


@pytest.fixture(scope="module")
def plan() -> Plan:
    return make_plan(Options())


def _checks(plan: Plan, planned: Planned) -> list[str]:
    return [plan.registry.match(step.kind, step.text)[0].judges for step in planned.steps if step.kind == "then"]


def _entry(plan: Plan, planned: Planned, bench: BenchFile, folder: Path) -> dict[str, Any]:
    world = ScenarioRun(planned.id, planned.name, tuple(tag[1:] for tag in planned.tags), bench, plan.seed, folder)
    try:
        for step in planned.steps:
            definition, arguments = plan.registry.match(step.kind, step.text)
            world.step(step.kind.title(), step.text)
            found = definition.call(world, arguments, None, None)
            if definition.judges:
                world.judge(definition.judges, found)
    except NotPassed:
        return world.close()  # as a runner would: the first check that does not pass ends the scenario
    return world.close()


@pytest.mark.parametrize("fault", faults(), ids=lambda fault: fault.adapter.rpartition(":")[2])
def test_a_faulty_party_is_caught_for_its_fault(fault: Fault, plan: Plan, tmp_path: Path) -> None:
    bench = fault.bench(plan.bench)
    holding = [planned for planned in plan.to_run if fault.check in _checks(plan, planned)]
    entries = (_entry(plan, planned, bench, tmp_path) for planned in holding)
    found = ((one["id"], one["verdict"], one["reason_code"]) for entry in entries for one in entry["checks"])
    assert (fault.check, "fail", fault.reason) in found  # the first scenario that catches it is enough


def test_every_check_has_a_party_that_fails_it() -> None:
    assert {fault.check for fault in faults()} == set(CHECKS)


def test_the_table_names_reasons_that_its_checks_declare() -> None:
    assert [fault for fault in faults() if fault.reason not in CHECKS[fault.check].reasons] == []


def test_every_check_stands_in_a_scenario(plan: Plan) -> None:
    assert {check for planned in plan.planned for check in _checks(plan, planned)} == set(CHECKS)
