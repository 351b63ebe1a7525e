"""Which hub reaches the SM WAN where: the table, row by row."""

from itertools import product
from random import Random
from typing import Any, get_args

import pytest
from home_parts import Ground

from ppmid_devices.links.contract import Aerial, Kind, Variant
from ppmid_devices.links.faulty import ComesUpOnProposal
from ppmid_devices.links.link import Conditions
from ppmid_devices.links.wan import Wan
from ppmid_devices.links.wan_variants import FITTED_BY, VARIANTS, Site, may_fit, reach
from ppmid_devices.ports import DAY

VARIANT_NAMES: tuple[Variant, ...] = get_args(Variant)
AERIALS: tuple[Aerial, ...] = get_args(Aerial)


@pytest.mark.parametrize(
    ("site", "variant", "aerial", "way"),
    [
        (Site(), "cellular", None, "own"),
        (Site(), "cellular+mesh", None, "own"),
        (Site(), "buddy", None, "own"),
        (Site(), "long-range-radio", None, "none"),
        (Site(network="long-range-radio"), "long-range-radio", None, "own"),
        (Site(network="long-range-radio"), "cellular", None, "none"),
        (Site(network="long-range-radio"), "cellular+mesh", "T1", "none"),
        (Site(kind="no-wan"), "cellular", None, "none"),
        (Site(kind="no-wan"), "cellular+mesh", None, "none"),
        (Site(kind="no-wan"), "cellular+mesh", "T3", "none"),
        (Site(kind="no-wan", neighbour="mesh"), "cellular", None, "none"),
        (Site(kind="no-wan", neighbour="mesh"), "cellular+mesh", None, "neighbour"),
        (Site(kind="no-wan", neighbour="mesh"), "buddy", None, "none"),
        (Site(kind="no-wan", neighbour="buddy"), "buddy", None, "neighbour"),
        (Site(kind="no-wan", neighbour="buddy"), "cellular+mesh", None, "none"),
        (Site(kind="no-wan", lacks="aerial"), "cellular+mesh", None, "none"),
        (Site(kind="no-wan", lacks="aerial"), "cellular+mesh", "T1", "own"),
        (Site(kind="no-wan", lacks="aerial"), "cellular+mesh", "T3", "own"),
        (Site(kind="no-wan", lacks="aerial"), "cellular", "T1", "none"),
        (Site(kind="no-wan", lacks="mast"), "cellular+mesh", "T3", "none"),
        (Site(kind="no-wan", lacks="aerial", neighbour="mesh"), "cellular+mesh", None, "neighbour"),
        (Site(kind="no-wan", lacks="aerial", neighbour="mesh"), "cellular+mesh", "T1", "own"),
    ],
)
def test_the_way_of_a_hub_in_a_home(site: Site, variant: Variant, aerial: Aerial | None, way: str) -> None:
    assert reach(site, variant, aerial) == way


@pytest.mark.parametrize(("variant", "aerial"), [*product(VARIANT_NAMES, (None, *AERIALS))])
def test_a_home_beyond_reach_is_reached_by_nothing(variant: Variant, aerial: Aerial | None) -> None:
    for neighbour in ("", "mesh", "buddy"):
        site = Site(kind="never-wan", network=VARIANTS[variant].network, lacks="aerial", neighbour=neighbour)  # type: ignore[arg-type]
        assert reach(site, variant, aerial) == "none"


def test_a_t3_is_the_dccs_to_fit_the_others_the_suppliers_and_only_mesh_hubs_have_a_place_for_one() -> None:
    assert FITTED_BY == {"T1": "Supplier", "T2": "Supplier", "T3": "DCC"}
    for aerial, installer in FITTED_BY.items():
        other = "DCC" if installer == "Supplier" else "Supplier"
        assert may_fit(installer, aerial, "cellular+mesh")
        assert not may_fit(other, aerial, "cellular+mesh")
        assert [name for name in VARIANT_NAMES if may_fit(installer, aerial, name)] == ["cellular+mesh"]


def _wan(make: type[Wan] = Wan, kind: Kind = "no-wan", **more: Any) -> tuple[Ground, Wan, list[bool]]:
    ground, changes = Ground(), []
    wan = make("wan", ground.clock, ground.tap, Random(1), Conditions(), kind=kind, **more)
    wan.watch(changes.append)
    return ground, wan, changes


def test_an_aerial_brings_the_wan_and_an_outage_takes_it_and_gives_it_back() -> None:
    ground, wan, changes = _wan(variant="cellular+mesh", lacks="aerial")
    assert not wan.up
    assert not wan.fit_aerial("T3", "Supplier")
    assert not wan.up
    assert wan.fit_aerial("T1", "Supplier")
    assert wan.up
    assert not wan.through_neighbour
    wan.outage(DAY)
    ground.run(2 * DAY)
    assert changes == [True, False, True]


def test_an_aerial_frees_a_home_from_its_neighbour() -> None:
    _, wan, changes = _wan(variant="cellular+mesh", lacks="aerial")
    wan.lend("mesh")
    assert wan.through_neighbour
    wan.fit_aerial("T3", "DCC")
    assert not wan.through_neighbour
    wan.lend("")
    assert wan.up
    assert changes == [True]


def test_a_proposal_changes_nothing_and_a_link_that_takes_it_for_the_solution_shows() -> None:
    for make, up in ((Wan, False), (ComesUpOnProposal, True)):
        _, wan, _ = _wan(make, variant="cellular+mesh", lacks="aerial")
        assert not wan.up
        wan.propose()
        assert wan.up is up
