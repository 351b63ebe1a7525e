"""Our simulated parties as processes of their own, in wall-clock time, and what is said when one is amiss."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ppmid_bench.bench_file import BenchFile, PartyEntry
from ppmid_bench.errors import BadInput
from ppmid_bench.remote_party import RemoteParty
from ppmid_bench.scenario import ScenarioRun
from ppmid_bench.wall_clock import WallClock
from ppmid_devices import roles
from ppmid_devices.carrier.settings import CarrierSettings
from ppmid_devices.delivery_service.settings import DeliveryServiceSettings
from ppmid_devices.links.handover import Handover
from ppmid_devices.links.link import Conditions, Link
from ppmid_devices.ports import SECOND
from ppmid_devices.remote.peer import PeerFault, PeerGone
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface import SubmitUtrn, seal
from ppmid_protocols.local_interface.tapping import TappedPpmid
from ppmid_protocols.secret import Secret

Play = Callable[..., dict[str, Any]]
Make = Callable[[str], tuple[RemoteParty, WallClock]]

FEATURE = """@SECMP0038
Feature: Soon

  @REQ-004 @REQ-012 @REQ-013 @REQ-014 @PP-001 @PP-002 @PP-025 @takes-10s
  Scenario: A top-up Command, and the meter's Response
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the SM WAN has been down for 10 milliseconds
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the Supplier holds the meter's own Response
    And the PPMID passed the Command on unaltered
    And the hub passed the Command on to the electricity meter unaltered
    And the hub brought the electricity meter's Response back to the PPMID
    And the PPMID passed the Response back unaltered
    And the Response to the electricity meter's Command came within the target response time
"""

QUARANTINE = """@SECMP0038
Feature: Soon held

  @REQ-016 @I5 @takes-30s
  Scenario: A top-up beyond a limit of values
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the DCC has set a limit of £49.00 for a top-up
    And the Supplier has set a quarantine threshold of two top-ups
    When the Supplier has the electricity meter topped up by £50.00 through the PPMID
    Then the DCC holds it in quarantine, past the value limit
    And the Supplier knows that it is quarantined
    When the DCC releases the quarantined request
    Then the Supplier holds the meter's own Response
    And the count of top-ups in the DCC's anomaly detection is 1
"""

VISIT = """@SEC0009
Feature: Soon there

  @REQ-050 @REQ-051 @takes-30s
  Scenario: A top-up with the Hand-Held Terminal
    Given a prepayment home with an electricity meter
    And an engineer with a Hand-Held Terminal
    When the Hand-Held Terminal asks the hub to let it in
    Then the hub has let the Hand-Held Terminal in
    When the Supplier has the electricity meter topped up by £10.00 with the Hand-Held Terminal
    Then the Hand-Held Terminal passed the Command on unaltered
    And the Hand-Held Terminal brought the Response back unaltered
    And the Supplier holds the meter's own Response
