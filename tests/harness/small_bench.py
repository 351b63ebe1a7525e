"""A run on a bench that is not there, in a process of its own: ``small_bench.py RUNNER FOLDER``.

The feature is written into FOLDER; the run folder is FOLDER/run. Its steps say themselves what comes of them, and its
world keeps no evidence, so what is tested is the runners' glue.
"""

import signal
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from robot.api import SkipExecution

from ppmid_bench.errors import NotPassed
from ppmid_bench.record import unrun_entry
from ppmid_bench.verdict import Verdict
from ppmid_harness import runners
from ppmid_harness.plan import Options, make_plan
from ppmid_harness.run_folder import open_run_folder
from ppmid_harness.session import Session
from ppmid_steps.registry import Registry

FEATURE = r'''@SECMP0038 @REQ-004
Feature: Small things

  Background:
    Given a home with an ESME

  Scenario: It passes
    When the Supplier tops up by £10.00
    Then what was seen is pass for good
    And what was seen is pass for better

  Scenario: It fails
    Then what was seen is fail for bad
    And what was seen is pass for nothing

  Scenario: It is not clear
    Then what was seen is inconclusive for fog

  Scenario: It crashes
    When the step crashes
    Then what was seen is pass for nothing

  Scenario: It is skipped by pytest
    When the step skips by pytest
    Then what was seen is pass for nothing

  Scenario: It is skipped by Robot
    When the step skips by Robot
    Then what was seen is pass for nothing

  Scenario: It leaves the program
    When the step exits
    Then what was seen is pass for nothing

  Scenario: Its Then says nothing
    Then nothing comes of it

  @PP-025
  Scenario: It has no bench
    Then what was seen is pass for nothing

  Rule: Everything that a step carries arrives

    Background:
      Given these meters
        | kind | note   |
        | esme | a \| b |
        | ${X} |        |

    Scenario Outline: It carries <what>
      Given a text that says "<what> ${HOME} \n"
        """
        one line of <what>
          ${HOME} \ two
        """
      Then what was seen is pass for good

      Examples:
        | what    |
        | apples  |
        | 2 pears |

      @wall
      Examples: not on this bench
        | what    |
        | quinces |

  Scenario: It is interrupted
    When the user presses Ctrl-C
    Then what was seen is pass for nothing

  Scenario: It comes after
    Then what was seen is pass for good
'''

steps = Registry()


@steps.given("a home with {thing:Words}")
def home(world: Any, thing: str) -> None:
    world.seen.append(thing)


@steps.given('a text that says "{what}"')
def says(world: Any, what: str, text: str) -> None:
    world.seen += [what, text]


@steps.given("these meters")
def meters(world: Any, table: list[list[str]]) -> None:
    world.seen += table


@steps.when("the Supplier tops up by {amount:Money}")
def top_up(world: Any, amount: int) -> None:
    world.seen.append(amount)


TROUBLES = {
    "crashes": KeyError("no such party"),
    "skips by pytest": pytest.skip.Exception("not now"),
    "skips by Robot": SkipExecution("not now"),
    "exits": SystemExit(0),
}


@steps.when("the step {trouble:Words}")
def trouble(world: Any, trouble: str) -> None:
    raise TROUBLES[trouble]


@steps.when("the user presses Ctrl-C")
def interrupt(world: Any) -> None:
    signal.raise_signal(signal.SIGINT)
    time.sleep(10)


@steps.then("nothing comes of it", judges="told")
def nothing(world: Any) -> None:
    """Returns no arguments, which a Then must."""


@steps.then("what was seen is {verdict:Words} for {reason:Words}", judges="told")
def seen(world: Any, verdict: str, reason: str) -> dict[str, Any]:
    return {"verdict": verdict, "reason": reason, "seen": list(world.seen)}


def entry(check_id: str, verdict: str, reason: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """The entry of a check that counts for nothing."""
    counts: dict[str, Any] = {"requirements": [], "threats": [], "purposes": [], "assumed": []}
    judged = {"id": check_id, "judges": "ppmid", "verdict": verdict, "reason_code": reason, "args": arguments}
    return judged | counts


class World:
    """Judges as it is told."""

    def __init__(self, *, scenario_id: str, name: str, tags: tuple[str, ...], **_: Any) -> None:
        if "PP-025" in tags:
            raise RuntimeError("the bench is not there")
        self.entry = unrun_entry(scenario_id, name, tags, "none", "")
        self.seen: list[Any] = []
        self.checks: list[dict[str, Any]] = []
        self.verdict = Verdict.NONE

    def step(self, keyword: str, text: str) -> None:
        self.seen.append(f"{keyword} {text}")

    def judge(self, check_id: str, arguments: dict[str, Any]) -> None:
        verdict, reason = Verdict(arguments["verdict"]), arguments["reason"]
        self.checks.append(entry(check_id, str(verdict), reason, arguments))
        self.verdict = self.verdict.worse(verdict)
        if verdict is not Verdict.PASS:
            raise NotPassed(check_id, verdict, reason, "told to")

    def crashed(self, problem: BaseException) -> None:
        self.verdict = Verdict.ERROR
        self.entry["because"] = f"{type(problem).__name__}: {problem}"

    def not_reached(self, check_ids: list[str]) -> None:
        self.checks += [entry(one, "not_reached", "not-reached", {}) for one in check_ids]

    def close(self) -> dict[str, Any]:
        return self.entry | {"verdict": str(self.verdict), "checks": self.checks}


def main(runner: str, folder: str) -> int:
    feature = Path(folder) / "small.feature"
    feature.write_text(FEATURE, encoding="utf-8")
    plan = make_plan(Options(paths=(feature,)), steps)
    run_folder = open_run_folder(Path(folder) / "run", plan, resume=False)
    session = Session(plan, run_folder, runner=runner, make_world=World)
    try:
        runners.run(runner, session)
    finally:
        session.finish()
    return session.exit_code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
