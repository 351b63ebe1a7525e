"""What the description of a home says of how it was commissioned."""

import pytest

from ppmid_bench.home import Commissioned, HomePlan
from ppmid_devices import roles
from ppmid_devices.links.contract import Kind
from ppmid_devices.ports import CannotArrange


@pytest.mark.parametrize(
    ("wan", "said", "expected"),
    [
        ("intermittent", None, "over the SM WAN"),
        ("no-wan", None, "with a Hand-Held Terminal"),
        ("never-wan", None, "with a Hand-Held Terminal"),
        ("intermittent", "with a Hand-Held Terminal", "with a Hand-Held Terminal"),
        ("no-wan", "over the SM WAN", "over the SM WAN"),
    ],
)
def test_every_home_says_how_it_was_commissioned(wan: Kind, said: Commissioned | None, expected: str) -> None:
    assert HomePlan(wan=wan, commissioned=said).facts()["commissioned"] == expected


def test_no_home_beyond_the_sm_wans_reach_was_commissioned_over_it() -> None:
    with pytest.raises(CannotArrange, match="beyond the SM WAN's reach"):
        HomePlan(wan="never-wan", commissioned="over the SM WAN").facts()


def test_it_says_whether_the_clocks_have_been_set_since() -> None:
    home = HomePlan(meters=[roles.ESME, roles.GSME])
    home.ask(roles.ESME, balance=0)
    home.ask(roles.GSME, clock="unreliable")
    assert home.facts()["clocks"] == {roles.ESME: "reliable", roles.GSME: "unreliable"}


def test_it_says_which_devices_it_has_not() -> None:
    assert HomePlan(meters=[roles.ESME]).absent == {roles.GSME, roles.HCALCS}
    assert HomePlan(meters=[roles.ESME, roles.GSME], hcalcs=True).absent == set()


def test_it_says_how_noisy_it_is_at_868_mhz() -> None:
    home = HomePlan(sub_ghz={roles.GSME})
    assert home.facts()["noise"] == {}
    home.be_noisy(-60)
    assert home.facts()["noise"] == {"lower 0": -60, "others": -100}
    home.be_noisy(-88, others=-94, quiet=4)
    assert home.facts()["noise"] == {"lower 0": -88, "upper 4": -100, "others": -94}
    assert home.bands().noise is home.noise
    with pytest.raises(CannotArrange, match="upper channel 27"):
        home.be_noisy(-88, quiet=27)
