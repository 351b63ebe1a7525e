"""The chance that a device in a process of its own has: even, and no other device's."""

from line_ends import PPMID

from ppmid_devices.remote.far_ends import _Chance
from ppmid_protocols.eui import Eui

OTHER = Eui.parse("00-DB-12-34-56-78-90-FE")


def test_no_two_devices_are_in_step_nor_one_with_itself_at_another_time() -> None:
    chances = [_Chance(PPMID, 1), _Chance(OTHER, 1), _Chance(PPMID, 2)]
    drawn = [[chance.random() for _ in range(4)] for chance in chances]
    assert len({one for series in drawn for one in series}) == 12


def test_it_is_spread_over_the_whole_of_its_range() -> None:
    chance = _Chance(PPMID, 1)
    drawn = [chance.random() for _ in range(1000)]
    assert all(0 <= one < 1 for one in drawn)
    assert 450 < sum(one < 0.5 for one in drawn) < 550
    assert {chance.randrange(3, 6) for _ in range(100)} == {3, 4, 5}
