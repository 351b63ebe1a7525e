"""Source text as the rules see it: modules, and everything that each mentions, by its full dotted name."""

import ast
import builtins
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
ROOTS = ("protocols", "devices", "bench", "steps", "reports", "harness")


class Module:
    """One module of Python. ``name`` is dotted; the text may also be planted by a test."""

    def __init__(self, name: str, text: str, *, package: bool = False) -> None:
        self.name = name
        self.tree = ast.parse(text)
        self._nodes = list(ast.walk(self.tree))  # asked for three times, and dear
        self._package = name if package else name.rpartition(".")[0]
        self._names = dict(self._imported())

    def mentions(self, within: ast.AST | None = None) -> Iterable[tuple[int, str]]:
        """(line, dotted name) of every import, builtin and attribute, the calls on the way written as ``()``.

        What begins with anything but an import, a definition of this module or a builtin begins with ``?``.
        """
        return self._everywhere if within is None else self._mentions(list(ast.walk(within)))

    @cached_property
    def _everywhere(self) -> list[tuple[int, str]]:
        return list(self._mentions(self._nodes))

    def _mentions(self, nodes: list[ast.AST]) -> Iterator[tuple[int, str]]:
        inner = {id(node.value) for node in nodes if isinstance(node, ast.Attribute)}
        for node in nodes:
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield from ((node.lineno, target) for _, target in self._targets(node))
            elif isinstance(node, ast.Attribute | ast.Name) and id(node) not in inner:
                yield node.lineno, self.dotted(node)

    def _imported(self) -> Iterator[tuple[str, str]]:
        for node in self.tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                yield node.name, f"{self.name}.{node.name}"
        for node in self._nodes:
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield from self._targets(node)

    def _targets(self, node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
        """(name here, what it stands for) of each name that an import binds."""
        for alias in node.names:
            if isinstance(node, ast.ImportFrom):
                above = self._package.split(".")[: -(node.level - 1) or None] if node.level else []
                yield alias.asname or alias.name, ".".join([*above, *filter(None, [node.module]), alias.name])
            elif alias.asname:
                yield alias.asname, alias.name
            else:
                yield alias.name.partition(".")[0], alias.name.partition(".")[0]
                yield alias.name, alias.name

    def dotted(self, node: ast.expr) -> str:
        if isinstance(node, ast.Attribute):
            return f"{self.dotted(node.value)}.{node.attr}"
        if isinstance(node, ast.Call):
            return f"{self.dotted(node.func)}()"
        if isinstance(node, ast.Name):
            return self._names.get(node.id) or (f"builtins.{node.id}" if hasattr(builtins, node.id) else "?")
        return "?"


@pytest.fixture(scope="session")
def plant() -> Callable[..., Module]:
    """Makes a module of text that a test has written."""
    return Module


@pytest.fixture(scope="session")
def tree() -> list[Module]:
    """Every module of the project's packages."""
    files = [(root, file) for root in ROOTS for file in sorted((REPOSITORY / root).rglob("*.py"))]
    return [_read(file, REPOSITORY / root) for root, file in files]


@pytest.fixture(scope="session")
def tests() -> list[Module]:
    """Every module of the tests, named by its path: ``tests.bench.test_clock``."""
    return [_read(file, REPOSITORY) for file in sorted((REPOSITORY / "tests").rglob("*.py"))]


def _read(file: Path, root: Path) -> Module:
    parts = file.relative_to(root).with_suffix("").parts
    package = parts[-1] == "__init__"
    return Module(".".join(parts[:-1] if package else parts), file.read_text(encoding="utf-8"), package=package)
