"""As ``test_bad_frames``, at the parties that not every home has, and where devices speak that are on no network.

Whatever a party can read of what it merely carries, it carries; the rest it drops, and it serves on.
"""

from random import Random
from typing import Any

import ppmid_home
import pytest
from bad_elsewhere import BLOCKS, ON_THE_LINE, OUTSIDE
from bad_frames import GARBAGE, MESSAGES, SEALED, is_command
from home_parts import AGREED, ESME, GPF, GSME, HHT, HUB, PPMID, Ground, command
from rare_victims import CarrierVictim, HcalcsVictim, HhtVictim, PortVictim
from victims import EsmeVictim, GsmeVictim, HubVictim, PpmidVictim

from ppmid_devices import roles
from ppmid_devices.hcalcs.simulated import SimulatedHcalcs
from ppmid_devices.hht import faulty as hht_faulty
from ppmid_devices.hht.contract import HhtState
from ppmid_devices.links.contract import Port
from ppmid_devices.links.link import Conditions
from ppmid_devices.links.wan import Wan
from ppmid_devices.meter.commands import CommandRules
from ppmid_devices.neighbour_hub.contract import NeighbourSituation
from ppmid_devices.neighbour_hub.settings import NeighbourHubSettings
from ppmid_devices.neighbour_hub.simulated import SimulatedNeighbourHub
from ppmid_devices.ports import SECOND
from ppmid_protocols.gbcs.message import Cra, Message, decode
from ppmid_protocols.local_interface import cobs
from ppmid_protocols.zigbee import joining

PORTS: tuple[Port, ...] = ("usb-stick", "usb-serial", "nfc")


# On no network.


@pytest.mark.parametrize("case", OUTSIDE)
def test_bad_frames_to_a_hub_from_who_is_on_no_network(case: str) -> None:
    """They come in the name of a terminal whose certificate holds; it is let in all the same when it asks rightly."""
    victim = HhtVictim(connected=False)
    hub = victim.home.hub
    for frame in OUTSIDE[case](HHT, None, AGREED):
        victim.ground.han._members[0].receive(frame)
    victim.ground.run(15 * SECOND)
    assert not any(joining.is_admission(one.frame) for one in victim.home.tap.crossings)
    assert hub._hhts.visitors == frozenset()
    victim.serves()


@pytest.mark.parametrize("case", OUTSIDE)
@pytest.mark.parametrize("moment", ["idle", "introduced", "connected"])
def test_bad_frames_to_a_terminal_from_who_is_on_no_network(moment: str, case: str) -> None:
    victim = HhtVictim(connected=moment == "connected")
    if moment == "introduced":
        victim.hht.connect(GPF)
    before = victim.hht.state
    frames = OUTSIDE[case](HUB, HHT, AGREED)
    for frame in frames:
        victim.ground.han._members[int.from_bytes(HHT, "big")].receive(frame)
    assert victim.hht.state is before
    victim.ground.run(20 * SECOND)
    assert victim.hht.state is (HhtState.IDLE if moment == "idle" else HhtState.CONNECTED)
    victim.serves()


# Messages, whole and in blocks.


@pytest.mark.parametrize("case", MESSAGES)
def test_bad_messages_for_an_auxiliary_switch(case: str) -> None:
    victim = HcalcsVictim()
    before, said = victim.unmoved, victim.noted
    bad = MESSAGES[case](victim.genuine())
    victim.deliver(bad)
    assert victim.unmoved == before
    if bad and len(bad) <= victim.tunnel.largest:
        assert victim.noted > said
    assert [one for one in map(decode, victim.answers()) if one.cra is Cra.RESPONSE] == []
    victim.serves()


class _WithoutMac(CommandRules):
    def mac_holds(self, message: Message) -> bool:
        return True


class _IgnoresMac(SimulatedHcalcs):
    rules_type = _WithoutMac


def test_an_auxiliary_switch_that_takes_bad_messages_shows() -> None:
    victim = HcalcsVictim(_IgnoresMac)
    before = victim.unmoved
    victim.deliver(MESSAGES["a turned MAC"](victim.genuine()))
    assert victim.unmoved != before


@pytest.mark.parametrize("case", MESSAGES)
def test_bad_messages_that_a_hub_brings_to_a_terminal(case: str) -> None:
    """It can read none of them, so it keeps each as it came, for whoever sent it out."""
    victim = HhtVictim()
    bad = MESSAGES[case](command(ESME).encode())
    victim.deliver(bad)
    assert victim.hht.responses == ((bad,) if len(bad) else ())
    victim.serves()


def test_a_terminal_that_alters_what_it_is_brought_shows() -> None:
    victim = HhtVictim(hht_faulty.AltersResponses)
    victim.deliver(command(ESME).encode())
    assert victim.hht.responses != (command(ESME).encode(),)


def fits_a_carrier(octets: bytes) -> bool:
    """Whether a hub, which can check no MAC of a Command, has to take this for a Command for the electricity meter."""
    return is_command(octets) and decode(octets).target == ESME


@pytest.mark.parametrize("case", MESSAGES)
def test_bad_messages_that_a_terminal_brings_to_a_hub(case: str) -> None:
    victim = HhtVictim()
    hub, said = victim.home.hub, len(victim.home.hub.refusals)
    bad = MESSAGES[case](command(ESME, 2).encode())
    victim.hht._transfer(bad)  # the contract takes no message of no octets
    victim.ground.run(2 * SECOND)
    if fits_a_carrier(bad):
        assert victim.home.heard[ESME] == [bad]
    else:
        assert victim.home.heard[ESME] == []
        assert len(hub.refusals) > said or bad == b"" or decode(bad).cra is not Cra.COMMAND
    victim.serves()


