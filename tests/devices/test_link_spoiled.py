"""A simulated line that a scenario spoils in mid-run: slow, throttled, lossy, dark, reset; and good again."""

from random import Random

import pytest
from home_parts import Ground

from ppmid_devices.links.contract import Impairments
from ppmid_devices.links.link import DOWN, LOST, Conditions, Link
from ppmid_devices.ports import MILLISECOND, SECOND

OWN = 20 * MILLISECOND


class Way(Ground):
    """A line from ``a`` to ``b``, what came, when, and the changes that both ends were told of."""

    def __init__(self) -> None:
        super().__init__()
        self.link = Link("avenue", self.clock, self.tap, Random(1), Conditions(delay=OWN))
        self.came: list[tuple[int, bytes]] = []
        self.changes: list[bool] = []
        self.link.attach("b", lambda _, frame: self.came.append((self.clock.now(), frame)))
        self.link.watch(self.changes.append)

    def send(self, *frames: bytes) -> None:
        for frame in frames:
            self.link.send("a", "b", frame)

    def losses(self) -> list[str]:
        return [one.lost for one in self.tap.crossings]


@pytest.fixture
def way() -> Way:
    return Way()


def test_a_delay_adds_to_the_lines_own(way: Way) -> None:
    way.link.impair(Impairments(delay_ms=500))
    way.send(b"slow")
    way.run()
    way.link.impair(Impairments())
    way.send(b"good")
    way.run()
    assert way.came == [(OWN + SECOND // 2, b"slow"), (SECOND + OWN, b"good")]


def test_a_rate_is_kept_and_no_frame_overtakes(way: Way) -> None:
    way.link.impair(Impairments(octets_per_s=100))
    way.send(bytes(100), b"x")
    way.run(3 * SECOND)
    assert way.came == [(OWN + SECOND, bytes(100)), (OWN + SECOND + SECOND // 100, b"x")]


def test_a_share_is_lost_by_the_seed(way: Way) -> None:
    way.link.impair(Impairments(dropped=0.5))
    way.send(*(bytes([number]) for number in range(50)))
    way.run()
    chance = Random(1)
    kept = [bytes([number]) for number in range(50) if chance.random() >= 0.5]
    assert [frame for _, frame in way.came] == kept
    assert way.losses().count(LOST) == 50 - len(kept)


def test_in_the_dark_nobody_is_told_and_what_was_torn_is_reset_in_the_light(way: Way) -> None:
    way.link.set_dark(True)
    way.send(b"lost")
    way.run()
    assert (way.came, way.changes, way.link.up, way.losses()) == ([], [], True, [DOWN])
    way.link.set_dark(False)
    assert way.changes == [False, True]
    way.send(b"after")
    way.run()
    assert [frame for _, frame in way.came] == [b"after"]


def test_one_on_which_nothing_was_said_in_the_dark_lives_on(way: Way) -> None:
    way.link.set_dark(True)
    way.run()
    way.link.set_dark(False)
    assert way.changes == []


def test_a_reset_is_told_to_both_ends_and_a_line_that_is_down_has_nothing_to_reset(way: Way) -> None:
    way.link.reset()
    assert way.changes == [False, True]
    way.link.set_up(False)
    way.link.reset()
    assert way.changes == [False, True, False]


def test_a_connection_is_reset_after_so_many_octets(way: Way) -> None:
    way.link.impair(Impairments(reset_after=10))
    way.send(bytes(9))
    way.run()
    assert way.changes == []
    way.send(b"x")
    way.run()
    assert way.changes == [False, True]
    assert [len(frame) for _, frame in way.came] == [9, 1]
