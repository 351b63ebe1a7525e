"""The step registry: which function a step of a feature calls. It knows no runner.

    @when("the Supplier sends a top-up of {amount:Money} to the PPMID")
    def send_top_up(world, amount): …

    @then("the balance has risen by {amount:Money}", judges="balance-risen")
    def balance_risen(world, amount):
        return {"amount": amount}

A step function takes the scenario (``world``), the fields of its pattern by name, and ``table`` (rows of text, the
heading first) or ``text`` when the step carries one. A Then observes, and returns the arguments of the one check that
it judges. Patterns are in the syntax of ``parse``, match the whole text, and mind upper and lower case.
"""

import difflib
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, TypeVar

import parse

from ppmid_steps.values import TYPES

Kind = Literal["given", "when", "then"]
Table = list[list[str]]
Function = TypeVar("Function", bound=Callable[..., Any])

_WORLD = "world"
_CARRIED = ("table", "text")


class StepDefinitionError(Exception):
    """A step definition that cannot be registered; says what is wrong with it."""


class UndefinedStep(Exception):
    """No step definition matches a step, or not with the table or doc string that it carries."""


class AmbiguousStep(Exception):
    """More than one step definition matches a step; names them."""


@dataclass(frozen=True, slots=True)
class StepDef:
    """One step definition. ``judges`` is the id of the check that a Then judges, empty for the other kinds."""

    kind: Kind
    pattern: str
    run: Callable[..., Any]
    judges: str = ""

    def call(self, world: Any, arguments: Mapping[str, Any], table: Table | None, text: str | None) -> Any:
        """Run it. Raises UndefinedStep when it takes no table or doc string and one is there, or the reverse."""
        carried = {name: value for name, value in zip(_CARRIED, (table, text), strict=True) if value is not None}
        self.require(carried)
        return self.run(world, **arguments, **carried)

    def require(self, carried: Mapping[str, Any]) -> None:
        """Raise UndefinedStep unless exactly these of ``table`` and ``text`` are what its function takes."""
        takes = _carried_by(self.run)
        if takes != tuple(name for name in _CARRIED if name in carried):
            raise UndefinedStep(
                f'the step "{self.pattern}" takes {" and ".join(takes) or "no table and no text"}; '
                f"it was given {' and '.join(carried) or 'none'}"
            )


@lru_cache(maxsize=1024)
def _carried_by(run: Callable[..., Any]) -> tuple[str, ...]:
    """What a step's function takes besides fields; asked for at every step."""
    parameters = inspect.signature(run).parameters
    return tuple(name for name in _CARRIED if name in parameters)


class Registry:
    """Step definitions by pattern, each with its parser and the words that its pattern begins with."""

    def __init__(self) -> None:
        self._steps: dict[str, tuple[StepDef, parse.Parser, str]] = {}
        self._matched: dict[tuple[str, str], tuple[StepDef, dict[str, Any]]] = {}  # scenarios share most of their texts

    def __iter__(self) -> Iterator[StepDef]:
        return (step for step, _, _ in self._steps.values())

    def __len__(self) -> int:
        return len(self._steps)

    def given(self, pattern: str) -> Callable[[Function], Function]:
        """Register a function that brings about a situation."""
        return self._register("given", pattern)

    def when(self, pattern: str) -> Callable[[Function], Function]:
        """Register a function that does something to a party."""
        return self._register("when", pattern)

    def then(self, pattern: str, *, judges: str) -> Callable[[Function], Function]:
        """Register a function that observes, and returns the arguments of the check ``judges``."""
        return self._register("then", pattern, judges)

    def _register(self, kind: Kind, pattern: str, judges: str = "") -> Callable[[Function], Function]:
        def register(run: Function) -> Function:
            self.add(StepDef(kind, pattern, run, judges))
            return run

        return register

    def add(self, step: StepDef) -> None:
        """Add a step definition. Raises StepDefinitionError."""
        if step.pattern in self._steps:
            other = self._steps[step.pattern][0].kind
            problem = "is defined twice" if other == step.kind else f"is defined as a {other} too"
            raise StepDefinitionError(f'{step.kind} "{step.pattern}" {problem}')
        if (step.kind == "then") != bool(step.judges):
            raise StepDefinitionError(f'{step.kind} "{step.pattern}": a Then names the check it judges, others none')
        if inspect.iscoroutinefunction(step.run) or inspect.isasyncgenfunction(step.run):
            raise StepDefinitionError(f'{step.kind} "{step.pattern}": a step is a plain function, not async')
        self._steps[step.pattern] = (step, _parser(step), _first_words(step.pattern))
        self._matched.clear()

    def match(self, kind: str, text: str) -> tuple[StepDef, dict[str, Any]]:
        """The one definition that fits a step, with its arguments. Raises UndefinedStep or AmbiguousStep."""
        if (kind, text) not in self._matched:
            self._matched[kind, text] = self._only_match(kind, text)
        step, arguments = self._matched[kind, text]
        return step, dict(arguments)

    def _only_match(self, kind: str, text: str) -> tuple[StepDef, dict[str, Any]]:
        found = [
            (step, result.named)
            for step, parser, first_words in self._steps.values()
            if step.kind == kind and text.startswith(first_words) and (result := parser.parse(text)) is not None
        ]
        if len(found) > 1:
            patterns = " and ".join(f'"{step.pattern}"' for step, _ in found)
            raise AmbiguousStep(f'{kind} "{text}" fits {patterns}')
        if not found:
            raise UndefinedStep(f'no step definition fits {kind} "{text}"{self._hint(kind, text)}')
        return found[0]

    def _hint(self, kind: str, text: str) -> str:
        for step, parser, _ in self._steps.values():
            if parser.parse(text) is not None:
                return f"; it is a {step.kind}"
        near = difflib.get_close_matches(text, [step.pattern for step in self if step.kind == kind], n=1)
        return f'; the nearest is "{near[0]}"' if near else ""


def _first_words(pattern: str) -> str:
    """What every text begins with that fits a pattern: most patterns need not be tried."""
    return re.split("[{}]", pattern, maxsplit=1)[0]


def _parser(step: StepDef) -> parse.Parser:
    try:
        parser = parse.compile(step.pattern, dict(TYPES), case_sensitive=True)
    except (ValueError, NotImplementedError) as problem:
        raise StepDefinitionError(f'{step.kind} "{step.pattern}": {problem}') from problem
    parameters = [name for name in inspect.signature(step.run).parameters if name not in _CARRIED]
    expected = {_WORLD, *parser.named_fields}
    if parser.fixed_fields or parameters[:1] != [_WORLD] or set(parameters) != expected:
        raise StepDefinitionError(
            f'{step.kind} "{step.pattern}": its function must take {", ".join(sorted(expected, key=_world_first))}, '
            f"found {', '.join(parameters) or 'nothing'}"
        )
    return parser


def _world_first(name: str) -> tuple[bool, str]:
    return name != _WORLD, name


REGISTRY = Registry()
"""The registry of this package's own steps."""

given, when, then = REGISTRY.given, REGISTRY.when, REGISTRY.then
