"""pytest with pytest-bdd: loaded by ``-p ppmid_harness.runners.pytest_plugin``, never by an entry point.

pytest-bdd parses the features and makes the tests; every step goes to the session by one definition for each kind.
Only features named on the command line are collected, so a run of the project's own tests collects none.
"""

import contextlib
import os
import sys
import types
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

if TYPE_CHECKING:
    from ppmid_harness.session import Session

_LOG, _JUNIT = "pytest.log", "pytest.xml"
_SUFFIX = ".feature"
_SCENARIO_ID = pytest.StashKey[str]()

# Imports beyond pytest stand in the functions: this module is loaded in every run of the project's own tests, and what
# it imports would be loaded before coverage is measured.


def run(session: "Session") -> None:
    """Run the session's scenarios under pytest, apart from any configuration and plug-ins of the user's own."""
    paths = dict.fromkeys(str(planned.path.resolve()) for planned in session.to_run)
    native = session.folder.native.resolve()
    root = os.path.commonpath([os.path.dirname(path) for path in paths])
    own = ["-c", os.devnull, "--rootdir", root, "--confcutdir", root]  # or each folder above would be looked through
    options = [*own, "--noconftest", "-p", "no:cacheprovider", "--capture=no", "--verbose"]
    plugins = ["--disable-plugin-autoload", "-p", "pytest_bdd.plugin"]
    with (native / _LOG).open("w", encoding="utf-8") as log, contextlib.redirect_stdout(log), _without_its_variables():
        pytest.main(
            [*options, *plugins, "--junitxml", str(native / _JUNIT), *paths],
            plugins=[FeaturePlugin(session, plain=False)],
        )


@contextlib.contextmanager
def _without_its_variables() -> Iterator[None]:
    """Without what the environment tells pytest: options and plug-ins of the user's own."""
    there = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("PYTEST_")}
    try:
        yield
    finally:
        os.environ.update(there)


class FeatureModule(pytest.Module):
    """A feature file as pytest-bdd makes tests of it."""

    session_of_features: "Session"

    def _getobj(self) -> types.ModuleType:
        import pytest_bdd

        module = types.ModuleType(self.path.stem)
        module.__file__ = str(self.path)
        # pytest-bdd puts its definitions and tests into the namespace that calls it.
        module.__dict__.update(
            definitions=[(getattr(pytest_bdd, kind), self._definition(kind)) for kind in ("given", "when", "then")],
            any_step=_any_step(),
            scenarios=pytest_bdd.scenarios,
            path=str(self.path),
        )
        exec(compile(_FEATURE_MODULE, str(self.path), "exec"), module.__dict__)
        return module

    def _definition(self, kind: str) -> Callable[..., None]:
        run_step = self.session_of_features.run_step

        def step(step_text: str, datatable: list[list[str]] | None = None, docstring: str | None = None) -> None:
            run_step(kind, step_text, datatable, docstring)

        return step


_FEATURE_MODULE = """
for binder, definition in definitions:
    binder(any_step)(definition)
scenarios(path)
"""


def _any_step() -> Any:
    """A parser that fits every step: matching is the registry's business."""
    from pytest_bdd.parsers import StepParser

    class AnyStep(StepParser):
        def parse_arguments(self, name: str) -> dict[str, Any]:
            return {"step_text": name}

        def is_matching(self, name: str) -> bool:  # noqa: ARG002 (pytest-bdd's signature)
            return True

    return AnyStep("any step")


