"""Reading the TOML files that users write into typed tables, with errors that say which file, where and what."""

import tomllib
from pathlib import Path
from typing import TypeVar

import msgspec

from ppmid_bench.errors import BadInput

Shape = TypeVar("Shape")


def read_toml(path: Path, shape: type[Shape]) -> Shape:
    """The content of ``path`` as ``shape`` (a msgspec Struct). Raises BadInput."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise BadInput(str(path), "", "a readable TOML file", problem.strerror or str(problem)) from problem
    except UnicodeDecodeError as problem:
        raise BadInput(str(path), f"byte {problem.start}", "UTF-8 text", "something else") from problem
    except tomllib.TOMLDecodeError as problem:
        raise BadInput(str(path), "", "TOML", str(problem)) from problem
    return convert(content, shape, str(path), "")


def convert(content: object, shape: type[Shape], source: str, place: str) -> Shape:
    """``content`` as ``shape``, strictly. Raises BadInput with msgspec's own path to the faulty field."""
    try:
        return msgspec.convert(content, shape)
    except msgspec.ValidationError as problem:
        sentence, _, path = str(problem).partition(" - at ")
        where = ".".join(part for part in (place, path.strip("`").removeprefix("$").strip(".")) if part)
        raise BadInput(source, where, sentence[:1].lower() + sentence[1:].removeprefix("Expected ")) from problem
