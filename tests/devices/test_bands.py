"""Two bands in one home: who hears whom, and how long a frame takes."""

from random import Random

import pytest
from home_parts import ESME, GSME, HUB, Ground, send_zcl

from ppmid_devices.links.bands import Band, Bands, airtime
from ppmid_devices.links.han import OTHER_BAND, QUIET, Han
from ppmid_devices.ports import MICROSECOND
from ppmid_protocols.zigbee.zcl import Direction

BANDS = Bands(sub_ghz=frozenset({"gsme", "display"}), dual=frozenset({"hub"}))


@pytest.mark.parametrize(
    ("one", "other", "band"),
    [
        ("hub", "esme", Band.GHZ_2_4),
        ("hub", "gsme", Band.MHZ_868),
        ("gsme", "hub", Band.MHZ_868),
        ("gsme", "display", Band.MHZ_868),
        ("esme", "ppmid", Band.GHZ_2_4),
        ("esme", "gsme", None),
        ("gsme", "ppmid", None),
        ("attacker", "hub", Band.GHZ_2_4),
    ],
)
def test_members_hear_each_other_in_a_band_that_both_have(one: str, other: str, band: Band | None) -> None:
    assert BANDS.common(one, other) is band


def test_without_a_word_of_bands_all_are_at_2_4_ghz() -> None:
    assert Bands().common("hub", "gsme") is Band.GHZ_2_4
    assert Bands(sub_ghz=frozenset({"gsme"})).common("hub", "gsme") is None


def test_a_frame_of_94_octets_has_100_on_the_air() -> None:
    assert airtime(94, Band.GHZ_2_4) == 3200 * MICROSECOND  # 250 kbit/s
    assert airtime(94, Band.MHZ_868) == 8000 * MICROSECOND  # 100 kbit/s


class Home(Ground):
    """A hub with one band or two, an ESME at 2.4 GHz, a GSME at 868 MHz."""

    def __init__(self, bands: Bands) -> None:
        super().__init__()
        self.han = Han("han", self.clock, self.tap, Random(1), QUIET, bands=bands)
        self.times: dict[str, int] = {}
        hub, esme, gsme = self.node(HUB), self.node(ESME), self.node(GSME)
        for name, node in (("esme", esme), ("gsme", gsme)):
            node.on(0x0705, lambda *_, name=name: self.times.setdefault(name, self.clock.now()))  # type: ignore[misc]
        for eui in (ESME, GSME):
            begin = self.clock.now()
            send_zcl(hub, eui, 0x0705, 4, b"x", Direction.TO_SERVER)
            self.run()
            self.times = {name: at - begin if at >= begin else at for name, at in self.times.items()}


def test_a_hub_with_both_bands_reaches_both_and_takes_longer_at_868_mhz() -> None:
    home = Home(BANDS)
    frame = home.tap.crossings[0].frame
    assert home.times["esme"] == airtime(len(frame), Band.GHZ_2_4) + QUIET.delay
    assert home.times["gsme"] == airtime(len(frame), Band.MHZ_868) + QUIET.delay


def test_a_hub_with_one_band_is_not_heard_in_the_other() -> None:
    home = Home(Bands(sub_ghz=frozenset({"gsme"})))
    assert set(home.times) == {"esme"}
    assert [one.lost for one in home.tap.crossings] == ["", OTHER_BAND]
