"""behave: named as the runner in ``[tool.behave]``, so that it needs no ``steps/`` folder and no ``environment.py``.

behave parses the features; every step goes to the session by one definition for each kind.
"""

import contextlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from behave.configuration import Configuration
from behave.exception import ConfigError
from behave.formatter.base import StreamOpener
from behave.matchers import ParseMatcher
from behave.model import Feature, Rule, Scenario, ScenarioOutline
from behave.runner import Runner
from behave.runner_util import collect_feature_locations
from behave.step_registry import StepRegistry

from ppmid_bench.errors import BadInput
from ppmid_harness.runners.plain import plain_session
from ppmid_harness.session import Session

_LOG, _JSON = "behave.log", "behave.json"


def run(session: Session) -> None:
    """Run the session's scenarios under behave, apart from any configuration of the user's own."""
    paths = dict.fromkeys(str(planned.path.resolve()) for planned in session.to_run)
    native = session.folder.native
    options = ["--format", "plain", "--no-color", "--no-capture", "--no-snippets"]
    with (
        (native / _LOG).open("w", encoding="utf-8") as log,
        contextlib.redirect_stdout(log),
        contextlib.redirect_stderr(log),  # where behave tells of an interrupt, which the command line does itself
    ):
        runner = HarnessRunner(Configuration([*options, *paths], load_config=False), session)
        runner.run()
    if runner.aborted:
        session.interrupt()


class HarnessRunner(Runner):  # type: ignore[misc]  # behave is untyped
    """behave's runner over one session; without one it begins a plain run."""

    def __init__(self, config: Configuration, session: Session | None = None) -> None:
        super().__init__(config)
        self._plain = session is None
        self._session = session
        self._ids: dict[tuple[Path, int], str] = {}
        self.features: list[Feature] = []
        self.step_registry = StepRegistry()

    def setup_paths(self) -> None:
        """Take the paths as they are: behave's own search wants a ``steps/`` folder beside or above them."""
        self.config.paths = self.config.paths or [self.DEFAULT_DIRECTORY]
        first = Path(self.config.paths[0]).absolute()
        self.base_dir = self.config.base_dir = str(first if first.is_dir() else first.parent)

    def run_with_paths(self) -> bool:
        """Run, and in a plain run write the run folder; whether it failed, as a run does that judged nothing."""
        if not self._plain or self.config.dry_run:
            return self._run()
        files = dict.fromkeys(Path(at.filename) for at in collect_feature_locations(self.config.paths))
        try:
            self._session = plain_session("behave", list(files))
        except BadInput as problem:
            raise ConfigError(str(problem)) from problem
        try:
            failed = self._run()
        finally:
            self._session.finish()
            print(f"run folder: {self._session.folder.path}")
        return failed or bool(self._session.exit_code)

    def _run(self) -> bool:
        if self._session is not None:
            self.config.format = [*self.config.format, "json"]
            self.config.outputs = [*self.config.outputs, StreamOpener(str(self._session.folder.native / _JSON))]
        return bool(super().run_with_paths())

    def load_hooks(self, filename: str | None = None) -> None:  # noqa: ARG002 (behave's signature)
        """Hooks that tell the session where a scenario begins and ends."""
        self.hooks = {"before_all": self.before_all_default_hook}
        if self._session is not None:
            self.hooks |= {"before_scenario": self._before_scenario, "after_scenario": self._after_scenario}

    def load_step_definitions(self, extra_step_paths: Iterable[str] | None = None) -> None:  # noqa: ARG002
        """One definition for each kind of step, which fits any text: matching is the registry's business."""
        for kind in ("given", "when", "then"):
            matcher = ParseMatcher(self._definition(kind), "{step_text}", kind)
            self.step_registry.steps[kind].append(matcher)

    def _definition(self, kind: str) -> Callable[..., None]:
        def step(context: Any, step_text: str) -> None:
            assert self._session is not None
            table = [list(context.table.headings), *map(list, context.table)] if context.table is not None else None
            self._session.run_step(kind, step_text, table, context.text)

        return step

    def run_model(self, features: list[Feature] | None = None) -> bool:
        """Leave only the session's scenarios in the model: the others are not given to behave at all."""
        if self._session is not None:
            self._ids = {
                (planned.path.resolve(), planned.row_line or planned.line): planned.id
                for planned in self._session.to_run
            }
            self.features = [feature for feature in self.features if self._prune(feature)]
            if self._plain:
                scenarios = (scenario for feature in self.features for scenario in feature.walk_scenarios())
                self._session.narrow(self._id(one) for one in scenarios if one.should_run(self.config))
        return bool(super().run_model(features))

    def _prune(self, holder: Feature | Rule) -> bool:
        holder.run_items = [item for item in holder.run_items if self._keeps(item)]
        return bool(holder.run_items)

    def _keeps(self, item: Rule | Scenario | ScenarioOutline) -> bool:
        if isinstance(item, Rule):
            return self._prune(item)
        if isinstance(item, ScenarioOutline):
            # behave offers no way to leave a row out but to skip it, and a skip would show.
            item._scenarios = [row for row in item.scenarios if self._place(row) in self._ids]
            return bool(item._scenarios)
        return self._place(item) in self._ids

    def _place(self, scenario: Scenario) -> tuple[Path, int]:
        return Path(os.path.abspath(scenario.filename)).resolve(), scenario.line

    def _id(self, scenario: Scenario) -> str:
        return self._ids[self._place(scenario)]

    def _before_scenario(self, _context: Any, scenario: Scenario) -> None:
        assert self._session is not None
        self._session.begin(self._id(scenario))

    def _after_scenario(self, _context: Any, _scenario: Scenario) -> None:
        assert self._session is not None
        if self.aborted:
            self._session.interrupt()
        self._session.end()
