"""Each fault of a hub shows, and only as what it is."""

import pytest
from home_parts import ESME, FOREIGN, PPMID, answer_to, command
from hub_home import PPMIDS_TOP_UP, TOP_UP, Home

from ppmid_devices.hub import faulty
from ppmid_devices.hub.relay import Refusal
from ppmid_devices.hub.simulated import SimulatedHub
from ppmid_devices.ports import MINUTE, SECOND
from ppmid_protocols.gbcs.prepayment.requests import CS01A, ECS42


def test_a_hub_that_relays_though_old() -> None:
    home = Home(faulty.RelaysThoughOld)
    home.send(PPMID, TOP_UP)
    assert home.heard[ESME] == [TOP_UP.encode()]


def test_a_hub_that_alters_what_it_relays() -> None:
    home = Home(faulty.AltersRelayed, relay="commands")
    home.send(PPMID, TOP_UP)
    home.from_wan(TOP_UP)
    relayed, from_wan = home.heard[ESME]
    assert from_wan == TOP_UP.encode()
    assert [place for place, octet in enumerate(relayed) if octet != from_wan[place]] == [len(relayed) - 1]


def test_a_hub_that_drops_what_it_should_relay() -> None:
    home = Home(faulty.DropsRelayed, relay="commands")
    home.send(PPMID, TOP_UP, PPMIDS_TOP_UP)
    assert home.heard[ESME] == []
    assert home.reasons == []
    assert home.get().message == PPMIDS_TOP_UP.encode()


def test_a_hub_that_misroutes_responses() -> None:
    home = Home(faulty.MisroutesResponses, relay="commands")
    home.send(PPMID, TOP_UP)
    home.send(ESME, answer_to(TOP_UP))
    assert home.heard[PPMID] == []
    assert home.to_dcc == [answer_to(TOP_UP).encode()]


def test_a_hub_that_keeps_responses_from_the_dcc() -> None:
    home = Home(faulty.KeepsResponsesFromTheDcc, relay="commands")
    home.send(PPMID, TOP_UP)
    home.from_wan(TOP_UP)
    home.send(ESME, answer_to(TOP_UP))
    assert home.heard[PPMID] == [answer_to(TOP_UP).encode()]
    assert home.to_dcc == []


def test_a_hub_that_relays_any_type() -> None:
    home = Home(faulty.RelaysAnyType, relay="commands", relay_types=(CS01A,))
    home.send(PPMID, command(ESME, code=ECS42), command(FOREIGN))
    assert home.heard[ESME] == [command(ESME, code=ECS42).encode()]
    assert home.reasons == [Refusal.TARGET_UNKNOWN]


@pytest.mark.parametrize("kind", [SimulatedHub, faulty.ResumesAtStoredCounter])
def test_a_hub_with_much_to_say_of_its_own_is_heard_again_once_it_has_passed_its_counter(
    kind: type[SimulatedHub],
) -> None:
    home = Home(kind, start=2_000_000_000 * SECOND, frame_counter=(1200, 1000), own_frame_s=2)
    home.hub.power_cycle()
    home.run(5 * MINUTE)
    home.from_wan(TOP_UP)
    assert (home.heard[ESME] == [TOP_UP.encode()]) is (kind is SimulatedHub)
    home.run(10 * MINUTE)
    assert home.heard[ESME] == [TOP_UP.encode()]
