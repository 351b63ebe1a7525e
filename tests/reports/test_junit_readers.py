"""``junit.xml`` as others read it: by the shape that Jenkins takes, by junitparser, and by ids that stay the same."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import NamedTuple
from xml.etree import ElementTree as ET

import pytest

from ppmid_reports import write_junit

Make = Callable[..., Path]
HOSTILE = "</testcase> ]]> \x00\x1b[31m\ud800\ufffe \u202eturned %0A::error::\n\r&lt; \U0001f50c"


class Shape(NamedTuple):
    """What one element may have."""

    required: str = ""
    optional: str = ""
    children: str = ""


OUTCOME = Shape(optional="type message")
SHAPES = {
    "testsuites": Shape(optional="name time tests failures errors", children="testsuite"),
    "testsuite": Shape(
        "name tests failures errors",
        "group time skipped timestamp hostname id package file log url",
        "testsuite properties testcase system-out system-err",
    ),
    "properties": Shape(children="property"),
    "property": Shape("name value"),
    "testcase": Shape("name", "time classname group", "skipped error failure system-out system-err"),
    "failure": OUTCOME,
    "error": OUTCOME,
    "skipped": OUTCOME,
}
"""What the junit-10 schema of Jenkins' xunit plug-in allows, of the elements that are used here."""


def misshapen(element: ET.Element) -> Iterator[str]:
    """Whatever that schema would not take, in an element and below it."""
    shape = SHAPES[element.tag]
    for name in shape.required.split():
        if name not in element.attrib:
            yield f"{element.tag} has no {name}"
    for name in element.attrib:
        if name not in f"{shape.required} {shape.optional}".split():
            yield f"{element.tag} has {name}"
    for child in element:
        if child.tag not in shape.children.split():
            yield f"{element.tag} holds {child.tag}"
        else:
            yield from misshapen(child)


def hostile_run(make_run: Make, build: ModuleType) -> Path:
    """A run in which every text that comes from elsewhere is hostile."""
    failing = build.check("credited-once", "fail", reason=HOSTILE)
    scenarios = (
        build.scenario("a/fails", "fail", HOSTILE, failing, name=HOSTILE),
        build.scenario("a/breaks", "error", HOSTILE, name="\x00"),
        build.scenario("a/row/one", "not_run", HOSTILE, name=""),
    )
    return make_run(scenarios=scenarios, environment={"host": HOSTILE, "fault": HOSTILE})


def test_jenkins_takes_its_shape(make_run: Make, build: ModuleType) -> None:
    for folder in (make_run(), hostile_run(make_run, build)):
        assert list(misshapen(ET.parse(write_junit(folder)).getroot())) == []


@pytest.mark.parametrize(
    ("path", "change", "found"),
    [
        (".", {"skipped": "2"}, "testsuites has skipped"),
        (".//testcase", {"file": "a.feature"}, "testcase has file"),
    ],
)
def test_the_shape_is_one_that_can_be_missed(make_run: Make, path: str, change: dict[str, str], found: str) -> None:
    top = ET.parse(write_junit(make_run())).getroot()
    one = top.find(path)
    assert one is not None
    one.attrib.update(change)
    assert list(misshapen(one if path != "." else top)) == [found]


def test_junitparser_counts_as_the_record_does(make_run: Make) -> None:
    junitparser = pytest.importorskip("junitparser", reason="junitparser is not installed")
    found = junitparser.JUnitXml.fromfile(str(write_junit(make_run())))
    assert (found.tests, found.failures, found.errors) == (6, 2, 1)
    assert sum(suite.skipped for suite in found) == 2
    results = {case.name: [type(one).__name__ for one in case.result] for suite in found for case in suite}
    assert results == {
        "Passes": [],
        "Fails": ["Failure"],
        "Does not tell": ["Failure"],
        "Breaks": ["Error"],
        "Not for us": ["Skipped"],
        "Too long": ["Skipped"],
    }
    again = junitparser.JUnitXml.fromstring(found.tostring().decode())
    again.update_statistics()
    assert (again.tests, again.failures, again.errors, again.skipped) == (6, 2, 1, 2)


def test_junitparser_reads_hostile_texts(make_run: Make, build: ModuleType) -> None:
    junitparser = pytest.importorskip("junitparser", reason="junitparser is not installed")
    found = junitparser.JUnitXml.fromfile(str(write_junit(hostile_run(make_run, build))))
    cases = [case for suite in found for case in suite]
    assert len(cases) == 4, "the fault of the run and three scenarios"
    assert cases[1].name.startswith("</testcase> ]]> \\x00\\x1b[31m\\ud800\\ufffe \\u202eturned %0A::error::")
    assert cases[3].name == " [one]"


def ids(folder: Path) -> list[tuple[str | None, str | None]]:
    return [(case.get("classname"), case.get("name")) for case in ET.parse(write_junit(folder)).iter("testcase")]


def test_ids_stay_when_verdict_seed_time_and_host_do_not(make_run: Make, build: ModuleType) -> None:
    first = ids(make_run())
    others = tuple(entry | {"verdict": "error", "because": "other"} for entry in build.SCENARIOS)
    facts = {"run": {"seed": 9, "mode": "regular", "iut": "hub", "suite": "cd" * 32, "time": "wall"}}
    changed = {"host": "elsewhere", "started": "2027-01-01T00:00:00+00:00"}
    assert ids(make_run(scenarios=others, record=facts, environment=changed)) == first
    assert len(set(first)) == len(first)
