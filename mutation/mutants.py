"""The mutants of a module: its code with one operator, number, keyword or exception changed, made by cosmic-ray."""

import ast
import difflib
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cosmic_ray.commands import init
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import MutationSpec

Place = tuple[int, int]
"""Line, from 1, and column, from 0."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """The whole mutated ``code``, and its ``change`` for readers: ``where: before → after``."""

    change: str
    code: str


def mutations(module: Path, folder: Path) -> list[MutationSpec]:
    """All mutations of a module, but for those of annotations, which break its import and so prove nothing.

    ``folder``: where cosmic-ray may keep its database.
    """
    with use_db(folder / "mutations.sqlite", WorkDB.Mode.create) as work:
        init([module], work, {})
        found = [item.mutations[0] for item in work.work_items]
    annotations = list(_annotations(ast.parse(module.read_text(encoding="utf-8"))))
    kept = (one for one in found if not any(start <= one.start_pos < end for start, end in annotations))
    return sorted(kept, key=lambda one: (one.start_pos, one.operator_name, one.occurrence))


def sample(found: Sequence[MutationSpec], size: int, seed: int) -> list[MutationSpec]:
    """``size`` of them by chance, spread over the code: no place has its second before every place has its first."""
    seen: Counter[Place] = Counter()
    rounds: list[tuple[int, MutationSpec]] = []
    for one in random.Random(seed).sample(found, len(found)):
        rounds.append((seen[one.start_pos], one))
        seen[one.start_pos] += 1
    return [one for _, one in sorted(rounds, key=lambda numbered: numbered[0])[:size]]


def mutant(code: str, mutation: MutationSpec) -> Mutant:
    """What a mutation makes of a module's code. Raises LookupError when the code has no place for it."""
    changed = mutate_code(code, get_operator(mutation.operator_name)(), mutation.occurrence)
    if changed is None:
        raise LookupError(f"{mutation.module_path}: no place for {mutation.operator_name} {mutation.occurrence}")
    lines = list(difflib.ndiff(code.splitlines(), changed.splitlines()))
    before, after = (" ".join(line[2:].strip() for line in lines if line.startswith(sign)) for sign in ("- ", "+ "))
    return Mutant(f"{mutation.definition_name or 'module'}: {before} → {after}", changed)


def _annotations(tree: ast.AST) -> Iterator[tuple[Place, Place]]:
    """Where each annotation of an argument, a result or a variable begins and ends."""
    for node in ast.walk(tree):
        for one in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if isinstance(one, ast.expr) and one.end_lineno is not None and one.end_col_offset is not None:
                yield (one.lineno, one.col_offset), (one.end_lineno, one.end_col_offset)
