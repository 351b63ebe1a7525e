"""The HAN of a party that is in another process: what it does to its radio is done to the medium in the bench."""

from collections.abc import Callable
from typing import Any

from home_parts import GSME, HUB, Ground, send_zcl

from ppmid_devices.links.bands import Bands
from ppmid_devices.links.channels import FIRST, FLOOR, Noise
from ppmid_devices.links.han import OTHER_CHANNEL
from ppmid_devices.remote.lines import RemoteHan, end_line
from ppmid_protocols.zigbee.sub_ghz import channel
from ppmid_protocols.zigbee.zcl import Direction

QUIETER = channel(31, 4)


class Near:
    """One of two peers that reach each other at once."""

    def __init__(self) -> None:
        self.offered: dict[tuple[str, str], Callable[..., Any]] = {}
        self.far = self

    def offer(self, name: str, what: dict[str, Callable[..., Any]]) -> None:
        self.offered |= {(name, verb): do for verb, do in what.items()}

    def tell(self, name: str, verb: str, *arguments: Any) -> None:
        self.far.offered[name, verb](*arguments)


def test_a_radio_elsewhere_is_tuned_in_the_bench_and_measures_nothing() -> None:
    home = Ground(bands=Bands(frozenset({"gsme"}), frozenset({"hub"}), Noise({FIRST: -85})))
    bench, party = Near(), Near()
    bench.far, party.far = party, bench
    end_line(bench, "han", home.han)  # type: ignore[arg-type]  # as far as a line uses a peer
    remote = RemoteHan(party, "han", True)  # type: ignore[arg-type]  # the same
    hub, gas = home.node(HUB), home.node(GSME)
    for tuned, lost in ((QUIETER, OTHER_CHANNEL), (None, OTHER_CHANNEL)):
        remote.tune("gsme", tuned)
        send_zcl(gas, HUB, 0x0705, 0, b"x", Direction.TO_SERVER)
        home.run()
        assert home.tap.crossings[-1].lost == lost
    remote.tune("gsme", QUIETER)
    home.han.tune("hub", QUIETER)
    before = hub.heard
    send_zcl(gas, HUB, 0x0705, 0, b"x", Direction.TO_SERVER)
    home.run()
    assert hub.heard == before + 1
    assert remote.noise(FIRST) == FLOOR
