"""A device that is elsewhere: nobody here can do anything at it, and that is said; its power may have a switch."""

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ppmid_bench.adapters import Closing, Observing
from ppmid_bench.by_hand import Attended
from ppmid_bench.offers import offers
from ppmid_devices.elsewhere import ElsewhereSettings, RealHub, RealHubSettings, RealMeter, RealPpmid, RealPpmidSettings
from ppmid_devices.hub.contract import HubSituation
from ppmid_devices.operator.questions import Answered
from ppmid_devices.ports import CannotArrange
from ppmid_devices.ppmid.contract import PpmidSituation
from ppmid_protocols.eui import Eui

CLOCK: Any = SimpleNamespace(now=lambda: 7)


def real_ppmid(situation: PpmidSituation | None = None, **settings: Any) -> RealPpmid:
    needs: Any = {"clock": CLOCK, "situation": situation}
    return RealPpmid(settings=RealPpmidSettings(**settings), **needs)


def test_it_is_on_and_what_needs_hands_cannot_be_arranged() -> None:
    ppmid = real_ppmid()
    ppmid.start()
    with pytest.raises(CannotArrange, match="nobody here can do enter utrn at the PPMID"):
        ppmid.enter_utrn(Eui(bytes(8)), "7")
    with pytest.raises(CannotArrange, match="nobody here can do restart at the PPMID"):
        ppmid.restart()
    with pytest.raises(CannotArrange, match="nobody here can do display at the meter"):
        RealMeter(settings=ElsewhereSettings()).display()
    for name in ("_private", "findings", "close", "patience_s"):  # what a bench asks of other adapters
        assert not hasattr(ppmid, name)


def test_it_is_taken_for_nothing_that_it_is_not() -> None:
    hub = RealHub(settings=RealHubSettings())
    assert not any(offers(hub, contract) for contract in (Attended, Observing, Closing))
    assert offers(real_ppmid(), Attended)  # so its power is cut outside the clock
    assert not any(offers(real_ppmid(), contract) for contract in (Observing, Closing))


REFUSED = "nobody here can bring the {} into the situation"


def test_a_hub_is_asked_for_no_more_than_it_is() -> None:
    with_port = RealHubSettings(can_relay=True, port="serial")
    for asked in (None, HubSituation(can_relay=True), HubSituation(can_relay=True, port="serial")):
        RealHub(settings=with_port, situation=asked)
    for settings, asked in (
        (RealHubSettings(), HubSituation(can_relay=True)),
        (with_port, HubSituation(can_relay=False)),
        (with_port, HubSituation(can_relay=True, port="nfc")),
        (with_port, HubSituation(can_relay=True, own_frame_s=1)),
    ):
        with pytest.raises(CannotArrange, match=REFUSED.format("hub")):
            RealHub(settings=settings, situation=asked)


def test_a_ppmid_is_asked_for_no_more_than_it_is() -> None:
    for asked in (None, PpmidSituation(port="nfc"), PpmidSituation(can_relay=True)):
        real_ppmid(asked, can_relay=True)
    for can_relay, asked in (
        (None, PpmidSituation(can_relay=True)),
        (True, PpmidSituation(can_relay=False)),
        (True, PpmidSituation(sleepy=True)),
    ):
        with pytest.raises(CannotArrange, match=REFUSED.format("PPMID")):
            real_ppmid(asked, can_relay=can_relay)


def test_its_power_is_cut_by_the_command_of_the_bench(tmp_path: Path) -> None:
    ppmid = real_ppmid(power=f"touch '{tmp_path / 'it was'}'")
    ppmid.restart()
    assert (tmp_path / "it was").exists()
    asked = "Cut the PPMID's power and give it back."
    assert ppmid.take_answers() == [Answered(7, "the lab's power switch", "restart", asked, "done")]
    assert ppmid.take_answers() == []


@pytest.mark.parametrize(
    ("power", "problem"),
    [
        ("no-such-switch 1", "the power cannot be cut: no-such-switch: No such file or directory"),
        (f"{sys.executable} -c 'exit(\"socket 3 is unknown\")'", "the power cannot be cut: .*: socket 3 is unknown"),
        ("false", "the power cannot be cut: false: exit code 1"),
        ("sleep 9", "the power was not cut and given back within 1 s: sleep"),
    ],
)
def test_a_switch_that_fails_blames_nobody_and_leaves_its_trace(power: str, problem: str) -> None:
    ppmid = real_ppmid(power=power, power_s=1)
    with pytest.raises(CannotArrange, match=problem):
        ppmid.restart()
    assert [one.said for one in ppmid.take_answers()] == [None]
