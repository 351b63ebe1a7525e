"""The contract kit itself: every clause of every adapter of a bench, each in a home of its own.

A clause is tried in a thread that is waited for: an adapter that never comes back would else take the check with it.
What it leaves behind then spoils what would follow, so nothing more is tried of it.
"""

import threading
from collections.abc import Callable, Iterable
from typing import Any

from ppmid_bench.adapter_check.clauses import Broken, CannotTell, Clause, Outcome, clauses_of
from ppmid_bench.adapter_check.probes import PROBES, answers
from ppmid_bench.adapter_check.trial import Trial, bench_for
from ppmid_bench.adapters import kind
from ppmid_bench.bench_file import OURS, BenchFile
from ppmid_bench.verdict import Verdict, exit_code, worst
from ppmid_devices import roles
from ppmid_devices.ports import CannotArrange

SCHEMA = 1
PATIENCE_S = {"virtual": 60.0, "wall": 180.0}
"""How long a clause may take in real time; far above what a sound adapter needs."""


class Hung(Exception):
    """The adapter has not come back."""


def check_role(role: str, bench: BenchFile, patience_s: float | None = None) -> list[Outcome]:
    """What comes of every clause of a role's adapter on a bench."""
    patience = PATIENCE_S[bench.time] if patience_s is None else patience_s
    unable = _OF_A_PERSON if kind(role, bench) == "manual" else _control(role, bench, patience)
    outcomes: list[Outcome] = []
    for clause in clauses_of(role):
        if unable:
            outcomes.append(Outcome(clause, Verdict.INCONCLUSIVE, unable))
            continue
        outcome = _tried(clause, role, bench, patience)
        outcomes.append(outcome)
        if outcome.cause.startswith(_HUNG):
            unable = f"not tried: {clause.id} has not come back"
    return outcomes


_HUNG = "it has not come back"
_OF_A_PERSON = "a person stands for it, whom no clause binds"


def _control(role: str, bench: BenchFile, patience: float) -> str:
    """Why this bench cannot tell anything of the role: our own simulation does not get a top-up through on it."""
    try:
        _in_a_thread(lambda: _in_a_home(role, bench_for(role, bench, control=True), answers), patience)
    except CannotTell:
        return ""  # the clauses that need it will say so
    except Exception as problem:  # noqa: BLE001 (whatever it is, it is the bench's)
        return f"not even our own simulation gets a top-up through on this bench: {problem}"
    return ""


def _tried(clause: Clause, role: str, bench: BenchFile, patience: float) -> Outcome:
    ours = bench.party(role).adapter in OURS
    try:
        said = _in_a_thread(lambda: _in_a_home(role, bench_for(role, bench), PROBES[clause.id]), patience)
    except (CannotTell, CannotArrange) as problem:
        return Outcome(clause, Verdict.INCONCLUSIVE, str(problem))
    except Hung:
        return Outcome(clause, Verdict.ERROR if ours else Verdict.FAIL, f"{_HUNG} within {patience:g} s")
    except Broken as problem:
        return Outcome(clause, Verdict.ERROR if ours else Verdict.FAIL, str(problem))
    except Exception as problem:  # noqa: BLE001 (it is what the adapter did)
        cause = f"{type(problem).__name__}: {problem}"
        return Outcome(clause, Verdict.ERROR if ours else Verdict.FAIL, cause)
    return Outcome(clause, Verdict.PASS, said)


def _in_a_home(role: str, bench: BenchFile, probe: Callable[[Trial], str]) -> str:
    trial = Trial(role, bench)
    try:
        return probe(trial)
    finally:
        trial.close()


def _in_a_thread(action: Callable[[], str], patience: float) -> str:
    said: list[str] = []
    problems: list[BaseException] = []

    def run() -> None:
        try:
            said.append(action())
        except BaseException as problem:  # noqa: BLE001 (it is raised where it is waited for)
            problems.append(problem)

    thread = threading.Thread(target=run, name="adapter check", daemon=True)
    thread.start()
    thread.join(patience)
    if thread.is_alive():
        raise Hung
    if problems:
        raise problems[0]
    return said[0]


def roles_of(bench: BenchFile) -> list[str]:
    """The roles whose adapters a bench file names; all, when it names none."""
    named = [role for role in roles.PARTIES if role in bench.parties]
    return named or list(roles.PARTIES)


def check_bench(
    bench: BenchFile, wanted: Iterable[str], told: Callable[[str, Outcome], None] = lambda _role, _outcome: None
) -> dict[str, Any]:
    """The whole result, as ``adapter-check.json`` has it; ``told`` hears of each outcome."""
    parties = []
    for role in wanted:
        outcomes = check_role(role, bench)
        for outcome in outcomes:
            told(role, outcome)
        parties.append(_party(role, bench, outcomes))
    return {
        "schema": SCHEMA,
        "bench": {"time": bench.time, "seed": bench.seed},
        "verdict": str(worst(Verdict(one["verdict"]) for one in parties)),
        "parties": parties,
    }


def _party(role: str, bench: BenchFile, outcomes: list[Outcome]) -> dict[str, Any]:
    return {
        "role": role,
        "adapter": bench.party(role).adapter,
        "kind": kind(role, bench),
        "verdict": str(worst(outcome.verdict for outcome in outcomes)),
        "clauses": [
            {
                "id": outcome.clause.id,
                "expects": outcome.clause.expects,
                "verdict": str(outcome.verdict),
                "cause": outcome.cause,
            }
            for outcome in outcomes
        ],
    }


def exit_code_of(result: dict[str, Any]) -> int:
    """The exit code that a result comes to."""
    return exit_code(Verdict(one["verdict"]) for party in result["parties"] for one in party["clauses"])
