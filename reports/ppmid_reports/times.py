"""Measured values against their limits: what was allowed, what was measured, how sure the clock is, what is left."""

from collections.abc import Mapping
from dataclasses import dataclass

from ppmid_bench.limits import Limit, with_overrides
from ppmid_devices import roles
from ppmid_devices.ports import SECOND
from ppmid_reports.run import Evidence, Measurement, Scenario

LIMITS_OF: Mapping[str, Mapping[str, str]] = {
    "dcc-equivalent-time": {roles.ESME: "response-on-demand", roles.GSME: "response-on-demand"},
    "pre-command-time": {roles.ESME: "pre-command", roles.GSME: "pre-command"},
    "time-to-unknown": {roles.ESME: "ppmid-answer", roles.GSME: "ppmid-answer-gas"},
    "relayed-in-an-hour": dict.fromkeys(roles.METERS, "ppmid-relay-rate"),
    "time-to-no-route": dict.fromkeys(roles.METERS, "no-route"),
    "let-in-after": {roles.ESME: "join-window", roles.GSME: "join-window"},
    "days-until-advised": dict.fromkeys(roles.METERS, "coverage-advice"),
    "days-until-proposed": dict.fromkeys(roles.METERS, "coverage-proposal"),
    "gas-extra-exchanges": {roles.GSME: "gas-extra-exchanges"},
}
"""The limit of a measurement, by the meter that it concerns. Measurements that stand for no limit are not here."""


@dataclass(frozen=True, slots=True)
class Timing:
    """One measurement; without a limit there is no margin. ``unsure`` is the clock's uncertainty in seconds."""

    measurement: Measurement
    limit: Limit | None
    unsure: float

    @property
    def margin(self) -> float | None:
        """What is left of the limit; negative when it is passed."""
        return None if self.limit is None else self.limit.value - self.measurement.value

    @property
    def standing(self) -> str:
        """How the measurement stands to its limit, in a word."""
        if self.margin is None:
            return ""
        unsure = self.unsure if self.measurement.unit == "s" else 0
        if -unsure <= self.margin < unsure:  # as the checks have it
            return "too near to tell"
        return "within" if self.margin >= 0 else "over"


def timings(scenario: Scenario, evidence: Evidence | None) -> tuple[Timing, ...]:
    """The measurements of a scenario, with the limits that held on its bench. Raises BadInput for an unknown limit."""
    if evidence is None:
        return ()
    limits = with_overrides(evidence.home.limits)
    return tuple(
        Timing(one, _limit(one, scenario, limits), evidence.home.uncertainty / SECOND) for one in scenario.measurements
    )


def _limit(one: Measurement, scenario: Scenario, limits: Mapping[str, Limit]) -> Limit | None:
    """The limit that stands for this measurement, if a check of the scenario names it for the meter that it judges."""
    for check in scenario.checks:
        for meter, name in LIMITS_OF.get(one.id, {}).items():
            if name in check.limits and check.args.get("meter") in (None, meter):
                return limits[name]
    return None
