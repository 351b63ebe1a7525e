"""The SM WAN of the three kinds of home: outages, a neighbour's hub, and what never comes back."""

from random import Random
from typing import Any

import pytest
from home_parts import Ground

from ppmid_devices.links.contract import Lends
from ppmid_devices.links.faulty import CarriesInTheDark
from ppmid_devices.links.link import Conditions
from ppmid_devices.links.wan import Wan
from ppmid_devices.neighbour_hub.contract import NeighbourSituation
from ppmid_devices.neighbour_hub.faulty import AltersFrames, KeepsFrames, ServesWhileOff
from ppmid_devices.neighbour_hub.settings import NeighbourHubSettings
from ppmid_devices.neighbour_hub.simulated import SimulatedNeighbourHub
from ppmid_devices.ports import DAY, HOUR, SECOND
from ppmid_devices.roles import DCC, HUB, NEIGHBOUR_HUB
from ppmid_protocols.eui import Eui

NEIGHBOUR = Eui.parse("00-DB-12-34-56-78-91-A2")


class Home(Ground):
    """The two ends of one SM WAN, and when it went up and down."""

    def __init__(self, seed: int = 1, make: type[Wan] = Wan, **wan: Any) -> None:
        super().__init__()
        self.wan = make("wan", self.clock, self.tap, Random(seed), Conditions(delay=SECOND), **wan)
        self.at_hub: list[bytes] = []
        self.at_dcc: list[bytes] = []
        self.changes: list[tuple[int, bool]] = []
        self.wan.attach(HUB, lambda _, frame: self.at_hub.append(frame))
        self.wan.attach(DCC, lambda _, frame: self.at_dcc.append(frame))
        self.wan.watch(lambda up: self.changes.append((self.clock.now(), up)))

    def with_neighbour(self, lends: Lends, make: type[SimulatedNeighbourHub] = SimulatedNeighbourHub) -> Any:
        situation, settings = NeighbourSituation(lends=lends), NeighbourHubSettings(start_s=60)
        hub = make(clock=self.clock, eui=NEIGHBOUR, wan=self.wan, settings=settings, situation=situation)
        hub.start()
        return hub

    @property
    def crossings(self) -> list[tuple[str, str, str]]:
        return [(one.sender, one.receiver, one.lost) for one in self.tap.crossings]

    def both_ways(self) -> tuple[list[bytes], list[bytes]]:
        self.wan.send(DCC, HUB, b"Command")
        self.wan.send(HUB, DCC, b"Response")
        self.run(5 * SECOND)
        return self.at_hub, self.at_dcc


def test_an_outage_ends_by_itself() -> None:
    home = Home()
    home.wan.outage(2 * HOUR)
    assert not home.wan.up
    assert home.both_ways() == ([], [])
    home.run(2 * HOUR)
    assert home.both_ways() == ([b"Command"], [b"Response"])
    assert home.changes == [(0, False), (2 * HOUR, True)]


def test_overlapping_outages_end_with_the_last() -> None:
    home = Home()
    home.wan.outage(HOUR)
    home.wan.outage(3 * HOUR)
    home.run(2 * HOUR)
    assert not home.wan.up
    home.wan.set_up(False)
    home.run(2 * HOUR)
    assert not home.wan.up
    home.wan.set_up(True)
    assert home.wan.up


@pytest.mark.parametrize(
    ("kind", "variant", "lends"),
    [
        ("never-wan", "cellular", ""),
        ("never-wan", "cellular+mesh", "mesh"),
        ("no-wan", "cellular", "mesh"),
        ("no-wan", "cellular+mesh", ""),
        ("no-wan", "cellular+mesh", "buddy"),
        ("no-wan", "buddy", "mesh"),
    ],
)
def test_a_home_that_nothing_reaches_stays_down_after_every_outage(kind: str, variant: str, lends: Lends) -> None:
    home = Home(kind=kind, variant=variant)
    home.with_neighbour(lends)
    assert not home.wan.up
    home.wan.outage(HOUR)
    home.wan.schedule_outages(3600, 3600)
    home.wan.set_up(True)
    home.run(100 * DAY)  # past day 90, by which a solution must have been proposed
    assert not home.wan.up
    assert home.changes == []
    assert home.both_ways() == ([], [])
    assert home.crossings == [(DCC, HUB, "line down"), (HUB, DCC, "line down")]


def test_one_that_carries_in_the_dark_reaches_a_home_without_coverage() -> None:
    home = Home(make=CarriesInTheDark, kind="never-wan")
    assert home.both_ways() == ([b"Command"], [b"Response"])


