"""Robot Framework's keywords for the steps, and the listener that tells the session where a scenario begins."""

import signal
from typing import Any

from robot.libraries.BuiltIn import BuiltIn

from ppmid_harness.runners.robot_session import CURRENT
from ppmid_harness.session import Session, StepCrashed
from ppmid_steps.registry import Table

_PLACE = " ${text}"


class robot_lib:  # Robot wants a class named like its module
    """One keyword for each kind of step, which fits any text: matching is the registry's business."""

    ROBOT_LIBRARY_SCOPE = "GLOBAL"
    ROBOT_LISTENER_API_VERSION = 3

    def __init__(self) -> None:
        self.ROBOT_LIBRARY_LISTENER = self
        self._session: Session | None = None

    def get_keyword_names(self) -> list[str]:
        """``Given ${text}``, ``When ${text}``, ``Then ${text}``."""
        return [f"{kind}{_PLACE}" for kind in ("Given", "When", "Then")]

    def get_keyword_arguments(self, name: str) -> list[Any]:  # noqa: ARG002 (Robot's signature)
        """The text in the keyword's name, then what the step carries."""
        return ["text", ("table", None), ("docstring", None)]

    def run_keyword(self, name: str, args: tuple[str, Table | None, str | None]) -> None:
        """Run one step."""
        assert self._session is not None
        self._session.run_step(name.removesuffix(_PLACE).lower(), *args)

    def start_suite(self, data: Any, result: Any) -> None:  # noqa: ARG002 (Robot's signature)
        """Take up the session."""
        root = data
        while root.parent is not None:
            root = root.parent
        output = BuiltIn().get_variable_value("${OUTPUT_FILE}")
        self._session = CURRENT.begun([test.doc for test in root.all_tests], str(output))
        if not CURRENT.plain:
            # Robot's own handler ends a run through failing keywords; an interrupt must not look like a crash.
            for told in (signal.SIGINT, signal.SIGTERM):
                signal.signal(told, self._session.told_to_end)

    def start_test(self, data: Any, result: Any) -> None:  # noqa: ARG002 (Robot's signature)
        """A scenario begins."""
        assert self._session is not None
        self._session.begin(data.doc)

    def end_test(self, data: Any, result: Any) -> None:  # noqa: ARG002 (Robot's signature)
        """A scenario ends."""
        assert self._session is not None
        try:
            self._session.end()
        except StepCrashed as problem:
            result.status, result.message = "FAIL", str(problem)
