"""What a scenario came to: from the entries of its checks and its evidence alone, so that whoever has them can tell."""

from collections.abc import Mapping, Sequence
from typing import Any

from ppmid_bench.bench_file import OURS, SIMULATED
from ppmid_bench.checks.authored import absence
from ppmid_bench.evidence import HARNESS, Log
from ppmid_bench.record import POINTS_AT
from ppmid_bench.sentences import counted
from ppmid_bench.verdict import Verdict, worst
from ppmid_devices import roles

CRASH = "crash"
"""What the entry of the evidence is called that says by what a scenario broke."""

UNARRANGED = "the bench cannot bring it about: "
"""How that begins where an adapter could not bring its device into the scenario's situation: nothing has broken."""

RUNNERS = ("pytest", "behave", "robot")
BEGAN_TWICE = "began it more than once"
"""How the reason ends of an error that no evidence shows: one of the runners tried a scenario again."""


def crash_in(log: Log) -> str:
    """By what the scenario of a log broke; empty where it did not."""
    return next((str(one.fields["text"]) for one in log.of(HARNESS, CRASH)), "")


def came_to(checks: Sequence[Mapping[str, Any]], log: Log | None, crash: str) -> tuple[Verdict, str]:
    """The verdict of a scenario and why. ``log``: None where it broke before there was any evidence.

    An adapter that cannot bring something about leaves it open: inconclusive, where no check has said worse.
    """
    verdict = worst(Verdict(check["verdict"]) for check in checks)
    unarranged = crash.startswith(UNARRANGED)
    if crash and not (unarranged and verdict in (Verdict.FAIL, Verdict.ERROR)):
        return Verdict.INCONCLUSIVE if unarranged else Verdict.ERROR, crash
    if verdict is Verdict.NONE:
        return Verdict.ERROR, "nothing was judged"
    if verdict is not Verdict.PASS:
        deciding = next(check for check in checks if check["verdict"] == verdict)
        return verdict, f"{deciding['id']}: {deciding['reason']}"
    absent = "" if log is None else _absence_of_the_device(log)
    if log is None or not absent:
        return verdict, f"{counted(len(checks), 'check')} passed"
    if _is_bystander(log.home["iut"], log.home["home"]):
        return Verdict.INCONCLUSIVE, f"{absent}, and nothing here asks it to say anything"
    return Verdict.ERROR, absent


def _absence_of_the_device(log: Log) -> str:
    """Why nothing that passed can be a device's: it is not ours, and has said nothing at any point of the bench.

    Of one in whose place the scenario has put another, as where there is no PPMID at all, nothing is asked.
    """
    iut, parties = log.home["iut"], log.home["parties"]
    if parties.get(iut, SIMULATED) in OURS or iut in log.home.get("replaced", parties):
        return ""
    return absence(log, iut) if POINTS_AT[iut] & set(log.home["points"]) else ""


def _is_bystander(role: str, home: Mapping[str, Any]) -> bool:
    """Whether a party has no part in what a home is for: its PPMID, where the hub takes Commands itself."""
    return role == roles.PPMID and bool(home["avenue_end"] != role)
