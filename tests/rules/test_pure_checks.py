"""Judging functions are pure: whatever a check calls reads no clock, file or chance, and writes to nothing shared.

Followed are the functions and classes of the project that a check mentions, those which they mention, and so on, and
the log and entries that it is given. A change of something shared behind a local name is not seen.
"""

import ast
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from typing import Any

import pytest

MARK = "ppmid_bench.checks.check.check()"
GIVEN = ("ppmid_bench.evidence.Log", "ppmid_bench.evidence.Entry")
IMPURE = (
    *("time*", "datetime.*.now", "datetime.*.utcnow", "datetime.*.today", "random*", "secrets*", "uuid*"),
    *("os", "os.*", "sys.*", "io.*", "pathlib*", "socket*", "subprocess*", "tempfile*", "importlib*"),
    *("builtins.open", "builtins.print", "builtins.input", "builtins.globals", "builtins.setattr", "builtins.exec"),
    *("[?]*.read_text", "[?]*.read_bytes", "[?]*.write_text", "[?]*.write_bytes"),
)
CHANGES = {"append", "add", "update", "setdefault", "pop", "popitem", "clear", "extend", "insert", "remove", "discard"}

Definition = ast.FunctionDef | ast.ClassDef
Defined = dict[str, tuple[Any, Definition]]


def definitions(modules: list[Any]) -> Defined:
    """Every function and class at the top of the modules, by its dotted name."""
    tops = ((module, node) for module in modules for node in module.tree.body if isinstance(node, Definition))
    return {f"{module.name}.{node.name}": (module, node) for module, node in tops}


def judging(modules: list[Any]) -> set[str]:
    """The functions under ``@check``."""
    return {
        name
        for name, (module, node) in definitions(modules).items()
        if any(isinstance(one, ast.Call) and module.dotted(one) == MARK for one in node.decorator_list)
    }


def reached(modules: list[Any]) -> Defined:
    """All that judging functions come to, themselves included."""
    every = definitions(modules)
    found: Defined = {}
    todo = [*judging(modules), *GIVEN]
    while todo:
        name = todo.pop()
        if name in every and name not in found:
            module, node = found[name] = every[name]
            todo += [mentioned.partition("()")[0] for body in node.body for _, mentioned in module.mentions(body)]
    return found


def impurities(modules: list[Any]) -> list[str]:
    """Each line within reach of a judging function that is not pure."""
    return sorted(
        f"{module.name}:{line}: {what}"
        for module, node in reached(modules).values()
        for line, what in (*_reads(module, node), *_writes(module, node))
    )


def _reads(module: Any, node: Definition) -> Iterator[tuple[int, str]]:
    for body in node.body:
        for line, mentioned in module.mentions(body):
            if any(fnmatchcase(mentioned, pattern) for pattern in IMPURE):
                yield line, mentioned


def _writes(module: Any, node: Definition) -> Iterator[tuple[int, str]]:
    """Changes of anything that the function has not made: what is global, and what it was given."""
    for function in (one for one in ast.walk(node) if isinstance(one, ast.FunctionDef)):
        own = {one.id for one in ast.walk(function) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
        own |= {"self"} if function.name == "__init__" else set()
        for one in ast.walk(function):
            if isinstance(one, ast.Global | ast.Nonlocal):
                yield one.lineno, f"writes {', '.join(one.names)}"
            elif (changed := _changed(one)) is not None and _root(changed) not in own:
                yield changed.lineno, f"changes {ast.unparse(changed)}"


def _changed(node: ast.AST) -> ast.expr | None:
    if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
        return node.value
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGES:
        return node.func.value
    return None


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def test_all_checks_are_pure(tree: list[Any]) -> None:
    from ppmid_bench.checks import CHECKS

    assert len(judging(tree)) == len(CHECKS)
    assert "ppmid_bench.limits.with_overrides" in reached(tree), "checks are followed beyond their own modules"
    assert impurities(tree) == []


PLANTED = """
from ppmid_bench.checks.check import check
from elsewhere import seen

@check("planted", judges="ppmid", needs=(), reasons=())
def planted(log):
    found = []
    found.append(1)
    return _inner(log)

def _inner(log):
    {}

def never_called():
    print("whatever")
"""


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("import time; return time.time()", "time.time"),
        ("from datetime import datetime; return datetime.now()", "datetime.datetime.now"),
        ("return open('evidence').read()", "builtins.open"),
        ("return log.path.read_text()", "?.path.read_text"),
        ("import random; return random.random()", "random.random"),
        ("import os; return os.environ", "os.environ"),
        ("global last; last = log", "writes last"),
        ("KNOWN.append(log)", "changes KNOWN"),
        ("seen[0] = log", "changes seen"),
        ("log.entries[0].fields['value'] = 1", "changes log.entries[0].fields"),
        ("log.home.update(points=[])", "changes log.home"),
    ],
)
def test_an_impure_line_is_found_in_what_a_check_calls(line: str, found: str, plant: Callable[..., Any]) -> None:
    planted = plant("ppmid_bench.checks.planted", PLANTED.format(line))
    assert f"ppmid_bench.checks.planted:12: {found}" in impurities([planted])
    pure = plant("ppmid_bench.checks.planted", PLANTED.format("return len(log.entries)"))
    assert impurities([pure]) == []
