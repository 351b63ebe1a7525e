"""A device that is elsewhere: nobody here can do anything at it, and that is said."""

import pytest

from ppmid_devices.elsewhere import ElsewhereSettings, RealHub, RealMeter, RealPpmid
from ppmid_devices.hub.contract import HubSituation
from ppmid_devices.ports import CannotArrange
from ppmid_protocols.eui import Eui


def test_it_is_on_and_what_needs_hands_cannot_be_arranged() -> None:
    ppmid = RealPpmid(settings=ElsewhereSettings(), situation=None)
    ppmid.start()
    with pytest.raises(CannotArrange, match="nobody here can do enter utrn at the PPMID"):
        ppmid.enter_utrn(Eui(bytes(8)), "7")
    with pytest.raises(CannotArrange, match="nobody here can do display at the meter"):
        RealMeter(settings=ElsewhereSettings()).display()
    for name in ("_private", "findings", "take_answers", "close", "patience_s"):  # what a bench asks of other adapters
        assert not hasattr(ppmid, name)


def test_a_situation_is_refused() -> None:
    with pytest.raises(CannotArrange, match="nobody here can bring the hub into the situation HubSituation"):
        RealHub(settings=ElsewhereSettings(), situation=HubSituation(can_relay=True))
