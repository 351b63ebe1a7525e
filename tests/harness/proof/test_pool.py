"""The trials of a proof in processes: all come back, and nothing of the pool outlives them."""

import multiprocessing
import os
import threading
from collections.abc import Iterator

import pytest

from ppmid_bench.errors import HarnessFault
from ppmid_harness.plan import Options
from ppmid_harness.proof import pool
from ppmid_harness.proof.faults import Fault
from ppmid_harness.proof.trials import Hunted, Repeated

OPTIONS = Options()
FAULT = Fault("ppmid_devices.dcc.faulty:TakesItsTime", "pre-command-in-time", "late", role="dcc")


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Iterator[None]:
    """No process and no thread that was not there before; what was there may have ended meanwhile."""
    before = {*multiprocessing.active_children(), *threading.enumerate()}
    yield
    assert {*multiprocessing.active_children(), *threading.enumerate()} <= before


def test_all_trials_come_back_and_the_pool_is_gone() -> None:
    pieces = pool.pieces_of(pool.plan_with(OPTIONS, "all"), 1)[:2]
    found = list(pool.trials(OPTIONS, "all", [FAULT], pieces))
    assert [one.fault for one in found if isinstance(one, Hunted)] == [FAULT]
    repeated = [one.scenario for one in found if isinstance(one, Repeated)]
    assert sorted(repeated) == sorted(id for ids, _ in pieces for id in ids)


def test_whoever_stops_early_leaves_no_process_behind() -> None:
    pieces = pool.pieces_of(pool.plan_with(OPTIONS, "all"), 1)[:4]
    running = pool.trials(OPTIONS, "all", [], pieces)
    next(running)
    running.close()  # type: ignore[attr-defined]


def test_a_process_that_dies_is_a_fault_of_the_harness(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_hunt", _die)
    with pytest.raises(HarnessFault, match="has died"):
        list(pool.trials(OPTIONS, "all", [FAULT], []))


def _die(_fault: Fault) -> None:
    os._exit(1)
