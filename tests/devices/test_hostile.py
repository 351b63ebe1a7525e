"""What code of somebody else's on a PPMID does with what it is given, and a line that plays back."""

from dataclasses import replace
from random import Random

from home_parts import ESME, SUPPLIER, Ground, command
from ppmid_home import Home

from ppmid_devices.delivery_service.faulty_hostile import HELD
from ppmid_devices.links.faulty import PlaysBack
from ppmid_devices.links.link import Conditions
from ppmid_devices.ports import MINUTE, SECOND
from ppmid_devices.ppmid import faulty_hostile as hostile
from ppmid_protocols.gbcs.message import decode


def test_code_on_a_ppmid_passes_on_late_twice_altered_or_not_at_all() -> None:
    asked = command(ESME)
    late = Home(hostile.HoldsBack)
    late.submit_command(asked)
    assert late.esme.commands == []
    late.run(HELD)
    assert late.esme.commands == [asked.encode()]
    for kind, passed in (
        (hostile.SendsTwice, [asked.encode()] * 2),
        (hostile.MakesNew, [replace(asked, counter=asked.counter + 1).encode()]),
        (hostile.PassesNothingOn, []),
    ):
        home = Home(kind)
        home.submit_command(asked)
        assert home.esme.commands == passed


def test_code_on_a_ppmid_floods_its_hub_in_anothers_name() -> None:
    home = Home(hostile.FloodsHub)
    assert isinstance(home.ppmid, hostile.FloodsHub)
    home.ppmid.flood(SUPPLIER, ESME, each_minute=6, minutes=1)
    home.run(2 * MINUTE)
    found = [decode(octets) for octets in home.esme.commands]
    assert [one.counter for one in found] == list(range(6))
    assert {one.originator for one in found} == {SUPPLIER}


def test_a_line_that_plays_back_brings_a_frame_again() -> None:
    ground = Ground()
    line = PlaysBack("avenue", ground.clock, ground.tap, Random(1), Conditions())
    heard: list[bytes] = []
    line.attach("b", lambda _, frame: heard.append(frame))
    line.send("a", "b", b"frame")
    ground.run(SECOND)
    assert heard == [b"frame"]
    ground.run(MINUTE)
    assert heard == [b"frame"] * 2
