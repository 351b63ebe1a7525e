"""The mailboxes of a hub's devices: capacity, expiry, what may not go, devices that come and leave."""

from home_parts import ESME, GSME
from hypothesis import given
from hypothesis import strategies as st

from ppmid_bench.clock import VirtualClock
from ppmid_devices.hub.post import Post
from ppmid_devices.ports import SECOND
from ppmid_protocols.eui import Eui


class Office:
    """A Post with its time, and what it has told."""

    def __init__(self, capacity: int = 2) -> None:
        self.clock = VirtualClock(0)
        self.expired: list[tuple[int, Eui, bytes]] = []
        self.barred: set[bytes] = set()
        self.post = Post(self.clock, capacity, self._told, lambda _, message: message not in self.barred)
        self.post.serve((ESME, GSME))

    def _told(self, device: Eui, message: bytes) -> None:
        self.expired.append((self.clock.now() // SECOND, device, message))


def test_a_full_mailbox_refuses_and_the_others_do_not() -> None:
    office = Office()
    assert [office.post.put(GSME, message, 9) for message in (b"a", b"b", b"c")] == [True, True, False]
    assert office.post.put(ESME, b"c", 9)
    assert [office.post.take(GSME) for _ in range(3)] == [b"a", b"b", None]


def test_what_waits_too_long_is_told_when_its_time_has_passed_and_once() -> None:
    office = Office()
    office.post.put(GSME, b"short", 5)
    office.post.put(GSME, b"long", 50)
    office.clock.advance(5 * SECOND)
    assert office.expired == []
    office.clock.advance(100 * SECOND)
    assert office.expired == [(5, GSME, b"short"), (50, GSME, b"long")]
    assert office.post.take(GSME) is None


def test_what_may_not_go_is_gone_and_the_next_goes() -> None:
    office = Office()
    office.barred = {b"a"}
    office.post.put(GSME, b"a", 9)
    office.post.put(GSME, b"b", 9)
    assert office.post.take(GSME) == b"b"
    assert office.post.waiting(GSME) == 0


def test_a_device_that_has_left_takes_what_waited_with_it() -> None:
    office = Office()
    office.post.put(GSME, b"a", 5)
    office.post.forget(GSME)
    office.clock.advance(10 * SECOND)
    office.post.serve((GSME,))
    assert office.post.take(GSME) is None
    assert office.expired == []


@given(st.lists(st.tuples(st.sampled_from(["put", "take", "wait"]), st.integers(1, 20)), max_size=40))
def test_every_message_is_handed_out_or_expires_once(steps: list[tuple[str, int]]) -> None:
    office, kept, got = Office(capacity=3), [], []
    for number, (step, seconds) in enumerate(steps):
        message = bytes((number,))
        if step == "put" and office.post.put(GSME, message, seconds):
            kept.append(message)
        elif step == "take" and (taken := office.post.take(GSME)) is not None:
            got.append(taken)
        elif step == "wait":
            office.clock.advance(seconds * SECOND)
        assert office.post.waiting(GSME) <= 3
    office.clock.advance(60 * SECOND)
    assert sorted([*got, *(message for _, _, message in office.expired)]) == kept
