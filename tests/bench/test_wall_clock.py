"""Wall-clock time: one thread runs everything, steps wait, and nothing that breaks is lost."""

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import pytest

from ppmid_bench.bench_file import BenchFile, PartyEntry
from ppmid_bench.errors import HarnessFault
from ppmid_bench.evidence import read_log
from ppmid_bench.scenario import ScenarioRun
from ppmid_bench.wall_clock import WallClock
from ppmid_devices import roles
from ppmid_devices.ports import MILLISECOND, SECOND

UNCERTAINTY = 50 * MILLISECOND


@pytest.fixture
def clock() -> Iterator[WallClock]:
    clock = WallClock(UNCERTAINTY)
    yield clock
    clock.stop()


def test_it_shows_the_systems_time_and_is_as_sure_as_it_was_told(clock: WallClock) -> None:
    assert abs(clock.now() - time.time_ns()) < SECOND
    assert clock.uncertainty == UNCERTAINTY


def test_calls_run_in_the_order_of_their_times_and_not_before(clock: WallClock) -> None:
    ran: list[tuple[str, int]] = []

    def note(name: str, when: int) -> None:
        ran.append((name, clock.now() - when))

    began = clock.now()
    for name, delay in (("late", 30), ("first of two", 20), ("second of two", 20), ("early", 10)):
        when = began + delay * MILLISECOND
        clock.call_at(when, partial(note, name, when))
    clock.call_at(0, partial(note, "past", 0))
    clock.call_later(5 * MILLISECOND, pytest.fail).cancel()
    clock.advance(40 * MILLISECOND)
    assert [name for name, _ in ran] == ["past", "early", "first of two", "second of two", "late"]
    assert all(late >= 0 for _, late in ran)


def test_run_until_ends_where_done_holds_and_else_at_the_deadline(clock: WallClock) -> None:
    seen: list[int] = []
    began = clock.now()
    clock.call_later(10 * MILLISECOND, lambda: seen.append(1))
    assert clock.run_until(began + 60 * SECOND, lambda: bool(seen))
    assert 10 * MILLISECOND <= clock.now() - began < 30 * SECOND
    assert clock.run_until(0, lambda: True), "asked once, although the deadline has passed"
    assert not clock.run_until(0, lambda: False)
    began = clock.now()
    assert not clock.run_until(began + 20 * MILLISECOND, lambda: False)
    assert clock.now() - began >= 20 * MILLISECOND


def test_calls_conditions_and_what_is_performed_share_one_thread(clock: WallClock) -> None:
    threads: set[threading.Thread] = set()

    def note() -> Any:
        threads.add(threading.current_thread())
        return len(threads) > 1

    clock.call_later(0, note)
    clock.perform(note)
    other = threading.Thread(target=lambda: clock.call_at(0, note))
    other.start()
    other.join()
    clock.run_until(clock.now() + 10 * MILLISECOND, note)
    assert len(threads) == 1
    assert threading.current_thread() not in threads


def test_what_is_performed_is_done_as_one(clock: WallClock) -> None:
    story: list[str] = []

    def act() -> str:
        story.append("begin")
        clock.call_at(0, lambda: story.append("call"))
        assert clock.perform(lambda: "inside") == "inside"
        time.sleep(0.01)
        story.append("end")
        return "done"

    assert clock.perform(act) == "done"
    clock.run_until(clock.now() + SECOND, lambda: "call" in story)
    assert story == ["begin", "end", "call"]


def broken() -> NoReturn:
    raise ZeroDivisionError


@pytest.mark.parametrize(
    "wait",
    [
        lambda clock: clock.call_later(MILLISECOND, broken) and clock.advance(10 * SECOND),
        lambda clock: clock.run_until(clock.now() + 10 * SECOND, broken),
        lambda clock: clock.perform(broken),
    ],
    ids=["in a call", "in a condition", "in what is performed"],
)
def test_what_breaks_comes_out_where_it_is_waited_for(clock: WallClock, wait: Callable[[WallClock], object]) -> None:
    with pytest.raises(ZeroDivisionError):
        wait(clock)
    clock.advance(MILLISECOND)


