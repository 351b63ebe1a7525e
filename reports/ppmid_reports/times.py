"""Measured values against their limits: what was allowed, what was measured, how sure the clock is, what is left."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ppmid_bench.limits import Limit, with_overrides
from ppmid_devices import roles
from ppmid_devices.ports import SECOND
from ppmid_reports.record import Measurement, Scenario
from ppmid_reports.run import Evidence

LIMITS_OF: Mapping[str, Mapping[str, str]] = {
    "dcc-equivalent-time": {roles.ESME: "response-on-demand", roles.GSME: "response-on-demand"},
    "pre-command-time": {roles.ESME: "pre-command", roles.GSME: "pre-command"},
    "time-to-unknown": {roles.ESME: "ppmid-answer", roles.GSME: "ppmid-answer-gas"},
    "relayed-in-an-hour": dict.fromkeys(roles.METERS, "ppmid-relay-rate"),
    "passed-on-in-an-hour": dict.fromkeys(roles.METERS, "hub-relay-rate"),
    "waited-in-the-hub": dict.fromkeys(roles.METERS, "relay-age"),
    "time-to-no-route": dict.fromkeys(roles.METERS, "no-route"),
    "poll-gap": dict.fromkeys(roles.METERS, "poll-longest"),
    "let-in-after": {roles.ESME: "join-window", roles.GSME: "join-window"},
    "days-until-advised": dict.fromkeys(roles.METERS, "coverage-advice"),
    "days-until-proposed": dict.fromkeys(roles.METERS, "coverage-proposal"),
    "gas-extra-exchanges": {roles.GSME: "gas-extra-exchanges"},
}
"""The limit of a measurement, by the meter that it concerns. Measurements that stand for no limit are not here."""


WITHOUT_BAR = frozenset({"available-within", "poll-shortest", "service-kept-under-flood", "tunnel-octets"})
"""Limits that no measured time has to keep within: they divide what is counted, or a value must not fall below."""


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
    def uncertainty(self) -> float:
        """The clock's uncertainty where it bears on the value, else 0."""
        return self.unsure if self.measurement.unit == "s" else 0

    @property
    def standing(self) -> str:
        """How the measurement stands to its limit, in a word."""
        if self.margin is None:
            return ""
        if -self.uncertainty <= self.margin < self.uncertainty:  # as the checks have it
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


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything that was measured under one id against one limit. ``all``: each with its scenario's id."""

    id: str
    unit: str
    limit: Limit | None
    all: tuple[tuple[str, Timing], ...]

    @property
    def least(self) -> float:
        """The smallest value."""
        return min(one.measurement.value for _, one in self.all)

    @property
    def nearest(self) -> tuple[str, Timing]:
        """The one with the smallest margin; without a limit, the greatest value."""
        return max(self.all, key=lambda found: found[1].measurement.value)

    @property
    def standings(self) -> dict[str, int]:
        """How many stand how to the limit."""
        return dict(Counter(one.standing for _, one in self.all))


def by_measurement(timings: Iterable[tuple[str, Timing]]) -> tuple[Measured, ...]:
    """The times of a run, and other values that have a limit, by what was measured; those with a limit come first."""
    found: dict[tuple[str, str, Limit | None], list[tuple[str, Timing]]] = {}
    for scenario, one in timings:
        if one.limit is not None or one.measurement.unit == "s":
            found.setdefault((one.measurement.id, one.measurement.unit, one.limit), []).append((scenario, one))
    groups = [Measured(*key, tuple(group)) for key, group in found.items()]
    return tuple(sorted(groups, key=lambda group: (group.limit is None, group.id)))