class FeaturePlugin:
    """Collects and runs the scenarios of one session. ``plain``: the user has started pytest, and may narrow them."""

    def __init__(self, session: "Session", *, plain: bool) -> None:
        self._session = session
        self._plain = plain
        self._ids = {
            (planned.path.resolve(), planned.line, tuple(planned.row.items())): planned.id for planned in session.to_run
        }
        self._paths = {path for path, _, _ in self._ids}

    @pytest.hookimpl(tryfirst=True)
    def pytest_bdd_apply_tag(self) -> bool | None:
        """Let pytest-bdd make marks of the tags only where a user may ask for them."""
        return None if self._plain else True

    def pytest_configure(self, config: pytest.Config) -> None:
        """Declare the tags that become marks."""
        for tag in sorted({tag for planned in self._session.plan.planned for tag in planned.tags}):
            config.addinivalue_line("markers", f"{tag.removeprefix('@')}: a tag of the features")

    @pytest.hookimpl(tryfirst=True)
    def pytest_collect_directory(self, path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        """A folder of features is no package: no ``__init__.py`` of the user's is run."""
        return None if self._plain else pytest.Dir.from_parent(parent, path=path)

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        if file_path.resolve() not in self._paths:
            return None
        module = FeatureModule.from_parent(parent, path=file_path)
        module.session_of_features = self._session
        return module

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        unplanned = [item for item in items if isinstance(item.parent, FeatureModule) and not self._is_planned(item)]
        if unplanned:
            config.hook.pytest_deselected(items=unplanned)
            items[:] = [item for item in items if item not in unplanned]

    def _is_planned(self, item: pytest.Item) -> bool:
        from pytest_bdd.scenario import scenario_wrapper_template_registry

        assert isinstance(item, pytest.Function)
        template = scenario_wrapper_template_registry[item.function]
        row = cast(dict[str, str], item.callspec.params["_pytest_bdd_example"]) if hasattr(item, "callspec") else {}
        scenario_id = self._ids.get((item.path.resolve(), template.line_number, tuple(row.items())))
        if scenario_id is not None:
            item.stash[_SCENARIO_ID] = scenario_id
        return scenario_id is not None

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        if self._plain and not session.testsfailed:
            self._session.narrow(item.stash[_SCENARIO_ID] for item in session.items if _SCENARIO_ID in item.stash)

    def pytest_bdd_before_scenario(self, request: pytest.FixtureRequest) -> None:
        self._session.begin(request.node.stash[_SCENARIO_ID])

    def pytest_bdd_after_scenario(self) -> None:
        if isinstance(sys.exception(), KeyboardInterrupt):
            self._session.interrupt()
        self._session.end()

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """The user stops the run; what pytest stops by itself, such as a broken collection, is no interruption."""
        if not isinstance(excinfo.value, pytest.Session.Interrupted):
            self._session.interrupt()

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Finish a plain run. What pytest skipped, or was told to expect to fail, is no success of the run."""
        if self._plain:
            if session.config.option.collectonly:
                self._session.folder.discard()
                return
            self._session.finish()
            if self._session.exit_code and session.exitstatus == pytest.ExitCode.OK:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._plain and self._session.record:
            terminalreporter.write_line(f"run folder: {self._session.folder.path}")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Begin a plain run when features are named on the command line."""
    paths = _features_named(config)
    if not paths or any(isinstance(plugin, FeaturePlugin) for plugin in config.pluginmanager.get_plugins()):
        return
    from ppmid_bench.errors import BadInput
    from ppmid_harness.runners.plain import plain_session

    if getattr(config.option, "numprocesses", None) or hasattr(config, "workerinput"):
        raise pytest.UsageError("the features run in one process: leave -n away")
    try:
        session = plain_session("pytest", paths)
    except BadInput as problem:
        raise pytest.UsageError(str(problem)) from problem
    config.option.xmlpath = config.option.xmlpath or str(session.folder.native / _JUNIT)
    config.pluginmanager.register(FeaturePlugin(session, plain=True))


def _features_named(config: pytest.Config) -> Sequence[Path]:
    """The feature files, and folders that hold some, among the arguments; the project as a whole is not meant by it."""
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        return []
    here = config.invocation_params.dir
    named = (here / argument.partition("::")[0] for argument in config.args)
    project = config.inipath.parent if config.inipath is not None else None
    return [path for path in named if path.suffix == _SUFFIX or (path.is_dir() and _holds_features(path, project))]


def _holds_features(folder: Path, project: Path | None) -> bool:
    whole = project is not None and project.resolve().is_relative_to(folder.resolve())
    return not whole and next(iter(_below(folder)), None) is not None


def _below(folder: Path) -> Iterator[Path]:
    return folder.rglob(f"*{_SUFFIX}")
