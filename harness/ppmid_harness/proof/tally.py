"""What a proof comes to: who was caught, who was not, and what no faulty party has ever changed. Pure."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from ppmid_bench.answers import RULES
from ppmid_bench.checks import CHECKS
from ppmid_bench.requirements import PURPOSES, REQUIREMENTS, THREATS
from ppmid_bench.verdict import EXIT_ERROR, EXIT_FAIL, EXIT_PASS, Verdict
from ppmid_harness.proof.trials import Hunted, Repeated

_OF_THE_HARNESS = {rule.requirement: rule.itself for rule in RULES.values() if rule.itself}
"""What speaks of the harness itself, which no faulty party can refute: by requirement what does it."""

BLAME = (Verdict.FAIL, Verdict.ERROR)
"""The verdicts by which a conformant run would be blamed."""


def tally(
    hunted: Iterable[Hunted], repeated: Iterable[Repeated], seeds: int, checks: Collection[str] = CHECKS
) -> dict[str, Any]:
    """The document of ``prove``: lists of ids and names, in the order of the table of faults.

    A fault is *killed* when its check fails with the reason that it names, *wrong reason* when it fails with others
    only, *not observable* when the bench lacks a point that the check needs, and has *survived* otherwise.
    ``detection_power`` is the share of the faults that are killed. ``accused_wrongly``: each check that found against
    another party than the faulty one, with the first scenario in which it did. ``checks``: those that the proof is
    about; of requirements, threats and purposes it is then about those that they declare, else about all. What speaks
    of the harness itself stands apart, with what does it.
    """
    hunted, repeated = list(hunted), list(repeated)
    killed = [one for one in hunted if one.caught]
    caught = [scenario for one in killed for scenario in one.caught]
    left = [one for one in hunted if not one.caught]
    tried = {id for id, one in REQUIREMENTS.items() if "T" in one.kind}
    about = {*REQUIREMENTS, *THREATS, *PURPOSES} if set(checks) == set(CHECKS) else _declared(checks)
    return {
        "faulty": len(hunted),
        "killed": len(killed),
        "detection_power": round(len(killed) / len(hunted), 4) if hunted else 0.0,
        "survived": [str(one.fault) for one in left if not one.otherwise and not one.unseen],
        "wrong_reason": [_otherwise(one) for one in left if one.otherwise],
        "not_observable": [str(one.fault) for one in left if one.unseen],
        "checks": len(checks),
        "checks_without_killer": sorted(set(checks) - {one.fault.check for one in killed}),
        "requirements_without_killer": _without(
            about & tried - set(_OF_THE_HARNESS),
            (one.requirements for one in caught),
        ),
        "requirements_of_the_harness": {id: _OF_THE_HARNESS[id] for id in sorted(about & tried & set(_OF_THE_HARNESS))},
        "threats_without_killer": _without(about & set(THREATS), (one.threats for one in caught)),
        "purposes_without_killer": _without(about & set(PURPOSES), (one.purposes for one in caught)),
        "accused_wrongly": _accused(hunted),
        "faulty_scenario_runs": sum(one.runs for one in hunted),
        "conformant_scenario_runs": len(repeated),
        "seeds_per_scenario": seeds,
        "false_alarms": [_alarm(one) for one in repeated if one.verdict in BLAME],
        "undecided": [_alarm(one) for one in repeated if one.verdict not in (*BLAME, Verdict.PASS)],
    }


def _otherwise(one: Hunted) -> str:
    return f"{one.fault}: {', '.join(one.otherwise)} instead of {one.fault.reason}"


def _accused(hunted: Iterable[Hunted]) -> list[str]:
    first: dict[str, str] = {}
    for one in hunted:
        for wrong in one.accused:
            name = one.fault.adapter.rpartition(":")[2]
            sentence = f"{name} is at fault, and {wrong.check} names the {wrong.role}: {wrong.reason}"
            first.setdefault(sentence, wrong.scenario)
    return [f"{sentence}, in {scenario}" for sentence, scenario in first.items()]


def _alarm(one: Repeated) -> str:
    return f"{one.scenario}, seed {one.seed}: {one.verdict}: {one.because}"


def _declared(checks: Iterable[str]) -> set[str]:
    """The requirements, threats and purposes that these checks declare."""
    declared = [CHECKS[id] for id in checks]
    return {id for one in declared for ids in (one.requirements, one.threats, one.purposes) for id in ids}


def _without(all_: Iterable[str], caught: Iterable[Sequence[str]]) -> list[str]:
    return sorted(set(all_) - {id for ids in caught for id in ids})


SHORT_OF_TARGET = (
    "survived",
    "wrong_reason",
    "checks_without_killer",
    "requirements_without_killer",
    "threats_without_killer",
    "purposes_without_killer",
)


def exit_code(document: dict[str, Any]) -> int:
    """3 when anybody was blamed without a fault, which is a fault of ours; 1 when the proof falls short; else 0."""
    if document["false_alarms"] or document["accused_wrongly"]:
        return EXIT_ERROR
    return EXIT_FAIL if any(document[name] for name in SHORT_OF_TARGET) else EXIT_PASS
