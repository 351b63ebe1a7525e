"""``junit.xml``: the run for CI systems. What did not pass is never green there, and never lost.

A test suite is a feature, a test case a planned scenario. ``fail`` and ``inconclusive`` are failures, told apart by
their type; ``error`` is an error; ``not applicable`` and ``not run`` are skipped, with their reason. A run that itself
broke, or that was given a stale tolerance, has one more suite, with an error or a failure for each.

Class name and name of a test case come from the scenario alone, so that a CI system knows it again from run to run.
"""

from itertools import groupby
from pathlib import Path
from xml.etree import ElementTree as ET

from ppmid_reports.record import Check, Scenario
from ppmid_reports.run import Run, read_run
from ppmid_reports.text import cut, shown
from ppmid_reports.words import MARKS

JUNIT = "junit.xml"

OF_THE_RUN = "the run itself"
"""The suite of what broke beside all scenarios."""

_ELEMENTS = {
    "fail": "failure",
    "inconclusive": "failure",
    "error": "error",
    "not_applicable": "skipped",
    "not_run": "skipped",
}
_COUNTED = {"failures": "failure", "errors": "error", "skipped": "skipped"}
_MOST_MESSAGE = 500
_MOST_LINE = 4000


def write_junit(folder: Path, run: Run | None = None) -> Path:
    """Write the JUnit file of a run folder into it; gives its path. Raises BadInput when the folder cannot be read.

    ``run``: the folder, where it has been read already.
    """
    path = folder / JUNIT
    tree = ET.ElementTree(_suites(run or read_run(folder)))
    ET.indent(tree)
    draft = path.with_suffix(".tmp")
    tree.write(draft, encoding="utf-8", xml_declaration=True)
    draft.replace(path)
    return path


def _suites(run: Run) -> ET.Element:
    top = ET.Element("testsuites", {"name": "ppmid-harness"})
    if run.faults or run.record.stale:
        suite = _suite(top, run, OF_THE_RUN)
        for fault in run.faults:
            case = ET.SubElement(suite, "testcase", {"classname": "run", "name": shown(fault)})
            _outcome(case, "error", "error", fault, fault, "record.json")
        for one in run.record.stale:
            case = ET.SubElement(suite, "testcase", {"classname": "run", "name": shown(f"tolerance {one.id}")})
            sentence = f"it is stale: {one.check} has not failed for {one.requirement}"
            _outcome(case, "failure", "stale tolerance", sentence, sentence, "record.json")
        _count(suite)
    for feature, scenarios in groupby(run.record.scenarios, key=lambda scenario: scenario.feature_slug):
        suite = _suite(top, run, feature)
        for scenario in scenarios:
            _case(suite, run, scenario)
        _count(suite)
    for name in ("tests", "failures", "errors"):  # more, the schema by which Jenkins reads it does not take here
        top.set(name, str(sum(int(suite.get(name, "0")) for suite in top)))
    return top


def _suite(top: ET.Element, run: Run, name: str) -> ET.Element:
    suite = ET.SubElement(top, "testsuite", {"name": shown(name)})
    if run.environment.started:
        suite.set("timestamp", shown(run.environment.started))
    if run.environment.host:
        suite.set("hostname", shown(run.environment.host))
    facts = run.record.run
    properties = ET.SubElement(suite, "properties")
    for key, value in (
        ("run", run.id),
        ("seed", str(facts.seed)),
        ("mode", facts.mode),
        ("suite", facts.suite[:16]),
        ("harness", run.environment.harness),
        ("certificate", run.record.claim),
    ):
        ET.SubElement(properties, "property", {"name": key, "value": shown(value)})
    return suite


def _count(suite: ET.Element) -> None:
    cases = suite.findall("testcase")
    suite.set("tests", str(len(cases)))
    for name, element in _COUNTED.items():
        suite.set(name, str(sum(case.find(element) is not None for case in cases)))


def _case(suite: ET.Element, run: Run, scenario: Scenario) -> None:
    row = scenario.id.split("/")[2:]
    name = f"{scenario.name} [{row[0]}]" if row else scenario.name
    case = ET.SubElement(suite, "testcase", {"classname": shown(scenario.feature_slug), "name": shown(name)})
    element = _ELEMENTS.get(scenario.verdict)
    if element:
        whole = scenario.evidence_path if scenario.evidence_sha256 else "record.json"
        lines = [_line(check, whole, run.record.tolerated_by(scenario.id, check)) for check in scenario.checks]
        text = "\n".join([scenario.because, *lines, f"see {whole}"])
        _outcome(case, element, MARKS[scenario.verdict][1], scenario.because, text, whole)


def _line(check: Check, whole: str, tolerated: str) -> str:
    entries = f" [entries {', '.join(map(str, check.evidence))}]" if check.evidence else ""
    reason = cut(check.reason, _MOST_LINE, whole)
    said = f"{check.id}: {MARKS[check.verdict][1]} ({check.reason_code}): {reason}{entries}"
    return f"{said}; {tolerated}" if tolerated else said


def _outcome(case: ET.Element, element: str, kind: str, message: str, text: str, whole: str) -> None:
    attributes = {"type": kind, "message": shown(cut(message, _MOST_MESSAGE, whole))}
    ET.SubElement(case, element, attributes).text = shown(cut(text, 4 * _MOST_LINE, whole))
