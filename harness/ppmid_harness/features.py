"""Feature files: where they are, and reading them with the official Gherkin parser and compiler."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, cast

from gherkin.errors import CompositeParserException, ParserError
from gherkin.parser import Parser
from gherkin.pickles.compiler import Compiler

from ppmid_bench import input_files
from ppmid_bench.errors import BadInput

SUFFIX = ".feature"
_PLACE = "a feature file, or a folder of them"
_AT = re.compile(r"^\((\d+):\d+\): ")


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature file: ``tree`` is its syntax tree, ``pickles`` its scenarios as the official compiler gives them."""

    path: Path
    text: str
    tree: Mapping[str, Any]
    pickles: Sequence[Mapping[str, Any]]

    @property
    def name(self) -> str:
        """Its title."""
        return str(self.tree["name"])

    def scenarios(self) -> Iterator[Mapping[str, Any]]:
        """The nodes of its scenarios and outlines, those within rules too, in their order."""
        return (child["scenario"] for child in _children(self.tree) if "scenario" in child)

    def backgrounds(self) -> Iterator[Mapping[str, Any]]:
        """The nodes of its backgrounds."""
        return (child["background"] for child in _children(self.tree) if "background" in child)

    def rules(self) -> Iterator[Mapping[str, Any]]:
        """The nodes of its rules."""
        return (child["rule"] for child in self.tree["children"] if "rule" in child)


def _children(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for child in node["children"]:
        yield child
        if "rule" in child:
            yield from _children(child["rule"])


def slug(text: str) -> str:
    """``text`` as lower-case ASCII letters and digits, joined by hyphens."""
    plain = unicodedata.normalize("NFKD", re.sub("['’]", "", text)).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))


def own_features() -> Path:
    """The features of this project: inside the installed package, or the repository's folder beside it."""
    packaged = Path(str(resources.files("ppmid_harness"))) / "features"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "features"


def find_features(paths: Sequence[Path]) -> list[Path]:
    """The feature files at and below ``paths``, in an order that does not depend on where they lie. Raises BadInput."""
    found: dict[Path, Path] = {}
    for path in paths:
        try:
            for file in [path] if path.is_file() else _below(path):
                found.setdefault(file.resolve(), file)
        except OSError as problem:
            raise BadInput(str(path), "", _PLACE, problem.strerror or str(problem)) from problem
    return list(found.values())


def _below(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise BadInput(str(folder), "", _PLACE, "nothing there")
    return sorted(folder.rglob(f"*{SUFFIX}"), key=lambda file: file.relative_to(folder).parts)


def read_feature(path: Path) -> Feature:
    """Read and parse one feature file. Raises BadInput with the line of the first error."""
    return parse_feature(path, input_files.text(path, "a readable feature file"))


@lru_cache(maxsize=256)
def parse_feature(path: Path, text: str) -> Feature:
    """Parse the text of one feature file. Raises BadInput with the line of the first error.

    What it gives is kept: certification, a watch and the console ask for the same texts again.
    """
    try:
        document = cast(dict[str, Any], Parser().parse(text))
    except CompositeParserException as problem:
        raise _unparsable(path, problem.errors[0]) from problem
    except ParserError as problem:
        raise _unparsable(path, problem) from problem
    if "feature" not in document:
        raise BadInput(str(path), "line 1", "a Feature", "none")
    pickles = Compiler().compile(cast(Any, document | {"uri": path.as_posix()}))
    return Feature(path, text, document["feature"], cast(Sequence[Mapping[str, Any]], pickles))


def _unparsable(path: Path, problem: Exception) -> BadInput:
    sentence = str(problem)
    at = _AT.match(sentence)
    expected, _, found = _AT.sub("", sentence).removeprefix("expected: ").partition(", got ")
    return BadInput(str(path), f"line {at[1]}" if at else "", f"Gherkin ({expected})", found)
