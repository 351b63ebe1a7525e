"""Robot Framework's parser of features: ``robot --parser ppmid_harness.runners.robot_parser features``.

One Robot test for each scenario that the plan runs, from the official Gherkin compiler.
"""

from pathlib import Path
from typing import Any

from robot.running import TestSuite
from robot.utils import escape

from ppmid_harness.features import read_feature
from ppmid_harness.runners.robot_session import CURRENT


class robot_parser:  # Robot wants a class named like its module
    """Makes a Robot suite of a feature file."""

    EXTENSION = "feature"

    def parse(self, source: Path, defaults: Any) -> TestSuite:  # noqa: ARG002 (Robot's signature)
        """The suite of one feature. Raises BadInput, which Robot reports as an error of that file."""
        feature = read_feature(source)
        suite = TestSuite(name=feature.name, doc=feature.tree["description"], source=source)
        suite.resource.imports.library("ppmid_harness.runners.robot_lib")
        for planned in CURRENT.planned(source):
            test = suite.tests.create(
                name=planned.name,
                doc=planned.id,
                tags=[tag.removeprefix("@") for tag in planned.tags],
                lineno=planned.row_line or planned.line,
            )
            for step in planned.steps:
                carried = step.carried()
                test.body.create_keyword(
                    name=f"{step.kind.capitalize()} {escape(step.text)}",
                    args=[carried.get("table"), escape(carried["text"]) if "text" in carried else None],
                    lineno=step.line,
                )
        return suite