def test_what_breaks_between_two_waits_is_kept_for_the_next_or_for_the_end() -> None:
    clock = WallClock()
    clock.call_later(0, broken)
    clock.perform(lambda: None)
    with pytest.raises(ZeroDivisionError):
        clock.advance(0)
    clock.call_later(0, broken)
    clock.perform(lambda: None)
    with pytest.raises(ZeroDivisionError):
        clock.stop()


def test_a_wait_within_a_call_would_never_end(clock: WallClock) -> None:
    with pytest.raises(HarnessFault, match="waits within a call"):
        clock.perform(lambda: clock.advance(1))


def test_after_the_end_nothing_runs_but_what_is_performed() -> None:
    clock = WallClock()
    clock.call_later(MILLISECOND, pytest.fail)
    clock.stop()
    clock.stop()
    assert clock.perform(lambda: "here") == "here"


def _utrn_in_wall_time(folder: Path, **settings: object) -> ScenarioRun:
    parties = {roles.ESME: PartyEntry(settings={"processing_ms": 20}), roles.HUB: PartyEntry(settings=settings)}
    bench = BenchFile(time="wall", settling_ms=50, parties=parties)
    world = ScenarioRun("top-up/now", "Now", ("UTRN-INTERNET", "REQ-026"), bench, 1, folder)
    world.home.meters = [roles.ESME]
    world.step("When", "the Supplier sends a UTRN of £10.00")
    user, meter = world.bed.dcc_user, world.bed.eui(roles.ESME)
    world.requests.append(user.send_utrn(meter, user.vend(meter, 1_000_000)))
    return world


def test_a_scenario_runs_in_wall_clock_time(tmp_path: Path) -> None:
    world = _utrn_in_wall_time(tmp_path)
    meter = world.bed.meter(roles.ESME)
    before = world.bed.first_balance(roles.ESME)
    assert world.bed.wait(60 * SECOND, lambda: meter.display().balance != before)
    assert world.bed.wait(60 * SECOND, lambda: world.bed.seen("avenue", "utrn-result"))
    world.bed.read_meter(roles.ESME)
    world.judge("credited-once", {"meter": roles.ESME, "amount": 1_000_000})
    world.judge("no-success-before-the-meter", {})
    assert world.close()["verdict"] == "pass"
    log = read_log(tmp_path / "evidence" / "top-up__now.jsonl")
    assert log.home["uncertainty"] == UNCERTAINTY
    times = [entry.t for entry in log]
    assert times == sorted(times)
    assert abs(times[-1] - time.time_ns()) < 5 * SECOND


def test_a_bench_file_says_how_sure_the_clock_is(tmp_path: Path) -> None:
    bench = BenchFile(time="wall", settling_ms=1, limits={"clock-uncertainty-wall": 0.5})
    world = ScenarioRun("a/b", "B", (), bench, 1, tmp_path)
    world.home.meters = [roles.ESME]
    world.bed.wait(0)
    world.close()
    assert read_log(tmp_path / "evidence" / "a__b.jsonl").home["uncertainty"] == 500 * MILLISECOND


def test_what_a_party_broke_by_after_the_last_wait_is_the_scenarios_error(tmp_path: Path) -> None:
    world = _utrn_in_wall_time(tmp_path)
    world.bed.read_meter(roles.ESME)
    world.bed.clock.call_later(0, broken)
    world.bed.seen("han", "frame")  # comes after it
    entry = world.close()
    assert (entry["verdict"], entry["because"]) == ("error", "ZeroDivisionError: ")


def test_no_two_threads_are_ever_in_a_party(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: set[str] = set()
    module = pytest.importorskip("ppmid_devices.meter.esme")

    def watched(name: str) -> Callable[..., object]:
        honest = getattr(module.SimulatedEsme, name)

        def method(*arguments: object) -> object:
            threads.add(threading.current_thread().name)
            return honest(*arguments)

        return method

    for name in ("start", "display", "_hear_cluster", "press_enable"):
        monkeypatch.setattr(module.SimulatedEsme, name, watched(name))
    world = _utrn_in_wall_time(tmp_path)
    meter = world.bed.meter(roles.ESME)
    meter.press_enable()
    world.bed.wait(60 * SECOND, lambda: meter.display().balance != world.bed.first_balance(roles.ESME))
    world.bed.read_meter(roles.ESME)
    world.judge("credited-once", {"meter": roles.ESME, "amount": 1_000_000})
    world.close()
    assert threads == {"wall clock"}