"""

ROLES = (roles.DCC_USER, roles.DCC, roles.DELIVERY_SERVICE, roles.PPMID, roles.HUB, roles.ESME)
THEIRS = 'adapter = "second_process:ProcessDeliveryService"'
QUICK = {roles.DCC: "processing_ms = 20", roles.HUB: "tunnels_after_s = 0", roles.ESME: "processing_ms = 20"}


def bench(*processes: str) -> str:
    """A wall-clock bench that is soon settled, on which these parties are processes."""
    parties = [
        f'[parties.{role}]\nadapter = "{"process" if role in processes else "simulated"}"\n{QUICK.get(role, "")}'
        for role in ROLES
    ]
    return "\n".join(['[bench]\ntime = "wall"\nsettling_ms = 300', *parties])


@pytest.mark.parametrize("processes", [*((role,) for role in ROLES), ROLES], ids=lambda roles: "+".join(roles))
def test_a_top_up_passes_in_wall_clock_time_with_processes(processes: tuple[str, ...], play: Play) -> None:
    record = play(bench(*processes), feature=FEATURE)
    (scenario,) = record["scenarios"]
    assert scenario["verdict"] == "pass", scenario["because"]
    assert record["run"]["time"] == "wall"
    assert {party["role"] for party in record["parties"] if party["kind"] == "process"} == set(processes)
    (timing,) = [check for check in scenario["checks"] if check["id"] == "response-in-time"]
    assert "clock ±0.05 s" in timing["reason"]
    measured = {one["id"]: one["value"] for one in scenario["measurements"]}
    assert 0.09 < measured["dcc-equivalent-time"] < 5, "two ways each of avenue and DUIS line, and no idle waiting"


def test_thresholds_counts_and_quarantine_are_those_of_a_process(play: Play) -> None:
    (scenario,) = play(bench(roles.DCC, roles.DCC_USER), feature=QUARANTINE)["scenarios"]
    assert scenario["verdict"] == "pass", scenario["because"]
    asked = ["quarantined", "outcome-is", "response-verified", "creations-counted"]
    assert [check["id"] for check in scenario["checks"]][: len(asked)] == asked


def test_a_hand_held_terminal_and_the_hub_may_be_processes(play: Play) -> None:
    own = bench(roles.HUB, roles.DCC_USER) + '\n[parties.hht]\nadapter = "process"\n'
    record = play(own, feature=VISIT)
    (scenario,) = record["scenarios"]
    assert scenario["verdict"] == "pass", scenario["because"]
    processes = {party["role"] for party in record["parties"] if party["kind"] == "process"}
    assert processes == {roles.HUB, roles.DCC_USER, roles.HHT}


def test_a_process_that_was_written_from_the_page_serves(play: Play) -> None:
    own = bench().replace('[parties.delivery-service]\nadapter = "simulated"', f"[parties.delivery-service]\n{THEIRS}")
    record = play(own, feature=FEATURE)
    (scenario,) = record["scenarios"]
    assert scenario["verdict"] == "pass", scenario["because"]
    assert [party["role"] for party in record["parties"] if party["kind"] == "real"] == [roles.DELIVERY_SERVICE]


@pytest.mark.parametrize(("role", "adapter"), [("hub", 'adapter = "process"'), ("delivery-service", THEIRS)])
def test_a_process_needs_wall_clock_time(role: str, adapter: str, play: Play) -> None:
    with pytest.raises(BadInput, match=rf'\[parties.{role}\] adapter: expected time = "wall"'):
        play(f"[parties.{role}]\n{adapter}")


def test_what_breaks_a_process_ends_the_scenario_in_error(tmp_path: Path) -> None:
    parties = {roles.DCC_USER: PartyEntry("process")}
    world = ScenarioRun("f/s", "S", (), BenchFile(time="wall", settling_ms=0, parties=parties), 1, tmp_path)
    world.home.meters = [roles.ESME]
    with pytest.raises(PeerFault, match="dcc-user broke: Malformed: request: expected the name of a request") as caught:
        world.bed.dcc_user.record("nothing")
    world.crashed(caught.value)
    entry = world.close()
    assert (entry["verdict"], entry["because"]) == ("error", f"PeerFault: {caught.value}")


PPMID = Eui(bytes(range(8)))
OURS = "ppmid_devices.delivery_service.simulated:SimulatedDeliveryService"


class Untapped:
    def crossed(self, link: str, sender: str, receiver: str, frame: bytes, lost: str = "") -> None:
        """Nobody listens."""


@pytest.fixture
def make() -> Iterator[Make]:
    """Makes a delivery service as a process, not started yet."""
    ends: list[Callable[[], None]] = []

    def delivery_service(adapter: str) -> tuple[RemoteParty, WallClock]:
        clock = WallClock()
        key = Ed25519PrivateKey.from_private_bytes(bytes(32))
        avenue = Link("avenue", clock, Untapped(), Random(1), Conditions())
        party = RemoteParty(
            roles.DELIVERY_SERVICE,
            adapter,
            clock=clock,
            key=key,
            ppmid_key=key.public_key(),
            homes={},
            home="home",
            ppmid=PPMID,
            avenue=avenue,
            settings=DeliveryServiceSettings(),
        )
        ends.extend((clock.stop, party.close))
        return party, clock

    yield delivery_service
    for end in ends:
        with contextlib.suppress(PeerFault):  # of a process that a test has ended
            end()


def test_a_process_that_dies_comes_out_of_the_wait(make: Make) -> None:
    party, clock = make(OURS)
    clock.perform(party.start)
    assert clock.perform(lambda: party.submit_command(PPMID, b"octets")) == "00000001"
    process = party._control.process(roles.DELIVERY_SERVICE)
    assert process is not None
    process.kill()
    with pytest.raises(PeerGone, match="delivery-service has closed the line"):
        clock.advance(10 * SECOND)
    with pytest.raises(PeerGone):
        clock.perform(lambda: party.submit_command(PPMID, b"octets"))


def test_its_process_ends_when_the_bench_gives_it_back(make: Make) -> None:
    party, clock = make(OURS)
    clock.perform(party.start)
    clock.stop()
    party.close()
    process = party._control.process(roles.DELIVERY_SERVICE)
    assert process is not None
    assert process.returncode == 0


def test_only_our_own_simulations_are_given_keys(make: Make) -> None:
    party, clock = make("second_delivery_service:SecondDeliveryService")
    with pytest.raises(PeerFault, match=r"broke: Unsupported: second_delivery_service.*only simulated parties"):
        clock.perform(party.start)


def test_what_the_contract_does_not_have_is_not_asked_for(make: Make) -> None:
    party, _ = make(OURS)
    with pytest.raises(AttributeError, match="the contract of delivery-service has no dropped"):
        _ = party.dropped
    with pytest.raises(PeerFault, match="before it is started"):
        party.submit_command(PPMID, b"octets")


def test_a_carrier_in_a_process_brings_and_hands_in() -> None:
    clock, frames, handed_in = WallClock(), list[bytes](), list[bytes]()
    handover = Handover("avenue", clock, Untapped(), Random(1), Conditions())
    avenue = Link("avenue", clock, Untapped(), Random(1), Conditions())
    key, eui = Ed25519PrivateKey.from_private_bytes(bytes(32)), Eui(bytes(8))
    party = RemoteParty(
        roles.CARRIER,
        "ppmid_devices.carrier.simulated:SimulatedCarrier",
        clock=clock,
        port="nfc",
        ppmid=eui,
        handover=handover,
        avenue=avenue,
        settings=CarrierSettings(),
    )
    card = TappedPpmid(eui)
    card.keep(b"answer", 64)

    def tapped(sender: str, frame: bytes) -> None:
        response, message = card.take(frame)
        frames.extend([message] if message is not None else [])
        avenue.send(roles.PPMID, sender, response.encode())

    sealed = seal(SubmitUtrn(b"1", eui, Secret(b"1")), key=key, sender=b"s", home="home", ppmid=eui, replay=1)

    def wire() -> None:
        avenue.set_up(False)
        avenue.attach(roles.PPMID, tapped)
        handover.attach(roles.DELIVERY_SERVICE, lambda _, frame: handed_in.append(frame))
        party.start()
        handover.send(roles.DELIVERY_SERVICE, roles.PPMID, sealed)

    try:
        clock.perform(wire)
        clock.advance(SECOND)
        clock.perform(lambda: (handover.set_up(False), avenue.set_up(True)))
        assert clock.run_until(clock.now() + 10 * SECOND, lambda: bool(frames) and not card.waiting)
        clock.advance(SECOND // 2)
        clock.perform(lambda: (avenue.set_up(False), handover.set_up(True)))
        assert clock.run_until(clock.now() + 10 * SECOND, lambda: bool(handed_in))
        assert (frames, handed_in) == ([sealed], [b"answer"])
    finally:
        clock.stop()
        party.close()
