"""Virtual time: order, cancelling, deadlines, and that nothing real happens under it."""

import socket
import threading
from collections.abc import Callable

import pytest

from ppmid_bench.clock import VirtualClock, no_real_io
from ppmid_bench.errors import HarnessFault
from ppmid_devices.ports import DAY, MINUTE, SECOND

EPOCH = 1_767_258_000 * SECOND


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(EPOCH)


def test_calls_run_in_the_order_of_their_times_and_equal_times_in_the_order_of_asking(clock: VirtualClock) -> None:
    ran: list[tuple[str, int]] = []
    for name, delay in (("late", 3), ("first of two", 2), ("second of two", 2), ("early", 1)):
        clock.call_later(delay, lambda name=name: ran.append((name, clock.now() - EPOCH)))
    clock.advance(2)
    assert ran == [("early", 1), ("first of two", 2), ("second of two", 2)]
    clock.advance(1)
    assert ran[3:] == [("late", 3)]


def test_a_time_that_has_passed_means_next(clock: VirtualClock) -> None:
    ran: list[int] = []
    clock.advance(10)
    clock.call_at(EPOCH, lambda: ran.append(clock.now()))
    clock.advance(0)
    assert ran == [EPOCH + 10]


def test_a_cancelled_call_does_not_run_and_does_not_move_time(clock: VirtualClock) -> None:
    clock.call_later(1, pytest.fail).cancel()
    clock.call_later(5, lambda: None)
    assert clock.run_until(EPOCH + 7, lambda: clock.now() > EPOCH)
    assert clock.now() == EPOCH + 5


def test_run_until_stops_where_done_holds_and_else_at_the_deadline(clock: VirtualClock) -> None:
    seen: list[int] = []
    for second in (1, 2, 3):
        clock.call_later(second * SECOND, lambda second=second: seen.append(second))
    assert clock.run_until(EPOCH + 3 * SECOND, lambda: 2 in seen)
    assert (seen, clock.now()) == ([1, 2], EPOCH + 2 * SECOND)
    assert not clock.run_until(EPOCH + 10 * SECOND, lambda: 4 in seen)
    assert (seen, clock.now()) == ([1, 2, 3], EPOCH + 10 * SECOND)
    assert clock.run_until(EPOCH, lambda: True)
    assert clock.now() == EPOCH + 10 * SECOND, "time never goes back"


def test_what_a_call_raises_comes_out(clock: VirtualClock) -> None:
    def break_down() -> None:
        raise ZeroDivisionError

    clock.call_later(1, break_down)
    with pytest.raises(ZeroDivisionError):
        clock.advance(2)


def test_thirty_days_cost_what_their_events_cost(clock: VirtualClock) -> None:
    wakes = asked = 0

    def wake() -> None:
        nonlocal wakes
        wakes += 1
        clock.call_later(30 * MINUTE, wake)

    def done() -> bool:
        nonlocal asked
        asked += 1
        return False

    clock.call_later(30 * MINUTE, wake)
    clock.run_until(EPOCH + 30 * DAY, done)
    assert wakes == 30 * 48
    assert asked == wakes + 1, "once at the start, and once after each event"


@pytest.mark.parametrize(
    ("ask", "named"),
    [
        (lambda: socket.socket(), "open a socket"),
        (lambda: threading.Thread(target=lambda: None).start(), "start a thread"),
    ],
)
def test_a_party_cannot_reach_for_the_real_world(clock: VirtualClock, ask: Callable[[], None], named: str) -> None:
    clock.call_later(1, ask)
    with pytest.raises(HarnessFault, match=named):
        clock.advance(1)


def test_outside_of_virtual_time_sockets_and_threads_are_as_ever(clock: VirtualClock) -> None:
    clock.advance(1)
    with pytest.raises(HarnessFault), no_real_io():
        socket.socket()
    socket.socket().close()
    thread = threading.Thread(target=lambda: None)
    thread.start()
    thread.join()
