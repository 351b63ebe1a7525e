"""Whole scenarios on a wall-clock bench whose DCC is our stand-in for DCC Boxed, over real sockets."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ppmid_bench.derivation import Derivation
from ppmid_bench.errors import BadInput
from ppmid_bench.home_keys import ACCESS_CONTROL_BROKER, HomeKeys, make_home_keys
from ppmid_bench.supplied_keys import write_key_folder
from ppmid_devices import roles
from ppmid_devices.dcc.boxed.adapter import BoxedDcc
from ppmid_devices.dcc.boxed.stand_in import StandIn
from ppmid_devices.dcc.simulated import SimulatedDcc
from ppmid_protocols.gbcs.message import Message

Play = Callable[..., dict[str, Any]]

FEATURE = """@SECMP0038
Feature: Soon

  @REQ-004 @REQ-012 @REQ-014 @PP-001 @PP-002 @takes-10s
  Scenario: A top-up Command, and the meter's Response
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the SM WAN has been down for 10 milliseconds
    When the Supplier has the electricity meter topped up by £10.00 {way}
    Then the Supplier holds the meter's own Response
    And the PPMID passed the Command on unaltered
    And the hub passed the Command on to the electricity meter unaltered
    And the hub brought the electricity meter's Response back to the PPMID
    And the PPMID passed the Response back unaltered
"""
THROUGH_THE_PPMID = FEATURE.format(way="through the PPMID")

KEYS = make_home_keys(Derivation(1, "the keys of a rehearsal"))


def bench(url: str, adapter: str = "RehearsedBoxedDcc", points: str = "") -> str:
    """A bench that is soon settled, with its keys in the folder beside it."""
    return f"""
[bench]
time = "wall"
settling_ms = 300
points = ["user", "duis", "avenue", "han", "meter-display", "ppmid-display"{points}]
keys = "keys"

[parties.dcc]
adapter = "ppmid_devices.dcc.boxed:{adapter}"
url = "{url}"
listen_port = 0

[parties.dcc-user]
originator_counters = "epoch"
utrn_counters = "epoch"
esme_give_up_s = 2

[parties.hub]
tunnels_after_s = 0

[parties.esme]
processing_ms = 20
"""


class AltersTheCounter(SimulatedDcc):
    """Gives the User the Command of another request."""

    def _local_copy(self, command: Message) -> bytes:
        return replace(command, counter=command.counter + 1).encode()


class AltersThePayload(SimulatedDcc):
    """Turns a bit of the Command after its MAC was made."""

    def _local_copy(self, command: Message) -> bytes:
        octets = super()._local_copy(command)
        place = octets.rindex(command.payload) + len(command.payload) - 1
        return octets[:place] + bytes((octets[place] ^ 1,)) + octets[place + 1 :]


def _directory_and_credentials(keys: HomeKeys) -> dict[str, Any]:
    return {
        "credentials": keys.credentials_of(ACCESS_CONTROL_BROKER),
        "directory": keys.directory_of(roles.DCC),
        "devices": {keys.eui(roles.ESME): roles.ESME},
    }


@pytest.fixture
def stand_in(tmp_path: Path) -> Iterator[Callable[..., StandIn]]:
    """Starts a stand-in with the keys of the rehearsal, and lays them beside the bench file."""
    started: list[StandIn] = []
    write_key_folder(tmp_path / "keys", KEYS.credentials.values())

    def start(kind: type[SimulatedDcc] = SimulatedDcc) -> StandIn:
        started.append(StandIn(kind=kind, **_directory_and_credentials(KEYS)))
        started[-1].start()
        return started[-1]

    yield start
    for one in started:
        one.close()


def test_a_top_up_through_the_ppmid_passes(stand_in: Callable[..., StandIn], play: Play) -> None:
    record = play(bench(stand_in().url), feature=THROUGH_THE_PPMID)
    (scenario,) = record["scenarios"]
    assert scenario["verdict"] == "pass", scenario["because"]
    (dcc,) = [party for party in record["parties"] if party["role"] == "dcc"]
    assert (dcc["kind"], dcc["adapter"]) == ("simulated", "ppmid_devices.dcc.boxed:RehearsedBoxedDcc")
    assumed = {entry["where"] for entry in record["assumptions"]}
    assert {"dcc.answer_s", "dcc.esme_response_s"} <= assumed
    assert "dcc.processing_ms" not in assumed


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (
            AltersTheCounter,
            r"the User holds: unknown; noted: Command not delivered: Originator Counter: expected \d+, found",
        ),
        (AltersThePayload, "the User holds: unknown; noted: no answer in time"),
    ],
)
def test_a_dcc_that_alters_the_command_fails_it(
    kind: type[SimulatedDcc], reason: str, stand_in: Callable[..., StandIn], play: Play
) -> None:
    (scenario,) = play(bench(stand_in(kind).url), feature=THROUGH_THE_PPMID)["scenarios"]
    first = scenario["checks"][0]
    assert (scenario["verdict"], first["id"], first["reason_code"]) == ("fail", "response-verified", "no-response")
    assert re.match(reason, first["reason"])


def test_what_goes_over_dcc_boxeds_own_wan_is_inconclusive(stand_in: Callable[..., StandIn], play: Play) -> None:
    (scenario,) = play(bench(stand_in().url), feature=FEATURE.format(way="both ways"))["scenarios"]
    assert scenario["verdict"] == "inconclusive"
    assert "Command Variant 3 goes over DCC Boxed's own SM WAN" in scenario["because"]


def test_a_dcc_that_is_not_there_is_an_error_that_says_what_to_check(
    stand_in: Callable[..., StandIn], play: Play
) -> None:
    gone = stand_in()
    gone._http.close()
    (scenario,) = play(bench(gone.url), feature=THROUGH_THE_PPMID)["scenarios"]
    assert scenario["verdict"] == "error"
    assert scenario["because"].startswith(f"BoxedFault: {gone.url}/api/v1/serviceD: nobody listens there; check that")


def test_a_stand_in_is_no_dcc_boxed(stand_in: Callable[..., StandIn], play: Play) -> None:
    record = play(bench(stand_in().url, "BoxedDcc"), feature=THROUGH_THE_PPMID)
    assert "our own stand-in answers" in record["scenarios"][0]["because"]
    assert [party["kind"] for party in record["parties"] if party["role"] == "dcc"] == ["real"]


def test_a_bench_with_it_has_no_point_on_the_wan_and_no_virtual_time(
    stand_in: Callable[..., StandIn], play: Play
) -> None:
    url = stand_in().url
    with pytest.raises(BadInput, match=r"\[bench\] points: expected only what can be seen with .*BoxedDcc, found wan"):
        play(bench(url, points=', "wan"'))
    with pytest.raises(BadInput, match=r'\[parties.dcc\] adapter: expected time = "wall" with .*, found virtual'):
        play(bench(url).replace('time = "wall"', 'time = "virtual"'))


def test_what_was_odd_stands_in_the_evidence(
    stand_in: Callable[..., StandIn], play: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = BoxedDcc.start

    def odd(self: BoxedDcc) -> None:
        start(self)
        self._findings.append("alert: it bears no signature")

    monkeypatch.setattr(BoxedDcc, "start", odd)
    play(bench(stand_in().url), feature=THROUGH_THE_PPMID)
    (path,) = (tmp_path / "run" / "evidence").iterdir()
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    found = [(line["from"], line["fields"]) for line in lines if line["what"] == "finding"]
    assert found == [("dcc", {"text": "alert: it bears no signature"})]
