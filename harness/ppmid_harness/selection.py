"""Which scenarios a run is planned to have, and which of them it runs: one pure function for every runner."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from cucumber_tag_expressions import TagExpressionError
from cucumber_tag_expressions import parse as parse_tags

from ppmid_bench.errors import BadInput
from ppmid_bench.ics import Ics
from ppmid_harness.features import Feature, slug

Mode = Literal["regular", "certification"]
Status = Literal["run", "not_applicable", "not_run"]
Time = Literal["virtual", "wall"]

KINDS = {"Context": "given", "Action": "when", "Outcome": "then"}
"""The kind of a step, by the type that the Gherkin compiler gives it."""

ICS_TAG, IXIT_TAG = "@ics-", "@ixit-"
WALL_TAG = "@wall"
TAKES = re.compile(r"@takes-(\d+)([smhd])")
"""The tag that declares the time which a scenario needs."""

OUTSIDE: Mapping[str, str] = {
    "@smets1": "a SMETS1 meter takes no GBCS Commands, and the DCC makes its UTRNs",
}
"""Tags of what GBCS cannot do with any device, and why; a scenario that has one is not applicable on any bench."""

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step: ``kind`` is given, when or then (empty for a ``*``); ``table`` has its heading first."""

    kind: str
    text: str
    table: tuple[tuple[str, ...], ...] | None = None
    docstring: str | None = None
    line: int = 0

    def same_as(self, other: "PlannedStep") -> bool:
        """Whether both are the same step, wherever they stand."""
        own, others = ((one.kind, one.text, one.table, one.docstring) for one in (self, other))
        return own == others

    def carried(self) -> dict[str, Any]:
        """What the step carries besides its text: ``table`` and ``text``, those that are there."""
        table = None if self.table is None else [list(row) for row in self.table]
        return {name: value for name, value in (("table", table), ("text", self.docstring)) if value is not None}


@dataclass(frozen=True, slots=True)
class Planned:
    """One scenario, or one row of an outline (then with ``row_line`` and the cells by heading in ``row``)."""

    id: str
    name: str
    feature: str
    tags: tuple[str, ...]
    path: Path
    line: int
    row_line: int | None
    row: Mapping[str, str]
    steps: tuple[PlannedStep, ...]
    status: Status = "run"
    because: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """What decides the selection, besides the features. ``max_wall`` is in seconds."""

    ics: Ics
    time: Time = "virtual"
    mode: Mode = "regular"
    tags: str | None = None
    only: tuple[str, ...] = ()
    max_wall: int | None = None


def scenarios(features: Sequence[Feature]) -> list[Planned]:
    """Every scenario of the features, in the order of their text."""
    return [planned for feature in features for planned in _of_feature(feature)]


class NothingSelected(BadInput):
    """There is nothing to run. ``planned``: what the selection holds all the same, each with why it does not run."""

    def __init__(self, planned: tuple[Planned, ...], expected: str, found: str) -> None:
        super().__init__("the selection", "", expected, found)
        self.planned = planned


def select(features: Sequence[Feature], choice: Choice) -> tuple[Planned, ...]:
    """The scenarios that ``choice`` plans, in their order. Raises BadInput; NothingSelected when none may run."""
    if choice.mode == "certification" and (choice.tags or choice.only):
        raise BadInput("--mode certification", "", "the whole suite", "--tags" if choice.tags else "--only")
    every = scenarios(features)
    chosen = _by_tags(_by_id(every, choice.only), choice.tags)
    if not chosen:
        raise NothingSelected((), "at least one scenario", f"none of {len(every)}")
    planned = tuple(_decided(scenario, choice) for scenario in chosen)
    if all(scenario.status != "run" for scenario in planned):
        raise NothingSelected(planned, "at least one scenario that this bench can run", planned[0].because)
    return planned


def _of_feature(feature: Feature) -> Iterator[Planned]:
    lines = _lines(feature.tree)
    nodes = {node["id"]: node for node in feature.scenarios()}
    for pickle in feature.pickles:
        node, *row = pickle["astNodeIds"]
        cells = _cells(nodes[node], row[0]) if row else {}
        parts = [feature.name, nodes[node]["name"], *([" ".join(cells.values())] if row else [])]
        yield Planned(
            id="/".join(map(slug, parts)),
            name=pickle["name"],
            feature=feature.name,
            tags=tuple(tag["name"] for tag in pickle["tags"]),
            path=feature.path,
            line=lines[node],
            row_line=lines[row[0]] if row else None,
            row=cells,
            steps=tuple(_step(step, lines) for step in pickle["steps"]),
        )