def test_through_a_neighbours_hub_both_hops_are_heard() -> None:
    home = Home(kind="no-wan", variant="cellular+mesh")
    home.with_neighbour("mesh")
    assert home.both_ways() == ([b"Command"], [b"Response"])
    assert sorted(home.crossings) == [
        (DCC, NEIGHBOUR_HUB, ""),
        (HUB, NEIGHBOUR_HUB, ""),
        (NEIGHBOUR_HUB, DCC, ""),
        (NEIGHBOUR_HUB, HUB, ""),
    ]


def test_own_coverage_needs_no_neighbour() -> None:
    home = Home(variant="cellular+mesh")
    home.with_neighbour("mesh")
    home.both_ways()
    assert home.crossings == [(DCC, HUB, ""), (HUB, DCC, "")]


def test_without_the_neighbours_hub_the_wan_is_lost() -> None:
    home = Home(kind="no-wan", variant="cellular+mesh")
    neighbour = home.with_neighbour("mesh")
    neighbour.switch(False)
    assert home.both_ways() == ([], [])
    neighbour.switch(True)
    home.run(61 * SECOND)
    assert home.both_ways() == ([b"Command"], [b"Response"])
    assert [up for _, up in home.changes] == [True, False, True]


def test_a_frame_at_the_neighbours_when_that_is_switched_off_goes_no_further() -> None:
    home = Home(kind="no-wan", variant="cellular+mesh")
    neighbour = home.with_neighbour("mesh")
    home.wan.send(DCC, HUB, b"Command")
    neighbour.switch(False)
    home.run(5 * SECOND)
    assert home.at_hub == []
    assert home.crossings == [(DCC, NEIGHBOUR_HUB, "")]


def test_a_neighbours_hub_that_is_switched_off_again_while_it_starts_stays_off() -> None:
    home = Home(kind="no-wan", variant="cellular+mesh")
    neighbour = home.with_neighbour("mesh")
    neighbour.switch(False)
    neighbour.switch(True)
    home.run(30 * SECOND)
    neighbour.switch(False)
    home.run(DAY)
    assert not home.wan.up
    neighbour.switch(True)
    neighbour.switch(True)
    home.run(61 * SECOND)
    assert home.wan.up
    assert (neighbour.lends, neighbour.eui) == ("mesh", NEIGHBOUR)


def test_a_faulty_neighbours_hub_alters_keeps_or_serves_while_it_is_off() -> None:
    alters, keeps, serves = (Home(kind="no-wan", variant="cellular+mesh") for _ in range(3))
    alters.with_neighbour("mesh", AltersFrames)
    assert alters.both_ways() == ([b"Commane"], [b"Responsd"])
    keeps.with_neighbour("mesh", KeepsFrames)
    assert keeps.both_ways() == ([], [])
    serves.with_neighbour("mesh", ServesWhileOff).switch(False)
    assert serves.both_ways() == ([b"Command"], [b"Response"])


def test_a_hub_exchanged_for_one_with_mesh_finds_its_neighbour_and_an_aerial_stays_with_the_old_one() -> None:
    home = Home(kind="no-wan", variant="cellular")
    home.with_neighbour("mesh")
    assert not home.wan.up
    home.wan.exchange_hub("cellular+mesh")
    assert home.wan.up
    assert home.wan.through_neighbour
    roof = Home(kind="no-wan", variant="cellular+mesh", lacks="aerial")
    roof.wan.fit_aerial("T1", "Supplier")
    assert roof.wan.up
    roof.wan.exchange_hub("cellular+mesh")
    assert not roof.wan.up


def test_outages_by_chance_come_from_the_seed_and_have_the_means_asked_for() -> None:
    first, again, other = Home(seed=1), Home(seed=1), Home(seed=2)
    for home in (first, again, other):
        home.wan.schedule_outages(mean_up_s=6 * 3600, mean_down_s=3600)
        home.run(1000 * DAY)
    assert first.changes == again.changes != other.changes
    downs = [end - begin for (begin, up), (end, _) in zip(first.changes, first.changes[1:], strict=False) if not up]
    ups = [end - begin for (begin, up), (end, _) in zip(first.changes, first.changes[1:], strict=False) if up]
    assert sum(downs) / len(downs) == pytest.approx(HOUR, rel=0.1)
    assert sum(ups) / len(ups) == pytest.approx(6 * HOUR, rel=0.1)