@pytest.mark.parametrize("case", [one for one in MESSAGES if one != "nothing"])  # no request carries nothing
def test_bad_messages_that_come_by_a_port_of_the_hub(case: str) -> None:
    victim = PortVictim()
    bad = MESSAGES[case](command(ESME, 2).encode())
    victim.bring(victim.sealed(bad))
    assert victim.heard[ESME] == ([bad] if fits_a_carrier(bad) else [])
    assert victim.reasons or fits_a_carrier(bad)
    victim.serves()


BLOCKED = {"esme": EsmeVictim, "gsme": GsmeVictim, "hcalcs": HcalcsVictim}


@pytest.mark.parametrize("case", BLOCKS)
@pytest.mark.parametrize("party", BLOCKED)
def test_bad_blocks_for_a_device(party: str, case: str) -> None:
    victim: Any = BLOCKED[party]()
    before = victim.unmoved
    for octets in BLOCKS[case](victim.genuine()):
        victim.deliver(octets)
    assert victim.unmoved == before
    assert [one for one in map(decode, victim.answers()) if one.cra is Cra.RESPONSE] == []
    victim.serves()


@pytest.mark.parametrize("case", BLOCKS)
def test_bad_blocks_for_a_ppmid(case: str) -> None:
    victim = PpmidVictim()
    before = victim.unmoved
    for octets in BLOCKS[case](victim.genuine()):
        victim.deliver(octets)
    assert victim.unmoved == before
    assert victim.home.said == []
    victim.serves()


@pytest.mark.parametrize("case", BLOCKS)
@pytest.mark.parametrize("bringer", ["ppmid", "hht"])
def test_a_hub_takes_no_blocks_of_who_brings_commands(bringer: str, case: str) -> None:
    victim: Any = HubVictim() if bringer == "ppmid" else HhtVictim()
    for octets in BLOCKS[case](command(ESME, 2).encode()):
        if bringer == "ppmid":
            victim.deliver(octets)
        else:
            victim.hht._transfer(octets)
            victim.ground.run(SECOND)
    assert victim.home.heard[ESME] == []
    assert victim.home.reasons
    victim.serves()


@pytest.mark.parametrize("case", BLOCKS)
def test_bad_blocks_from_the_sm_wan_for_a_hub(case: str) -> None:
    """It reads their header, which says for whom they are, and joins none: that is for the device."""
    victim = HubVictim()
    bad = BLOCKS[case](victim.genuine())
    for octets in bad:
        victim.from_wan(octets)
    heard = list(victim.home.heard[ESME])
    assert all(octets in bad for octets in heard)
    assert len(heard) + victim.noted == len(bad)
    victim.serves()


# What is brought by hand, by a wire, and next door.


STRANGE: dict[str, dict[str, Any]] = {
    "another's key": {"key": ppmid_home.STRANGER},
    "a sender that is not known": {"sender": b"somebody"},
    "another home": {"home": "home 2"},
    "another device": {"ppmid": GSME},
}


@pytest.mark.parametrize("case", [*SEALED, *STRANGE])
def test_bad_messages_of_the_avenue_for_a_port_of_the_hub(case: str) -> None:
    victim = PortVictim()
    before = victim.unmoved
    bad = SEALED[case](victim.sealed()) if case in SEALED else victim.sealed(**STRANGE[case])
    victim.hear(cobs.frame(bad, largest=10_000) if bad else b"\x00")
    assert victim.unmoved == before
    victim.serves()


@pytest.mark.parametrize("case", ON_THE_LINE)
def test_what_is_no_frame_at_a_port_of_the_hub(case: str) -> None:
    victim = PortVictim()
    before = victim.unmoved
    victim.hear(ON_THE_LINE[case])
    assert victim.unmoved == before
    victim.serves()


@pytest.mark.parametrize("case", SEALED)
@pytest.mark.parametrize("port", PORTS)
def test_bad_messages_that_a_carrier_is_given(port: Port, case: str) -> None:
    victim = CarrierVictim(port)
    victim.given(SEALED[case](victim.sealed()))
    victim.goes_there()
    victim.comes_back()
    assert victim.home.esme.commands == []
    victim.serves()


@pytest.mark.parametrize("case", ON_THE_LINE)
@pytest.mark.parametrize("port", PORTS)
@pytest.mark.parametrize("moment", ["at once", "when it has been heard"])
def test_what_is_no_frame_of_a_ppmid_at_a_carrier(moment: str, port: Port, case: str) -> None:
    victim = CarrierVictim(port)
    victim.goes_there()
    if moment == "when it has been heard":
        victim.home.run(5 * SECOND)
    victim.hears(ON_THE_LINE[case])
    victim.comes_back()
    assert all(one != ON_THE_LINE[case] for one in victim.handed_in)
    victim.serves()


@pytest.mark.parametrize("case", MESSAGES)
def test_a_neighbours_hub_passes_on_whatever_it_is_given(case: str) -> None:
    ground, arrived = Ground(), []
    wan = Wan("wan", ground.clock, ground.tap, Random(1), Conditions(), kind="no-wan", variant="cellular+mesh")
    wan.attach(roles.HUB, lambda _, frame: arrived.append(frame))
    wan.attach(roles.DCC, lambda *_: None)
    hub = SimulatedNeighbourHub(
        clock=ground.clock,
        eui=PPMID,
        wan=wan,
        settings=NeighbourHubSettings(),
        situation=NeighbourSituation(lends="mesh"),
    )
    hub.start()
    bad = MESSAGES[case](command(ESME).encode())
    for frame in (bad, GARBAGE, command(ESME).encode()):
        wan.send(roles.DCC, roles.HUB, frame)
        ground.run()
    assert arrived == [bad, GARBAGE, command(ESME).encode()]