def _step(step: Mapping[str, Any], lines: Mapping[str, int]) -> PlannedStep:
    argument = step.get("argument", {})
    table = docstring = None
    if "dataTable" in argument:
        table = tuple(tuple(cell["value"] for cell in row["cells"]) for row in argument["dataTable"]["rows"])
    if "docString" in argument:
        docstring = argument["docString"]["content"]
    return PlannedStep(KINDS.get(step["type"], ""), step["text"], table, docstring, lines[step["astNodeIds"][0]])


def _cells(outline: Mapping[str, Any], row_id: str) -> dict[str, str]:
    for examples in outline["examples"]:
        for row in examples["tableBody"]:
            if row["id"] == row_id:
                heading = [cell["value"] for cell in examples["tableHeader"]["cells"]]
                return dict(zip(heading, (cell["value"] for cell in row["cells"]), strict=True))
    raise KeyError(row_id)


def _lines(tree: Any) -> dict[str, int]:
    """The line of each node of a syntax tree, by the node's id."""
    found: dict[str, int] = {}
    nodes = [tree]
    while nodes:
        node = nodes.pop()
        if isinstance(node, dict):
            if "id" in node and "location" in node:
                found[node["id"]] = node["location"]["line"]
            nodes += node.values()
        elif isinstance(node, list):
            nodes += node
    return found


def _by_id(every: list[Planned], only: Sequence[str]) -> list[Planned]:
    known = [planned.id for planned in every]
    for wanted in only:
        if wanted not in known:
            near = difflib.get_close_matches(wanted, known, n=1, cutoff=0)
            raise BadInput("--only", wanted, "the id of a scenario", f"none such; the nearest is {''.join(near)}")
    return [planned for planned in every if not only or planned.id in only]


def _by_tags(every: list[Planned], expression: str | None) -> list[Planned]:
    if expression is None:
        return every
    try:
        wanted = parse_tags(expression)
    except TagExpressionError as problem:
        raise BadInput("--tags", "", "a tag expression such as '@SEC0009 and not @wall'", repr(expression)) from problem
    return [planned for planned in every if wanted.evaluate(planned.tags)]


def _decided(planned: Planned, choice: Choice) -> Planned:
    outside = next((why for tag, why in OUTSIDE.items() if tag in planned.tags), "")
    if outside:
        return _with(planned, "not_applicable", outside)
    missing = _undeclared(planned, choice.ics)
    if missing:
        return _with(planned, "not_applicable", f"the ICS declares no support of {missing}")
    because = _misfit(planned, choice)
    return _with(planned, "not_run", because) if because else planned


def _with(planned: Planned, status: Status, because: str) -> Planned:
    return replace(planned, status=status, because=because)


def _undeclared(planned: Planned, ics: Ics) -> str:
    """The first ICS item that the scenario needs and the statement denies. Raises BadInput when it says nothing.

    The values for testing that it needs must be there too, unless an item is denied before them.
    """
    for tag in planned.tags:
        value = tag.removeprefix(IXIT_TAG)
        if value != tag and value not in ics.ixit:
            raise BadInput(ics.source, "[ixit]", f"a line for {value}, which {planned.id} needs", "none")
        item = tag.removeprefix(ICS_TAG)
        if item == tag:
            continue
        if item not in ics.items:
            raise BadInput(ics.source, "[ics]", f"a line for {item}, which {planned.id} needs", "none")
        if not ics.items[item]:
            return item
    return ""


def _misfit(planned: Planned, choice: Choice) -> str:
    """Why the scenario's time does not fit the bench; empty when it does."""
    if choice.time == "virtual":
        return "it needs a bench in wall-clock time" if WALL_TAG in planned.tags else ""
    if choice.max_wall is None:
        return ""
    needed = seconds_needed(planned.tags)
    if needed is None:
        return f"it does not declare its time, and the limit is {choice.max_wall} s"
    return f"it takes {needed} s, and the limit is {choice.max_wall} s" if needed > choice.max_wall else ""


def seconds_needed(tags: Sequence[str]) -> int | None:
    """The scenario time that the tags declare, in seconds; None when they declare none."""
    declared = [int(found[1]) * _SECONDS[found[2]] for tag in tags if (found := TAKES.fullmatch(tag))]
    return max(declared, default=None)
