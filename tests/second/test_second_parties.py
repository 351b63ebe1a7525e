"""A second implementation of each contract, written from contract and protocols: the same scenario passes with each."""

from collections.abc import Callable
from typing import Any

import pytest

from ppmid_devices import roles

TOP_UP = "commands-through-the-ppmid/a-top-up-command-and-the-meters-response"
BOTH_WAYS = "commands-through-the-ppmid/the-command-that-came-through-the-ppmid-comes-again-over-the-sm-wan"

ANOMALIES = "what-the-dccs-anomaly-detection-sees"
COUNTED = f"{ANOMALIES}/a-top-up-through-the-ppmid-counts-as-one-over-the-sm-wan"
DELIVERED_THRICE = f"{ANOMALIES}/a-captured-command-is-delivered-three-times-and-counted-once"
PAST_THRESHOLD = f"{ANOMALIES}/a-top-up-past-the-suppliers-threshold-waits-in-quarantine-until-the-dcc-releases-it"
PAST_DCC_THRESHOLD = f"{ANOMALIES}/a-top-up-past-the-dccs-threshold-is-deleted"

SECOND = {
    roles.DCC_USER: "second_dcc_user:SecondDccUser",
    roles.DCC: "second_dcc:SecondDcc",
    roles.DELIVERY_SERVICE: "second_delivery_service:SecondDeliveryService",
    roles.PPMID: "second_ppmid:SecondPpmid",
    roles.HUB: "second_hub:SecondHub",
    roles.ESME: "second_esme:SecondEsme",
}


def bench(*with_second: str) -> str:
    return "\n".join(f'[parties.{role}]\nadapter = "{SECOND[role]}"' for role in with_second)


@pytest.mark.parametrize("replaced", [*((role,) for role in SECOND), tuple(SECOND)], ids=lambda roles: "+".join(roles))
def test_the_top_up_passes_with_the_second(replaced: tuple[str, ...], play: Callable[..., dict[str, Any]]) -> None:
    record = play(bench(*replaced), only=(TOP_UP, BOTH_WAYS))
    kinds = {party["role"]: party["kind"] for party in record["parties"]}
    assert {role for role, kind in kinds.items() if kind == "real"} == set(replaced)
    for scenario in record["scenarios"]:
        assert scenario["verdict"] == "pass", scenario["because"]
        assert len(scenario["checks"]) >= 5


def test_the_second_dccs_anomaly_detection_passes_as_far_as_it_goes(play: Callable[..., dict[str, Any]]) -> None:
    wanted = (COUNTED, DELIVERED_THRICE, PAST_THRESHOLD, PAST_DCC_THRESHOLD)
    *able, unable = play(bench(roles.DCC), only=wanted)["scenarios"]
    assert [scenario["verdict"] for scenario in able] == ["pass"] * 3, [scenario["because"] for scenario in able]
    assert unable["verdict"] == "inconclusive"
    assert unable["because"] == "the bench cannot bring it about: SRV 2.2: this DCC has no limits of its own"


def test_a_second_that_does_wrong_is_caught(
    play: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def twice(self: Any, *arguments: Any) -> Any:
        before = self._balance
        result = honest(self, *arguments)
        self._balance += self._balance - before
        return result

    second_esme = pytest.importorskip("second_esme")
    honest = second_esme.SecondEsme._credit
    monkeypatch.setattr(second_esme.SecondEsme, "_credit", twice)
    (scenario,) = play(bench(roles.ESME), only=(TOP_UP,))["scenarios"]
    assert scenario["verdict"] == "fail"
    assert scenario["because"].startswith("credited-once: ")
